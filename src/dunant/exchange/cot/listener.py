"""A TCP listener that keeps only its connections: what comes in is handed over and relayed, nothing is remembered.

Parsed once per message, written once per dialect; all clients share the bytes.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cached_property
from typing import Literal, cast

import msgspec

from dunant.exchange.cot.model import CotMessage, Malformed
from dunant.exchange.cot.outlet import Outlet
from dunant.exchange.cot.peers import AllowList, Peer
from dunant.exchange.cot.proto import write_frame
from dunant.exchange.cot.relay import answer_of, is_between_neighbours, is_protocol_accepted, wire_proto, wire_xml
from dunant.exchange.cot.split import Splitter
from dunant.exchange.cot.xml import parse_event

log = logging.getLogger(__name__)

Dialect = Literal["XML", "PROTO"]
Submit = Callable[[Peer, bytes, CotMessage | Malformed], Awaitable[None]]
Replay = Callable[[], AsyncIterator[bytes]]

_KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 60_000}
_RECHECK_S = 0.05


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of memory. `queue_bytes` per client; `backlog` are messages and bytes not yet handed over, per client."""

    connections: int = 200
    queue_bytes: int = 64 * 1024 * 1024
    backlog: int = 20_000
    backlog_bytes: int = 64 * 1024 * 1024


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


class _Outgoing:
    """One message for many clients; each dialect is written when the first client needs it."""

    def __init__(self, message: CotMessage) -> None:
        self.message = message

    @cached_property
    def xml(self) -> bytes:
        return wire_xml(self.message)

    @cached_property
    def proto(self) -> bytes:
        return wire_proto(self.message)


class CotListener:
    """Start it, read `port` and `counters`, close it.

    Parameters
    ----------
    submit
        Called once per message and per malformed piece, in order per connection. What it raises is counted, not fatal.
    replay
        The messages a late joiner gets, as XML events: open 9-lines, read from a view.
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
    ) -> None:
        self.submit = submit
        self.replay = replay
        self.allow = allow or AllowList()
        self.limits = limits or Limits()
        self.totals = Counters()
        self.connections: set[_Connection] = set()
        self._host, self._port, self._tls = host, port, tls
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._held_back: set[_Connection] = set()

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
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Connection(self), self._host, self._port, ssl=self._tls, reuse_address=True
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

    def broadcast(self, message: CotMessage) -> None:
        """Send a message of our own to every client."""
        self.relay(message, None)

    def relay(self, message: CotMessage, sender: _Connection | None) -> None:
        outgoing = _Outgoing(message)
        for connection in self.connections:
            if connection is not sender:
                connection.outlet.push(outgoing.proto if connection.dialect == "PROTO" else outgoing.xml)

    def run(self, work: Awaitable[None], name: str) -> None:
        task = asyncio.ensure_future(work)
        if isinstance(task, asyncio.Task):
            task.set_name(name)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def hold_back(self, connection: _Connection) -> None:
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

    def forget(self, connection: _Connection) -> None:
        if connection in self.connections:
            self.connections.discard(connection)
            self.totals.bytes_out += connection.outlet.sent_bytes
            self.totals.messages_out += connection.outlet.sent
            self.totals.dropped += connection.outlet.dropped
            self.totals.bad_bytes += connection.splitter.bad_bytes


class _Connection(asyncio.Protocol):
    """One client: its splitter, its outlet, and what of it waits to be handed over."""

    transport: asyncio.Transport
    outlet: Outlet
    peer: Peer

    def __init__(self, listener: CotListener) -> None:
        self.splitter = Splitter()
        self.dialect: Dialect = "XML"
        self._listener = listener
        self._backlog: deque[tuple[bytes, CotMessage | Malformed]] = deque()
        self._backlog_bytes = 0
        self._is_handing_over = False

    @property
    def is_behind(self) -> bool:
        limits = self._listener.limits
        return len(self._backlog) > limits.backlog or self._backlog_bytes > limits.backlog_bytes

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        listener = self._listener
        address = transport.get_extra_info("peername") or ("",)
        peer = listener.allow.admit(str(address[0]), transport.get_extra_info("peercert"))
        if peer is None or len(listener.connections) >= listener.limits.connections:
            listener.totals.refused += 1
            log.warning("cot connection refused", extra={"reason": "not_listed" if peer is None else "too_many"})
            self.transport.abort()
            return
        self.peer = peer
        self.outlet = Outlet(self.transport, listener.limits.queue_bytes)
        _keep_alive(transport.get_extra_info("socket"))
        listener.connections.add(self)
        self.outlet.hold()
        listener.run(self._replay(), "replay")

    def data_received(self, data: bytes) -> None:
        listener = self._listener
        if self not in listener.connections:
            return
        listener.totals.bytes_in += len(data)
        for found in self.splitter.feed(data):
            self._take(found)
        if self.is_behind:
            listener.hold_back(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if self not in self._listener.connections:
            return
        rest = self.splitter.close()
        if rest is not None:
            self._take(rest)
        self._listener.forget(self)
        self.outlet.clear()

    def pause_writing(self) -> None:
        self.outlet.pause()

    def resume_writing(self) -> None:
        self.outlet.resume()

    def _take(self, found: CotMessage | Malformed) -> None:
        listener = self._listener
        if isinstance(found, Malformed):
            listener.totals.malformed += 1
            self._hand_over(found)
            return
        listener.totals.messages_in += 1
        answer = answer_of(found)
        if answer is not None:
            self.outlet.push(write_frame(answer) if self.dialect == "PROTO" else wire_xml(answer))
        self.dialect = "PROTO" if found.framing != "XML" or (answer and is_protocol_accepted(answer)) else "XML"
        if is_between_neighbours(found):
            return
        listener.relay(found, self)
        self._hand_over(found)

    def _hand_over(self, found: CotMessage | Malformed) -> None:
        self._backlog.append((found.raw, found))
        self._backlog_bytes += len(found.raw)
        if not self._is_handing_over:
            self._is_handing_over = True
            self._listener.run(self._work_off(), "hand over")

    async def _work_off(self) -> None:
        while self._backlog:
            raw, found = self._backlog.popleft()
            try:
                await self._listener.submit(self.peer, raw, found)
            except Exception as failure:  # the outermost loop of this connection: counted, and the next message goes on
                self._listener.totals.failed += 1
                log.error("cot message not taken", extra={"kind": type(failure).__name__})
            self._backlog_bytes -= len(raw)
        self._is_handing_over = False

    async def _replay(self) -> None:
        try:
            async for event in self._listener.replay():
                if self.transport.is_closing():
                    break
                await self.outlet.push_replay(self._in_dialect(event))
        except Exception as failure:  # as above: a late joiner without history still gets what comes
            self._listener.totals.failed += 1
            log.error("cot replay failed", extra={"kind": type(failure).__name__})
        finally:
            self.outlet.release()

    def _in_dialect(self, event: bytes) -> bytes:
        if self.dialect == "XML":
            return event
        message = parse_event(event)
        return write_frame(message) if isinstance(message, CotMessage) else event


def _keep_alive(connection: socket.socket | None) -> None:
    """Notice a peer that vanished without a word within about a minute."""
    if connection is None:
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for name, value in _KEEPALIVE.items():
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
