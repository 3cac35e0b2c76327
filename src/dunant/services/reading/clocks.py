"""The clocks of a board row as they are now, with what the plan of its leg foresees."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dunant.casualty.intervals import Interval, moment
from dunant.casualty.precedence import from_triage
from dunant.casualty.standards import Course, Prediction, Reading, read_clocks
from dunant.kernel.clock import is_plausible, rfc3339
from dunant.services.policies import Policies

# What stops each clock in a plan, first one that the plan names.
_PLANNED = {"C10": ("M2",), "C60": ("M9", "M11"), "C120": ("M14",)}
_NOT_BEGUN = {"PLANNED", "NOTIFIED", "CREW_READY"}


def category_of(row: Mapping[str, Any], policies: Policies) -> str | None:
    """Canonical precedence of the triage category; None while nobody has given one."""
    triage = row["triage"]
    return from_triage(policies.precedence, triage, needs_surgery=bool(row.get("needs_surgery"))) if triage else None


def clocks_of(
    row: Mapping[str, Any], leg: Mapping[str, Any] | None, policies: Policies, now: datetime
) -> list[dict[str, Any]]:
    """The clocks on the wire: codes and times; the screen counts on from them.

    Parameters
    ----------
    row : whole board row
    leg : whole row of the leg that is to bring this casualty to care
    """
    return [clock_row(reading) for reading in readings_of(row, leg, policies, now)]


def readings_of(
    row: Mapping[str, Any], leg: Mapping[str, Any] | None, policies: Policies, now: datetime
) -> list[Reading]:
    """The same for whoever counts: every clock of a whole board row."""
    course = Course(
        milestones={code: interval_of_span(span) for code, span in row["milestones"].items()},
        category=category_of(row, policies),
        cause=row["cause"],
        needs_surgery=row["needs_surgery"],
        facts=frozenset(row["circumstances"]),
        died=interval_of_span(row["died"]) if row["died"] else None,
        excluded=row["excluded"],
    )
    expected = {code: found for code in _PLANNED if leg and (found := _prediction(code, leg))}
    return read_clocks(policies.clocks.main, policies.thresholds, course, now, expected)


def planned(leg: Mapping[str, Any], *steps: str) -> datetime | None:
    """When the plan expects the first of these steps that it names; a time nobody can read is none."""
    text = next((leg["plan"][step] for step in steps if step in leg["plan"]), "")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if is_plausible(at) else None


def clock_row(reading: Reading) -> dict[str, Any]:
    return {
        "code": reading.code,
        "in_population": reading.in_population,
        "provisional": reading.provisional,
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


def _prediction(clock: str, leg: Mapping[str, Any]) -> Prediction | None:
    stop = planned(leg, *_PLANNED[clock])
    if stop is None:
        return None
    launch = planned(leg, "M7") if leg["status"] in _NOT_BEGUN else None
    remaining = (stop - launch).total_seconds() / 60 if launch else None
    return Prediction(stop=moment(stop), remaining_min=remaining)


def interval_of_span(span: Mapping[str, str | None]) -> Interval:
    lo, hi = span["lo"], span["hi"]
    return Interval(lo=datetime.fromisoformat(lo) if lo else None, hi=datetime.fromisoformat(hi) if hi else None)


def _span(interval: Interval | None) -> dict[str, str | None] | None:
    if interval is None:
        return None
    return {
        "lo": rfc3339(interval.lo) if interval.lo else None,
        "hi": rfc3339(interval.hi) if interval.hi else None,
    }
