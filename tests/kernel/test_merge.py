"""Heads, conflicts, warnings, counts: the rules of sync §6 and §7, one by one."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest

from dunant.casualty.events import CasualtyMissing, TriageAssigned
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId
from dunant.kernel.merge import ConflictResolved, Entry, Reading, add_wins, count, register, union
from tests.builders import an_event
from tests.fakes import NOON

SEVERITY = {"T1": 3, "T2": 2, "T3": 1}


def triaged(category: str, id: str, base: Sequence[str] = (), **more: Any) -> Event:
    return an_event(TriageAssigned(category=category, scheme="SIEVE"), id=id, base=base, **more)


def settled(value: Any, id: str, base: Sequence[str], field: str = "triage") -> Event:
    return an_event(ConflictResolved(field=field, value=value, reason="asked"), id=id, base=base)


def read(*events: Event) -> Reading[str]:
    """The reading, which must be the same in every order of arrival."""
    readings = {_key(_read(order)): _read(order) for order in permutations(events)}
    assert len(readings) == 1
    return next(iter(readings.values()))


def _read(events: Sequence[Event]) -> Reading[str]:
    facts = Facts(SubjectId("subject"), events)
    entries = [
        Entry(event.body.category, event)
        for event in facts.of(TriageAssigned)
        if isinstance(event.body, TriageAssigned)
    ]
    return register(facts, "triage", entries, rank=lambda entry: SEVERITY.get(entry.value, 0))


def _key(reading: Reading[str]) -> object:
    return (reading.value, tuple(entry.event.id for entry in reading.heads), reading.conflict and reading.conflict.id)


def heads(reading: Reading[str]) -> set[str]:
    return {entry.event.id for entry in reading.heads}


def test_m1_a_value_replaces_what_its_author_had_seen() -> None:
    reading = read(triaged("T1", "a"), triaged("T3", "b", base=["a"]))
    assert (reading.value, heads(reading), reading.conflict) == ("T3", {"b"}, None)


def test_m1_values_set_apart_conflict_and_the_more_severe_is_shown() -> None:
    reading = read(triaged("T3", "a", h=9), triaged("T1", "b", h=1))
    assert (reading.value, heads(reading)) == ("T1", {"a", "b"})
    assert reading.conflict is not None
    assert reading.conflict.field == "triage"


def test_m1_equal_values_set_apart_agree() -> None:
    reading = read(triaged("T2", "a"), triaged("T2", "b"))
    assert (reading.value, heads(reading), reading.conflict) == ("T2", {"a", "b"}, None)


def test_m2_what_was_seen_long_ago_is_superseded_through_all_in_between() -> None:
    reading = read(triaged("T1", "a"), triaged("T2", "b", base=["a"]), triaged("T3", "c", base=["b"]))
    assert (reading.value, heads(reading)) == ("T3", {"c"})


def test_m2_a_change_from_an_old_base_conflicts_with_the_whole_interval() -> None:
    """The first rule of ODK asked only whether the base is the latest (getodk/central #698)."""
    server = [triaged("T1", "a"), triaged("T2", "b", base=["a"]), triaged("T3", "c", base=["b"])]
    reading = read(*server, triaged("T1", "d", base=["a"]))
    assert heads(reading) == {"c", "d"}
    assert reading.conflict is not None


def test_m3_a_base_that_has_not_arrived_is_superseded_when_it_does() -> None:
    late = triaged("T1", "a")
    newer = triaged("T3", "b", base=["a"])
    assert heads(read(newer)) == {"b"}
    assert heads(read(newer, late)) == {"b"}


def test_m3_a_base_in_another_field_supersedes_nothing_here() -> None:
    elsewhere = an_event(CasualtyMissing(), id="x", base=["a"])
    assert heads(read(triaged("T1", "a"), elsewhere)) == {"a"}
    assert heads(read(triaged("T1", "a"), elsewhere, triaged("T2", "b", base=["x"]))) == {"b"}


def test_a_conflict_has_the_same_name_on_every_site() -> None:
    one, other = read(triaged("T3", "a"), triaged("T1", "b")), read(triaged("T1", "b"), triaged("T3", "a"))
    assert one.conflict is not None
    assert other.conflict is not None
    assert one.conflict.id == other.conflict.id
    assert len(one.conflict.id) == 64


def test_a_person_who_saw_all_heads_settles_it() -> None:
    apart = [triaged("T3", "a"), triaged("T1", "b")]
    reading = read(*apart, settled("T2", "r", ["a", "b"]))
    assert (reading.value, heads(reading), reading.conflict) == ("T2", {"r"}, None)


def test_a_late_value_reopens_what_was_settled() -> None:
    events = [triaged("T3", "a"), triaged("T1", "b"), settled("T2", "r", ["a", "b"]), triaged("T1", "c", base=["a"])]
    reading = read(*events)
    assert heads(reading) == {"r", "c"}
    assert reading.conflict is not None


def test_settling_another_field_settles_nothing_here() -> None:
    reading = read(triaged("T3", "a"), triaged("T1", "b"), settled("T2", "r", ["a", "b"], field="sex"))
    assert heads(reading) == {"a", "b"}


def test_an_edit_that_is_retracted_lets_the_earlier_value_return() -> None:
    from dunant.kernel.merge import EnteredInError

    wrong = an_event(EnteredInError(reason="x"), retracts="b")
    assert read(triaged("T1", "a"), triaged("T3", "b", base=["a"]), wrong).value == "T1"


def test_no_value_vanishes_because_two_events_name_each_other_as_seen() -> None:
    loop = [triaged("T1", "a", base=["b"]), triaged("T3", "b", base=["a"])]
    assert heads(read(*loop)) == {"a", "b"}
    assert heads(read(triaged("T1", "a", base=["a"]))) == {"a"}
    assert heads(read(*loop, triaged("T2", "c", base=["b"]))) == {"c"}


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        ({"category": "T1"}, {"category": "T2"}, "a"),
        ({"category": "T2", "at": NOON}, {"category": "T2", "at": NOON.replace(hour=13)}, "b"),
        ({"category": "T2", "h": 2}, {"category": "T2", "h": 1}, "a"),
        ({"category": "T2", "h": 1, "site": "ALPHA"}, {"category": "T2", "h": 1, "site": "BRAVO"}, "b"),
    ],
    ids=["more severe", "more recent", "hybrid clock", "identity"],
)
def test_which_head_is_shown(one: dict[str, Any], other: dict[str, Any], shown: str) -> None:
    reading = read(triaged(**one, id="a"), triaged(**other, id="b"))
    assert reading.shown is not None
    assert reading.shown.id == shown


