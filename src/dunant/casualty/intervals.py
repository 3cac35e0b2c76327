"""Times that are not known exactly: closed intervals with open ends, and the time of injury they lead to.

None as a bound means that nobody knows one. Every function works in aware UTC and never reads a clock.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from dunant.kernel.events import At

MINUTE = timedelta(minutes=1)
# How far a moment may lie after a time that was stated to the hour, day …; MINUTE is as exact as the clocks count.
_SPAN = {
    "EXACT": timedelta(0),
    "MINUTE": timedelta(0),
    "HOUR": timedelta(hours=1),
    "DAY": timedelta(days=1),
    "WEEK": timedelta(weeks=1),
    "MONTH": timedelta(days=31),
}


class Interval(Struct, frozen=True, kw_only=True):
    """`lo` ≤ the moment ≤ `hi`; a missing bound is None."""

    lo: datetime | None = None
    hi: datetime | None = None

    def __post_init__(self) -> None:
        if self.lo is not None and self.hi is not None and self.lo > self.hi:
            raise ValueError("interval.ends_before_start")

    @property
    def is_unknown(self) -> bool:
        return self.lo is None and self.hi is None

    def intersect(self, other: "Interval") -> "Interval | None":
        """What both allow; None when they exclude each other."""
        lo = self.lo if other.lo is None else other.lo if self.lo is None else max(self.lo, other.lo)
        hi = self.hi if other.hi is None else other.hi if self.hi is None else min(self.hi, other.hi)
        return None if lo is not None and hi is not None and lo > hi else Interval(lo=lo, hi=hi)

    def hull(self, other: "Interval") -> "Interval":
        """The smallest interval that holds both; an open end stays open."""
        lo = None if self.lo is None or other.lo is None else min(self.lo, other.lo)
        hi = None if self.hi is None or other.hi is None else max(self.hi, other.hi)
        return Interval(lo=lo, hi=hi)

    def earlier(self, other: "Interval") -> "Interval":
        """When the first of two moments happens. A second one without lower bound may have been first at any time."""
        lo = None if self.lo is None or other.lo is None else min(self.lo, other.lo)
        hi = self.hi if other.hi is None else other.hi if self.hi is None else min(self.hi, other.hi)
        return Interval(lo=lo, hi=hi)

    def precedes(self, other: "Interval") -> bool:
        """Certainly before the other: they do not even touch."""
        return self.hi is not None and other.lo is not None and self.hi < other.lo


class InjuryTime(Struct, frozen=True, kw_only=True):
    """Time of injury. `conflict`: the facts exclude each other, and the interval is the hull of them all."""

    interval: Interval
    conflict: bool = False


def moment(at: datetime) -> Interval:
    """A time that is known exactly."""
    return Interval(lo=at, hi=at)


def interval_of(at: At, estimated_halfwidth_min: float) -> Interval:
    """What a stated time allows.

    Parameters
    ----------
    at : the envelope's time; explicit `lo` and `hi` win over what the precision implies
    estimated_halfwidth_min : width given to ESTIMATED, and to PLUS_MINUS that states none
        (policy `toi.estimated_halfwidth_min`)

    Returns
    -------
    Interval
        UNKNOWN gives the stated bounds only, most often none.
    """
    if at.p == "UNKNOWN" or at.t is None or (at.lo is not None and at.hi is not None):
        return _whichever_way(at.lo, at.hi)
    if at.p in {"PLUS_MINUS", "ESTIMATED"}:
        width = timedelta(minutes=estimated_halfwidth_min)
        return _whichever_way(at.lo or at.t - width, at.hi or at.t + width)
    return Interval(lo=at.t, hi=at.t + _SPAN[at.p])


def _whichever_way(one: datetime | None, other: datetime | None) -> Interval:
    """Bounds that a message from outside gave in the wrong order still mean an interval; no fold stops at them."""
    if one is not None and other is not None and one > other:
        return Interval(lo=other, hi=one)
    return Interval(lo=one, hi=other)


def injury_time(
    statements: Iterable[Interval],
    *,
    last_known_well: datetime | None = None,
    first_observation: datetime | None = None,
) -> InjuryTime:
    """Time of injury from all that is known.

    Parameters
    ----------
    statements : what people said, by `interval_of`; none at all when the time is unknown
    last_known_well : last radio check, manifest or patrol log that saw the person unhurt
    first_observation : earliest of M1, M2 and any other sign that the injury had happened

    Returns
    -------
    InjuryTime
        The intersection of all facts, or their hull with `conflict` when they exclude each other.
    """
    facts = [*statements]
    if last_known_well is not None:
        facts.append(Interval(lo=last_known_well))
    if first_observation is not None:
        facts.append(Interval(hi=first_observation))
    common: Interval | None = Interval()
    for fact in facts:
        common = common.intersect(fact) if common is not None else None
    if common is not None:
        return InjuryTime(interval=common)
    wide = facts[0]
    for fact in facts[1:]:
        wide = wide.hull(fact)
    return InjuryTime(interval=wide, conflict=True)


def minutes(span: timedelta) -> float:
    return span / MINUTE
