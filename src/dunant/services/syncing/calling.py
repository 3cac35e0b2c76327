"""Runs the calling side: one thread with an event loop of its own, one conversation per peer.

The protocol decides what to do (`sync/dialler.py`); here it is done, on real sockets and the real log.
"""

import asyncio
import logging
import random
import ssl
import threading
import time
from collections.abc import Callable, Coroutine

from msgspec import Struct

from dunant.kernel.clock import rfc3339
from dunant.kernel.errors import DunantError
from dunant.services.syncing.blobs import PIECE, missing, ranges_of
from dunant.services.syncing.station import Station
from dunant.sync.dialler import Dialler
from dunant.sync.http import CallFailed, Calls
from dunant.sync.messages import Hello, News
from dunant.sync.tasks import Failed, Heard, Pulled, Task

# Other processes write to the same database and cannot ring our bell.
LOOK_S = 1.0
_log = logging.getLogger(__name__)


class Route(Struct, frozen=True, kw_only=True):
    """A peer to call and where."""

    peer: str
    address: str


class Calling:
    """Keeps the conversations with the peers that this site calls."""

    def __init__(
        self, station: Station, context: Callable[[], ssl.SSLContext], routes: Callable[[], list[Route]]
    ) -> None:
        self._station = station
        self._context = context
        self._routes = routes
        self._loop = asyncio.new_event_loop()
        self._news = asyncio.Event()
        self._talks: dict[Route, Conversation] = {}
        self._stop = False
        self._thread = threading.Thread(target=self._run, name="dunant-sync", daemon=True)
        station.site.commit.listen(self._heard)
        self._thread.start()

    def _heard(self) -> None:
        """From the writer's thread, after a commit."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    def wake(self) -> None:
        """The link may be back: every peer is tried at once."""

        def all_of_them() -> None:
            for talk in self._talks.values():
                talk.begin_anew()
            self._news.set()

        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(all_of_them)

    def conversations(self) -> list["Conversation"]:
        """For the status page; read from another thread, so only figures that may be a moment old."""
        return list(self._talks.values())

    def close(self) -> None:
        self._stop = True
        self._heard()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._all())
        finally:
            self._loop.close()

    async def _all(self) -> None:
        try:
            while not self._stop:
                try:
                    await self._keep_routes()
                except DunantError as error:
                    # A database that is gone comes back; until then whoever is being talked to goes on being talked to.
                    _log.warning("sync: %s", error.code)
                for talk in self._talks.values():
                    talk.news.set()
                self._news.clear()
                await _wait(self._news, LOOK_S)
        finally:
            for talk in self._talks.values():
                await talk.close()

    async def _keep_routes(self) -> None:
        """Peers come and go with what the authority says and what the administrator has set."""
        wanted = await asyncio.to_thread(self._routes)
        for route in [route for route in self._talks if route not in wanted]:
            await self._talks.pop(route).close()
        for route in wanted:
            if route not in self._talks:
                self._talks[route] = Conversation(self._station, route, self._context())


class Conversation:
    """One peer: its dialler, its connections, and what is under way."""

    def __init__(self, station: Station, route: Route, context: ssl.SSLContext) -> None:
        self.route = route
        self.news = asyncio.Event()
        self.dialler: Dialler = station.dialler(route.peer, random.random)
        self.clock_diff_ms: int | None = None
        self._carrying_blobs = False
        self.sent_bytes = self.received_bytes = 0
        self._station = station
        self._context = context
        self._calls = self._connections()
        self._under_way: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        self._main = self._loop.create_task(self._talk())

    def _connections(self) -> Calls:
        return Calls(self.route.peer, self.route.address, self._context)

    async def close(self) -> None:
        for task in (self._main, *self._under_way):
            task.cancel()
        await asyncio.gather(self._main, *self._under_way, return_exceptions=True)
        await self._calls.close()

    def begin_anew(self) -> None:
        """The link may be back. What hangs on connections of before would only time out, so it is given up."""
        if self.dialler.state != "up":
            for running in self._under_way:
                running.cancel()
            old, self._calls = self._calls, self._connections()
            self._beside(old.close())
        self.dialler.wake()
        self.news.set()

    def _beside(self, work: Coroutine[None, None, None]) -> None:
        running = self._loop.create_task(work)
        self._under_way.add(running)
        running.add_done_callback(self._under_way.discard)

    async def _talk(self) -> None:
        while True:
            self.news.clear()
            try:
                await self._begin()
            except Exception as error:  # the outermost loop of a conversation: nothing may end it
                # A full disk or a database that is gone: the link is not to blame, and it is tried again.
                told = error.code if isinstance(error, DunantError) else type(error).__name__
                _log.warning("sync with %s: %s", self.route.peer, told)
                await asyncio.sleep(1.0)
            await _wait(self.news, self.dialler.due(time.monotonic()))

    async def _begin(self) -> None:
        peer, now = self.route.peer, time.monotonic()
        self.dialler.learn(self._station.vector(), now)
        if self._station.was_restored(self.dialler):
            await asyncio.wrap_future(self._station.begin_epoch())
        build, receipts = self._station.builder(peer), self._station.receipts(peer)
        for task in self.dialler.next(now, build, receipts):
            self._beside(self._carry(task))
            # What has been built goes on its way before the next frame is built.
            await asyncio.sleep(0)

    async def _carry(self, task: Task) -> None:
        answer: Heard
        try:
            answer = await self._exchange(task)
        except CallFailed as wrong:
            answer = wrong.failed
        except DunantError as error:
            answer = Failed(code=error.code)
        except asyncio.CancelledError:
            self.dialler.heard(task, Failed(code="timeout", retry_after=0.0), time.monotonic())
            self.news.set()
            raise
        except Exception as error:  # the outermost loop of a conversation: a bug must not end it
            _log.error("sync with %s: unexpected %s", self.route.peer, type(error).__name__)
            answer = Failed(code="unexpected")
        now = time.monotonic()
        try:
            self.dialler.learn(self._station.vector(), now)
        except DunantError as error:
            _log.warning("sync with %s: %s", self.route.peer, error.code)
        finally:
            # Whatever else fails, a task that has ended must be known to have ended.
            self.dialler.heard(task, answer, now)
            self.news.set()

    async def _exchange(self, task: Task) -> Heard:
        if task.kind == "hello":
            return await self._greet(task)
        if task.kind == "listen":
            return await self._listen(task)
        if task.kind == "pull":
            return await self._pull(task)
        answer = await self._calls.bring(task)
        self.sent_bytes += len(task.raw)
        if answer.receipts:
            await asyncio.wrap_future(self._station.take_receipts(answer.receipts))
        return answer

    async def _greet(self, task: Task) -> Hello | None:
        began = time.monotonic()
        if self.dialler.state == "connecting":
            self._beside(self._calls.open(self.dialler.connections(began), task.timeout))
        hello = await self._calls.hello(task, rfc3339(self._station.site.clock.now()), self.dialler.receipts_heard)
        if hello is not None:
            self.clock_diff_ms = self._station.clock_diff_ms(hello, time.monotonic() - began)
            if hello.receipts:
                await asyncio.wrap_future(self._station.take_receipts(hello.receipts))
        if not self._carrying_blobs:
            self._carrying_blobs = True
            self._beside(self._blobs(hello.wants if hello else ()))
        return hello

    async def _blobs(self, wants: tuple[str, ...]) -> None:
        try:
            await self._attachments(wants)
        except (CallFailed, DunantError):
            # The next hello begins where this left off.
            return
        finally:
            self._carrying_blobs = False

    async def _listen(self, task: Task) -> News | None:
        news = await self._calls.listen(task, task.timeout - 10)
        for raw in news.frames if news else ():
            self.received_bytes += len(raw)
            await asyncio.wrap_future(self._station.take(self.route.peer, raw))
        return news

    async def _attachments(self, wants: tuple[str, ...]) -> None:
        """What either side lacks, one piece at a time; the next hello says what is still wanted."""
        blobs = self._station.blobs
        for name in wants:
            if (await asyncio.to_thread(blobs.have, name)).whole:
                await self._bring_blob(name)
        for name in await asyncio.to_thread(self._station.wants, self.route.peer):
            await self._fetch_blob(name)

    async def _bring_blob(self, name: str) -> None:
        found = await asyncio.to_thread(self._station.blobs.piece, name, 0, 2**40)
        assert found is not None
        content, size = found
        there = ranges_of((await self._calls.blob("HEAD", name)).headers.get("dunant-have", ""))
        for first in missing(size, there):
            query = {"first": str(first), "size": str(size)}
            await self._calls.blob("PUT", name, query, content[first : first + PIECE])

    async def _fetch_blob(self, name: str) -> None:
        blobs = self._station.blobs
        here = (await asyncio.to_thread(blobs.have, name)).ranges
        first, size = 0, 1
        while first < size:
            if first in {begun for begun, _ in here}:
                first += PIECE
                continue
            answer = await self._calls.blob("GET", name, {"first": str(first), "last": str(first + PIECE - 1)})
            if answer.status_code != 206:
                return
            size = int(answer.headers["dunant-size"])
            await asyncio.wrap_future(blobs.take(name, first, size, answer.content))
            first += PIECE

    async def _pull(self, task: Task) -> Pulled:
        found = await self._calls.fetch(task)
        if not isinstance(found, bytes):
            return Pulled(size=0, code=found or "")
        self.received_bytes += len(found)
        verdict = await asyncio.wrap_future(self._station.take(self.route.peer, found))
        return Pulled(size=len(found), outcome=verdict.outcome, code=verdict.code)


async def _wait(event: asyncio.Event, timeout: float) -> None:
    try:
        async with asyncio.timeout(timeout):
            await event.wait()
    except TimeoutError:
        return
