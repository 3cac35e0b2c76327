"""A field site with a backlog and its headquarters: two `dunant serve` with the emulated link between them."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.backlog import BEGIN, write
from benchmarks.running import PASSWORD, ROLE, Client, entry, new_id
from dunant.config import Settings
from dunant.services.accounts import Accounts
from dunant.services.build import Site
from dunant.services.clock import MissionClock, SystemClock
from dunant.services.syncing.demo import found_mission
from dunant.services.syncing.shelf import reading_shelf
from dunant.sync.frames import Codec
from dunant.sync.offer import build
from tests.link.emulator import Network

FIELD, HQ = "FIELD", "MHQ"
PORT, SYNC_PORT = 8000, 8443
FRAME_BYTES = 18_000
RATE = 256_000
# What the backlog is made of, and where an alert goes.
BACKLOG, ALERT = ("casualty", "clinical"), ("alert",)


@dataclass(frozen=True)
class Mission:
    """Both sites at the moment when the link comes up for the first time. `payload`: its frames, in bytes."""

    folder: Path
    events: int
    payload: int

    @property
    def limit_s(self) -> float:
        """The physical limit: compressed bytes ÷ bandwidth."""
        return self.payload * 8 / RATE


def prepare(folder: Path, events: int) -> Mission:
    """Two sites that belong to one mission; only one of them has written anything."""
    clock = MissionClock(BEGIN, 0)
    field = Site(Settings(data=folder / FIELD, site=FIELD, tag_block=1, exercise=True), clock)
    hq = Site(Settings(data=folder / HQ, site=HQ, exercise=True), clock)
    # Nothing older than the sites' own certificates, which are of today.
    clock.jump(datetime.now(UTC))
    found_mission(hq, field)
    clock.jump(BEGIN)
    Accounts(field.database, field.policies.roles, field.settings, SystemClock()).add(
        login="bench", display="bench", role=ROLE, password=PASSWORD
    )
    write(field, clock, events, seed=1)
    payload = sum(_frames(field))
    hq.close()
    field.close()
    return Mission(folder, events, payload)


def _frames(site: Site) -> Iterator[int]:
    """Sizes of the frames that a backlog makes."""
    with reading_shelf(site) as shelf:
        for log, tip in shelf.vector().items():
            after = 0
            while log[2] in BACKLOG and after < tip.q:
                cut = build(shelf, Codec(), log, after, FRAME_BYTES, held=after)
                assert cut is not None
                after = cut.q_to
                yield len(cut.raw)


def documents(mission: Mission, file: Path, most: int) -> int:
    """The same events as documents of another database, one JSON object a line: header and body."""
    rows = _rows(mission.folder / FIELD, "SELECT header, body FROM event WHERE st IN ('casualty', 'clinical')")
    lines = []
    for header, body in rows[:most]:
        found = {**json.loads(header), "body": json.loads(body)}
        lines.append(json.dumps({"_id": found.pop("id"), **found}, separators=(",", ":")))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(lines)


class Pair:
    """Copies of both sites, running."""

    def __init__(self, mission: Mission, folder: Path, link: Network) -> None:
        self.mission, self.link = mission, link
        self.field, self.hq = folder / FIELD, folder / HQ
        for code in (FIELD, HQ):
            shutil.copytree(mission.folder / code, folder / code)
        self._processes: list[subprocess.Popen[Any]] = []

    def start_hq(self) -> None:
        where = self.link.address("hq")
        self._serve("hq", self.hq, "--sync-host", where, "--sync-port", str(SYNC_PORT))

    def start_field(self) -> None:
        """It calls headquarters as soon as it runs."""
        self._serve("site", self.field, "--sync-peers", f"{HQ}=https://{self.link.address('hq')}:{SYNC_PORT}")

    def _serve(self, host: str, data: Path, *more: str) -> None:
        command = [sys.executable, "-m", "dunant", "serve", "--data", str(data), "--port", str(PORT)]
        process = self.link.run_in(
            host, [*command, "--cot-port", "-1", *more], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        )
        self._processes.append(process)
        assert process.stdout is not None
        if not process.stdout.readline():
            raise RuntimeError(f"{host} did not come up")

    def stop(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(60)

    def client(self) -> Client:
        """Signed in at the field site, over its own loopback."""
        return self.link.inside("site", lambda: Client(PORT))

    def held(self, data: Path, streams: tuple[str, ...]) -> int:
        marks = ", ".join("?" * len(streams))
        found = _rows(data, f"SELECT count(*) FROM event WHERE o = ? AND st IN ({marks})", FIELD, *streams)
        return int(found[0][0])

    def until(self, data: Path, streams: tuple[str, ...], events: int, patience_s: float) -> float:
        """When so many were held, and readable: both come with one commit."""
        ends = time.monotonic() + patience_s
        with _log(data) as log:
            while self._at(log, streams) < events:
                if time.monotonic() > ends:
                    raise RuntimeError(f"{self.held(data, streams)} of {events} after {patience_s:.0f} s")
                time.sleep(0.01)
        return time.monotonic()

    @staticmethod
    def _at(log: sqlite3.Connection, streams: tuple[str, ...]) -> int:
        """By the last numbers of the logs, which an index gives at once."""
        numbers = (
            log.execute("SELECT max(q) FROM event WHERE o = ? AND st = ? GROUP BY e", (FIELD, stream)).fetchone()
            for stream in streams
        )
        return sum(int(found[0]) for found in numbers if found)

    def alert(self, client: Client) -> None:
        told = entry(
            t="casualty.record_alert",
            alert=new_id(),
            channel="VOICE",
            exercise=True,
            callsign="CONVOY-6",
            position={"lat": 9.45, "lon": 29.55},
        )
        # The site closes connections that say nothing for some seconds.
        fresh = self.link.inside("site", lambda: client.another(PORT))
        fresh.post(json.dumps([told]).encode())


@contextmanager
def pair(mission: Mission, folder: Path, link: Network) -> Iterator[Pair]:
    """Headquarters is up and the link too; the field site is started by whoever measures."""
    made = Pair(mission, folder, link)
    try:
        made.start_hq()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder)


def _log(data: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{data / 'dunant.sqlite3'}?mode=ro", uri=True)


def _rows(data: Path, query: str, *values: object) -> list[Any]:
    with _log(data) as log:
        return log.execute(query, values).fetchall()
