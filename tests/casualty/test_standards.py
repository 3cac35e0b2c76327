"""The 10-1-2 clocks, closed, running, uncertain and predicted."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dunant.casualty.intervals import Interval, moment
from dunant.casualty.standards import (
    Clocks,
    Course,
    Elapsed,
    Prediction,
    Reading,
    compliance,
    judge,
    limits_of,
    predict,
    read_clock,
    read_clocks,
)
from dunant.kernel.policy import Thresholds
from dunant.store.packs import PackShelf

CLOCKS = PackShelf().read("clocks.toml", Clocks)
THRESHOLDS = PackShelf().read("thresholds.toml", Thresholds)
INJURED = datetime(2026, 3, 2, 19, 40, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return INJURED + timedelta(minutes=minutes)


def between(lo: float | None, hi: float | None) -> Interval:
    return Interval(lo=None if lo is None else after(lo), hi=None if hi is None else after(hi))


def a_course(**changes: object) -> Course:
    known = Course(milestones={"M0": moment(INJURED)}, category="URGENT_SURGICAL", cause="BATTLE", needs_surgery=True)
    return replace(known, **changes)


def with_milestones(**times: Interval) -> Course:
    return a_course(milestones={"M0": moment(INJURED), **times})


def read(code: str, course: Course, now: float = 30, prediction: Prediction | None = None) -> Reading:
    definition = CLOCKS.get(code)
    return read_clock(definition, limits_of(definition, THRESHOLDS), course, after(now), prediction)


@pytest.mark.parametrize(("code", "limit", "milestone"), [("C10", 10, "M2"), ("C60", 60, "M9"), ("C120", 120, "M14")])
def test_a_time_equal_to_the_limit_is_inside(code: str, limit: float, milestone: str) -> None:
    assert read(code, with_milestones(**{milestone: moment(after(limit))})).verdict == "MET"
    late = moment(after(limit) + timedelta(seconds=1))
    assert read(code, with_milestones(**{milestone: late})).verdict == "BREACH_CERTAIN"


def test_an_interval_that_reaches_over_the_limit_is_a_possible_breach() -> None:
    assert read("C10", with_milestones(M2=between(8, 12))).verdict == "BREACH_POSSIBLE"


def test_without_a_lower_bound_of_the_time_of_injury_nothing_is_met() -> None:
    seen = Interval(hi=INJURED)
    reading = read("C10", a_course(milestones={"M0": seen, "M2": moment(after(1))}))
    assert reading.verdict == "BREACH_POSSIBLE"
    assert reading.elapsed == Elapsed(lo_min=1, hi_min=None)


def test_at_least_so_long_is_enough_for_a_certain_breach() -> None:
    seen = Interval(hi=INJURED)
    assert read("C10", a_course(milestones={"M0": seen, "M2": moment(after(11))})).verdict == "BREACH_CERTAIN"


def test_a_running_clock_is_judged_as_if_care_came_now() -> None:
    running = read("C60", a_course(), now=38)
    assert (running.stop, running.verdict, running.elapsed) == (None, "MET", Elapsed(lo_min=38, hi_min=38))
    assert read("C60", a_course(), now=61).verdict == "BREACH_CERTAIN"


def test_a_clock_without_time_of_injury_has_not_started() -> None:
    assert read("C10", a_course(milestones={"M2": moment(after(5))})).verdict == "NO_START"
    assert read("C10", a_course(milestones={"M0": Interval()})).verdict == "NO_START"


def test_death_before_the_stop_ends_the_clock_without_meeting_or_missing_it() -> None:
    dead = a_course(died=moment(after(92)))
    assert read("C60", dead, now=200).verdict == "ENDED_BY_DEATH"
    assert read("C60", dead, now=200).elapsed == Elapsed(lo_min=92, hi_min=92)


def test_death_after_the_stop_changes_nothing() -> None:
    dead = replace(with_milestones(M9=moment(after(40))), died=moment(after(92)))
    assert read("C60", dead, now=200).verdict == "MET"


def test_an_exclusion_carries_its_reason() -> None:
    reading = read("C60", a_course(excluded={"C60": "REFUSED"}))
    assert (reading.verdict, reading.reason) == ("EXCLUDED", "REFUSED")


def test_the_earlier_of_skilled_care_and_resuscitation_room_stops_c60() -> None:
    both = with_milestones(M9=moment(after(50)), M11=moment(after(40)))
    assert read("C60", replace(both, facts=frozenset({"M11.RESUS"}))).stop == moment(after(40))


def test_arrival_where_nobody_can_resuscitate_does_not_stop_c60() -> None:
    assert read("C60", with_milestones(M11=moment(after(40)))).stop is None


def test_arrival_stands_in_for_surgery_only_where_a_theatre_is_free_and_nobody_waits() -> None:
    arrived = with_milestones(M11=moment(after(100)))
    ready = frozenset({"M11.SURGERY", "M11.THEATRE_FREE", "M11.NOBODY_AHEAD"})
    assert read("C120", replace(arrived, facts=ready)).proxy
    assert read("C120", replace(arrived, facts=ready)).verdict == "MET"
    for absent in ready:
        assert read("C120", replace(arrived, facts=ready - {absent}), now=110).stop is None


def test_surgery_itself_takes_the_place_of_its_proxy() -> None:
    ready = frozenset({"M11.SURGERY", "M11.THEATRE_FREE", "M11.NOBODY_AHEAD"})
    operated = replace(with_milestones(M11=moment(after(100)), M14=moment(after(130))), facts=ready)
    assert (read("C120", operated).proxy, read("C120", operated).verdict) == (False, "BREACH_CERTAIN")


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({}, {"C10", "C60", "C120"}),
        ({"category": "URGENT", "needs_surgery": False}, {"C10", "C60"}),
        ({"category": "URGENT", "needs_surgery": None}, {"C10", "C60"}),
        ({"needs_surgery": None}, {"C10", "C60", "C120"}),
        ({"cause": None}, {"C10", "C60", "C120"}),
        ({"cause": "DISEASE"}, set()),
        ({"category": "PRIORITY"}, set()),
        ({"category": None}, set()),
    ],
)
def test_whom_the_clocks_count(changes: dict[str, object], counted: set[str]) -> None:
    readings = read_clocks(CLOCKS.main, THRESHOLDS, a_course(**changes), after(5))
    assert {reading.code for reading in readings if reading.in_population} == counted


def test_evacuation_commenced_is_reported_beside_and_not_among_the_clocks() -> None:
    assert [clock.code for clock in CLOCKS.main] == ["C10", "C60", "C120"]
    assert CLOCKS.get("C60e").beside == "C60"
    assert read("C60e", with_milestones(M10=moment(after(55)))).verdict == "MET"


def test_a_prediction_is_judged_like_a_fact_and_marked() -> None:
    inside = read("C60", a_course(), prediction=Prediction(stop=moment(after(44))))
    assert (inside.verdict, inside.predicted_verdict, inside.is_amber) == ("MET", "MET_PREDICTED", False)
    close = read("C60", a_course(), prediction=Prediction(stop=moment(after(46))))
    assert (close.predicted_verdict, close.is_amber) == ("MET_PREDICTED", True)
    late = read("C60", a_course(), prediction=Prediction(stop=moment(after(70))))
    assert late.predicted_verdict == "BREACH_CERTAIN_PREDICTED"


def test_a_closed_clock_ignores_predictions() -> None:
    met = read("C60", with_milestones(M9=moment(after(40))), prediction=Prediction(stop=moment(after(70))))
    assert (met.predicted_stop, met.predicted_verdict, met.unavoidable_at) == (None, None, None)


def test_a_stop_that_has_not_happened_is_never_predicted_for_the_past() -> None:
    overdue = read("C60", a_course(), now=65, prediction=Prediction(stop=moment(after(50))))
    assert overdue.predicted_stop == moment(after(65))
    assert overdue.predicted_verdict == "BREACH_CERTAIN_PREDICTED"


def test_the_last_moment_to_begin_is_the_limit_less_what_the_plan_needs() -> None:
    planned = {"M5": moment(after(20)), "M8": moment(after(50)), "M14": moment(after(113))}
    expected = predict(CLOCKS.get("C120"), a_course(), planned)
    assert expected == Prediction(stop=moment(after(113)), remaining_min=93)
    assert read("C120", a_course(), prediction=expected).unavoidable_at == after(27)


def test_steps_already_taken_move_the_deadline_to_the_next_one() -> None:
    planned = {"M5": moment(after(20)), "M8": moment(after(50)), "M14": moment(after(113))}
    launched = with_milestones(M5=moment(after(21)))
    expected = predict(CLOCKS.get("C120"), launched, planned)
    assert read("C120", launched, prediction=expected).unavoidable_at == after(57)


def test_a_plan_that_never_stops_a_clock_predicts_nothing() -> None:
    assert predict(CLOCKS.get("C120"), a_course(), {"M11": moment(after(60))}) is None


def test_what_happened_wins_over_what_was_planned() -> None:
    planned = {"M9": moment(after(30)), "M11": moment(after(55))}
    treated = with_milestones(M9=moment(after(35)))
    assert predict(CLOCKS.get("C60"), treated, planned) == Prediction(stop=moment(after(35)), remaining_min=0)


def test_compliance_counts_only_the_population_and_keeps_running_clocks_apart() -> None:
    readings = [
        read("C60", with_milestones(M9=moment(after(40)))),
        read("C60", with_milestones(M9=moment(after(90)))),
        read("C60", a_course(), now=20),
        read("C60", a_course(), now=70),
        read("C60", a_course(died=moment(after(5)))),
        read("C60", a_course(category="ROUTINE")),
    ]
    counts = compliance(readings)
    assert (counts["MET"], counts["BREACH_CERTAIN"], counts["RUNNING"], counts["ENDED_BY_DEATH"]) == (1, 2, 1, 1)
    assert sum(counts.values()) == 5


spans = st.floats(0, 1000)


@given(spans, spans, st.floats(1, 500))
def test_verdicts_agree_with_every_time_inside_the_interval(lo: float, more: float, limit: float) -> None:
    verdict = judge(Elapsed(lo_min=lo, hi_min=lo + more), limit)
    inside = [value <= limit for value in (lo, lo + more / 2, lo + more)]
    assert verdict != "MET" or all(inside)
    assert verdict != "BREACH_CERTAIN" or not any(inside)


@given(st.integers(0, 300), st.integers(0, 60), st.integers(0, 60))
def test_a_wider_uncertainty_never_turns_a_doubt_into_a_certainty(minutes: int, width: int, more: int) -> None:
    def verdict(half: int) -> str:
        injured = between(-half, half)
        return read("C60", a_course(milestones={"M0": injured, "M9": moment(after(minutes))})).verdict

    assert verdict(width + more) in {verdict(width), "BREACH_POSSIBLE"}
