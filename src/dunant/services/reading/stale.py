"""The age of what others reported: old is shown as unknown, never as free."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dunant.kernel.policy import Thresholds


def with_age(view: str, rows: Sequence[dict[str, Any]], thresholds: Thresholds, now: datetime) -> list[dict[str, Any]]:
    """Facilities get `stale`: no report, or one older than the policy allows; `light` is the colour of its age (§5)."""
    if view != "facilities":
        return list(rows)
    limit = timedelta(hours=thresholds.number("facility_report_age.amber_to"))
    return [
        {
            **row,
            "stale": _is_old(row.get("reported_at"), limit, now),
            "light": _light(row.get("reported_at"), thresholds, now),
        }
        for row in rows
    ]


def _light(reported_at: str | None, thresholds: Thresholds, now: datetime) -> str:
    hours = None if reported_at is None else (now - datetime.fromisoformat(reported_at)) / timedelta(hours=1)
    return "RED" if hours is None else thresholds.light("facility_report_age", hours)


def _is_old(reported_at: str | None, limit: timedelta, now: datetime) -> bool:
    return reported_at is None or now - datetime.fromisoformat(reported_at) > limit
