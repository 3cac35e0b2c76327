"""From a message to commands: the same message is the same request, whoever forwards it, in whatever form."""

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from dunant.casualty.commands import CancelAlert, ReceiveRequest, RecordAlert, ReportAssetPosition
from dunant.exchange.cot.lines import LINE_NAMES, lines_of, medevac_of_lines
from dunant.exchange.cot.model import CotMessage, Medevac, Node
from dunant.exchange.cot.proto import parse_frame, write_frame
from dunant.exchange.cot.read import Reading, content_of, read_message
from dunant.exchange.cot.xml import refreshed
from dunant.kernel.places import Box
from tests.exchange.cot.builders import a_medevac, a_message, an_event, lines_of_message, understood

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SOUTH_SUDAN = Box(24.1, 3.4, 36.0, 12.3)


def received(message: CotMessage, peer: str = "tak-1") -> ReceiveRequest:
    (incoming,) = read_message(message, peer).commands
    assert isinstance(incoming.command, ReceiveRequest)
    return incoming.command


def only_command(reading: Reading) -> object:
    (incoming,) = reading.commands
    return incoming.command


def test_the_sample_asks_for_one_request_with_two_patients_and_an_estimate_of_three() -> None:
    """A1."""
    message = a_message()
    command = received(message)
    assert (command.peer, command.uid, command.dialect, command.kind) == ("tak-1", message.uid, "ATAK", "CASEVAC")
    assert [patient.key for patient in command.patients] == ["ZMIST1", "ZMIST2"]
    assert command.estimate == 3
    assert command.blob == hashlib.sha256(message.raw).hexdigest()
    assert (command.callsign, command.exercise, command.unknown) == ("MED.23.100000", False, ())
    first = command.patients[0]
    assert (first.zap, first.mechanism, first.injuries) == ("UN1234", "BLAST", ("AMPUTATION", "BLEEDING"))
    assert first.treatment == "TQ 0955Z"
    assert read_message(message, "tak-1").commands[0].at == message.time


def test_the_command_passes_the_form_rules_of_the_domain() -> None:
    for name in ("medevac_two_patients.xml", "medevac_all_attributes.xml", "medevac_no_patients.xml"):
        command = received(a_message(name))
        assert msgspec.json.decode(msgspec.json.encode(command), type=ReceiveRequest) == command


def test_a_re_send_with_new_time_stamps_says_the_same() -> None:
    """A2."""
    message = a_message()
    later = understood(message.raw.replace(b"2026-11-23T10:00:00", b"2026-11-23T11:11:11"))
    assert later.time != message.time
    assert received(later).content == received(message).content
    assert received(later).request == received(message).request


def test_the_same_nine_lines_say_the_same_over_protobuf_and_xml() -> None:
    message = a_message()
    over_proto = parse_frame(write_frame(message))
    assert isinstance(over_proto, CotMessage)
    assert content_of(over_proto) == content_of(message)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'litter="2"', b'litter="3"'),
        (b'hlz_other="IR strobe"', b'hlz_other="IR beacon"'),
        (b'lat="9.2570000"', b'lat="9.2580000"'),
        (b't="Dressing"', b't="Dressing, morphine"'),
        (b'<zMist title="ZMIST1"', b'<zMist vendor="x" title="ZMIST1"'),
    ],
)
def test_an_edit_of_any_part_says_something_else_for_the_same_request(old: bytes, new: bytes) -> None:
    message = a_message()
    edited = understood(message.raw.replace(old, new))
    assert received(edited).content != received(message).content
    assert received(edited).request == received(message).request


def test_three_nine_lines_are_three_requests_and_another_peer_is_another() -> None:
    """R4: OpenTAKServer overwrites every patient in the table."""
    ids = {received(an_event(a_medevac({"urgent": "1"}), uid=uid)).request for uid in ("a", "b", "c")}
    assert len(ids) == 3
    assert received(a_message(), "tak-1").request != received(a_message(), "tak-2").request


def test_our_own_request_that_comes_back_edited_amends_ours() -> None:
    own = "0193593c-5c2a-7000-8000-000000000001"
    command = only_command(read_message(an_event(a_medevac({"urgent": "1"}), uid=own), "tak-1", own={own}))
    assert isinstance(command, ReceiveRequest)
    assert command.request == own


def test_nine_lines_that_a_peer_lost_are_no_change() -> None:
    """A7."""
    reading = read_message(an_event(Node(tag="contact", attributes={"callsign": "MED"})), "tak-1")
    assert (reading.use, reading.commands, reading.medevac) == ("medevac", (), None)


def test_what_was_not_understood_is_named() -> None:
    command = received(a_message("medevac_all_attributes.xml"))
    assert "_medevac_@x_evac_phase=2" in command.unknown
    assert any(part.startswith("detail/vendor_extension=<vendor_extension") for part in command.unknown)
    assert len(command.unknown) == 8


def test_patients_without_or_with_the_same_title_stay_apart() -> None:
    zmists = Node(
        tag="zMistsMap", children=tuple(Node(tag="zMist", attributes={"title": t}) for t in ("", "A", "A", ""))
    )
    command = received(an_event(Node(tag="_medevac_", children=(zmists,))))
    assert [patient.key for patient in command.patients] == ["#1", "A", "A#2", "#4"]


