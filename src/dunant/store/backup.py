"""One archive format for both engines: an SQLite file with the durable tables.

A backup of one engine can be restored into the other, looked at with any SQLite tool, and checked without Dunant's
help. Views are not in it; they are made from the log. Neither is whatever lets somebody in without a password.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import DatabaseError, connect

from msgspec import Struct
from sqlalchemy import Connection, Table, func, insert, select

from dunant.kernel.errors import Malformed, NotEmpty, OtherVersion
from dunant.store.boot import alone, begin_epoch, migrate, newest_revision, revision
from dunant.store.engine import Database, open_database, sqlite_url
from dunant.store.schema import attempt, blob, capture_grant, event, metadata, session, site, view_version

Progress = Callable[[int, int], None]
# Sessions and grants must not come back to life; views are rebuilt.
LEFT_OUT = frozenset({session.name, capture_grant.name, attempt.name, view_version.name})
BATCH = 1000


class Summary(Struct, frozen=True, kw_only=True):
    """What an archive holds."""

    site: str
    epoch: str
    events: int


def backup(database: Database, file: Path, progress: Progress = lambda _done, _all: None) -> Summary:
    """Copy one consistent moment into a new archive, while the site goes on working.

    Raises
    ------
    NotEmpty
        The file is there already.
    OtherVersion
        The database belongs to another version of Dunant; that version makes its backups.
    """
    if file.exists():
        raise NotEmpty(field="file", rule="must_not_exist")
    if revision(database) != newest_revision():
        raise OtherVersion(field="database", rule="same_version")
    partial = file.with_name(file.name + ".part")
    partial.unlink(missing_ok=True)
    try:
        with closing(open_database(sqlite_url(partial))) as archive:
            migrate(archive)
            with database.reading() as source, archive.writing() as target:
                _copy(source, target, progress)
                summary = _summary(source)
        _seal(partial)
        partial.rename(file)
    finally:
        for leftover in (partial, partial.with_name(partial.name + "-wal"), partial.with_name(partial.name + "-shm")):
            leftover.unlink(missing_ok=True)
    return summary


def restore(file: Path, database: Database, epoch: str, progress: Progress = lambda _done, _all: None) -> Summary:
    """Fill an empty database from an archive, under a new epoch (sync K7). All or nothing.

    Raises
    ------
    NotEmpty
        The database already has a site or events.
    Malformed
        The file is no archive of Dunant, or is damaged.
    """
    with _opened(file) as archive:
        migrate(database)
        with archive.reading() as source, database.writing() as target:
            alone(target)
            if any(target.execute(select(table).limit(1)).first() for table in (site, event)):
                raise NotEmpty(field="database", rule="must_be_empty")
            _copy(source, target, progress)
            begin_epoch(target, epoch)
            return _summary(target)


@contextmanager
def _opened(file: Path) -> Iterator[Database]:
    """A copy of the archive, brought to this version; the archive itself stays as it is."""
    with tempfile.TemporaryDirectory(prefix="dunant-restore-") as folder:
        copy = Path(folder) / "archive.sqlite3"
        shutil.copyfile(file, copy)
        try:
            with closing(connect(copy)) as raw:
                sound = raw.execute("PRAGMA quick_check").fetchone() == ("ok",)
                raw.execute("SELECT 1 FROM event, site, alembic_version LIMIT 1")
        except DatabaseError:
            sound = False
        if not sound:
            raise Malformed(field="file", rule="not_a_backup")
        with closing(open_database(sqlite_url(copy))) as archive:
            migrate(archive)
            yield archive


def _copy(source: Connection, target: Connection, progress: Progress) -> None:
    tables = [table for table in metadata.sorted_tables if table.name not in LEFT_OUT]
    total = sum(source.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)
    done = 0
    for table in tables:
        for batch in _batches(source, table):
            target.execute(insert(table), batch)
            done += len(batch)
            progress(done, total)


def _batches(source: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    """Rows in order of arrival; numbers that only order rows on one machine are drawn anew."""
    columns = [column for column in table.columns if column is not table.autoincrement_column]
    query = select(*columns).order_by(*table.primary_key.columns)
    size = 1 if table is blob else BATCH
    result = source.execute(query, execution_options={"yield_per": size})
    for rows in result.mappings().partitions(size):
        yield [dict(row) for row in rows]


def _summary(connection: Connection) -> Summary:
    named = connection.execute(select(site.c.code, site.c.epoch)).one_or_none()
    events = connection.execute(select(func.count()).select_from(event)).scalar_one()
    return Summary(site=named.code if named else "", epoch=named.epoch if named else "", events=events)


def _seal(file: Path) -> None:
    """One file without its write-ahead log, and on the disk."""
    with closing(connect(file)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
    with file.open("rb") as written:
        os.fsync(written.fileno())
