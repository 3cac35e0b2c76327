"""What the site says to its peers: its own form without echoes, and never silenced by one odd row."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from dunant.casualty import commands as c
from dunant.casualty.events import EvacRequestAmended
from dunant.casualty.lines import fitting
from dunant.exchange.cot.geojson import write_geojson
from dunant.exchange.cot.medevac import medevac_of
from dunant.exchange.cot.model import CotMessage
from dunant.exchange.cot.peers import Peer
from dunant.exchange.cot.proto import write_frame
from dunant.exchange.cot.split import parse_message
from dunant.exchange.cot.xml import write_event
from dunant.kernel.events import At, By, Fact
from dunant.kernel.ids import EventId, SubjectId
from dunant.kernel.places import Position
from dunant.services.build import Site
from dunant.services.gateway import CotGateway
from dunant.store import Draft, Transaction
from dunant.store.live import latest
from dunant.store.schema import event
from tests.builders import a_subject, as_author, new_id, send
from tests.fakes import NOON

PEER = Peer(name="loopback", proof="loopback")


@pytest.fixture
def engine() -> str:
    """The gateway does not know its database; both engines are proved by the tests of the store."""
    return "sqlite"


def a_request(site: Site, **lines: Any) -> SubjectId:
    request = a_subject()
    send(site, c.RequestEvacuation(request=request, kind="CASEVAC", dialect="UN_9LINE", lines=lines))
    return request


def heard(site: Site, raw: bytes) -> None:
    message = parse_message(raw)
    site.commit.submit(lambda transaction: CotGateway(site).take(transaction, PEER, raw, message)).result(10)


def form(site: Site, request: str) -> dict[str, Any]:
    with site.database.reading() as connection:
        (row,) = site.views.select(connection, "requests", equal={"subject": request})
    return dict(row["lines"])


def test_our_own_form_come_back_unchanged_from_a_peer_is_no_edit(site: Site) -> None:
    request = a_request(site, title="DUSTOFF 3", remarks="river ford", litter=2)
    before = form(site, request)
    (sent,) = CotGateway(site).open_requests()
    heard(site, write_event(sent))
    assert form(site, request) == before


def test_a_peer_that_edits_one_line_of_our_form_amends_that_line_only(site: Site) -> None:
    request = a_request(site, title="DUSTOFF 3", remarks="river ford", litter=2)
    (sent,) = CotGateway(site).open_requests()
    heard(site, write_event(sent).replace(b'litter="2"', b'litter="3"'))
    assert form(site, request) == {"title": "DUSTOFF 3", "remarks": "river ford", "litter": 3}


@pytest.mark.parametrize("line", [{"equipment": 5}, {"title": 3}, {"hlz_remarks": 7}, {"litter": "two"}])
def test_a_line_of_the_wrong_shape_is_refused_here(site: Site, line: dict[str, Any]) -> None:
    command = c.RequestEvacuation(request=a_subject(), kind="CASEVAC", dialect="UN_9LINE", lines=line)
    (outcome,) = send(site, command)
    assert (outcome.code, outcome.params["field"]) == ("casualty.value_out_of_range", f"lines.{next(iter(line))}")


def test_a_line_of_the_wrong_shape_from_elsewhere_silences_no_other(site: Site) -> None:
    odd, good = a_request(site, title="ODD"), a_request(site, title="GOOD")
    site.commit.submit(lambda transaction: _write_odd_line(transaction, odd)).result(10)
    titles = [message.uid for message in CotGateway(site).open_requests()]
    assert sorted(titles) == sorted([odd, good])


def test_lines_of_other_forms_pass_as_they_are() -> None:
    assert fitting({"l2_callsign": ["a"], "litter": 1, "title": 3}) == {"l2_callsign": ["a"], "litter": 1}


def _write_odd_line(transaction: Transaction, request: SubjectId) -> None:
    """As a later version of another site might have written it."""
    author = as_author().actor
    transaction.write(
        Draft(
            id=EventId(new_id()),
            fact=Fact(subject=request, body=EvacRequestAmended(lines={"equipment": 5, "title": 3})),
            stream="casualty",
            label="R",
            at=At(t=NOON),
            rec=NOON,
            by=By(user=author.user, role=author.role),
            dev="",
            src="import",
            base=(),
        )
    )


# -- what else is on our map -------------------------------------------------------------------------------------------

HERE = Position(lat=9.26, lon=29.8)


def sent(site: Site) -> list[CotMessage]:
    """All that goes out for what has happened since the site began."""
    gateway = CotGateway(site)
    _, pairs = gateway._news(beginning(site))
    return [plain for _, plain in pairs]


def beginning(site: Site) -> str:
    epoch, transaction, _ = latest(site.database).split(".")
    return f"{epoch}.{transaction}.0"


def kinds(site: Site) -> list[tuple[str, str]]:
    """The site is one of an exercise, and says so first."""
    return [(message.type, message.callsign.removeprefix("EXERCISE ")) for message in sent(site)]


def test_our_asset_shows_once_its_position_is_known(site: Site) -> None:
    asset = a_subject()
    send(site, c.RegisterAsset(asset=asset, callsign="MEDEVAC 1", kind="HELI"))
    assert kinds(site) == []
    send(site, c.ReportAssetPosition(asset=asset, position=HERE))
    assert set(kinds(site)) == {("a-f-A-M-H-O", "MEDEVAC 1")}


def test_a_track_of_a_peer_is_the_peers_to_show(site: Site) -> None:
    asset = a_subject()
    send(site, c.RegisterAsset(asset=asset, callsign="MEDEVAC 1", kind="HELI"))
    send(site, c.ReportAssetPosition(asset=asset, position=HERE), author=as_author("system_client", source="cot"))
    assert kinds(site) == []


def test_a_facility_shows_and_is_taken_off_when_it_closes(site: Site) -> None:
    facility = a_subject()
    send(site, c.RegisterFacility(facility=facility, name="Level 2", level="L2", position=HERE))
    assert kinds(site) == [("a-f-G-I-X-H", "Level 2")]
    send(site, c.ReportFacility(facility=facility, status="CLOSED"))
    assert kinds(site)[-1] == ("t-x-d-d", "")


def test_an_alert_shows_is_called_off_and_taken_away(site: Site) -> None:
    alert = a_subject()
    send(site, c.RecordAlert(alert=alert, channel="VOICE", callsign="BRAVO 2", position=HERE))
    assert kinds(site) == [("b-a-o-tbl", "BRAVO 2")]
    send(site, c.CancelAlert(alert=alert, reason="drill"))
    assert [kind for kind, _ in kinds(site)][-2:] == ["b-a-o-can", "t-x-d-d"]


def test_a_request_that_has_ended_is_taken_off_the_maps(site: Site) -> None:
    request = a_request(site, title="DUSTOFF 3", litter=2)
    send(site, c.CancelRequest(request=request, reason="walked home"))
    (message,) = sent(site)
    assert message.type == "t-x-d-d"
    link = message.in_detail("link")
    assert link is not None
    assert link.get("uid") == request


def test_people_of_line_8_are_counted_as_peers_count_them(site: Site) -> None:
    a_request(site, nationality={"UN_MIL:IND": 2, "UN_POL_IPO": 1, "HOST_CIV": 1, "DETAINEE": 1, "child": 2})
    (message,) = CotGateway(site).open_requests()
    said = medevac_of(message)
    assert said is not None
    assert said.nationality == {"us_military": 3, "nonus_civilian": 1, "epw": 1, "child": 2}


@pytest.mark.parametrize("profile", ["EXTENDED", "ATAK_CIV"])
def test_a_form_that_comes_back_as_the_peer_could_read_it_is_no_edit(site: Site, profile: Any) -> None:
    request = a_request(site, title="DUSTOFF 3", counts={"URGENT_SURGICAL": 1, "URGENT": 1}, nationality={"UN_MIL": 2})
    before = form(site, request)
    (message,) = CotGateway(site).open_requests(profile)
    heard(site, write_event(message))
    assert form(site, request) == before


@pytest.mark.parametrize(
    ("line", "wire", "own"),
    [
        ("counts", (b'urgent="3"', b'urgent="4"'), {"URGENT_SURGICAL": 1, "URGENT": 3}),
        (
            "nationality",
            (b'us_military="3"', b'us_military="4"'),
            {"UN_MIL:IND": 2, "UN_POL_IPO": 1, "UNV": 1, "us_military": 1},
        ),
        ("nationality", (b'us_civilian="1"', b'us_civilian="5"'), {"UN_MIL:IND": 2, "UN_POL_IPO": 1, "UNV": 5}),
    ],
)
def test_a_sum_that_a_peer_edits_is_not_counted_twice(
    site: Site, line: str, wire: tuple[bytes, bytes], own: dict[str, int]
) -> None:
    people = {"UN_MIL:IND": 2, "UN_POL_IPO": 1, "UNV": 1}
    request = a_request(site, counts={"URGENT_SURGICAL": 1, "URGENT": 2}, nationality=people)
    (message,) = CotGateway(site).open_requests("ATAK_CIV")
    assert wire[0] in write_event(message)
    heard(site, write_event(message).replace(*wire))
    assert form(site, request)[line] == own
    (again,) = CotGateway(site).open_requests("ATAK_CIV")
    assert wire[1] in write_event(again)


def test_a10_a_name_under_a_hold_leaves_in_no_message(site: Site) -> None:
    casualty = a_subject()
    send(site, c.ReportCasualty(casualty=casualty))
    name = c.AssertIdentity(casualty=casualty, kind="NAME", value="Zebulon Quistgaard", state="VERIFIED")
    send(site, name, author=as_author("medic@HQ"))
    request = a_subject()
    lines: dict[str, Any] = {"title": "DUSTOFF 3", "remarks": "Zebulon Quistgaard is conscious"}
    send(
        site,
        c.RequestEvacuation(request=request, kind="CASEVAC", dialect="UN_9LINE", casualties=(casualty,), lines=lines),
    )
    send(site, c.ReportMist(casualty=casualty, signs="Quistgaard, Zebulon Quistgaard: pale", treatment="TQ"))
    hold = c.PlaceReleaseHold(casualty=casualty, scope="NAME", reason="next of kin")
    (held,) = send(site, hold, author=as_author("personnel_focal_point@HQ"))
    assert held.outcome == "accepted", held.code
    gateway = CotGateway(site)
    peers = parse_message(write_event(gateway.open_requests()[0]).replace(b"is conscious", b"Zebulon Quistgaard"))
    assert isinstance(peers, CotMessage)
    out = [*gateway.open_requests(), *sent(site), gateway.released(peers)]
    emitted = b"".join(write_event(message) + write_frame(message) + write_geojson(message) for message in out)
    assert b"Zebulon Quistgaard" not in emitted
    assert b"DUSTOFF 3" in emitted
    removed = {path for row in audited(site) for path in row["removed"]}
    assert "event/detail/_medevac_@medline_remarks" in removed
    assert "Quistgaard" not in repr(audited(site))


def audited(site: Site) -> list[dict[str, Any]]:
    """Entries on what has left, once everything before them is written."""
    site.commit.submit(lambda _transaction: None).result(10)
    query = select(event.c.body).where(event.c.t == "audit.foreign_message_emitted")
    with site.database.reading() as connection:
        return [json.loads(bytes(row.body)) for row in connection.execute(query)]
