"""What a view holds is what the log says, to the byte, on both engines; and a listing shows no more than a reading."""

import random
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from msgspec.structs import astuple
from sqlalchemy import Connection, insert, inspect, select

from dunant.casualty import casualty_views
from dunant.casualty import commands as c
from dunant.config import Settings
from dunant.kernel.access import Actor, Condition, Part, Sight
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId
from dunant.kernel.views import Column, View
from dunant.services.build import Site
from dunant.services.policies import load_policies
from dunant.store import Database, open_database, rows
from dunant.store.boot import alembic_config, migrate, newest_revision, revision
from dunant.store.engine import sqlite_url
from dunant.store.rebuild import differing, outdated, rebuild
from dunant.store.schema import event, metadata, view_version
from dunant.store.schema import site as site_table
from dunant.store.tables import Change, ViewTables
from tests.builders import as_author, send
from tests.fakes import FixedClock
from tests.histories import CASUALTIES, Dice, entry


def stored(site: Site) -> dict[str, list[tuple[Any, ...]]]:
    with site.database.reading() as connection:
        return {name: site.views.dump(connection, name) for name in site.views.views}


def live_through(site: Site, seed: int, steps: int) -> None:
    """A random history in commits of random size; many entries are refused, alone or after they have written."""
    dice = random.Random(seed)
    send(site, *(c.ReportCasualty(casualty=casualty) for casualty in CASUALTIES))
    while steps > 0:
        size = dice.choice((1, 2, 20))
        steps -= size
        with site.database.reading() as connection:
            known = [e for s in CASUALTIES for e in rows.events_of(connection, site.registry, s)]
        site.send(
            [(entry(Dice(dice.randrange(2**96)), known), as_author("clinician@R2")) for _ in range(size)]
        ).result()


@pytest.fixture
def lenient(site: Site) -> Site:
    from tests.histories import Everybody

    site.handler._policy = Everybody()
    return site


@pytest.mark.parametrize("seed", range(3))
def test_rebuilt_is_incremental_byte_for_byte(lenient: Site, seed: int) -> None:
    live_through(lenient, seed, 300)
    before = stored(lenient)
    assert all(before[name] for name in ("board", "conflicts", "mists", "identities", "requests", "incidents"))
    assert differing(lenient.database, lenient.registry, lenient.views) == []
    assert rebuild(lenient.database, lenient.registry, lenient.views, list(lenient.views.views)) > 100
    assert stored(lenient) == before


def test_a_row_that_is_off_is_found(lenient: Site) -> None:
    live_through(lenient, 1, 30)
    board = lenient.views.table("board")
    with lenient.database.writing() as connection:
        connection.execute(board.update().where(board.c.subject == CASUALTIES[0]).values(status="LOST"))
    assert differing(lenient.database, lenient.registry, lenient.views) == ["board"]


def test_what_survives_a_restart_is_what_was_there(lenient: Site, settings: Settings, clock: FixedClock) -> None:
    live_through(lenient, 5, 60)
    before = stored(lenient)
    lenient.close()
    again = Site(settings, clock)
    try:
        assert stored(again) == before
        live_through(again, 6, 20)
        assert differing(again.database, again.registry, again.views) == []
    finally:
        again.close()


def test_a_view_of_another_version_is_made_anew_at_start(lenient: Site, settings: Settings, clock: FixedClock) -> None:
    live_through(lenient, 2, 30)
    before = stored(lenient)
    with lenient.database.writing() as connection:
        connection.execute(view_version.update().where(view_version.c.view == "board").values(stamp="0:"))
        connection.execute(lenient.views.table("board").delete())
    assert outdated(lenient.database, lenient.views) == ["board"]
    lenient.close()
    seen: list[tuple[int, int]] = []
    again = Site(settings, clock, lambda done, total: seen.append((done, total)))
    try:
        assert stored(again) == before
        assert seen[-1][0] == seen[-1][1] > 0
    finally:
        again.close()


def test_a_view_made_under_other_packs_is_made_anew() -> None:
    policies = load_policies("mission_demo.toml")
    now = {view.name: view.stamp for view in casualty_views(policies.casualty)}
    other = structs.replace(policies.casualty, severity={**policies.casualty.severity, "T4": 99})
    then = {view.name: view.stamp for view in casualty_views(other)}
    assert now.keys() == then.keys()
    assert all(now[name] != then[name] for name in now)


def test_an_event_of_a_later_version_is_kept_and_breaks_nothing(site: Site) -> None:
    casualty = CASUALTIES[0]
    send(site, c.ReportCasualty(casualty=casualty))
    with site.database.writing() as connection:
        (row,) = rows.of_log(connection, ("ALPHA", site.row.epoch, "casualty"))
        changed = {"q": 2, "id": "later", "t": "casualty.cloned"}
        later = dict(zip(rows.EVENT_COLUMNS, astuple(row), strict=True)) | changed
        later["header"] = row.header.replace(b"casualty.casualty_reported", b"casualty.cloned").replace(
            row.id.encode(), b"later"
        )
        connection.execute(insert(event).values(**later))
    rebuild(site.database, site.registry, site.views, list(site.views.views))
    board = stored(site)["board"]
    assert len(board) == 1
    assert any("needs_upgrade" in str(value) for value in board[0])


