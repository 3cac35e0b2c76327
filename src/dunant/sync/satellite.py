"""What a satellite link does to a TCP connection, as arithmetic: no clock, no socket, no dice of its own.

The model, and where it is kinder or harsher than the real thing:

- **Rate.** A direction sends one segment after the other, for all connections together, each with its 52 bytes of IP
  and TCP headers. Segments carry at most 1,348 bytes (MTU 1,400). Acknowledgements are not counted.
- **Delay.** Each segment arrives one way's delay after its last bit was sent. A handshake costs one round trip.
- **Loss.** A lost segment is sent again: it takes its time on the link twice, and what its connection carries after it
  waits, because TCP delivers in order. The wait is one round trip when three segments follow (fast retransmission),
  else the retransmission timeout; each further loss of the same segment doubles the timeout. Other connections go on.
- **Queue.** When as many bytes wait as the queue holds, the connection is not read until there is room. A real queue
  drops instead, and TCP finds its own rate; windows and their growth are not modelled, so bulk goes somewhat faster
  here than over one real connection, about as fast as over four.
- **Outage.** What is on its way waits. After it, a connection speaks again when its retransmission timer next fires.

The emulator with real packets (`tests/link`) has none of these simplifications and needs root.
"""

from collections.abc import Callable

import msgspec

MTU = 1400
HEADERS = 52
SEGMENT = MTU - HEADERS
TIMEOUT_MIN_S = 0.2
TIMEOUT_MAX_S = 120.0
# A link that loses all is down, not lossy: TCP gives a segment up after this many attempts.
ATTEMPTS = 15


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """One direction of a link."""

    rate: int = 256_000  # bit/s; 0 = as fast as the machine
    delay_s: float = 0.3
    loss: float = 0.0
    queue: int = 64 * 1024

    def __post_init__(self) -> None:
        if self.rate < 0 or self.delay_s < 0 or not 0 <= self.loss < 1 or self.queue < MTU:
            raise ValueError("a link has a rate and a delay of at least 0, loses less than all, and holds one segment")


class Direction:
    """When bytes that enter at one end leave at the other. Times are seconds of any clock that never goes back."""

    def __init__(self, shape: Shape, dice: Callable[[], float]) -> None:
        self.shape = shape
        self.ip_bytes = 0
        self.payload = 0
        self.lost = 0
        self._dice = dice
        self._free_at = 0.0

    def waiting(self, now: float) -> int:
        """Bytes in the queue."""
        return int(max(self._free_at - now, 0.0) * self.shape.rate / 8)

    def room_in(self, size: int, now: float) -> float:
        """Seconds until the queue takes so many bytes more; more than it ever holds enter when it is empty."""
        if not self.shape.rate:
            return 0.0
        spare = max(self.shape.queue - size, 0)
        return max((self.waiting(now) - spare) * 8 / self.shape.rate, 0.0)

    def send(self, size: int, now: float, round_trip_s: float) -> float:
        """When the last byte has arrived, were it the only connection's first; the caller keeps order (`Flow`)."""
        self.payload += size
        arrival = now
        sizes = segments(size)
        for place, segment in enumerate(sizes):
            losses = self._losses()
            for _ in range(losses + 1):
                self._occupy(segment + HEADERS, now)
            followers = len(sizes) - 1 - place
            wait = stall(losses, round_trip_s, followers)
            arrival = max(arrival, self._free_at + self.shape.delay_s + wait)
        return arrival

    def change(self, shape: Shape, now: float) -> None:
        """What is in the queue leaves at the new rate."""
        waiting = self.waiting(now)
        self.shape = shape
        self._free_at = now + (waiting * 8 / shape.rate if shape.rate else 0.0)

    def pause(self, seconds: float) -> None:
        """The queue stood still for so long."""
        self._free_at += seconds

    def _occupy(self, size: int, now: float) -> None:
        self.ip_bytes += size
        took = size * 8 / self.shape.rate if self.shape.rate else 0.0
        self._free_at = max(self._free_at, now) + took

    def _losses(self) -> int:
        losses = 0
        while losses < ATTEMPTS and self.shape.loss and self._dice() < self.shape.loss:
            losses += 1
        self.lost += losses
        return losses


class Flow:
    """One connection's bytes in one direction: they arrive in the order in which they were sent."""

    def __init__(self, direction: Direction) -> None:
        self.direction = direction
        self.last = 0.0

    def send(self, size: int, now: float, round_trip_s: float) -> float:
        self.last = max(self.last, self.direction.send(size, now, round_trip_s))
        return self.last


def segments(size: int) -> list[int]:
    whole, rest = divmod(size, SEGMENT)
    return [SEGMENT] * whole + ([rest] if rest else [])


def timeout(round_trip_s: float) -> float:
    """Of retransmission: TCP adds four times the deviation, which on a steady link is about its least value."""
    return round_trip_s + TIMEOUT_MIN_S


def stall(losses: int, round_trip_s: float, followers: int) -> float:
    """How much later than on a link without loss a segment arrives that was lost so many times in a row."""
    if not losses:
        return 0.0
    first = round_trip_s if followers >= 3 else timeout(round_trip_s)
    return first + sum(min(timeout(round_trip_s) * 2.0**n, TIMEOUT_MAX_S) for n in range(1, losses))


def resumes(outage_s: float, round_trip_s: float) -> float:
    """Seconds after an outage until a connection that was sending through it speaks again."""
    step = timeout(round_trip_s)
    fires = step
    while fires < outage_s:
        step = min(step * 2, TIMEOUT_MAX_S)
        fires += step
    return fires - outage_s
