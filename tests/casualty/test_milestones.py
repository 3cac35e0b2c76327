"""The partial order of milestones, and where minutes were lost."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunant.casualty.intervals import Interval, moment
from dunant.casualty.milestones import (
    MilestonePack,
    OrderFlag,
    Reason,
    attributed,
    binding,
    closure,
    order_flags,
    segments,
)
from dunant.store.packs import PackShelf

PACK = PackShelf().read("milestones.toml", MilestonePack)
ORDER = closure(PACK.order)
START = datetime(2026, 3, 2, 19, 40, tzinfo=UTC)


def at(minutes: float) -> Interval:
    return moment(START + timedelta(minutes=minutes))


def test_there_are_eighteen_milestones() -> None:
    assert [row.code for row in PACK.milestone] == [f"M{n}" for n in range(18)]


def test_milestones_in_their_order_raise_no_flag() -> None:
    assert order_flags({f"M{n}": at(n) for n in range(18)}, ORDER) == []


def test_aid_before_the_alert_and_blood_in_flight_are_free() -> None:
    assert (
        order_flags({"M0": at(0), "M2": at(1), "M1": at(5), "M13": at(30), "M10": at(20), "M11": at(40)}, ORDER) == []
    )


def test_a_launch_before_its_authority_is_flagged_as_such() -> None:
    assert order_flags({"M5": at(10), "M7": at(5)}, ORDER) == [
        OrderFlag(before="M5", after="M7", flag="LAUNCHED_BEFORE_AUTHORITY")
    ]


def test_a_missing_step_in_between_hides_nothing() -> None:
    assert order_flags({"M7": at(30), "M11": at(10)}, ORDER) == [OrderFlag(before="M7", after="M11", flag="ORDER")]


def test_nothing_may_precede_the_injury() -> None:
    assert order_flags({"M0": at(5), "M13": at(1)}, ORDER)[0].flag == "BEFORE_INJURY"


def test_overlapping_intervals_are_given_the_benefit_of_the_doubt() -> None:
    early = Interval(lo=START, hi=START + timedelta(minutes=9))
    assert order_flags({"M0": at(5), "M2": early}, ORDER) == []


def test_only_minutes_that_were_certainly_lost_are_blamed() -> None:
    reached = {"M0": Interval(lo=START, hi=START + timedelta(minutes=8)), "M1": at(10)}
    assert segments(reached, PACK.segment, {("M0", "M1"): 1})[0].excess_min == 1


def test_a_segment_nobody_had_an_expectation_of_has_no_excess() -> None:
    found = segments({"M0": at(0), "M1": at(10)}, PACK.segment, {})
    assert (found[0].actual_min, found[0].expected_min, found[0].excess_min) == (10, None, 0)


def test_a_quick_step_earns_no_credit() -> None:
    assert segments({"M4": at(0), "M5": at(3)}, PACK.segment, {("M4", "M5"): 10})[0].excess_min == 0


def test_the_worst_delay_is_named_first() -> None:
    reached = {"M4": at(12), "M5": at(26), "M7": at(86)}
    found = binding(segments(reached, PACK.segment, {("M4", "M5"): 5, ("M5", "M7"): 30}))
    assert [(part.gap, part.excess_min) for part in found] == [(("M5", "M7"), 30), (("M4", "M5"), 9)]


def test_what_nobody_explains_is_homework() -> None:
    result = attributed(30, [Reason(code="NIGHT_LIMIT", minutes=20)])
    assert result.reasons[-1] == Reason(code="UNATTRIBUTED", minutes=10)


def test_more_than_was_lost_cannot_be_blamed() -> None:
    result = attributed(30, [Reason(code="WEATHER", minutes=30), Reason(code="COST", minutes=30)])
    assert result.overstated
    assert [reason.minutes for reason in result.reasons] == [15, 15]


@given(st.integers(0, 500), st.lists(st.integers(-10, 200), max_size=6))
def test_attributed_minutes_sum_to_the_excess(excess: int, stated: list[int]) -> None:
    result = attributed(excess, [Reason(code="WEATHER", minutes=minutes) for minutes in stated])
    assert sum(reason.minutes for reason in result.reasons) == pytest.approx(excess)
    assert all(reason.minutes > 0 for reason in result.reasons)
