"""The one place that turns errors into RFC 9457 problem documents. Codes and parameters, nothing personal."""

import logging
import secrets
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR
from msgspec import Struct

from dunant.kernel.errors import CrossSite, Denied, DunantError
from dunant.web.state import Doors

log = logging.getLogger("dunant.web")
PROBLEM = "application/problem+json"
# The gate lets two methods in, so a door that refuses one takes the other.
OTHER_METHOD = {"GET": "POST", "POST": "GET"}


class Problem(Struct, frozen=True, kw_only=True):
    """What a client learns of a failure. `correlation` finds the log line; it says nothing by itself."""

    type: str
    title: str
    status: int
    code: str
    params: dict[str, Any]
    correlation: str


def problem_body(status: int, code: str, params: dict[str, Any] | None = None, correlation: str | None = None) -> bytes:
    return msgspec.json.encode(
        Problem(
            type=f"urn:dunant:error:{code}",
            title=code,
            status=status,
            code=code,
            params=params or {},
            correlation=correlation or secrets.token_hex(8),
        )
    )


def problem(
    status: int,
    code: str,
    params: dict[str, Any] | None = None,
    correlation: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response[bytes]:
    told = {"Cache-Control": "no-store", **(headers or {})}
    if params and "retry_after_s" in params:
        told["Retry-After"] = str(params["retry_after_s"])
    body = problem_body(status, code, params, correlation)
    return Response(body, status_code=status, media_type=PROBLEM, headers=told)


def on_refusal(request: Request[Any, Any, Any], error: DunantError) -> Response[bytes]:
    correlation = secrets.token_hex(8)
    if error.status >= HTTP_500_INTERNAL_SERVER_ERROR:
        log.error("%s (%s)", error.code, correlation)
    session = request.scope["state"].get("session")
    if session and type(error) in {Denied, CrossSite}:
        Doors.of(request.app).site.audit.denied(session.actor, [str(error.params.get("action", error.code))])
    return problem(error.status, error.code, error.params, correlation)


def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Errors of the framework: no such address, wrong method, unreadable query."""
    other = OTHER_METHOD.get(request.method) if error.status_code == 405 else None
    return problem(error.status_code, f"http.{error.status_code}", headers={"Allow": other} if other else None)


def on_bug(_request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Anything else is our fault. The log gets the type and the place, never the message: it may quote data."""
    correlation = secrets.token_hex(8)
    frames = error.__traceback__
    while frames and frames.tb_next:
        frames = frames.tb_next
    place = f"{frames.tb_frame.f_code.co_filename}:{frames.tb_lineno}" if frames else "?"
    log.error("unexpected %s at %s (%s)", type(error).__name__, place, correlation)
    return problem(HTTP_500_INTERNAL_SERVER_ERROR, "kernel.error", correlation=correlation)
