"""One read door for each view, so that each names its own action of the policy."""

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec.structs import replace

from dunant.kernel.errors import Invalid
from dunant.services.reading import Page, Query
from dunant.services.reading.pages import DEFAULT_LIMIT
from dunant.web.auth import actor_of
from dunant.web.state import Doors

LONGEST_LIMIT = 6


def view_routes(names: Iterable[str]) -> list[HTTPRouteHandler]:
    return [_route(name) for name in names]


def _route(name: str) -> HTTPRouteHandler:
    @get(
        f"/views/{name}",
        name=f"view.{name}",
        opt={"action": f"view.{name}"},
        media_type=MediaType.JSON,
        sync_to_thread=True,
    )
    def read(request: Request[Any, Any, Any]) -> Response[bytes]:
        site, actor, query = Doors.of(request.app).site, actor_of(request), _query(name, request)
        page = site.pages.read(actor, query)
        # Before anything is shown, and even if the reader turns out to have it already.
        site.audit.read(actor, name, _about(page, query))
        tag = _etag(page)
        headers = {"ETag": tag, "Cache-Control": "no-store"}
        if _has(request.headers.get("if-none-match", ""), tag):
            return Response(b"", status_code=304, headers=headers)
        return Response(msgspec.json.encode(page), media_type=MediaType.JSON, headers=headers)

    return read


def _query(name: str, request: Request[Any, Any, Any]) -> Query:
    given: dict[str, str] = {}
    for field, value in request.query_params.multi_items():
        if field in given:
            raise Invalid(field=field[:64], rule="once")
        given[field] = value
    limit = given.pop("limit", str(DEFAULT_LIMIT))
    if not (limit.isascii() and limit.isdigit() and len(limit) <= LONGEST_LIMIT):
        raise Invalid(field="limit", rule="integer")
    return Query(view=name, limit=int(limit), after=given.pop("after", None), equal=given)


def _about(page: Page, query: Query) -> list[str]:
    """Whose records an answer holds."""
    if "subject" in query.equal:
        return [query.equal["subject"]]
    return [row["subject"] for row in page.rows if "subject" in row]


def _has(known: str, tag: str) -> bool:
    """`If-None-Match` names this tag, strong or weak (RFC 9110 §13.1.2)."""
    names = {name.strip().removeprefix("W/") for name in known.split(",")}
    return "*" in names or tag.removeprefix("W/") in names


def _etag(page: Page) -> str:
    """Changes when the content does, not when the clock does."""
    timeless = replace(page, as_of="", complete_through="", sources=[])
    return f'W/"{hashlib.sha256(msgspec.json.encode(timeless)).hexdigest()[:24]}"'
