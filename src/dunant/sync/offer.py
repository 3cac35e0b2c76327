"""Cutting frames out of a log for somebody who lacks them."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from dunant.kernel import log as chain
from dunant.kernel.log import Checkpoint, LogName, Stored
from dunant.sync.frames import Codec, Frame, Row
from dunant.sync.shelf import Reading

# Events read for one frame: more than a frame of 20 kB ever holds.
MOST_EVENTS = 2_000


class Built(Struct, frozen=True, kw_only=True):
    """A frame ready to go: where it ends, and how many events it carries."""

    log: LogName
    after: int
    q_to: int
    raw: bytes


def build(
    shelf: Reading,
    codec: Codec,
    log: LogName,
    after: int,
    target_bytes: int,
    *,
    upto: int | None = None,
    held: int = 0,
    receipts: tuple[bytes, ...] = (),
    level: int = 19,
) -> Built | None:
    """The next frame of a log after `after`, about `target_bytes` long when compressed.

    `held`: how much of the log the receiver is known to hold; it then knows the keys of the salt blocks up to there.

    It ends where the origin has signed: anywhere in a log of our own, at a stored checkpoint in anybody else's. So it
    may be longer than asked. None if there is nothing that could be vouched for, or a body has been redacted.
    """
    events = _whole(shelf.stored(log, after, MOST_EVENTS))
    if upto is not None and len(events) > 1:
        events = events[: max(1, upto - after)] if _is_ours(shelf, events[0]) else events
    if not events:
        return None
    signed = {point.q: point for point in shelf.ends(log, after, MOST_EVENTS)}
    ends = None if _is_ours(shelf, events[0]) else [q for q in sorted(signed) if q <= events[-1].q]
    if ends == []:
        return None
    if ends and upto is not None:
        ends = [q for q in ends if q <= upto] or ends[:1]
    prev = shelf.head_at(log, after)
    if prev is None:
        return None
    keys = shelf.keys(log, chain.block_of(events[0].q), chain.block_of(events[-1].q))
    head = Frame(
        o=log[0],
        e=log[1],
        st=log[2],
        q_from=events[0].q,
        q_to=events[0].q,
        prev=prev,
        checkpoint=None,
        keys=_new_keys(keys, held),
        rows=(),
        receipts=receipts,
    )
    by_q = {event.q: event for event in events}

    def checkpoint_at(q: int) -> Checkpoint:
        event = by_q[q]
        own = shelf.sign(log, q, event.head, event.h)
        return own if own is not None else signed[q]

    rows = [Row(event.header, event.body or b"") for event in events]
    taken, raw = codec.fill(head, rows, ends, target_bytes, checkpoint_at, level=level)
    return Built(log=log, after=after, q_to=events[0].q + taken - 1, raw=raw)


def _whole(events: Iterable[Stored]) -> list[Stored]:
    """Up to the first redacted body: that block is sent with explicit salts, which comes with redaction (sync C5)."""
    whole: list[Stored] = []
    for event in events:
        if event.body is None:
            break
        whole.append(event)
    return whole


def _is_ours(shelf: Reading, event: Stored) -> bool:
    return shelf.sign((event.o, event.e, event.st), event.q, event.head, event.h) is not None


def _new_keys(keys: Mapping[int, bytes], held: int) -> dict[int, bytes]:
    """Keys of the blocks of which the receiver holds no event yet (sync C1)."""
    return {block: key for block, key in keys.items() if block * chain.BLOCK + 1 > held}
