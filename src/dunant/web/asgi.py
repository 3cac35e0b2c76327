"""The application: doors, guard, errors and gate put together."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from dunant.kernel.errors import DunantError
from dunant.services.accounts import Accounts
from dunant.services.build import Site
from dunant.services.syncing import DemoLink, Syncing
from dunant.web import live, static
from dunant.web.auth import guard
from dunant.web.errors import on_bug, on_http, on_refusal
from dunant.web.gate import Gate
from dunant.web.routes import about, commands, devices, session
from dunant.web.routes import site as site_routes
from dunant.web.routes.prints import print_routes
from dunant.web.routes.views import view_routes
from dunant.web.state import Doors

MAX_BODY = 20 * 1024 * 1024


def create_app(
    site: Site, accounts: Accounts, syncing: Syncing, *, secure: bool, link: DemoLink | None = None
) -> Litestar:
    """The web application of one site.

    `secure`: it is reached by TLS, so cookies and headers insist on it. `link`: of a demonstration.
    """
    doors = Doors(site, accounts, syncing, secure=secure, link=link)

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        doors.open()
        watching = asyncio.create_task(live.watch(doors))
        try:
            yield
        finally:
            doors.close()
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching

    api = Router(
        "/api/v1",
        route_handlers=[
            session.login,
            session.logout,
            session.lock,
            session.unlock,
            session.hand_over,
            session.me,
            commands.commands,
            commands.outbox,
            devices.shut_device,
            devices.judge_held,
            *view_routes(site.pages.names),
            *print_routes(),
            live.live,
            about.policy,
            site_routes.site_status,
            site_routes.site_backup,
            site_routes.site_export,
            site_routes.site_import,
            site_routes.demo_link,
            about.boundaries,
            about.openapi,
        ],
    )
    app = Litestar(
        route_handlers=[api, about.health, static.home, static.desk, static.field, static.field_file, static.assets],
        guards=[guard],
        exception_handlers={DunantError: on_refusal, HTTPException: on_http, Exception: on_bug},
        lifespan=[lifespan],
        openapi_config=None,
        state=State({"doors": doors, "pages": static.Pages()}),
        request_max_body_size=MAX_BODY,
        logging_config=None,
    )
    app.asgi_handler = Gate(app.asgi_handler, secure=secure, hosts=site.settings.hosts)
    return app
