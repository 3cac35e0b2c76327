"""What has changed since a reader last looked, in the order it became visible, with nothing skipped.

An identity column alone is a trap on PostgreSQL: a transaction with a higher number may commit first, and a reader
that moves past it never sees the lower one (sync K4). So the cursor there is (transaction, position), and the reader
stops before the oldest transaction still open. These cursors are local; a logical restore resets them.
"""

from msgspec import Struct
from sqlalchemy import Connection, func, select, text

from dunant.kernel.ids import SubjectId
from dunant.store.engine import Database
from dunant.store.schema import event

LIMIT = 5000


class Change(Struct, frozen=True):
    """A subject that got a new fact."""

    subject: SubjectId
    stream: str
    type: str


class Changes(Struct, frozen=True, kw_only=True):
    """What is new, and the cursor to ask from next time. `overflow`: too much to list, read everything again."""

    cursor: str
    changes: tuple[Change, ...]
    overflow: bool = False


_SINCE = text("""
    SELECT xid::text AS x, pos, s, st, t FROM event
    WHERE (xid, pos) > (CAST(:x AS xid8), :pos) AND xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY xid, pos LIMIT :limit
""")
_NOW = text("""
    SELECT xid::text AS x, pos FROM event WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
    ORDER BY xid DESC, pos DESC LIMIT 1
""")


def latest(database: Database) -> str:
    """Cursor of a reader that has seen everything visible now."""
    with database.reading() as connection:
        if database.is_sqlite:
            return str(connection.execute(select(func.coalesce(func.max(event.c.pos), 0))).scalar_one())
        row = connection.execute(_NOW).one_or_none()
        return f"{row.x}.{row.pos}" if row else "0.0"


def since(database: Database, cursor: str, limit: int = LIMIT) -> Changes:
    """Changes after a cursor. An unreadable cursor counts as overflow: the reader must start afresh."""
    try:
        transaction, position = ("0", int(cursor)) if database.is_sqlite else _parts(cursor)
    except ValueError:
        return Changes(cursor=latest(database), changes=(), overflow=True)
    with database.reading() as connection:
        found = (
            _sqlite(connection, position, limit)
            if database.is_sqlite
            else _postgres(connection, transaction, position, limit)
        )
    if len(found) == limit:
        return Changes(cursor=latest(database), changes=(), overflow=True)
    end = found[-1][0] if found else cursor
    return Changes(cursor=end, changes=tuple(change for _, change in found))


def _parts(cursor: str) -> tuple[str, int]:
    transaction, _, position = cursor.partition(".")
    return str(int(transaction)), int(position)


def _sqlite(connection: Connection, position: int, limit: int) -> list[tuple[str, Change]]:
    query = select(event.c.pos, event.c.s, event.c.st, event.c.t).where(event.c.pos > position).order_by(event.c.pos)
    rows = connection.execute(query.limit(limit))
    return [(str(pos), Change(subject, stream, kind)) for pos, subject, stream, kind in rows]


def _postgres(connection: Connection, transaction: str, position: int, limit: int) -> list[tuple[str, Change]]:
    found = connection.execute(_SINCE, {"x": transaction, "pos": position, "limit": limit})
    return [(f"{x}.{pos}", Change(subject, stream, kind)) for x, pos, subject, stream, kind in found]
