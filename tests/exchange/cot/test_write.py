"""From views to messages: peers see tags, times that are fresh, and an exercise by its first word."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from dunant.exchange.cot.geojson import parse_geojson, write_geojson
from dunant.exchange.cot.lines import lines_of, medevac_of_lines
from dunant.exchange.cot.model import CotMessage, Malformed, Point
from dunant.exchange.cot.read import read_message
from dunant.exchange.cot.write import (
    OwnMarker,
    OwnPatient,
    OwnRequest,
    ping,
    reissue,
    withdraw,
    write_alert,
    write_asset,
    write_facility,
    write_request,
)
from dunant.exchange.cot.xml import MAX_TEXT, instant, write_event
from tests.exchange.cot.builders import a_message, lines_of_message, sample, understood

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BENTIU = Point(lat=9.257, lon=29.803, ce=15.0)


def a_request(**changed: object) -> OwnRequest:
    request = OwnRequest(
        id="0193593c-5c2a-7000-8000-000000000001",
        callsign="MONBATT-6",
        at=NOW - timedelta(hours=1),
        pickup=BENTIU,
        lines={"counts": {"URGENT_SURGICAL": 1, "URGENT": 1}, "freq": "030.5", "litter": 2, "equipment": ["HOIST"]},
        patients=(OwnPatient(tag="D-4KQ2M-B", mechanism="FRAG_MULTI", injuries=("BLEEDING", "FRACTURE")),),
    )
    return msgspec.structs.replace(request, **changed)


def a_marker(**changed: object) -> OwnMarker:
    marker = OwnMarker(id="heli-1", callsign="UNMO-H1", at=NOW, position=BENTIU, kind="HELI")
    return msgspec.structs.replace(marker, **changed)


def a_feature(**properties: object) -> bytes:
    return msgspec.json.encode({"type": "Feature", "id": "a", "properties": {"type": "t", **properties}})


def test_our_nine_line_carries_its_id_and_is_fresh_for_a_day() -> None:
    message = write_request(a_request(), NOW)
    assert (message.uid, message.type, message.how) == (a_request().id, "b-r-f-h-c", "h-g-i-g-o")
    assert message.stale == NOW + timedelta(hours=24)
    assert message.point is not None and (message.point.ce, message.point.hae) == (15.0, None)
    assert message.root.find("point").get("hae") == "9999999.0"  # type: ignore[union-attr]


def test_our_nine_line_reads_back_as_what_it_said() -> None:
    message = understood(write_event(write_request(a_request(), NOW)))
    medevac = lines_of_message(message)
    assert medevac.counts == {"URGENT_SURGICAL": 1, "URGENT": 1}
    assert (medevac.freq, medevac.litter, medevac.equipment, medevac.casevac) == (
        "030.5",
        2,
        frozenset({"HOIST"}),
        True,
    )
    (patient,) = medevac.zmists
    assert (patient.z, patient.m, patient.i) == ("D-4KQ2M-B", "Frag Multiple", "Bleeding Fracture")
    assert read_message(message, "tak-1").unknown == ()


def test_a_peer_with_three_precedences_gets_surgical_as_urgent() -> None:
    element = write_request(a_request(), NOW, "ATAK_CIV").in_detail("_medevac_")
    assert element is not None
    assert (element.get("urgent"), element.get("urgent_surgical")) == ("2", "")


def test_an_exercise_says_so_in_callsign_and_remarks() -> None:
    message = write_request(a_request(exercise=True), NOW)
    medevac = lines_of_message(message)
    assert message.callsign == medevac.title == "EXERCISE MONBATT-6"
    assert medevac.remarks == "EXERCISE"
    again = write_request(a_request(exercise=True, callsign="Exercise Alpha"), NOW)
    assert again.callsign == "Exercise Alpha"


def test_text_is_escaped_and_cut_to_what_a_small_receiver_shows() -> None:
    nasty = 'a<b>&"\x00\ud800\n' + "x" * (2 * MAX_TEXT)
    message = write_request(a_request(callsign=nasty, lines={"remarks": nasty}), NOW)
    again = understood(write_event(message))
    assert len(again.callsign) == 64
    remarks = lines_of_message(again).remarks
    assert remarks is not None and remarks.startswith('a<b>&"\ufffd\ufffd\n') and len(remarks) == 2000


def test_a_peers_message_is_sent_on_fresh_and_otherwise_as_it_came() -> None:
    """R9: stale not refreshed; re-send with flow tags dropped."""
    message = a_message()
    again = reissue(message, NOW)
    assert again.stale == NOW + timedelta(hours=24)
    assert again.in_detail("_flow-tags_") is None
    expected = write_event(message).replace(b'stale="2026-11-24T10:00:00.000Z"', b'stale="2026-11-24T12:00:00.000Z"')
    assert write_event(again) == expected


def test_a_peers_message_with_our_amendment_keeps_its_unknown_parts() -> None:
    message = a_message("medevac_all_attributes.xml")
    medevac = msgspec.structs.replace(lines_of_message(message), security="E")
    again = reissue(message, NOW, medevac=medevac)
    old = sample("medevac_all_attributes.xml").replace(b'security="3"', b'security="2"')
    assert write_event(again) == old.replace(b'stale="2026-11-24T10:00', b'stale="2026-11-24T12:00')


def test_amended_lines_from_a_view_leave_patients_and_unknown_parts_of_the_peer_alone() -> None:
    message = a_message("medevac_all_attributes.xml")
    lines = {**lines_of(lines_of_message(message)), "security": "E"}
    again = reissue(message, NOW, medevac=medevac_of_lines(lines))
    old = sample("medevac_all_attributes.xml").replace(b'security="3"', b'security="2"')
    assert write_event(again) == old.replace(b'stale="2026-11-24T10:00', b'stale="2026-11-24T12:00')


@pytest.mark.parametrize(("kind", "cot_type"), [("HELI", "a-f-A-M-H-O"), ("AMBULANCE", "a-f-G-U-C-V-R-U-E")])
def test_an_asset_goes_out_under_its_type(kind: str, cot_type: str) -> None:
    message = write_asset(a_marker(kind=kind))
    assert message is not None and (message.type, message.callsign) == (cot_type, "UNMO-H1")
    assert read_message(message, "tak-1").use == "asset"


def test_an_old_position_is_stale_when_it_is_sent() -> None:
    """R8: FreeTAKServer issue 297, stale positions shown as new."""
    message = write_asset(a_marker(at=NOW - timedelta(hours=2)))
    assert message is not None and message.stale is not None and message.stale < NOW
    assert message.time == NOW - timedelta(hours=2)


@pytest.mark.parametrize("kind", ["FOOT", "source", ""])
def test_an_asset_without_a_symbol_stays_home(kind: str) -> None:
    assert write_asset(a_marker(kind=kind)) is None


def test_a_hospital_an_alert_its_release_and_a_delete_are_what_peers_know() -> None:
    """A8."""
    assert write_facility(a_marker(), NOW).type == "a-f-G-I-X-H"
    alert, release = write_alert(a_marker(), NOW), write_alert(a_marker(), NOW, cancelled=True)
    assert (alert.type, release.type, alert.uid) == ("b-a-o-tbl", "b-a-o-can", release.uid)
    assert (
        read_message(alert, "p").commands[0].command.subject()
        == read_message(release, "p").commands[0].command.subject()
    )
    delete = withdraw("heli-1", "a-f-A-M-H-O", NOW)
    assert (delete.type, delete.in_detail("link").get("uid")) == ("t-x-d-d", "heli-1")  # type: ignore[union-attr]
    assert ping("dunant", NOW).type == "t-x-c-t"


def test_without_a_position_the_error_is_unknown() -> None:
    message = write_request(a_request(pickup=None), NOW)
    point = message.root.find("point")
    assert point is not None
    assert dict(point.attributes) == {
        "lat": "0.0",
        "lon": "0.0",
        "hae": "9999999.0",
        "ce": "9999999.0",
        "le": "9999999.0",
    }


def test_times_are_written_in_utc_with_milliseconds() -> None:
    message = write_request(a_request(), NOW)
    assert message.root.get("time") == "2026-11-23T11:00:00.000Z"
    assert instant("2026-11-23T14:00:00+03:00") == NOW - timedelta(hours=1)


# -- GeoJSON ----------------------------------------------------------------------------------------------------------


def test_geojson_carries_the_whole_nine_lines() -> None:
    """R5."""
    feature = msgspec.json.decode(write_geojson(a_message()))
    assert (feature["type"], feature["id"]) == ("Feature", a_message().uid)
    assert feature["geometry"] == {"type": "Point", "coordinates": [29.803, 9.257, 392.1]}
    medevac = feature["properties"]["medevac"]
    assert ["hlz_other", "IR strobe"] in medevac["attributes"]
    assert len(medevac["children"][0]["children"]) == 2


def test_geojson_from_a_peer_that_kept_only_the_basics_is_still_an_event() -> None:
    feature = {
        "id": "A-1",
        "type": "Feature",
        "properties": {"type": "b-r-f-h-c", "callsign": "MED", "time": "2026-11-23T10:00:00Z", "remarks": "IED"},
        "geometry": {"type": "Point", "coordinates": [29.803, 9.257]},
    }
    message = parse_geojson(msgspec.json.encode(feature))
    assert isinstance(message, CotMessage)
    assert (message.callsign, message.point) == ("MED", Point(lat=9.257, lon=29.803))
    assert read_message(message, "tak-1").commands == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b'{"type": "Feature", "id": "", "properties": {}}',
        b'{"type": "Feature", "id": "a", "properties": {"event": {"tag": "x"}}}',
        a_feature(event={"tag": "event", "children": [{"tag": "a><b"}]}),
        a_feature(medevac={"tag": "_medevac_", "attributes": [["a='", ""]]}),
    ],
)
def test_what_is_no_feature_is_malformed(data: bytes) -> None:
    assert isinstance(parse_geojson(data), Malformed)
