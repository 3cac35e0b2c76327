"""Board rows completed with what stands in other views, and with the clocks as they are now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from dunant.casualty.intervals import Interval, moment
from dunant.casualty.precedence import from_triage
from dunant.casualty.standards import Course, Prediction, Reading, read_clocks
from dunant.kernel.clock import rfc3339
from dunant.services.policies import Policies
from dunant.store.snapshot import Snapshot

# What stops each clock in a plan, first one that the plan names.
_PLANNED = {"C10": ("M2",), "C60": ("M9", "M11"), "C120": ("M14",)}
_NOT_BEGUN = {"PLANNED", "NOTIFIED", "CREW_READY"}


class Neighbours(Struct, frozen=True, kw_only=True):
    """Open requests, active legs and facilities, read once for a whole page."""

    requests: Mapping[str, dict[str, Any]]
    legs: Mapping[str, dict[str, Any]]
    assets: Mapping[str, dict[str, Any]]
    facilities: Mapping[str, dict[str, Any]]

    @classmethod
    def of(cls, look: Snapshot) -> "Neighbours":
        requests = [row for row in look.rows("requests") if row["status"] not in {"CANCELLED", "SUPERSEDED"}]
        return cls(
            requests={casualty: row for row in reversed(requests) for casualty in row["casualties"]},
            legs={casualty: row for row in reversed(look.rows("legs", active=True)) for casualty in row["casualties"]},
            assets={row["subject"]: row for row in look.rows("assets")},
            facilities={row["subject"]: row for row in look.rows("facilities")},
        )


def enrich(row: dict[str, Any], neighbours: Neighbours, policies: Policies, now: datetime) -> dict[str, Any]:
    """The row as the wire knows it. Columns that the reader may not see are absent and stay so."""
    made = {name: value for name, value in row.items() if name not in _INTERNAL}
    subject = row["subject"]
    leg = neighbours.legs.get(subject)
    if "facility_id" in row:
        made["leg"] = _leg(leg, neighbours) if leg else None
        facility = neighbours.facilities.get(row["facility_id"] or "")
        made["facility"] = {"subject": row["facility_id"], "name": facility["name"]} if facility else None
    if "status" in row:
        request = neighbours.requests.get(subject)
        made["request"] = {name: request[name] for name in ("subject", "tag", "kind", "status")} if request else None
        if row["lane"] == "reported" and leg and "facility_id" in row:
            made["lane"] = "assigned"
    if "triage" in row:
        made["category"] = _category(row, policies)
    if "milestones" in row:
        made["clocks"] = [clock_row(reading) for reading in _clocks(row, leg, policies, now)]
    return made


_INTERNAL = {"facility_id", "lane_rank", "urgency_rank", "milestones", "circumstances", "died", "excluded", "author"}


def _category(row: Mapping[str, Any], policies: Policies) -> str | None:
    triage = row["triage"]
    return from_triage(policies.precedence, triage, needs_surgery=bool(row.get("needs_surgery"))) if triage else None


def _leg(leg: Mapping[str, Any], neighbours: Neighbours) -> dict[str, Any]:
    asset = neighbours.assets.get(leg["asset"] or "")
    return {
        "subject": leg["subject"],
        "callsign": asset["callsign"] if asset else "",
        "status": leg["status"],
        "eta": leg["plan"].get("M11"),
    }


def _clocks(row: Mapping[str, Any], leg: Mapping[str, Any] | None, policies: Policies, now: datetime) -> list[Reading]:
    course = Course(
        milestones={code: _interval(span) for code, span in row["milestones"].items()},
        category=_category(row, policies),
        cause=row["cause"],
        needs_surgery=row["needs_surgery"],
        facts=frozenset(row["circumstances"]),
        died=_interval(row["died"]) if row["died"] else None,
        excluded=row["excluded"],
    )
    expected = {code: found for code in _PLANNED if leg and (found := _prediction(code, leg))}
    return read_clocks(policies.clocks.main, policies.thresholds, course, now, expected)


def _prediction(clock: str, leg: Mapping[str, Any]) -> Prediction | None:
    plan: Mapping[str, str] = leg["plan"]
    stop = next((plan[code] for code in _PLANNED[clock] if code in plan), None)
    if stop is None:
        return None
    at = datetime.fromisoformat(stop)
    remaining = None
    if leg["status"] in _NOT_BEGUN and "M7" in plan:
        remaining = (at - datetime.fromisoformat(plan["M7"])).total_seconds() / 60
    return Prediction(stop=moment(at), remaining_min=remaining)


def _interval(span: Mapping[str, str | None]) -> Interval:
    lo, hi = span["lo"], span["hi"]
    return Interval(lo=datetime.fromisoformat(lo) if lo else None, hi=datetime.fromisoformat(hi) if hi else None)


def clock_row(reading: Reading) -> dict[str, Any]:
    """A clock on the wire: codes and times; the screen counts on from them."""
    return {
        "code": reading.code,
        "in_population": reading.in_population,
        "limit_min": reading.limit_min,
        "amber_min": reading.amber_min,
        "t0": _span(reading.t0) or {"lo": None, "hi": None},
        "stop": _span(reading.stop),
        "proxy": reading.proxy,
        "verdict": reading.verdict,
        "reason": reading.reason,
        "predicted_stop": _span(reading.predicted_stop),
        "predicted_verdict": reading.predicted_verdict,
        "is_amber": reading.is_amber,
        "unavoidable_at": rfc3339(reading.unavoidable_at) if reading.unavoidable_at else None,
    }


def _span(interval: Interval | None) -> dict[str, str | None] | None:
    if interval is None:
        return None
    return {
        "lo": rfc3339(interval.lo) if interval.lo else None,
        "hi": rfc3339(interval.hi) if interval.hi else None,
    }
