"""Ages that matter to care, as of now: tourniquets, vital signs of the urgent, and scores of what was measured.

The wire carries states and the moments at which they turn, so that a screen counts on by itself and an unchanged record
stays the same answer.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from dunant.casualty.scores import scores
from dunant.kernel.clock import rfc3339
from dunant.kernel.policy import Thresholds
from dunant.services.policies import Policies
from dunant.services.reading.clocks import category_of

Row = dict[str, Any]
_URGENT = frozenset({"URGENT_SURGICAL", "URGENT"})
_NO_AGE: Row = {"state": None, "amber_at": None, "red_at": None}


def with_care(view: str, rows: Sequence[Row], policies: Policies, now: datetime) -> list[Row]:
    """Rows of clinical views with their ages and scores; of other views as they are."""
    worked = {"interventions": _intervention, "vitals": _vitals, "clinical_summary": _summary}.get(view)
    return [worked(row, policies, now) for row in rows] if worked else list(rows)


def age(since: str, group: str, thresholds: Thresholds, now: datetime) -> Row:
    """State of something that began then, and when it turns amber and red."""
    began = datetime.fromisoformat(since)
    amber, red = (timedelta(minutes=thresholds.number(f"{group}.{bound}")) for bound in ("green_to", "amber_to"))
    return {
        "state": thresholds.light(group, max(0.0, (now - began) / timedelta(minutes=1))),
        "amber_at": rfc3339(began + amber),
        "red_at": rfc3339(began + red),
    }


def measured(row: Mapping[str, Any]) -> Row:
    """Values by the names that scores ask for; the three parts of the coma scale also as their sum."""
    parts = [row.get(name) for name in ("gcs_e", "gcs_v", "gcs_m")]
    return {**row, "gcs": None if None in parts else sum(part for part in parts if part is not None)}


def _intervention(row: Row, policies: Policies, now: datetime) -> Row:
    if "code" not in row:
        return row
    is_on = row["code"] == "TQ" and not row["off"] and row["off_at"] is None
    return {**row, **(age(row["at"], "tourniquet_age", policies.thresholds, now) if is_on else _NO_AGE)}


def _vitals(row: Row, policies: Policies, _: datetime) -> Row:
    return {**row, "scores": _scores(row, policies)} if "hr" in row else row


def _summary(row: Row, policies: Policies, now: datetime) -> Row:
    if "vitals" not in row:
        return row
    last = row["vitals"][0] if row["vitals"] else None
    urgent = category_of(row, policies) in _URGENT if row.get("triage") else False
    ages = policies.thresholds
    return {
        **row,
        "tourniquets": [
            {**one, **(_NO_AGE if one["off"] else age(one["on"], "tourniquet_age", ages, now))}
            for one in row["tourniquets"]
        ],
        "vitals_age": {"at": last["at"], **age(last["at"], "vitals_age_urgent", ages, now)}
        if last and urgent
        else None,
        "scores": _scores(last, policies) if last else [],
    }


def _scores(row: Mapping[str, Any], policies: Policies) -> list[Row]:
    return [msgspec.to_builtins(found) for found in scores(policies.triage.score, measured(row))]
