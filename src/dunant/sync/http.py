"""The protocol on HTTP/1.1 with mutual TLS, from the calling side (sync §9).

Four kinds of traffic never share a connection: small urgent things, the long wait for news, frames brought, and
frames fetched. So nothing urgent ever waits behind a frame.
"""

import asyncio
import base64
import socket
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import msgspec

from dunant.sync.messages import Answer, Entry, Hello, News
from dunant.sync.tasks import Failed, Task

FRAME = "application/vnd.dunant.frame"
MESSAGE = "application/vnd.dunant.message"
BASE = "/sync/v1"
BLOB_S = 60.0
# Codes that say something about us or the peer as a whole, not about one log.
_WHOLE = frozenset({"site_revoked", "site_suspended", "site_unknown", "upgrade_needed"})
_BY_STATUS = {200: "applied", 202: "parked", 409: "fork", 403: "refused", 413: "quarantined", 422: "quarantined"}
_CONGESTION = Path("/proc/sys/net/ipv4/tcp_available_congestion_control")


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """The part of a problem document that the protocol needs."""

    code: str = ""
    have: tuple[Entry, ...] = ()


def site_name(code: str) -> str:
    """Name that a site's certificate bears besides its addresses, which change: `mhq.dunant`."""
    return f"{code.lower()}.dunant"


def client_context(authority: Path, cert: Path, key: Path) -> ssl.SSLContext:
    """TLS that trusts the mission's authority only, and shows our own certificate."""
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(cert, key)
    return context


class Calls:
    """Connections to one peer."""

    def __init__(self, peer: str, address: str, context: ssl.SSLContext) -> None:
        self._sni = {"sni_hostname": site_name(peer)}
        self._address = address.rstrip("/")
        self._context = context
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def hello(self, task: Task, clock: str, receipts_after: int) -> Hello | None:
        query = {"since": task.since, "receipts_after": str(receipts_after), "clock": clock}
        answer = await self._send("urgent", "GET", "/hello", task.timeout, params=query)
        return None if answer.status_code == 304 else msgspec.msgpack.decode(answer.content, type=Hello)

    async def open(self, connections: int, timeout: float) -> None:
        """So many connections for frames, at once with the hello: opened after it, they would cost its time again."""
        asked = (self._send("push", "GET", "/ready", timeout) for _ in range(connections))
        await asyncio.gather(*asked, return_exceptions=True)

    async def bring(self, task: Task) -> Answer:
        """A frame, on the connection of its kind."""
        path = "/urgent" if task.kind == "urgent" else "/batch"
        answer = await self._send(task.kind, "POST", path, task.timeout, content=task.raw)
        if answer.status_code in (200, 202):
            return msgspec.msgpack.decode(answer.content, type=Answer)
        told = _problem(answer)
        return Answer(outcome=_BY_STATUS[answer.status_code], code=_short(told.code), have=told.have)

    async def fetch(self, task: Task) -> bytes | str | None:
        """A frame of one log; None if the peer has none for us; a code if it refuses this log."""
        assert task.ask is not None
        query = {name: str(value) for name, value in msgspec.structs.asdict(task.ask).items()}
        answer = await self._send("pull", "GET", "/batch", task.timeout, params=query)
        if answer.status_code == 204:
            return None
        return answer.content if answer.status_code == 200 else _short(_problem(answer).code)

    async def listen(self, task: Task, wait_s: float) -> News | None:
        assert task.listen is not None
        asked = base64.urlsafe_b64encode(msgspec.msgpack.encode(task.listen)).decode()
        answer = await self._send(
            "listen", "GET", "/batch", task.timeout, params={"wait": f"{wait_s:.0f}", "listen": asked}
        )
        return None if answer.status_code == 204 else msgspec.msgpack.decode(answer.content, type=News)

    async def blob(
        self, method: str, sha256: str, query: dict[str, str] | None = None, content: bytes = b""
    ) -> httpx.Response:
        """A piece of an attachment; pieces have a connection of their own too."""
        return await self._send("blob", method, f"/blob/{sha256}", BLOB_S, params=query, content=content)

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    async def _send(
        self,
        kind: str,
        method: str,
        path: str,
        timeout: float,
        params: dict[str, str] | None = None,
        content: bytes = b"",
    ) -> httpx.Response:
        """One exchange.

        Raises
        ------
        CallFailed
            No answer, or one that says nothing about what was sent.
        """
        told = {"content-type": FRAME} if content else None
        request = self._client(kind).build_request(
            method, self._address + BASE + path, params=params, content=content or None, headers=told, timeout=timeout
        )
        opening = _Opening()
        request.extensions = {"sni_hostname": self._sni["sni_hostname"], "trace": opening.heard, **request.extensions}
        try:
            answer = await self._client(kind).send(request)
        except httpx.HTTPError as wrong:
            await self._drop(kind)
            raise CallFailed(Failed(code=_reason(wrong))) from None
        except BaseException:
            await opening.close()
            raise
        _refuse_whole(answer)
        return answer

    def _client(self, kind: str) -> httpx.AsyncClient:
        if kind not in self._clients:
            many = 8 if kind in ("push", "pull") else 1
            limits = httpx.Limits(max_connections=many, max_keepalive_connections=many, keepalive_expiry=600)
            transport = httpx.AsyncHTTPTransport(
                verify=self._context, limits=limits, socket_options=_socket_options(), trust_env=False
            )
            # Only what the peer needs: each header is paid for on every exchange.
            client = httpx.AsyncClient(transport=transport, trust_env=False)
            client.headers = httpx.Headers()
            self._clients[kind] = client
        return self._clients[kind]

    async def _drop(self, kind: str) -> None:
        """A connection that failed may hang on a link that is gone; the next exchange begins a new one."""
        client = self._clients.pop(kind, None)
        if client is not None and kind in ("urgent", "listen"):
            await client.aclose()
        elif client is not None:
            self._clients[kind] = client


