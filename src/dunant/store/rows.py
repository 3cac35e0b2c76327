"""Rows of the log: the few queries everything else is made of."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple
from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from dunant.kernel.events import Event, Registry
from dunant.kernel.ids import SubjectId
from dunant.kernel.log import Checkpoint, LogName, Stored, Tip, block_of
from dunant.store.schema import blob, blob_want, checkpoint, event, salt, salt_block, site, withdrawn
from dunant.store.schema import tip as tip_table

EVENT_COLUMNS = tuple(column.name for column in event.columns if column.name not in {"pos", "xid"})
_STORED = [event.c[name] for name in EVENT_COLUMNS]
# SQLite takes 32,766 parameters and PostgreSQL 65,535; a few hundred at a time is as fast as any.
CHUNK = 500


def insert_many(
    connection: Connection, mark: str, table: Table, columns: Sequence[str], values: Iterable[tuple[Any, ...]]
) -> None:
    """Insert by the driver's own executemany: several times faster than going through the expression language."""
    places = ",".join([mark] * len(columns))
    names = ",".join(f'"{name}"' for name in columns)
    connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({places})', list(values))


def insert_events(connection: Connection, mark: str, after: int, fresh: Sequence[Stored]) -> int:
    """Append rows to the log after a place of arrival; returns the last place given.

    The caller holds the row of the site, so places grow in the order of commits, on either engine. SQLite would give
    the places of withdrawn events again, so there they are given here.
    """
    if connection.dialect.name == "sqlite":
        placed = ((place, *astuple(row)) for place, row in enumerate(fresh, after + 1))
        insert_many(connection, mark, event, ("pos", *EVENT_COLUMNS), placed)
        return after + len(fresh)
    _copy_in(connection, event, EVENT_COLUMNS, map(astuple, fresh))
    return last_place(connection)


def _copy_in(connection: Connection, table: Table, columns: Sequence[str], values: Iterable[tuple[Any, ...]]) -> None:
    """PostgreSQL's bulk load. It goes past SQLAlchemy, so what the driver raises is put into its words here."""
    names = ",".join(f'"{name}"' for name in columns)
    statement = f'COPY "{table.name}" ({names}) FROM STDIN'
    dialect = connection.dialect
    driver: Any = connection.connection.driver_connection
    assert dialect.dbapi is not None
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in values:
                copy.write_row(row)
    except dialect.dbapi.Error as error:
        is_lost = dialect.is_disconnect(error, driver, None)
        raise DBAPIError.instance(
            statement, None, error, dialect.dbapi.Error, True, connection_invalidated=is_lost, dialect=dialect
        ) from error


def last_place(connection: Connection) -> int:
    """The highest place of arrival that was ever given, withdrawn events included."""
    given: int = connection.execute(select(site.c.pos)).scalar_one()
    return max(given, connection.execute(select(func.max(event.c.pos))).scalar_one() or 0)


class Arrival(Struct, frozen=True, gc=False):
    """What an event is about and where it ends its log, with its place of arrival."""

    pos: int
    o: str
    e: str
    st: str
    q: int
    s: str
    head: bytes

    @property
    def log(self) -> LogName:
        return (self.o, self.e, self.st)


def after_place(connection: Connection, place: int, limit: int) -> list[Arrival]:
    """What has arrived since, in order of arrival."""
    columns = [event.c[name] for name in Arrival.__struct_fields__]
    query = select(*columns).where(event.c.pos > place).order_by(event.c.pos).limit(limit)
    return [Arrival(*row) for row in connection.execute(query)]


def events_at(connection: Connection, registry: Registry, places: Sequence[int]) -> Iterator[Event]:
    """Events by their places of arrival."""
    for start in range(0, len(places), CHUNK):
        query = select(event.c.header, event.c.body).where(event.c.pos.in_(places[start : start + CHUNK]))
        for header, body in connection.execute(query):
            yield registry.event(header, body or b"")


def last_withdrawal(connection: Connection) -> int:
    return connection.execute(select(func.max(withdrawn.c.n))).scalar_one() or 0


def stored(row: Any) -> Stored:
    return Stored(*row)


def of_log(
    connection: Connection, name: LogName, after: int = 0, limit: int | None = None
) -> Generator[Stored, None, None]:
    """One log in order of sequence. Who stops before the end closes it."""
    o, e, st = name
    query = (
        select(*_STORED).where(event.c.o == o, event.c.e == e, event.c.st == st, event.c.q > after).order_by(event.c.q)
    )
    with connection.execute(query.limit(limit), execution_options={"yield_per": 2000}) as result:
        for row in result:
            yield stored(row)


def one(connection: Connection, name: LogName, q: int) -> Stored | None:
    found = list(of_log(connection, name, q - 1, 1))
    return found[0] if found and found[0].q == q else None


def events_of(connection: Connection, registry: Registry, subject: SubjectId) -> list[Event]:
    query = select(event.c.header, event.c.body).where(event.c.s == subject).order_by(event.c.pos)
    return [registry.event(header, body or b"") for header, body in connection.execute(query)]


