"""The port where other sites bring and fetch: its own server, so that nobody's browser comes near it."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from dunant.services.bell import Bell
from dunant.services.identity import Identity
from dunant.services.syncing.station import Station
from dunant.web.peers import PeerProtocol, harden
from dunant.web.running import Server
from dunant.web.sync import create_sync_app

# Peers on a bad link keep their connections: a new one costs three round trips.
KEEP_S = 620


@asynccontextmanager
async def meeting(station: Station, identity: Identity, door: socket.socket) -> AsyncIterator[None]:
    """Answer other sites on this socket while the block lasts."""
    bell = Bell()
    bell.attach()
    station.site.commit.listen(bell.ring)
    app = create_sync_app(station, bell)
    server = Server(_config(app, identity))
    task = asyncio.create_task(server.serve(sockets=[door]))
    await server.until_started(task)
    try:
        yield
    finally:
        app.state["closing"] = True
        bell.ring()
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _config(app: object, identity: Identity) -> uvicorn.Config:
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=PeerProtocol,
        ssl_certfile=identity.cert,
        ssl_keyfile=identity.key,
        ssl_ca_certs=str(identity.authority),
        ssl_cert_reqs=ssl.CERT_OPTIONAL,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        ws="none",
        timeout_keep_alive=KEEP_S,
        timeout_graceful_shutdown=3,
    )
    config.load()
    assert config.ssl is not None
    harden(config.ssl)
    return config
