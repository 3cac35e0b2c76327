"""The doors between sites, on a port of their own: HTTP/1.1 under mutual TLS (sync §9).

A peer is known by its certificate and let in by what the mission's authority says of it. No role opens these doors.
"""

import asyncio
import base64
import re
from typing import Any, TypeVar

import anyio
import msgspec
from litestar import Litestar, Request, Response, Router, get, head, post, put
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.handlers.base import BaseRouteHandler
from msgspec import Struct

from dunant.kernel.errors import Denied, DunantError, Refused
from dunant.services import knocking
from dunant.services.bell import Bell
from dunant.services.enrolment import Request as EnrolmentAsked
from dunant.services.enrolment import from_file, to_file
from dunant.services.identity import folder_of
from dunant.services.syncing.station import Station
from dunant.sites.errors import TokenExpired, TokenUsed
from dunant.sync.http import BASE
from dunant.sync.messages import Answer, Ask, Listen
from dunant.web.errors import on_bug, on_http, problem
from dunant.web.peers import Peer

# The action of these doors. No role has it: sites do, by their certificates.
ACTION = "site.sync"
OPEN = "open"
MAX_FRAME = 20 * 1024 * 1024
MAX_WAIT_S = 55.0
FRAME = "application/vnd.dunant.frame"
MESSAGE = "application/vnd.dunant.message"
STATUS = {"applied": 200, "duplicate": 200, "parked": 202, "fork": 409, "refused": 403, "quarantined": 422}


class NotAPeer(Denied):
    """No certificate, or one of a site that may not speak to us now; `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = f"sync.{code}"  # type: ignore[misc]


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Asked before every handler: is this a site of the mission, with the key that the authority knows?"""
    if handler.opt.get("action") == OPEN:
        return
    peer: Peer | None = connection.scope["state"].get("peer")
    station: Station = connection.app.state["station"]
    if peer is None or handler.opt.get("action") != ACTION:
        station.refusals.note("", "site_unknown")
        raise NotAPeer("site_unknown")
    refusal = await anyio.to_thread.run_sync(station.door, peer.code, peer.tls)
    if refusal:
        raise NotAPeer(refusal)


class HelloAsked(Struct, frozen=True, kw_only=True):
    since: str = ""
    receipts_after: int = 0
    clock: str = ""


class FrameAsked(Struct, frozen=True, kw_only=True):
    """One log after `after`; or, with `listen`, a wait of at most `wait` seconds for news."""

    o: str = ""
    e: str = ""
    st: str = ""
    after: int = 0
    upto: int = 0
    max_bytes: int = 20_000
    wait: float = 0.0
    listen: str = ""


class PieceAsked(Struct, frozen=True, kw_only=True):
    """Bytes `first` to `last` of an attachment of `size` bytes."""

    first: int = 0
    last: int = 0
    size: int = 0


AskedT = TypeVar("AskedT", bound=Struct)


def _asked(request: Request[Any, Any, Any], shape: type[AskedT]) -> AskedT:
    try:
        return msgspec.convert(dict(request.query_params), shape, strict=False)
    except msgspec.ValidationError:
        raise HTTPException(status_code=400) from None