# ── migrations ──

# SQLAlchemy does not know the type of the one column that only PostgreSQL has; we ask for it by name alone.
XID8 = pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")


@XID8
def test_a_new_database_is_made_once_and_migrating_again_changes_nothing(database: Database) -> None:
    assert revision(database) == newest_revision() is not None
    before = _tables(database)
    migrate(database)
    assert (revision(database), _tables(database)) == (newest_revision(), before)


@XID8
def test_the_migrated_tables_are_the_declared_ones(database: Database) -> None:
    with database.reading() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    # PostgreSQL alone keeps the transaction of each event.
    allowed = set() if database.is_sqlite else {("remove_column", "xid"), ("remove_index", "event_arrival")}
    assert {(kind, what.name) for kind, *_, what in found} <= allowed


@XID8
def test_a_database_of_the_first_revision_is_carried_over(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """What had been released is spelled out, so that a database with somebody's data in it can follow."""
    server = request.getfixturevalue("postgres") if engine == "postgresql" else None
    old = open_database(server.fresh(empty=True) if server else sqlite_url(tmp_path / "old.sqlite3"))
    with old.writing() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql("INSERT INTO site VALUES ('ALPHA', '00000001', 'M', false, 1, 7, '0', 9)")
    migrate(old)
    with old.reading() as connection:
        assert connection.execute(select(site_table.c.code, site_table.c.pos)).one() == ("ALPHA", 0)
    assert revision(old) == newest_revision()
    test_the_migrated_tables_are_the_declared_ones(old)
    old.close()


def _tables(database: Database) -> dict[str, list[str]]:
    seen = inspect(database.engine)
    return {table: [column["name"] for column in seen.get_columns(table)] for table in sorted(seen.get_table_names())}


# ── a listing shows exactly the rows that a reading shows ──

VIEW = View(
    name="sample",
    version=1,
    resource="evacuation",
    columns=(
        Column(name="subject", key=True),
        Column(name="author"),
        Column(name="unit"),
        Column(name="holders", type="json"),
    ),
    rows={},
)
NAMES = st.text(st.sampled_from('aAbB%_"\\,[]: é\u0000'), max_size=4) | st.sampled_from(("ALPHA", "alpha", "Alpha"))
HOLDERS = (
    st.none()
    | st.lists(NAMES | st.none() | st.integers(0, 3), max_size=3)
    | NAMES
    | st.dictionaries(NAMES, NAMES, max_size=2)
)
ROWS = st.lists(
    st.fixed_dictionaries({"author": st.none() | NAMES, "unit": st.none() | NAMES, "holders": HOLDERS}), max_size=5
)
CONDITIONS = st.lists(
    st.sampled_from(
        (
            Condition(column="author", actor="user"),
            Condition(column="unit", actor="unit"),
            Condition(column="holders", op="in", actor="user"),
            Condition(column="holders", op="in", actor="unit"),
            Condition(column="nowhere", actor="user"),
        )
    ),
    max_size=3,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(found=ROWS, conditions=CONDITIONS, user=NAMES, unit=st.none() | NAMES)
def test_the_sql_filter_equals_the_predicate(
    database: Database, found: list[dict[str, Any]], conditions: list[Condition], user: str, unit: str | None
) -> None:
    tables = ViewTables([VIEW], database.mark)
    actor = Actor(user=user.replace("\0", ""), role="medic", unit=unit and unit.replace("\0", ""))
    sight = Sight(parts=(Part(groups=frozenset({"tag"}), conditions=tuple(conditions)),))
    with database.writing() as connection:
        tables.metadata.drop_all(connection)
        tables.metadata.create_all(connection)
        rows_made = tuple({"subject": str(n), **row} for n, row in enumerate(found))
        _put(tables, connection, rows_made)
        everything = tables.select(connection, "sample")
        listed = tables.select(connection, "sample", within=tables.within("sample", sight, actor))
    assert listed == [row for row in everything if sight.groups(row, actor)]


def _put(tables: ViewTables, connection: Connection, made: tuple[dict[str, Any], ...]) -> None:
    view = View(**{name: getattr(VIEW, name) for name in VIEW.__struct_fields__} | {"rows": {"sample": lambda _: made}})
    facts = Facts(SubjectId("subject"))
    facts._kinds.add("sample")
    fresh = ViewTables([view], tables.mark).of(facts)["sample"]
    tables.replace(connection, "sample", [Change(SubjectId("subject"), None, fresh)])


def test_keyset_pages_cover_a_listing_once_in_order(lenient: Site) -> None:
    live_through(lenient, 4, 40)
    with lenient.database.reading() as connection:
        whole = lenient.views.select(connection, "board")
        order = lenient.views.order("board")
        paged: list[dict[str, Any]] = []
        after = None
        while page := lenient.views.select(connection, "board", after=after, limit=2):
            paged += page
            after = [page[-1][name] for name in order]
    assert paged == whole
