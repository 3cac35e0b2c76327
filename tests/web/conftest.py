"""A house for each file of tests, and a street where the transport matters."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from dunant.config import Settings
from dunant.services.accounts import Accounts
from dunant.services.build import Site
from dunant.store.engine import sqlite_url
from tests.fakes import FixedClock
from tests.web.house import CANARY, QUICK, SECRET, House, Street


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One for a whole file, on SQLite: its tests are many and small."""
    with House(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture
def fresh_house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path / "house") as made:
        yield made


@pytest.fixture
def plain_settings(tmp_path: Path) -> Settings:
    data = tmp_path / "street"
    return Settings(data=data, site="ALPHA", port=0, cot_port=-1, db=sqlite_url(tmp_path / "street.sqlite3"))


@pytest.fixture
def street(plain_settings: Settings) -> Iterator[Street]:
    """A real server with a coordination cell, a medic and a commander."""
    yield from a_street(plain_settings)


def a_street(settings: Settings) -> Iterator[Street]:
    site = Site(settings, FixedClock())
    people(site, settings)
    with Street(site, settings) as made:
        yield made
    site.close()


def people(site: Site, settings: Settings) -> None:
    quick = replace(settings, password_profile="laptop")
    accounts = Accounts(site.database, site.policies.roles, quick, FixedClock(), hasher=QUICK)
    for role in ("casevac_cell", "medic", "commander", "registrar"):
        accounts.add(login=role, display=f"{CANARY} {role}", role=role, password=SECRET)
