"""Group commit: one writer thread; whoever waits while the disk is busy shares the next transaction (sync K2).

Every caller is answered after the commit has returned, never before.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from dunant.kernel.clock import Clock
from dunant.kernel.errors import ReadOnly
from dunant.kernel.events import Registry
from dunant.store.engine import Database
from dunant.store.tables import ViewTables
from dunant.store.transaction import Memory, Pen, Transaction

T = TypeVar("T")
Job = Callable[[Transaction], Any]
# Events of one transaction; beyond this a commit takes longer than the people waiting for it should wait.
LIMIT_EVENTS = 1000


class GroupCommit:
    """The one writer of a database in this process."""

    def __init__(self, database: Database, registry: Registry, views: ViewTables, pen: Pen, clock: Clock) -> None:
        self._database = database
        self._registry = registry
        self._views = views
        self._pen = pen
        self._clock = clock
        self._memory = Memory()
        self._queue: queue.SimpleQueue[tuple[Job, Future[Any]] | None] = queue.SimpleQueue()
        self._closed = False
        self._listeners: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._run, name="dunant-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[Transaction], T]) -> Future[T]:
        """Run a job in the next transaction.

        The future resolves after the commit. A job that raises is undone alone and its error goes to its caller; an
        error of the store fails every job of the transaction, and none of them has left anything behind.
        """
        future: Future[T] = Future()
        if self._closed:
            future.set_exception(ReadOnly())
        else:
            self._queue.put((job, future))
        return future

    def listen(self, heard: Callable[[], None]) -> None:
        """Be called, in the writer thread, after each commit that wrote events."""
        self._listeners.append(heard)

    def close(self) -> None:
        """Finish what is queued, then stop."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        waiting = self._queue.get()
        while waiting is not None:
            waiting = self._commit(waiting)

    def _commit(self, first: tuple[Job, Future[Any]]) -> tuple[Job, Future[Any]] | None:
        """One transaction. Returns the first job of the next one, or None to stop."""
        answers: list[tuple[Future[Any], Any]] = []
        taken: list[Future[Any]] = []
        item: tuple[Job, Future[Any]] | None = first
        wrote = False
        try:
            with self._database.writing() as connection:
                transaction = Transaction(
                    self._database, connection, self._memory, self._registry, self._views, self._pen, self._clock.now()
                )
                while item is not None:
                    job, future = item
                    taken.append(future)
                    self._attempt(transaction, job, future, answers)
                    if len(transaction.events) >= LIMIT_EVENTS or self._queue.empty():
                        break
                    item = self._queue.get()
                transaction.flush()
                wrote = bool(transaction.events)
            transaction.committed()
        except (
            Exception
        ) as error:  # the outermost loop of the writer: every caller is told, and the next commit starts clean
            self._memory.clear()
            for future in taken:
                if not future.done():
                    future.set_exception(error)
        else:
            if wrote:
                for heard in self._listeners:
                    heard()
            for future, answer in answers:
                future.set_result(answer)
        return self._queue.get() if item is not None else None

    def _attempt(
        self, transaction: Transaction, job: Job, future: Future[Any], answers: list[tuple[Future[Any], Any]]
    ) -> None:
        mark = transaction.mark()
        try:
            answers.append((future, job(transaction)))
        except Exception as error:  # this caller's error must not fail its neighbours
            transaction.undo(mark)
            future.set_exception(error)