def test_a_whole_number_and_the_same_with_a_point_agree() -> None:
    facts = Facts(SubjectId("subject"), [settled(9.0, "a", []), settled(9, "b", [])])
    assert register(facts, "triage", []).conflict is None


def test_nothing_known_reads_as_nothing() -> None:
    assert read() == Reading()


def test_what_only_adds_is_listed_in_the_order_it_happened() -> None:
    late = an_event(CasualtyMissing(), id="late", at=NOON.replace(hour=14), h=1)
    early = an_event(CasualtyMissing(), id="early", at=NOON.replace(hour=13), h=2)
    for order in permutations((late, early)):
        assert [event.id for event in union(Facts(SubjectId("subject"), order), CasualtyMissing)] == ["early", "late"]


# ── warnings: add wins ──


def standing(added: list[Event], refuted: list[Event]) -> list[str]:
    facts = Facts(SubjectId("subject"), [*added, *refuted])
    found = add_wins(facts, [("penicillin", event) for event in added], [("penicillin", event) for event in refuted])
    return [event.id for event in found.get("penicillin", [])]


def test_a_warning_stands_until_somebody_who_saw_it_refutes_it() -> None:
    added = an_event(CasualtyMissing(), id="a")
    assert standing([added], []) == ["a"]
    assert standing([added], [an_event(CasualtyMissing(), base=["a"])]) == []


def test_a_warning_that_the_refutation_had_not_seen_survives() -> None:
    added = [an_event(CasualtyMissing(), id="a"), an_event(CasualtyMissing(), id="b")]
    assert standing(added, [an_event(CasualtyMissing(), base=["a"])]) == ["b"]


# ── counts ──

LOG = "ALPHA/00000001/casualty"


def delta(change: int, q: int, site: str = "ALPHA") -> tuple[int, Event]:
    return change, an_event(CasualtyMissing(), site=site, q=q)


def take(value: int, q: int, covers: dict[str, int], site: str = "ALPHA") -> tuple[int, dict[str, int], Event]:
    return value, covers, an_event(CasualtyMissing(), site=site, q=q)


def test_a_stock_nobody_has_counted_is_unknown() -> None:
    assert count([delta(3, 1)], []).value is None


def test_deltas_outside_a_stock_take_are_added_on_top() -> None:
    changes = [delta(-2, 1), delta(-3, 5), delta(+1, 1, "BRAVO")]
    assert count(changes, [take(10, 4, {LOG: 3})]).value == 8


def test_a_stock_take_that_covers_another_supersedes_it() -> None:
    found = count([delta(-1, 2)], [take(10, 1, {}), take(7, 3, {LOG: 2})])
    assert (found.value, found.disputed) == (7, ())


def test_two_stock_takes_made_apart_dispute_unless_they_agree() -> None:
    assert count([], [take(10, 1, {}), take(7, 1, {}, "BRAVO")]).disputed == (7, 10)
    assert count([], [take(7, 1, {}), take(7, 1, {}, "BRAVO")]).disputed == ()


def test_stock_takes_that_claim_to_cover_each_other_both_stand() -> None:
    both = [take(10, 1, {LOG: 9}), take(7, 2, {LOG: 9})]
    assert count([], both).disputed == (7, 10)
