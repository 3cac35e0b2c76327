"""The next-of-kin gate and the one function that everything passes on its way out (invariants 11 and 13)."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunant.kernel.access import Actor, Condition, Part, Sight
from dunant.kernel.disclosure import released, visible
from dunant.kernel.gate import COVERED_BY, OPEN, Cover, Gate
from dunant.kernel.views import Column

COVERS = {
    "contingent": Cover(scope="NATIONALITY_UNIT", how="WITHHOLD"),
    "affiliation": Cover(scope="NATIONALITY_UNIT", how="HEAD"),
}
SHUT = Gate({"a": ["ALL"]}, COVERS, {"Amal Quill": "D-4KQ2M-B", "乔伊": "D-4KQ2M-B"})
READER = Actor(user="u-1", role="counsellor", contingent="EAST")
COLUMNS = (Column(name="subject", key=True), Column(name="value", group="name"), Column(name=COVERED_BY, group="tie"))


def test_an_open_gate_changes_nothing() -> None:
    row = {"subject": "a", "contingent": "EAST", "note": "Amal Quill"}
    assert released(row, OPEN) is row


def test_a_covered_field_is_gone_or_cut_to_its_head_of_who_is_held_and_of_nobody_else() -> None:
    row = {"subject": "a", "contingent": "EAST", "affiliation": "UN_MIL:XAA"}
    assert released(row, SHUT) == {"subject": "a", "affiliation": "UN_MIL"}
    other = {**row, "subject": "b"}
    assert released(other, SHUT) == other


def test_whom_a_part_is_about_is_read_from_where_it_stands() -> None:
    assert released({"contingent": "EAST"}, SHUT, "a") == {}
    assert released({"subject": "leg", "aboard": [{"casualty": "a", "contingent": "EAST"}]}, SHUT) == {
        "subject": "leg",
        "aboard": [{"casualty": "a"}],
    }
    assert released({"subject": "a", "facts": {"affiliation": "UN_MIL:XAA"}}, SHUT)["facts"] == {
        "affiliation": "UN_MIL"
    }


def test_a_contradiction_about_a_covered_field_is_gone_with_its_values() -> None:
    conflict = {"field": "contingent", "values": [{"value": "EAST"}]}
    assert released({"subject": "a", "conflicts": [conflict, {"field": "triage"}]}, SHUT)["conflicts"] == [
        {"field": "triage"}
    ]
    assert released([{"subject": "a", **conflict}], SHUT) == []
    assert released({"subject": "a", "facts": {**conflict, "value": "EAST"}}, SHUT)["facts"] == {"field": "contingent"}


@pytest.mark.parametrize("text", ["Amal Quill walks", "(amal quill)", "tell AMAL QUILL's brother", "乔伊在这里"])
def test_a_name_that_somebody_typed_is_replaced_by_the_tag(text: str) -> None:
    told = released({"note": text}, SHUT)["note"]
    assert "D-4KQ2M-B" in told and "quill" not in told.lower() and "乔伊" not in told


def test_a_name_inside_a_longer_word_is_another_word() -> None:
    gate = Gate(words={"Ali": "D-1"})
    assert released("Somalia, Mali and Ali", gate) == "Somalia, Mali and D-1"


def test_scopes_that_are_not_held_cover_nothing() -> None:
    named = Gate({"a": ["NAME"]}, COVERS)
    assert released({"subject": "a", "contingent": "EAST"}, named) == {"subject": "a", "contingent": "EAST"}
    assert [named.holds("a", scope) for scope in ("NAME", "PHOTO", "NATIONALITY_UNIT", "ALL")] == [
        True,
        False,
        False,
        True,
    ]


def test_a_row_that_falls_under_a_held_scope_does_not_exist() -> None:
    sight = Sight(parts=(Part(groups=frozenset({"name"}), anything=True),), gate=SHUT)
    named = {"subject": "a", "value": "x", COVERED_BY: "NAME"}
    assert visible(named, COLUMNS, sight, READER) is None
    assert visible({**named, "subject": "b"}, COLUMNS, sight, READER) == {"subject": "b", "value": "x"}
    assert visible({**named, COVERED_BY: None}, COLUMNS, sight, READER) == {"subject": "a", "value": "x"}


def test_a_tie_by_what_may_not_be_told_is_none() -> None:
    own = Part(groups=frozenset({"status"}), conditions=(Condition(column="contingent", actor="contingent"),))
    row = {"subject": "a", "contingent": "EAST"}
    assert Sight(parts=(own,)).groups(row, READER) == {"status"}
    assert Sight(parts=(own,), gate=SHUT).groups(row, READER) == frozenset()


JSON: Any = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-9, 9), st.sampled_from(["Amal Quill", "amal quill.", "x", "EAST"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["subject", "casualty", "contingent", "affiliation", "field", "note", "Amal Quill"]), inner
        ),
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_the_shape_no_name_leaves_and_doing_it_twice_is_doing_it_once(content: Any) -> None:
    out = released(content, SHUT, "a")
    text = msgspec.json.encode(out).decode().lower()
    assert "amal quill" not in text
    assert '"contingent"' not in text.replace('"field":"contingent"', "")
    assert released(out, SHUT, "a") == out
