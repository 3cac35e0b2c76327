"""The steps of the way to care (M0 to M17), the order they ought to have, and where minutes were lost between them.

Order is partial and only ever flagged: a fact that arrives out of order is still a fact.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from dunant.casualty.intervals import Interval, minutes
from dunant.kernel.policy import Pack, Sourced, repeated, unknown

UNATTRIBUTED = "UNATTRIBUTED"
Order = tuple[tuple[str, str, str], ...]


class Milestone(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`evidence` names the facts that prove it; `ems` is the code of the emergency-service timeline, if it has one."""

    code: str
    meaning: str
    evidence: tuple[str, ...] = ()
    ems: str = ""


class OrderPair(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`before` is not later than `after`. `flag` is the code shown when it is."""

    before: str
    after: str
    flag: str = "ORDER"


class SegmentRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch whose delay is attributed. `expected` is a thresholds key, `NTM` or `PLAN`, or empty."""

    start: str
    end: str
    expected: str = ""


class GapRow(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Reaching `milestone` without all of `needs` is flagged: steps were skipped, or their reports are on their way."""

    milestone: str
    needs: tuple[str, ...]


class MilestonePack(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    milestone: tuple[Milestone, ...]
    order: tuple[OrderPair, ...]
    segment: tuple[SegmentRow, ...]
    gap: tuple[GapRow, ...] = ()

    def problems(self) -> Iterator[tuple[str, str]]:
        codes = [row.code for row in self.milestone]
        yield from repeated("milestone.code", codes)
        for side in ("before", "after"):
            yield from unknown(f"order.{side}", (getattr(row, side) for row in self.order), codes)
        for side in ("start", "end"):
            yield from unknown(f"segment.{side}", (getattr(row, side) for row in self.segment), codes)
        yield from unknown("gap.milestone", (row.milestone for row in self.gap), codes)
        yield from unknown("gap.needs", (code for row in self.gap for code in row.needs), codes)
        if any(before == after for before, after, _ in closure(self.order)):
            yield "order", "cycle"


class OrderFlag(Struct, frozen=True, kw_only=True):
    """`after` is certainly earlier than `before`."""

    before: str
    after: str
    flag: str


class Segment(Struct, frozen=True, kw_only=True):
    """Minutes between two milestones: the shortest the times allow, so that no minute is blamed that may not be lost.

    `expected_min` None = nobody said what to expect, so there is no excess to explain.
    """

    start: str
    end: str
    actual_min: float
    expected_min: float | None
    excess_min: float

    @property
    def gap(self) -> tuple[str, str]:
        return (self.start, self.end)


class Reason(Struct, frozen=True, kw_only=True):
    """Minutes of one segment laid to one cause (a delay code)."""

    code: str
    minutes: float


class Attribution(Struct, frozen=True, kw_only=True):
    """Reasons whose minutes add up to the excess. `overstated`: people claimed more than was lost; all were scaled."""

    reasons: tuple[Reason, ...]
    overstated: bool = False


def closure(order: Iterable[OrderPair]) -> Order:
    """All (before, after, flag) that follow from the pairs, so that a missing step in between hides nothing.

    Worked out once per pack and handed to `order_flags`, because every casualty is checked against it.

    A chain keeps the flag of its first step that is not plain ORDER: what excuses one step excuses the chain.
    """
    known = {(row.before, row.after): row.flag for row in order}
    grown = True
    while grown:
        grown = False
        for (before, middle), first in list(known.items()):
            for (start, after), second in list(known.items()):
                if start == middle and (before, after) not in known:
                    known[before, after] = first if first != "ORDER" else second
                    grown = True
    return tuple((before, after, flag) for (before, after), flag in known.items())


def order_flags(milestones: Mapping[str, Interval], order: Order) -> list[OrderFlag]:
    """Pairs in the wrong order whose intervals do not overlap; nothing is ever refused (invariant 3)."""
    if len(milestones) < 2:
        return []
    return [
        OrderFlag(before=before, after=after, flag=flag)
        for before, after, flag in order
        if before in milestones and after in milestones and milestones[after].precedes(milestones[before])
    ]


def segments(
    milestones: Mapping[str, Interval],
    rows: Iterable[SegmentRow],
    expected_min: Mapping[tuple[str, str], float],
) -> list[Segment]:
    """The segments whose two ends are known, with the minutes beyond what was expected (floored at 0).

    Parameters
    ----------
    expected_min : minutes by (start, end), from thresholds, notice to move or the plan
    """
    found = []
    for row in rows:
        start, end = milestones.get(row.start), milestones.get(row.end)
        if start is None or end is None or start.hi is None or end.lo is None:
            continue
        actual = max(0.0, minutes(end.lo - start.hi))
        expected = expected_min.get((row.start, row.end))
        excess = 0.0 if expected is None else max(0.0, actual - expected)
        found.append(Segment(start=row.start, end=row.end, actual_min=actual, expected_min=expected, excess_min=excess))
    return found


def attributed(excess_min: float, reasons: Iterable[Reason]) -> Attribution:
    """Reasons that sum to the excess: the rest is UNATTRIBUTED, an overstatement is scaled down in proportion.

    A reason of zero or fewer minutes explains nothing and is left out.
    """
    stated = [reason for reason in reasons if reason.minutes > 0]
    total = sum(reason.minutes for reason in stated)
    if excess_min <= 0:
        return Attribution(reasons=(), overstated=bool(stated))
    if total > excess_min:
        share = excess_min / total
        scaled = tuple(Reason(code=reason.code, minutes=reason.minutes * share) for reason in stated)
        return Attribution(reasons=scaled, overstated=True)
    if total < excess_min:
        stated.append(Reason(code=UNATTRIBUTED, minutes=excess_min - total))
    return Attribution(reasons=tuple(stated))


def binding(parts: Iterable[Segment]) -> list[Segment]:
    """Segments that lost minutes, the worst first."""
    return sorted((part for part in parts if part.excess_min > 0), key=lambda part: (-part.excess_min, part.gap))
