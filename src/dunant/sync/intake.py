"""What becomes of a frame that arrives, by whichever way: believed and appended, parked, refused, or put aside.

The frame's own signature is what is trusted, never the carrier. The order of the questions is the order of the
functions below: can it be read, may it come this way, is it its origin's word, does it continue what we hold.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace
from nacl.exceptions import BadSignatureError, CryptoError
from nacl.signing import VerifyKey

from dunant.kernel import log as chain
from dunant.kernel.errors import ChainBroken
from dunant.kernel.log import Checkpoint, LogName, signed_bytes
from dunant.kernel.replication import Verified, verified
from dunant.sync import receipts
from dunant.sync.errors import BadFrame
from dunant.sync.frames import Codec, Frame
from dunant.sync.receipts import Receipt
from dunant.sync.shelf import Fork, Parked, Shelf
from dunant.sync.trust import FROZEN, Trust

Outcome = Literal["applied", "duplicate", "parked", "refused", "quarantined", "fork"]
LaneOf = Callable[[str], int]
KeysOf = Callable[[LogName, int, int], Mapping[int, bytes]]


class Verdict(Struct, frozen=True, kw_only=True):
    """`code` says why a frame was not applied; `fork` is news for everybody; `is_restored`: a new epoch has begun."""

    outcome: Outcome
    code: str = ""
    log: LogName | None = None
    applied: int = 0
    lane: int = 3
    fork: Fork | None = None
    is_restored: bool = False


class Prepared(Struct, frozen=True, kw_only=True):
    """What a frame tells by itself. It may be found out before the log is held, and by any thread.

    Nothing here is believed later without asking what it hangs on: `events` were recomputed with these `keys` (none if
    the chain is broken), and `signer`, whose key verified the signature, must still be whom that key belongs to.
    """

    raw: bytes
    frame: Frame | None = None
    bad: str = ""
    keys: Mapping[int, bytes] = {}
    events: Sequence[Verified] | None = None
    signer: tuple[str, bytes] | None = None


class Intake:
    """Takes frames in for one site. Holds no state: all of it is on the shelf."""

    def __init__(self, we: str, codec: Codec, lane_of: LaneOf) -> None:
        self._we = we
        self._codec = codec
        self._lane_of = lane_of

    def take(self, shelf: Shelf, trust: Trust, raw: bytes, peer: str | None) -> Verdict:
        """Judge one frame and do what follows from it.

        Parameters
        ----------
        peer : site at the other end of the connection; None for a frame out of a file, whose carrier is unknown
        """
        return self.judge(shelf, trust, self.prepare(trust, raw, peer, shelf.keys), peer)

    def prepare(self, trust: Trust, raw: bytes, peer: str | None, keys_of: KeysOf) -> Prepared:
        """The dear part of judging a frame; `keys_of` tells keys of blocks that the frame leaves out."""
        try:
            frame = self._codec.decode(raw)
        except BadFrame as bad:
            return Prepared(raw=raw, bad=bad.rule)
        point = frame.checkpoint
        if not frame.rows or point is None or trust.refusal(peer, frame.log, self._we):
            return Prepared(raw=raw, frame=frame)
        keys = _keys(keys_of, frame)
        events = _recomputed(frame, keys)
        signed = events is not None and is_signed(trust, replace(point, head=events[-1].head))
        signer = trust.key(point.key, point.h) if signed else None
        return Prepared(raw=raw, frame=frame, keys=keys, events=events, signer=signer)

    def judge(self, shelf: Shelf, trust: Trust, made: Prepared, peer: str | None) -> Verdict:
        """As `take`, of a frame that has been prepared, maybe with a trust and keys of a moment ago."""
        frame, raw = made.frame, made.raw
        if frame is None:
            shelf.quarantine(peer or "", made.bad, raw)
            return Verdict(outcome="quarantined", code=_CODES.get(made.bad, "undecodable"))
        for one in frame.receipts:
            self._note(shelf, trust, one)
        if not frame.rows:
            return Verdict(outcome="applied")
        return self._judge(shelf, trust, frame, made, peer)

    def _judge(self, shelf: Shelf, trust: Trust, frame: Frame, made: Prepared, peer: str | None) -> Verdict:
        log, point, raw = frame.log, frame.checkpoint, made.raw
        code = trust.refusal(peer, log, self._we) or _beyond(shelf, trust, frame)
        if code:
            return Verdict(outcome="refused", code=code, log=log)
        if point is None or (point.o, point.e, point.st, point.q) != (*log, frame.q_to):
            return _aside(shelf, frame, raw, "bad_signature")
        known = trust.key(point.key, point.h)
        if known is None:
            return Verdict(outcome="refused", code="site_unknown", log=log)
        keys = _keys(shelf.keys, frame)
        is_prepared = keys == made.keys
        events = made.events if is_prepared else _recomputed(frame, keys)
        if events is None:
            return _aside(shelf, frame, raw, "bad_chain")
        # The head is not sent: it is what the rows give, and what the signature is about.
        point = replace(point, head=events[-1].head)
        if not (is_prepared and made.signer == known) and not is_signed(trust, point):
            return _aside(shelf, frame, raw, "bad_signature")
        return self._fit(shelf, trust, replace(frame, checkpoint=point), raw, events)

    def _fit(self, shelf: Shelf, trust: Trust, frame: Frame, raw: bytes, events: Sequence[Verified]) -> Verdict:
        """It is its origin's word; how does it stand to what we hold?"""
        log = frame.log
        tip = shelf.tip(log)
        have = tip.q if tip else 0
        lane = self._lane_of(log[2])
        if frame.q_from > have + 1:
            kept = shelf.park(Parked(log=log, q_from=frame.q_from, q_to=frame.q_to, raw=raw, is_vouched=True))
            return Verdict(outcome="parked" if kept else "refused", code="" if kept else "no_room", log=log, lane=lane)
        apart = _apart(shelf, frame, events, have)
        if apart is not None:
            if not _is_losing(shelf, trust, frame, events):
                return _forked(shelf, trust, frame, raw, apart, _head_of(frame, events, apart))
            # A person has chosen the other history: ours goes, back to where the two part.
            shelf.withdraw(log, max(apart - 1, 0), "lost_branch")
            if shelf.is_current(log):
                shelf.begin_epoch()
            return self._fit(shelf, trust, frame, raw, events)
        fresh = events[have - frame.q_from + 1 :]
        if not fresh:
            return Verdict(outcome="duplicate", log=log, lane=lane)
        if shelf.is_stopped(log):
            return Verdict(outcome="refused", code="fork", log=log, lane=lane)
        restored = shelf.is_current(log)
        if restored:
            shelf.begin_epoch()
        assert frame.checkpoint is not None
        shelf.append(log, fresh, frame.keys, frame.checkpoint)
        more = self._drain(shelf, trust, log)
        return Verdict(outcome="applied", log=log, applied=len(fresh) + more, lane=lane, is_restored=restored)

    def acknowledge(self, shelf: Shelf, log: LogName) -> tuple[bytes, ...]:
        """Our receipt for a log of somebody else, kept to be told to others, for whoever is to be told at once."""
        tip = shelf.tip(log)
        if log[0] == self._we or tip is None:
            return ()
        receipt = shelf.vouch(log, tip.q)
        raw = receipts.to_bytes(receipt)
        shelf.note(receipt, raw)
        return (raw,)

    def _drain(self, shelf: Shelf, trust: Trust, log: LogName) -> int:
        """Frames that waited for what has just come."""
        applied = 0
        for parked in shelf.parked(log):
            tip = shelf.tip(log)
            if tip is None or parked.q_from > tip.q + 1:
                break
            shelf.unpark(log, parked.q_to)
            made = self.prepare(trust, parked.raw, log[0], shelf.keys)
            assert made.frame is not None
            applied += self._judge(shelf, trust, made.frame, made, log[0]).applied
        return applied

    def _note(self, shelf: Shelf, trust: Trust, raw: bytes) -> None:
        receipt = receipts.from_bytes(raw)
        if receipt is None or all(shelf.received(receipt.receiver, entry.log) >= entry.q for entry in receipt.entries):
            return
        if is_receipt_signed(trust, receipt):
            shelf.note(receipt, raw)


