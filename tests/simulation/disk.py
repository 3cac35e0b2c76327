"""A site's disk in the simulator: all or nothing for each transaction, and, where it is told to lie, forgetful."""

from collections.abc import Callable, Mapping, Sequence
from itertools import count

from msgspec.structs import replace

from dunant.kernel import log as chain
from dunant.kernel.clock import as_text, from_text, receive, tick
from dunant.kernel.log import Checkpoint, LogName, Stored, Tip, signed_bytes
from dunant.kernel.replication import Vector, Verified
from dunant.services.keys import SiteKey
from dunant.sync.receipts import Receipt, make_receipt
from dunant.sync.shelf import Fork, Parked

# As many as the store keeps; small enough to be reached.
PARKED_FRAMES = 400


class Crashed(Exception):
    """The machine stops in the middle of something."""


class State:
    """Everything durable. Copies are shallow: what is in the lists never changes."""

    _serials = count()

    def __init__(self) -> None:
        self.serial = next(State._serials)
        self.epoch = ""
        self.last_h = 0
        self.logs: dict[LogName, list[Stored]] = {}
        self.points: dict[LogName, dict[int, Checkpoint]] = {}
        self.blocks: dict[LogName, dict[int, bytes]] = {}
        self.parked: dict[LogName, dict[int, Parked]] = {}
        self.stopped: dict[LogName, Fork] = {}
        self.aside: list[tuple[str, str, bytes]] = []
        self.receipts: dict[tuple[str, LogName], tuple[int, int, bytes]] = {}
        self.received = 0
        self.ids: set[str] = set()
        self.withdrawn: dict[tuple[LogName, str], list[Stored]] = {}

    def copy(self) -> "State":
        made = State()
        made.epoch, made.last_h, made.received = self.epoch, self.last_h, self.received
        made.logs = {log: list(rows) for log, rows in self.logs.items()}
        made.points = {log: dict(points) for log, points in self.points.items()}
        made.blocks = {log: dict(blocks) for log, blocks in self.blocks.items()}
        made.parked = {log: dict(parked) for log, parked in self.parked.items()}
        made.stopped, made.aside = dict(self.stopped), list(self.aside)
        made.receipts, made.ids = dict(self.receipts), set(self.ids)
        made.withdrawn = {name: list(rows) for name, rows in self.withdrawn.items()}
        return made


