"""The hash chain of a log, its checkpoints, and what a stored event looks like.

A log is named (origin site, epoch, stream) and holds a contiguous sequence from 1. Each event's head covers all
before it, so one signature over a head vouches for the whole log. Hashes and salts are recomputed, never sent.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec import Struct

from dunant.kernel.events import Identity, canonical, decode_header

BLOCK = 256
LogName = tuple[str, str, str]


class Stored(Struct, frozen=True, array_like=True, gc=False):
    """One row of the log: the exact bytes the origin wrote, and what was derived from them."""

    o: str
    e: str
    st: str
    q: int
    id: str
    h: str
    t: str
    v: int
    s: str
    m: str
    c: str
    header: bytes
    body: bytes | None
    digest: bytes
    head: bytes
    rx: str

    @property
    def identity(self) -> Identity:
        return (self.o, self.e, self.st, self.q)


class Tip(Struct, frozen=True):
    """Where a log ends: highest sequence and the head there."""

    q: int
    head: bytes


class Checkpoint(Struct, frozen=True, kw_only=True):
    """A site's signed word that its log had this head at this sequence."""

    o: str
    e: str
    st: str
    q: int
    head: bytes
    h: str
    key: str
    sig: bytes = b""


class Fault(Struct, frozen=True, kw_only=True):
    """A place where a log does not verify. `rule` is a code.

    Of an event: gap, header, head, digest, salt. Of what vouches for it: tip, checkpoint, signature, missing.
    """

    log: LogName
    q: int
    rule: str


def genesis(log: LogName) -> bytes:
    return hashlib.sha256(b"dunant-chain-1" + "\x1f".join(log).encode()).digest()


def salt(block_key: bytes, q: int) -> bytes:
    return hmac.digest(block_key, q.to_bytes(8, "big"), "sha256")[:16]


def body_digest(event_salt: bytes, body: bytes) -> bytes:
    return hashlib.sha256(event_salt + body).digest()


def link(previous: bytes, header: bytes, digest: bytes) -> bytes:
    return hashlib.sha256(previous + hashlib.sha256(header).digest() + digest).digest()


def block_of(q: int) -> int:
    """Salt blocks hold 256 consecutive sequence numbers, counted from 1."""
    return (q - 1) // BLOCK


def signed_bytes(point: Checkpoint) -> bytes:
    """What the Ed25519 signature of a checkpoint covers."""
    fields = {
        "o": point.o,
        "e": point.e,
        "st": point.st,
        "q": point.q,
        "head": point.head.hex(),
        "h": point.h,
        "key": point.key,
    }
    return b"dunant-checkpoint-1" + canonical(fields)


def faults(
    log: LogName, events: Iterable[Stored], block_keys: Mapping[int, bytes], salts: Mapping[int, bytes]
) -> Iterator[Fault]:
    """Every place where a copy of a log contradicts itself, in order. A redacted body (None) keeps its digest.

    Parameters
    ----------
    events : rows of one log in order of `q`
    block_keys : key of each salt block by block number
    salts : explicit salts by `q`, for blocks whose key was destroyed by a redaction
    """
    expected, head = 1, genesis(log)
    for event in events:
        if event.q != expected:
            # After a gap nothing vouches for the next head; take it as given and verify on from there.
            yield Fault(log=log, q=expected, rule="gap")
        elif link(head, event.header, event.digest) != event.head:
            yield Fault(log=log, q=event.q, rule="head")
        if not _is_true_to_header(event):
            yield Fault(log=log, q=event.q, rule="header")
        rule = None if event.body is None else _body_fault(event, event.body, block_keys, salts)
        if rule:
            yield Fault(log=log, q=event.q, rule=rule)
        expected, head = event.q + 1, event.head


def _is_true_to_header(event: Stored) -> bool:
    """The columns that queries use say what the bytes say."""
    try:
        header = decode_header(event.header)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False
    told = (header.id, header.h, header.t, header.v, header.s, header.m, header.c)
    return header.identity == event.identity and told == (
        event.id,
        event.h,
        event.t,
        event.v,
        event.s,
        event.m,
        event.c,
    )


def _body_fault(event: Stored, body: bytes, block_keys: Mapping[int, bytes], salts: Mapping[int, bytes]) -> str | None:
    key = block_keys.get(block_of(event.q))
    event_salt = salts.get(event.q) or (salt(key, event.q) if key else None)
    if event_salt is None:
        return "salt"
    return None if body_digest(event_salt, body) == event.digest else "digest"
