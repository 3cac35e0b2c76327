"""Every door asks here: who is this, and may they. A door without a declared action stays shut."""

import hmac
from functools import partial
from typing import Any

import anyio
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers.base import BaseRouteHandler

from dunant.kernel.access import Actor
from dunant.kernel.errors import CrossSite, Denied, SignedOut
from dunant.services.accounts import Session
from dunant.services.locking import Locked
from dunant.web.state import Doors

# The action that needs no session; the exact set of doors that carry it is asserted in a test.
OPEN = "open"
UNATTENDED = "x-dunant-unattended"
SAFE = {"GET"}
# What a locked screen may still do: say whose it is, be opened or left, and hear that there is news, by name only.
WHILE_LOCKED = {"me.read", "session.unlock", "session.end", "live.follow"}


def cookie_name(secure: bool) -> str:
    return "__Host-dunant" if secure else "dunant-session"


def session_cookie(token: str, secure: bool, max_age: int | None) -> Cookie:
    """Strict about where it goes: same site, no script, this host only."""
    return Cookie(
        key=cookie_name(secure), value=token, httponly=True, secure=secure, samesite="lax", path="/", max_age=max_age
    )


async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Asked before every handler.

    Raises
    ------
    SignedOut, CrossSite, Locked, Denied
    """
    action, doors = handler.opt.get("action"), Doors.of(connection.app)
    is_safe = connection.scope.get("method", "") in SAFE
    if not is_safe:
        _same_origin(connection, doors.secure)
    if action == OPEN:
        return
    session = await _session(connection, doors)
    connection.scope["state"]["session"] = session
    if not is_safe:
        _same_page(connection, session)
    if session.locked and action not in WHILE_LOCKED:
        raise Locked()
    if action is None or not doors.site.policy.may(session.actor, action):
        raise Denied(action=action or "undeclared", who_can=doors.site.policy.who_may(action or ""))


async def _session(connection: ASGIConnection[Any, Any, Any, Any], doors: Doors) -> Session:
    token = connection.cookies.get(cookie_name(doors.secure))
    # A screen that follows the live stream reads by itself; an unattended desk must still come to its idle end.
    attended = connection.headers.get(UNATTENDED) is None
    find = partial(doors.accounts.session, token or "", touch=attended)
    session = await anyio.to_thread.run_sync(find) if token else None
    if session is None:
        raise SignedOut()
    return session


def _same_origin(connection: ASGIConnection[Any, Any, Any, Any], secure: bool) -> None:
    """A browser says from which page it sends, sign-in included; somebody else's page must not sign anybody in."""
    origin = connection.headers.get("origin")
    ours = f"{'https' if secure else 'http'}://{connection.headers.get('host', '')}"
    if origin is not None and origin.lower() != ours.lower():
        raise CrossSite(field="Origin", rule="must_match")


def _same_page(connection: ASGIConnection[Any, Any, Any, Any], session: Session) -> None:
    """Another page may make a browser send our cookie, but does not know what the sign-in answered."""
    token = connection.headers.get("x-csrf-token", "")
    if not hmac.compare_digest(token.encode(), session.csrf.encode()):
        raise CrossSite(field="X-CSRF-Token", rule="must_match")


def session_of(request: Request[Any, Any, Any]) -> Session:
    session: Session = request.scope["state"]["session"]
    return session


def actor_of(request: Request[Any, Any, Any]) -> Actor:
    actor: Actor = session_of(request).actor
    return actor
