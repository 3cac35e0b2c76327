"""Clients and a listener in one process: no mocks, real sockets on free ports."""

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from socket import SO_LINGER, SOL_SOCKET
from typing import Any, Literal

import uvloop

from dunant.exchange.cot.listener import CotListener
from dunant.exchange.cot.model import CotMessage, Malformed, Profile
from dunant.exchange.cot.peers import Peer
from dunant.exchange.cot.split import Splitter

PATIENCE_S = 20.0


class Desk:
    """Stands in for the rest of Dunant: keeps what is handed over, replays what it is given."""

    def __init__(self, *replayed: bytes) -> None:
        self.taken: list[tuple[Peer, bytes, CotMessage | Malformed]] = []
        self.replayed = replayed

    async def submit(self, peer: Peer, raw: bytes, message: CotMessage | Malformed) -> None:
        self.taken.append((peer, raw, message))

    async def replay(self, _profile: Profile = "ATAK_CIV") -> AsyncIterator[bytes]:
        for event in self.replayed:
            yield event

    @property
    def uids(self) -> list[str]:
        return [message.uid for _, _, message in self.taken if isinstance(message, CotMessage)]


class Station:
    """A raw client that reads both dialects."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.heard: list[CotMessage] = []
        self._splitter = Splitter()

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def hear(self, count: int) -> list[CotMessage]:
        """Wait until this many messages have come in all, and give them."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.heard) < count:
                data = await self.reader.read(1 << 18)
                if not data:
                    break
                self.heard += [found for found in self._splitter.feed(data) if isinstance(found, CotMessage)]
        return self.heard

    async def hear_nothing(self, wait_s: float = 0.2) -> bool:
        try:
            await asyncio.wait_for(self.reader.read(1), wait_s)
        except TimeoutError:
            return True
        return False

    async def is_closed(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self.reader.read() == b""
        except ConnectionError:
            return True

    def vanish(self) -> None:
        """Reset the connection, as a crashed device does."""
        self.writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


@asynccontextmanager
async def a_listener(desk: Desk, **settings: Any) -> AsyncIterator[CotListener]:
    listener = CotListener(desk.submit, desk.replay, **{"port": 0, **settings})
    await listener.start()
    try:
        yield listener
    finally:
        await listener.close()


@asynccontextmanager
async def stations(
    listener: CotListener, count: int, tls: ssl.SSLContext | None = None
) -> AsyncIterator[list[Station]]:
    """This many connected clients, known to the listener."""
    before = listener.counters.connections
    joined = [Station(*await asyncio.open_connection("127.0.0.1", listener.port, ssl=tls)) for _ in range(count)]
    await until(lambda: listener.counters.connections == before + count)
    try:
        yield joined
    finally:
        for station in joined:
            station.writer.close()
        await until(lambda: all(station.writer.transport.is_closing() for station in joined))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.005)


def run(story: Callable[[], Awaitable[None]], loop: Literal["fast", "plain"] = "fast") -> None:
    """Tell a story on the event loop of the product, or on the one Python brings."""

    async def told() -> None:
        await story()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop if loop == "fast" else None) as runner:
        runner.run(told())
