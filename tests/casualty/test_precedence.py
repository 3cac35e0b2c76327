"""Precedence and the trap of the letter B."""

import pytest

from dunant.casualty.precedence import PrecedencePack, from_triage, read_precedence, write_precedence
from dunant.store.packs import PackShelf

PACK = PackShelf().read("precedence.toml", PrecedencePack)


def test_urgency_has_one_canonical_order() -> None:
    ordered = sorted((row.code for row in PACK.canonical), key=PACK.rank)
    assert ordered == ["URGENT_SURGICAL", "URGENT", "PRIORITY", "ROUTINE", "CONVENIENCE", "EXPECTANT", "DEAD"]


@pytest.mark.parametrize("letter", ["A", "B", "C", "D", "E", " b "])
def test_a_bare_letter_always_asks_for_its_dialect(letter: str) -> None:
    assert read_precedence(PACK, letter).ask_dialect


def test_b_without_dialect_counts_as_the_higher_of_both_readings() -> None:
    said = read_precedence(PACK, "B")
    assert {meaning.canonical for meaning in said.meanings} == {"PRIORITY", "URGENT_SURGICAL"}
    assert (said.canonical, said.dialect, said.raw_code) == ("URGENT_SURGICAL", None, "B")


@pytest.mark.parametrize(
    ("dialect", "raw", "canonical"),
    [
        ("NATO", "B", "PRIORITY"),
        ("US_5LEVEL", "B", "URGENT_SURGICAL"),
        ("US_5LEVEL", "A", "URGENT"),
        ("UN", "A", "URGENT"),
        ("UN", "C", "ROUTINE"),
        ("US_ATP", "ia", "URGENT_SURGICAL"),
        ("US_ATP", "IV", "CONVENIENCE"),
        ("ATAK", "urgent", "URGENT"),
        ("NATO", "T4", "EXPECTANT"),
    ],
)
def test_a_letter_with_its_dialect_has_one_meaning(dialect: str, raw: str, canonical: str) -> None:
    said = read_precedence(PACK, raw, dialect)
    assert (said.canonical, said.ask_dialect) == (canonical, False)


@pytest.mark.parametrize("dialect", ["UN", "NATO"])
def test_a_is_urgent_unless_surgery_is_needed(dialect: str) -> None:
    assert read_precedence(PACK, "A", dialect).canonical == "URGENT"
    assert read_precedence(PACK, "A", dialect, needs_surgery=True).canonical == "URGENT_SURGICAL"


def test_words_that_mean_the_same_everywhere_need_no_dialect() -> None:
    said = read_precedence(PACK, "priority")
    assert (said.canonical, said.ask_dialect) == ("PRIORITY", False)


def test_the_un_letter_d_is_not_read_as_death() -> None:
    said = read_precedence(PACK, "D", "UN")
    assert (said.canonical, len(said.meanings)) == ("EXPECTANT", 2)


def test_an_unknown_code_is_kept_as_it_was_said() -> None:
    said = read_precedence(PACK, "Prio 1a", "UN")
    assert (said.raw_code, said.canonical, said.meanings) == ("Prio 1a", None, ())


def test_a_triage_category_stands_for_a_precedence() -> None:
    assert [from_triage(PACK, code) for code in ("T1", "T2", "T3", "T4", "DEAD", "INDETERMINATE")] == [
        "URGENT", "PRIORITY", "ROUTINE", "EXPECTANT", "DEAD", None,
    ]  # fmt: skip
    assert from_triage(PACK, "T1", needs_surgery=True) == "URGENT_SURGICAL"


def test_nato_has_no_word_for_convenience() -> None:
    assert write_precedence(PACK, "CONVENIENCE", "NATO") is None
    assert write_precedence(PACK, "URGENT_SURGICAL", "ATAK") == "urgent"


@pytest.mark.parametrize("dialect", PACK.dialects)
def test_what_is_written_is_read_back(dialect: str) -> None:
    for row in PACK.canonical:
        raw = write_precedence(PACK, row.code, dialect)
        if raw is not None:
            read = read_precedence(PACK, raw, dialect, needs_surgery=row.code == "URGENT_SURGICAL")
            assert row.code in {meaning.canonical for meaning in read.meanings}
