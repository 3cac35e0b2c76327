"""Once a day every copy of every log is read and checked; what is damaged is put aside and asked for again (sync §14).

Before the damage a copy is good and stays. From there on a log of somebody else is fetched anew from any peer. One of
our own is put aside only if somebody has signed for all of it: a damaged copy is better than none.
"""

import logging
import threading

from msgspec import Struct

from dunant.kernel.errors import DunantError
from dunant.kernel.log import LogName
from dunant.services.build import Site
from dunant.services.syncing.shelf import SqlShelf
from dunant.store import Transaction, replica
from dunant.store.check import damaged

# A laptop is not always on for a whole day; it is not busy with its start for this long.
FIRST_S, EVERY_S = 15 * 60.0, 24 * 3600.0
_log = logging.getLogger(__name__)


class Damage(Struct, frozen=True, kw_only=True):
    """Where a copy of a log stops being sound. `withdrawn`: how many events were put aside to be fetched again."""

    log: LogName
    q: int
    withdrawn: int


def mend(site: Site, stop: threading.Event | None = None) -> list[Damage]:
    """Check every log held here, one consistent look at each, while the site goes on working."""
    with replica.look(site.database) as look:
        logs = sorted(look.vector())
    found = []
    for log in logs:
        if stop is not None and stop.is_set():
            break
        with site.database.reading() as connection:
            q = damaged(connection, log)
        if q is not None:
            found.append(_put_aside(site, log, q))
    return found


def _put_aside(site: Site, log: LogName, q: int) -> Damage:
    def job(transaction: Transaction) -> Damage:
        shelf = SqlShelf(transaction)
        count = 0
        if log[0] != site.row.code or _is_elsewhere(transaction, shelf, log):
            current = shelf.is_current(log)
            count = shelf.withdraw(log, q - 1, "damaged")
            if current:
                # The numbers from here on are taken, whoever still holds the events.
                shelf.begin_epoch()
        shelf.quarantine(log[0], "damaged", f"{'/'.join(log)} {q}".encode())
        return Damage(log=log, q=q, withdrawn=count)

    made = site.commit.submit(job, alone=True).result()
    _log.error("damaged: %s from %d on, %d put aside", "/".join(log), q, made.withdrawn)
    return made


def _is_elsewhere(transaction: Transaction, shelf: SqlShelf, log: LogName) -> bool:
    """Another site has signed that it holds all of it."""
    tip = shelf.tip(log)
    signed = (q for _, of, q, _ in replica.Look(transaction.connection).received_all() if of == log)
    return tip is not None and max(signed, default=0) >= tip.q


class Nightly:
    """Checks now and then, in a thread of its own, until it is closed."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dunant-check", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        wait = FIRST_S
        while not self._stop.wait(wait):
            wait = EVERY_S
            try:
                mend(self._site, self._stop)
            except DunantError as error:
                # A full disk, or a database that is away: tomorrow again.
                _log.error("chains not checked: %s", error.code)
