"""A backup is one file for either engine; a restored site goes on in a new epoch; nothing wrong stays unseen."""

import secrets
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, func, insert, select

from dunant.casualty import commands as c
from dunant.config import Settings
from dunant.kernel.errors import Malformed, NotEmpty, NotFound
from dunant.services.build import WITNESS_FILE, Site
from dunant.services.upkeep import backup, check_chains, check_views, restore
from dunant.store import Database, open_database, rows
from dunant.store.engine import sqlite_url
from dunant.store.schema import blob, checkpoint, event, session, site_key, tip
from dunant.store.witness import is_ahead, read, seen_in
from tests.builders import a_subject, new_id, send
from tests.conftest import Postgres
from tests.fakes import FixedClock

CASUALTY = a_subject()


@pytest.fixture
def lived(site: Site) -> Site:
    """A site with a little history, an attachment, and somebody signed in."""
    send(site, c.ReportCasualty(casualty=CASUALTY))
    for category in ("T3", "T2", "T1"):
        send(site, c.AssignTriage(casualty=CASUALTY, category=category, scheme="SIEVE"))
    send(site, c.ReportMist(casualty=CASUALTY, signs="BP 90"))
    with site.database.writing() as connection:
        connection.execute(insert(blob).values(sha256="0" * 64, size=3, bytes=b"\0\1\2", rx="x"))
        texts = {column.name: "x" for column in session.columns if str(column.type) == "TEXT"}
        connection.execute(insert(session).values(**texts))
    return site


def events(database: Database) -> list[tuple[Any, ...]]:
    with database.reading() as connection:
        columns = [event.c[name] for name in rows.EVENT_COLUMNS]
        return [tuple(row) for row in connection.execute(select(*columns).order_by(event.c.pos))]


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """An empty place on either engine."""
    server: Postgres | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    db = server.fresh(empty=True) if server else ""
    return Settings(data=tmp_path / "elsewhere", db=db, site="OTHER")


