"""Small shapes that several rows share: times, intervals, positions, conflicts."""

from typing import Any

from dunant.casualty.intervals import Interval
from dunant.kernel.clock import rfc3339
from dunant.kernel.events import Event
from dunant.kernel.merge import Conflict, ConflictResolved


def moment_of(event: Event) -> str:
    """When it happened, or when it was recorded if nobody knows."""
    at = event.header.at
    return rfc3339(at.t or at.hi or event.header.rec)


def span(interval: Interval) -> dict[str, str | None]:
    return {
        "lo": rfc3339(interval.lo) if interval.lo else None,
        "hi": rfc3339(interval.hi) if interval.hi else None,
    }


def position_row(where: Any, event: Event | None) -> dict[str, Any] | None:
    if where is None:
        return None
    known = where if isinstance(where, dict) else {"lat": where.lat, "lon": where.lon, "ce": where.ce}
    return {**known, "at": moment_of(event) if event else None}


def conflict_values(conflict: Conflict) -> list[dict[str, Any]]:
    """What stands against each other, each with what its author had seen of the field."""
    known = {entry.event.id: entry.value for entry in conflict.earlier}
    return [
        {
            "value": entry.value,
            "event": entry.event.id,
            "at": moment_of(entry.event),
            "p": entry.event.header.at.p,
            "saw": entry.event.header.base,
            "seen": [known[ref] for ref in entry.event.header.base if ref in known],
        }
        for entry in conflict.heads
    ]


def conflict_traces(conflict: Conflict) -> list[dict[str, Any]]:
    """Who said each of the values, with which device and at which site, in the order of the values."""
    return [
        {
            "by_role": entry.event.header.by.role,
            "device": entry.event.header.dev,
            "origin": entry.event.header.o,
            "rec": rfc3339(entry.event.header.rec),
        }
        for entry in conflict.heads
    ]


def settled_row(event: Event | None) -> dict[str, Any] | None:
    """What somebody decided, and why."""
    if event is None or not isinstance(event.body, ConflictResolved):
        return None
    return {
        "value": event.body.value,
        "reason": event.body.reason,
        "by_role": event.header.by.role,
        "origin": event.header.o,
        "at": rfc3339(event.header.rec),
    }


def conflict_row(conflict: Conflict) -> dict[str, Any]:
    """One conflict inside a row about its subject."""
    return {
        "field": conflict.field,
        "id": conflict.id,
        "state": conflict.state,
        "values": conflict_values(conflict),
        "traces": conflict_traces(conflict),
    }
