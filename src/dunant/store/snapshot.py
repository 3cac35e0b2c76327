"""A consistent look at log and views, for readers. Many may look at once, and none waits for the writer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, func, select

from dunant.kernel.access import Actor, Sight
from dunant.kernel.events import Event, Registry
from dunant.kernel.ids import SubjectId
from dunant.store import trays
from dunant.store.engine import Database
from dunant.store.rows import CHUNK
from dunant.store.schema import event, peer, receipt
from dunant.store.tables import ViewTables


class Snapshot:
    """One moment of the database."""

    def __init__(self, connection: Connection, tables: ViewTables, registry: Registry) -> None:
        self._connection = connection
        self._tables = tables
        self._registry = registry

    def rows(self, view: str, **equal: Any) -> list[dict[str, Any]]:
        """Every row, for the system's own use; readers get `page`."""
        return self._tables.select(self._connection, view, equal=equal)

    def rows_of(self, view: str, values: Sequence[str], column: str = "subject") -> list[dict[str, Any]]:
        """Rows about any of these subjects (or with any of these values), for the system's own use."""
        return self._tables.about(self._connection, view, values, column)

    def page(
        self,
        view: str,
        *,
        sight: Sight,
        actor: Actor,
        equal: Mapping[str, Any],
        order: Sequence[str],
        after: Sequence[Any] | None,
        limit: int,
    ) -> list[dict[str, Any]]:
        """Whole rows that the reader's sight covers; which of their columns may be shown is decided row by row."""
        within = self._tables.within(view, sight, actor, equal)
        return self._tables.select(
            self._connection, view, equal=equal, within=within, order=order, after=after, limit=limit
        )

    def events(self, subject: SubjectId) -> list[tuple[Event, str]]:
        """Events of a subject in order of arrival, each with the time it arrived here."""
        query = select(event.c.header, event.c.body, event.c.rx).where(event.c.s == subject).order_by(event.c.pos)
        return [(self._registry.event(row.header, row.body or b""), row.rx) for row in self._connection.execute(query)]

    def arrivals(self, events: Iterable[str]) -> dict[str, str]:
        """Event → when it arrived here, first if it came twice."""
        wanted, found = list(dict.fromkeys(events)), dict[str, str]()
        for start in range(0, len(wanted), CHUNK):
            query = select(event.c.id, func.min(event.c.rx)).where(event.c.id.in_(wanted[start : start + CHUNK]))
            found.update({row[0]: row[1] for row in self._connection.execute(query.group_by(event.c.id))})
        return found

    def newest(self) -> int:
        """Place of the newest event in the log of this machine: nothing has changed as long as it is the same."""
        return self._connection.execute(select(func.max(event.c.pos))).scalar() or 0

    def receipts(self) -> dict[tuple[str, str, str], dict[str, tuple[int, str]]]:
        """Log → receiver → how far it has signed for, and its clock then."""
        found: dict[tuple[str, str, str], dict[str, tuple[int, str]]] = {}
        for row in self._connection.execute(select(receipt)):
            found.setdefault((row.o, row.e, row.st), {})[row.receiver] = (row.q, row.h)
        return found

    def last_heard(self) -> dict[str, str]:
        """Site → when it was last heard: its newest event arrived, or it answered without having any news."""
        heard: dict[str, str] = {}
        news = select(event.c.o, func.max(event.c.rx)).group_by(event.c.o)
        calls = select(peer.c.code, peer.c.last_heard).where(peer.c.last_heard.is_not(None))
        for query in (news, calls):
            for site, at in self._connection.execute(query):
                heard[site] = max(at, heard.get(site, ""))
        return heard

    def parked(self) -> list[dict[str, Any]]:
        return trays.parked_frames(self._connection)

    def parked_in(self, streams: Sequence[str]) -> list[bytes]:
        """Frames of these streams that their origins have signed, and that wait for what comes before them."""
        return trays.vouched_frames(self._connection, streams)

    def quarantined(self) -> list[dict[str, Any]]:
        return trays.quarantined(self._connection)

    def tray(self) -> list[dict[str, Any]]:
        return trays.tray(self._connection)

    def held_entries(self) -> list[dict[str, Any]]:
        return trays.held_entries(self._connection)

    def devices(self) -> list[dict[str, Any]]:
        return trays.devices(self._connection)

    def written(self) -> dict[tuple[str, str], int]:
        """Number of events by origin and type."""
        return trays.written(self._connection)


@contextmanager
def snapshot(database: Database, tables: ViewTables, registry: Registry) -> Iterator[Snapshot]:
    with database.reading() as connection:
        yield Snapshot(connection, tables, registry)