def events_of_many(
    connection: Connection, registry: Registry, subjects: Sequence[SubjectId]
) -> Mapping[SubjectId, list[Event]]:
    found: dict[SubjectId, list[Event]] = {subject: [] for subject in subjects}
    for start in range(0, len(subjects), CHUNK):
        some = subjects[start : start + CHUNK]
        query = select(event.c.s, event.c.header, event.c.body).where(event.c.s.in_(some)).order_by(event.c.pos)
        for subject, header, body in connection.execute(query):
            found[subject].append(registry.event(header, body or b""))
    return found


def known_ids(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Which of these ids are already in the log."""
    found: set[str] = set()
    for start in range(0, len(ids), CHUNK):
        found.update(connection.execute(select(event.c.id).where(event.c.id.in_(ids[start : start + CHUNK]))).scalars())
    return found


def is_written(connection: Connection, site: str, id: str) -> bool:
    """A log of this site holds an event with this id."""
    query = select(event.c.pos).where(event.c.id == id, event.c.o == site).limit(1)
    return connection.execute(query).first() is not None


def withdraw(connection: Connection, name: LogName, after: int, rule: str, rx: str) -> list[Stored]:
    """Move the events beyond a sequence out of a log; its end and its signed ends follow."""
    o, e, st = name
    lost = list(of_log(connection, name, after))
    if not lost:
        return []
    values = [
        {"o": o, "e": e, "st": st, "q": row.q, "header": row.header, "body": row.body, "rule": rule, "rx": rx}
        for row in lost
    ]
    connection.execute(insert(withdrawn), values)
    connection.execute(update(site).values(pos=last_place(connection)))
    for table in (event, checkpoint):
        at = (table.c.o == o, table.c.e == e, table.c.st == st)
        connection.execute(delete(table).where(*at, table.c.q > after))
    at_tip = (tip_table.c.o == o, tip_table.c.e == e, tip_table.c.st == st)
    connection.execute(delete(tip_table).where(*at_tip))
    # Blocks that begin beyond it: another history of the log has other keys for them.
    at_block = (salt_block.c.o == o, salt_block.c.e == e, salt_block.c.st == st)
    kept = block_of(after) if after else -1
    connection.execute(delete(salt_block).where(*at_block, salt_block.c.block > kept))
    last = one(connection, name, after) if after else None
    if last is not None:
        save_tips(connection, [last])
    return lost


def want_blobs(connection: Connection, names: Iterable[tuple[str, str]], since: str) -> None:
    """Note attachments (SHA-256, stream of the fact that speaks of it) that are not here."""
    for name, stream in sorted(names):
        held = connection.execute(select(blob.c.sha256).where(blob.c.sha256 == name)).first()
        known = connection.execute(select(blob_want.c.sha256).where(blob_want.c.sha256 == name)).first()
        if held is None and known is None:
            connection.execute(insert(blob_want).values(sha256=name, st=stream, since=since))


def tip(connection: Connection, name: LogName) -> Tip | None:
    o, e, st = name
    query = select(tip_table.c.q, tip_table.c.head).where(tip_table.c.o == o, tip_table.c.e == e, tip_table.c.st == st)
    row = connection.execute(query).one_or_none()
    return Tip(row.q, row.head) if row else None


def tips(connection: Connection) -> dict[LogName, Tip]:
    return {(row.o, row.e, row.st): Tip(row.q, row.head) for row in connection.execute(select(tip_table))}


def head(connection: Connection, name: LogName, q: int) -> bytes | None:
    o, e, st = name
    query = select(event.c.head).where(event.c.o == o, event.c.e == e, event.c.st == st, event.c.q == q)
    found: bytes | None = connection.execute(query).scalar_one_or_none()
    return found


def block_key(connection: Connection, name: LogName, block: int) -> bytes | None:
    o, e, st = name
    columns = salt_block.c
    query = select(columns.key).where(columns.o == o, columns.e == e, columns.st == st, columns.block == block)
    key: bytes | None = connection.execute(query).scalar_one_or_none()
    return key


def block_keys(connection: Connection, name: LogName) -> dict[int, bytes]:
    o, e, st = name
    columns = salt_block.c
    query = select(columns.block, columns.key).where(columns.o == o, columns.e == e, columns.st == st)
    return {row.block: row.key for row in connection.execute(query)}


def salts(connection: Connection, name: LogName) -> dict[int, bytes]:
    o, e, st = name
    query = select(salt.c.q, salt.c.salt).where(salt.c.o == o, salt.c.e == e, salt.c.st == st)
    return {row.q: row.salt for row in connection.execute(query)}


def save_tips(connection: Connection, ends: Iterable[Stored]) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(tip_table)
    statement = statement.on_conflict_do_update(
        index_elements=["o", "e", "st"], set_={"q": statement.excluded.q, "head": statement.excluded.head}
    )
    connection.execute(
        statement, [{"o": row.o, "e": row.e, "st": row.st, "q": row.q, "head": row.head} for row in ends]
    )


def save_checkpoints(connection: Connection, points: Sequence[Checkpoint]) -> None:
    if points:
        columns = [column.name for column in checkpoint.columns]
        connection.execute(insert(checkpoint), [{name: getattr(point, name) for name in columns} for point in points])


def checkpoints(connection: Connection, name: LogName) -> list[Checkpoint]:
    o, e, st = name
    columns = checkpoint.c
    query = select(checkpoint).where(columns.o == o, columns.e == e, columns.st == st).order_by(columns.q)
    return [Checkpoint(**row._mapping) for row in connection.execute(query)]
