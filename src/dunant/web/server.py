"""A site on the network: web server and CoT listener in one event loop, opened and closed together."""

import asyncio
import contextlib
import gc
import signal
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from ipaddress import ip_address

import uvicorn
from msgspec import Struct

from dunant.config import Settings, SettingsInvalid
from dunant.exchange.cot.dialling import Caller, server_of
from dunant.exchange.cot.listener import CotListener
from dunant.exchange.cot.mesh import CotMesh, mesh_of
from dunant.exchange.cot.peers import AllowList
from dunant.services.accounts import Accounts
from dunant.services.bell import Bell
from dunant.services.build import Site
from dunant.services.clock import SystemClock
from dunant.services.gateway import CotGateway
from dunant.services.syncing import DemoLink, Syncing, open_syncing
from dunant.services.timers import Timers
from dunant.web.asgi import create_app
from dunant.web.meeting import meeting
from dunant.web.running import Server, bound, told
from dunant.web.state import Doors


class Addresses(Struct, frozen=True, kw_only=True):
    """Where the site can be reached; ports of 0 have become real ones."""

    url: str
    cot_port: int | None
    sync_port: int | None
    syncing: Syncing


def check_exposure(settings: Settings) -> None:
    """Plain HTTP stays on this machine; anything else needs a certificate.

    Raises
    ------
    SettingsInvalid
        `host` is not loopback and there is no TLS certificate, or its file is not there.
    """
    if not _is_loopback(settings.host) and not (settings.tls_cert and settings.tls_key):
        raise SettingsInvalid(field="host", rule="tls_cert and tls_key needed beyond loopback")
    for field in ("tls_cert", "tls_key", "cot_client_ca", "cot_server_ca", "cot_server_cert", "cot_server_key"):
        file = getattr(settings, field)
        if file is not None and not file.is_file():
            raise SettingsInvalid(field=field, rule=f"no file {file}")


def run(main: Coroutine[None, None, None]) -> None:
    """Run until it ends, on the fastest loop there is."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(main)


def serve(site: Site, settings: Settings, ready: Callable[[Addresses], None] = lambda _where: None) -> None:
    """Run until interrupted."""
    run(_serve(site, settings, ready))


async def _serve(site: Site, settings: Settings, ready: Callable[[Addresses], None]) -> None:
    stop = stopped()
    async with running(site, settings) as where:
        # What is there by now stays until the end; the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        ready(where)
        await stop.wait()


def stopped() -> asyncio.Event:
    """Set when the process is asked to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


@asynccontextmanager
async def running(site: Site, settings: Settings, link: DemoLink | None = None) -> AsyncIterator[Addresses]:
    """The site, reachable while the block lasts. `link`: the emulated link of a demonstration, with its switch."""
    check_exposure(settings)
    secure = settings.tls_cert is not None
    accounts = Accounts(site.database, site.policies.roles, settings, SystemClock())
    syncing = open_syncing(site)
    timers = Timers(site)
    app = create_app(site, accounts, syncing, secure=secure, link=link)
    server = Server(
        uvicorn.Config(
            app,
            ssl_certfile=settings.tls_cert,
            ssl_keyfile=settings.tls_key,
            log_config=None,
            access_log=False,
            server_header=False,
            # Who is asking is told by the socket, never by a header that anybody can write.
            proxy_headers=False,
            ws="none",
            timeout_graceful_shutdown=3,
        )
    )
    # Bound here and not by the web server, which would end the process over a port that is taken.
    door = bound("port", settings.host, settings.port)
    task = asyncio.create_task(server.serve(sockets=[door]))
    await server.until_started(task)
    try:
        async with _cot(site, settings) as cot_port, _meeting(site, syncing) as sync_port:
            host = f"[{settings.host}]" if ":" in settings.host else settings.host
            url = f"{'https' if secure else 'http'}://{host}:{door.getsockname()[1]}"
            yield Addresses(url=url, cot_port=cot_port, sync_port=sync_port, syncing=syncing)
    finally:
        Doors.of(app).close()
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await asyncio.to_thread(timers.close)
        await asyncio.to_thread(syncing.close)


@asynccontextmanager
async def _meeting(site: Site, syncing: Syncing) -> AsyncIterator[int | None]:
    """The port for other sites, open while the block lasts; None where it is switched off or nobody is enrolled."""
    settings, identity = site.settings, syncing.identity
    if settings.sync_port < 0 or identity is None:
        yield None
        return
    door = bound("sync_port", settings.sync_host, settings.sync_port)
    async with meeting(syncing.station, identity, door):
        yield door.getsockname()[1]


@asynccontextmanager
async def _cot(site: Site, settings: Settings) -> AsyncIterator[int | None]:
    """CoT in all its ways while the block lasts: the port, the servers we call, the mesh. None: no port is open."""
    if settings.cot_port < 0 and not settings.cot_server and not settings.cot_mesh:
        yield None
        return
    gateway, bell = CotGateway(site), Bell()
    listener = CotListener(
        gateway.submit,
        gateway.replay,
        host=settings.cot_host,
        port=settings.cot_port,
        allow=AllowList(dict.fromkeys(settings.cot_allow, "")),
        tls=_client_tls(settings),
        extended=settings.cot_extended,
    )
    mesh = CotMesh(listener, mesh_of(settings.cot_mesh)) if settings.cot_mesh else None
    bell.attach()
    site.commit.listen(bell.ring)
    try:
        await listener.start()
    except OSError as wrong:
        raise SettingsInvalid(field="cot_port", rule=told(settings.cot_host, settings.cot_port, wrong)) from None
    if mesh is not None:
        await _open_mesh(mesh, settings)
    tls = _server_tls(settings)
    callers = [Caller(listener, server_of(server), tls) for server in settings.cot_server]
    tasks = [asyncio.create_task(gateway.follow(listener, bell))]
    tasks += [asyncio.create_task(caller.run()) for caller in callers]
    try:
        yield listener.port if settings.cot_port >= 0 else None
    finally:
        for task in tasks:
            task.cancel()
        if mesh is not None:
            mesh.close()
        await listener.close()
        await gateway.drain()


async def _open_mesh(mesh: CotMesh, settings: Settings) -> None:
    try:
        await mesh.open(settings.cot_host)
    except OSError as wrong:
        raise SettingsInvalid(
            field="cot_mesh", rule=told(settings.cot_host, mesh_of(settings.cot_mesh).port, wrong)
        ) from None


def _server_tls(settings: Settings) -> ssl.SSLContext | None:
    """TLS towards servers that we call; their certificates are always checked."""
    if not any(server.startswith("tls://") for server in settings.cot_server):
        return None
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=settings.cot_server_ca)
    if settings.cot_server_cert is not None:
        context.load_cert_chain(settings.cot_server_cert, settings.cot_server_key)
    return context


def _client_tls(settings: Settings) -> ssl.SSLContext | None:
    """TLS that asks for a client certificate, when a certificate authority for peers is set."""
    if settings.cot_client_ca is None:
        return None
    if settings.tls_cert is None or settings.tls_key is None:
        raise SettingsInvalid(field="cot_client_ca", rule="tls_cert and tls_key needed")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=settings.cot_client_ca)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(settings.tls_cert, settings.tls_key)
    return context


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
