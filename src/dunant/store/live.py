"""What has changed since a reader last looked, in the order it became visible, with nothing skipped.

An identity column alone is a trap on PostgreSQL: a transaction with a higher number may commit first, and a reader
that moves past it never sees the lower one (sync K4). So the cursor there is (transaction, position), and the reader
stops before the oldest transaction still open. These cursors are local; a logical restore resets them.
"""

import re

from msgspec import Struct
from sqlalchemy import Connection, func, select, text

from dunant.kernel.ids import SubjectId
from dunant.store.engine import Database
from dunant.store.schema import event, site

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


Found = tuple[tuple[str, int], Change]
_PARTS = re.compile(r"(?P<epoch>[0-9a-z]{1,16})\.(?P<transaction>\d{1,19})\.(?P<position>\d{1,18})", re.ASCII)
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
            transaction, position = "0", connection.execute(select(func.max(event.c.pos))).scalar_one() or 0
        else:
            row = connection.execute(_NOW).one_or_none()
            transaction, position = (row.x, row.pos) if row else ("0", 0)
        return _cursor(_epoch(connection), transaction, position)


def since(database: Database, cursor: str, limit: int = LIMIT) -> Changes:
    """Changes after a cursor. One that is unreadable, or of before a restore, counts as overflow: read all again."""
    parts = _PARTS.fullmatch(cursor)
    with database.reading() as connection:
        if parts and parts["epoch"] == _epoch(connection):
            read = _sqlite if database.is_sqlite else _postgres
            found = read(connection, parts["transaction"], int(parts["position"]), limit)
            if len(found) < limit:
                end = _cursor(parts["epoch"], *found[-1][0]) if found else cursor
                return Changes(cursor=end, changes=tuple(change for _, change in found))
    return Changes(cursor=latest(database), changes=(), overflow=True)


def _epoch(connection: Connection) -> str:
    """Every restore begins a new epoch, so a cursor that names its epoch cannot be taken for one of another life."""
    epoch: str = connection.execute(select(site.c.epoch)).scalar_one_or_none() or "0"
    return epoch


def _cursor(epoch: str, transaction: str, position: int) -> str:
    return f"{epoch}.{transaction}.{position}"


def _sqlite(connection: Connection, _transaction: str, position: int, limit: int) -> list[Found]:
    query = select(event.c.pos, event.c.s, event.c.st, event.c.t).where(event.c.pos > position).order_by(event.c.pos)
    rows = connection.execute(query.limit(limit))
    return [(("0", pos), Change(subject, stream, kind)) for pos, subject, stream, kind in rows]


def _postgres(connection: Connection, transaction: str, position: int, limit: int) -> list[Found]:
    found = connection.execute(_SINCE, {"x": transaction, "pos": position, "limit": limit})
    return [((x, pos), Change(subject, stream, kind)) for x, pos, subject, stream, kind in found]
