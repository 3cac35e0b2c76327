"""Views as tables: made from a domain's declaration, replaced subject by subject, read under the access policy."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    cast,
    delete,
    false,
    func,
    not_,
    or_,
    select,
    tuple_,
)
from sqlalchemy import Integer as SqlInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from dunant.kernel.access import Actor, Condition, Sight
from dunant.kernel.events import canonical
from dunant.kernel.facts import Facts
from dunant.kernel.gate import COVERED_BY, SCOPES, Gate
from dunant.kernel.ids import SubjectId
from dunant.kernel.views import Row, View
from dunant.store import rows

_TYPES: dict[str, TypeEngine[Any]] = {
    "text": Text(),
    "integer": BigInteger().with_variant(SqlInteger, "sqlite"),
    "real": Float(53),
    "bool": Boolean(),
    "json": Text(),
}


Rows = tuple[tuple[Any, ...], ...]


class Change(Struct, frozen=True):
    """The rows of a view about one subject: as it holds them, if that is known, and as they are to be."""

    subject: SubjectId
    held: Rows | None
    made: Rows


class ViewTables:
    """Every declared view and the table it lives in."""

    def __init__(self, views: Iterable[View], mark: str) -> None:
        self.views = {view.name: view for view in views}
        self.metadata = MetaData()
        self.mark = mark
        self._tables = {view.name: _table(view, self.metadata) for view in self.views.values()}
        self._json = {view.name: [c.name for c in view.columns if c.type == "json"] for view in self.views.values()}
        self._shapes = {view.name: _shape(view) for view in self.views.values()}
        self._fed: dict[str, list[View]] = {}
        for view in self.views.values():
            for kind in view.rows:
                self._fed.setdefault(kind, []).append(view)

    def table(self, view: str) -> Table:
        return self._tables[view]

    def fed_by(self, kind: str | None) -> Sequence[View]:
        return self._fed.get(kind or "", ())

    def of(self, facts: Facts, wanted: Container[str] | None = None) -> dict[str, Rows]:
        """Rows of one subject as stored, by view; a subject of two kinds, by mistake, is in the views of both."""
        found: dict[str, Rows] = {}
        for kind in facts.kinds:
            for view in self.fed_by(kind):
                if wanted is None or view.name in wanted:
                    found[view.name] = found.get(view.name, ()) + self._made(view, kind, facts)
        facts.rest()
        return found

    def _made(self, view: View, kind: str, facts: Facts) -> Rows:
        names, documents = self._shapes[view.name]
        return tuple(_stored(row, names, documents) for row in view.rows[kind](facts))

    def replace(self, connection: Connection, view: str, changes: Sequence[Change]) -> None:
        """Bring a view to these rows, touching only those that differ."""
        table, keys = self._tables[view], self.views[view].keys
        columns, _ = self._shapes[view]
        places = [columns.index(key) for key in keys]
        cold = [(change.subject,) for change in changes if change.held is None]
        gone = {_at(row, places) for change in changes for row in _without(change.held, change.made)}
        altered, fresh = [], []
        for change in changes:
            for row in _without(change.made, change.held):
                key = _at(row, places)
                if key in gone:
                    gone.remove(key)
                    altered.append(row + key)
                else:
                    fresh.append(row)
        for which, values in ((("subject",), cold), (keys, gone)):
            if values:
                connection.exec_driver_sql(f'DELETE FROM "{table.name}" WHERE {self._each(which, " AND ")}', [*values])
        if altered:
            rule = f"SET {self._each(columns, ', ')} WHERE {self._each(keys, ' AND ')}"
            connection.exec_driver_sql(f'UPDATE "{table.name}" {rule}', altered)
        if fresh:
            rows.insert_many(connection, self.mark, table, columns, fresh)

    def _each(self, names: Iterable[str], between: str) -> str:
        return between.join(f'"{name}" = {self.mark}' for name in names)

    def select(
        self,
        connection: Connection,
        view: str,
        *,
        equal: Mapping[str, Any] | None = None,
        within: ColumnElement[bool] | None = None,
        order: Sequence[str] | None = None,
        after: Sequence[Any] | None = None,
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Rows in the view's order, from the keyset `after` on.

        Parameters
        ----------
        equal : column → value; a value of None matches rows without one
        within : condition compiled from the reader's sight; None means the caller is the system itself
        order : columns to sort by; the view's own if not given. A reader's listing may not be sorted by what is hidden
        """
        table = self._tables[view]
        query: Select[Any] = select(table).where(*[table.c[name] == value for name, value in (equal or {}).items()])
        if within is not None:
            query = query.where(within)
        by = [table.c[name] for name in (self.order(view) if order is None else order)]
        descending = self.views[view].descending
        if after is not None:
            here, there = tuple_(*by), tuple_(*after)
            query = query.where(here < there if descending else here > there)
        sorting = [column.desc() if descending else column.asc() for column in by]
        result = connection.execute(query.order_by(*sorting).limit(limit))
        return [self._read(view, dict(row._mapping)) for row in result]

    def about(
        self, connection: Connection, view: str, values: Sequence[str], column: str = "subject"
    ) -> list[dict[str, Any]]:
        """Rows of a view about any of these subjects, or with any of these values of another column."""
        table = self._tables[view]
        found: list[dict[str, Any]] = []
        for start in range(0, len(values), rows.CHUNK):
            query = select(table).where(table.c[column].in_(values[start : start + rows.CHUNK]))
            found += [self._read(view, dict(row._mapping)) for row in connection.execute(query)]
        return found

    def order(self, view: str) -> list[str]:
        declared = self.views[view]
        return [*declared.order, *(key for key in declared.keys if key not in declared.order)]

    def within(self, view: str, sight: Sight, actor: Actor, asked: Iterable[str] = ()) -> ColumnElement[bool] | None:
        """The reader's sight as SQL: the same conditions that `Sight.groups` checks row by row.

        `asked`: columns that the reader filters by. Of whom such a column may not be told, the row is not found.
        """
        table = self._tables[view]
        shut = [*self._covered_rows(table, sight.gate)]
        shut += [found for name in asked if (found := self._covered(table, sight.gate, name)) is not None]
        if sight.sees_every_row:
            return not_(or_(*shut)) if shut else None
        tied = or_(false(), *(self._tie(table, condition, actor, sight.gate) for condition in sight.conditions))
        return and_(tied, not_(or_(*shut))) if shut else tied

    def _covered_rows(self, table: Table, gate: Gate) -> Iterable[ColumnElement[bool]]:
        """Rows of which all falls under a scope that is held."""
        if COVERED_BY not in table.c:
            return
        for scope in SCOPES:
            if subjects := gate.subjects(scope):
                yield and_(table.c[COVERED_BY].is_not(None), table.c[COVERED_BY] == scope, _among(table, subjects))

    def _covered(self, table: Table, gate: Gate, column: str) -> ColumnElement[bool] | None:
        """Rows of which this column may not be told."""
        cover = gate.covers.get(column)
        subjects = gate.subjects(cover.scope) if cover else []
        return _among(table, subjects) if subjects else None

    def _tie(self, table: Table, condition: Condition, actor: Actor, gate: Gate) -> ColumnElement[bool]:
        covered = self._covered(table, gate, condition.column)
        found = self._condition(table, condition, actor)
        return found if covered is None else and_(found, not_(covered))

    def _condition(self, table: Table, condition: Condition, actor: Actor) -> ColumnElement[bool]:
        asked = getattr(actor, condition.actor)
        if asked is None or condition.column not in table.c:
            return false()
        column = table.c[condition.column]
        if condition.op == "eq":
            return and_(column.is_not(None), column == asked)
        if self.mark == "%s":
            document = cast(column, JSONB)
            return and_(func.jsonb_typeof(document) == "array", document.has_key(asked))
        elements = func.json_each(column).table_valued("value", "type", name="element")
        held = select(elements.c.value).where(elements.c.type == "text", elements.c.value == asked).exists()
        return and_(func.json_type(column) == "array", held)

    def _read(self, view: str, row: dict[str, Any]) -> dict[str, Any]:
        for name in self._json[view]:
            if row[name] is not None:
                row[name] = msgspec.json.decode(row[name])
        return row

    def dump(self, connection: Connection, view: str) -> list[tuple[Any, ...]]:
        """Every row as stored, in key order: what a rebuild must reproduce byte for byte."""
        table = self._tables[view]
        return [tuple(row) for row in connection.execute(select(table).order_by(*table.c))]

    def clear(self, connection: Connection, view: str) -> None:
        connection.execute(delete(self._tables[view]))


