"""The built pages. Files are known by name at start, so that no address can reach anything else."""

from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from dunant.web.auth import OPEN

DIST = Path(__file__).parent / "dist"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
}
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


class Pages:
    """Everything under the folder, with its compressed twins."""

    def __init__(self, folder: Path = DIST) -> None:
        files = [file for file in folder.rglob("*") if file.is_file() and not file.name.startswith(".")]
        self._files = {file.relative_to(folder).as_posix(): file for file in files}

    def answer(self, name: str, accepted: str, cache: str) -> Response[bytes]:
        file = self._files.get(name)
        if file is None or file.suffix not in TYPES:
            raise NotFoundException()
        headers = {"Cache-Control": cache, "Vary": "Accept-Encoding"}
        for encoding, ending in ENCODINGS:
            twin = self._files.get(name + ending)
            if twin is not None and encoding in accepted:
                return Response(
                    twin.read_bytes(), media_type=TYPES[file.suffix], headers={**headers, "Content-Encoding": encoding}
                )
        return Response(file.read_bytes(), media_type=TYPES[file.suffix], headers=headers)


def _accepted(request: Request[Any, Any, Any]) -> str:
    return str(request.headers.get("accept-encoding", ""))


@get("/", opt={"action": OPEN}, sync_to_thread=False)
def home() -> Redirect:
    return Redirect("/desk/ops")


@get(["/desk", "/desk/{screen:path}"], opt={"action": OPEN}, sync_to_thread=True)
def desk(request: Request[Any, Any, Any]) -> Response[bytes]:
    """One page for every screen of the desk; it holds no data and asks for everything behind the sign-in."""
    pages: Pages = request.app.state["pages"]
    return pages.answer("desk.html", _accepted(request), "no-cache")


@get("/assets/{name:path}", opt={"action": OPEN}, sync_to_thread=True)
def assets(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
    """Hashed names never change their content."""
    pages: Pages = request.app.state["pages"]
    return pages.answer(f"assets/{name.lstrip('/')}", _accepted(request), "public, max-age=31536000, immutable")
