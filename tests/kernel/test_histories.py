"""Sync may bring facts in any order, twice, and in any portions: what is told in the end is the same (sync §6)."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dunant.kernel import merge
from dunant.kernel.events import Body, Event
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId
from dunant.kernel.merge import Entry
from tests.histories import a_world, told

STEPS = st.lists(st.integers(0, 2**96), min_size=4, max_size=40)


def by_subject(events: list[Event]) -> dict[SubjectId, list[Event]]:
    found: dict[SubjectId, list[Event]] = {}
    for event in events:
        found.setdefault(event.header.s, []).append(event)
    return found


@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS, sites=st.integers(2, 3), seed=st.integers(0, 2**16))
def test_any_order_any_repeats_any_portions_tell_the_same(steps: list[int], sites: int, seed: int) -> None:
    dice = random.Random(seed)
    for subject, events in by_subject(a_world(steps, sites).events()).items():
        expected = told(Facts(subject, events))
        assert told(Facts(subject, reversed(events))) == expected
        heard = events + dice.choices(events, k=len(events) // 2)
        dice.shuffle(heard)
        # In portions: a state that has been read, and may have remembered something, goes on growing.
        cut = dice.randrange(len(heard))
        growing = Facts(subject, heard[:cut])
        told(growing)
        for event in heard[cut:]:
            growing.add(event)
        assert told(growing) == expected


def test_the_histories_are_worth_their_name() -> None:
    """Among a few hundred there are conflicts, duplicates, retractions, links and resolved fields."""
    dice = random.Random(7)
    seen: dict[str, int] = {}
    for _ in range(600):
        for subject, events in by_subject(a_world([dice.randrange(2**96) for _ in range(24)]).events()).items():
            tale = told(Facts(subject, events))
            seen["conflict"] = seen.get("conflict", 0) + bool(tale["rows"].get("conflicts"))
            seen["twice"] = seen.get("twice", 0) + bool(tale["twice"])
            seen["void"] = seen.get("void", 0) + bool(tale["void"])
            seen["sites"] = seen.get("sites", 0) + (len({event.header.o for event in events}) > 1)
            for event in events:
                seen[event.header.t] = seen.get(event.header.t, 0) + 1
    wanted = (
        "conflict",
        "twice",
        "void",
        "sites",
        "kernel.subject_linked",
        "kernel.subject_unlinked",
        "kernel.conflict_resolved",
    )
    assert {name: seen.get(name, 0) >= 10 for name in wanted} == dict.fromkeys(wanted, True), seen


# ── the test of the test: a fold with a bug must not get through ──


def keeps_whichever_came_first(self: Facts, event: Event) -> Facts:
    """Of two events with one id, the one that arrived first instead of the smallest identity."""
    return self if event.id in self else _honest_add(self, event)


def takes_the_last_to_arrive(self: Facts, *types: type[Body]) -> Event | None:
    return next(iter(self.of(*types)[::-1]), None)


def trusts_the_order_of_arrival(facts: Facts, entries: Sequence[Entry[Any]]) -> list[Entry[Any]]:
    return list(entries[-1:])


_honest_add = Facts.add
BUGS = (
    (Facts, "add", keeps_whichever_came_first),
    (Facts, "last", takes_the_last_to_arrive),
    (Facts, "first", takes_the_last_to_arrive),
    (merge, "heads", trusts_the_order_of_arrival),
)


@pytest.mark.parametrize(("where", "name", "bug"), BUGS, ids=lambda value: getattr(value, "__name__", value))
def test_a_fold_with_a_bug_is_caught(where: object, name: str, bug: object, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(11)
    histories = [a_world([dice.randrange(2**96) for _ in range(40)]).events() for _ in range(150)]
    monkeypatch.setattr(where, name, bug)

    def differs(events: list[Event]) -> bool:
        shuffled = dice.sample(events, len(events))
        return any(
            told(Facts(s, es)) != told(Facts(s, by_subject(shuffled)[s])) for s, es in by_subject(events).items()
        )

    assert any(differs(events) for events in histories)