class Disk:
    """One site's log as a `Shelf`, outside and inside transactions.

    `wall` gives the machine's clock in milliseconds; `fuse` is asked at every call and may raise `Crashed`.
    """

    def __init__(
        self,
        code: str,
        key: SiteKey,
        wall: Callable[[], int],
        fuse: Callable[[], None],
        entropy: Callable[[int], bytes],
    ) -> None:
        self.code = code
        self.key = key
        self.state = State()
        self.state.epoch = entropy(4).hex()
        self._wall = wall
        self._fuse = fuse
        self._entropy = entropy
        self._before: State | None = None
        # Grows with every event of a config log.
        self.orders = 0
        # Commits that may go by before the disk is made to keep them; more than one in the tests' own bugs only.
        self._sync_every = 1
        self._unsynced = 0
        self._synced: State | None = None
        # Every event that this simulated mission has really written, for who looks for forgeries.
        self.honest: set[tuple[bytes, bytes]] = set()
        # Epochs into which this site wrote while others brought events of them.
        self.taken_in: set[str] = set()
        # Bodies dropped to make room, by log.
        self.dropped: dict[LogName, set[int]] = {}

    # ── transactions ──

    def begin(self, sync_every: int = 1) -> None:
        self._sync_every = sync_every
        self._before = self.state.copy()
        if self._unsynced == 0:
            self._synced = self._before

    def commit(self) -> None:
        """Kept by the database; on the disk itself only once it has been synced."""
        self._fuse()
        self._before = None
        self._unsynced += 1
        if self._unsynced >= self._sync_every:
            self._fuse()
            self._unsynced, self._synced = 0, None

    def roll_back(self) -> None:
        if self._before is not None:
            self.state, self._before = self._before, None

    def power_off(self) -> None:
        """What was not synced is forgotten."""
        if self._synced is not None:
            self.state, self._synced, self._unsynced = self._synced, None, 0

    def replace(self, state: State) -> None:
        """Another disk with older content is put in."""
        self.state, self._synced, self._unsynced = state.copy(), None, 0

    # ── reading ──

    def vector(self) -> Vector:
        return {log: Tip(rows[-1].q, rows[-1].head) for log, rows in self.state.logs.items() if rows}

    def tip(self, log: LogName) -> Tip | None:
        rows = self.state.logs.get(log)
        return Tip(rows[-1].q, rows[-1].head) if rows else None

    def head_at(self, log: LogName, q: int) -> bytes | None:
        self._fuse()
        rows = self.state.logs.get(log, [])
        if q == 0:
            return chain.genesis(log)
        return rows[q - 1].head if q <= len(rows) else None

    def stored(self, log: LogName, after: int, limit: int) -> Sequence[Stored]:
        return self.state.logs.get(log, [])[after : after + limit]

    def keys(self, log: LogName, first: int, last: int) -> Mapping[int, bytes]:
        return {block: key for block, key in self.state.blocks.get(log, {}).items() if first <= block <= last}

    def ends(self, log: LogName, after: int, limit: int) -> Sequence[Checkpoint]:
        points = self.state.points.get(log, {})
        return [points[q] for q in sorted(points) if q > after][:limit]

    def sign(self, log: LogName, q: int, head: bytes, h: str) -> Checkpoint | None:
        if log[0] != self.code:
            return None
        plain = Checkpoint(o=log[0], e=log[1], st=log[2], q=q, head=head, h=h, key=self.key.id)
        return Checkpoint(
            o=log[0], e=log[1], st=log[2], q=q, head=head, h=h, key=self.key.id, sig=self.key.sign(signed_bytes(plain))
        )

    def received(self, receiver: str, log: LogName) -> int:
        return self.state.receipts.get((receiver, log), (0, 0, b""))[0]

    def receipts(self, after: int, limit: int = 200) -> Sequence[tuple[int, bytes]]:
        found = sorted((n, raw) for _, n, raw in self.state.receipts.values() if n > after)
        return found[:limit]

    # ── writing ──

    def is_current(self, log: LogName) -> bool:
        return log[:2] == (self.code, self.state.epoch)

    def begin_epoch(self) -> None:
        self._fuse()
        self.state.epoch = self._entropy(4).hex()

    def append(
        self, log: LogName, events: Sequence[Verified], keys: Mapping[int, bytes], checkpoint: Checkpoint
    ) -> None:
        if self.is_current(log):
            self.taken_in.add(self.state.epoch)
        for one in events:
            self._fuse()
            self.state.last_h = receive(self.state.last_h, from_text(one.header.h), self._wall())
            self._add(log, one)
        self.state.blocks.setdefault(log, {}).update(keys)
        self.state.points.setdefault(log, {})[checkpoint.q] = checkpoint

    def write(self, log: LogName, made: Verified, key: bytes) -> None:
        """An event of our own."""
        self._fuse()
        self.honest.add((made.header_bytes, made.body))
        self.state.blocks.setdefault(log, {})[chain.block_of(made.header.q)] = key
        self._add(log, made)

    def tick(self) -> str:
        self.state.last_h = tick(self.state.last_h, self._wall())
        return as_text(self.state.last_h)

    def withdraw(self, log: LogName, after: int, rule: str) -> int:
        """Take back what is beyond a sequence."""
        self._fuse()
        self.orders += 1
        rows = self.state.logs.get(log, [])
        lost, self.state.logs[log] = rows[after:], rows[:after]
        points = self.state.points.get(log, {})
        self.state.points[log] = {q: point for q, point in points.items() if q <= after}
        self.state.withdrawn.setdefault((log, rule), []).extend(lost)
        return len(lost)

    def drop(self, log: LogName, q: int) -> None:
        """Forget a body; header and digest stay."""
        self._fuse()
        rows = self.state.logs[log]
        rows[q - 1] = replace(rows[q - 1], body=None)
        self.dropped.setdefault(log, set()).add(q)

    def lost(self, log: LogName) -> Sequence[tuple[bytes, bytes]]:
        return [(row.header, row.body or b"") for row in self.state.withdrawn.get((log, "lost_branch"), [])]

    def forked(self, log: LogName) -> Sequence[bytes]:
        return [raw for origin, rule, raw in self.state.aside if (origin, rule) == (log[0], "fork")]

    def go_on(self, log: LogName) -> None:
        self.state.stopped.pop(log, None)

    def is_stopped(self, log: LogName) -> bool:
        return log in self.state.stopped

    def stop(self, fork: Fork) -> None:
        self._fuse()
        self.state.stopped[fork.log] = fork

    def park(self, parked: Parked) -> bool:
        self._fuse()
        waiting = self.state.parked.setdefault(parked.log, {})
        waiting[parked.q_from] = parked
        while len(waiting) > PARKED_FRAMES:
            del waiting[next(iter(waiting))]
        return parked.q_from in waiting

    def parked(self, log: LogName) -> Sequence[Parked]:
        waiting = self.state.parked.get(log, {})
        return [waiting[q] for q in sorted(waiting)]

    def unpark(self, log: LogName, q_to: int) -> None:
        waiting = self.state.parked.get(log, {})
        self.state.parked[log] = {q: parked for q, parked in waiting.items() if parked.q_to > q_to}

    def quarantine(self, origin: str, rule: str, raw: bytes) -> None:
        if (origin, rule, raw) not in self.state.aside:
            self.state.aside.append((origin, rule, raw))

    def vouch(self, log: LogName, q: int) -> Receipt:
        now = as_text(tick(self.state.last_h, self._wall()))
        return make_receipt(self.code, {log: q}, now, self.key.id, self.key.sign)

    def note(self, receipt: Receipt, raw: bytes) -> bool:
        news = False
        for entry in receipt.entries:
            known = self.state.receipts.get((receipt.receiver, entry.log))
            if known is None or known[0] < entry.q:
                self.state.received += 1
                self.state.receipts[receipt.receiver, entry.log] = (entry.q, self.state.received, raw)
                news = True
        return news

    def _add(self, log: LogName, made: Verified) -> None:
        h = made.header
        row = Stored(
            *log, h.q, h.id, h.h, h.t, h.v, h.s, h.m, h.c, made.header_bytes, made.body, made.digest, made.head, ""
        )
        self.state.logs.setdefault(log, []).append(row)
        self.state.ids.add(h.id)
        self.orders += log[2] == "config"
