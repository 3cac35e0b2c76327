"""A site's half of every conversation with other sites, whoever called: the protocol on this site's log."""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol, TypeVar

from msgspec.structs import replace

from dunant import __version__
from dunant.kernel.clock import rfc3339
from dunant.kernel.log import LogName
from dunant.kernel.replication import Vector
from dunant.services.build import Site
from dunant.services.syncing.blobs import Attachments
from dunant.services.syncing.refusals import Refusals
from dunant.services.syncing.shelf import SqlShelf, reading_shelf
from dunant.store import Transaction
from dunant.store.boot import site_of
from dunant.store.transaction import NotAlone
from dunant.sync.answering import Answering, of_receipts, receipts_for, shared
from dunant.sync.dialler import Build, Dialler, Receipts
from dunant.sync.frames import Codec
from dunant.sync.intake import Intake, Prepared, Verdict
from dunant.sync.messages import Answer, Ask, Hello, Listen, News
from dunant.sync.offer import Built, build
from dunant.sync.profile import Profile
from dunant.sync.shelf import Reading
from dunant.sync.trust import Trust

T = TypeVar("T")


class Trusting(Protocol):
    """Where the station learns whom to believe."""

    def now(self) -> Trust: ...

    def of(self, transaction: Transaction) -> Trust:
        """With what this transaction has written."""


class Following(Protocol):
    """Who sees to what follows from a frame besides its events."""

    def follow(self, transaction: Transaction, verdict: Verdict) -> None: ...

    def heard_clock(self, peer: str, told: str, took_s: float = 0.0) -> int | None: ...


