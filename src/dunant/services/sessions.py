"""When a session was last used: remembered here at once, written down at most once a minute."""

import threading
from datetime import datetime, timedelta

from dunant.kernel.clock import DRIFT_CAP_MS
from dunant.kernel.errors import ReadOnly, StorageFull, StoreFailed
from dunant.store import Database
from dunant.store import accounts as rows
from dunant.store.accounts import SessionRow

TOUCH = timedelta(minutes=1)
# A clock may be set back a little without ending the sessions that began before.
DRIFT = timedelta(milliseconds=DRIFT_CAP_MS)


class Uses:
    """Last use of each session that this process has seen."""

    def __init__(self, database: Database, idle: timedelta) -> None:
        self._database = database
        self._idle = idle
        self._lock = threading.Lock()
        self._seen: dict[str, datetime] = {}
        self._written: dict[str, datetime] = {}

    def is_live(self, row: SessionRow, now: datetime) -> bool:
        return row.started - DRIFT <= now < row.ends and now - self.last(row) < self._idle

    def last(self, row: SessionRow) -> datetime:
        with self._lock:
            return max(row.used, self._seen.get(row.hash, row.used))

    def note(self, row: SessionRow, now: datetime) -> None:
        """The session was used now."""
        with self._lock:
            self._seen[row.hash] = now
            due = now - max(row.used, self._written.get(row.hash, row.used)) >= TOUCH
            if due:
                self._written[row.hash] = now
        if due:
            self._write(row.hash, now)

    def forget(self, hashed: str) -> None:
        with self._lock:
            self._seen.pop(hashed, None)
            self._written.pop(hashed, None)

    def forget_idle(self, now: datetime) -> None:
        with self._lock:
            idle = [hashed for hashed, used in self._seen.items() if now - used >= self._idle]
        for hashed in idle:
            self.forget(hashed)

    def _write(self, hashed: str, now: datetime) -> None:
        try:
            with self._database.writing() as connection:
                rows.touch_session(connection, hashed, now)
        except (StorageFull, ReadOnly, StoreFailed):
            # Nobody is signed out because the disk is full: until the next try, memory will do.
            return
