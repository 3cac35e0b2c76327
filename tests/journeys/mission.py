"""The exercise site BENTIU at a minute of the night convoy, served for real from a thread of this process."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from msgspec.structs import replace

from dunant.casualty import commands as c
from dunant.config import Settings
from dunant.kernel.events import Command
from dunant.kernel.log import genesis
from dunant.kernel.replication import verified
from dunant.services.accounts import Accounts
from dunant.services.asked import Outcome
from dunant.services.build import Site
from dunant.services.clock import MissionClock, SystemClock
from dunant.services.reading import Query
from dunant.services.scenario import SCENARIO, Scenario
from dunant.services.simulator import Simulator, cast, script
from dunant.store import PackShelf, rows
from dunant.store.boot import SiteRow
from dunant.web.server import Addresses, running
from tests.builders import a_subject, as_actor, as_author, asked, new_id, send

NIGHT = PackShelf().read(SCENARIO, Scenario)
SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "cot"
PASSWORD = "a lantern over the ford"
LOGINS = ("duty", "cell", "medic", "medic2", "commander", "epi")
Row = dict[str, Any]


class Mission:
    """A site, its clock, its accounts and its server, which can be stopped and come back on the same port."""

    def __init__(self, folder: Path, minute: str) -> None:
        self.clock = MissionClock(NIGHT.moment(NIGHT.opens), 0)
        self._settings = Settings(
            data=folder, site=NIGHT.site, tag_block=NIGHT.tag_block, exercise=True, port=0, cot_port=0
        )
        self.site = Site(self._settings, self.clock)
        self._people = cast(NIGHT, self.site.policies.mission, 1)
        self._simulator = Simulator(self.site, self.clock, NIGHT, script(NIGHT, self.site.policies.mission, 1))
        self._tokens: dict[str, str] = {}
        self._open_accounts()
        self.play(minute)
        self.clock.pace(1.0)
        self.start()

    # ── time and server ──

    def play(self, minute: str) -> None:
        """Let everything of the scenario happen up to this minute."""
        self._simulator.play_until(NIGHT.moment(minute))

    def start(self) -> None:
        if self.site is None:
            self.site = Site(self._settings, self.clock)
        started: Future[Addresses] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(started)), daemon=True)
        self._thread.start()
        where = started.result(timeout=60)
        self.url, self.cot_port = where.url, where.cot_port
        self._settings = replace(self._settings, port=int(where.url.rpartition(":")[2]), cot_port=where.cot_port or -1)

    def stop(self) -> None:
        """As after a power cut of the server: nobody listens, and what was committed is on the disk."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(timeout=30)
        self.site.close()
        self.site = None  # type: ignore[assignment]

    async def _serve(self, started: "Future[Addresses]") -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with running(self.site, self._settings) as where:
                started.set_result(where)
                await self._stop.wait()
        except BaseException as wrong:
            if started.done():
                raise
            started.set_exception(wrong)

    # ── people ──

    def token(self, login: str) -> str:
        """A session of this account, opened once."""
        if login not in self._tokens:
            with self.api(login) as client:
                self._tokens[login] = client.cookies["dunant-session"]
        return self._tokens[login]

    @contextmanager
    def api(self, login: str) -> Iterator[httpx.Client]:
        """The API, signed in; no proxy of this machine stands between."""
        with httpx.Client(base_url=self.url, trust_env=False, timeout=30) as client:
            answer = client.post("/api/v1/login", json={"user": login, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
            yield client

    def end_sessions(self, login: str) -> None:
        accounts = self._accounts()
        user = next(one.user for one in accounts.list() if one.login == login)
        for session in accounts.sessions(user):
            accounts.end_session(user, session.id)
        self._tokens.pop(login, None)

    def _accounts(self) -> Accounts:
        return Accounts(self.site.database, self.site.policies.roles, self._settings, SystemClock())

    def _open_accounts(self) -> None:
        accounts = self._accounts()
        for person in NIGHT.person:
            if person.login in LOGINS:
                actor = self._people[person.login]
                accounts.add(
                    login=person.login,
                    display=person.display,
                    role=actor.role,
                    password=PASSWORD,
                    unit=actor.unit,
                    contingent=actor.contingent,
                    facility=actor.facility,
                )

    # ── what is said and known ──

    def tell(self, command: Command, who: str = "medic@ALPHA-BATT", **envelope: Any) -> Outcome:
        """Somebody reports something, now."""
        entry = asked(command, **{"rec": self.clock.now(), **envelope})
        outcome = send(self.site, entry, author=as_author(who))[0]
        assert outcome.outcome == "accepted", outcome
        return outcome

    def post(self, login: str, command: Row, **envelope: Any) -> Row:
        """The same through the write door, as a device does."""
        with self.api(login) as client:
            answer = client.post("/api/v1/commands", json=[{"id": new_id(), "command": command, **envelope}]).json()
        assert answer[0]["outcome"] == "accepted", answer
        return dict(answer[0])

    def rows(self, view: str, **equal: str) -> list[Row]:
        reader = as_actor("duty_officer@HQ")
        return self.site.pages.read(reader, Query(view=view, equal=equal, limit=1000)).rows

    def row(self, tag: str) -> Row:
        return next(row for row in self.rows("board") if row["tag"] == tag)

    def happened(self, tag: str, kind: str) -> list[Row]:
        return [row for row in self.rows("timeline", subject=self.row(tag)["subject"]) if row["t"] == kind]

    def send_cot(self, sample: str) -> None:
        """What a TAK client does with a 9-line: connect, say it, hang up."""
        assert self.cot_port is not None
        with closing(socket.create_connection(("127.0.0.1", self.cot_port), timeout=10)) as peer:
            peer.sendall((SAMPLES / sample).read_bytes())

    # ── what leads to the states of a screen ──

    def hear_from(self, other: str, folder: Path) -> None:
        """A casualty that another site reported an hour ago; nothing has come from there since."""
        then = MissionClock(self.clock.now() - timedelta(hours=1), 0)
        away = Site(Settings(data=folder, site=other, tag_block=9, exercise=True), then)
        casualty = a_subject()
        entry = asked(c.ReportCasualty(casualty=casualty, exercise=True), rec=then.now())
        assert send(away, entry, author=as_author("medic@CHARLIE"))[0].outcome == "accepted"
        row: SiteRow = away.row
        name = (row.code, row.epoch, "casualty")
        with away.database.reading() as connection:
            log, keys = list(rows.of_log(connection, name)), rows.block_keys(connection, name)
            point = rows.checkpoints(connection, name)[-1]
        away.close()
        found = verified(name, 1, genesis(name), [(one.header, one.body or b"") for one in log], keys)
        self.site.commit.submit(lambda transaction: transaction.take(name, found, keys, point)).result(timeout=30)

    def close_incidents(self) -> None:
        for incident in self.rows("incidents"):
            unaccounted = incident["unaccounted"] or 0
            self.tell(
                c.CloseIncident(incident=incident["subject"], unaccounted=unaccounted, reason="EXERCISE over"),
                "duty_officer@HQ",
            )
