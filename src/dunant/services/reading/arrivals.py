"""Who comes to a facility: on a leg, or with a place kept. With the time of arrival, its age, and what may be known."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dunant.casualty.capacity import is_expired, kept_until
from dunant.casualty.intervals import minutes
from dunant.kernel.clock import rfc3339
from dunant.services.reading.asking import Asking, Computed, Row
from dunant.services.reading.capacity import KEPT
from dunant.services.reading.clocks import category_of, planned

_ARRIVED = {"ARRIVED", "HANDED_OVER", "RTB", "AVAILABLE", "ABORTED"}
_ORDER = ("NOTIFIED", "CREW_READY", "LAUNCHED", "ON_SCENE", "PATIENT_LOADED", "DEPARTED")
# Leg state → the step of the plan that it is the fact of.
_STEP = {"LAUNCHED": "M7", "ON_SCENE": "M8", "PATIENT_LOADED": "M10", "DEPARTED": "M10"}
_MIST = ("at", "title", "mechanism", "mechanism_text", "injuries", "injuries_text", "signs", "treatment")


def arrivals(asking: Asking) -> list[Row]:
    """One row for each casualty who is to come, the soonest first. Filter: `facility`, else the reader's own."""
    facility = asking.equal.get("facility") or asking.actor.facility
    if facility is None:
        return []
    legs = [leg for leg in asking.rows("legs", active=True) if leg.get("destination") == facility]
    coming = {one: leg for leg in legs if leg["status"] not in _ARRIVED for one in leg["carried"]}
    kept = _reservations(facility, asking)
    casualties = list(dict.fromkeys([*coming, *kept]))
    board = {row["subject"]: row for row in asking.rows("board") if row["subject"] in set(casualties)}
    whole = {row["subject"]: row for row in asking.look.rows_of("board", casualties)}
    made = [
        _row(board[one], whole[one], coming.get(one), kept.get(one), asking)
        for one in casualties
        if one in board and "triage" in board[one]
    ]
    return sorted(made, key=lambda row: (row["eta"] is None, row["eta"] or "", row["tag"]))


def _reservations(facility: str, asking: Asking) -> dict[str, Row]:
    """Casualty → the reservation to show: an open one before one that is over."""
    rows = [row for row in asking.rows("reservations", facility=facility, open=True) if row.get("casualty")]
    return {row["casualty"]: row for row in sorted(rows, key=lambda row: row["at"])}


def _row(shown: Row, whole: Mapping[str, Any], leg: Row | None, kept: Row | None, asking: Asking) -> Row:
    after = asking.policies.thresholds.number(KEPT)
    return {
        "subject": shown["subject"],
        "tag": shown.get("tag", ""),
        "triage": shown["triage"],
        "category": category_of(whole, asking.policies),
        "child": bool(shown.get("child")),
        "exercise": bool(shown.get("exercise")),
        "needs_surgery": shown.get("needs_surgery"),
        **_eta(leg, kept, asking),
        "leg": _leg(leg, asking) if leg else None,
        "equipment": _equipment(shown["subject"], asking),
        "mist": _mist(shown["subject"], asking),
        "at_mist": _at_mist(shown["subject"], asking),
        "reservation": {
            "subject": kept["subject"],
            "state": kept["state"],
            "resource": kept["resource"],
            "until": rfc3339(kept_until(kept, after)),
            "expired": is_expired(kept, asking.now, after),
            "conflict": kept["conflict"],
        }
        if kept
        else None,
    }


def _eta(leg: Row | None, kept: Row | None, asking: Asking) -> Row:
    """When, how much later it may be by what the crew has lost so far, and how old the last word of it is."""
    at = planned(leg, "M11", "M15") if leg else None
    if at is None:
        told = kept["eta"] if kept else None
        return {"eta": told, "eta_hi": told, "age_min": _age(kept["at"], asking.now) if kept else None}
    slip = timedelta(minutes=_slip_min(leg, asking.now)) if leg else timedelta(0)
    heard = (leg or {}).get("heard_at") or (leg or {}).get("planned_at")
    return {"eta": rfc3339(at), "eta_hi": rfc3339(at + slip), "age_min": _age(heard, asking.now)}


def _slip_min(leg: Row, now: datetime) -> float:
    """Minutes behind the plan: of the last step reached, or of the next one if that is overdue already."""
    behind = 0.0
    reached = [state for state in _ORDER if state in leg["actual"]]
    if reached and (step := _STEP.get(reached[-1])) and (due := planned(leg, step)):
        behind = minutes(datetime.fromisoformat(leg["actual"][reached[-1]]) - due)
    ahead = [_STEP[state] for state in _ORDER if state not in reached and state in _STEP]
    waited = [minutes(now - due) for step in [*ahead, "M11"] if (due := planned(leg, step))]
    return max(0.0, behind, waited[0] if waited else 0.0)


def _leg(leg: Row, asking: Asking) -> Row:
    assets: Sequence[Row] = asking.rows("assets", subject=leg["asset"]) if leg["asset"] else ()
    return {
        "subject": leg["subject"],
        "status": leg["status"],
        "callsign": assets[0]["callsign"] if assets else "",
        "diverted": bool(leg["diverted"]),
    }


def _equipment(casualty: str, asking: Asking) -> list[str]:
    """What was asked for with the request: to be made ready here too."""
    requests = [row for row in asking.rows("requests") if casualty in row.get("casualties", ()) and "lines" in row]
    found = requests[0]["lines"].get("equipment") if requests else None
    return [str(one) for one in found if one != "NONE"] if isinstance(found, list | tuple) else []


def _mist(casualty: str, asking: Asking) -> Row | None:
    """The last AT-MIST, for a reader who may see it: the facility that treats, or is to treat, does."""
    rows = asking.rows("mists", subject=casualty)
    if not rows:
        return None
    last = max(rows, key=lambda row: str(row.get("at", "")))
    return {name: last[name] for name in _MIST if name in last}


def _at_mist(casualty: str, asking: Asking) -> Row | None:
    """AT-MIST from what was recorded fact by fact, for the same readers."""
    rows = asking.rows("clinical_summary", subject=casualty)
    found: Row | None = rows[0].get("at_mist") if rows else None
    return found


def _age(at: str | None, now: datetime) -> float | None:
    return None if at is None else round(minutes(now - datetime.fromisoformat(at)), 1)


ARRIVALS = Computed(
    resource="evacuation",
    read=arrivals,
    feeds=("board", "legs", "reservations", "requests", "mists", "clinical_summary"),
    allows=("facility",),
)
