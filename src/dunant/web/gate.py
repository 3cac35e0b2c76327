"""What every connection passes before any door: the name it asks for, its method, and the headers of every answer.

Errors and streams pass here too, so that no answer leaves without its headers.
"""

from collections.abc import Collection, Iterable, Mapping
from ipaddress import ip_address
from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from dunant.web.errors import PROBLEM, problem_body

METHODS = ("GET", "POST")
FILE_DOOR = "/api/v1/site/import"
# No script but our own, no frame, no form elsewhere; MapLibre makes its worker from our own file and draws to blobs.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
HSTS = {"Strict-Transport-Security": "max-age=31536000"}


class Gate:
    """The outermost application.

    `hosts`: the names this site answers to besides loopback; with TLS and no names, the certificate alone decides.
    """

    def __init__(self, inner: ASGIApp, *, secure: bool, hosts: Collection[str]) -> None:
        self._inner = inner
        self._hosts = frozenset(host.lower().strip("[]") for host in hosts)
        self._any_host = secure and not hosts
        headers = {**HEADERS, **(HSTS if secure else {})}
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind: str = scope["type"]
        if kind == "lifespan":
            await self._inner(scope, receive, send)
        elif kind == "http":
            refusal = self._refusal(scope)
            dressed = self._dressed(send)
            if refusal:
                await _answer(dressed, *refusal)
            else:
                await self._inner(scope, receive, dressed)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": None})

    def _refusal(self, scope: Any) -> tuple[int, Mapping[str, str]] | None:
        """Status and headers of what is not let in."""
        hosts = _values(scope, b"host")
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            return 421, {}
        if scope["method"] not in METHODS:
            return 405, {"Allow": ", ".join(METHODS)}
        if scope["method"] == "POST" and not (_is_json(scope) or _is_file(scope)):
            return 415, {"Accept-Post": "application/json"}
        return None

    def _is_ours(self, asked: str) -> bool:
        """A page elsewhere can point its own name at this machine; the name then gives it away (DNS rebinding)."""
        host = asked.lower().partition("]")[0].strip("[") if asked.startswith("[") else asked.lower().partition(":")[0]
        return self._any_host or host in self._hosts or is_loopback(host)

    def _dressed(self, send: Send) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", []))
                names = {name.lower() for name, _ in given}
                message["headers"] = [*given, *(pair for pair in self._headers if pair[0] not in names)]
            await send(message)

        return dressed


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_json(scope: Any) -> bool:
    """Forms and plain text are what another page can make a browser send without asking; JSON is not."""
    if _values(scope, b"content-encoding"):
        return False
    kinds = _values(scope, b"content-type")
    if not kinds:
        return _values(scope, b"content-length") in ([], ["0"]) and not _values(scope, b"transfer-encoding")
    return [kind.partition(";")[0].strip().lower() for kind in kinds] == ["application/json"]


def _is_file(scope: Any) -> bool:
    """One door takes a file. Another page cannot send this kind without asking either."""
    return scope["path"] == FILE_DOOR and _values(scope, b"content-type") == ["application/octet-stream"]


def _values(scope: Any, name: bytes) -> list[str]:
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]


async def _answer(send: Send, status: int, headers: Mapping[str, str]) -> None:
    body = problem_body(status, f"http.{status}")
    pairs = {"Content-Type": PROBLEM, "Content-Length": str(len(body)), **headers}
    encoded = [(name.lower().encode(), value.encode()) for name, value in pairs.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body, "more_body": False})
