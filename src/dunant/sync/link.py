"""A satellite link between two ports of one machine: the switch of `dunant demo`, and of tests without root.

An asyncio proxy for TCP; what the link does to each byte is decided in `sync/satellite.py`. Who calls it passes the
randomness in, so that a run can be repeated as far as the scheduling of a machine allows.
"""

import asyncio
import random
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal, TypeVar

import msgspec

from dunant.sync.satellite import SEGMENT, Direction, Flow, Shape, resumes

WhenDown = Literal["refuse", "hang"]
T = TypeVar("T")
# A dead link is noticed by whoever waits for an answer; this is when the proxy stops waiting for its return.
CUT_AFTER_S = 30.0
CHUNK = 4 * SEGMENT


class Counters(msgspec.Struct, frozen=True, kw_only=True):
    """`there` is from the one who called to the one called. IP bytes contain headers and what was sent again."""

    there: int
    back: int
    there_ip: int
    back_ip: int
    there_lost: int
    back_lost: int
    connections: int
    refused: int
    cut: int


class Link:
    """Use `start`, `set`, `down`, `up`, `close` and `counters` in one event loop; from outside it, `linked`."""

    def __init__(
        self,
        target: tuple[str, int],
        there: Shape,
        back: Shape | None = None,
        *,
        dice: Callable[[], float],
        cut_after_s: float = CUT_AFTER_S,
    ) -> None:
        self.address: tuple[str, int] = ("", 0)
        self._target = target
        self._there = Direction(there, dice)
        self._back = Direction(back or there, dice)
        self._cut_after_s = cut_after_s
        self._when_down: WhenDown = "hang"
        self._up = asyncio.Event()
        self._up.set()
        self._down_since = 0.0
        self._still_until = self._up_since = 0.0
        self._cutting: asyncio.TimerHandle | None = None
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.StreamWriter] = set()
        self._connections = self._refused = self._cut = 0

    @property
    def is_up(self) -> bool:
        return self._up.is_set()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> tuple[str, int]:
        self._server = await asyncio.start_server(self._accept, host, port, limit=CHUNK)
        where = self._server.sockets[0].getsockname()
        self.address = (where[0], where[1])
        return self.address

    async def close(self) -> None:
        if self._cutting:
            self._cutting.cancel()
        if self._server:
            self._server.close()
        self._abort_all()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def set(self, there: Shape | None = None, back: Shape | None = None) -> None:
        """Takes effect at once, also for what is in the queue."""
        if there:
            self._there.change(there, self._now())
        if back:
            self._back.change(back, self._now())

    def down(self, when_down: WhenDown = "hang") -> None:
        """Nothing passes. Connections stand still and are cut after a while; new ones are refused, or hang."""
        self._when_down = when_down
        if not self.is_up:
            return
        self._up.clear()
        self._down_since = self._now()
        self._cutting = asyncio.get_running_loop().call_later(self._cut_after_s, self._cut_off)

    def up(self) -> None:
        if self.is_up:
            return
        if self._cutting:
            self._cutting.cancel()
        outage = self._now() - self._down_since
        self._there.pause(outage)
        self._back.pause(outage)
        self._up_since = self._now()
        self._still_until = self._up_since + resumes(outage, self._round_trip_s)
        self._up.set()

    def counters(self) -> Counters:
        return Counters(
            there=self._there.payload,
            back=self._back.payload,
            there_ip=self._there.ip_bytes,
            back_ip=self._back.ip_bytes,
            there_lost=self._there.lost,
            back_lost=self._back.lost,
            connections=self._connections,
            refused=self._refused,
            cut=self._cut,
        )

    @property
    def _round_trip_s(self) -> float:
        return self._there.shape.delay_s + self._back.shape.delay_s

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._open.add(writer)
        try:
            await self._carry(reader, writer)
        except (OSError, asyncio.CancelledError):
            # Cancelled only by `close`. Either way, both ends are told below.
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.is_up and self._when_down == "refuse":
            self._refused += 1
            return
        self._connections += 1
        await self._up.wait()
        born = self._now()
        await asyncio.sleep(self._round_trip_s)
        far_reader, far_writer = await asyncio.open_connection(*self._target, limit=CHUNK)
        self._open.add(far_writer)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(reader, far_writer, self._there, born))
                both.create_task(self._pump(far_reader, writer, self._back, born))
        except* OSError:
            pass
        finally:
            self._open.discard(far_writer)
            far_writer.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, direction: Direction, born: float
    ) -> None:
        flow = Flow(direction)
        on_the_way: deque[tuple[float, bytes]] = deque()
        something = asyncio.Event()
        # In a group, so that an end that is gone also ends the reading for it.
        async with asyncio.TaskGroup() as group:
            group.create_task(self._deliver(on_the_way, something, writer, born))
            while True:
                data = await reader.read(CHUNK)
                await self._up.wait()
                while wait := direction.room_in(len(data), self._now()):
                    await asyncio.sleep(max(wait, 0.001))
                    await self._up.wait()
                # An empty read is the end of the stream, which travels like the rest.
                size = len(data) if data else 1
                on_the_way.append((flow.send(size, self._now(), self._round_trip_s), data))
                something.set()
                if not data:
                    return

    async def _deliver(
        self,
        on_the_way: deque[tuple[float, bytes]],
        something: asyncio.Event,
        writer: asyncio.StreamWriter,
        born: float,
    ) -> None:
        while True:
            await something.wait()
            arrival, data = on_the_way.popleft()
            if not on_the_way:
                something.clear()
            await self._arrived(arrival, born)
            if not data:
                with suppress(OSError):
                    writer.write_eof()
                return
            writer.write(data)
            await writer.drain()

    async def _arrived(self, when: float, born: float) -> None:
        """Until then, and as long as the link is down, or the connection has not noticed that it is up again."""
        while True:
            await self._up.wait()
            # A connection made since then has nothing to notice.
            still = self._still_until if born < self._up_since else 0.0
            left = max(when, still) - self._now()
            if left <= 0:
                return
            await asyncio.sleep(left)

    def _cut_off(self) -> None:
        self._cut += len(self._open)
        self._abort_all()

    def _abort_all(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()


class Switch:
    """A link that runs in a thread of its own."""

    def __init__(self, link: Link, loop: asyncio.AbstractEventLoop) -> None:
        self.address = link.address
        self._link = link
        self._loop = loop

    def set(self, there: Shape | None = None, back: Shape | None = None) -> None:
        self._ask(lambda: self._link.set(there, back))

    def down(self, when_down: WhenDown = "hang") -> None:
        self._ask(lambda: self._link.down(when_down))

    def up(self) -> None:
        self._ask(self._link.up)

    def counters(self) -> Counters:
        return self._ask(self._link.counters)

    @property
    def is_up(self) -> bool:
        return self._link.is_up

    def _ask(self, what: Callable[[], T]) -> T:
        async def ask() -> T:
            return what()

        return asyncio.run_coroutine_threadsafe(ask(), self._loop).result(10)


@contextmanager
def linked(
    target: tuple[str, int],
    there: Shape,
    back: Shape | None = None,
    *,
    seed: int,
    host: str = "127.0.0.1",
    port: int = 0,
    cut_after_s: float = CUT_AFTER_S,
) -> Iterator[Switch]:
    """A link to `target`, for code that has no event loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="link", daemon=True)
    thread.start()

    async def begin() -> Link:
        link = Link(target, there, back, dice=random.Random(seed).random, cut_after_s=cut_after_s)
        await link.start(host, port)
        return link

    link: Link | None = None
    try:
        link = asyncio.run_coroutine_threadsafe(begin(), loop).result(10)
        yield Switch(link, loop)
    finally:
        if link is not None:
            asyncio.run_coroutine_threadsafe(link.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
