"""One client of the listener: its splitter, its outlet, and what of it waits to be handed over."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import deque
from typing import TYPE_CHECKING, Literal, cast

from dunant.exchange.cot.model import CotMessage, Malformed, Profile
from dunant.exchange.cot.outlet import Outlet
from dunant.exchange.cot.peers import Peer
from dunant.exchange.cot.proto import write_frame
from dunant.exchange.cot.relay import answer_of, is_between_neighbours, is_protocol_accepted, wire_xml
from dunant.exchange.cot.split import Splitter
from dunant.exchange.cot.xml import parse_event

if TYPE_CHECKING:
    from dunant.exchange.cot.listener import CotListener

log = logging.getLogger(__name__)

Dialect = Literal["XML", "PROTO"]

_KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 60_000}


class Connection(asyncio.Protocol):
    """Lives as long as its socket; what it received is handed over even after that."""

    transport: asyncio.Transport
    outlet: Outlet
    peer: Peer

    def __init__(
        self, listener: CotListener, *, dialled: Peer | None = None, gone: asyncio.Event | None = None
    ) -> None:
        """`dialled`: the server at the other end, when it was we who called; `gone` is set when the line is down."""
        self.is_dialled = dialled is not None
        self._gone = gone
        self._dialled = dialled
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

    @property
    def profile(self) -> Profile:
        """What this peer can read: only those named so understand surgical and convenience on line 3."""
        return "EXTENDED" if self.peer.name in self._listener.extended else "ATAK_CIV"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        listener = self._listener
        address = transport.get_extra_info("peername") or ("",)
        peer = self._dialled or listener.allow.admit(str(address[0]), transport.get_extra_info("peercert"))
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
        if self._gone is not None:
            self._gone.set()
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
        if not listener.is_news(found) and self.is_dialled:
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
            async for event in self._listener.replay(self.profile):
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
