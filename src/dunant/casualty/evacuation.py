"""The arithmetic of an evacuation plan: from the moment of authority to the knife, and what would shorten it.

Plans are stated to the whole minute, since speeds and handling times are not known better. Ranking over many assets and
facilities, and optimisation, live elsewhere.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from dunant.casualty.intervals import moment
from dunant.casualty.standards import (
    ClockDefinition,
    Course,
    Judgement,
    Limits,
    Verdict,
    read_clock,
)
from dunant.kernel.facilities import Asset, Facility
from dunant.kernel.missions import MissionPack
from dunant.kernel.places import Position, great_circle_km


class Handling(Struct, frozen=True, kw_only=True):
    """Times that every evacuation spends, in minutes: per flight, at the patient, at the door, in the theatre."""

    manoeuvre_min: float
    load_min: float
    handover_min: float
    theatre_preparation_min: float


class Route(Struct, frozen=True, kw_only=True):
    """Minutes an asset needs to reach the patient, and from there to the facility."""

    out_min: float
    back_min: float


class Plan(Struct, frozen=True, kw_only=True):
    """Planned times by milestone code (M5 to M14). `theatre_wait_min` is time lost to others before the patient."""

    asset: str
    facility: str
    times: Mapping[str, datetime]
    theatre_wait_min: float = 0

    def course(self, known: Course, facility: Facility, *, nobody_ahead: bool = True) -> Course:
        """What the clocks would read if the plan came true; facts that have happened stay as they are."""
        reached = {code: moment(time) for code, time in self.times.items()}
        facts = known.facts | facility_facts("M11", facility, nobody_ahead=nobody_ahead)
        return Course(
            milestones={**reached, **known.milestones},
            category=known.category,
            cause=known.cause,
            needs_surgery=known.needs_surgery,
            facts=facts,
            died=known.died,
            excluded=known.excluded,
        )


class Fix(Struct, frozen=True, kw_only=True):
    """A change somebody could make, as the plan it leads to. `cost_rank` 1 is the cheapest to bring about."""

    code: str
    cost_rank: int
    plan: Plan


class FixEffect(Struct, frozen=True, kw_only=True):
    """What a change does to every clock, and the clocks that become MET by it."""

    code: str
    cost_rank: int
    verdicts: Mapping[str, Verdict]
    met: tuple[str, ...]


def handling_of(mission: MissionPack) -> Handling:
    return Handling(
        manoeuvre_min=mission.number("plan.manoeuvre_min"),
        load_min=mission.number("plan.load_min"),
        handover_min=mission.number("plan.handover_min"),
        theatre_preparation_min=mission.number("plan.theatre_preparation_min"),
    )


def cruise_min(distance_km: float, speed_kmh: float) -> int:
    """Whole minutes for a distance at a constant speed, rounded to the nearest.

    Raises
    ------
    ValueError
        The speed is not positive.
    """
    if speed_kmh <= 0:
        raise ValueError("speed.not_positive")
    return math.floor(distance_km / speed_kmh * 60 + 0.5)


def flight_min(distance_km: float, speed_kmh: float, manoeuvre_min: float) -> int:
    """Minutes of one flight including start-up, approach and landing."""
    if speed_kmh <= 0:
        raise ValueError("speed.not_positive")
    return math.floor(distance_km / speed_kmh * 60 + manoeuvre_min + 0.5)


def route_by_air(base: Position, patient: Position, facility: Position, asset: Asset, handling: Handling) -> Route:
    """Straight lines on the great circle from where the asset stands, by way of the patient, to the facility."""
    out_km, back_km = great_circle_km(base, patient), great_circle_km(patient, facility)
    return Route(
        out_min=flight_min(out_km, asset.cruise_kmh, handling.manoeuvre_min),
        back_min=flight_min(back_km, asset.cruise_kmh, handling.manoeuvre_min),
    )


def plan_from_authority(
    asset: Asset,
    facility: Facility,
    route: Route,
    handling: Handling,
    authority_at: datetime,
    ntm_min: float,
    *,
    theatre_wait_min: float = 0,
) -> Plan:
    """Times of M5 to M14 when the launch is authorised at `authority_at`.

    Parameters
    ----------
    ntm_min : notice to move for this hour of day, by the asset or assumed from the thresholds pack
    theatre_wait_min : time until a table is free, counted from the transfer of care

    Returns
    -------
    Plan
        M9 only with a medical team aboard; M14 only where SURGERY is open.
    """
    step = _Steps(authority_at)
    times = {"M5": step.at, "M6": step.at, "M7": step.after(ntm_min), "M8": step.after(route.out_min)}
    if asset.amet:
        times["M9"] = times["M8"]
    times["M10"] = step.after(handling.load_min)
    times["M11"] = step.after(route.back_min)
    times["M12"] = step.after(handling.handover_min)
    if facility.is_open("SURGERY"):
        times["M14"] = step.after(theatre_wait_min + handling.theatre_preparation_min)
    return Plan(asset=asset.code, facility=facility.code, times=times, theatre_wait_min=theatre_wait_min)


def plan_by_road(
    asset: Asset,
    facility: Facility,
    road_km: float,
    handling: Handling,
    leaves_at: datetime,
    *,
    road_kmh: float | None = None,
) -> Plan:
    """Times of M10 to M14 when a vehicle on the spot leaves with the patient at `leaves_at`."""
    step = _Steps(leaves_at)
    times = {"M10": step.at, "M11": step.after(cruise_min(road_km, road_kmh or asset.cruise_kmh))}
    times["M12"] = step.after(handling.handover_min)
    if facility.is_open("SURGERY"):
        times["M14"] = step.after(handling.theatre_preparation_min)
    return Plan(asset=asset.code, facility=facility.code, times=times)


def with_forward_amet(plan: Plan, alert_at: datetime, reach_min: float) -> Plan:
    """The same plan with a medical team that rides with the patrol: M9 comes soon after the alert."""
    reached = alert_at + timedelta(minutes=reach_min)
    return Plan(
        asset=plan.asset,
        facility=plan.facility,
        times={**plan.times, "M9": min(reached, plan.times.get("M9", reached))},
        theatre_wait_min=plan.theatre_wait_min,
    )


def facility_facts(milestone: str, facility: Facility, *, nobody_ahead: bool) -> frozenset[str]:
    """Facts that clock stops ask for at an arrival: which modules are open and whether a theatre is free."""
    facts = {f"{milestone}.{module}" for module in facility.modules if facility.is_open(module)}
    if facility.is_open("SURGERY") and facility.cases_used < facility.cases_per_day:
        facts.add(f"{milestone}.THEATRE_FREE")
    if nobody_ahead:
        facts.add(f"{milestone}.NOBODY_AHEAD")
    return frozenset(facts)


def effects(
    fixes: Iterable[Fix],
    known: Course,
    facility: Facility,
    clocks: Sequence[tuple[ClockDefinition, Limits]],
) -> list[FixEffect]:
    """Verdict of every clock under every change, the cheapest change first."""
    found = []
    for fix in sorted(fixes, key=lambda one: (one.cost_rank, one.code)):
        verdicts = verdicts_of(fix.plan, known, facility, clocks)
        met = tuple(code for code, verdict in verdicts.items() if verdict == "MET")
        found.append(FixEffect(code=fix.code, cost_rank=fix.cost_rank, verdicts=verdicts, met=met))
    return found


def verdicts_of(
    plan: Plan, known: Course, facility: Facility, clocks: Sequence[tuple[ClockDefinition, Limits]]
) -> dict[str, Verdict]:
    """How each clock would be judged if the plan came true."""
    course = plan.course(known, facility)
    end = max(plan.times.values())
    return {definition.code: read_clock(definition, limits, course, end).verdict for definition, limits in clocks}


def cheapest(found: Iterable[FixEffect], clock: str, wanted: Judgement = "MET") -> FixEffect | None:
    """The cheapest change that gives a clock the wanted verdict; None when none of them does."""
    fitting = (effect for effect in found if effect.verdicts.get(clock) == wanted)
    return min(fitting, key=lambda effect: (effect.cost_rank, effect.code), default=None)


class _Steps:
    """A running time that steps are added to."""

    def __init__(self, start: datetime) -> None:
        self.at = start

    def after(self, more_min: float) -> datetime:
        self.at += timedelta(minutes=more_min)
        return self.at
