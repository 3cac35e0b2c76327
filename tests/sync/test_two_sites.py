"""Two real sites over real TLS: what one records the other holds, byte for byte."""

import asyncio
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from dunant.casualty import commands as c
from dunant.config import Settings
from dunant.kernel.log import LogName
from dunant.services.bell import Bell
from dunant.services.build import Site
from dunant.services.syncing.calling import Calling, Route
from dunant.services.syncing.station import Station
from dunant.store import replica
from dunant.sync.frames import Codec
from dunant.web.peers import PeerProtocol, harden
from dunant.web.sync import create_sync_app
from tests.builders import a_subject, send
from tests.sync.mission import Authority, Known, Quiet, trust_of


@contextmanager
def answering(station: Station, authority: Authority, cert: Path, key: Path) -> Iterator[str]:
    """The doors for sites, served in a thread."""
    bell = Bell()
    app = create_sync_app(station, bell)
    config = uvicorn.Config(
        app,
        port=0,
        http=PeerProtocol,
        ssl_certfile=cert,
        ssl_keyfile=key,
        ssl_ca_certs=str(authority.file),
        ssl_cert_reqs=ssl.CERT_OPTIONAL,
        log_config=None,
        ws="none",
        timeout_graceful_shutdown=1,
    )
    config.load()
    assert config.ssl is not None
    harden(config.ssl)
    server = uvicorn.Server(config)

    def run() -> None:
        async def main() -> None:
            bell.attach()
            station.site.commit.listen(bell.ring)
            await server.serve()

        asyncio.run(main())

    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"https://127.0.0.1:{port}"
    app.state["closing"] = True
    bell.ring()
    server.should_exit = True
    thread.join()


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.02)


def heads(site: Site) -> dict[LogName, tuple[int, bytes]]:
    with replica.look(site.database) as look:
        return {log: (tip.q, tip.head) for log, tip in look.vector().items() if log[2] != "audit"}


@pytest.fixture
def sites(settings: Settings, tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    field = Site(Settings(data=tmp_path / "field", site="FIELD", tag_block=1))
    hq = Site(Settings(data=settings.data, db=settings.db, site="MHQ"))
    yield field, hq
    field.close()
    hq.close()


def test_what_a_field_site_records_is_held_at_headquarters_and_the_other_way_round(
    sites: tuple[Site, Site], tmp_path: Path
) -> None:
    field, hq = sites
    authority = Authority(tmp_path)
    made = {site.row.code: authority.certify(site.row.code) for site in sites}
    trust = trust_of([*sites], {code: tls for code, (_, _, tls) in made.items()})
    profile = field.policies.links.profile[0]
    stations = {site.row.code: Station(site, Codec(), profile, Known(trust), Quiet()) for site in sites}
    for number in range(30):
        send(field, c.ReportCasualty(casualty=a_subject(number)))
    send(hq, c.ReportCasualty(casualty=a_subject(100)))
    cert, key, _ = made["MHQ"]
    with answering(stations["MHQ"], authority, cert, key) as address:
        own = made["FIELD"]
        routes = [Route(peer="MHQ", address=address)]
        calling = Calling(stations["FIELD"], lambda: authority.context(own[0], own[1]), lambda: routes)
        until(lambda: heads(field) == heads(hq))
        send(field, c.ReportCasualty(casualty=a_subject(200)))
        until(lambda: heads(field) == heads(hq), 5)
        send(hq, c.ReportCasualty(casualty=a_subject(201)))
        until(lambda: heads(field) == heads(hq), 5)
        calling.close()
    assert len(heads(hq)) >= 2


def views_of(site: Site) -> dict[str, list[dict[str, Any]]]:
    """Every row of the views that both sites make from what both hold."""
    with site.database.reading() as connection:
        found = {name: site.views.select(connection, name, equal={}) for name in ("requests", "conflicts", "incidents")}
    return {name: sorted(map(dict, rows), key=repr) for name, rows in found.items()}


def test_a12_two_sites_edit_one_request_apart_and_show_the_same_afterwards(
    sites: tuple[Site, Site], tmp_path: Path
) -> None:
    field, hq = sites
    authority = Authority(tmp_path)
    made = {site.row.code: authority.certify(site.row.code) for site in sites}
    trust = trust_of([*sites], {code: tls for code, (_, _, tls) in made.items()})
    profile = field.policies.links.profile[0]
    stations = {site.row.code: Station(site, Codec(), profile, Known(trust), Quiet()) for site in sites}
    cert, key, _ = made["MHQ"]
    own = made["FIELD"]
    request = a_subject()

    @contextmanager
    def meeting() -> Iterator[None]:
        with answering(stations["MHQ"], authority, cert, key) as address:
            routes = [Route(peer="MHQ", address=address)]
            calling = Calling(stations["FIELD"], lambda: authority.context(own[0], own[1]), lambda: routes)
            yield
            until(lambda: heads(field) == heads(hq))
            calling.close()

    lines: dict[str, object] = {"litter": 1, "freq": "46.55", "security": "P"}
    with meeting():
        send(field, c.RequestEvacuation(request=request, kind="CASEVAC", dialect="UN_9LINE", lines=lines))
    send(field, c.AmendRequest(request=request, lines={"litter": 2, "freq": "47.0"}))
    send(hq, c.AmendRequest(request=request, lines={"litter": 3, "security": "E"}))
    with meeting():
        pass
    assert views_of(field) == views_of(hq)
    (row,) = views_of(hq)["requests"]
    (conflict,) = views_of(hq)["conflicts"]
    assert (row["lines"]["freq"], row["lines"]["security"]) == ("47.0", "E")
    assert conflict["field"] == "line.litter"
    assert {value["value"] for value in conflict["values"]} == {2, 3}
