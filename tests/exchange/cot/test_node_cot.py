"""An unmodified node-cot of both majors (casualty §21, A6 to A8): what it drops erases nothing here."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from dunant.casualty import commands as c
from dunant.exchange.cot import wire
from dunant.exchange.cot.frames import MESH
from dunant.exchange.cot.geojson import write_geojson
from dunant.exchange.cot.medevac import medevac_of
from dunant.exchange.cot.model import CotMessage, Malformed, Point
from dunant.exchange.cot.peers import Peer
from dunant.exchange.cot.proto import write_frame
from dunant.exchange.cot.split import parse_message
from dunant.exchange.cot.write import OwnMarker, withdraw, write_alert, write_asset, write_facility
from dunant.exchange.cot.xml import write_event
from dunant.services.build import Site
from dunant.services.gateway import CotGateway
from tests.builders import a_subject, send
from tests.exchange.cot.builders import sample
from tests.exchange.cot.node_cot import VERSIONS, NodeCot, node_cot
from tests.fakes import NOON

pytestmark = pytest.mark.slow
PEER = Peer(name="cloudtak", proof="loopback")


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture(scope="module", params=VERSIONS)
def node(request: pytest.FixtureRequest) -> Iterator[NodeCot]:
    with node_cot(request.param) as running:
        yield running


def read(data: bytes) -> CotMessage:
    found = parse_message(data)
    assert isinstance(found, CotMessage), found
    return found


def bare(message: CotMessage) -> str:
    """The protobuf message without a frame, as node-cot takes it."""
    return base64.b64encode(write_frame(message, "MESH").removeprefix(MESH)).decode()


def is_whole(message: CotMessage) -> bool:
    medevac = medevac_of(message)
    return (
        medevac is not None
        and [zmist.title for zmist in medevac.zmists] == ["ZMIST1", "ZMIST2"]
        and (medevac.marking_text, medevac.litter, medevac.freq) == ("IR strobe", 2, "46.55")
    )


def test_a6_what_node_cot_writes_as_protobuf_we_read_whole(node: NodeCot) -> None:
    raw = base64.b64decode(node.ask("xml_to_proto", sample().decode()))
    assert is_whole(read(MESH + raw))
    assert is_whole(read(b"\xbf" + wire.varint(len(raw)) + raw))


def test_a6_what_we_write_as_protobuf_node_cot_reads_whole(node: NodeCot) -> None:
    assert is_whole(read(node.ask("proto_to_xml", bare(read(sample()))).encode()))


def test_the_xml_of_node_cot_is_read_whole(node: NodeCot) -> None:
    assert is_whole(read(node.ask("xml_to_xml", sample().decode()).encode()))


def test_a7_geojson_of_node_cot_drops_the_nine_lines_and_erases_nothing_here(node: NodeCot, site: Site) -> None:
    gateway = CotGateway(site)
    own = a_subject()
    lines: dict[str, Any] = {"title": "DUSTOFF 3", "litter": 2, "counts": {"URGENT_SURGICAL": 1}}
    send(site, c.RequestEvacuation(request=own, kind="CASEVAC", dialect="UN_9LINE", lines=lines))
    heard(site, gateway, sample())
    before = rows(site)
    assert len(before) == 2
    for message in gateway.open_requests():
        back = node.ask("geojson_to_xml", write_geojson(message).decode()).encode()
        assert read(back).uid == message.uid
        assert read(back).in_detail("_medevac_") is None
        heard(site, gateway, back)
    assert rows(site) == before


def test_a8_our_marks_on_the_map_are_seen(node: NodeCot) -> None:
    marker = OwnMarker(id="a-1", callsign="MEDEVAC 1", at=NOON, position=Point(lat=9.26, lon=29.8), kind="HELI")
    asset = write_asset(marker)
    assert asset is not None
    ours = [
        (asset, "a-f-A-M-H-O"),
        (write_facility(marker, NOON), "a-f-G-I-X-H"),
        (write_alert(marker, NOON), "b-a-o-tbl"),
        (write_alert(marker, NOON, cancelled=True), "b-a-o-can"),
        (withdraw("a-1", "a-f-A-M-H-O", NOON), "t-x-d-d"),
    ]
    for message, kind in ours:
        for seen in (
            node.ask("xml_to_xml", write_event(message).decode()),
            node.ask("proto_to_xml", bare(message)),
        ):
            assert read(seen.encode()).type == kind
    link = read(node.ask("xml_to_xml", write_event(ours[-1][0]).decode()).encode()).in_detail("link")
    assert link is not None
    assert link.get("uid") == "a-1"


def heard(site: Site, gateway: CotGateway, raw: bytes) -> None:
    message = parse_message(raw)
    assert not isinstance(message, Malformed)
    site.commit.submit(lambda transaction: gateway.take(transaction, PEER, raw, message)).result(10)


def rows(site: Site) -> list[tuple[str, dict[str, Any], Any]]:
    with site.database.reading() as connection:
        found = site.views.select(connection, "requests", equal={})
    return sorted((row["subject"], dict(row["lines"]), row["pickup"]) for row in found)
