"""Stand-ins for the outside world: a clock that stands still, and a log that lives in memory."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from dunant.kernel import clock
from dunant.kernel.events import Event, Header, Registry, canonical
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId, Tag, tag
from dunant.store import Draft

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


class FixedClock:
    """Shows the same time until somebody moves it."""

    speed = 1.0

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, **time: float) -> None:
        self._now += timedelta(**time)


class MemoryLog:
    """A site's log without a database: enough of `Transaction` for the write path, and exchange with other sites."""

    def __init__(self, site: str, registry: Registry, wall: datetime = NOON) -> None:
        self.site = site
        self.events: list[Event] = []
        self._registry = registry
        self._wall = wall
        self._last_h = 0
        self._tags = 0
        self._q: dict[str, int] = {}
        self._held: set[tuple[str, str, str, int]] = set()
        self._facts: dict[SubjectId, Facts] = {}

    def seen(self, commands: Sequence[str]) -> set[str]:
        return {str(event.id) for event in self.events}.intersection(commands)

    def preload(self, subjects: Iterable[SubjectId]) -> None:
        """Nothing to fetch."""

    def facts(self, subject: SubjectId) -> Facts:
        return self._facts.setdefault(subject, Facts(subject))

    def next_tag(self, exercise: bool) -> Tag:
        self._tags += 1
        return tag("X" if exercise else "D", sum(self.site.encode()) % 1024, self._tags)

    def rows(self, view: str, **equal: Any) -> list[dict[str, Any]]:
        return []

    def write(self, draft: Draft) -> Event:
        self._wall += timedelta(seconds=1)
        self._last_h = clock.tick(self._last_h, clock.unix_ms(self._wall))
        self._q[draft.stream] = self._q.get(draft.stream, 0) + 1
        body = draft.fact.body
        header = Header(
            o=self.site,
            e="00000001",
            st=draft.stream,
            q=self._q[draft.stream],
            id=draft.id,
            h=clock.as_text(self._last_h),
            at=draft.at,
            rec=draft.rec,
            by=draft.by,
            t=body.TYPE,
            v=body.VERSION,
            s=draft.fact.subject,
            m="TEST",
            base=draft.base,
            x=draft.fact.x,
            bl=draft.fact.blobs,
        )
        event = self._registry.event(canonical(header), canonical(body))
        self._keep(event)
        return event

    def receive(self, events: Iterable[Event]) -> None:
        """Take in what another site has written; what is held already is left alone."""
        for event in events:
            if event.header.identity not in self._held:
                remote = clock.from_text(event.header.h)
                self._last_h = clock.receive(self._last_h, remote, clock.unix_ms(self._wall))
                self._keep(event)

    def mark(self) -> int:
        return len(self.events)

    def undo(self, mark: int) -> None:
        undone, self.events = self.events[mark:], self.events[:mark]
        for event in undone:
            self._held.discard(event.header.identity)
            self._q[event.header.st] = event.header.q - 1
        for subject in {event.header.s for event in undone}:
            self._facts[subject] = Facts(subject, (event for event in self.events if event.header.s == subject))
        for stream in {event.header.st for event in undone}:
            ours = [event.header.q for event in self.events if (event.header.o, event.header.st) == (self.site, stream)]
            self._q[stream] = max(ours, default=0)

    def _keep(self, event: Event) -> None:
        self.events.append(event)
        self._held.add(event.header.identity)
        self.facts(event.header.s).add(event)


def moved(event: Event, **header: Any) -> Event:
    """The same fact with another envelope."""
    return replace(event, header=replace(event.header, **header))


__all__ = ["NOON", "FixedClock", "MemoryLog", "moved"]
