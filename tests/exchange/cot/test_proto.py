"""TAK protocol version 1 against takproto, somebody else's reading of the same format."""

import pytest
import takproto
from takproto.functions import msg2proto, xml2message
from takproto.proto import TakMessage

from dunant.exchange.cot import wire
from dunant.exchange.cot.model import CotMessage, Malformed, Node
from dunant.exchange.cot.proto import parse_frame, write_frame
from dunant.exchange.cot.xml import write_event
from tests.exchange.cot.builders import SAMPLES, a_message, an_event, lines_of_message, sample

EVERY_SAMPLE = sorted(path.name for path in SAMPLES.glob("*.xml"))


def read(frame: bytes) -> CotMessage:
    message = parse_frame(frame)
    assert isinstance(message, CotMessage), message
    return message


@pytest.mark.parametrize("framing", ["STREAM", "MESH"])
def test_takproto_reads_our_nine_lines(framing: str) -> None:
    """A5."""
    parsed = takproto.parse_proto(bytearray(write_frame(a_message(), framing)))  # type: ignore[arg-type]
    event = parsed.cotEvent
    assert (event.type, event.lat, event.lon) == ("b-r-f-h-c", 9.257, 29.803)
    assert (event.hae, event.ce, event.le) == (392.1, 9999999.0, 9999999.0)
    assert event.detail.contact.callsign == "MED.23.100000"
    assert "<_medevac_ " in event.detail.xmlDetail
    assert event.detail.xmlDetail.count("<zMist ") == 2
    assert "_flow-tags_" not in event.detail.xmlDetail


@pytest.mark.parametrize("name", EVERY_SAMPLE)
def test_we_read_what_takproto_writes(name: str) -> None:
    theirs = takproto.xml2proto(sample(name).decode(), takproto.TAKProtoVer.STREAM)
    ours, message = a_message(name), read(bytes(theirs))
    assert (message.uid, message.type, message.how) == (ours.uid, ours.type, ours.how)
    assert (message.time, message.stale, message.point) == (ours.time, ours.stale, ours.point)
    assert message.callsign == ours.callsign
    if ours.in_detail("_medevac_"):
        assert message.in_detail("_medevac_") == ours.in_detail("_medevac_")


@pytest.mark.parametrize("name", EVERY_SAMPLE)
def test_takproto_and_we_write_the_same_typed_fields(name: str) -> None:
    theirs = xml2message(sample(name))
    ours = takproto.parse_proto(bytearray(write_frame(a_message(name))))
    for message in (theirs, ours):
        message.cotEvent.detail.xmlDetail = ""
        message.DiscardUnknownFields()
    if name.startswith("asset"):
        assert ours == theirs
    assert ours.cotEvent.detail.track == theirs.cotEvent.detail.track
    assert ours.cotEvent.sendTime == theirs.cotEvent.sendTime
    assert ours.cotEvent.staleTime == theirs.cotEvent.staleTime


def test_typed_parts_become_typed_fields_and_come_back() -> None:
    frame = write_frame(a_message("asset_helicopter.xml"))
    detail = takproto.parse_proto(bytearray(frame)).cotEvent.detail
    assert (detail.contact.endpoint, detail.group.name, detail.status.battery) == ("*:-1:stcp", "Cyan", 87)
    assert (detail.takv.platform, detail.track.speed, detail.xmlDetail) == ("ATAK-CIV", 61.7, "")
    assert write_event(read(frame)) == sample("asset_helicopter.xml")


def test_an_element_that_says_more_than_its_field_stays_xml() -> None:
    status = Node(tag="status", attributes={"battery": "50", "readiness": "true"})
    frame = write_frame(an_event(status))
    detail = takproto.parse_proto(bytearray(frame)).cotEvent.detail
    assert not detail.HasField("status")
    assert 'readiness="true"' in detail.xmlDetail


def test_fields_of_a_later_protocol_are_kept_verbatim() -> None:
    known = xml2message(sample("asset_helicopter.xml")).SerializeToString()
    event = next(field for field in wire.read_fields(known) if field.number == 2).bytes
    later = wire.bytes_field(2, event + wire.integer_field(77, 5)) + wire.text_field(9, "hello")
    later = wire.bytes_field(1, wire.integer_field(1, 1)) + later
    message = read(b"\xbf" + wire.varint(len(later)) + later)
    again = wire.read_fields(write_frame(message)[3:])
    assert [field.bytes for field in again if field.number in (1, 9)] == [b"\x08\x01", b"hello"]
    (event_again,) = [field.bytes for field in again if field.number == 2]
    assert [field.integer for field in wire.read_fields(event_again) if field.number == 77] == [5]


def test_a_peer_that_changes_a_value_in_between_is_believed_over_our_spelling() -> None:
    parsed = takproto.parse_proto(bytearray(write_frame(a_message())))
    parsed.cotEvent.lat = 9.5
    parsed.cotEvent.staleTime += 60_000
    parsed.cotEvent.detail.contact.callsign = "CHANGED"
    changed = read(bytes(msg2proto(parsed, takproto.TAKProtoVer.STREAM)))
    assert changed.point is not None and (changed.point.lat, changed.point.lon) == (9.5, 29.803)
    assert changed.root.get("stale") == "2026-11-24T10:01:00.000Z"
    assert changed.callsign == "CHANGED"
    assert lines_of_message(changed).freq == "46.55"


def test_an_older_google_runtime_is_not_needed() -> None:
    import dunant.exchange.cot.proto as module

    assert "google" not in str(vars(module))
    assert TakMessage().SerializeToString() == b""


@pytest.mark.parametrize(
    "payload",
    [b"", b"\x0a\x00", b"\x12\x00", b"\x12\x02\x0a\x01", b"\x12\x03\x0a\x01\xff", b"\x12\x04\x0b\x00\x00\x00"],
)
def test_a_frame_that_holds_no_event_is_malformed(payload: bytes) -> None:
    assert isinstance(parse_frame(b"\xbf" + wire.varint(len(payload)) + payload), Malformed)


def test_a_detail_that_is_broken_xml_or_closes_itself_early_is_malformed() -> None:
    for xml in ("<a>", "</detail><detail>", "<!DOCTYPE a><a/>"):
        message = xml2message(sample())
        message.cotEvent.detail.xmlDetail = xml
        assert isinstance(parse_frame(bytes(msg2proto(message, takproto.TAKProtoVer.STREAM))), Malformed)
