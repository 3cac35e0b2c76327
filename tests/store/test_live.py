"""A reader that asks what is new gets everything once, whoever commits in which order (sync K4)."""

import threading
from typing import Any

from sqlalchemy import insert, select

from dunant.casualty import commands as c
from dunant.services.build import Site
from dunant.store import Database, open_database
from dunant.store.boot import SiteRow, begin_epoch, migrate, name_site
from dunant.store.live import latest, since
from dunant.store.schema import event
from tests.builders import a_subject, send
from tests.conftest import Postgres


def test_a_reader_hears_of_each_change_once(site: Site) -> None:
    cursor = latest(site.database)
    assert since(site.database, cursor).changes == ()
    casualties = [a_subject() for _ in range(3)]
    for casualty in casualties:
        send(site, c.ReportCasualty(casualty=casualty))
    heard = since(site.database, cursor)
    assert [change.subject for change in heard.changes] == casualties
    assert {(change.stream, change.type) for change in heard.changes} == {("casualty", "casualty.casualty_reported")}
    assert since(site.database, heard.cursor) == since(site.database, latest(site.database))


def test_a_reader_that_was_away_goes_on_where_it_was(site: Site) -> None:
    send(site, c.ReportCasualty(casualty=a_subject()))
    cursor = latest(site.database)
    missed = a_subject()
    send(site, c.ReportCasualty(casualty=missed))
    send(site, c.AssignTriage(casualty=missed, category="T1", scheme="SIEVE"))
    assert [change.subject for change in since(site.database, cursor).changes] == [missed, missed]


def test_too_much_to_list_means_read_everything_again(site: Site) -> None:
    cursor = latest(site.database)
    send(site, *(c.ReportCasualty(casualty=a_subject()) for _ in range(5)))
    found = since(site.database, cursor, limit=3)
    assert (found.overflow, found.changes) == (True, ())
    assert since(site.database, found.cursor, limit=3).changes == ()
    assert len(since(site.database, cursor, limit=6).changes) == 5


def test_a_cursor_that_cannot_be_read_means_read_everything_again(site: Site) -> None:
    for cursor in ("", "x", "1", "1.2", "1.2.3.4", "abc.-1.0", f"{site.row.epoch}.0.{'9' * 30}", "²"):
        assert since(site.database, cursor).overflow


def test_a_cursor_of_before_a_restore_means_read_everything_again(site: Site) -> None:
    cursor = latest(site.database)
    with site.database.writing() as connection:
        begin_epoch(connection, "0badcafe")
    assert since(site.database, cursor).overflow


# ── the cursor trap ──

WRITERS, EACH = 4, 120


def test_a_reader_that_trusts_the_identity_column_loses_rows_and_ours_none(postgres: Postgres) -> None:
    """Four writers commit in another order than they drew their numbers in. No lock of ours is taken here."""
    address = postgres.fresh()
    database = open_database(address)
    migrate(database)
    name_site(database, SiteRow(code="ALPHA", epoch="0000000a", mission="M", exercise=False, tag_block=0))
    done = threading.Event()
    writers = [threading.Thread(target=_write, args=(address, number)) for number in range(WRITERS)]
    naive, ours = _Naive(database), _Ours(database)
    readers = [threading.Thread(target=_follow, args=(reader, done)) for reader in (naive, ours)]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    database.close()
    postgres.drop(address)
    assert len(ours.seen) == len(set(ours.seen)) == WRITERS * EACH
    assert len(naive.seen) < WRITERS * EACH


def _write(address: str, number: int) -> None:
    database = open_database(address)
    for n in range(EACH):
        with database.writing() as connection:
            connection.execute(insert(event).values(**_row(f"W{number}", n + 1)))
            # Some transactions take longer than others.
            connection.exec_driver_sql(f"SELECT pg_sleep({(n * 7 + number * 3) % 5 / 1000})")
    database.close()


def _row(site: str, q: int) -> dict[str, Any]:
    texts = dict.fromkeys(("e", "st", "h", "t", "m", "c", "rx"), "x")
    fields = dict.fromkeys(("header", "body", "digest", "head"), b"x")
    return {**texts, **fields, "o": site, "q": q, "v": 1, "id": f"{site}-{q}", "s": f"{site}-{q}"}


class _Naive:
    """Everything after the highest number seen."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last = 0
        self.seen: list[str] = []

    def look(self) -> None:
        with self._database.reading() as connection:
            query = select(event.c.pos, event.c.s).where(event.c.pos > self._last).order_by(event.c.pos)
            for position, subject in connection.execute(query):
                self._last = position
                self.seen.append(subject)


class _Ours:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._cursor = latest(database)
        self.seen: list[str] = []

    def look(self) -> None:
        found = since(self._database, self._cursor)
        self._cursor = found.cursor
        self.seen += [change.subject for change in found.changes]


def _follow(reader: _Naive | _Ours, done: threading.Event) -> None:
    while not done.is_set():
        reader.look()
        done.wait(0.001)
    reader.look()