@get("/hello", opt={"action": ACTION}, media_type=MESSAGE)
async def hello(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Who we are and what we hold of what we share with the caller; 304 if that is as it was."""
    station, peer, asked = _station(request), _peer(request), _asked(request, HelloAsked)
    found = await anyio.to_thread.run_sync(station.hello, peer, asked.since, asked.receipts_after, asked.clock)
    if asked.since == found.digest and not (found.vector or found.receipts or found.wants):
        return Response(b"", status_code=304)
    return _message(found)


@post("/batch", status_code=200, opt={"action": ACTION})
async def batch(request: Request[Any, Any, Any]) -> Response[bytes]:
    """A frame. Answered after the commit, never before."""
    answer: Answer = await asyncio.wrap_future(_station(request).batch(_peer(request), await request.body()))
    return _answer(answer)


@post("/urgent", status_code=200, opt={"action": ACTION})
async def urgent(request: Request[Any, Any, Any]) -> Response[bytes]:
    """As `batch`, on a connection that nothing slow shares."""
    answer: Answer = await asyncio.wrap_future(_station(request).batch(_peer(request), await request.body()))
    return _answer(answer)


@get("/ready", status_code=204, opt={"action": ACTION})
async def ready() -> None:
    """Nothing. A caller opens connections with it that it will need at once after its hello."""


@get("/batch", opt={"action": ACTION})
async def fetch(request: Request[Any, Any, Any]) -> Response[bytes]:
    """A frame of one log, or, with `listen`, whatever is new in the urgent lanes as soon as it is there."""
    asked = _asked(request, FrameAsked)
    if asked.listen:
        return await _wait(request, _listen(asked.listen), min(asked.wait, MAX_WAIT_S))
    size = min(asked.max_bytes, MAX_FRAME)
    ask = Ask(o=asked.o, e=asked.e, st=asked.st, after=asked.after, upto=asked.upto, max_bytes=size)
    found = await anyio.to_thread.run_sync(_station(request).pull, _peer(request), ask)
    if isinstance(found, str):
        return problem(403, f"sync.{found}")
    return Response(b"", status_code=204) if found is None else Response(found, media_type=FRAME)


async def _wait(request: Request[Any, Any, Any], listen: Listen, wait_s: float) -> Response[bytes]:
    station, peer, bell = _station(request), _peer(request), _bell(request)
    ends = asyncio.get_running_loop().time() + wait_s
    while True:
        heard = bell.count
        news = await anyio.to_thread.run_sync(station.listen, peer, listen)
        left = ends - asyncio.get_running_loop().time()
        if news is not None:
            return _message(news)
        if left <= 0 or request.app.state["closing"]:
            return Response(b"", status_code=204)
        # What it has said once is remembered; asking again says nothing new.
        listen = Listen(token=station.token, receipts_after=listen.receipts_after)
        await bell.wait(left, heard)


@get("/checkpoint", opt={"action": ACTION})
async def checkpoint(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The newest signed checkpoint of a log, in a frame without events, with the receipts for it."""
    asked = _asked(request, FrameAsked)
    log = (asked.o, asked.e, asked.st)
    found = await anyio.to_thread.run_sync(_station(request).checkpoint, _peer(request), log)
    return problem(404, "kernel.not_found") if found is None else Response(found, media_type=FRAME)


@head("/blob/{sha256:str}", opt={"action": ACTION})
async def blob_head(request: Request[Any, Any, Any]) -> Response[None]:
    """Which ranges of an attachment are here."""
    have = await anyio.to_thread.run_sync(_station(request).blobs.have, _sha256(request))
    return Response(None, status_code=200 if have.whole else 404, headers={"Dunant-Have": have.text})


@get("/blob/{sha256:str}", opt={"action": ACTION})
async def blob_get(request: Request[Any, Any, Any]) -> Response[bytes]:
    """A piece of an attachment. `Dunant-Size` is that of the whole."""
    asked = _asked(request, PieceAsked)
    found = await anyio.to_thread.run_sync(_station(request).blobs.piece, _sha256(request), asked.first, asked.last)
    if found is None:
        return problem(404, "kernel.not_found")
    piece, size = found
    headers = {"Dunant-Size": str(size)}
    return Response(piece, status_code=206, media_type="application/octet-stream", headers=headers)


@put("/blob/{sha256:str}", status_code=200, opt={"action": ACTION})
async def blob_put(request: Request[Any, Any, Any]) -> Response[bytes]:
    """A piece of an attachment, in any order. 409 if the whole turns out to be something else."""
    asked, body = _asked(request, PieceAsked), await request.body()
    taken = await asyncio.wrap_future(_station(request).blobs.take(_sha256(request), asked.first, asked.size, body))
    return Response(b"") if taken else problem(409, "sync.hash_differs")


@get("/enrol", opt={"action": OPEN}, media_type="application/x-pem-file", sync_to_thread=True)
def authority(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The mission's certificate authority, for whoever can tell by its fingerprint that it is the right one."""
    return Response((folder_of(_station(request).site.settings) / "mission.pem").read_bytes())


@post("/enrol", status_code=202, opt={"action": OPEN}, request_max_body_size=knocking.LONGEST)
async def enrol(request: Request[Any, Any, Any]) -> Response[bytes]:
    """A site asks to be taken in: 202 until a person at the authority has approved it, then 201 with the answer."""
    site, body = _station(request).site, await request.body()
    try:
        found = await anyio.to_thread.run_sync(lambda: knocking.knock(site, from_file(body, EnrolmentAsked)))
    except (TokenUsed, TokenExpired) as gone:
        return problem(410, gone.code, gone.params)
    except Refused as refused:
        return problem(403, refused.code, refused.params)
    if found is None:
        return Response(b'{"state":"pending"}', status_code=202, media_type="application/json")
    return Response(to_file(found), status_code=201, media_type="application/json")


def create_sync_app(station: Station, bell: Bell) -> Litestar:
    """The application behind the port for sites."""
    handlers = [hello, ready, batch, urgent, fetch, checkpoint, blob_head, blob_get, blob_put, authority, enrol]
    doors = Router(BASE, route_handlers=handlers)
    return Litestar(
        route_handlers=[doors],
        guards=[guard],
        exception_handlers={DunantError: _on_refusal, HTTPException: on_http, Exception: on_bug},
        openapi_config=None,
        state=State({"station": station, "bell": bell, "closing": False}),
        request_max_body_size=MAX_FRAME,
        logging_config=None,
    )


def _on_refusal(_request: Request[Any, Any, Any], error: DunantError) -> Response[bytes]:
    return problem(error.status, error.code, error.params)


def _answer(answer: Answer) -> Response[bytes]:
    status = 413 if answer.code == "too_large" else STATUS[answer.outcome]
    if status < 300:
        return _message(answer, status)
    body = {"code": f"sync.{answer.code}", "title": answer.code, "status": status, "have": answer.have}
    return Response(msgspec.json.encode(body), status_code=status, media_type="application/problem+json")


def _message(message: msgspec.Struct, status: int = 200) -> Response[bytes]:
    return Response(msgspec.msgpack.encode(message), status_code=status, media_type=MESSAGE)


def _listen(text: str) -> Listen:
    try:
        return msgspec.msgpack.decode(base64.urlsafe_b64decode(text.encode()), type=Listen)
    except (msgspec.MsgspecError, ValueError):
        raise HTTPException(status_code=400) from None


def _sha256(request: Request[Any, Any, Any]) -> str:
    name = str(request.path_params["sha256"])
    if not re.fullmatch(r"[0-9a-f]{64}", name):
        raise HTTPException(status_code=404)
    return name


def _station(request: Request[Any, Any, Any]) -> Station:
    station: Station = request.app.state["station"]
    return station


def _bell(request: Request[Any, Any, Any]) -> Bell:
    bell: Bell = request.app.state["bell"]
    return bell


def _peer(request: Request[Any, Any, Any]) -> str:
    peer: Peer = request.scope["state"]["peer"]
    return peer.code