_CODES = {"too_large": "too_large", "ratio": "too_large", "unknown_dictionary": "unknown_dictionary"}


def is_signed(trust: Trust, point: Checkpoint) -> bool:
    """The checkpoint is the word of the site whose log it speaks of."""
    known = trust.key(point.key, point.h)
    return known is not None and known[0] == point.o and _verifies(known[1], signed_bytes(point), point.sig)


def is_receipt_signed(trust: Trust, receipt: Receipt) -> bool:
    known = trust.key(receipt.key, receipt.h)
    return (
        known is not None
        and known[0] == receipt.receiver
        and _verifies(known[1], receipts.signed_bytes(receipt), receipt.sig)
    )


def _verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        VerifyKey(public).verify(message, signature)
    except (BadSignatureError, CryptoError, ValueError, TypeError):
        return False
    return True


def _beyond(shelf: Shelf, trust: Trust, frame: Frame) -> str | None:
    """Above the cut-off of a revoked site nothing is its word any more (sync §11)."""
    cutoff = trust.cutoff(frame.log)
    if cutoff == FROZEN:
        tip = shelf.tip(frame.log)
        cutoff = tip.q if tip else 0
    return "site_revoked" if cutoff is not None and frame.q_to > cutoff else None


def _keys(keys_of: KeysOf, frame: Frame) -> Mapping[int, bytes]:
    first, last = chain.block_of(frame.q_from), chain.block_of(frame.q_to)
    if len(frame.keys) > last - first and all(block in frame.keys for block in range(first, last + 1)):
        return frame.keys
    # The frame's own come first: the other history of a fork has other keys, and its signature says whose they are.
    return {**keys_of(frame.log, first, last), **frame.keys}


