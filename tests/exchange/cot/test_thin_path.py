"""From the bytes of a field client to the nine lines and back."""

from pathlib import Path

from dunant.exchange.cot.medevac import medevac_of
from dunant.exchange.cot.model import CotMessage
from dunant.exchange.cot.xml import parse_event, write_event

SAMPLE = Path("tests/samples/cot/medevac_two_patients.xml").read_bytes()


def test_the_sample_is_understood_to_the_last_attribute() -> None:
    message = parse_event(SAMPLE)
    assert isinstance(message, CotMessage)
    medevac = medevac_of(message)
    assert medevac is not None
    assert medevac.counts == {"URGENT": 1, "PRIORITY": 1, "ROUTINE": 1}
    assert medevac.equipment == {"HOIST", "EXTRACTION"}
    assert (medevac.litter, medevac.ambulatory, medevac.security) == (2, 1, "P")
    assert (medevac.marking, medevac.marking_text) == ("OTHER", "IR strobe")
    assert [zmist.title for zmist in medevac.zmists] == ["ZMIST1", "ZMIST2"]
    assert medevac.unknown == ()


def test_the_sample_is_written_back_as_it_came_without_its_transport_marks() -> None:
    message = parse_event(SAMPLE)
    assert isinstance(message, CotMessage)
    before, _, rest = SAMPLE.partition(b"<_flow-tags_")
    _, _, after = rest.partition(b"/>")
    assert write_event(message) == before + after.strip()
