"""What is free at a facility, from what was counted, what is kept for somebody and how old the count is.

Nothing old is ever free: beyond the limit a number is unknown (casualty §12).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from msgspec import Struct

from dunant.casualty.intervals import minutes
from dunant.casualty.model import KEPT

Row = Mapping[str, Any]
Known = Literal["KNOWN", "UNKNOWN"]
# Of these nothing is ever "occupied": what is there is what is left.
USED_UP = frozenset({"OR_CASES_LEFT_TODAY", "SURGEON_HOURS", "O2", "BLOOD"})


class Free(Struct, frozen=True, kw_only=True):
    """`free` None: unknown. Below zero: more places are kept than there are; the facility chooses who gets one."""

    state: Known
    free: int | None
    reserved: int


def kept_until(reservation: Row, after_min: float) -> datetime:
    """When a kept place is given to somebody else: some time after the expected arrival, or after the last step."""
    return datetime.fromisoformat(reservation["eta"] or reservation["at"]) + timedelta(minutes=after_min)


def is_expired(reservation: Row, now: datetime, after_min: float) -> bool:
    """Whether an open reservation has run out. Nobody needs to say so: it is computed."""
    return bool(reservation["open"]) and now > kept_until(reservation, after_min)


def reserved(reservations: Iterable[Row], now: datetime, after_min: float) -> dict[tuple[str, str, bool], int]:
    """(facility, resource, exercise) → places kept: accepted or confirmed, and not run out."""
    found: dict[tuple[str, str, bool], int] = {}
    for row in reservations:
        if row["state"] in KEPT and not is_expired(row, now, after_min):
            key = (row["facility"], row["resource"], bool(row["exercise"]))
            found[key] = found.get(key, 0) + 1
    return found


def age_h(as_of: str | None, now: datetime) -> float | None:
    """Hours since a report, None without one."""
    return None if as_of is None else minutes(now - datetime.fromisoformat(as_of)) / 60


def free_of(stock: Row, kept: int, now: datetime, limit_h: float) -> Free:
    """Staffed less occupied less kept.

    Parameters
    ----------
    stock : row of the view `stocks`
    kept : places reserved of this resource here
    limit_h : age in hours beyond which nothing is known
    """
    age, staffed = age_h(stock["as_of"], now), stock["staffed"]
    occupied = 0 if stock["resource"] in USED_UP else stock["occupied"]
    if age is None or age > limit_h or staffed is None or occupied is None:
        return Free(state="UNKNOWN", free=None, reserved=kept)
    return Free(state="KNOWN", free=staffed - occupied - kept, reserved=kept)
