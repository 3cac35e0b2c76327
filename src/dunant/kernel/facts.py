"""The state of a subject: a set of facts that only grows.

This is what makes sync order-independent. Adding is a set union keyed by event id, so arrival order, repeats and
grouping cannot matter; whatever a domain reads off the set is a pure function of it.
"""

from collections.abc import Iterable, Iterator
from typing import Self

from dunant.kernel.events import Body, Event, Unknown
from dunant.kernel.ids import EventId, SubjectId


class Facts:
    """Every event held about one subject. Mistakes stay in the set; they are left out when it is read."""

    __slots__ = ("_by_id", "_by_type", "_duplicates", "_voiding", "subject")

    def __init__(self, subject: SubjectId, events: Iterable[Event] = ()) -> None:
        self.subject = subject
        self._by_id: dict[EventId, Event] = {}
        self._by_type: dict[type[Body], dict[EventId, Event]] = {}
        self._voiding: dict[EventId, set[EventId]] = {}
        self._duplicates: set[EventId] = set()
        for event in events:
            self.add(event)

    def add(self, event: Event) -> Self:
        """Take a fact in. Of two events with one id the smallest identity counts (sync E2), whichever came first."""
        known = self._by_id.get(event.id)
        if known is not None:
            if known.header.identity == event.header.identity:
                return self
            self._duplicates.add(event.id)
            if known.header.identity < event.header.identity:
                return self
            self._drop(known)
        self._by_id[event.id] = event
        if not isinstance(event.body, Unknown):
            self._by_type.setdefault(type(event.body), {})[event.id] = event
        if event.header.x is not None and event.header.x.op != "reissues":
            self._voiding.setdefault(event.header.x.ref, set()).add(event.id)
        return self

    def _drop(self, event: Event) -> None:
        if not isinstance(event.body, Unknown):
            del self._by_type[type(event.body)][event.id]
        if event.header.x is not None and event.header.x.op != "reissues":
            self._voiding[event.header.x.ref].discard(event.id)

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Event]:
        return iter(self._by_id.values())

    def __contains__(self, event: object) -> bool:
        return event in self._by_id

    def get(self, event: EventId) -> Event | None:
        return self._by_id.get(event)

    def of(self, *types: type[Body]) -> list[Event]:
        """Facts of these types that nobody has corrected or retracted, in no particular order."""
        found = [event for kind in types for event in self._by_type.get(kind, {}).values()]
        if not self._voiding:
            return found
        return [event for event in found if not self.is_void(event.id)]

    def first(self, *types: type[Body]) -> Event | None:
        """The earliest recorded of these facts, by hybrid clock and then identity."""
        return min(self.of(*types), key=recorded_order, default=None)

    def last(self, *types: type[Body]) -> Event | None:
        return max(self.of(*types), key=recorded_order, default=None)

    def is_void(self, event: EventId, _seen: frozenset[EventId] = frozenset()) -> bool:
        """Corrected or retracted by a fact that itself still stands."""
        if event in _seen:
            return False
        seen = _seen | {event}
        return any(not self.is_void(other, seen) for other in self._voiding.get(event, ()))

    def is_duplicate(self, event: EventId) -> bool:
        return event in self._duplicates

    @property
    def kind(self) -> str | None:
        """Kind of subject, told by any fact that belongs to one; None while only kernel facts have arrived."""
        kinds = {body.KIND for body, events in self._by_type.items() if body.KIND and events}
        return min(kinds, default=None)

    @property
    def unknown(self) -> list[Event]:
        """Facts of a later version, kept for the day this site is upgraded."""
        return [event for event in self._by_id.values() if isinstance(event.body, Unknown)]

    def past(self, events: Iterable[EventId]) -> set[EventId]:
        """Everything the authors of these events had seen, transitively. An id not held here is in it all the same."""
        reached: set[EventId] = set()
        waiting = list(events)
        while waiting:
            event = self._by_id.get(waiting.pop())
            if event is None:
                continue
            fresh = [ref for ref in event.header.base if ref not in reached]
            reached.update(fresh)
            waiting.extend(fresh)
        return reached


def recorded_order(event: Event) -> tuple[str, str, str, str, int]:
    """Total order for ties and lists: hybrid clock, then identity. Says nothing about cause and effect."""
    header = event.header
    return (header.h, header.o, header.e, header.st, header.q)
