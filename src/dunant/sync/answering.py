"""The side that is called: hello, a frame brought, a frame fetched, and the long wait for news.

No transport: whoever listens on a socket hands over what was asked and the shelf to answer from.
"""

from collections.abc import Iterable

from dunant.kernel.log import LogName
from dunant.kernel.replication import Vector
from dunant.sync import receipts
from dunant.sync.frames import Codec, Frame
from dunant.sync.intake import Intake, LaneOf, Prepared, Verdict
from dunant.sync.messages import Answer, Ask, Entry, Hello, Listen, News, changed, digest, entries
from dunant.sync.offer import Built, build
from dunant.sync.profile import Profile
from dunant.sync.shelf import Reading, Shelf
from dunant.sync.trust import Trust

# Vectors remembered by their digest, so that a hello can say only what has changed since.
REMEMBERED = 64
URGENT_LANES = (0, 1)


class Answering:
    """One process's answers. What it remembers of peers is a hint: a restart costs bytes, never events."""

    def __init__(
        self, we: str, codec: Codec, intake: Intake, lane_of: LaneOf, profile: Profile, software: str, token: str
    ) -> None:
        self._we = we
        self._codec = codec
        self._intake = intake
        self._lane_of = lane_of
        self._profile = profile
        self._software = software
        self._token = token
        self._vectors: dict[str, dict[LogName, Entry]] = {}
        self._held: dict[str, dict[LogName, int]] = {}
        # Receipts that went with an answer are no news for a listener; should it be lost, a hello tells them again.
        self._answered: dict[str, tuple[bytes, ...]] = {}

    def hello(
        self, shelf: Reading, trust: Trust, peer: str, epoch: str, clock: str, since: str, receipts_after: int
    ) -> Hello:
        now = entries(shelf.vector(), self.shared(shelf, trust, peer))
        name = digest(now)
        before = self._vectors.get(since)
        self._remember(name, now)
        fresh, upto = self._receipts(shelf, trust, peer, receipts_after)
        return Hello(
            site=self._we,
            epoch=epoch,
            software=self._software,
            clock=clock,
            digest=name,
            dictionaries=tuple(self._codec.dictionaries),
            is_whole=before is None,
            vector=now if before is None else changed(now, before),
            receipts=fresh,
            receipts_upto=upto,
            token=self._token,
        )

    def batch(
        self, shelf: Shelf, trust: Trust, peer: str, raw: bytes, made: Prepared | None = None
    ) -> tuple[Answer, Verdict]:
        """Take in a frame that a peer brought, maybe prepared before. To be answered after the commit, never before."""
        if made is None:
            made = self._intake.prepare(trust, raw, peer, shelf.keys)
        verdict = self._intake.judge(shelf, trust, made, peer)
        have: tuple[Entry, ...] = ()
        fresh: tuple[bytes, ...] = ()
        if verdict.log is not None:
            tip = shelf.tip(verdict.log)
            have = (Entry(*verdict.log, tip.q if tip else 0, b""),)
        if verdict.log is not None and verdict.outcome in ("applied", "duplicate"):
            fresh = self._intake.acknowledge(shelf, verdict.log)
            self._answered[peer] = (*self._answered.get(peer, ()), *fresh)[-REMEMBERED:]
        return Answer(outcome=verdict.outcome, code=verdict.code, have=have, receipts=fresh), verdict

    def pull(self, shelf: Reading, trust: Trust, peer: str, ask: Ask) -> Built | str | None:
        """A frame of one log; a code if the peer may not hold it; None if there is nothing."""
        if not self._may_give(trust, peer, ask.log):
            return "stream_not_authorised"
        return build(
            shelf, self._codec, ask.log, ask.after, ask.max_bytes, upto=ask.upto, level=self._profile.slow_level
        )

    def listen(self, shelf: Reading, trust: Trust, peer: str, listen: Listen) -> News | None:
        """What is new for a peer in the urgent lanes; None if there is nothing yet and it should wait."""
        held = self._held.setdefault(peer, {})
        if listen.token == "":
            held.clear()
        elif listen.token != self._token:
            return News(token=self._token, must_say_all=True)
        held.update({entry.log: entry.q for entry in listen.have})
        fresh, upto = self._receipts(shelf, trust, peer, listen.receipts_after)
        if set(fresh) <= set(self._answered.get(peer, ())):
            fresh, upto = (), listen.receipts_after
        frame = self._news(shelf, trust, peer, held, fresh)
        if frame is None:
            return None
        return News(token=self._token, frames=(frame,), receipts_upto=upto)

    def _news(
        self, shelf: Reading, trust: Trust, peer: str, held: dict[LogName, int], fresh: tuple[bytes, ...]
    ) -> bytes | None:
        size = self._profile.alert.frame_bytes
        for log in self._urgent(shelf, trust, peer, held):
            after = held.get(log, 0)
            built = build(shelf, self._codec, log, after, size, held=after, receipts=fresh)
            if built is not None:
                return built.raw
        return self._codec.encode(of_receipts(fresh)) if fresh else None

    def _urgent(self, shelf: Reading, trust: Trust, peer: str, held: dict[LogName, int]) -> list[LogName]:
        vector = shelf.vector()
        found = [
            (lane, log)
            for log in self.shared(shelf, trust, peer)
            if (lane := self._lane_of(log[2])) in URGENT_LANES and log[0] != peer and vector[log].q > held.get(log, 0)
        ]
        return [log for _, log in sorted(found)]

    def shared(self, shelf: Reading, trust: Trust, peer: str) -> list[LogName]:
        """Logs held here that a peer may hold too, or that are its own."""
        return shared(shelf.vector(), trust, peer)

    def _may_give(self, trust: Trust, peer: str, log: LogName) -> bool:
        return log[0] == peer or trust.may_hold(peer, log[2])

    def _receipts(self, shelf: Reading, trust: Trust, peer: str, after: int) -> tuple[tuple[bytes, ...], int]:
        found = shelf.receipts(after)
        return receipts_for(trust, peer, (raw for _, raw in found)), found[-1][0] if found else after

    def _remember(self, name: str, vector: Iterable[Entry]) -> None:
        # Made anew and put in place at once: hellos are answered by several threads.
        others = [(one, known) for one, known in list(self._vectors.items()) if one != name]
        self._vectors = {**dict(others[1 - REMEMBERED :]), name: {entry.log: entry for entry in vector}}


def shared(vector: Vector, trust: Trust, peer: str) -> list[LogName]:
    """Logs of a vector that a peer may hold, or that are its own."""
    return [log for log in vector if log[0] == peer or trust.may_hold(peer, log[2])]


def receipts_for(trust: Trust, peer: str, raws: Iterable[bytes]) -> tuple[bytes, ...]:
    """Receipts that a peer may see: none tells of a stream that the peer may not hold, and none of its own."""
    found = []
    for raw in raws:
        receipt = receipts.from_bytes(raw)
        if receipt is None or receipt.receiver == peer:
            continue
        if all(entry.o == peer or trust.may_hold(peer, entry.st) for entry in receipt.entries):
            found.append(raw)
    return tuple(found)


def of_receipts(raws: tuple[bytes, ...]) -> Frame:
    """A frame without events."""
    return Frame(o="", e="", st="", q_from=0, q_to=0, prev=b"", checkpoint=None, keys={}, rows=(), receipts=raws)
