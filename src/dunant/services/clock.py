"""Clocks that tick: the machine's own, and a mission clock that runs faster for time-lapse simulations."""

import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's clock, in UTC."""

    speed = 1.0

    def now(self) -> datetime:
        return datetime.now(UTC)


class MissionClock:
    """A clock that starts where a scenario starts and runs `speed` times as fast as the machine; 0 stands still."""

    def __init__(self, start: datetime, speed: float) -> None:
        self.speed = speed
        self._start = start
        self._began = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self.speed)

    def jump(self, to: datetime) -> None:
        """Go on from another instant, for the history of a simulation."""
        self._start, self._began = to, time.monotonic()

    def pace(self, speed: float) -> None:
        """Go on from here at another speed."""
        self.jump(self.now())
        self.speed = speed
