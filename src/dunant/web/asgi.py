"""The application: doors, guard, errors and headers put together."""

from litestar import Litestar, Router
from litestar.datastructures import MutableScopeHeaders, State
from litestar.exceptions import HTTPException
from litestar.types import Message, Scope

from dunant.kernel.errors import DunantError
from dunant.services.accounts import Accounts
from dunant.services.build import Site
from dunant.web import live, static
from dunant.web.auth import guard
from dunant.web.errors import on_bug, on_http, on_refusal
from dunant.web.routes import about, commands, session
from dunant.web.routes.views import view_routes
from dunant.web.state import Doors

MAX_BODY = 20 * 1024 * 1024
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
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def create_app(site: Site, accounts: Accounts, *, secure: bool) -> Litestar:
    """The web application of one site. `secure`: it is reached by TLS, so cookies and headers insist on it."""
    doors = Doors(site, accounts, secure=secure)
    headers = {**HEADERS, **({"Strict-Transport-Security": "max-age=31536000"} if secure else {})}

    async def dress(message: Message, _scope: Scope) -> None:
        """Every answer wears the headers, an error too; what is not marked otherwise is not kept by anybody."""
        if message["type"] == "http.response.start":
            worn = MutableScopeHeaders.from_message(message)
            for name, value in {"Cache-Control": "no-store", **headers}.items():
                worn.setdefault(name, value)

    async def started() -> None:
        doors.bell.attach()

    async def stopped() -> None:
        doors.closing = True
        doors.bell.ring()

    api = Router(
        "/api/v1",
        route_handlers=[
            session.login,
            session.logout,
            session.me,
            commands.commands,
            *view_routes(site.pages.names),
            live.live,
            about.policy,
            about.boundaries,
            about.openapi,
        ],
    )
    return Litestar(
        route_handlers=[api, about.health, static.home, static.desk, static.assets],
        guards=[guard],
        exception_handlers={DunantError: on_refusal, HTTPException: on_http, Exception: on_bug},
        before_send=[dress],
        on_startup=[started],
        on_shutdown=[stopped],
        openapi_config=None,
        state=State({"doors": doors, "pages": static.Pages()}),
        request_max_body_size=MAX_BODY,
        logging_config=None,
    )
