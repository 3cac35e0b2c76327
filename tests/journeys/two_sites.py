"""The two sites of `dunant demo`: field site, headquarters, and the emulated link between them."""

import asyncio
import socket
import threading
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

from dunant.config import Settings
from dunant.services.build import Site
from dunant.services.clock import MissionClock
from dunant.services.simulator import Simulator, cast, script
from dunant.services.syncing.demo import DemoLink, found_mission
from dunant.sync.link import linked
from dunant.sync.satellite import Shape
from dunant.web.server import Addresses, running
from tests.journeys.mission import NIGHT, Mission, Row

HEADQUARTERS = "MHQ"
SHAPE = Shape(rate=256_000, delay_s=0.3, loss=0.03)
# As the demo: a minute of the mission is a second here.
SPEED = 60.0


class Post(Mission):
    """One of the two. Served by the pair, so it cannot be stopped by itself."""

    def __init__(self, folder: Path, clock: MissionClock, code: str, tag_block: int, sync_port: int) -> None:
        self.clock = clock
        self._settings = Settings(
            data=folder, site=code, tag_block=tag_block, exercise=True, port=0, cot_port=0, sync_port=sync_port
        )
        self.site = Site(self._settings, clock)
        self._people = cast(NIGHT, self.site.policies.mission, 1)
        self._tokens: dict[str, str] = {}
        self._open_accounts()

    def reached_at(self, where: Addresses) -> None:
        self.url, self.cot_port, self.syncing = where.url, where.cot_port, where.syncing

    def arrivals(self, origin: str, after: int = 0) -> list[tuple[int, str]]:
        """Place of arrival and stream of what came from a site, in the order in which it came."""
        with self.site.database.reading() as connection:
            found = connection.exec_driver_sql(
                "SELECT pos, st FROM event WHERE o = ? AND pos > ? ORDER BY pos", (origin, after)
            )
            return [(pos, stream) for pos, stream in found]

    def delivery(self, view: str, subject: str) -> Row:
        found = next(row for row in self.rows(view) if row["subject"] == subject)
        return dict(found["delivery"])


class TwoSites:
    """Both in one process, the field site calling headquarters through the link."""

    def __init__(self, folder: Path, minute: str) -> None:
        clock = MissionClock(NIGHT.moment(NIGHT.opens), 0)
        with closing(socket.create_server(("127.0.0.1", 0))) as door:
            port = int(door.getsockname()[1])
        self.field = Post(folder / "field", clock, NIGHT.site, NIGHT.tag_block, -1)
        self.hq = Post(folder / "hq", clock, HEADQUARTERS, NIGHT.tag_block + 1, port)
        found_mission(self.hq.site, self.field.site)
        Simulator(self.field.site, clock, NIGHT, script(NIGHT, self.field.site.policies.mission, 1)).play_until(
            NIGHT.moment(minute)
        )
        clock.pace(SPEED)
        self._link = linked(("127.0.0.1", port), SHAPE, seed=1)
        self.link = DemoLink(self._link.__enter__(), SHAPE)
        started: Future[None] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(started)), daemon=True)
        self._thread.start()
        started.result(timeout=60)

    async def _serve(self, started: "Future[None]") -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        field, hq = self.field, self.hq
        try:
            async with (
                running(hq.site, hq.site.settings, self.link) as at_hq,
                running(field.site, field.site.settings, self.link) as where,
            ):
                where.syncing.call(HEADQUARTERS, f"https://{self.link.address[0]}:{self.link.address[1]}")
                hq.reached_at(at_hq)
                field.reached_at(where)
                started.set_result(None)
                await self._stop.wait()
        except BaseException as wrong:
            if started.done():
                raise
            started.set_exception(wrong)

    def mend(self) -> None:
        """Whatever a test left behind."""
        self.link.turn(up=True)
        self.field.syncing.wake()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(timeout=30)
        self._link.__exit__(None, None, None)
        self.field.site.close()
        self.hq.site.close()
