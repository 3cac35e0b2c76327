"""Group commit: one writer thread; whoever waits while the disk is busy shares the next transaction (sync K2).

Every caller is answered after the commit has returned, never before.
"""

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any, TypeVar

from msgspec import Struct
from sqlalchemy.exc import DBAPIError

from dunant.kernel.clock import Clock
from dunant.kernel.errors import ReadOnly, StorageFull, StoreFailed
from dunant.kernel.events import Registry
from dunant.store.engine import Database
from dunant.store.tables import ViewTables
from dunant.store.transaction import Memory, Pen, Transaction

T = TypeVar("T")
# Events of one transaction; beyond this a commit takes longer than the people waiting for it should wait.
LIMIT_EVENTS = 1000
# Errors that the next transaction would meet as well, however few share it.
_OF_THE_STORE = (ReadOnly, StorageFull, StoreFailed)
_log = logging.getLogger(__name__)


class _Asked(Struct, frozen=True):
    job: Callable[[Transaction], Any]
    future: Future[Any]
    is_alone: bool = False


class GroupCommit:
    """The one writer of a database in this process."""

    def __init__(self, database: Database, registry: Registry, views: ViewTables, pen: Pen, clock: Clock) -> None:
        self._database = database
        self._registry = registry
        self._views = views
        self._pen = pen
        self._clock = clock
        self._memory = Memory()
        self._queue: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._stopped = False
        # A job that wants a transaction of its own, met while others were being gathered.
        self._held: _Asked | None = None
        self._listeners: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._run, name="dunant-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[Transaction], T], *, alone: bool = False) -> Future[T]:
        """Run a job in the next transaction, or alone in one of its own.

        The future resolves after the commit. A job that raises is undone alone and its error goes to its caller; what
        the store refuses fails every job of the transaction, and none of them has left anything behind. A job must
        reach the outside through its transaction only: it may be run a second time.
        """
        future: Future[T] = Future()
        with self._closing:
            if self._closed:
                future.set_exception(ReadOnly())
            else:
                self._queue.put(_Asked(job, future, alone))
        return future

    def listen(self, heard: Callable[[], None]) -> None:
        """Be called, in the writer thread, after each commit that wrote events."""
        self._listeners.append(heard)

    def close(self) -> None:
        """Finish what is queued, then stop."""
        with self._closing:
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped:
            first = self._held or self._queue.get()
            self._held = None
            if first is None:
                return
            # A caller that gave up while waiting has asked nothing; from here on it is too late to give up.
            if first.future.set_running_or_notify_cancel():
                self._commit(first, alone=first.is_alone)

    def _commit(self, first: _Asked, *, alone: bool) -> None:
        answers: list[tuple[Future[Any], Any]] = []
        taken = [first]
        wrote = False
        try:
            with self._database.writing() as connection:
                transaction = Transaction(
                    self._database,
                    connection,
                    self._memory,
                    self._registry,
                    self._views,
                    self._pen,
                    self._clock.now(),
                    is_alone=alone,
                )
                self._attempt(transaction, first, answers)
                for asked in () if alone else self._waiting(transaction):
                    taken.append(asked)
                    self._attempt(transaction, asked, answers)
                transaction.flush()
                wrote = transaction.has_changed
            transaction.committed()
        except (
            Exception
        ) as error:  # the outermost loop of the writer: every caller is told, the next commit starts clean
            self._memory.clear()
            self._failed([asked for asked in taken if not asked.future.done()], error)
        else:
            for future, answer in answers:
                future.set_result(answer)
            if wrote:
                self._tell()

    def _waiting(self, transaction: Transaction) -> Iterator[_Asked]:
        """Whoever is waiting already, as long as the transaction stays small."""
        while len(transaction.events) < LIMIT_EVENTS and not self._queue.empty():
            asked = self._queue.get()
            if asked is None:
                self._stopped = True
                return
            if asked.is_alone:
                self._held = asked
                return
            if asked.future.set_running_or_notify_cancel():
                yield asked

    def _attempt(self, transaction: Transaction, asked: _Asked, answers: list[tuple[Future[Any], Any]]) -> None:
        mark = transaction.mark()
        try:
            answers.append((asked.future, asked.job(transaction)))
        except DBAPIError:
            # After an error of SQL, PostgreSQL does nothing more in this transaction: it is over for everybody.
            raise
        except Exception as error:  # this caller's error must not fail its neighbours
            transaction.undo(mark)
            asked.future.set_exception(error)

    def _failed(self, unanswered: list[_Asked], error: Exception) -> None:
        """Tell the callers, or find out by whose fault the others failed: each then goes alone."""
        if len(unanswered) > 1 and not isinstance(error, _OF_THE_STORE):
            for asked in unanswered:
                self._commit(asked, alone=True)
        else:
            for asked in unanswered:
                asked.future.set_exception(error)

    def _tell(self) -> None:
        for heard in self._listeners:
            try:
                heard()
            except Exception as error:  # a deaf listener must not stop the writer
                _log.error("commit listener failed: %s", type(error).__name__)
