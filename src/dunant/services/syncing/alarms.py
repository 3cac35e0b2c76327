"""What follows from a frame besides its events: alarms that everybody hears, and the order of the mission's authority.

Nothing here refuses a fact. A fork stops one log until a person closes it; what the authority has decided is done in a
transaction of its own, right after the one that learned of it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dunant.kernel.access import Actor
from dunant.kernel.events import Command, decode_header
from dunant.kernel.ids import EventId, derived
from dunant.kernel.log import Checkpoint
from dunant.services.asked import Asked
from dunant.services.build import Site
from dunant.services.handle import Author
from dunant.services.syncing.shelf import SqlShelf
from dunant.services.trusting import Trusting
from dunant.sites import site_subject
from dunant.sites.commands import RaiseClockAlarm, RaiseForkAlarm
from dunant.sites.events import Signed
from dunant.store import Transaction, replica
from dunant.sync.frames import Codec
from dunant.sync.intake import Verdict
from dunant.sync.rows import Row
from dunant.sync.settling import settle
from dunant.sync.shelf import Fork

# Facts that the site itself states.
SYSTEM = Author(actor=Actor(user="system", role="system_client"), source="derived")
# A clock further off than this is an alarm (sync §3).
SUSPECT = timedelta(minutes=2)
TOLD_FOR = timedelta(days=1)
# Streams in which the authority speaks.
_ORDERS = frozenset({"config", "alert"})


class Alarms:
    """Of one site. Remembers whose clock it has told of, so that each wrong one is told of once a day and no more."""

    def __init__(self, site: Site, trusting: Trusting, codec: Codec) -> None:
        self._site = site
        self._trusting = trusting
        self._codec = codec
        self._told: dict[str, datetime] = {}
        self.clocks: dict[str, int] = {}

    def follow(self, transaction: Transaction, verdict: Verdict) -> None:
        """See to what a frame has brought to light."""
        if verdict.fork is not None:
            self._fork(transaction, verdict.fork)
        if verdict.log is None or not (verdict.applied or verdict.is_restored):
            return
        # A frame of the branch that was chosen may have taken more of the other one out of its log.
        if verdict.log[2] in _ORDERS or self._trusting.now().is_closed(verdict.log):
            self._site.commit.submit(self.settle, alone=True)

    def settle(self, transaction: Transaction) -> None:
        """Bring the logs in line with what the authority has decided: cut-offs of revoked sites, closed forks."""
        shelf = SqlShelf(transaction)
        trust = self._trusting.of(transaction)
        for known in trust.sites.values():
            replica.know_keys(transaction, known.code, known.keys)

        def reissue(rows: Sequence[Row]) -> None:
            for row in rows:
                old = decode_header(row.header)
                if not transaction.is_written_here(old.id):
                    transaction.reissue(old, row.body)

        settle(shelf, trust, self._codec, reissue)

    def _fork(self, transaction: Transaction, fork: Fork) -> None:
        """Raised where it is found; a repeat of the same finding has the same id and is no new fact."""
        o, e, st = fork.log
        command = RaiseForkAlarm(
            site=site_subject(self._site.row.mission, o),
            o=o,
            e=e,
            st=st,
            q=fork.q,
            ours=fork.ours_head.hex(),
            theirs=fork.theirs_head.hex(),
            ours_signed=_signed(fork.ours) if fork.ours else None,
            theirs_signed=_signed(fork.theirs),
        )
        self._say(transaction, command, "fork", o, e, st, self._site.row.code)

    def heard_clock(self, peer: str, told: str, took_s: float = 0.0) -> int | None:
        """A peer's clock less ours, in milliseconds; half of a round trip is taken off."""
        try:
            theirs = datetime.fromisoformat(told)
        except ValueError:
            return None
        if theirs.tzinfo is None:
            return None
        clock = self._site.clock
        diff = theirs + timedelta(seconds=took_s / 2 * clock.speed) - clock.now()
        # A mission clock that runs faster than the machine's would make every round trip look like a wrong clock.
        self.clocks[peer] = round(diff / timedelta(milliseconds=1) / max(1.0, clock.speed))
        if self.is_suspect(peer):
            self._suspect(peer, self.clocks[peer], clock.now())
        return self.clocks[peer]

    def is_suspect(self, peer: str) -> bool:
        return abs(timedelta(milliseconds=self.clocks.get(peer, 0))) > SUSPECT

    def _suspect(self, peer: str, diff_ms: int, now: datetime) -> None:
        last = self._told.get(peer)
        if last is not None and now - last < TOLD_FOR:
            return
        self._told[peer] = now
        command = RaiseClockAlarm(site=site_subject(self._site.row.mission, peer), code=peer, diff_ms=diff_ms)
        key = ("clock", peer, now.date().isoformat(), self._site.row.code)
        self._site.commit.submit(lambda transaction: self._say(transaction, command, *key))

    def _say(self, transaction: Transaction, command: Command, *key: str) -> None:
        entry = Asked(id=EventId(derived(*key)), command=command)
        if not transaction.seen([entry.id]):
            self._site.handler.decide(transaction, entry, SYSTEM)


def _signed(point: Checkpoint) -> Signed:
    return Signed(q=point.q, head=point.head.hex(), h=point.h, key=point.key, sig=point.sig.hex())