def _among(table: Table, subjects: Sequence[str]) -> ColumnElement[bool]:
    return table.c.subject.in_(subjects)


def _table(view: View, metadata: MetaData) -> Table:
    columns: list[Column[Any]] = [
        Column(c.name, _TYPES[c.type], primary_key=c.key, nullable=not c.key, index=c.indexed or None)
        for c in view.columns
    ]
    return Table(f"view_{view.name}", metadata, *columns)


def _without(rows_: Rows | None, others: Rows | None) -> Rows:
    if not rows_ or not others:
        return rows_ or ()
    same = set(others)
    return tuple(row for row in rows_ if row not in same)


def _at(row: tuple[Any, ...], places: Iterable[int]) -> tuple[Any, ...]:
    return tuple([row[place] for place in places])


def _shape(view: View) -> tuple[list[str], list[int]]:
    """Names of the columns, and the places of those that hold documents."""
    names = [column.name for column in view.columns]
    return names, [place for place, column in enumerate(view.columns) if column.type == "json"]


def _stored(row: Row, names: Iterable[str], documents: Iterable[int]) -> tuple[Any, ...]:
    # PostgreSQL keeps no NUL in a text; a message from outside that holds one must not stop a commit.
    values = [
        value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value
        for value in map(row.get, names)
    ]
    for place in documents:
        if values[place] is not None:
            text = canonical(values[place]).decode()
            values[place] = text.replace("\\u0000", "\ufffd") if "\\u0000" in text else text
    return tuple(values)
