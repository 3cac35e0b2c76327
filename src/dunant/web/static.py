"""The built pages. Files are known by name at start, so that no address can reach anything else."""

from pathlib import Path, PurePosixPath
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from dunant.web.auth import OPEN

DIST = Path(__file__).parent / "dist"
TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
}
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


class Pages:
    """Everything under the folder, with its compressed twins; about two megabytes, held in memory."""

    def __init__(self, folder: Path = DIST) -> None:
        files = [file for file in folder.rglob("*") if file.is_file() and not file.name.startswith(".")]
        self._files = {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}

    def answer(self, name: str, accepted: str, cache: str) -> Response[bytes]:
        content = self._files.get(name)
        media_type = TYPES.get(PurePosixPath(name).suffix)
        if content is None or media_type is None:
            raise NotFoundException()
        headers = {"Cache-Control": cache, "Vary": "Accept-Encoding"}
        for encoding, ending in ENCODINGS:
            twin = self._files.get(name + ending)
            if twin is not None and encoding in accepted:
                return Response(twin, media_type=media_type, headers={**headers, "Content-Encoding": encoding})
        return Response(content, media_type=media_type, headers=headers)


def _accepted(request: Request[Any, Any, Any]) -> str:
    return str(request.headers.get("accept-encoding", ""))


@get("/", opt={"action": OPEN}, sync_to_thread=False)
def home() -> Redirect:
    return Redirect("/desk/ops")


@get(["/desk", "/desk/{screen:path}"], opt={"action": OPEN}, sync_to_thread=False)
def desk(request: Request[Any, Any, Any]) -> Response[bytes]:
    """One page for every screen of the desk; it holds no data and asks for everything behind the sign-in."""
    pages: Pages = request.app.state["pages"]
    return pages.answer("desk.html", _accepted(request), "no-cache")


# What a phone asks for beside the page itself, so that it opens without a network; the worker rules this folder only.
FIELD_FILES = {"sw.js", "manifest.webmanifest", "icon.svg", "icon-192.png", "icon-512.png"}
# The phone may ask where it is, to say where a casualty lies, and look at a hand-over code; every other page may not.
PLACE = {"Permissions-Policy": "camera=(self), microphone=(), geolocation=(self)"}


@get("/field", opt={"action": OPEN}, sync_to_thread=False)
def field(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The page of the phone. It holds no data, and opens from the phone's own memory when there is no network."""
    pages: Pages = request.app.state["pages"]
    answer = pages.answer("field.html", _accepted(request), "no-cache")
    answer.headers.update(PLACE)
    return answer


@get("/field/{name:str}", opt={"action": OPEN}, sync_to_thread=False)
def field_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """The worker, the manifest and the icons. A worker that could not be renewed would keep an old page for ever."""
    if name not in FIELD_FILES:
        raise NotFoundException()
    pages: Pages = request.app.state["pages"]
    answer = pages.answer(f"field/{name}", _accepted(request), "no-cache")
    if name == "sw.js":
        answer.headers["Service-Worker-Allowed"] = "/field/"
    return answer


@get("/assets/{name:path}", opt={"action": OPEN}, sync_to_thread=False)
def assets(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Hashed names never change their content."""
    pages: Pages = request.app.state["pages"]
    return pages.answer(f"assets/{name.lstrip('/')}", _accepted(request), "public, max-age=31536000, immutable")
