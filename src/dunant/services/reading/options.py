"""Ranked options for one request: which asset to which facility, what each clock would read, and why not the others."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from dunant.casualty.capacity import age_h
from dunant.casualty.evacuation import cheapest, handling_of
from dunant.casualty.events import LandingZone
from dunant.casualty.guards import position_of
from dunant.casualty.intervals import Interval, minutes
from dunant.casualty.milestones import binding, segments
from dunant.casualty.needs import needs_of_lines
from dunant.casualty.ranking import Case, Mover, Option, Place, Ranking, Rejection, Standards, planned_milestones, rank
from dunant.casualty.standards import Course, limits_of
from dunant.kernel.clock import rfc3339
from dunant.kernel.errors import NotFound
from dunant.kernel.facilities import Asset, AssetCode, Facility, FacilityCode, LandingSite
from dunant.kernel.places import Position, great_circle_km
from dunant.services.policies import Policies
from dunant.services.reading.asking import Asking, Computed, Row
from dunant.services.reading.capacity import free_by_facility
from dunant.services.reading.clocks import category_of, interval_of_span

Whole = Mapping[str, Any]
_REGISTER = "register of the mission"
_ALL_KINDS = ("CHILD", "DETAINEE", "HOST_CIV")
_GONE = {"CANCELLED", "DUPLICATE", "DECEASED", "DISPOSED"}


def options(asking: Asking) -> list[Row]:
    """One row for the request. Filters: `request`, `casualty`.

    Raises
    ------
    NotFound
        No such request for this reader; who may not see where it picks up may not have it ranked.
    """
    shown = [row for row in asking.rows("requests", subject=asking.equal["request"]) if "pickup" in row]
    if not shown:
        raise NotFound(field="request", rule="exists")
    patients = _patients(shown[0], asking)
    case = case_of(shown[0], patients, asking)
    if case is None:
        return [{**_blank(shown[0]), "missing": ["pickup"]}]
    standards = standards_of(asking.policies, asking.now)
    movers, places = movers_of(asking), places_of(asking)
    found = rank(case, movers, places, standards, asking.now)
    return [
        {**_blank(shown[0]), **_ranking(found, case, asking), "about": patients[0]["subject"] if patients else None}
    ]


# ── who ──


def _patients(request: Row, asking: Asking) -> list[Whole]:
    """Casualties of the request who still need a way, the most urgent first."""
    wanted = asking.equal.get("casualty")
    named = [one for one in request["casualties"] if wanted in (None, one)]
    rows = [row for row in asking.look.rows_of("board", named) if row["status"] not in _GONE]
    rank_of = asking.policies.precedence.rank
    return sorted(rows, key=lambda row: (rank_of(category_of(row, asking.policies) or ""), row["reported_at"]))


def case_of(request: Row, patients: Sequence[Whole], asking: Asking) -> Case | None:
    """What is asked, judged by the most urgent; None while nobody knows where to fetch anybody."""
    policies = asking.policies
    places = [request["pickup"], *(row["position"] for row in patients)]
    pickup = next((found for one in places if (found := position_of(one))), None)
    if pickup is None:
        return None
    lines = request["lines"]
    course = course_of(patients[0], policies) if patients else Course(milestones={})
    needs = set(needs_of_lines(lines)).union(*(needs_of_row(row, policies) for row in patients))
    counts = len(patients) or 1
    seats = 0 if "casualty" in asking.equal else _number(lines.get("ambulatory"))
    litters = max(1, counts - seats)
    return Case(
        course=course,
        pickup=pickup,
        needs=frozenset(needs),
        litters=litters,
        seats=seats,
        kinds=_kinds(lines, patients, policies),
        alert_at=_reached(course, "M1"),
        requested_at=datetime.fromisoformat(request["submitted_at"]),
        authorised_at=_reached(course, "M5"),
        marking=policies.evacuation.marking_of(lines),
        origin=_origin(pickup, asking),
    )


def course_of(row: Whole, policies: Policies) -> Course:
    return Course(
        milestones={code: interval_of_span(span) for code, span in row["milestones"].items()},
        category=category_of(row, policies),
        cause=row["cause"],
        needs_surgery=row["needs_surgery"],
        facts=frozenset(row["circumstances"]),
        died=interval_of_span(row["died"]) if row["died"] else None,
        excluded=row["excluded"],
    )


def needs_of_row(row: Whole, policies: Policies) -> set[str]:
    """Codes of what one casualty needs, by its row on the board."""
    category = category_of(row, policies)
    return {*((category,) if category else ()), *(("SURGERY",) if row["needs_surgery"] else ())}


def _kinds(lines: Mapping[str, Any], patients: Sequence[Whole], policies: Policies) -> frozenset[str]:
    found = {"CHILD"} if any(row["child"] for row in patients) else set()
    found |= {row["affiliation"] for row in patients if row["affiliation"] in _ALL_KINDS}
    return frozenset({*found, *(("THREAT",) if lines.get("security") in policies.evacuation.reading.threats else ())})


def _reached(course: Course, code: str) -> datetime | None:
    step = course.milestones.get(code)
    return step.lo if step else None


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _origin(pickup: Position, asking: Asking) -> Facility | None:
    near = asking.policies.mission.number("plan.on_spot_km")
    rows = [row for row in asking.whole("facilities") if great_circle_km(pickup, _at(row)) <= near]
    return facility_of(rows[0], None) if rows else None


# ── with what, and where to ──


def movers_of(asking: Asking) -> list[Mover]:
    """Assets as the reader may see them; one that is on a leg is committed, whatever it was last said to be."""
    busy = {leg["asset"] for leg in asking.whole("legs", active=True)}
    return [
        _mover(row, row["subject"] in busy, asking)
        for row in asking.rows("assets")
        if row.get("kind") is not None and "litters" in row and "position" in row
    ]


def _mover(row: Row, is_busy: bool, asking: Asking) -> Mover:
    mission, where = asking.policies.mission, row["position"]
    in_air = row["kind"] in asking.policies.evacuation.reading.airborne
    assumed = mission.number("plan.cruise_kmh" if in_air else "plan.road_kmh")
    asset = Asset(
        code=AssetCode(row["subject"]),
        callsign=row["callsign"],
        kind=row["kind"],
        base=FacilityCode(""),
        cruise_kmh=row["cruise_km_h"] or assumed,
        litters=row["litters"] or 0,
        seats=row["seats"] or 0,
        ntm_day_min=row["ntm_day_min"],
        ntm_night_min=row["ntm_night_min"],
        night_cap=bool(row["night_capable"]),
        nvg=bool(row["nvg"]),
        amet=bool(row["amet"]),
        range_km=row["range_km"],
        caveats=tuple(row["caveats"]),
        source=_REGISTER,
    )
    return Mover(
        asset=asset,
        state="COMMITTED" if is_busy and row["state"] in {"AVAILABLE", "UNKNOWN"} else row["state"],
        position=Position(lat=where["lat"], lon=where["lon"]) if where else None,
        age_min=minutes(asking.now - datetime.fromisoformat(where["at"])) if where else None,
        clearance_lead_min=row["clearance_lead_min"],
        armed_escort_needed=bool(row["armed_escort_needed"]),
    )


def places_of(asking: Asking) -> list[Place]:
    free = free_by_facility(asking)
    return [
        Place(
            facility=facility_of(row, free.get(row["subject"], {}).get("OR_CASES_LEFT_TODAY")),
            status=row["status"],
            age_h=age_h(row["reported_at"], asking.now),
            free=free.get(row["subject"], {}),
            divert=row["divert"],
            external=row["external"],
        )
        for row in asking.rows("facilities")
        if "modules" in row and "position" in row
    ]


def facility_of(row: Whole, cases_left: int | None) -> Facility:
    """A registered facility in the shape that plans are made with."""
    return Facility(
        code=FacilityCode(row["subject"]),
        name=row["name"],
        level=row["level"],
        position=_at(row),
        modules={module["code"]: module["status"] for module in row["modules"]},
        hlz=_landing(row["hlz"]) if row["hlz"] else None,
        hours=row["hours"],
        accepts=_ALL_KINDS if row["accepts"] is None else tuple(row["accepts"]),
        cases_per_day=max(0, cases_left or 0),
        source=_REGISTER,
    )


def _landing(zone: Mapping[str, Any]) -> LandingSite:
    """A row leaves out what is as usual: unlit, for one helicopter."""
    known = msgspec.convert(zone, LandingZone)
    return LandingSite(surface=known.surface, lights=known.lights, size=known.size)


def _at(row: Whole) -> Position:
    return Position(lat=row["position"]["lat"], lon=row["position"]["lon"])


def standards_of(policies: Policies, now: datetime) -> Standards:
    """Numbers of the packs that plans are judged by."""
    thresholds, mission = policies.thresholds, policies.mission
    offset = now.astimezone(ZoneInfo(mission.mission.zone)).utcoffset() or timedelta(0)
    return Standards(
        policy=policies.moving,
        handling=handling_of(mission),
        clocks=[(row, limits_of(row, thresholds)) for row in policies.clocks.main],
        ntm_day_min=thresholds.number("launch.ntm_assumed_day_min"),
        ntm_night_min=thresholds.number("launch.ntm_assumed_night_min"),
        approval_min=thresholds.number("approve_casevac.amber_to"),
        report_max_h=thresholds.number("facility_report_age.amber_to"),
        position_max_min=thresholds.number("asset_position_age.amber_to"),
        on_spot_km=mission.number("plan.on_spot_km"),
        road_detour=mission.number("plan.road_detour"),
        amet_reach_min=mission.number("plan.forward_amet_reach_min"),
        authority_fix_min=mission.number("plan.authority_fix_min"),
        utc_offset_min=minutes(offset),
    )


# ── on the wire ──


def _blank(request: Row) -> Row:
    return {
        "subject": request["subject"],
        "tag": request.get("tag", ""),
        "about": None,
        "missing": [],
        "ranked": [],
        "rejected": [],
        "binding": [],
        "fixes": [],
        "cheapest": {},
    }


def _ranking(found: Ranking, case: Case, asking: Asking) -> Row:
    names = {row["subject"]: row["callsign"] for row in asking.rows("assets")}
    names |= {row["subject"]: row["name"] for row in asking.rows("facilities")}
    best = found.ranked[0] if found.ranked else None
    late = [code for code, verdict in best.verdicts.items() if verdict != "MET"] if best else []
    found_for = {code: cheapest(found.fixes, code) for code in late}
    return {
        "ranked": [_option(one, names) for one in found.ranked],
        "rejected": [_rejection(one, names) for one in found.rejected],
        "binding": _binding(best, case, asking.policies) if best else [],
        "fixes": [
            {"code": one.code, "cost_rank": one.cost_rank, "verdicts": dict(one.verdicts), "met": list(one.met)}
            for one in found.fixes
        ],
        "cheapest": {code: fix.code if fix else None for code, fix in found_for.items()},
    }


def _option(option: Option, names: Mapping[str, str]) -> Row:
    return {
        "asset": option.asset,
        "callsign": names.get(option.asset, ""),
        "facility": option.facility,
        "name": names.get(option.facility, ""),
        "arrival": _span(option.arrival),
        "surgery_at": _span(option.surgery_at) if option.surgery_at else None,
        "plan": {code: rfc3339(at) for code, at in sorted(option.plan.times.items())},
        "verdicts": dict(option.verdicts),
        "elapsed": {code: {"lo_min": one.lo_min, "hi_min": one.hi_min} for code, one in option.elapsed.items()},
        "unavoidable_at": {code: rfc3339(at) for code, at in option.unavoidable_at.items()},
        "reasons": list(option.reasons),
        "override_needed": list(option.override_needed),
        "capacity_known": option.is_capacity_known,
    }


def _rejection(one: Rejection, names: Mapping[str, str]) -> Row:
    return {
        "asset": one.asset,
        "callsign": names.get(one.asset or "", ""),
        "facility": one.facility,
        "name": names.get(one.facility or "", ""),
        "failing": [{"rule": broken.rule, "detail": broken.detail} for broken in one.failing],
    }


def _binding(best: Option, case: Case, policies: Policies) -> list[Row]:
    """Which stretches of the best plan lose minutes against what is expected of them, the worst first."""
    thresholds = policies.thresholds
    expected = {("M5", "M7"): thresholds.number("launch.ntm_assumed_night_min")}
    if case.requested_at is not None:
        expected["M4", "M5"] = thresholds.number("approve_casevac.green_to")
    milestones = planned_milestones(best.plan, case.course)
    parts = binding(segments(milestones, policies.milestones.segment, expected))
    return [{"gap": list(part.gap), "excess_min": part.excess_min} for part in parts]


def _span(interval: Interval) -> dict[str, str | None]:
    return {
        "lo": rfc3339(interval.lo) if interval.lo else None,
        "hi": rfc3339(interval.hi) if interval.hi else None,
    }


OPTIONS = Computed(
    resource="capacity",
    read=options,
    feeds=("requests", "board", "legs", "assets", "facilities", "stocks", "reservations"),
    needs=("request",),
    allows=("casualty",),
)
