"""Which asset brings a casualty where: ranked by rule, each option with its times, each refusal with its reasons.

Required modules open → expected time to surgery, not to the door → a free place → a landing zone (casualty §12).
Optimisation over several missions lives elsewhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from dunant.casualty.daylight import is_night
from dunant.casualty.evacuation import (
    Fix,
    FixEffect,
    Handling,
    Plan,
    cruise_min,
    effects,
    facility_facts,
    plan_by_road,
    plan_from_authority,
    route_by_air,
    with_forward_amet,
)
from dunant.casualty.guards import Broken
from dunant.casualty.intervals import Interval, moment
from dunant.casualty.needs import EvacuationPolicy, Marking
from dunant.casualty.standards import ClockDefinition, Course, Elapsed, Limits, predict, read_clock
from dunant.kernel.facilities import OPEN, Asset, Facility
from dunant.kernel.places import Position, great_circle_km


class Mover(Struct, frozen=True, kw_only=True):
    """An asset that might go, and where it was last heard. `age_min` None: it has never been heard."""

    asset: Asset
    state: str
    position: Position | None
    age_min: float | None = None
    clearance_lead_min: float | None = None
    armed_escort_needed: bool = False


class Place(Struct, frozen=True, kw_only=True):
    """A facility that might receive. `free` by resource; None or absent: unknown. `age_h` of its report."""

    facility: Facility
    status: str | None = None
    age_h: float | None = None
    free: Mapping[str, int | None] = {}
    divert: bool = False
    external: bool = False


class Case(Struct, frozen=True, kw_only=True):
    """Who is to be brought. `kinds`: of CHILD, DETAINEE, HOST_CIV, THREAT. `needs`: codes of the evacuation pack.

    `course` is that of the casualty who is judged; litters and seats are those of all.
    """

    course: Course
    pickup: Position
    needs: frozenset[str]
    litters: int = 0
    seats: int = 0
    kinds: frozenset[str] = frozenset()
    alert_at: datetime | None = None
    requested_at: datetime | None = None
    authorised_at: datetime | None = None
    marking: Marking | None = None
    origin: Facility | None = None


class Standards(Struct, frozen=True, kw_only=True):
    """What ranking is judged by: packs, as numbers."""

    policy: EvacuationPolicy
    handling: Handling
    clocks: Sequence[tuple[ClockDefinition, Limits]]
    ntm_day_min: float
    ntm_night_min: float
    approval_min: float
    report_max_h: float
    position_max_min: float
    on_spot_km: float
    road_detour: float
    amet_reach_min: float
    authority_fix_min: float
    utc_offset_min: float = 0


class Option(Struct, frozen=True, kw_only=True):
    """One asset to one facility. `reasons`: what to know of it; `override_needed`: guards that would have to be."""

    asset: str
    facility: str
    plan: Plan
    arrival: Interval
    surgery_at: Interval | None
    verdicts: Mapping[str, str]
    elapsed: Mapping[str, Elapsed]
    unavoidable_at: Mapping[str, datetime]
    reasons: tuple[str, ...] = ()
    override_needed: tuple[str, ...] = ()
    is_capacity_known: bool = True


class Rejection(Struct, frozen=True, kw_only=True):
    """Why not: an asset, a facility, or the two together."""

    asset: str | None = None
    facility: str | None = None
    failing: tuple[Broken, ...]


class Ranking(Struct, frozen=True, kw_only=True):
    ranked: tuple[Option, ...]
    rejected: tuple[Rejection, ...]
    fixes: tuple[FixEffect, ...] = ()


def rank(case: Case, movers: Sequence[Mover], places: Sequence[Place], standards: Standards, now: datetime) -> Ranking:
    """Every asset with every facility, the best first; whatever cannot be says why."""
    no_asset = {mover.asset.code: tuple(_asset_fails(mover, case, standards, now)) for mover in movers}
    no_place = {place.facility.code: tuple(_place_fails(place, case, standards)) for place in places}
    rejected = [Rejection(asset=code, failing=failing) for code, failing in no_asset.items() if failing]
    rejected += [Rejection(facility=code, failing=failing) for code, failing in no_place.items() if failing]
    options: list[Option] = []
    for mover in movers:
        for place in places:
            if no_asset[mover.asset.code] or no_place[place.facility.code]:
                continue
            plan = plan_of(mover, place.facility, case, standards, now)
            if failing := tuple(_pair_fails(mover, place, case, plan, standards)):
                rejected.append(Rejection(asset=mover.asset.code, facility=place.facility.code, failing=failing))
            else:
                options.append(_option(mover, place, case, plan, standards, now))
    options.sort(key=_order)
    fixes = fixes_of(options[0], movers, places, case, standards, now) if options else ()
    return Ranking(ranked=tuple(options), rejected=tuple(rejected), fixes=tuple(fixes))


def _order(option: Option) -> tuple[datetime, bool, int, str, str]:
    goal = option.surgery_at or option.arrival
    assert goal.lo is not None
    return (goal.lo, not option.is_capacity_known, len(option.override_needed), option.asset, option.facility)


# ── times ──


def plan_of(mover: Mover, facility: Facility, case: Case, standards: Standards, now: datetime) -> Plan:
    """When this asset would have the casualty where. A vehicle on the spot leaves as soon as it has loaded."""
    assert mover.position is not None
    ntm, _ = notice_min(mover, standards, now, case.pickup)
    start = max(case.authorised_at or now, now - timedelta(minutes=ntm))
    if is_airborne(mover, standards):
        route = route_by_air(mover.position, case.pickup, facility.position, mover.asset, standards.handling)
        return plan_from_authority(mover.asset, facility, route, standards.handling, start, ntm)
    return _by_road(mover, facility, case, standards, start + timedelta(minutes=ntm), now)


def _by_road(
    mover: Mover, facility: Facility, case: Case, standards: Standards, leaves: datetime, now: datetime
) -> Plan:
    assert mover.position is not None
    out_km = great_circle_km(mover.position, case.pickup)
    before: dict[str, datetime] = {}
    there = now
    if out_km > standards.on_spot_km:
        out = cruise_min(out_km * standards.road_detour, mover.asset.cruise_kmh)
        there = leaves + timedelta(minutes=out)
        before = {"M7": leaves, "M8": there}
    if mover.asset.amet:
        before["M9"] = there
    km = great_circle_km(case.pickup, facility.position) * standards.road_detour
    loaded = there + timedelta(minutes=standards.handling.load_min)
    driven = plan_by_road(mover.asset, facility, km, standards.handling, loaded)
    return replace(driven, times={**before, **driven.times})


def notice_min(mover: Mover, standards: Standards, at: datetime, where: Position) -> tuple[float, bool]:
    """Minutes from authority to launch, and whether they are assumed: the letter of assist gives none for the hour."""
    night = is_night(where, at, standards.policy.night_below_deg)
    given = mover.asset.ntm_min(night=night)
    assumed = standards.ntm_night_min if night else standards.ntm_day_min
    return max(assumed if given is None else given, mover.clearance_lead_min or 0), given is None


def is_airborne(mover: Mover, standards: Standards) -> bool:
    return mover.asset.kind in standards.policy.pack.reading.airborne


# ── why not ──


def _asset_fails(mover: Mover, case: Case, standards: Standards, now: datetime) -> Iterator[Broken]:
    reading, asset = standards.policy.pack.reading, mover.asset
    if mover.state not in {*reading.waiting_states, *reading.retask_states}:
        yield Broken(rule="state", detail=mover.state)
    if mover.position is None:
        yield Broken(rule="position", detail="NEVER_HEARD")
    if asset.cruise_kmh <= 0:
        yield Broken(rule="speed", detail="UNKNOWN")
    if case.litters > asset.litters:
        yield Broken(rule="room", detail="LITTER")
    if case.seats > asset.seats + asset.litters - case.litters:
        yield Broken(rule="room", detail="SEAT")
    night = is_night(case.pickup, now, standards.policy.night_below_deg)
    if night and not asset.night_cap:
        yield Broken(rule="night", detail="ASSET")
    if asset.kind in reading.airborne and asset.kind not in reading.landing and case.origin is None:
        yield Broken(rule="airfield", detail="SCENE")
    kinds = {*case.kinds, *(("NIGHT",) if night else ())}
    for caveat in standards.policy.pack.caveat:
        if caveat.code in asset.caveats and caveat.fails_when in kinds:
            yield Broken(rule="caveat", detail=caveat.code)


def _place_fails(place: Place, case: Case, standards: Standards) -> Iterator[Broken]:
    facility, pack = place.facility, standards.policy.pack
    if place.status is not None and place.status not in OPEN:
        yield Broken(rule="status", detail=place.status)
    if place.divert:
        yield Broken(rule="divert")
    for module in pack.modules(case.needs):
        if not facility.is_open(module):
            yield Broken(rule="module", detail=module)
    for resource in pack.resources(case.needs):
        free = place.free.get(resource)
        if free is not None and free < 1:
            yield Broken(rule="capacity", detail=resource)
    if place.age_h is None or place.age_h > standards.report_max_h:
        yield Broken(rule="report_age", detail="NEVER" if place.age_h is None else f"{place.age_h:.1f}")
    taken = {code.upper() for code in facility.accepts}
    for kind in sorted(case.kinds & {"CHILD", "DETAINEE", "HOST_CIV"}):
        if kind not in taken:
            yield Broken(rule="accepts", detail=kind)


def _pair_fails(mover: Mover, place: Place, case: Case, plan: Plan, standards: Standards) -> Iterator[Broken]:
    assert mover.position is not None
    if case.origin is not None and case.origin.code == place.facility.code:
        yield Broken(rule="destination", detail="SAME")
    way_km = great_circle_km(mover.position, case.pickup) + great_circle_km(case.pickup, place.facility.position)
    if mover.asset.range_km is not None and is_airborne(mover, standards) and way_km > mover.asset.range_km:
        yield Broken(rule="range", detail=f"{way_km:.0f}")
    if not is_open_at(place.facility.hours, plan.times["M11"], standards.utc_offset_min):
        yield Broken(rule="hours", detail=place.facility.hours)


def is_open_at(hours: str, at: datetime, utc_offset_min: float) -> bool:
    """Whether local opening hours (`HH:MM-HH:MM`, over midnight too) hold a moment; anything else is always open."""
    opens, dash, closes = hours.partition("-")
    if not dash:
        return True
    local = (at + timedelta(minutes=utc_offset_min)).strftime("%H:%M")
    return opens <= local < closes if opens <= closes else local >= opens or local < closes


# ── options ──


def _option(mover: Mover, place: Place, case: Case, plan: Plan, standards: Standards, now: datetime) -> Option:
    spread = timedelta(minutes=_spread_min(mover, case, standards))
    reached = {code: Interval(lo=at, hi=at + spread) for code, at in plan.times.items()}
    known = case.course
    facts = known.facts | facility_facts("M11", place.facility, nobody_ahead=True)
    course = replace(known, milestones={**reached, **known.milestones}, facts=facts)
    end = max(plan.times.values()) + spread
    readings = {row.code: read_clock(row, limits, course, end) for row, limits in standards.clocks}
    unavoidable = {}
    for row, limits in standards.clocks:
        foreseen = read_clock(row, limits, known, now, predict(row, known, reached, facts))
        if foreseen.unavoidable_at is not None:
            unavoidable[row.code] = foreseen.unavoidable_at
    wanted = standards.policy.pack.resources(case.needs)
    return Option(
        asset=mover.asset.code,
        facility=place.facility.code,
        plan=plan,
        arrival=reached["M11"],
        surgery_at=reached.get("M14"),
        verdicts={code: reading.verdict for code, reading in readings.items()},
        elapsed={code: reading.elapsed for code, reading in readings.items() if reading.elapsed},
        unavoidable_at=unavoidable,
        reasons=tuple(_reasons(mover, place, case, standards, now)),
        override_needed=tuple(_overrides(mover, place, case, plan, standards)),
        is_capacity_known=all(place.free.get(resource) is not None for resource in wanted),
    )


def _spread_min(mover: Mover, case: Case, standards: Standards) -> float:
    """How much later it may be: the word of authority is still to come. An old position is a reason, not a number."""
    return standards.approval_min if case.authorised_at is None and is_airborne(mover, standards) else 0.0


def _reasons(mover: Mover, place: Place, case: Case, standards: Standards, now: datetime) -> Iterator[str]:
    if case.authorised_at is None and is_airborne(mover, standards):
        yield "AUTHORITY_PENDING"
    if notice_min(mover, standards, now, case.pickup)[1]:
        yield "NTM_ASSUMED"
    if mover.age_min is not None and mover.age_min > standards.position_max_min:
        yield "POSITION_OLD"
    if mover.state == "UNKNOWN":
        yield "STATE_UNKNOWN"
    if mover.asset.amet:
        yield "AMET_ABOARD"
    if mover.armed_escort_needed:
        yield "ARMED_ESCORT"
    if place.external:
        yield "EXTERNAL"
    for resource in standards.policy.pack.resources(case.needs):
        free = place.free.get(resource)
        yield f"CAPACITY_UNKNOWN:{resource}" if free is None else f"FREE:{resource}:{free}"
    judged = {row.code for row in standards.policy.pack.caveat}
    yield from (f"CAVEAT:{text}" for text in mover.asset.caveats if text not in judged)


def _overrides(mover: Mover, place: Place, case: Case, plan: Plan, standards: Standards) -> Iterator[str]:
    reading, below = standards.policy.pack.reading, standards.policy.night_below_deg
    if mover.state in reading.retask_states:
        yield "retask"
    if mover.asset.kind not in reading.landing:
        return
    if is_night(case.pickup, plan.times["M8"], below) and not _sees_pickup(mover, case, standards):
        yield "marking" if case.origin is None else "night"
    if is_night(place.facility.position, plan.times["M11"], below) and not _is_lit(place.facility, standards):
        yield "night"


def _sees_pickup(mover: Mover, case: Case, standards: Standards) -> bool:
    if case.origin is not None:
        return _is_lit(case.origin, standards)
    marking = case.marking
    return marking is not None and marking.at_night and (mover.asset.nvg or not marking.needs_nvg)


def _is_lit(facility: Facility, standards: Standards) -> bool:
    open_at_night = any(facility.is_open(module) for module in standards.policy.pack.reading.night_modules)
    return open_at_night or (facility.hlz is not None and facility.hlz.lights)


# ── what would help ──


def fixes_of(
    best: Option,
    movers: Sequence[Mover],
    places: Sequence[Place],
    case: Case,
    standards: Standards,
    now: datetime,
) -> Sequence[FixEffect]:
    """What each known change would do to every clock, for the best option, the cheapest first."""
    mover = next(one for one in movers if one.asset.code == best.asset)
    facility = next(one.facility for one in places if one.facility.code == best.facility)
    plans = {
        "AMET_FORWARD": _forward(best.plan, case, standards),
        "NTM_AND_AUTHORITY": _sooner(mover, facility, case, standards, now),
    }
    rows = standards.policy.pack.fix
    made = [Fix(code=row.code, cost_rank=row.cost_rank, plan=plan) for row in rows if (plan := plans.get(row.code))]
    return effects(made, case.course, facility, standards.clocks)


def _forward(plan: Plan, case: Case, standards: Standards) -> Plan | None:
    return with_forward_amet(plan, case.alert_at, standards.amet_reach_min) if case.alert_at else None


def _sooner(mover: Mover, facility: Facility, case: Case, standards: Standards, now: datetime) -> Plan | None:
    """Authority soon after the request, and the notice to move that is assumed where none is agreed."""
    if case.requested_at is None or mover.position is None or not is_airborne(mover, standards):
        return None
    night = is_night(case.pickup, now, standards.policy.night_below_deg)
    usual = standards.ntm_night_min if night else standards.ntm_day_min
    ntm = min(usual, notice_min(mover, standards, now, case.pickup)[0])
    start = case.requested_at + timedelta(minutes=standards.authority_fix_min)
    if case.authorised_at is not None:
        start = min(start, case.authorised_at)
    route = route_by_air(mover.position, case.pickup, facility.position, mover.asset, standards.handling)
    return plan_from_authority(mover.asset, facility, route, standards.handling, start, ntm)


def planned_milestones(plan: Plan, course: Course) -> Mapping[str, Interval]:
    """Milestones as the plan expects them, facts in place of what has happened."""
    return {**{code: moment(at) for code, at in plan.times.items()}, **course.milestones}