class Station:
    """Everything between the doors for sites and the log. Methods may be called from any thread."""

    def __init__(self, site: Site, codec: Codec, profile: Profile, trusting: Trusting, alarms: Following) -> None:
        self.site = site
        self.we = site.row.code
        self.codec = codec
        self.profile = profile
        self.token = secrets.token_hex(8)
        self._lanes = {stream.alias: stream.lane for stream in site.policies.streams.stream}
        self._intake = Intake(self.we, codec, self.lane_of)
        self._answering = Answering(
            self.we, codec, self._intake, self.lane_of, profile, software=__version__, token=self.token
        )
        self.blobs = Attachments(site)
        # Peers that have called us, and when they last did.
        self.heard: dict[str, datetime] = {}
        self._near: dict[str, float] = {}
        self.refusals = Refusals(site.audit)
        self._trusting = trusting
        self._alarms = alarms
        self._preparing = ThreadPoolExecutor(1, thread_name_prefix="dunant-intake")

    @property
    def streams(self) -> list[str]:
        """Those that this version knows."""
        return [*self._lanes]

    def lane_of(self, stream: str) -> int:
        """Lane of a stream; one that this version does not know waits with the history."""
        return self._lanes.get(stream, 3)

    def trust(self) -> Trust:
        return self._trusting.now()

    # ── called ──

    def door(self, peer: str, tls: str) -> str | None:
        """Why a caller is not let in; None if it is."""
        refusal = self.trust().door(peer, tls)
        if refusal is None:
            self.heard[peer], self._near[peer] = self.site.clock.now(), time.monotonic()
        else:
            self.refusals.note(peer, refusal)
        return refusal

    def is_near(self, peer: str) -> bool:
        """It has called within the time of one long wait."""
        return time.monotonic() - self._near.get(peer, float("-inf")) < self.profile.listen_s + 10

    def hello(self, peer: str, since: str, receipts_after: int, clock: str) -> Hello:
        self._alarms.heard_clock(peer, clock)
        now = rfc3339(self.site.clock.now())
        with self.reading() as shelf:
            said = self._answering.hello(shelf, self.trust(), peer, self._epoch(), now, since, receipts_after)
        return replace(said, wants=self.wants(peer))

    def wants(self, peer: str) -> tuple[str, ...]:
        """Attachments that we lack and this peer may have."""
        trust = self.trust()
        return self.blobs.wanted(lambda stream: trust.may_hold(peer, stream))

    def checkpoint(self, peer: str, log: LogName) -> bytes | None:
        """The newest signed word of a log, in a frame without events; receipts ride along."""
        with self.reading() as shelf:
            tip = shelf.tip(log)
            if tip is None or log not in shared(shelf.vector(), self.trust(), peer):
                return None
            last = shelf.stored(log, tip.q - 1, 1)[0]
            point = shelf.sign(log, last.q, last.head, last.h) or next(iter(shelf.ends(log, tip.q - 1, 1)), None)
            told = receipts_for(self.trust(), peer, (raw for _, raw in shelf.receipts(0, 10_000)))
        about = replace(of_receipts(told), o=log[0], e=log[1], st=log[2], q_to=tip.q, checkpoint=point)
        return self.codec.encode(about)

    def batch(self, peer: str, raw: bytes) -> Future[Answer]:
        """Take in what a peer brought; the future ends after the commit."""

        def job(transaction: Transaction, shelf: SqlShelf, made: Prepared) -> Answer:
            answer, verdict = self._answering.batch(shelf, self._trusting.of(transaction), peer, raw, made)
            self._alarms.follow(transaction, verdict)
            return answer

        return self._prepared(peer, raw, job)

    def pull(self, peer: str, ask: Ask) -> bytes | str | None:
        with self.reading() as shelf:
            found = self._answering.pull(shelf, self.trust(), peer, ask)
        if isinstance(found, str):
            self.refusals.note(peer, found, ask.st)
        return found.raw if isinstance(found, Built) else found

    def listen(self, peer: str, listen: Listen) -> News | None:
        with self.reading() as shelf:
            return self._answering.listen(shelf, self.trust(), peer, listen)

    # ── calling ──

    def dialler(self, peer: str, jitter: Callable[[], float]) -> Dialler:
        return Dialler(
            self.we,
            peer,
            self.profile,
            self.lane_of,
            may_give=lambda log: log[0] == peer or self.trust().may_hold(peer, log[2]),
            may_take=lambda log: log[0] == self.we or self.trust().may_hold(self.we, log[2]),
            jitter=jitter,
        )

    def builder(self, peer: str) -> Build:
        def made(log: LogName, after: int, size: int, held: int, level: int) -> Built | None:
            with self.reading() as shelf:
                return build(shelf, self.codec, log, after, size, held=held, level=level)

        return made

    def receipts(self, peer: str) -> Receipts:
        def told(after: int) -> tuple[bytes | None, int]:
            with self.reading() as shelf:
                found = shelf.receipts(after)
            upto = found[-1][0] if found else after
            fresh = receipts_for(self.trust(), peer, (raw for _, raw in found))
            return (self.codec.encode(of_receipts(fresh)) if fresh else None), upto

        return told

    def take(self, peer: str | None, raw: bytes) -> Future[Verdict]:
        """Take in a frame that we fetched, or found in a file (`peer` None)."""

        def job(transaction: Transaction, shelf: SqlShelf, made: Prepared) -> Verdict:
            verdict = self._intake.judge(shelf, self._trusting.of(transaction), made, peer)
            if verdict.log is not None and verdict.outcome == "applied":
                self._intake.acknowledge(shelf, verdict.log)
            self._alarms.follow(transaction, verdict)
            return verdict

        return self._prepared(peer, raw, job)

    def _prepared(self, peer: str | None, raw: bytes, job: Callable[[Transaction, SqlShelf, Prepared], T]) -> Future[T]:
        """Unpack, verify and read a frame before the writer gets it: by one thread, in the order of arrival."""
        answer: Future[T] = Future()

        def work() -> None:
            if not answer.set_running_or_notify_cancel():
                return
            try:
                made = self._intake.prepare(self.trust(), raw, peer, self._keys)
                read = {one.head: self.site.registry.read(one.header, one.body) for one in made.events or ()}
                self._write(answer, lambda transaction: job(transaction, SqlShelf(transaction, read), made))
            except Exception as error:  # whatever it is, the caller is told
                answer.set_exception(error)

        self._preparing.submit(work)
        return answer

    def _write(self, answer: Future[T], job: Callable[[Transaction], T], *, alone: bool = False) -> None:
        """Together with whoever else is waiting; alone if it turns out that it takes something out of a log."""

        def done(taken: Future[T]) -> None:
            if isinstance(taken.exception(), NotAlone) and not alone:
                self._write(answer, job, alone=True)
            else:
                _hand_on(answer, taken)

        self.site.commit.submit(job, alone=alone).add_done_callback(done)

    def _keys(self, log: LogName, first: int, last: int) -> Mapping[int, bytes]:
        with self.reading() as shelf:
            return shelf.keys(log, first, last)

    def take_receipts(self, raws: tuple[bytes, ...]) -> Future[Verdict]:
        return self.take(None, self.codec.encode(of_receipts(raws)))

    def was_restored(self, dialler: Dialler) -> bool:
        epoch = self._epoch()
        current = [(self.we, epoch, stream) for stream in self._lanes]
        return dialler.is_behind_peer(current)

    def begin_epoch(self) -> Future[None]:
        return self.site.commit.submit(lambda transaction: self._shelf(transaction).begin_epoch())

    def clock_diff_ms(self, hello: Hello, took_s: float) -> int | None:
        """Their clock less ours, taking half the round trip off; raises the alarm if it is far out."""
        return self._alarms.heard_clock(hello.site, hello.clock, took_s)

    # ── the log ──

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        with reading_shelf(self.site) as shelf:
            yield shelf

    def vector(self) -> Vector:
        with self.reading() as shelf:
            return shelf.vector()

    def _shelf(self, transaction: Transaction) -> SqlShelf:
        return SqlShelf(transaction)

    def _epoch(self) -> str:
        row = site_of(self.site.database)
        return row.epoch if row else ""


def _hand_on(answer: Future[T], taken: Future[T]) -> None:
    error = taken.exception()
    if error is None:
        answer.set_result(taken.result())
    else:
        answer.set_exception(error)
