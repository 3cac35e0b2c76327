"""A TCP listener that keeps only its connections: what comes in is handed over and relayed, nothing is remembered.

Parsed once per message, written once per dialect; all clients share the bytes.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine

import msgspec

from dunant.exchange.cot.connection import Connection
from dunant.exchange.cot.model import CotMessage, Malformed, Profile
from dunant.exchange.cot.peers import AllowList, Peer
from dunant.exchange.cot.relay import Outgoing, is_between_neighbours

log = logging.getLogger(__name__)

Submit = Callable[[Peer, bytes, CotMessage | Malformed], Awaitable[None]]
Replay = Callable[[Profile], AsyncIterator[bytes]]
Neighbour = Callable[[CotMessage], None]
Release = Callable[[CotMessage], CotMessage]
Said = tuple[str, str, str, str]
_NEVER: object = object()

_RECHECK_S = 0.05


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of memory. `queue_bytes` per client; `backlog` are messages and bytes not yet handed over, per client;
    `remembered`: how many of the last messages a server we called may not say again."""

    connections: int = 200
    queue_bytes: int = 64 * 1024 * 1024
    backlog: int = 20_000
    backlog_bytes: int = 64 * 1024 * 1024
    remembered: int = 5_000


class Counters(msgspec.Struct, kw_only=True):
    """What the site page shows of the listener; no addresses, no names."""

    connections: int = 0
    refused: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    messages_in: int = 0
    messages_out: int = 0
    malformed: int = 0
    bad_bytes: int = 0
    dropped: int = 0
    failed: int = 0


def _as_it_is(message: CotMessage) -> CotMessage:
    return message


class CotListener:
    """Start it, read `port` and `counters`, close it.

    Parameters
    ----------
    submit
        Called once per message and per malformed piece, in order per connection. What it raises is counted, not fatal.
    replay
        The messages a late joiner gets, as XML events in the profile it can read: open 9-lines, read from a view.
    extended
        Names of peers that read urgent-surgical and convenience apart; for all others they are added in.
    port
        -1 listens to nobody: then only those are heard that we call.
    """

    def __init__(
        self,
        submit: Submit,
        replay: Replay,
        *,
        host: str = "127.0.0.1",
        port: int = 8087,
        allow: AllowList | None = None,
        tls: ssl.SSLContext | None = None,
        limits: Limits | None = None,
        extended: Collection[str] = (),
    ) -> None:
        self.submit = submit
        self.replay = replay
        self.allow = allow or AllowList()
        self.limits = limits or Limits()
        self.extended = frozenset(extended)
        self.also: set[Neighbour] = set()
        self.release: Release = _as_it_is
        self._lately: dict[Said, object] = {}
        self.totals = Counters()
        self.connections: set[Connection] = set()
        self._host, self._port, self._tls = host, port, tls
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._held_back: set[Connection] = set()

    @property
    def port(self) -> int:
        """The port in use; differs from the one asked for when that was 0."""
        if self._server is None or not self._server.sockets:
            return self._port
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def counters(self) -> Counters:
        outlets = [connection.outlet for connection in self.connections]
        return msgspec.structs.replace(
            self.totals,
            connections=len(outlets),
            bytes_out=self.totals.bytes_out + sum(outlet.sent_bytes for outlet in outlets),
            messages_out=self.totals.messages_out + sum(outlet.sent for outlet in outlets),
            dropped=self.totals.dropped + sum(outlet.dropped for outlet in outlets),
            bad_bytes=self.totals.bad_bytes + sum(connection.splitter.bad_bytes for connection in self.connections),
        )

    async def start(self) -> None:
        if self._port < 0:
            return
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Connection(self), self._host, self._port, ssl=self._tls, reuse_address=True
        )

    async def close(self, *, patience_s: float = 10.0) -> None:
        """Stop accepting, hand over what was already received, close the connections."""
        if self._server is not None:
            self._server.close()
        for connection in tuple(self.connections):
            connection.transport.close()
        handing_over = {task for task in self._tasks if task.get_name() == "hand over"}
        if handing_over:
            await asyncio.wait(handing_over, timeout=patience_s)
        for connection in tuple(self.connections):
            connection.transport.abort()
        left = tuple(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def broadcast(self, message: CotMessage, plain: CotMessage | None = None) -> None:
        """Send a message of our own to every client, server and mesh; `plain` to those that are not extended."""
        self.is_news(message)
        wide, narrow = Outgoing(message), Outgoing(plain or message)
        for connection in self.connections:
            self._push(connection, wide if connection.profile == "EXTENDED" else narrow)
        for neighbour in self.also:
            neighbour(plain or message)

    async def take(self, peer: Peer, raw: bytes, found: CotMessage | Malformed) -> None:
        """Something that came by another way than a connection, such as a datagram."""
        if isinstance(found, Malformed):
            self.totals.malformed += 1
        else:
            self.totals.messages_in += 1
            if is_between_neighbours(found):
                return
            self.relay(found, None)
        try:
            await self.submit(peer, raw, found)
        except Exception as failure:  # as in a connection: counted, and the next message goes on
            self.totals.failed += 1
            log.error("cot message not taken", extra={"kind": type(failure).__name__})

    def relay(self, message: CotMessage, sender: Connection | None) -> None:
        """Pass on what a peer said. Not to servers we have called: two that call each other would never end."""
        outgoing = Outgoing(self.release(message))
        for connection in self.connections:
            if connection is not sender and not connection.is_dialled:
                self._push(connection, outgoing)

    def is_news(self, message: CotMessage) -> bool:
        """Whether this was not said here lately, by anybody; from now on it was.

        Two servers that call each other, or several in a ring, would pass one message round for ever.
        """
        said = (message.uid, message.type, message.root.get("time"), message.root.get("stale"))
        known = self._lately.pop(said, _NEVER) is not _NEVER
        self._lately[said] = None
        if len(self._lately) > self.limits.remembered:
            del self._lately[next(iter(self._lately))]
        return not known

    def _push(self, connection: Connection, outgoing: Outgoing) -> None:
        connection.outlet.push(outgoing.proto if connection.dialect == "PROTO" else outgoing.xml)

    def run(self, work: Coroutine[None, None, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def hold_back(self, connection: Connection) -> None:
        """Stop reading from a client while too much of it is not yet handed over."""
        if not self._held_back:
            asyncio.get_running_loop().call_later(_RECHECK_S, self._recheck)
        self._held_back.add(connection)
        connection.transport.pause_reading()

    def _recheck(self) -> None:
        for connection in tuple(self._held_back):
            if connection.transport.is_closing():
                self._held_back.discard(connection)
            elif not connection.is_behind:
                self._held_back.discard(connection)
                connection.transport.resume_reading()
        if self._held_back:
            asyncio.get_running_loop().call_later(_RECHECK_S, self._recheck)

    def forget(self, connection: Connection) -> None:
        self.connections.discard(connection)
        self.totals.bytes_out += connection.outlet.sent_bytes
        self.totals.messages_out += connection.outlet.sent
        self.totals.dropped += connection.outlet.dropped
        self.totals.bad_bytes += connection.splitter.bad_bytes
