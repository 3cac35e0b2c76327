"""The site page: how the links are, what waits, and what an administrator does about it."""

import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from litestar import Request, Response, get, post
from litestar.params import JSONBody
from msgspec import Struct

from dunant.kernel.clock import rfc3339
from dunant.kernel.errors import NotFound
from dunant.services import upkeep
from dunant.services.syncing.bundles import ImportReport, export_bundle, import_bundle
from dunant.services.syncing.looking import look
from dunant.services.syncing.status import SiteStatus
from dunant.services.taking import import_outbox
from dunant.web.state import Doors

BUNDLE = "application/vnd.dunant.bundle"


class LinkWanted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    up: bool


class BackupMade(Struct, frozen=True, kw_only=True):
    file: str
    events: int


class ExportWanted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sites that shall be able to open the file."""

    to: tuple[str, ...]


@get("/site/status", opt={"action": "site.look"}, sync_to_thread=True)
def site_status(request: Request[Any, Any, Any]) -> SiteStatus:
    """Links, queues, receipts, sites and storage. Codes, counts and times; nothing of a person."""
    doors = Doors.of(request.app)
    return look(doors.syncing, doors.link)


@post("/site/backup", status_code=200, opt={"action": "site.backup"}, sync_to_thread=True)
def site_backup(request: Request[Any, Any, Any]) -> BackupMade:
    """One file in the site's own folder; its name is its moment."""
    site = Doors.of(request.app).site
    folder = site.settings.data / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    stamp = rfc3339(site.clock.now()).replace(":", "").replace("-", "")
    file = folder / f"{site.row.code}-{stamp}.sqlite3"
    made = upkeep.backup(site.settings, file)
    return BackupMade(file=file.name, events=made.events)


@post("/site/export", status_code=200, opt={"action": "site.export"})
async def site_export(request: Request[Any, Any, Any], data: JSONBody[ExportWanted]) -> Response[bytes]:
    """What these sites lack, sealed for them, as one file for a stick."""
    station = Doors.of(request.app).syncing.station
    with tempfile.TemporaryDirectory(prefix="dunant-export-") as folder:
        file = Path(folder) / "bundle.dunant"
        await anyio.to_thread.run_sync(partial(export_bundle, station, file, data.to))
        content = await anyio.to_thread.run_sync(file.read_bytes)
    return Response(content, media_type=BUNDLE)


@post("/site/import", status_code=200, opt={"action": "site.import"})
async def site_import(request: Request[Any, Any, Any]) -> ImportReport:
    """Take in a file from a stick: any order, any number of times, partly damaged."""
    doors, body = Doors.of(request.app), await request.body()

    def entries(content: bytes) -> Counter[str]:
        outcomes, _ = import_outbox(doors.site, doors.accounts, content, doors.syncing.station.trust())
        return Counter(outcome.outcome for outcome in outcomes)

    return await anyio.to_thread.run_sync(import_bundle, doors.syncing.station, body, entries)


@post("/demo/link", status_code=204, opt={"action": "demo.switch_link"})
async def demo_link(request: Request[Any, Any, Any], data: JSONBody[LinkWanted]) -> None:
    """Cut or restore the emulated link of a demonstration.

    Raises
    ------
    NotFound
        This is no demonstration.
    """
    doors = Doors.of(request.app)
    if doors.link is None:
        raise NotFound(field="link", rule="demo_only")
    await anyio.to_thread.run_sync(partial(doors.link.turn, up=data.up))
    if data.up:
        doors.syncing.wake()