def test_a_mechanism_in_words_nobody_listed_is_other_with_its_words() -> None:
    zmist = Node(tag="zMist", attributes={"title": "1", "m": "Fell off truck", "i": "Bleeding badly"})
    message = an_event(Node(tag="_medevac_", children=(Node(tag="zMistsMap", children=(zmist,)),)))
    (patient,) = received(message).patients
    assert (patient.mechanism, patient.mechanism_text) == ("OTHER", "Fell off truck")
    assert (patient.injuries, patient.injuries_text) == (("BLEEDING",), "Bleeding badly")


def test_an_exercise_is_known_by_its_first_word() -> None:
    assert received(an_event(a_medevac({"medline_remarks": "Exercise Blue Shield"}))).exercise
    assert not received(an_event(a_medevac({"medline_remarks": "no exercise"}))).exercise


def test_a_nine_line_that_says_it_is_no_casevac_is_a_medevac() -> None:
    assert received(a_message("medevac_no_patients.xml")).kind == "MEDEVAC_EMERG"


def test_an_emergency_button_is_an_alert_and_its_release_cancels_the_same_one() -> None:
    alert = only_command(read_message(a_message("alert.xml"), "tak-1"))
    cancel = only_command(read_message(a_message("alert_cancelled.xml"), "tak-1"))
    assert isinstance(alert, RecordAlert) and isinstance(cancel, CancelAlert)
    assert alert.alert == cancel.alert
    assert (alert.channel, alert.callsign) == ("COT", "MONBATT-6-Alert")


def test_a_helicopter_track_is_a_position_of_an_asset() -> None:
    command = only_command(read_message(a_message("asset_helicopter.xml"), "tak-1"))
    assert isinstance(command, ReportAssetPosition)
    assert (command.kind, command.callsign, command.position.lat) == ("HELI", "UNMO-H1", 9.257)
    assert command.position.ce is None


@pytest.mark.parametrize(
    ("name", "use"), [("delete.xml", "delete"), ("hospital.xml", "hospital"), ("ping.xml", "ping")]
)
def test_a_delete_a_marker_and_a_ping_ask_for_nothing(name: str, use: str) -> None:
    """An inbound delete never deletes a casualty."""
    reading = read_message(a_message(name), "tak-1")
    assert (reading.use, reading.commands) == (use, ())


def test_swapped_or_foreign_positions_are_taken_and_have_to_be_confirmed() -> None:
    swapped = {"lat": "29.803", "lon": "9.257"}
    message = an_event(a_medevac({"urgent": "1"}), point=swapped)
    reading = read_message(message, "tak-1", box=SOUTH_SUDAN)
    assert "confirm_position" in reading.warnings
    assert len(reading.commands) == 1
    assert "confirm_position" not in read_message(a_message(), "tak-1", box=SOUTH_SUDAN).warnings


@pytest.mark.parametrize("point", [{"lat": "91", "lon": "0"}, {"lat": "NaN", "lon": "0"}, {"lon": "0"}, {"lat": "x"}])
def test_an_impossible_position_is_no_position_and_the_rest_is_taken(point: dict[str, str]) -> None:
    reading = read_message(an_event(a_medevac({"urgent": "1"}), point=point), "tak-1")
    command = only_command(reading)
    assert isinstance(command, ReceiveRequest)
    assert command.position is None
    assert "confirm_position" in reading.warnings


@pytest.mark.parametrize("hae", ["9999999", "-9999", "NaN", "inf", "1e400", "", "up"])
def test_odd_elevations_are_accepted(hae: str) -> None:
    """R8: FreeTAKServer issue 89 disconnects."""
    message = an_event(a_medevac({"urgent": "1"}), point={"lat": "9.2", "lon": "29.8", "hae": hae})
    assert received(message).position is not None


@pytest.mark.parametrize(
    ("time", "warning"),
    [("2026-11-23T10:00:00", "time_unclear"), ("soon", "time_unclear"), ("", "time_missing")],
)
def test_a_time_without_a_zone_is_asked_for_and_never_guessed(time: str, warning: str) -> None:
    reading = read_message(an_event(a_medevac({"urgent": "1"}), time=time), "tak-1")
    assert warning in reading.warnings
    assert reading.commands[0].at is None


def test_a_message_from_the_future_is_taken_and_flagged() -> None:
    early = datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert "time_in_future" in read_message(a_message(), "tak-1", received=early).warnings
    assert "time_in_future" not in read_message(a_message(), "tak-1", received=NOON).warnings


def test_sums_that_disagree_are_a_warning_and_no_more() -> None:
    medevac = a_medevac({"urgent": "1", "litter": "2", "equipment_none": "true", "hoist": "true"})
    reading = read_message(an_event(medevac), "tak-1")
    assert {"counts_disagree", "equipment_contradiction"} <= set(reading.warnings)
    assert len(reading.commands) == 1
    assert read_message(a_message(), "tak-1").warnings == ()


def test_the_nine_lines_as_flat_values_come_back_whole() -> None:
    medevac = lines_of_message(a_message("medevac_all_attributes.xml"))
    flat = lines_of(medevac)
    assert set(flat) <= LINE_NAMES
    expected = msgspec.structs.replace(medevac, zmists=(), unknown=(), source=None)
    assert medevac_of_lines(msgspec.json.decode(msgspec.json.encode(flat))) == expected
    assert lines_of(Medevac()) == {}


def test_a_refreshed_message_says_the_same() -> None:
    message = a_message()
    assert content_of(refreshed(message, NOON + timedelta(days=3))) == content_of(message)
