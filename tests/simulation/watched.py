"""An eye on every choice between lanes: nothing urgent waits for bulk, and bulk never starves (sync §10.2)."""

from collections import deque
from collections.abc import Mapping, Sequence

from dunant.kernel.log import LogName
from dunant.sync.dialler import Dialler
from dunant.sync.lanes import Lanes

LOW = (2, 3)


class Watched(Lanes):
    """Does what `Lanes` does, and says when that was wrong, by a sum of its own."""

    wrongs: list[str]
    _seen: deque[tuple[float, int, int]]

    def note(self, now: float, lane: int, log: LogName, size: int) -> None:
        super().note(now, lane, log, size)
        self._seen.append((now, lane, size))

    def choose(self, now: float, waiting: Mapping[int, Sequence[LogName]]) -> LogName | None:
        log = super().choose(now, waiting)
        lanes = {lane for lane, logs in waiting.items() if logs}
        if log is not None:
            chosen = next(lane for lane in lanes if log in waiting[lane])
            self._judge(now, chosen, lanes)
        return log

    def _judge(self, now: float, chosen: int, lanes: set[int]) -> None:
        while self._seen and self._seen[0][0] < now - self._profile.floor_window_s:
            self._seen.popleft()
        total = sum(size for _, _, size in self._seen)
        low = sum(size for _, lane, size in self._seen if lane in LOW)
        if chosen not in LOW and lanes & set(LOW) and low < self._profile.floor_low * total:
            self.wrongs.append(f"lane {chosen} went although the low lanes had {low} of {total} bytes")
        if chosen not in LOW and chosen > min(lanes):
            self.wrongs.append(f"lane {chosen} went before lane {min(lanes)}")
        if chosen in LOW and 0 in lanes and low > self._profile.floor_low * total:
            self.wrongs.append(f"lane {chosen} went before lane 0")


def watch(dialler: Dialler, wrongs: list[str]) -> None:
    for lanes in (dialler._up_lanes, dialler._down_lanes):
        lanes.__class__ = Watched
        assert isinstance(lanes, Watched)
        lanes.wrongs, lanes._seen = wrongs, deque()
