"""Keeps the witness of a site: after commits, at most once a second, off the path of whoever waits for an answer."""

import logging
import threading
from pathlib import Path

from dunant.kernel.errors import DunantError
from dunant.store import Database
from dunant.store.witness import seen_in, write

INTERVAL_S = 1.0
_log = logging.getLogger(__name__)


class Watching:
    """Writes down how far the logs have come, in a thread of its own."""

    def __init__(self, database: Database, file: Path, site: str, epoch: str) -> None:
        self._database = database
        self._file = file
        self._site = site
        self._epoch = epoch
        self._news = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dunant-witness", daemon=True)
        self._thread.start()

    def heard(self) -> None:
        """Something was committed. Returns at once."""
        self._news.set()

    def close(self) -> None:
        self._stop.set()
        self._news.set()
        self._thread.join()
        self._write()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._news.wait()
            self._news.clear()
            self._write()
            self._stop.wait(INTERVAL_S)

    def _write(self) -> None:
        try:
            write(self._file, seen_in(self._database, self._site, self._epoch))
        except (OSError, DunantError) as error:
            # An old witness is still true; a full disk must not stop the site for its sake.
            _log.warning("witness not written: %s", type(error).__name__)
