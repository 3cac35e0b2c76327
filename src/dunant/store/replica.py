"""What sync keeps and asks of a database: stretches of logs, signed ends, frames that wait, receipts, stopped logs.

Plain rows in and out; what they mean is the protocol's business.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from dunant.kernel.events import canonical
from dunant.kernel.log import Checkpoint, LogName, Stored, Tip, genesis
from dunant.store import rows
from dunant.store.engine import Database
from dunant.store.schema import (
    checkpoint,
    event,
    parked,
    quarantine,
    receipt,
    salt_block,
    site_key,
    stopped_log,
    withdrawn,
)
from dunant.store.transaction import Transaction

# Frames kept for one origin until what comes before them is there (sync W4).
PARKED_BYTES = 64 * 1024 * 1024


class ParkedRow(Struct, frozen=True):
    q_from: int
    q_to: int
    frame: bytes
    vouched: bool


class StoppedRow(Struct, frozen=True):
    """A log with two histories. `since` is RFC 3339."""

    o: str
    e: str
    st: str
    q: int
    since: str
    frame: bytes


class Look:
    """Reading over one connection: a snapshot, or the transaction that is being written."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def vector(self) -> dict[LogName, Tip]:
        return rows.tips(self._connection)

    def tip(self, log: LogName) -> Tip | None:
        return rows.tip(self._connection, log)

    def head_at(self, log: LogName, q: int) -> bytes | None:
        """Head of a log at a sequence; the genesis at 0; None beyond what is held."""
        return genesis(log) if q == 0 else rows.head(self._connection, log, q)

    def stored(self, log: LogName, after: int, limit: int) -> list[Stored]:
        return list(rows.of_log(self._connection, log, after, limit))

    def keys(self, log: LogName, first: int, last: int) -> dict[int, bytes]:
        query = select(salt_block.c.block, salt_block.c.key).where(
            *_at(salt_block, log), salt_block.c.block.between(first, last)
        )
        return {row.block: row.key for row in self._connection.execute(query)}

    def ends(self, log: LogName, after: int, limit: int) -> list[Checkpoint]:
        of_log = (*_at(checkpoint, log), checkpoint.c.q > after)
        query = select(checkpoint).where(*of_log).order_by(checkpoint.c.q).limit(limit)
        return [Checkpoint(**row._mapping) for row in self._connection.execute(query)]

    def received(self, receiver: str, log: LogName) -> int:
        query = select(receipt.c.q).where(receipt.c.receiver == receiver, *_at(receipt, log))
        return self._connection.execute(query).scalar_one_or_none() or 0

    def receipts(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        query = select(receipt.c.n, receipt.c.raw).where(receipt.c.n > after).order_by(receipt.c.n).limit(limit)
        return [(row.n, row.raw) for row in self._connection.execute(query)]

    def received_all(self) -> list[tuple[str, LogName, int, str]]:
        """Every receipt: receiver, log, how far, and the receiver's clock when it signed."""
        columns = receipt.c
        query = select(columns.receiver, columns.o, columns.e, columns.st, columns.q, columns.h)
        return [(r.receiver, (r.o, r.e, r.st), r.q, r.h) for r in self._connection.execute(query)]

    def parked_size(self) -> tuple[int, int]:
        """Frames that wait, and their bytes."""
        row = self._connection.execute(select(func.count(), func.coalesce(func.sum(parked.c.size), 0))).one()
        return int(row[0]), int(row[1])

    def quarantined(self) -> int:
        return self._connection.execute(select(func.count()).select_from(quarantine)).scalar_one()

    def heard(self) -> dict[str, str]:
        """Origin → when its newest event arrived here."""
        query = select(event.c.o, func.max(event.c.rx)).group_by(event.c.o)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def events(self) -> int:
        return self._connection.execute(select(func.count()).select_from(event)).scalar_one()

    def parked_of(self, log: LogName) -> list[ParkedRow]:
        query = select(parked).where(*_at(parked, log)).order_by(parked.c.q_from)
        return [ParkedRow(row.q_from, row.q_to, row.frame, row.vouched) for row in self._connection.execute(query)]

    def is_stopped(self, log: LogName) -> bool:
        query = select(stopped_log.c.q).where(*_at(stopped_log, log), stopped_log.c.closed.is_(None))
        return self._connection.execute(query).first() is not None

    def forked(self, log: LogName) -> list[bytes]:
        """Frames of a site that were put aside because they told another history."""
        query = select(quarantine.c.frame).where(quarantine.c.origin == log[0], quarantine.c.rule == "fork")
        return list(self._connection.execute(query).scalars())

    def lost(self, log: LogName) -> list[tuple[bytes, bytes]]:
        """Header and body of events that were withdrawn as the losing branch of a log."""
        of_log = (*_at(withdrawn, log), withdrawn.c.rule == "lost_branch")
        query = select(withdrawn.c.header, withdrawn.c.body).where(*of_log).order_by(withdrawn.c.n)
        return [(row.header, row.body or b"") for row in self._connection.execute(query)]

    def stopped(self) -> list[StoppedRow]:
        query = select(stopped_log).where(stopped_log.c.closed.is_(None))
        return [StoppedRow(r.o, r.e, r.st, r.q, r.since, r.frame) for r in self._connection.execute(query)]


@contextmanager
def look(database: Database) -> Iterator[Look]:
    with database.reading() as connection:
        yield Look(connection)


# ── writing ──


def park(transaction: Transaction, log: LogName, q_from: int, q_to: int, frame: bytes, vouched: bool) -> bool:
    """Keep a frame for later; the oldest of its origin go first. False if the frame itself has to go."""
    values = _named(log)
    values |= {"q_from": q_from, "q_to": q_to, "frame": frame, "size": len(frame), "vouched": vouched}
    values["rx"] = transaction.rx
    transaction.has_arrivals = True
    _upsert(transaction, parked, values, ["o", "e", "st", "q_from"])
    _make_room(transaction, log[0])
    found = select(parked.c.q_from).where(*_at(parked, log), parked.c.q_from == q_from)
    return transaction.execute(found).first() is not None


def _make_room(transaction: Transaction, origin: str) -> None:
    total = transaction.execute(select(func.sum(parked.c.size)).where(parked.c.o == origin)).scalar() or 0
    if total <= PARKED_BYTES:
        return
    query = select(parked).where(parked.c.o == origin).order_by(parked.c.rx, parked.c.q_from)
    for row in transaction.execute(query).all():
        if total <= PARKED_BYTES:
            return
        transaction.execute(delete(parked).where(*_at(parked, (row.o, row.e, row.st)), parked.c.q_from == row.q_from))
        total -= row.size


def unpark(transaction: Transaction, log: LogName, q_to: int) -> None:
    transaction.execute(delete(parked).where(*_at(parked, log), parked.c.q_to <= q_to))


def know_keys(transaction: Transaction, site: str, keys: Mapping[str, bytes]) -> None:
    """Remember public keys of a site, so that any copy of this database can be checked by itself."""
    for id, public in keys.items():
        if transaction.execute(select(site_key.c.id).where(site_key.c.id == id)).first() is None:
            transaction.execute(insert(site_key).values(id=id, site=site, public=public))


def put_aside(transaction: Transaction, origin: str, rule: str, frame: bytes) -> None:
    """Into quarantine; the same bytes for the same reason are kept once."""
    known = select(quarantine.c.n).where(
        quarantine.c.origin == origin, quarantine.c.rule == rule, quarantine.c.frame == frame
    )
    if transaction.execute(known).first() is None:
        transaction.execute(insert(quarantine).values(origin=origin, rule=rule, frame=frame, rx=transaction.rx))
        _bound_quarantine(transaction, origin)


def _bound_quarantine(transaction: Transaction, origin: str) -> None:
    """Junk must not fill the disk: the oldest of an origin goes first; evidence of a fork stays."""
    size = func.length(quarantine.c.frame)
    query = select(quarantine.c.n, quarantine.c.rule, size).where(quarantine.c.origin == origin)
    held = transaction.execute(query.order_by(quarantine.c.n)).all()
    total = sum(row[2] for row in held)
    for number, rule, weight in held:
        if total <= PARKED_BYTES:
            return
        if rule != "fork":
            transaction.execute(delete(quarantine).where(quarantine.c.n == number))
            total -= weight


def stop(
    transaction: Transaction, log: LogName, q: int, ours: Mapping[str, Any], theirs: Mapping[str, Any], frame: bytes
) -> None:
    """Nothing more of this log is taken until the fork is closed."""
    values = _named(log)
    values |= {
        "q": q,
        "ours": canonical(ours).decode(),
        "theirs": canonical(theirs).decode(),
        "frame": frame,
        "since": transaction.rx,
        "closed": None,
    }
    _upsert(transaction, stopped_log, values, ["o", "e", "st"])


def go_on(transaction: Transaction, log: LogName) -> None:
    """The fork of a log has been closed."""
    transaction.execute(update(stopped_log).where(*_at(stopped_log, log)).values(closed=transaction.rx))


def note_receipt(transaction: Transaction, receiver: str, log: LogName, q: int, h: str, raw: bytes) -> bool:
    """Remember how far a receiver holds a log. True if that is more than was known."""
    query = select(receipt.c.q).where(receipt.c.receiver == receiver, *_at(receipt, log))
    known = transaction.execute(query).scalar_one_or_none()
    if known is not None and known >= q:
        return False
    number = (transaction.execute(select(func.max(receipt.c.n))).scalar() or 0) + 1
    values = _named(log)
    values |= {"receiver": receiver, "q": q, "h": h, "raw": raw, "n": number, "rx": transaction.rx}
    _upsert(transaction, receipt, values, ["receiver", "o", "e", "st"])
    return True


def _upsert(transaction: Transaction, table: Any, values: dict[str, Any], key: Sequence[str]) -> None:
    dialect: Any = sqlite if transaction.is_sqlite else postgresql
    fresh = {name: value for name, value in values.items() if name not in key}
    transaction.execute(dialect.insert(table).values(values).on_conflict_do_update(index_elements=key, set_=fresh))


def _named(log: LogName) -> dict[str, Any]:
    return {"o": log[0], "e": log[1], "st": log[2]}


def _at(table: Any, log: LogName) -> tuple[Any, ...]:
    return (table.c.o == log[0], table.c.e == log[1], table.c.st == log[2])
