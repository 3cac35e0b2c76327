"""Fills a small disk to the last byte and goes on from there. Prints what happened, as JSON.

Run as `python -m tests.faults.filler ENGINE FOLDER`, where the folder is on a filesystem of its own.
"""

import json
import os
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from dunant.casualty import commands as c
from dunant.config import Settings
from dunant.kernel.errors import DunantError
from dunant.kernel.events import Command
from dunant.services.build import Site
from dunant.services.upkeep import check_chains
from dunant.store.rebuild import differing
from dunant.store.schema import event
from dunant.store.snapshot import snapshot
from tests.builders import a_subject, as_author, asked
from tests.conftest import start_postgres

BALLAST = "ballast"
# Bytes left to the site once the ballast is in place, on a disk where PostgreSQL itself already takes most.
ROOM = 16 * 1024 * 1024


class Filler:
    """Writes until the disk is full, and keeps count of every answer."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.acknowledged: list[str] = []
        self.refused: list[str] = []
        self.write(story(1))

    def write(self, commands: list[Command]) -> bool:
        entries = [asked(command) for command in commands]
        try:
            outcomes = self.site.send([(entry, as_author()) for entry in entries]).result(timeout=120)
        except DunantError as error:
            self.refused.append(error.code)
            return False
        assert all(outcome.outcome == "accepted" for outcome in outcomes), outcomes
        self.acknowledged += [outcome.id for outcome in outcomes]
        return True

    def fill(self, size: int) -> None:
        """Attachments would fill it faster, but events, views and indexes are what a site is made of."""
        for _ in range(20_000):
            if not self.write(story(size)):
                return

    def read(self) -> int:
        """Casualties on the board."""
        with snapshot(self.site.database, self.site.views, self.site.registry) as look:
            return len(look.rows("board"))

    def lost(self) -> dict[str, int]:
        """Acknowledged commands that are not there exactly once."""
        with self.site.database.reading() as connection:
            held = Counter(connection.execute(select(event.c.id)).scalars())
        return {name: held[name] for name in self.acknowledged if held[name] != 1}


def story(length: int) -> list[Command]:
    """A new casualty, and as much as can be said of it; random text, because PostgreSQL would compress any other."""
    casualty = a_subject()
    said = [c.ReportMist(casualty=casualty, signs=secrets.token_hex(900)) for _ in range(length - 1)]
    return [c.ReportCasualty(casualty=casualty), *said]


def fill(settings: Settings, ballast: Path) -> dict[str, Any]:
    site = Site(settings)
    filler = Filler(site)
    # Large commits, then single ones, until there is room for neither.
    for size in (20, 1):
        filler.fill(size)
    for _ in range(5):
        filler.write(story(2))
    report: dict[str, Any] = {"refused": list(filler.refused), "read while full": filler.read()}
    site.close()
    # Whoever starts the site again on the full disk finds it readable.
    filler.site = Site(settings)
    report["read after a restart while full"] = filler.read()
    report["lost while full"] = filler.lost()
    ballast.unlink()
    _release(filler.site)
    before = len(filler.acknowledged)
    report["written with room again"] = [filler.write(story(3)) for _ in range(10)]
    report["acknowledged"] = before
    report["lost"] = filler.lost()
    report["faults"] = [str(fault) for fault in check_chains(filler.site.database, filler.site.key)]
    report["differing"] = differing(filler.site.database, filler.site.registry, filler.site.views)
    filler.site.close()
    return report


def _release(site: Site) -> None:
    """Where the limit is not that of a disk, lifting it is part of making room."""
    if PAGES:
        site.database.engine.dispose()
        PAGES.clear()


# Where no filesystem of its own can be had: as many pages of SQLite as 6 MB hold. Its answer is that of a full disk.
PAGES: list[int] = []


def limit_pages() -> None:
    from sqlalchemy import Engine

    PAGES.append(1400)

    @sqlalchemy_event.listens_for(Engine, "connect")
    def limited(connection: Any, _record: Any) -> None:
        if hasattr(connection, "setlimit"):
            connection.execute(f"PRAGMA max_page_count = {PAGES[0] if PAGES else 2**31 - 1}")


@contextmanager
def small_postgres(folder: Path) -> Iterator[str]:
    """A server whose write-ahead log has its room already, as the manual advises: it is the data that meets the end."""
    server = start_postgres(folder / "data")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting, value in (("min_wal_size", "64MB"), ("max_wal_size", "64MB"), ("checkpoint_timeout", "30s")):
            connection.execute(f"ALTER SYSTEM SET {setting} = '{value}'")
        connection.execute("SELECT pg_reload_conf()")
        for _ in range(5):
            connection.execute("SELECT pg_logical_emit_message(false, 'warm', repeat('x', 1000)), pg_switch_wal()")
        connection.execute("CHECKPOINT")
    yield str(server.get_uri())
    server.cleanup()


def main(engine: str, folder: Path) -> dict[str, Any]:
    ballast = folder / BALLAST
    if engine == "sqlite":
        # Room for what the write-ahead log holds: until that is in its place, the log cannot begin anew.
        _write(ballast, 4 * 1024 * 1024)
        return fill(Settings(data=folder / "data", site="ALPHA"), ballast)
    with small_postgres(folder) as address:
        room = os.statvfs(folder)
        _write(ballast, max(room.f_bavail * room.f_frsize - ROOM, 1))
        # The site's own folder is elsewhere: the server's disk is the one that is full.
        return fill(Settings(data=Path(sys.argv[3]), db=address, site="ALPHA"), ballast)


def _write(file: Path, size: int) -> None:
    with closing(file.open("wb")) as out:
        for _ in range(size // 65536):
            out.write(bytes(65536))


if __name__ == "__main__":
    if "limit" in sys.argv:
        limit_pages()
    began = time.monotonic()
    found = main(sys.argv[1], Path(sys.argv[2]))
    json.dump({**found, "seconds": round(time.monotonic() - began, 1)}, sys.stdout)
