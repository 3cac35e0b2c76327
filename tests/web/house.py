"""A site with its doors and people who use them, for tests of the web."""

import asyncio
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx
from litestar import Litestar
from litestar.testing import TestClient
from msgspec import to_builtins

from dunant.config import Settings
from dunant.kernel.events import Command, Event
from dunant.services.accounts import Accounts
from dunant.services.asked import Asked
from dunant.services.build import Site
from dunant.services.handle import Author
from dunant.services.passwords import Hasher, Profile
from dunant.services.syncing import open_syncing
from dunant.store.snapshot import snapshot
from dunant.web.asgi import create_app
from dunant.web.server import Addresses, running
from tests.builders import asked, new_id
from tests.fakes import FixedClock

QUICK = Hasher(Profile(code="quick", memory_kib=64, passes=1, lanes=1, source="tests only"))
SECRET = "kettle orbit saffron"
BASE = "http://127.0.0.1:8000"
# A name that must not turn up where names have no business.
CANARY = "Canary-Zaffre"


class Person:
    """Somebody at a screen: what a browser keeps, kept by hand."""

    def __init__(self, client: Any, cookie: str, me: dict[str, Any]) -> None:
        self.client = client
        self.cookie = cookie
        self.me = me

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie, "X-CSRF-Token": self.me["csrf"]}

    def get(self, path: str, **more: Any) -> Any:
        headers = {"Cookie": self.cookie, **more.pop("headers", {})}
        return self.client.get(path, headers=headers, **more)

    def post(self, path: str, **more: Any) -> Any:
        headers = {**self.headers, **more.pop("headers", {})}
        return self.client.post(path, headers=headers, **more)

    def view(self, name: str, **query: Any) -> Any:
        return self.get(f"/api/v1/views/{name}", params=query)

    def send(self, *commands: Command | dict[str, Any]) -> list[dict[str, Any]]:
        """Outcomes of commands, or of whole entries."""
        entries = [{"id": new_id(), "command": to_builtins(c)} if isinstance(c, Command) else c for c in commands]
        answer = self.post("/api/v1/commands", json=entries)
        assert answer.status_code == 200, answer.text
        outcomes: list[dict[str, Any]] = answer.json()
        return outcomes


def sign_in(client: Any, login: str, password: str = SECRET) -> Person:
    answer = client.post("/api/v1/login", json={"user": login, "password": password})
    assert answer.status_code == 200, answer.text
    cookie = answer.headers["set-cookie"].partition(";")[0]
    # Several people share one client, so the client itself remembers nobody.
    client.cookies.clear()
    return Person(client, cookie, answer.json())


class House(AbstractContextManager["House"]):
    """A site, its accounts and its application, without a network. People are added as they are asked for."""

    def __init__(self, folder: Path, db: str = "", clock: FixedClock | None = None, *, secure: bool = False) -> None:
        self.wall = FixedClock()
        self.settings = Settings(data=folder, db=db, site="ALPHA")
        self.site = Site(self.settings, clock or FixedClock())
        self.accounts = Accounts(self.site.database, self.site.policies.roles, self.settings, self.wall, hasher=QUICK)
        self.app: Litestar = create_app(self.site, self.accounts, open_syncing(self.site), secure=secure)
        base = BASE.replace("http", "https") if secure else BASE
        self.client: TestClient[Litestar] = TestClient(self.app, base_url=base, raise_server_exceptions=False)
        self._people: dict[str, Person] = {}

    def __enter__(self) -> "House":
        self.client.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.__exit__(kind, error, trace)
        self.site.close()

    def account(self, login: str, role: str, **where: str) -> str:
        return self.accounts.add(login=login, display=f"{CANARY} {login}", role=role, password=SECRET, **where)

    def person(self, role: str, login: str = "", **where: str) -> Person:
        """Somebody of this role, signed in; the same one each time."""
        name = login or role
        if name not in self._people:
            if name not in {account.login for account in self.accounts.list()}:
                self.account(name, role, **where)
            self._people[name] = sign_in(self.client, name)
        return self._people[name]

    def happened(self, author: Author, *commands: Command | Asked) -> None:
        """Facts, whoever may have been allowed to state them."""
        entries = [command if isinstance(command, Asked) else asked(command) for command in commands]
        self.site.commit.submit(
            lambda transaction: [self.site.handler.decide(transaction, entry, author) for entry in entries]
        ).result(timeout=30)

    def events(self, stream: str) -> Sequence[Event]:
        """Everything in one stream, oldest first."""
        return events_of(self.site, stream)


def events_of(site: Site, stream: str) -> list[Event]:
    with site.database.reading() as connection:
        rows = connection.exec_driver_sql(f"SELECT header, body FROM event WHERE st = '{stream}' ORDER BY pos").all()
    return [site.registry.event(bytes(header), bytes(body)) for header, body in rows]


def view_rows(site: Site, view: str) -> list[dict[str, Any]]:
    with snapshot(site.database, site.views, site.registry) as look:
        return look.rows(view)


class Street(AbstractContextManager["Street"]):
    """A real server on a real port, in a thread of its own."""

    def __init__(self, site: Site, settings: Settings) -> None:
        self._site = site
        self._settings = settings
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._failed: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self.url = ""

    def __enter__(self) -> "Street":
        self._thread.start()
        assert self._ready.wait(20)
        if self._failed:
            raise self._failed
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> float:
        """Seconds it took."""
        began = time.monotonic()
        if self._loop and self._stop and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)
        assert not self._thread.is_alive()
        return time.monotonic() - began

    def client(self, **more: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=20, trust_env=False, **more)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # told to whoever started us
            self._failed = error
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        async with running(self._site, self._settings) as where:
            self._here(where)
            await self._stop.wait()

    def _here(self, where: Addresses) -> None:
        self.url = where.url
        self._ready.set()
