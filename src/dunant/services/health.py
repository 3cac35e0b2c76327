"""Whether the site can take facts. Found out by writing, because nothing else tells of a full or locked disk."""

import threading
import time
from typing import Literal

from dunant.kernel.errors import DunantError
from dunant.store import Database
from dunant.store.boot import probe

State = Literal["ok", "starting", "read_only"]
# Anybody may ask how the site is, and nobody may make it write more often than this.
EVERY_S = 5.0


class Health:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._state: State = "ok"

    def state(self) -> State:
        """`read_only` when the last probe could not be written. May block for as long as a commit takes."""
        with self._lock:
            if time.monotonic() - self._looked >= EVERY_S:
                self._state = self._probe()
                self._looked = time.monotonic()
            return self._state

    def _probe(self) -> State:
        try:
            probe(self._database)
        except DunantError:
            return "read_only"
        return "ok"
