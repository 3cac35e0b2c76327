"""Time as a port, and the hybrid logical clock that orders events of sites whose clocks disagree.

Causality is decided by `base`, never by this clock; it only breaks ties and orders lists.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol

DRIFT_CAP_MS = 5 * 60 * 1000
TEXT_LENGTH = 16
_COUNTER_BITS = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_FIRST_YEAR, _LAST_YEAR = 1971, 2200
_LAST_MS = (datetime(_LAST_YEAR, 1, 1, tzinfo=UTC) - _EPOCH) // _MS


class Clock(Protocol):
    """Where a process learns what time it is: the machine's clock, a simulated mission's, or a test's."""

    @property
    def speed(self) -> float:
        """Mission seconds per second of the machine; 1 outside simulations."""

    def now(self) -> datetime:
        """Aware UTC."""


def tick(last: int, wall_ms: int) -> int:
    """Next reading of a local event: never below the last one, whatever the wall clock does."""
    return max(last + 1, wall_ms << _COUNTER_BITS)


def receive(last: int, remote: int, wall_ms: int, cap_ms: int = DRIFT_CAP_MS) -> int:
    """Reading after hearing from another site; a clock that runs too far ahead does not drag ours along."""
    if remote >> _COUNTER_BITS > wall_ms + cap_ms:
        return last
    return max(last, remote)


def is_suspect(remote: int, wall_ms: int, cap_ms: int = DRIFT_CAP_MS) -> bool:
    return remote >> _COUNTER_BITS > wall_ms + cap_ms


def as_text(reading: int) -> str:
    """Sixteen hex digits; text order is clock order."""
    return f"{reading:016x}"


def from_text(text: str) -> int:
    return int(text, 16)


def later(text: str, by: timedelta) -> str:
    """The reading so much later."""
    return as_text(from_text(text) + (by // _MS << _COUNTER_BITS))


def ticked_at(text: str) -> datetime:
    """What the writer's clock showed when an event got this reading; one beyond all years shows the last of them."""
    return _EPOCH + min(from_text(text) >> _COUNTER_BITS, _LAST_MS) * _MS


def unix_ms(moment: datetime) -> int:
    return (moment - _EPOCH) // _MS


def is_plausible(moment: datetime) -> bool:
    """Aware, and of these two centuries: beyond that a clock is broken, and arithmetic on it may be too."""
    return moment.tzinfo is not None and _FIRST_YEAR <= moment.year < _LAST_YEAR


def to_ms(moment: datetime) -> datetime:
    """The same moment in UTC, to the millisecond: the precision that envelopes state (sync §1)."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    beyond = utc.microsecond % 1000
    return utc.replace(microsecond=utc.microsecond - beyond) if beyond else utc


def rfc3339(moment: datetime) -> str:
    """UTC with milliseconds and Z: one fixed width, so that text order is time order."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"
