"""The one place that turns errors into RFC 9457 problem documents. Codes and parameters, nothing personal."""

import logging
import secrets
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR
from msgspec import Struct

from dunant.kernel.errors import DunantError

log = logging.getLogger("dunant.web")
PROBLEM = "application/problem+json"


class Problem(Struct, frozen=True, kw_only=True):
    """What a client learns of a failure. `correlation` finds the log line; it says nothing by itself."""

    type: str
    title: str
    status: int
    code: str
    params: dict[str, Any]
    correlation: str


def problem(status: int, code: str, params: dict[str, Any] | None = None) -> Response[bytes]:
    body = Problem(
        type=f"urn:dunant:error:{code}",
        title=code,
        status=status,
        code=code,
        params=params or {},
        correlation=secrets.token_hex(8),
    )
    headers = {"Cache-Control": "no-store"}
    if "retry_after_s" in body.params:
        headers["Retry-After"] = str(body.params["retry_after_s"])
    return Response(msgspec.json.encode(body), status_code=status, media_type=PROBLEM, headers=headers)


def on_refusal(_request: Request[Any, Any, Any], error: DunantError) -> Response[bytes]:
    return problem(error.status, error.code, error.params)


def on_http(_request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Errors of the framework: no such address, wrong method, unreadable query."""
    return problem(error.status_code, f"http.{error.status_code}")


def on_bug(_request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Anything else is our fault. The log gets the type and the place, never the message: it may quote data."""
    answer = problem(HTTP_500_INTERNAL_SERVER_ERROR, "kernel.error")
    frames = error.__traceback__
    while frames and frames.tb_next:
        frames = frames.tb_next
    place = f"{frames.tb_frame.f_code.co_filename}:{frames.tb_lineno}" if frames else "?"
    log.error("unexpected %s at %s", type(error).__name__, place)
    return answer
