"""Places and supplies of a facility: counted by stock-takes, changed by deltas, the same in every order of arrival."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from dunant.casualty import events as e
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts, recorded_order
from dunant.kernel.merge import Count, count

Key = tuple[str, str, str]
# What deltas change, and what only a stock-take sets.
MOVED, SET = ("staffed", "occupied"), ("physical", "blocked")


class Stock(Struct, frozen=True, kw_only=True):
    """One resource. A number is None until somebody has counted it.

    `as_of`: when the older of the two numbers that `free` is made of was counted. `disputed`: fields for which two
    stock-takes were made apart and give different numbers.
    """

    resource: str
    product: str
    group: str
    physical: int | None
    staffed: int | None
    occupied: int | None
    blocked: int | None
    reason: str
    as_of: datetime | None
    disputed: tuple[str, ...]


def stocks_of(facts: Facts) -> list[Stock]:
    """Every resource that a stock-take or a change has named."""
    takes, changes = facts.of(e.CapacityReported), _once(facts.of(e.CapacityAdjusted))
    keys = {_key(row) for take in takes for row in _rows(take)} | {_key(change.body) for change in changes}
    return [_stock(key, takes, changes) for key in sorted(keys)]


def covers_of(facts: Facts, at: datetime) -> dict[str, int]:
    """Per log, how far the changes are in a count made at `at`: all before the first that happened later."""
    last: dict[str, int] = {}
    first_later: dict[str, int] = {}
    for event in facts.of(e.CapacityAdjusted, e.CapacityReported):
        header = event.header
        log = f"{header.o}/{header.e}/{header.st}"
        if (header.at.t or header.rec) > at:
            first_later[log] = min(header.q, first_later.get(log, header.q))
        else:
            last[log] = max(header.q, last.get(log, 0))
    return {log: min(q, first_later.get(log, q + 1) - 1) for log, q in sorted(last.items())}


def _once(changes: list[Event]) -> list[Event]:
    """Of changes with one cause only the first recorded."""
    counted: dict[tuple[Key, str], Event] = {}
    for event in sorted(changes, key=recorded_order):
        counted.setdefault((_key(event.body), getattr(event.body, "cause", "") or event.id), event)
    return list(counted.values())


def _stock(key: Key, takes: list[Event], changes: list[Event]) -> Stock:
    moved = {name: count(_deltas(changes, key, name), _resets(takes, key, name)) for name in MOVED}
    fixed = {name: count((), _resets(takes, key, name)) for name in SET}
    counted: Mapping[str, Count] = {**moved, **fixed}
    times = [when for name in MOVED if (when := _counted_at(takes, key, name))]
    reasons = [row.reason for take in sorted(takes, key=_when) for row in _rows(take) if _key(row) == key]
    return Stock(
        resource=key[0],
        product=key[1],
        group=key[2],
        reason=reasons[-1] if reasons else "",
        as_of=min(times, default=None),
        disputed=tuple(sorted(name for name, found in counted.items() if found.disputed)),
        **{name: found.value for name, found in counted.items()},
    )


def _deltas(changes: list[Event], key: Key, name: str) -> Iterator[tuple[int, Event]]:
    return ((getattr(change.body, name), change) for change in changes if _key(change.body) == key)


def _resets(takes: list[Event], key: Key, name: str) -> Iterator[tuple[int, Mapping[str, int], Event]]:
    for take in takes:
        for row in _rows(take):
            value = getattr(row, name)
            if _key(row) == key and value is not None and isinstance(take.body, e.CapacityReported):
                yield value, take.body.covers, take


def _counted_at(takes: list[Event], key: Key, name: str) -> datetime | None:
    return max((_when(take) for _, _, take in _resets(takes, key, name)), default=None)


def _rows(take: Event) -> tuple[e.StockRow, ...]:
    return take.body.rows if isinstance(take.body, e.CapacityReported) else ()


def _key(named: object) -> Key:
    return (getattr(named, "resource", ""), getattr(named, "product", ""), getattr(named, "group", ""))


def _when(event: Event) -> datetime:
    return event.header.at.t or event.header.at.hi or event.header.rec
