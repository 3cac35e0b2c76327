"""What is known of a link from using it: round trip and bandwidth. Estimates for choices, never for truth."""

from collections import deque

WINDOW_S = 20.0


class Measured:
    """`rtt_s` and `bandwidth_bit_s` are 0 until something has been measured."""

    def __init__(self) -> None:
        self.rtt_s = 0.0
        self.bandwidth_bit_s = 0.0
        self._carried: deque[tuple[float, int]] = deque()

    def answered(self, seconds: float) -> None:
        """A small exchange took so long. Queues only ever add, so the shorter ones count for more."""
        share = 0.5 if seconds < self.rtt_s or not self.rtt_s else 0.1
        self.rtt_s = seconds if not self.rtt_s else (1 - share) * self.rtt_s + share * seconds

    def carried(self, now: float, size: int) -> None:
        """A frame of this size was acknowledged now."""
        self._carried.append((now, size))
        while self._carried[0][0] < now - WINDOW_S:
            self._carried.popleft()
        span = now - self._carried[0][0]
        if span > 0.5:
            # The first frame of the window only marks its beginning.
            self.bandwidth_bit_s = 8 * (sum(size for _, size in self._carried) - self._carried[0][1]) / span

    @property
    def bdp_bytes(self) -> int:
        """Bandwidth × round trip: what fills the link once."""
        return int(self.bandwidth_bit_s / 8 * self.rtt_s)
