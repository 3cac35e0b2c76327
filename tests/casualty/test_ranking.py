"""Who brings whom where: the night convoy of casualty §22.1 comes out of the ranking, and every refusal says why."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dunant.casualty.evacuation import cheapest, handling_of
from dunant.casualty.guards import Broken
from dunant.casualty.intervals import Interval, moment
from dunant.casualty.ranking import Case, Mover, Option, Place, Ranking, Standards, is_open_at, rank
from dunant.casualty.standards import Course, Elapsed, limits_of
from dunant.kernel.places import Position
from dunant.services.policies import load_policies

REFERENCE = Path(__file__).parents[1] / "references" / "c1_night_convoy_from_casualty_section_22_1.json"
TABLE: dict[str, Any] = json.loads(REFERENCE.read_text(encoding="utf-8"))
POLICIES = load_policies("mission_demo.toml")
MISSION, THRESHOLDS = POLICIES.mission, POLICIES.thresholds
POI = MISSION.place[0].position
ASSETS = {str(row.code): row for row in MISSION.asset}
FACILITIES = {str(row.code): row for row in MISSION.facility}
SURGERY = frozenset({"URGENT_SURGICAL", "SURGERY"})
STANDARDS = Standards(
    policy=POLICIES.moving,
    handling=handling_of(MISSION),
    clocks=[(clock, limits_of(clock, THRESHOLDS)) for clock in POLICIES.clocks.main],
    ntm_day_min=THRESHOLDS.number("launch.ntm_assumed_day_min"),
    ntm_night_min=THRESHOLDS.number("launch.ntm_assumed_night_min"),
    approval_min=THRESHOLDS.number("approve_casevac.amber_to"),
    report_max_h=THRESHOLDS.number("facility_report_age.amber_to"),
    position_max_min=THRESHOLDS.number("asset_position_age.amber_to"),
    on_spot_km=MISSION.number("plan.on_spot_km"),
    road_detour=MISSION.number("plan.road_detour"),
    amet_reach_min=MISSION.number("plan.forward_amet_reach_min"),
    authority_fix_min=MISSION.number("plan.authority_fix_min"),
)


def clock_time(text: str) -> datetime:
    hour, minute = text.split(":")
    return datetime(2026, 3, 2, int(hour), int(minute), tzinfo=UTC)


def c1(authorised: str | None = "20:06", **more: Any) -> Case:
    told = {"M1": "19:44", "M2": "19:49", "M3": "19:46", "M4": "19:52"}
    steps = {code: moment(clock_time(at)) for code, at in told.items()}
    if authorised:
        steps["M5"] = moment(clock_time(authorised))
    injured = Interval(lo=clock_time(TABLE["injury"]["lo"]), hi=clock_time(TABLE["injury"]["hi"]))
    course = Course(milestones={"M0": injured, **steps}, category="URGENT_SURGICAL", cause="BATTLE", needs_surgery=True)
    given: dict[str, Any] = {
        "course": course,
        "pickup": POI,
        "needs": SURGERY,
        "litters": 1,
        "alert_at": clock_time("19:44"),
        "requested_at": clock_time("19:52"),
        "authorised_at": clock_time(authorised) if authorised else None,
    }
    return Case(**{**given, **more})


def mover(code: str, /, at: Position | None = None, **more: Any) -> Mover:
    changed = {name: more.pop(name) for name in list(more) if name in ASSETS[code].__struct_fields__}
    base = FACILITIES[ASSETS[code].base].position
    return Mover(**{"asset": replace(ASSETS[code], **changed), "state": "AVAILABLE", "position": at or base, **more})


def place(code: str, /, free: int | None = 1, **more: Any) -> Place:
    changed = {name: more.pop(name) for name in list(more) if name in FACILITIES[code].__struct_fields__}
    given = {"facility": replace(FACILITIES[code], **changed), "status": "NORMAL", "age_h": 1.0}
    return Place(**{**given, "free": {"OR_CASES_LEFT_TODAY": free}, **more})


def ranked(case: Case, movers: list[Mover], places: list[Place], now: str = "20:06") -> Ranking:
    return rank(case, movers, places, STANDARDS, clock_time(now))


def why_not(ranking: Ranking, **named: str) -> set[str]:
    return {
        f"{one.rule}:{one.detail}" if one.detail else one.rule
        for rejection in ranking.rejected
        if all(getattr(rejection, name) == value for name, value in named.items())
        for one in rejection.failing
    }


def first(ranking: Ranking) -> Option:
    return ranking.ranked[0]


HELI = mover("UN-811")


# ── the numbers of casualty §22.1 ──


@pytest.mark.parametrize("column", ["as_is", "improved"])
def test_c1_gets_the_times_and_verdicts_of_the_table(column: str) -> None:
    stated = TABLE[column]
    helicopter = mover("UN-811", ntm_night_min=stated["ntm_min"])
    best = first(ranked(c1(stated["M5"]), [helicopter], [place("BTU-L2"), place("MAL-L2")], now=stated["M5"]))
    assert (best.asset, best.facility) == ("UN-811", "BTU-L2")
    for step in ("M7", "M8", "M9", "M10", "M11", "M12", "M14"):
        assert best.plan.times[step] == clock_time(stated[step]), step
    for code in ("C10", "C60", "C120"):
        low, high, verdict = stated[code]
        assert (best.elapsed[code], best.verdicts[code]) == (Elapsed(lo_min=low, hi_min=high), verdict)
    assert (best.arrival, best.surgery_at) == (moment(clock_time(stated["M11"])), moment(clock_time(stated["M14"])))


def test_c2_has_to_go_to_malakal_and_is_too_late_even_on_the_better_night() -> None:
    """C1 has the last slot of Bentiu."""
    helicopter = mover("UN-811", ntm_night_min=30)
    found = ranked(c1("19:57"), [helicopter], [place("BTU-L2", free=0), place("MAL-L2")], now="19:57")
    best, low_high = first(found), TABLE["malakal_direct"]["elapsed"]
    assert (best.facility, best.arrival.lo) == ("MAL-L2", clock_time(TABLE["malakal_direct"]["arrives"]))
    injured = c1().course.milestones["M0"]
    assert injured.lo and injured.hi and best.arrival.lo
    door = [
        (best.arrival.lo - injured.hi) / timedelta(minutes=1),
        (best.arrival.lo - injured.lo) / timedelta(minutes=1),
    ]
    assert [*door, best.verdicts["C120"]] == low_high
    assert why_not(found, facility="BTU-L2") == {"capacity:OR_CASES_LEFT_TODAY"}


def test_by_road_c1_arrives_after_half_past_ten() -> None:
    """The ambulance of the convoy is on the spot at 19:45 and leaves loaded at 19:55."""
    case = c1(None, alert_at=None)
    best = first(ranked(case, [mover("AMB-1", at=POI)], [place("BTU-L2")], now="19:45"))
    assert best.plan.times["M10"] == clock_time(TABLE["by_road"]["leaves"])
    assert best.arrival == moment(clock_time(TABLE["by_road"]["arrives"]))
    injured = case.course.milestones["M0"]
    assert injured.lo and injured.hi and best.arrival.lo
    elapsed = [(best.arrival.lo - bound) / timedelta(minutes=1) for bound in (injured.hi, injured.lo)]
    assert elapsed == TABLE["by_road"]["elapsed"]


def test_the_cheapest_fix_for_the_hour_of_c1_is_a_medical_team_that_rides_with_the_patrol() -> None:
    found = ranked(c1(), [HELI], [place("BTU-L2")])
    best = cheapest(found.fixes, "C60")
    assert best is not None and (best.code, best.verdicts["C60"]) == ("AMET_FORWARD", "MET")
    sooner = next(fix for fix in found.fixes if fix.code == "NTM_AND_AUTHORITY")
    assert (sooner.verdicts["C60"], sooner.verdicts["C120"]) == ("BREACH_POSSIBLE", "MET")


def test_it_is_known_until_when_authority_can_still_save_the_two_hours() -> None:
    best = first(ranked(c1(None), [mover("UN-811", ntm_night_min=30)], [place("BTU-L2")], now="19:57"))
    # Injured at 19:44 at the latest, 120 minutes allowed, 93 needed from authority to the knife.
    assert best.unavoidable_at["C120"] == clock_time("20:11")


# ── order ──


def test_the_way_to_surgery_counts_and_not_the_way_to_the_door() -> None:
    shut = place("BTU-L2", modules={**FACILITIES["BTU-L2"].modules, "SURGERY": "FULL"})
    found = ranked(c1(), [HELI], [shut, place("MAL-L2")])
    assert [option.facility for option in found.ranked] == ["MAL-L2"]
    assert why_not(found, facility="BTU-L2") == {"module:SURGERY"}


def test_who_needs_no_surgery_goes_where_care_is_near() -> None:
    case = c1(needs=frozenset({"ROUTINE"}))
    found = ranked(case, [HELI], [place("MAL-L2"), place("BTU-L2")])
    assert [option.facility for option in found.ranked] == ["BTU-L2", "MAL-L2"]


def test_of_two_as_fast_the_one_with_a_place_that_is_known_goes_first() -> None:
    twin = place("BTU-L2", free=None, code="BTU-2")
    found = ranked(c1(), [HELI], [twin, place("BTU-L2")])
    assert [option.facility for option in found.ranked] == ["BTU-L2", "BTU-2"]
    assert "CAPACITY_UNKNOWN:OR_CASES_LEFT_TODAY" in found.ranked[1].reasons


def test_a_dark_landing_zone_comes_after_a_lit_one_and_asks_for_an_override() -> None:
    dark = {code: status for code, status in FACILITIES["BTU-L2"].modules.items() if not code.startswith("HLS")}
    twin = place("BTU-L2", code="BTU-0", hlz=None, modules=dark)
    found = ranked(c1(marking=POLICIES.evacuation.marking_of({"marking": "PYRO"})), [HELI], [twin, place("BTU-L2")])
    assert [(option.facility, option.override_needed) for option in found.ranked] == [
        ("BTU-L2", ()),
        ("BTU-0", ("night",)),
    ]


def test_an_infra_red_strobe_is_not_seen_without_goggles() -> None:
    strobe = POLICIES.evacuation.marking_of({"marking": "OTHER", "marking_text": "IR strobe"})
    for nvg, needed in ((False, ("marking",)), (True, ())):
        found = ranked(c1(marking=strobe), [mover("UN-811", nvg=nvg)], [place("BTU-L2")])
        assert first(found).override_needed == needed


# ── why not ──


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"state": "CREW_REST"}, "state:CREW_REST"),
        ({"state": "WEATHER_HOLD"}, "state:WEATHER_HOLD"),
        ({"litters": 0}, "room:LITTER"),
        ({"night_cap": False}, "night:ASSET"),
        ({"caveats": ("NO_NIGHT_LANDING",)}, "caveat:NO_NIGHT_LANDING"),
        ({"caveats": ("NO_HOT_ZONE",)}, "caveat:NO_HOT_ZONE"),
        ({"kind": "FIXED"}, "airfield:SCENE"),
        ({"cruise_kmh": 0}, "speed:UNKNOWN"),
    ],
)
def test_an_asset_that_cannot_go_says_which_rule_fails(changed: dict[str, Any], rule: str) -> None:
    found = ranked(c1(kinds=frozenset({"THREAT"})), [mover("UN-811", **changed)], [place("BTU-L2")])
    assert (found.ranked, why_not(found, asset="UN-811")) == ((), {rule})


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"free": 0}, "capacity:OR_CASES_LEFT_TODAY"),
        ({"age_h": 13.0}, "report_age:13.0"),
        ({"age_h": None}, "report_age:NEVER"),
        ({"status": "EVACUATING"}, "status:EVACUATING"),
        ({"divert": True}, "divert"),
        ({"accepts": ("child", "host_civ")}, "accepts:DETAINEE"),
        ({"accepts": ("detainee", "host_civ")}, "accepts:CHILD"),
        ({"accepts": ("detainee", "child")}, "accepts:HOST_CIV"),
        ({"hours": "06:00-18:00"}, "hours:06:00-18:00"),
    ],
)
def test_a_destination_that_cannot_receive_says_which_rule_fails(changed: dict[str, Any], rule: str) -> None:
    case = c1(kinds=frozenset({"CHILD", "DETAINEE", "HOST_CIV"}))
    found = ranked(case, [HELI], [place("BTU-L2", **changed)])
    assert (found.ranked, why_not(found, facility="BTU-L2")) == ((), {rule})


def test_who_flies_out_of_range_says_how_far_it_would_be() -> None:
    found = ranked(c1(), [mover("UN-811", range_km=200)], [place("MAL-L2"), place("BTU-L2")])
    assert why_not(found, asset="UN-811", facility="MAL-L2") == {"range:266"}
    assert first(found).facility == "BTU-L2"


def test_a_committed_aircraft_is_an_option_that_asks_for_a_retasking() -> None:
    found = ranked(
        c1(marking=POLICIES.evacuation.marking_of({"marking": "PYRO"})),
        [mover("UN-811", state="COMMITTED")],
        [place("BTU-L2")],
    )
    assert first(found).override_needed == ("retask",)


def test_authority_that_is_still_to_come_widens_the_arrival_and_an_old_position_is_said() -> None:
    found = ranked(c1(None), [mover("UN-811", age_min=20)], [place("BTU-L2")])
    arrival = first(found).arrival
    assert arrival.lo and arrival.hi
    assert (arrival.hi - arrival.lo) / timedelta(minutes=1) == THRESHOLDS.number("approve_casevac.amber_to")
    assert {"AUTHORITY_PENDING", "POSITION_OLD"} <= set(first(found).reasons)


def test_a_notice_to_move_that_nobody_agreed_is_shown_as_assumed() -> None:
    found = ranked(c1(), [mover("UN-811", ntm_night_min=None)], [place("BTU-L2")])
    assert "NTM_ASSUMED" in first(found).reasons
    assert first(found).plan.times["M7"] == clock_time("20:36")


def test_opening_hours_may_run_over_midnight() -> None:
    late = clock_time("23:30")
    assert [is_open_at(hours, late, 0) for hours in ("", "20:00-04:00", "06:00-18:00", "24/7")] == [
        True,
        True,
        False,
        True,
    ]
    assert is_open_at("01:00-02:00", late, 120)


def test_no_option_at_all_still_says_why() -> None:
    found = ranked(c1(), [mover("UN-811", state="UNSERVICEABLE")], [place("BTU-L2", free=0)])
    assert found.ranked == ()
    assert {rejection.failing for rejection in found.rejected} == {
        (Broken(rule="state", detail="UNSERVICEABLE"),),
        (Broken(rule="capacity", detail="OR_CASES_LEFT_TODAY"),),
    }
