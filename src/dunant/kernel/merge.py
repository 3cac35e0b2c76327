"""How contradictory facts meet: a handful of pure readings of a set of facts (sync §6, §7).

The machine never discards a value. A register shows one of several heads by a stated rule, keeps the others, and
says so; what only adds never conflicts.
"""

import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from msgspec import Struct

from dunant.kernel.events import Body, Event, canonical
from dunant.kernel.facts import Facts, recorded_order
from dunant.kernel.ids import EventId, SubjectId

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
_Take = tuple[int, Mapping[str, int], Event]


class ConflictResolved(Body, frozen=True, kw_only=True):
    """A person has looked at all values of a field and settled it. Its `base` names every head that was seen."""

    TYPE = "kernel.conflict_resolved"
    STREAM = ""
    KIND = None

    field: str
    value: Any
    reason: str = ""


class EnteredInError(Body, frozen=True, kw_only=True):
    """An earlier fact should not have been recorded; `x` of the envelope names it. Both stay visible."""

    TYPE = "kernel.entered_in_error"
    STREAM = ""
    KIND = None

    reason: str


KERNEL_EVENTS: tuple[type[Body], ...] = (ConflictResolved, EnteredInError)


class Entry(Struct, Generic[T], frozen=True, gc=False):
    """One value of a field, and the fact that carries it."""

    value: T
    event: Event


ConflictState = Literal["OPEN", "RESOLVED", "REOPENED"]


class Conflict(Struct, frozen=True, kw_only=True):
    """Values set without knowledge of each other. The id is the same on every site that holds the same facts.

    `earlier`: values that the author of a head had seen. `settled`: what a person decided, if the conflict is resolved,
    or decided before a late value opened it again.
    """

    id: str
    subject: SubjectId
    field: str
    heads: tuple[Entry[Any], ...]
    earlier: tuple[Entry[Any], ...] = ()
    state: ConflictState = "OPEN"
    settled: Event | None = None


class Reading(Struct, Generic[T], frozen=True, kw_only=True, gc=False):
    """What a register shows: the displayed value, all heads, and the conflict, open or settled."""

    value: T | None = None
    shown: Event | None = None
    heads: tuple[Entry[T], ...] = ()
    conflict: Conflict | None = None
    resolved: Conflict | None = None


_NOTHING: Reading[Any] = Reading()


def heads(facts: Facts, entries: Sequence[Entry[T]]) -> list[Entry[T]]:
    """Entries that no other entry's author had seen, directly or through any chain of bases (M1–M3)."""
    if len(entries) < 2:
        return list(entries)
    if facts.has_loops:
        return _heads_of_loops(facts, entries)
    held = {entry.event.header.id for entry in entries}
    superseded = set[EventId]().union(*[entry.event.header.base for entry in entries])
    # What the entries themselves had seen is in there by now; the past goes on behind the others.
    if behind := superseded - held:
        superseded |= facts.past(behind)
    return [entry for entry in entries if entry.event.header.id not in superseded]


def _heads_of_loops(facts: Facts, entries: Sequence[Entry[T]]) -> list[Entry[T]]:
    """The same where events name each other as seen: neither of the two supersedes the other."""
    pasts = {entry.event.id: facts.past([entry.event.id]) for entry in entries}
    return [
        entry
        for entry in entries
        if not any(entry.event.id in past and later not in pasts[entry.event.id] for later, past in pasts.items())
    ]


def register(
    facts: Facts,
    field: str,
    entries: Iterable[Entry[T]],
    rank: Callable[[Entry[T]], Any] = lambda _entry: 0,
    *,
    newest_first: bool = True,
) -> Reading[T]:
    """Read a field whose later value replaces the earlier one only if its author had seen it.

    Parameters
    ----------
    field : name under which the field's conflict is known and resolved
    rank : higher is displayed first among heads (severity, or the author's role); ties go to the most recent `at`,
        then the hybrid clock, then identity
    newest_first : whether `at` breaks ties of rank; who somebody is does not depend on when it was said
    """
    settled = facts.of(ConflictResolved)
    found = [*entries, *_resolved(settled, field)] if settled else [*entries]
    if not found:
        return _NOTHING
    current = heads(facts, found)
    shown = current[0]
    if len(current) == 1 and not settled:
        return Reading(value=shown.value, shown=shown.event, heads=(shown,))
    if len(current) > 1:
        current.sort(
            key=lambda entry: (
                rank(entry),
                _happened(entry.event) if newest_first else entry.event.header.h,
                recorded_order(entry.event),
            ),
            reverse=True,
        )
        shown = current[0]
    differing = len(current) > 1 and len({canonical(entry.value) for entry in current}) > 1
    return Reading(
        value=shown.value,
        shown=shown.event,
        heads=tuple(current),
        conflict=_open(facts.subject, field, current, found) if differing else None,
        resolved=_closed(facts.subject, field, shown.event, found) if settled and not differing else None,
    )


