"""A consistent look at log and views, for readers. Many may look at once, and none waits for the writer."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, func, select

from dunant.kernel.access import Actor, Sight
from dunant.kernel.events import Event, Registry
from dunant.kernel.ids import SubjectId
from dunant.store.engine import Database
from dunant.store.schema import event
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
        within = self._tables.within(view, sight, actor)
        return self._tables.select(
            self._connection, view, equal=equal, within=within, order=order, after=after, limit=limit
        )

    def events(self, subject: SubjectId) -> list[tuple[Event, str]]:
        """Events of a subject in order of arrival, each with the time it arrived here."""
        query = select(event.c.header, event.c.body, event.c.rx).where(event.c.s == subject).order_by(event.c.pos)
        return [(self._registry.event(row.header, row.body or b""), row.rx) for row in self._connection.execute(query)]

    def last_heard(self) -> dict[str, str]:
        """Origin site → when its newest event arrived here."""
        query = select(event.c.o, func.max(event.c.rx)).group_by(event.c.o)
        return {row[0]: row[1] for row in self._connection.execute(query)}


@contextmanager
def snapshot(database: Database, tables: ViewTables, registry: Registry) -> Iterator[Snapshot]:
    with database.reading() as connection:
        yield Snapshot(connection, tables, registry)
