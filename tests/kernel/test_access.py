"""Default deny, and one rule for one row and for a listing."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dunant.kernel.access import Actor, CommandRight, Condition, Grant, Policy, Relation
from dunant.kernel.disclosure import suppressed, visible
from dunant.kernel.views import Column
from tests.builders import as_actor

RELATIONS = (
    Relation(name="own", any_of=(Condition(column="author", actor="user"),)),
    Relation(name="treating", any_of=(Condition(column="treating", op="in", actor="facility"),)),
)
GRANTS = (
    Grant(role="medic", resource="clinical", level="limited", relation="own", groups=("mist",)),
    Grant(role="medic", resource="evacuation", level="full", groups=("status", "place")),
    Grant(role="clinician", resource="clinical", level="full", relation="treating", groups=("mist", "notes")),
    Grant(role="clinician", resource="statistics", level="aggregate", groups=("status",)),
)
RIGHTS = (
    CommandRight(role="medic", actions=("triage",)),
    CommandRight(role="clinician", actions=("triage", "discharge")),
)
POLICY = Policy(GRANTS, RELATIONS, RIGHTS, {"surgeon": "clinician"})
COLUMNS = (Column(name="subject", key=True), Column(name="status", group="status"), Column(name="mist", group="mist"))


def test_what_no_row_grants_is_refused() -> None:
    nobody = as_actor("cook@ALPHA")
    assert not POLICY.may(nobody, "triage")
    assert POLICY.sight(nobody, "evacuation").is_blind
    assert POLICY.sight(as_actor("medic@ALPHA"), "wellbeing").is_blind
    assert not POLICY.may(as_actor("medic@ALPHA"), "discharge")


def test_an_aggregate_grant_shows_no_row() -> None:
    assert POLICY.sight(as_actor("clinician@R2"), "statistics").is_blind


def test_a_role_has_what_its_parent_has_and_is_named_among_those_who_may() -> None:
    surgeon = as_actor("surgeon@R2", facility="R2")
    assert POLICY.may(surgeon, "discharge")
    assert not POLICY.sight(surgeon, "clinical").is_blind
    assert POLICY.who_may("discharge") == ["clinician", "surgeon"]
    assert POLICY.who_may("triage") == ["clinician", "medic", "surgeon"]


def test_a_circle_of_parents_ends() -> None:
    circle = Policy((), (), RIGHTS, {"a": "b", "b": "a"})
    assert not circle.may(as_actor("a"), "triage")


def test_one_sees_ones_own_rows_and_of_them_the_granted_columns() -> None:
    medic = as_actor("medic@ALPHA")
    sight = POLICY.sight(medic, "clinical")
    row = {"subject": "s", "status": "REPORTED", "mist": "GSW", "author": medic.user}
    assert visible(row, COLUMNS, sight, medic) == {"subject": "s", "mist": "GSW"}
    assert visible({**row, "author": "another"}, COLUMNS, sight, medic) is None


def test_nobody_without_a_facility_treats_the_row_without_one() -> None:
    sight = POLICY.sight(as_actor("clinician@R2"), "clinical")
    assert not sight.groups({"treating": None}, as_actor("clinician@R2"))
    assert not sight.groups({}, as_actor("clinician@R2"))
    assert not sight.groups({"treating": [None]}, as_actor("clinician@R2"))


def test_a_list_is_asked_for_a_whole_element() -> None:
    nurse = as_actor("clinician@R2", facility="R2")
    sight = POLICY.sight(nurse, "clinical")
    assert sight.groups({"treating": ["R1", "R2"]}, nurse) == {"mist", "notes"}
    for other in (["R22"], ["r2"], "R2", "xR2x", {"R2": 1}):
        assert not sight.groups({"treating": other}, nurse)


@given(counts=st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 12)), floor=st.integers(1, 6))
def test_no_small_count_is_shown_nor_can_be_reckoned_from_the_total(counts: dict[str, int], floor: int) -> None:
    shown = suppressed(counts, floor)
    hidden = [key for key, value in shown.items() if value is None]
    assert not any(value is not None and 0 < value < floor for value in shown.values())
    assert len(hidden) != 1 or sum(1 for value in counts.values() if value) == 1
    assert all(shown[key] == 0 for key, value in counts.items() if value == 0)


@settings(max_examples=200)
@given(
    row=st.fixed_dictionaries({"author": st.sampled_from(["u-medic", "x", None])}),
    role=st.sampled_from(["medic", "clinician", "cook"]),
)
def test_a_row_is_visible_exactly_if_a_condition_holds(row: Mapping[str, Any], role: str) -> None:
    actor: Actor = as_actor(f"{role}@ALPHA")
    sight = POLICY.sight(actor, "clinical")
    holds = sight.sees_every_row or any(condition.holds(row, actor) for condition in sight.conditions)
    assert bool(sight.groups(row, actor)) == holds