def _recomputed(frame: Frame, keys: Mapping[int, bytes]) -> Sequence[Verified] | None:
    """Its events, each with its place in the chain; None if they are no chain."""
    if len(frame.rows) != frame.q_to - frame.q_from + 1:
        return None
    try:
        return verified(frame.log, frame.q_from, frame.prev, ((row.header, row.body) for row in frame.rows), keys)
    except ChainBroken:
        return None


def _apart(shelf: Shelf, frame: Frame, events: Sequence[Verified], have: int) -> int | None:
    """Sequence at which the frame and our copy tell different things; None if they agree as far as both go."""
    if shelf.head_at(frame.log, frame.q_from - 1) != frame.prev:
        return frame.q_from - 1
    for q, head in _overlap(frame, events, have):
        if shelf.head_at(frame.log, q) != head:
            return _first_apart(shelf, frame, events, q)
    return None


def _is_losing(shelf: Shelf, trust: Trust, frame: Frame, events: Sequence[Verified]) -> bool:
    """A fork of this log has been closed, and it is our copy that is not known to be the chosen branch."""
    choice = trust.closed.get(frame.log)
    if choice is None:
        return False
    q, head = choice
    if shelf.head_at(frame.log, q) == head:
        return False
    # A frame that does not reach the choice says nothing of it; one more of the other branch is put right later.
    return not frame.q_from <= q <= frame.q_to or events[q - frame.q_from].head == head


def _head_of(frame: Frame, events: Sequence[Verified], q: int) -> bytes:
    return frame.prev if q < frame.q_from else events[q - frame.q_from].head


def _overlap(frame: Frame, events: Sequence[Verified], have: int) -> Iterator[tuple[int, bytes]]:
    """Heads cover all before them, so the last one that both hold tells whether they agree."""
    last = min(have, frame.q_to)
    if last >= frame.q_from:
        yield last, events[last - frame.q_from].head


def _first_apart(shelf: Shelf, frame: Frame, events: Sequence[Verified], last: int) -> int:
    for q in range(frame.q_from, last):
        if shelf.head_at(frame.log, q) != events[q - frame.q_from].head:
            return q
    return last


def _forked(shelf: Shelf, trust: Trust, frame: Frame, raw: bytes, q: int, theirs: bytes) -> Verdict:
    """Two histories, both signed: a restored disk or an intruder. Only a person can tell which (sync C4)."""
    assert frame.checkpoint is not None
    shelf.quarantine(frame.o, "fork", raw)
    if trust.is_closed(frame.log) or shelf.is_stopped(frame.log):
        return Verdict(outcome="refused", code="fork", log=frame.log)
    ours = next(iter(shelf.ends(frame.log, max(q, 1) - 1, 1)), None) or _own_word(shelf, frame.log)
    fork = Fork(
        log=frame.log,
        q=q,
        ours_head=shelf.head_at(frame.log, q) or b"",
        theirs_head=theirs,
        ours=ours,
        theirs=frame.checkpoint,
        raw=raw,
    )
    shelf.stop(fork)
    return Verdict(outcome="fork", code="fork", log=frame.log, fork=fork)


def _own_word(shelf: Shelf, log: LogName) -> Checkpoint | None:
    tip = shelf.tip(log)
    last = shelf.stored(log, tip.q - 1, 1) if tip else ()
    return shelf.sign(log, last[0].q, last[0].head, last[0].h) if last else None


def _aside(shelf: Shelf, frame: Frame, raw: bytes, rule: str) -> Verdict:
    shelf.quarantine(frame.o, rule, raw)
    return Verdict(outcome="quarantined", code=rule, log=frame.log)
