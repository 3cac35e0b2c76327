"""What the protocol needs of a log, as a port: a database in the product, a simulated disk in the simulator.

Everything a `Shelf` is told happens in one transaction with the rest of its frame, or not at all. So a cursor can
never be ahead of the events it speaks of (sync W6).
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from dunant.kernel.log import Checkpoint, LogName, Stored, Tip
from dunant.kernel.replication import Vector, Verified
from dunant.sync.receipts import Receipt


class Parked(Struct, frozen=True, kw_only=True):
    """A frame that waits for what comes before it. `is_vouched`: its signature was good (sync W5)."""

    log: LogName
    q_from: int
    q_to: int
    raw: bytes
    is_vouched: bool


class Fork(Struct, frozen=True, kw_only=True):
    """Two histories of one log: what we hold at `q`, and what somebody brought, each with its origin's signature.

    The heads at `q` are what a person chooses between; the checkpoints, at `q` or later, vouch for them.
    """

    log: LogName
    q: int
    ours_head: bytes
    theirs_head: bytes
    ours: Checkpoint | None
    theirs: Checkpoint
    raw: bytes


class Reading(Protocol):
    """One consistent look at the log."""

    def vector(self) -> Vector:
        """The end of every log held here."""

    def tip(self, log: LogName) -> Tip | None: ...

    def head_at(self, log: LogName, q: int) -> bytes | None:
        """Head of a log at a sequence held here; None beyond its end. 0 gives the genesis."""

    def stored(self, log: LogName, after: int, limit: int) -> Sequence[Stored]:
        """Events after `after`, in order."""

    def keys(self, log: LogName, first: int, last: int) -> Mapping[int, bytes]:
        """Keys of the salt blocks `first` to `last` that are known here."""

    def ends(self, log: LogName, after: int, limit: int) -> Sequence[Checkpoint]:
        """Signed ends after `after` at which a frame may be cut, in order. Nothing for logs that `sign` can sign."""

    def sign(self, log: LogName, q: int, head: bytes, h: str) -> Checkpoint | None:
        """Our word for a log of our own; None for anybody else's."""

    def received(self, receiver: str, log: LogName) -> int:
        """How far a receiver has signed that it holds a log, as far as is known here."""

    def receipts(self, after: int, limit: int = 200) -> Sequence[tuple[int, bytes]]:
        """Receipts known here, each with a local number that grows with its arrival."""


class Shelf(Reading, Protocol):
    """A look at the log that can also change it, inside one transaction."""

    def is_current(self, log: LogName) -> bool:
        """This site itself is writing this log now."""

    def begin_epoch(self) -> None:
        """Go on in new logs: somebody holds more of the current ones than we do, so we were restored (sync I2)."""

    def append(
        self, log: LogName, events: Sequence[Verified], keys: Mapping[int, bytes], checkpoint: Checkpoint
    ) -> None:
        """Take in events that continue a log."""

    def is_stopped(self, log: LogName) -> bool:
        """A fork of this log is open: nothing more of it is taken until somebody closes it."""

    def stop(self, fork: Fork) -> None: ...

    def go_on(self, log: LogName) -> None:
        """The fork has been closed."""

    def forked(self, log: LogName) -> Sequence[bytes]:
        """Frames of a log that were put aside because they told another history."""

    def withdraw(self, log: LogName, after: int, rule: str) -> int:
        """Take what is beyond a sequence out of a log and put it aside for a reason; how many events that were."""

    def lost(self, log: LogName) -> Sequence[tuple[bytes, bytes]]:
        """Header and body of events that were withdrawn as the losing branch."""

    def park(self, parked: Parked) -> bool:
        """Keep a frame for later; the oldest of its origin go first when there is no room. False if it had to go."""

    def parked(self, log: LogName) -> Sequence[Parked]:
        """In order of `q_from`."""

    def unpark(self, log: LogName, q_to: int) -> None:
        """Forget parked frames that end at or before `q_to`."""

    def quarantine(self, origin: str, rule: str, raw: bytes) -> None:
        """Keep what cannot be believed, for a person to look at."""

    def vouch(self, log: LogName, q: int) -> Receipt:
        """Our own signed word, as of now, that we hold a log up to `q`."""

    def note(self, receipt: Receipt, raw: bytes) -> bool:
        """Remember a receipt. True if it says more than we knew."""
