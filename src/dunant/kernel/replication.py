"""What two sites hold, and what becomes of events that arrive. No transport here.

The receiver's vector is the truth; whatever a sender remembers of it is a hint.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from dunant.kernel import clock, log
from dunant.kernel.errors import ChainBroken
from dunant.kernel.events import Header, decode_header
from dunant.kernel.log import LogName, Stored, Tip

Vector = Mapping[LogName, Tip]
Arrival = Literal["next", "duplicate", "gap", "fork"]


class Verified(Struct, frozen=True, array_like=True):
    """An event whose bytes fit their place in a chain. Whose word the chain is, is another matter."""

    header: Header
    header_bytes: bytes
    body: bytes
    digest: bytes
    head: bytes


def verified(
    name: LogName, q_from: int, prev: bytes, rows: Iterable[tuple[bytes, bytes]], keys: Mapping[int, bytes]
) -> list[Verified]:
    """Recompute a stretch of a log from the bytes its origin wrote.

    Parameters
    ----------
    prev : head before `q_from`
    rows : header and body of each event, contiguous from `q_from`
    keys : key of every salt block that the stretch touches, by block number

    Raises
    ------
    ChainBroken
        `rule` header: a header is unreadable, or is not that of this place; salt: the key of a block is missing.
    """
    made: list[Verified] = []
    head = prev
    for q, (header_bytes, body) in enumerate(rows, q_from):
        header = _sound(name, q, header_bytes)
        key = keys.get(log.block_of(q))
        if key is None:
            raise ChainBroken(rule="salt", stream=name[2], q=q)
        digest = log.body_digest(log.salt(key, q), body)
        head = log.link(head, header_bytes, digest)
        made.append(Verified(header, header_bytes, body, digest, head))
    return made


def _sound(name: LogName, q: int, raw: bytes) -> Header:
    """The header, if it can be read, belongs in this place, and has times and a clock that can be compared."""
    try:
        header = decode_header(raw)
        clock.from_text(header.h)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise ChainBroken(rule="header", stream=name[2], q=q) from None
    plausible = clock.is_plausible(header.rec) and all(map(clock.is_plausible, header.at.times))
    if header.identity != (*name, q) or not plausible or len(header.h) != clock.TEXT_LENGTH:
        raise ChainBroken(rule="header", stream=name[2], q=q)
    return header


def arrival(tip: Tip | None, held: Stored | None, incoming: Stored) -> Arrival:
    """How an incoming event stands to the copy of its log held here.

    Parameters
    ----------
    tip : end of our copy, None if we hold nothing of this log
    held : our event with the same identity, if any
    """
    have = tip.q if tip else 0
    if incoming.q <= have:
        same = held is not None and held.header == incoming.header and held.digest == incoming.digest
        return "duplicate" if same else "fork"
    return "next" if incoming.q == have + 1 else "gap"


def missing(ours: Vector, theirs: Vector) -> dict[LogName, tuple[int, int]]:
    """Ranges (first, last) of each log that they hold and we do not."""
    wanted = {}
    for name, tip in theirs.items():
        have = ours[name].q if name in ours else 0
        if tip.q > have:
            wanted[name] = (have + 1, tip.q)
    return wanted
