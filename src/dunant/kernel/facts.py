"""The state of a subject: a set of facts that only grows.

This is what makes sync order-independent. Adding is a set union keyed by event id, so arrival order, repeats and
grouping cannot matter; whatever a domain reads off the set is a pure function of it.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Self, TypeVar

from dunant.kernel.events import Body, Event, Unknown
from dunant.kernel.ids import EventId, SubjectId

GivenT = TypeVar("GivenT")
ReadT = TypeVar("ReadT")


class Facts:
    """Every event held about one subject. Mistakes stay in the set; they are left out when it is read."""

    __slots__ = (
        "_by_id",
        "_by_type",
        "_duplicates",
        "_kinds",
        "_readings",
        "_referred",
        "_sifted",
        "_unread",
        "_void",
        "_voiding",
        "has_loops",
        "subject",
    )

    def __init__(self, subject: SubjectId, events: Iterable[Event] = ()) -> None:
        self.subject = subject
        self._by_id: dict[EventId, Event] = {}
        self._by_type: dict[type[Body], dict[EventId, Event]] = {}
        self._voiding: dict[EventId, set[EventId]] = {}
        self._void: frozenset[EventId] | None = frozenset()
        self._duplicates: set[EventId] = set()
        self._kinds: set[str] = set()
        self._referred: set[EventId] = set()
        self._readings: dict[Any, Any] = {}
        self._sifted: dict[Any, tuple[Any, int, list[Event]]] = {}
        self._unread: set[EventId] = set()
        # Events that name each other as seen. No honest site writes them, and no value may vanish because one did.
        self.has_loops = False
        for event in events:
            self.add(event)

    def add(self, event: Event) -> Self:
        """Take a fact in. Of two events with one id the smallest identity counts (sync E2), whichever came first."""
        header, body = event.header, event.body
        name = header.id
        if not isinstance(body, Unknown) and body.KIND:
            self._kinds.add(body.KIND)
        known = self._by_id.get(name)
        if known is not None:
            if known.header.identity == header.identity:
                return self
            self._duplicates.add(name)
            if known.header.identity < header.identity:
                return self
            self._drop(known)
        self._by_id[name] = event
        if isinstance(body, Unknown) or event.is_partial:
            self._unread.add(name)
        if not isinstance(body, Unknown):
            self._by_type.setdefault(type(body), {})[name] = event
        if header.x is not None and header.x.op != "reissues":
            self._voiding.setdefault(header.x.ref, set()).add(name)
        if self._voiding:
            self._void = None
        self._readings.clear()
        self._referred.update(header.base)
        if name in self._referred and name in self.past((name,)):
            self.has_loops = True
        return self

    def _drop(self, event: Event) -> None:
        if not isinstance(event.body, Unknown):
            del self._by_type[type(event.body)][event.id]
        if event.header.x is not None and event.header.x.op != "reissues":
            self._voiding[event.header.x.ref].discard(event.id)
        self._unread.discard(event.id)
        self._sifted.clear()

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
        by_type = self._by_type
        if len(types) == 1:
            held = by_type.get(types[0])
            # Most types are missing from most subjects, and are asked for all the same.
            if not held:
                return []
            found = list(held.values())
        else:
            found = [event for kind in types if kind in by_type for event in by_type[kind].values()]
        if not self._voiding:
            return found
        void = self._voided()
        return [event for event in found if event.header.id not in void] if void else found

    def first(self, *types: type[Body]) -> Event | None:
        """The earliest recorded of these facts, by hybrid clock and then identity."""
        found = self.of(*types)
        return found[0] if len(found) == 1 else min(found, key=recorded_order, default=None)

    def last(self, *types: type[Body]) -> Event | None:
        return max(self.of(*types), key=recorded_order, default=None)

    def is_void(self, event: EventId) -> bool:
        """Corrected or retracted by a fact that itself still stands."""
        return event in self._voided()

    def _voided(self) -> frozenset[EventId]:
        if self._void is None:
            self._void = self._judged()
        return self._void

    def _judged(self) -> frozenset[EventId]:
        """From the last word backwards: what nobody voids stands, and what a standing fact voids does not.

        Facts that void each other in a circle all stand.
        """
        undecided = {ref: set(by) for ref, by in self._voiding.items() if by}
        standing = [by for voiding in undecided.values() for by in voiding if by not in undecided]
        void: set[EventId] = set()
        while standing:
            fallen = self._voided_by(standing.pop())
            if fallen is None or undecided.pop(fallen, None) is None:
                continue
            void.add(fallen)
            # Whatever the fallen one had voided may stand again, once nobody else is left against it.
            spared = self._voided_by(fallen)
            if spared in undecided:
                undecided[spared].discard(fallen)
                if not undecided[spared]:
                    del undecided[spared]
                    standing.append(spared)
        return frozenset(void)

    def _voided_by(self, event: EventId) -> EventId | None:
        held = self._by_id.get(event)
        voids = held is not None and held.header.x is not None and held.header.x.op != "reissues"
        return held.header.x.ref if held and held.header.x and voids else None

    def once(self, read: Callable[["Facts", GivenT], ReadT], given: GivenT) -> ReadT:
        """What a pure function reads off these facts, done once for all who ask before the next fact or `rest`."""
        key = (read, id(given))
        if key not in self._readings:
            # The given thing is kept with its reading, so that nothing else can come to have its id.
            self._readings[key] = (given, read(self, given))
        found: ReadT = self._readings[key][1]
        return found

    def sifted(self, holds: Callable[[Event, GivenT], bool], given: GivenT) -> list[Event]:
        """Facts, corrected ones too, of which something holds that one fact tells by itself; each is asked once."""
        key = (holds, id(given))
        _, asked, found = self._sifted.get(key, (given, 0, []))
        if asked < len(self._by_id):
            found.extend(event for event in islice(self._by_id.values(), asked, None) if holds(event, given))
            self._sifted[key] = (given, len(self._by_id), found)
        return found

    def rest(self) -> None:
        """Let go of what was read; facts held in memory for later should be light."""
        self._readings.clear()

    @property
    def has_duplicates(self) -> bool:
        """One id came with two identities."""
        return bool(self._duplicates)

    def is_duplicate(self, event: EventId) -> bool:
        return event in self._duplicates

    @property
    def kinds(self) -> list[str]:
        """Kinds of subject these facts speak of: one; none while only kernel facts have arrived; more by mistake."""
        return sorted(self._kinds)

    @property
    def unknown(self) -> list[Event]:
        """Facts of a later version, wholly or in part, kept for the day this site is upgraded."""
        return [event for event in self._by_id.values() if event.id in self._unread] if self._unread else []

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
