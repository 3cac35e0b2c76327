"""Codes come from the pack: every table has a source, every dialect its own letters."""

from pathlib import Path

import msgspec
import pytest

from dunant.exchange.cot.codes import core_codes, parse_codes

CODES = core_codes()
PACK = Path("src/dunant/packs/core/cot.toml")


@pytest.mark.parametrize(
    ("affiliation", "child", "attribute"),
    [
        ("UN_MIL:IND", False, "us_military"),
        ("UN_POL_FPU:BGD", False, "us_military"),
        ("UNV", False, "us_civilian"),
        ("HOST_FORCES", False, "nonus_military"),
        ("HOST_CIV", False, "nonus_civilian"),
        ("DETAINEE", False, "epw"),
        ("HOST_CIV", True, "child"),
        ("something new", False, "nonus_civilian"),
    ],
)
def test_a_person_counts_once_on_line_eight(affiliation: str, child: bool, attribute: str) -> None:
    assert CODES.line8_attribute(affiliation, child=child) == attribute


def test_two_coalition_soldiers_are_not_two_un_soldiers_of_a_country() -> None:
    assert CODES.affiliation_of("us_military") == ("UNKNOWN", False)
    assert CODES.affiliation_of("epw") == ("DETAINEE", False)
    assert CODES.affiliation_of("child") == ("UNKNOWN", True)


def test_a_label_is_matched_whatever_its_case_accents_and_blanks() -> None:
    assert CODES.mechanism.read("  blunt  TRAUMA ").code == "BLUNT"
    assert CODES.mechanism.read("Fell off a truck") == CODES.mechanism.read("Fell off a truck")
    unknown = CODES.mechanism.read("Fell off a truck")
    assert (unknown.code, unknown.text, unknown.matched) == ("OTHER", "Fell off a truck", False)


def test_several_injuries_in_one_text_are_several_codes() -> None:
    assert CODES.injury.read_all("Amputation Bleeding") == (("AMPUTATION", "BLEEDING"), True)
    assert CODES.injury.read_all("Gunshot Wound, foreign body; Stab") == (
        ("GUNSHOT_WOUND", "FOREIGN_BODY", "STAB"),
        True,
    )
    assert CODES.injury.read_all("Bleeding from left ear") == (("BLEEDING",), False)
    assert CODES.injury.read_all("") == ((), True)


def test_every_code_we_know_is_sent_with_its_english_label() -> None:
    for table in (CODES.mechanism, CODES.injury, CODES.sign):
        for code in table.labels["en"]:
            assert table.read(table.write(code)).code == code


def test_no_label_of_any_language_stands_for_two_codes() -> None:
    for table in (CODES.mechanism, CODES.injury, CODES.sign):
        for labels in table.labels.values():
            for code, spellings in labels.items():
                assert {table.read(spelling).code for spelling in spellings} == {code}


def test_a_label_in_any_language_we_know_is_the_same_code() -> None:
    for label in ("Blast", "explosión", "Взрыв", "انفجار", "爆炸", "Effet de souffle"):
        assert CODES.mechanism.read(label).code == "BLAST"
    assert CODES.injury.read_all("Кровотечение, перелом") == (("BLEEDING", "FRACTURE"), True)
    assert CODES.injury.read_all("出血、骨折") == (("BLEEDING", "FRACTURE"), True)


def test_the_labels_of_every_language_have_a_source() -> None:
    for table in (CODES.mechanism, CODES.injury, CODES.sign):
        assert set(table.labels) == set(table.sources)


@pytest.mark.parametrize(
    ("cot_type", "kind"),
    [
        ("a-f-A-M-H-O", "HELI"),
        ("a-f-A-M-F-O", "FIXED"),
        ("a-f-G-U-C-V-R-U-E", "AMBULANCE"),
        ("a-f-G-U-C-V-R-E", "AMBULANCE"),
        ("t-x-v-m", "AMBULANCE"),
        ("a-f-G-U-C", None),
        ("a-h-A-M-H-O", None),
    ],
)
def test_an_asset_is_known_by_its_type(cot_type: str, kind: str | None) -> None:
    assert CODES.asset_kind(cot_type) == kind


def test_a_table_without_a_source_is_refused() -> None:
    pack = PACK.read_text(encoding="utf-8")
    broken = pack.replace('[line6]\nsource = "', '[line6]\nwhence = "')
    with pytest.raises(msgspec.ValidationError, match="line6"):
        parse_codes(broken.encode())