def _resolved(settled: Iterable[Event], field: str) -> list[Entry[Any]]:
    return [
        Entry(event.body.value, event)
        for event in settled
        if isinstance(event.body, ConflictResolved) and event.body.field == field
    ]


def conflict_id(subject: SubjectId, field: str, events: Iterable[EventId]) -> str:
    """SHA-256 over subject, field and the ids of all heads in order (sync §7), each apart from the next."""
    return hashlib.sha256("\x1f".join((subject, field, *sorted(events))).encode()).hexdigest()


def _open(subject: SubjectId, field: str, current: Sequence[Entry[Any]], found: Sequence[Entry[Any]]) -> Conflict:
    settled = [entry.event for entry in found if isinstance(entry.event.body, ConflictResolved)]
    return Conflict(
        id=conflict_id(subject, field, (entry.event.id for entry in current)),
        subject=subject,
        field=field,
        heads=tuple(current),
        earlier=_seen_by(current, found),
        state="REOPENED" if settled else "OPEN",
        settled=max(settled, key=recorded_order, default=None),
    )


def _closed(subject: SubjectId, field: str, shown: Event, found: Sequence[Entry[Any]]) -> Conflict | None:
    """The conflict that the displayed value settled; None when that value is an ordinary one."""
    if not isinstance(shown.body, ConflictResolved):
        return None
    before = _in_order(entry for entry in found if entry.event.id in shown.header.base)
    return Conflict(
        id=conflict_id(subject, field, (entry.event.id for entry in before)),
        subject=subject,
        field=field,
        heads=before,
        earlier=_seen_by(before, found),
        state="RESOLVED",
        settled=shown,
    )


def _seen_by(current: Sequence[Entry[Any]], found: Sequence[Entry[Any]]) -> tuple[Entry[Any], ...]:
    named = {ref for entry in current for ref in entry.event.header.base}
    return _in_order(entry for entry in found if entry.event.id in named)


def _in_order(entries: Iterable[Entry[Any]]) -> tuple[Entry[Any], ...]:
    """As recorded: the order in which facts arrived is another one at every site."""
    return tuple(sorted(entries, key=lambda entry: recorded_order(entry.event)))


def _happened(event: Event) -> datetime:
    at = event.header.at
    return at.t or at.hi or event.header.rec


def union(facts: Facts, *types: type[Body]) -> list[Event]:
    """Facts that only add (vitals, treatments, notes): every one, in the order they happened."""
    return sorted(facts.of(*types), key=lambda event: (_happened(event), recorded_order(event)))


def add_wins(
    facts: Facts, added: Iterable[tuple[K, Event]], refuted: Iterable[tuple[K, Event]]
) -> dict[K, list[Event]]:
    """Warnings (allergies, hazards) that stay unless a refutation has seen them; one it has not seen survives."""
    seen: dict[K, set[EventId]] = {}
    for key, event in refuted:
        seen.setdefault(key, set()).update(facts.past([event.id]))
    standing: dict[K, list[Event]] = {}
    for key, event in added:
        if event.id not in seen.get(key, ()):
            standing.setdefault(key, []).append(event)
    return standing


class Count(Struct, frozen=True, kw_only=True):
    """A stock: its value, and the differing stock-takes if two were made apart."""

    value: int | None
    disputed: tuple[int, ...] = ()


def count(
    deltas: Iterable[tuple[int, Event]],
    resets: Iterable[_Take],
) -> Count:
    """Stock from deltas and stock-takes.

    A stock-take names in its `covers` the highest sequence per log ("o/e/st") that it has counted; deltas outside are
    added on top, a stock-take covered by another is superseded by it, and two that have not seen each other dispute.
    Without a stock-take the value is None: a number nobody has counted is unknown, not zero.
    """
    changes = list(deltas)
    takes = list(resets)
    current = [take for take in takes if not any(_supersedes(other, take) for other in takes)]
    if not current:
        return Count(value=None)
    totals = [
        (value + sum(change for change, event in changes if not _covers(covers, event)), event)
        for value, covers, event in current
    ]
    totals.sort(key=lambda pair: recorded_order(pair[1]), reverse=True)
    different = tuple(sorted({total for total, _ in totals}))
    return Count(value=totals[0][0], disputed=different if len(different) > 1 else ())


def _supersedes(later: _Take, earlier: _Take) -> bool:
    return _covers(later[1], earlier[2]) and not _covers(earlier[1], later[2])


def _covers(covers: Mapping[str, int], event: Event) -> bool:
    header = event.header
    return header.q <= covers.get(f"{header.o}/{header.e}/{header.st}", 0)
