"""The nine lines: what is understood, what is kept, what a peer of either profile gets."""

import msgspec

from dunant.exchange.cot.medevac import (
    ATAK_ATTRIBUTES,
    KNOWN_ATTRIBUTES,
    read_medevac,
    with_medevac,
    write_medevac,
)
from dunant.exchange.cot.model import Medevac, Node, ZMist
from dunant.exchange.cot.xml import write_event
from tests.exchange.cot.builders import a_medevac, a_message, lines_of_message, sample, understood


def test_the_sample_is_understood_to_the_last_attribute() -> None:
    medevac = lines_of_message(a_message())
    assert medevac.counts == {"URGENT": 1, "PRIORITY": 1, "ROUTINE": 1}
    assert medevac.equipment == {"HOIST", "EXTRACTION"}
    assert (medevac.litter, medevac.ambulatory, medevac.security) == (2, 1, "P")
    assert (medevac.marking, medevac.marking_text) == ("OTHER", "IR strobe")
    assert medevac.nationality == {"us_military": 2, "nonus_civilian": 1}
    assert (medevac.terrain, medevac.slope_direction, medevac.hlz.winds_from) == (frozenset({"SLOPE"}), "N", "045")
    assert [zmist.title for zmist in medevac.zmists] == ["ZMIST1", "ZMIST2"]
    assert medevac.unknown == ()


def test_the_sample_is_written_back_as_it_came_without_its_transport_marks() -> None:
    before, _, rest = sample().partition(b"<_flow-tags_")
    _, _, after = rest.partition(b"/>")
    assert write_event(a_message()) == before + after


def test_forty_attributes_of_atak_and_two_of_extended_peers_are_known() -> None:
    assert len(set(ATAK_ATTRIBUTES)) == 40
    assert len(KNOWN_ATTRIBUTES) == 42


def test_all_known_and_five_invented_attributes_survive() -> None:
    """R2: OpenTAKServer 1.7.14 loses the whole message on three of them."""
    message = a_message("medevac_all_attributes.xml")
    medevac = lines_of_message(message)
    assert set(message.in_detail("_medevac_").attributes) >= KNOWN_ATTRIBUTES  # type: ignore[union-attr]
    assert write_event(with_medevac(message, medevac)) == sample("medevac_all_attributes.xml")
    paths = [part.path for part in medevac.unknown]
    assert len([path for path in paths if path.startswith("_medevac_@")]) == 5
    assert "_medevac_/vendor_child" in paths
    assert "_medevac_/zMistsMap/zMist[0]@vendor_score" in paths


def test_a_frequency_is_text_and_never_a_number() -> None:
    assert lines_of_message(a_message("medevac_all_attributes.xml")).freq == "46.55/47.0 alt"
    assert lines_of_message(a_message("medevac_no_patients.xml")).freq == "030.5"


def test_a_count_that_is_no_number_is_kept_and_named() -> None:
    medevac = read_medevac(a_medevac({"urgent": "two", "litter": "-1", "security": "9", "hoist": "yes"}))
    assert medevac.counts == {} and medevac.litter is None and medevac.security is None
    assert {part.path: part.value for part in medevac.unknown} == {
        "_medevac_@urgent": "two",
        "_medevac_@litter": "-1",
        "_medevac_@security": "9",
        "_medevac_@hoist": "yes",
    }
    assert write_medevac(medevac) == medevac.source


def test_an_edit_changes_its_own_attributes_and_no_other() -> None:
    message = a_message("medevac_all_attributes.xml")
    medevac = lines_of_message(message)
    edited = msgspec.structs.replace(medevac, litter=5, marking=None, counts={**medevac.counts, "ROUTINE": 4})
    before, after = message.in_detail("_medevac_"), write_medevac(edited)
    assert before is not None
    expected = {**before.attributes, "litter": "5", "routine": "4"}
    del expected["hlz_marking"]
    assert after.attributes == expected
    assert after.children == before.children


def test_a_spelling_of_the_peer_stays_while_its_meaning_stays() -> None:
    node = a_medevac({"litter": "02", "hoist": "TRUE", "ventilator": "false", "urgent": " 1 "})
    medevac = read_medevac(node)
    assert write_medevac(medevac) == node
    assert write_medevac(msgspec.structs.replace(medevac, ambulatory=1)).attributes == {
        **node.attributes,
        "ambulatory": "1",
    }


def test_surgical_is_added_into_urgent_for_a_peer_that_knows_only_three_precedences() -> None:
    medevac = Medevac(counts={"URGENT_SURGICAL": 2, "URGENT": 1, "ROUTINE": 1, "CONVENIENCE": 3})
    assert write_medevac(medevac, "ATAK_CIV").attributes == {"urgent": "3", "routine": "4"}
    assert write_medevac(medevac, "EXTENDED").attributes == {
        "urgent": "1",
        "urgent_surgical": "2",
        "routine": "1",
        "convenience": "3",
    }


def test_surgical_of_an_extended_peer_is_folded_on_the_way_to_a_plain_one() -> None:
    node = a_medevac({"urgent": "1", "urgent_surgical": "2", "vendor": "x"})
    assert write_medevac(read_medevac(node), "ATAK_CIV").attributes == {"urgent": "3", "vendor": "x"}


def test_no_attribute_of_ours_is_ever_put_into_the_element() -> None:
    full = lines_of_message(a_message("medevac_all_attributes.xml"))
    written = write_medevac(msgspec.structs.replace(full, source=None))
    assert set(written.attributes) <= KNOWN_ATTRIBUTES


def test_patients_keep_their_order_and_the_unknown_parts_of_their_elements() -> None:
    message = a_message("medevac_all_attributes.xml")
    medevac = lines_of_message(message)
    more = (*medevac.zmists, ZMist(title="ZMIST2", z="D-4KQ2M-B", m="Heat"))
    node = write_medevac(msgspec.structs.replace(medevac, zmists=more))
    patients = node.find("zMistsMap")
    assert patients is not None
    assert [child.get("title") for child in patients.children] == ["ZMIST1", "ZMIST2"]
    assert patients.children[0].get("vendor_score") == "5"
    assert node.find("vendor_child") is not None


def test_nothing_stated_is_not_the_same_as_nothing() -> None:
    """A7: an absent element means no change, an empty one says that nothing was filled in."""
    assert read_medevac(Node(tag="_medevac_")) == Medevac(source=Node(tag="_medevac_"))
    assert understood(sample("asset_helicopter.xml")).in_detail("_medevac_") is None
