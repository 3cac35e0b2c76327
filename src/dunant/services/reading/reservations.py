"""Reservations as they stand now: run out, contested, and for whoever does not get the place the next best one."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from dunant.casualty.capacity import is_expired, kept_until
from dunant.casualty.model import KEPT as HELD
from dunant.kernel.clock import rfc3339
from dunant.kernel.errors import NotFound
from dunant.services.reading.asking import Asking, Computed, Row
from dunant.services.reading.capacity import KEPT, free_by_facility
from dunant.services.reading.options import options

# A reservation that has lost its place, or may: its cell needs another one.
_LOST = {"REFUSED", "RELEASED"}
_HINTS = ("asset", "callsign", "facility", "name", "arrival", "surgery_at")


def reservations(asking: Asking) -> list[Row]:
    """Every reservation, newest first, with what the hour makes of it.

    `next_best`: where else, for one that was refused or that two hold; only for readers who may rank.
    Filters: `facility`, `casualty`, `request`, `subject`.
    """
    free, after = free_by_facility(asking), asking.policies.thresholds.number(KEPT)
    rows = asking.rows("reservations", **dict(asking.equal))
    made = [_row(row, free, after, asking) for row in rows if "state" in row]
    return sorted(made, key=lambda row: str(row["asked_at"]), reverse=True)


def _row(row: Row, free: Mapping[str, Mapping[str, int | None]], after: float, asking: Asking) -> Row:
    if "facility" not in row:
        return row
    left = free.get(row["facility"], {}).get(row["resource"])
    contested = row["state"] in HELD and left is not None and left < 0
    expired = is_expired(row, asking.now, after)
    flags = [
        *(["expired"] if expired else []),
        *(["overbooked"] if contested and not expired else []),
        *(["conflict"] if row["conflict"] else []),
    ]
    lost = contested or expired or row["state"] in _LOST
    until = rfc3339(kept_until(row, after))
    return {**row, "until": until, "flags": flags, "next_best": _next_best(row, asking) if lost else None}


def _next_best(row: Row, asking: Asking) -> Row | None:
    """The best option that is not this facility; None without a request to rank for."""
    if not row["request"]:
        return None
    equal = {"request": row["request"], **({"casualty": row["casualty"]} if row["casualty"] else {})}
    try:
        ranked: list[dict[str, Any]] = options(replace(asking, equal=equal))[0]["ranked"]
    except NotFound:
        return None
    best = next((one for one in ranked if one["facility"] != row["facility"]), None)
    return {name: best[name] for name in _HINTS} if best else None


RESERVATIONS = Computed(
    resource="evacuation",
    read=reservations,
    feeds=("reservations", "stocks", "facilities", "legs", "assets"),
    allows=("subject", "facility", "casualty", "request"),
)
