"""What two sites say to each other besides frames: plain structures, MessagePack on the wire.

Unknown keys are ignored and absent ones have a meaning, so that versions one apart understand each other (sync W7).
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping

import msgspec
from msgspec import Struct

from dunant.kernel.log import LogName
from dunant.kernel.replication import Vector

PROTOCOL = 1
SHORT_HEAD = 8


class Entry(Struct, frozen=True, array_like=True):
    """How far somebody holds a log; `head` is the first eight bytes of the head there, or empty."""

    o: str
    e: str
    st: str
    q: int
    head: bytes = b""

    @property
    def log(self) -> LogName:
        return (self.o, self.e, self.st)


class Hello(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who a site is and what it holds of what it shares with the asker.

    `vector` lists what has changed since the vector with the digest the asker named; all, if that is not remembered
    (`is_whole`). `digest` is that of the whole vector now. `clock` is RFC 3339. `wants`: attachments it lacks,
    by SHA-256. `token` is that of the process that answers: a new one may have come back from a backup.
    """

    site: str
    epoch: str
    software: str
    clock: str
    digest: str
    pv: int = PROTOCOL
    dictionaries: tuple[str, ...] = ()
    is_full: bool = False
    is_whole: bool = True
    vector: tuple[Entry, ...] = ()
    receipts: tuple[bytes, ...] = ()
    receipts_upto: int = 0
    wants: tuple[str, ...] = ()
    token: str = ""


class Answer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """To a frame: how far the receiver now holds the logs it touched, and its signed receipt for them."""

    outcome: str
    code: str = ""
    have: tuple[Entry, ...] = ()
    receipts: tuple[bytes, ...] = ()


class Ask(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """For events of one log after `after`; the answer ends near `upto` and near `max_bytes`."""

    o: str
    e: str
    st: str
    after: int
    upto: int
    max_bytes: int

    @property
    def log(self) -> LogName:
        return (self.o, self.e, self.st)


class Listen(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """For whatever is new in lanes 0 and 1, as soon as it is there.

    `have` says what has changed at the listener since it last said so under `token`; without a token it says all.
    """

    token: str = ""
    have: tuple[Entry, ...] = ()
    receipts_after: int = 0


class News(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Frames for a listener. `must_say_all`: the token is not known here, so listen again with everything."""

    token: str
    frames: tuple[bytes, ...] = ()
    receipts_upto: int = 0
    must_say_all: bool = False


def entries(vector: Vector, logs: Collection[LogName]) -> tuple[Entry, ...]:
    """The part of a vector about these logs, in a fixed order."""
    return tuple(Entry(*log, vector[log].q, vector[log].head[:SHORT_HEAD]) for log in sorted(logs) if log in vector)


def digest(of: Iterable[Entry]) -> str:
    """Sixteen hex digits that name a vector."""
    return hashlib.sha256(msgspec.msgpack.encode(tuple(of))).hexdigest()[:16]


def changed(now: Iterable[Entry], before: Mapping[LogName, Entry]) -> tuple[Entry, ...]:
    """What differs; a log of which nothing is held any more is named with 0."""
    held = {entry.log: entry for entry in now}
    gone = [Entry(*log, 0) for log in before if log not in held]
    return (*(entry for log, entry in held.items() if before.get(log) != entry), *gone)
