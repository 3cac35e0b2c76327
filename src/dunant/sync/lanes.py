"""Which log goes next: urgent lanes first, with a floor so that nothing starves (sync §10.2)."""

from collections import deque
from collections.abc import Mapping, Sequence

from dunant.kernel.log import LogName
from dunant.sync.profile import Profile

LOW = (2, 3)


class Lanes:
    """Remembers what was sent within the window, and whose turn it is inside a lane."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._sent: deque[tuple[float, int, int]] = deque()
        self._served: dict[LogName, int] = {}
        self._turn = 0

    def note(self, now: float, lane: int, log: LogName, size: int) -> None:
        self._turn += 1
        self._served[log] = self._turn
        self._sent.append((now, lane, size))

    def choose(self, now: float, waiting: Mapping[int, Sequence[LogName]]) -> LogName | None:
        """The log whose frame goes next, of those that wait in each lane."""
        lane = self._lane(now, {lane for lane, logs in waiting.items() if logs})
        if lane is None:
            return None
        return min(waiting[lane], key=lambda log: (self._served.get(log, 0), log))

    def _lane(self, now: float, waiting: set[int]) -> int | None:
        if not waiting:
            return None
        low = waiting.intersection(LOW)
        high = waiting.difference(LOW)
        if high and not (low and self._is_starving(now)):
            return min(high)
        return self._low_lane(now, low)

    def _is_starving(self, now: float) -> bool:
        low, total = self._bytes(now, LOW), self._bytes(now, (0, 1, 2, 3))
        return low < self._profile.floor_low * total

    def _low_lane(self, now: float, waiting: set[int]) -> int:
        """Lane 3 gets its fifth of the two, no more while lane 2 waits."""
        if len(waiting) == 1:
            return next(iter(waiting))
        lowest, low = self._bytes(now, (3,)), self._bytes(now, LOW)
        return 3 if lowest < self._profile.floor_lowest * low else 2

    def _bytes(self, now: float, lanes: Sequence[int]) -> int:
        while self._sent and self._sent[0][0] < now - self._profile.floor_window_s:
            self._sent.popleft()
        return sum(size for _, lane, size in self._sent if lane in lanes)
