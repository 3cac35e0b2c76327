"""Another TAK server, called by us: say what is ours, hear what it sends, and try again when the line breaks."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl

import msgspec

from dunant.exchange.cot.connection import Connection
from dunant.exchange.cot.listener import CotListener
from dunant.exchange.cot.peers import Peer

log = logging.getLogger(__name__)

_ADDRESS = re.compile(r"(?:(?P<scheme>tcp|tls)://)?(?P<host>\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(?P<port>\d{1,5})")
_FIRST_S, _LAST_S = 1.0, 60.0


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """Where to call. `name` is what the peer goes by: stable over reconnections."""

    host: str
    port: int
    is_tls: bool = False

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"


def server_of(text: str) -> Server:
    """`host:port`, `tcp://host:port` or `tls://host:port`.

    Raises
    ------
    ValueError
        It is none of these.
    """
    found = _ADDRESS.fullmatch(text)
    if found is None or not 0 < int(found["port"]) < 65536:
        raise ValueError("host:port or tls://host:port")
    return Server(host=found["host"].strip("[]"), port=int(found["port"]), is_tls=found["scheme"] == "tls")


class Caller:
    """Keeps one connection to a server. Only what is our own goes there: two that call each other never loop."""

    def __init__(self, listener: CotListener, server: Server, tls: ssl.SSLContext | None = None) -> None:
        self._listener, self._server = listener, server
        self._tls = tls if server.is_tls else None
        self.attempts = 0

    async def run(self) -> None:
        """Until cancelled. Waits twice as long after each attempt that led to nothing."""
        wait = _FIRST_S
        while True:
            self.attempts += 1
            if await self._once():
                wait = _FIRST_S
            await asyncio.sleep(wait)
            wait = min(_LAST_S, wait * 2)

    async def _once(self) -> bool:
        """One connection, from beginning to end. False: it never came about."""
        gone = asyncio.Event()
        peer = Peer(name=self._server.name, proof="certificate" if self._tls else "network")

        def begin() -> Connection:
            return Connection(self._listener, dialled=peer, gone=gone)

        try:
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_connection(begin, self._server.host, self._server.port, ssl=self._tls)
        except (OSError, ssl.SSLError) as failure:
            log.warning("cot server not reached: %s", type(failure).__name__)
            return False
        try:
            await gone.wait()
        finally:
            transport.close()
        return True
