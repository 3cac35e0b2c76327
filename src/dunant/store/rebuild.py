"""Views made anew from the log. What comes out is byte for byte what incremental work would have left (sync M5)."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, insert, select

from dunant.kernel.events import Registry
from dunant.kernel.facts import Facts
from dunant.kernel.views import View
from dunant.store import rows
from dunant.store.boot import alone
from dunant.store.engine import Database
from dunant.store.schema import event, view_version
from dunant.store.tables import ViewTables

Progress = Callable[[int, int], None]
_BATCH = 500


def outdated(database: Database, tables: ViewTables) -> list[str]:
    """Views whose table is absent, unfinished, of another version, or made under other packs."""
    with database.reading() as connection:
        held = {row.view: row.stamp for row in connection.execute(select(view_version)) if row.complete}
    return [name for name, view in tables.views.items() if held.get(name) != view.stamp]


def rebuild(
    database: Database,
    registry: Registry,
    tables: ViewTables,
    names: list[str],
    progress: Progress = lambda _done, _all: None,
) -> int:
    """Replace these views by what the log says, in one transaction. Returns the number of events read."""
    if not names:
        return 0
    views = [tables.views[name] for name in names]
    with database.writing() as connection:
        alone(connection)
        for name in names:
            tables.table(name).drop(connection, checkfirst=True)
            tables.table(name).create(connection)
        done = _fill(connection, registry, tables, views, progress)
        connection.execute(view_version.delete().where(view_version.c.view.in_(names)))
        connection.execute(
            insert(view_version), [{"view": view.name, "stamp": view.stamp, "complete": True} for view in views]
        )
    return done


def differing(
    database: Database, registry: Registry, tables: ViewTables, names: Iterable[str] | None = None
) -> list[str]:
    """Which of these views (all, if none are named) differ from what the log says; reads only."""
    with database.reading() as connection:
        expected: dict[str, list[tuple[Any, ...]]] = {name: [] for name in (tables.views if names is None else names)}
        for facts in _subjects(connection, registry):
            for name, made in tables.of(facts, expected).items():
                expected[name].extend(made)
        return [
            name
            for name, made in expected.items()
            if sorted(made, key=repr) != sorted(tables.dump(connection, name), key=repr)
        ]


def _fill(connection: Connection, registry: Registry, tables: ViewTables, views: list[View], progress: Progress) -> int:
    total = connection.execute(select(func.count()).select_from(event)).scalar_one()
    done = 0
    waiting: dict[str, list[Any]] = {view.name: [] for view in views}
    for facts in _subjects(connection, registry):
        for name, made in tables.of(facts, waiting).items():
            waiting[name].extend(made)
            if len(waiting[name]) >= _BATCH:
                _flush(connection, tables, tables.views[name], waiting[name])
        done += len(facts)
        progress(done, total)
    for view in views:
        _flush(connection, tables, view, waiting[view.name])
    progress(total, total)
    return int(total)


def _flush(connection: Connection, tables: ViewTables, view: View, made: list[Any]) -> None:
    if made:
        columns = [column.name for column in view.columns]
        rows.insert_many(connection, tables.mark, tables.table(view.name), columns, made)
        made.clear()


def _subjects(connection: Connection, registry: Registry) -> Iterator[Facts]:
    """Every subject of the log, one at a time, so that memory holds one history and not all."""
    query = select(event.c.s, event.c.header, event.c.body).order_by(event.c.s, event.c.pos)
    result = connection.execute(query, execution_options={"yield_per": 2000})
    for subject, group in groupby(result, key=lambda row: row.s):
        yield Facts(subject, (registry.event(row.header, row.body or b"") for row in group))
