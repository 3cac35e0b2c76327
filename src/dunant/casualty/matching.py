"""How likely two records are of one person: points for what agrees and against for what differs (casualty §14).

Pure arithmetic over what is known of both. What one of them does not say counts neither way. Nobody is ever merged by
it: a score is a proposal, and only a person links.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from dunant.kernel.places import Position, great_circle_km
from dunant.kernel.policy import Pack, Sourced, repeated


class Scale(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`certain`: points that make a score of 1. `propose`: score from which a pair is shown. `most`: pairs shown.

    `group`: records of one incident above which not everybody is compared with everybody.
    """

    certain: float
    propose: float
    most: int
    group: int


class Criterion(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Points for full agreement and for full difference. `near` and `far` bound a distance that is in between."""

    code: str
    agree: float
    differ: float
    near: float = 0
    far: float = 0
    unit: str = ""


class MatchingPack(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    scale: Scale
    criterion: tuple[Criterion, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from repeated("criterion", (row.code for row in self.criterion))
        for n, row in enumerate(self.criterion):
            if row.code not in _AGREEMENT:
                yield f"criterion[{n}].code", "known_criterion"
            if row.far < row.near:
                yield f"criterion[{n}].far", "not_below_near"


class Traits(Struct, frozen=True, kw_only=True):
    """What is known of one record; empty where nothing is."""

    tag: str = ""
    number: frozenset[str] = frozenset()
    verified: frozenset[str] = frozenset()
    zap: frozenset[str] = frozenset()
    name: frozenset[str] = frozenset()
    sex: str = ""
    age: str = ""
    unit: str = ""
    injuries: frozenset[str] = frozenset()
    place: Position | None = None
    time: datetime | None = None
    exercise: bool = False


class Match(Struct, frozen=True, kw_only=True):
    """A score between 0 and 1, and the criteria that spoke for and against."""

    score: float
    agrees: tuple[str, ...]
    differs: tuple[str, ...]


def match(a: Traits, b: Traits, pack: MatchingPack) -> Match:
    """Score of two records; the same whichever comes first.

    A real record and one of an exercise, and two with verified index numbers that have none in common, are never of one
    person: their score is 0 (invariants 12 and 16).
    """
    if a.exercise != b.exercise or (a.verified and b.verified and a.verified.isdisjoint(b.verified)):
        return Match(score=0, agrees=(), differs=())
    known = [(row, said) for row in pack.criterion if (said := _AGREEMENT[row.code](a, b, row)) is not None]
    points = sum(row.agree * said + row.differ * (1 - said) for row, said in known)
    return Match(
        score=min(1.0, max(0.0, points / pack.scale.certain)),
        agrees=tuple(row.code for row, said in known if said > 0.5),
        differs=tuple(row.code for row, said in known if said < 0.5 and row.differ),
    )


Agreement = Callable[[Traits, Traits, Criterion], float | None]


def _same(field: str) -> Agreement:
    def said(a: Traits, b: Traits, _row: Criterion) -> float | None:
        ours, theirs = getattr(a, field), getattr(b, field)
        return float(ours == theirs) if ours and theirs else None

    return said


def _shared(field: str) -> Agreement:
    """Whether any value is in common; with several names, one is enough."""

    def said(a: Traits, b: Traits, _row: Criterion) -> float | None:
        ours, theirs = _plain(getattr(a, field)), _plain(getattr(b, field))
        return float(not ours.isdisjoint(theirs)) if ours and theirs else None

    return said


def _plain(values: frozenset[str]) -> frozenset[str]:
    return frozenset(" ".join(value.casefold().split()) for value in values)


def _injuries(a: Traits, b: Traits, _row: Criterion) -> float | None:
    """Share of all injuries that both name (Jaccard 1901)."""
    if not a.injuries or not b.injuries:
        return None
    return len(a.injuries & b.injuries) / len(a.injuries | b.injuries)


def _unit(a: Traits, b: Traits, _row: Criterion) -> float | None:
    """`UN_MIL` and `UN_MIL:XAA` do not contradict each other: one says less."""
    if not a.unit or not b.unit:
        return None
    ours, theirs = a.unit.partition(":"), b.unit.partition(":")
    says_less = ours[0] == theirs[0] and not (ours[2] and theirs[2])
    return 0.5 if says_less and a.unit != b.unit else float(a.unit == b.unit)


def _place(a: Traits, b: Traits, row: Criterion) -> float | None:
    return None if a.place is None or b.place is None else _nearness(great_circle_km(a.place, b.place), row)


def _time(a: Traits, b: Traits, row: Criterion) -> float | None:
    return None if a.time is None or b.time is None else _nearness(abs((a.time - b.time).total_seconds()) / 60, row)


def _nearness(apart: float, row: Criterion) -> float:
    """1 up to near, 0 from far on, straight in between."""
    if apart <= row.near:
        return 1.0
    return 0.0 if apart >= row.far else (row.far - apart) / (row.far - row.near)


_AGREEMENT: Mapping[str, Agreement] = {
    "tag": _same("tag"),
    "number": _shared("number"),
    "zap": _shared("zap"),
    "name": _shared("name"),
    "sex": _same("sex"),
    "age": _same("age"),
    "unit": _unit,
    "injuries": _injuries,
    "place": _place,
    "time": _time,
}
