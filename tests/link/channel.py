"""What the emulated link does to packets: arithmetic with the time and the dice handed in."""

import random
from collections import deque
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Shape:
    """One direction. Loss is independent, or comes in bursts of so many packets on average (Gilbert–Elliott)."""

    rate: int = 256_000  # bit/s of IP packets
    delay_s: float = 0.3
    loss: float = 0.0
    burst: float = 0.0  # packets; 0 = independent
    queue: int = 64 * 1024


@dataclass
class Counts:
    """IP bytes, headers and retransmissions included, and the packets that did not arrive."""

    sent_bytes: int = 0  # put on the link, lost ones too
    sent: int = 0
    delivered_bytes: int = 0
    delivered: int = 0
    lost: int = 0
    dropped: int = 0  # found the queue full
    cut: int = 0  # found the link down, or were on it when it went


@dataclass
class Channel:
    """One direction: a queue of limited bytes, a rate, a delay, and loss after the packet took its time."""

    shape: Shape
    dice: random.Random
    counts: Counts = field(default_factory=Counts)
    is_up: bool = True
    _free_at: float = 0.0
    _last: float = 0.0
    _bad: bool = False
    _flying: deque[tuple[float, bytes]] = field(default_factory=deque)

    def enter(self, packet: bytes, now: float) -> None:
        size = len(packet)
        if not self.is_up:
            self.counts.cut += 1
            return
        if (self._free_at - now) * self.shape.rate / 8 + size > self.shape.queue:
            self.counts.dropped += 1
            return
        self._free_at = max(self._free_at, now) + size * 8 / self.shape.rate
        self.counts.sent += 1
        self.counts.sent_bytes += size
        if self._is_lost():
            self.counts.lost += 1
            return
        # A shorter delay set meanwhile does not make packets overtake each other.
        self._last = max(self._last, self._free_at + self.shape.delay_s)
        self._flying.append((self._last, packet))

    def leave(self, now: float) -> list[bytes]:
        """The packets that have arrived by now."""
        arrived = []
        while self._flying and self._flying[0][0] <= now:
            arrived.append(self._flying.popleft()[1])
        self.counts.delivered += len(arrived)
        self.counts.delivered_bytes += sum(map(len, arrived))
        return arrived

    def next(self) -> float | None:
        return self._flying[0][0] if self._flying else None

    def set(self, now: float, **changes: Any) -> None:
        """What waits in the queue keeps its time; what comes next is under the new rules."""
        self.shape = replace(self.shape, **changes)

    def down(self) -> None:
        """As when an antenna is turned away: no one is told, and what is on its way is gone."""
        self.is_up = False
        self.counts.cut += len(self._flying)
        self._flying.clear()
        self._free_at = self._last = 0.0

    def up(self) -> None:
        self.is_up = True

    def _is_lost(self) -> bool:
        shape = self.shape
        if not shape.loss:
            return False
        if not shape.burst:
            return self.dice.random() < shape.loss
        leave = 1 / shape.burst
        enter = min(shape.loss * leave / (1 - shape.loss), 1.0)
        self._bad = self.dice.random() >= leave if self._bad else self.dice.random() < enter
        return self._bad

    def report(self) -> dict[str, int]:
        return asdict(self.counts)