def test_a_backup_of_either_engine_is_restored_into_either(
    lived: Site, settings: Settings, elsewhere: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    file = tmp_path / "site.backup"
    saved = backup(settings, file)
    assert (saved.site, saved.events) == ("ALPHA", 5)
    restored = restore(file, elsewhere)
    assert restored.faults == ()
    assert restored.summary.epoch != lived.row.epoch
    before = events(lived.database)
    again = Site(elsewhere, clock)
    try:
        assert (again.row.code, again.row.epoch) == ("ALPHA", restored.summary.epoch)
        assert events(again.database) == before
        with again.database.reading() as connection:
            assert connection.execute(select(func.count()).select_from(session)).scalar_one() == 0
            assert connection.execute(select(blob.c.bytes)).scalar_one() == b"\0\1\2"
            assert [row["triage"] for row in again.views.select(connection, "board")] == ["T1"]
        send(again, c.AssignTriage(casualty=CASUALTY, category="DEAD", scheme="SIEVE"))
        send(again, c.ReportCasualty(casualty=a_subject()))
        with again.database.reading() as connection:
            ours = list(rows.of_log(connection, ("ALPHA", again.row.epoch, "casualty")))
            tags = {row["tag"] for row in again.views.select(connection, "board")}
        assert [row.q for row in ours] == [1, 2]
        assert len(tags) == 2
        assert check_chains(again.database, again.key) == []
    finally:
        again.close()
    assert check_views(elsewhere) == []


def test_a_backup_is_one_file_and_is_never_overwritten(lived: Site, settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    backup(settings, folder / "a")
    with pytest.raises(NotEmpty):
        backup(settings, folder / "a")
    assert [file.name for file in folder.iterdir()] == ["a"]


def test_a_backup_is_one_moment_while_the_site_goes_on(lived: Site, settings: Settings, tmp_path: Path) -> None:
    done: list[int] = []

    def busy(at: int, _total: int) -> None:
        if len(done) < 3:
            send(lived, c.AssignTriage(casualty=CASUALTY, category="T2", scheme="SORT"))
            done.append(at)

    backup(settings, tmp_path / "a", busy)
    assert len(done) == 3
    with closing(open_database(sqlite_url(tmp_path / "a"))) as archive:
        assert check_chains(archive) == []


def test_a_site_is_not_restored_over_another(lived: Site, settings: Settings, tmp_path: Path) -> None:
    backup(settings, tmp_path / "a")
    before = events(lived.database)
    with pytest.raises(NotEmpty):
        restore(tmp_path / "a", settings)
    assert events(lived.database) == before


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"x" * 4096])
def test_what_is_no_backup_is_refused_and_leaves_the_place_empty(
    content: bytes, elsewhere: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "a"
    file.write_bytes(content)
    with pytest.raises(Malformed):
        restore(file, elsewhere)
    with pytest.raises(NotFound):
        check_views(elsewhere)


def test_looking_for_a_site_makes_none(tmp_path: Path) -> None:
    for work in (lambda s: backup(s, tmp_path / "a"), check_views):
        with pytest.raises(NotFound):
            work(Settings(data=tmp_path / "nowhere"))
    assert not (tmp_path / "nowhere").exists()


# ── epochs ──


def test_a_database_put_back_behind_our_back_begins_a_new_epoch(
    tmp_path: Path, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(data=tmp_path / "data", site="ALPHA")
    file = settings.data / "dunant.sqlite3"
    first = Site(settings, clock)
    send(first, c.ReportCasualty(casualty=CASUALTY))
    first.close()
    old = file.read_bytes()
    second = Site(settings, clock)
    assert second.row.epoch == first.row.epoch
    send(second, c.AssignTriage(casualty=CASUALTY, category="T1", scheme="SIEVE"))
    second.close()
    file.write_bytes(old)
    third = Site(settings, clock)
    assert third.row.epoch != first.row.epoch
    assert "new epoch" in caplog.text
    send(third, c.AssignTriage(casualty=CASUALTY, category="T2", scheme="SIEVE"))
    third.close()
    fourth = Site(settings, clock)
    try:
        assert fourth.row.epoch == third.row.epoch
        assert check_chains(fourth.database, fourth.key) == []
    finally:
        fourth.close()


def test_a_witness_lags_behind_and_is_never_ahead(site: Site) -> None:
    before = seen_in(site.database, "ALPHA", site.row.epoch)
    send(site, c.ReportCasualty(casualty=CASUALTY))
    assert not is_ahead(before, site.database)
    now = seen_in(site.database, "ALPHA", site.row.epoch)
    assert not is_ahead(now, site.database)
    mark = now.logs["casualty"]
    for wrong in (replace(mark, q=mark.q + 1), replace(mark, head="0" * 64)):
        assert is_ahead(replace(now, logs={"casualty": wrong}), site.database)


def test_a_witness_that_cannot_be_read_claims_nothing(site: Site, settings: Settings, clock: FixedClock) -> None:
    site.close()
    for content in (b"", b"{", b'{"site":1}'):
        (settings.data / WITNESS_FILE).write_bytes(content)
        assert read(settings.data / WITNESS_FILE) is None
    again = Site(settings, clock)
    assert again.row.epoch == site.row.epoch
    again.close()
    assert read(settings.data / WITNESS_FILE) is not None


# ── every fault is found ──


def _spoil(what: str) -> Callable[[Connection, tuple[str, str, str]], None]:
    def change(connection: Connection, log: tuple[str, str, str]) -> None:
        of_log = [event.c.o == log[0], event.c.e == log[1], event.c.st == log[2]]
        ends = [tip.c.o == log[0], tip.c.e == log[1], tip.c.st == log[2]]
        points = [checkpoint.c.o == log[0], checkpoint.c.e == log[1], checkpoint.c.st == log[2], checkpoint.c.q == 2]
        match what:
            case "gap":
                connection.execute(event.delete().where(*of_log, event.c.q == 2))
            case "digest":
                connection.execute(event.update().where(*of_log, event.c.q == 2).values(body=b"{}"))
            case "header":
                connection.execute(event.update().where(*of_log, event.c.q == 2).values(s=new_id()))
            case "missing":
                connection.execute(event.delete().where(*of_log, event.c.q == 4))
            case "whole log":
                connection.execute(event.delete().where(*of_log))
            case "tip":
                connection.execute(tip.update().where(*ends).values(q=3))
            case "checkpoint":
                connection.execute(checkpoint.update().where(*points).values(head=b"\0" * 32))
            case "signature":
                connection.execute(checkpoint.update().where(*points).values(sig=secrets.token_bytes(64)))
            case "key":
                connection.execute(site_key.delete())

    return change


@pytest.mark.parametrize(
    ("what", "found"),
    [
        ("gap", [(2, "gap"), (2, "missing")]),
        ("digest", [(2, "digest")]),
        ("header", [(2, "header")]),
        ("missing", [(4, "tip"), (4, "missing")]),
        ("whole log", [(4, "tip"), (1, "missing"), (2, "missing"), (3, "missing"), (4, "missing")]),
        ("tip", [(3, "tip")]),
        ("checkpoint", [(2, "checkpoint"), (2, "signature")]),
        ("signature", [(2, "signature")]),
        ("key", [(1, "signature"), (2, "signature"), (3, "signature"), (4, "signature")]),
    ],
)
def test_what_was_tampered_with_is_found(lived: Site, what: str, found: list[tuple[int, str]]) -> None:
    log = ("ALPHA", lived.row.epoch, "casualty")
    with lived.database.writing() as connection:
        _spoil(what)(connection, log)
    faults = check_chains(lived.database)
    assert [(fault.q, fault.rule) for fault in faults if fault.log == log] == found
    others = [fault for fault in faults if fault.log != log]
    assert {fault.rule for fault in others} == ({"signature"} if what == "key" else set())


def test_a_chain_forged_with_another_key_does_not_pass_the_sites_own_key(lived: Site) -> None:
    from nacl.signing import SigningKey

    from dunant.kernel.log import signed_bytes
    from dunant.services.keys import SiteKey

    assert check_chains(lived.database, lived.key) == []
    forger = SiteKey(secret=SigningKey.generate())
    with lived.database.writing() as connection:
        for name in (("ALPHA", lived.row.epoch, st) for st in ("casualty", "clinical")):
            for point in rows.checkpoints(connection, name):
                match_ = [checkpoint.c.q == point.q, checkpoint.c.st == name[2]]
                connection.execute(checkpoint.update().where(*match_).values(sig=forger.sign(signed_bytes(point))))
        connection.execute(site_key.update().values(public=bytes(forger.public)))
    assert {fault.rule for fault in check_chains(lived.database, lived.key)} == {"signature"}
