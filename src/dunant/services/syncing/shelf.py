"""The protocol's view of this site's log, on the database."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from msgspec.structs import asdict

from dunant.kernel import clock
from dunant.kernel.events import Event
from dunant.kernel.log import Checkpoint, LogName, Stored, Tip, signed_bytes
from dunant.kernel.replication import Vector, Verified
from dunant.services.build import Site
from dunant.store import Pen, Transaction, replica
from dunant.sync.receipts import Receipt, make_receipt
from dunant.sync.shelf import Fork, Parked


class SqlReading:
    """One consistent look."""

    def __init__(self, look: replica.Look, pen: Pen) -> None:
        self._look = look
        self._pen = pen

    def vector(self) -> Vector:
        return self._look.vector()

    def tip(self, log: LogName) -> Tip | None:
        return self._look.tip(log)

    def head_at(self, log: LogName, q: int) -> bytes | None:
        return self._look.head_at(log, q)

    def stored(self, log: LogName, after: int, limit: int) -> Sequence[Stored]:
        return self._look.stored(log, after, limit)

    def keys(self, log: LogName, first: int, last: int) -> Mapping[int, bytes]:
        return self._look.keys(log, first, last)

    def ends(self, log: LogName, after: int, limit: int) -> Sequence[Checkpoint]:
        return self._look.ends(log, after, limit)

    def sign(self, log: LogName, q: int, head: bytes, h: str) -> Checkpoint | None:
        if log[0] != self._pen.site:
            return None
        point = Checkpoint(o=log[0], e=log[1], st=log[2], q=q, head=head, h=h, key=self._pen.key_id)
        return Checkpoint(**{**asdict(point), "sig": self._pen.sign(signed_bytes(point))})

    def received(self, receiver: str, log: LogName) -> int:
        return self._look.received(receiver, log)

    def receipts(self, after: int, limit: int = 200) -> Sequence[tuple[int, bytes]]:
        return self._look.receipts(after, limit)


class SqlShelf(SqlReading):
    """The same inside a transaction, with what it has written so far.

    `read`: events that have been read already, by the head that stands for all their bytes.
    """

    def __init__(self, transaction: Transaction, read: Mapping[bytes, Event] | None = None) -> None:
        super().__init__(replica.Look(transaction.connection), transaction.pen)
        self._transaction = transaction
        self._read = read or {}

    def tip(self, log: LogName) -> Tip | None:
        found = self._transaction.tip(log)
        return found if found.q else None

    def head_at(self, log: LogName, q: int) -> bytes | None:
        return self._transaction.head_at(log, q)

    def keys(self, log: LogName, first: int, last: int) -> Mapping[int, bytes]:
        found = {block: self._transaction.block_key(log, block) for block in range(first, last + 1)}
        return {block: key for block, key in found.items() if key is not None}

    def is_current(self, log: LogName) -> bool:
        return (log[0], log[1]) == (self._pen.site, self._transaction.epoch)

    def begin_epoch(self) -> None:
        self._transaction.begin_epoch(secrets.token_hex(4))

    def append(
        self, log: LogName, events: Sequence[Verified], keys: Mapping[int, bytes], checkpoint: Checkpoint
    ) -> None:
        self._transaction.take(log, events, keys, checkpoint, self._read)

    def is_stopped(self, log: LogName) -> bool:
        return self._look.is_stopped(log)

    def stop(self, fork: Fork) -> None:
        ours = _plain(fork.ours) if fork.ours else {}
        replica.stop(self._transaction, fork.log, fork.q, ours, _plain(fork.theirs), fork.raw)

    def go_on(self, log: LogName) -> None:
        replica.go_on(self._transaction, log)

    def forked(self, log: LogName) -> Sequence[bytes]:
        return self._look.forked(log)

    def withdraw(self, log: LogName, after: int, rule: str) -> int:
        return len(self._transaction.withdraw(log, after, rule))

    def lost(self, log: LogName) -> Sequence[tuple[bytes, bytes]]:
        return self._look.lost(log)

    def park(self, parked: Parked) -> bool:
        return replica.park(
            self._transaction, parked.log, parked.q_from, parked.q_to, parked.raw, vouched=parked.is_vouched
        )

    def parked(self, log: LogName) -> Sequence[Parked]:
        return [
            Parked(log=log, q_from=row.q_from, q_to=row.q_to, raw=row.frame, is_vouched=row.vouched)
            for row in self._look.parked_of(log)
        ]

    def unpark(self, log: LogName, q_to: int) -> None:
        replica.unpark(self._transaction, log, q_to)

    def quarantine(self, origin: str, rule: str, raw: bytes) -> None:
        replica.put_aside(self._transaction, origin, rule, raw)

    def vouch(self, log: LogName, q: int) -> Receipt:
        now = clock.as_text(self._transaction.reading)
        return make_receipt(self._pen.site, {log: q}, now, self._pen.key_id, self._pen.sign)

    def note(self, receipt: Receipt, raw: bytes) -> bool:
        fresh = [
            replica.note_receipt(self._transaction, receipt.receiver, entry.log, entry.q, receipt.h, raw)
            for entry in receipt.entries
        ]
        return any(fresh)


@contextmanager
def reading_shelf(site: Site) -> Iterator[SqlReading]:
    with replica.look(site.database) as look:
        yield SqlReading(look, site.pen)


def _plain(point: Checkpoint) -> dict[str, object]:
    """A checkpoint as evidence that people and programs can read."""
    return {**asdict(point), "head": point.head.hex(), "sig": point.sig.hex()}
