"""What two sites hold, and what becomes of events that arrive. No transport here.

The receiver's vector is the truth; whatever a sender remembers of it is a hint.
"""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct

from dunant.kernel import clock, log
from dunant.kernel.errors import ChainBroken
from dunant.kernel.events import Header, decode_header
from dunant.kernel.log import LogName, Tip

Vector = Mapping[LogName, Tip]


class Verified(Struct, frozen=True, array_like=True, gc=False):
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
    # No text of a database holds a NUL, and what the columns say must be what the bytes say.
    is_text = "\0" not in f"{header.id}{header.t}{header.s}{header.m}{header.c}"
    if header.identity != (*name, q) or not (plausible and is_text) or len(header.h) != clock.TEXT_LENGTH:
        raise ChainBroken(rule="header", stream=name[2], q=q)
    return header


def missing(ours: Vector, theirs: Vector) -> dict[LogName, tuple[int, int]]:
    """Ranges (first, last) of each log that they hold and we do not."""
    wanted = {}
    for name, tip in theirs.items():
        have = ours[name].q if name in ours else 0
        if tip.q > have:
            wanted[name] = (have + 1, tip.q)
    return wanted
