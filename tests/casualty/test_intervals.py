"""Uncertain times and what they say together."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dunant.casualty.intervals import Interval, injury_time, interval_of, moment
from dunant.kernel.events import At

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


bounds = st.none() | st.integers(-500, 500).map(at)
instants = st.integers(-600, 600).map(at)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    lo, hi = draw(bounds), draw(bounds)
    if lo is not None and hi is not None and lo > hi:
        lo, hi = hi, lo
    return Interval(lo=lo, hi=hi)


def holds(interval: Interval, when: datetime) -> bool:
    return (interval.lo is None or interval.lo <= when) and (interval.hi is None or when <= interval.hi)


@given(intervals(), intervals(), instants)
def test_an_intersection_holds_what_both_hold(one: Interval, other: Interval, when: datetime) -> None:
    common = one.intersect(other)
    assert (common is not None and holds(common, when)) == (holds(one, when) and holds(other, when))


@given(intervals(), intervals(), instants)
def test_a_hull_holds_what_either_holds(one: Interval, other: Interval, when: datetime) -> None:
    if holds(one, when) or holds(other, when):
        assert holds(one.hull(other), when)


@given(intervals(), intervals())
def test_the_order_of_two_intervals_does_not_matter(one: Interval, other: Interval) -> None:
    assert one.intersect(other) == other.intersect(one)
    assert one.hull(other) == other.hull(one)
    assert one.earlier(other) == other.earlier(one)


@given(intervals(), intervals(), instants, instants)
def test_the_earlier_of_two_moments_lies_in_the_earlier_interval(
    one: Interval, other: Interval, first: datetime, second: datetime
) -> None:
    assume(holds(one, first) and holds(other, second))
    assert holds(one.earlier(other), min(first, second))


@given(intervals(), intervals(), instants, instants)
def test_what_certainly_precedes_is_never_after(
    one: Interval, other: Interval, first: datetime, second: datetime
) -> None:
    assume(holds(one, first) and holds(other, second))
    assert not one.precedes(other) or first < second


@given(st.lists(intervals(), max_size=5))
def test_the_time_of_injury_does_not_depend_on_the_order_of_statements(statements: list[Interval]) -> None:
    assert injury_time(statements) == injury_time(reversed(statements))


def test_an_interval_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="interval"):
        Interval(lo=at(1), hi=at(0))


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (At(t=at(0), p="EXACT"), moment(at(0))),
        (At(t=at(0), p="MINUTE"), moment(at(0))),
        (At(t=at(0), p="PLUS_MINUS", lo=at(-4), hi=at(4)), Interval(lo=at(-4), hi=at(4))),
        (At(t=at(0), p="ESTIMATED"), Interval(lo=at(-15), hi=at(15))),
        (At(t=at(0), p="ESTIMATED", hi=at(3)), Interval(lo=at(-15), hi=at(3))),
        (At(t=at(0), p="HOUR"), Interval(lo=at(0), hi=at(60))),
        (At(p="UNKNOWN"), Interval()),
        (At(p="UNKNOWN", lo=at(-30)), Interval(lo=at(-30))),
    ],
)
def test_a_stated_time_allows_what_its_precision_says(stated: At, expected: Interval) -> None:
    assert interval_of(stated, estimated_halfwidth_min=15) == expected


def test_an_unknown_time_of_injury_ends_at_the_first_observation_and_begins_when_last_known_well() -> None:
    known = injury_time([], last_known_well=at(-30), first_observation=at(4))
    assert known.interval == Interval(lo=at(-30), hi=at(4))
    assert injury_time([], first_observation=at(4)).interval == Interval(hi=at(4))


def test_an_estimate_is_narrowed_by_every_known_fact() -> None:
    known = injury_time([Interval(lo=at(-15), hi=at(15))], last_known_well=at(-5), first_observation=at(4))
    assert (known.interval, known.conflict) == (Interval(lo=at(-5), hi=at(4)), False)


def test_statements_that_exclude_each_other_open_a_conflict_and_keep_the_hull() -> None:
    known = injury_time([Interval(lo=at(0), hi=at(5)), Interval(lo=at(20), hi=at(25))])
    assert (known.interval, known.conflict) == (Interval(lo=at(0), hi=at(25)), True)


def test_a_treatment_before_the_stated_injury_is_a_conflict() -> None:
    assert injury_time([moment(at(10))], first_observation=at(4)).conflict
