"""What is free where, as of when: facility by resource. Nothing old is free (casualty §12)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dunant.casualty.capacity import Free, age_h, free_of, reserved
from dunant.kernel.policy import Thresholds
from dunant.services.policies import Policies
from dunant.services.reading.asking import Asking, Computed, Row

AGE, KEPT = "facility_report_age", "reservation.after_eta_min"
CASES = "OR_CASES_LEFT_TODAY"
# What a row says of its facility as a whole.
_OF_FACILITY = ("name", "level", "status", "reported_at", "mci", "divert", "phone", "external", "exercise")


def capacity(asking: Asking) -> list[Row]:
    """One row for each facility and resource; one that has never counted anything has a row without a resource.

    Filter: `facility`.
    """
    equal = {"subject": asking.equal["facility"]} if "facility" in asking.equal else {}
    stocks: dict[str, list[Row]] = {}
    for row in asking.rows("stocks", **equal):
        if "staffed" in row:
            stocks.setdefault(row["subject"], []).append(row)
    kept = _kept(asking)
    made: list[Row] = []
    for facility in asking.rows("facilities", **equal):
        for stock in stocks.get(facility["subject"], []):
            found = free_at(stock, facility, kept, asking.policies.thresholds, asking.now)
            made.append(_row(facility, stock, found, asking))
        if facility["subject"] not in stocks:
            made.append(_row(facility, None, Free(state="UNKNOWN", free=None, reserved=0), asking))
    return made


def free_at(
    stock: Mapping[str, Any],
    facility: Mapping[str, Any],
    kept: Mapping[tuple[str, str, bool], int],
    thresholds: Thresholds,
    now: datetime,
) -> Free:
    """What is free of a stock for casualties of the facility's own kind, real or exercise (invariant 16)."""
    key = (stock["subject"], stock["resource"], bool(facility["exercise"]))
    return free_of(stock, kept.get(key, 0), now, thresholds.number(f"{AGE}.amber_to"))


def free_by_facility(asking: Asking) -> dict[str, dict[str, int | None]]:
    """Facility → resource → places free, None where unknown; for ranking, from whole rows."""
    kept, thresholds = _kept(asking), asking.policies.thresholds
    facilities = {row["subject"]: row for row in asking.whole("facilities")}
    found: dict[str, dict[str, int | None]] = {}
    for stock in asking.whole("stocks"):
        facility = facilities.get(stock["subject"])
        if facility is not None and not stock["product"]:
            free = free_at(stock, facility, kept, thresholds, asking.now).free
            found.setdefault(stock["subject"], {})[stock["resource"]] = free
    return found


def _kept(asking: Asking) -> dict[tuple[str, str, bool], int]:
    return reserved(asking.whole("reservations", open=True), asking.now, asking.policies.thresholds.number(KEPT))


def _row(facility: Row, stock: Row | None, found: Free, asking: Asking) -> Row:
    as_of = stock["as_of"] if stock else None
    age = age_h(as_of, asking.now)
    resource = stock["resource"] if stock else None
    made: Row = {
        "subject": facility["subject"],
        **{name: facility[name] for name in _OF_FACILITY if name in facility},
        "resource": resource,
        "product": stock["product"] if stock else "",
        "group": stock["group"] if stock else "",
        **{name: stock[name] if stock else None for name in ("physical", "staffed", "occupied", "blocked")},
        "reason": stock["reason"] if stock else "",
        "disputed": stock["disputed"] if stock else [],
        "as_of": as_of,
        "reserved": found.reserved,
        "free": found.free,
        "state": found.state,
        "overbooked": found.free is not None and found.free < 0,
        "light": "RED" if age is None else asking.policies.thresholds.light(AGE, age),
    }
    return {**made, **_cases(facility, asking)} if resource == CASES else made


def _cases(facility: Row, asking: Asking) -> Row:
    """The day's operations against what the level can do (levels pack): told, and no ground to refuse the knife."""
    level = asking.policies.levels.get(facility.get("level", ""))
    limit = level.surgeries_per_day[1] if level and level.surgeries_per_day else None
    slots = asking.whole("theatre", facility=facility["subject"])
    begun = [datetime.fromisoformat(at) for slot in slots for at in slot["begun"]]
    today = _day(asking.now, asking.policies)
    return {"limit": limit, "used_today": sum(1 for at in begun if _day(at, asking.policies) == today)}


def _day(at: datetime, policies: Policies) -> str:
    """The mission's day that a moment falls on."""
    return at.astimezone(ZoneInfo(policies.mission.mission.zone)).date().isoformat()


CAPACITY = Computed(
    resource="capacity",
    read=capacity,
    feeds=("facilities", "stocks", "reservations", "theatre"),
    allows=("facility",),
)