class _Opening:
    """A connection in its TLS handshake belongs to nobody yet: whoever is cancelled then has to close it."""

    def __init__(self) -> None:
        self._streams: list[Any] = []

    async def heard(self, event: str, about: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            self._streams.append(about["return_value"])
        elif event == "connection.start_tls.complete":
            self._streams.clear()

    async def close(self) -> None:
        for stream in self._streams:
            await stream.aclose()


class CallFailed(Exception):
    """Carries what the dialler is told."""

    def __init__(self, failed: Failed) -> None:
        super().__init__(failed.code)
        self.failed = failed


def _refuse_whole(answer: httpx.Response) -> None:
    if answer.status_code in (200, 202, 204, 206, 304, 404):
        return
    told = _problem(answer)
    short = _short(told.code)
    if short in _WHOLE or answer.status_code == 426:
        raise CallFailed(Failed(code=short or "upgrade_needed", is_refusal=True))
    if answer.status_code not in _BY_STATUS:
        after = answer.headers.get("retry-after", "")
        wait = float(after) if after.isdigit() else None
        raise CallFailed(Failed(code=short or f"http.{answer.status_code}", retry_after=wait))


def _problem(answer: httpx.Response) -> Problem:
    try:
        return msgspec.json.decode(answer.content, type=Problem)
    except msgspec.MsgspecError:
        return Problem()


def _short(code: str) -> str:
    """Codes are written without their prefix inside the protocol (sync §9)."""
    return code.removeprefix("sync.")


def _reason(wrong: httpx.HTTPError) -> str:
    if isinstance(wrong, httpx.TimeoutException):
        return "timeout"
    return "no_connection" if isinstance(wrong, httpx.ConnectError) else "connection_lost"


def _socket_options() -> list[tuple[int, int, int] | tuple[int, int, bytes]]:
    """No delay for small things; BBR, where the kernel has it, rides out loss better than cubic does (sync §10.1)."""
    options: list[tuple[int, int, int] | tuple[int, int, bytes]] = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    try:
        if "bbr" in _CONGESTION.read_text().split():
            options.append((socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"bbr"))
    except OSError:
        pass
    return options
