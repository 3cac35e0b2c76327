"""Small shapes that several rows share: times, intervals, positions, conflicts."""

from typing import Any

from dunant.casualty.intervals import Interval
from dunant.kernel.clock import rfc3339
from dunant.kernel.events import Event
from dunant.kernel.merge import Conflict


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


def conflict_row(conflict: Conflict) -> dict[str, Any]:
    values = [
        {
            "value": entry.value,
            "event": entry.event.id,
            "by_role": entry.event.header.by.role,
            "at": moment_of(entry.event),
            "origin": entry.event.header.o,
            "saw": entry.event.header.base,
        }
        for entry in conflict.heads
    ]
    return {"field": conflict.field, "id": conflict.id, "values": values}
