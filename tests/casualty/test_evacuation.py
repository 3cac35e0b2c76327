"""The night convoy of Bentiu: every time and verdict of casualty C1, and what would have saved the hour."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dunant.casualty.evacuation import (
    Fix,
    Plan,
    Route,
    cheapest,
    cruise_min,
    effects,
    flight_min,
    handling_of,
    plan_by_road,
    plan_from_authority,
    route_by_air,
    verdicts_of,
    with_forward_amet,
)
from dunant.casualty.intervals import Interval, moment
from dunant.casualty.milestones import MilestonePack, binding, segments
from dunant.casualty.standards import Clocks, Course, Elapsed, elapsed_between, judge, limits_of, predict, read_clock
from dunant.kernel.facilities import Asset, Facility
from dunant.kernel.missions import MissionPack
from dunant.kernel.places import Position, great_circle_km
from dunant.kernel.policy import Thresholds
from dunant.store.packs import PackShelf

REFERENCE = Path(__file__).parents[1] / "references" / "c1_night_convoy_from_casualty_section_22_1.json"
TABLE: dict[str, Any] = json.loads(REFERENCE.read_text())
MISSION = PackShelf().read("mission_demo.toml", MissionPack)
CLOCKS = PackShelf().read("clocks.toml", Clocks)
THRESHOLDS = PackShelf().read("thresholds.toml", Thresholds)
SEGMENTS = PackShelf().read("milestones.toml", MilestonePack).segment
HANDLING = handling_of(MISSION)
JUDGED = [(clock, limits_of(clock, THRESHOLDS)) for clock in CLOCKS.main]
COLUMNS = ("as_is", "improved")


def clock_time(text: str) -> datetime:
    hour, minute = text.split(":")
    return datetime(2026, 3, 2, int(hour), int(minute), tzinfo=UTC)


def facility(code: str) -> Facility:
    return next(row for row in MISSION.facility if row.code == code)


def asset(code: str) -> Asset:
    return next(row for row in MISSION.asset if row.code == code)


POI = MISSION.place[0].position
BENTIU, MALAKAL, JUBA, WAU = (facility(code) for code in ("BTU-L2", "MAL-L2", "JUB-L2P", "WAU-L2"))
HELICOPTER = asset("UN-811")
INJURED = Interval(lo=clock_time(TABLE["injury"]["lo"]), hi=clock_time(TABLE["injury"]["hi"]))


def c1() -> Course:
    """What is known of C1 when the request is in: injury, tourniquet, alert, acknowledgement, request."""
    told = {"M1": "19:44", "M2": "19:49", "M3": "19:46", "M4": "19:52"}
    return Course(
        milestones={"M0": INJURED, **{code: moment(clock_time(time)) for code, time in told.items()}},
        category="URGENT_SURGICAL",
        cause="BATTLE",
        needs_surgery=True,
    )


def plan_of(column: str, destination: Facility = BENTIU) -> Plan:
    route = route_by_air(BENTIU.position, POI, destination.position, HELICOPTER, HANDLING)
    return plan_from_authority(
        HELICOPTER, destination, route, HANDLING, clock_time(TABLE[column]["M5"]), TABLE[column]["ntm_min"]
    )


@pytest.mark.parametrize(
    ("pair", "a", "b"),
    [
        ("POI-Bentiu", POI, BENTIU.position),
        ("POI-Malakal", POI, MALAKAL.position),
        ("Bentiu-Malakal", BENTIU.position, MALAKAL.position),
        ("Bentiu-Juba", BENTIU.position, JUBA.position),
        ("Bentiu-Wau", BENTIU.position, WAU.position),
    ],
)
def test_distances_are_those_of_the_table(pair: str, a: Position, b: Position) -> None:
    stated = TABLE["distances_km"][pair]
    digits = 1 if isinstance(stated, float) else None
    assert round(great_circle_km(a, b), digits) == stated


def test_the_night_notice_of_the_helicopter_is_the_one_of_the_table() -> None:
    assert HELICOPTER.ntm_min(night=True) == TABLE["as_is"]["ntm_min"]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("milestone", ["M7", "M8", "M9", "M10", "M11", "M12", "M14"])
def test_every_planned_time_is_the_one_of_the_table(column: str, milestone: str) -> None:
    assert plan_of(column).times[milestone] == clock_time(TABLE[column][milestone])


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("code", ["C10", "C60", "C120"])
def test_every_clock_reads_as_in_the_table(column: str, code: str) -> None:
    shortest, longest, verdict = TABLE[column][code]
    definition = CLOCKS.get(code)
    happened = plan_of(column).course(c1(), BENTIU)
    reading = read_clock(definition, limits_of(definition, THRESHOLDS), happened, clock_time("23:00"))
    assert reading.elapsed == Elapsed(lo_min=shortest, hi_min=longest)
    assert (reading.verdict, reading.in_population, reading.proxy) == (verdict, True, False)


def test_the_approval_of_the_real_night_is_amber_and_of_the_better_one_green() -> None:
    request = clock_time("19:52")
    waits = [(clock_time(TABLE[column]["M5"]) - request) / timedelta(minutes=1) for column in COLUMNS]
    assert [THRESHOLDS.light("approve_casevac", wait) for wait in waits] == ["AMBER", "GREEN"]


def test_malakal_is_too_far_even_on_the_better_night() -> None:
    plan = plan_of("improved", MALAKAL)
    shortest, longest, verdict = TABLE["malakal_direct"]["elapsed"]
    assert plan.times["M11"] == clock_time(TABLE["malakal_direct"]["arrives"])
    at_the_door = elapsed_between(INJURED, moment(plan.times["M11"]))
    assert at_the_door == Elapsed(lo_min=shortest, hi_min=longest)
    assert judge(at_the_door, 120) == verdict
    assert verdicts_of(plan, c1(), MALAKAL, JUDGED)["C120"] == verdict


def test_juba_is_two_hours_and_twenty_four_minutes_of_cruise_from_bentiu() -> None:
    km = great_circle_km(BENTIU.position, JUBA.position)
    assert cruise_min(km, HELICOPTER.cruise_kmh) == TABLE["juba_from_bentiu_min"]


def test_by_road_the_patient_arrives_after_half_past_ten() -> None:
    plan = plan_by_road(
        asset("AMB-1"),
        BENTIU,
        MISSION.number("plan.road_poi_bentiu_km"),
        HANDLING,
        clock_time(TABLE["by_road"]["leaves"]),
        road_kmh=MISSION.number("plan.road_kmh"),
    )
    assert plan.times["M11"] - plan.times["M10"] == timedelta(minutes=TABLE["by_road"]["minutes"])
    assert plan.times["M11"] == clock_time(TABLE["by_road"]["arrives"])
    shortest, longest = TABLE["by_road"]["elapsed"]
    assert elapsed_between(INJURED, moment(plan.times["M11"])) == Elapsed(lo_min=shortest, hi_min=longest)


def test_the_binding_delays_are_the_notice_to_move_and_the_approval() -> None:
    better, real = plan_of("improved"), plan_of("as_is")
    expected = {("M5", "M7"): 30.0, ("M4", "M5"): THRESHOLDS.number("approve_casevac.green_to")}
    expected |= {
        (row.start, row.end): (better.times[row.end] - better.times[row.start]) / timedelta(minutes=1)
        for row in SEGMENTS
        if row.expected == "PLAN"
    }
    found = binding(segments(real.course(c1(), BENTIU).milestones, SEGMENTS, expected))
    assert [(part.gap, part.excess_min) for part in found] == [(("M5", "M7"), 30), (("M4", "M5"), 4)]


def test_the_cheapest_fix_is_a_medical_team_that_rides_with_the_patrol() -> None:
    reach = MISSION.number("plan.forward_amet_reach_min")
    fixes = [
        Fix(code="AMET_FORWARD", cost_rank=1, plan=with_forward_amet(plan_of("as_is"), clock_time("19:44"), reach)),
        Fix(code="NTM_30_AND_AUTHORITY", cost_rank=2, plan=plan_of("improved")),
    ]
    found = effects(fixes, c1(), BENTIU, JUDGED)
    best = cheapest(found, "C60")
    assert best is not None
    assert (best.code, best.verdicts["C60"]) == ("AMET_FORWARD", "MET")
    assert found[1].verdicts["C60"] == "BREACH_POSSIBLE"
    assert cheapest(found, "C120") == found[1]
    assert cheapest(found, "C10") is None


def test_before_the_launch_the_last_minute_for_authority_is_known() -> None:
    plan = plan_of("improved")
    planned = {code: moment(time) for code, time in plan.times.items()}
    definition = CLOCKS.get("C120")
    expected = predict(definition, c1(), planned)
    reading = read_clock(definition, limits_of(definition, THRESHOLDS), c1(), clock_time("19:53"), expected)
    assert reading.predicted_verdict == "MET_PREDICTED"
    # Injured at 19:44 at the latest, 120 minutes allowed, 93 needed from authority to the knife.
    assert reading.unavoidable_at == clock_time("20:11")


def test_without_a_medical_team_aboard_the_helicopter_brings_no_skilled_care() -> None:
    route = Route(out_min=14, back_min=14)
    plan = plan_from_authority(replace(HELICOPTER, amet=False), BENTIU, route, HANDLING, clock_time("20:06"), 60)
    assert "M9" not in plan.times
    assert verdicts_of(plan, c1(), BENTIU, JUDGED)["C60"] == "BREACH_CERTAIN"


def test_a_place_without_surgery_gets_no_time_of_surgery() -> None:
    plan = plan_of("as_is", facility("RBK-L1"))
    assert "M14" not in plan.times


def test_who_waits_ahead_in_the_theatre_delays_the_knife() -> None:
    route = Route(out_min=14, back_min=14)
    plan = plan_from_authority(HELICOPTER, BENTIU, route, HANDLING, clock_time("19:57"), 30, theatre_wait_min=45)
    assert plan.times["M14"] == clock_time("22:15")


def test_a_speed_must_be_positive() -> None:
    with pytest.raises(ValueError, match="speed"):
        flight_min(10, 0, 5)
