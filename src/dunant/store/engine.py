"""One database, two engines. What differs between SQLite and PostgreSQL stands here and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from dunant.kernel.errors import DunantError, ReadOnly, StorageFull

# How long a reader or a second process waits for the writer before it gives up.
BUSY_MS = 30_000


class Database:
    """An engine with autocommit connections; transactions are begun and ended in words, so that none is implicit."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"

    @property
    def mark(self) -> str:
        """Placeholder of a parameter in driver SQL."""
        return "?" if self.is_sqlite else "%s"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent snapshot for any number of reads."""
        with self.engine.connect() as connection:
            begin = "BEGIN" if self.is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
            connection.exec_driver_sql(begin)
            try:
                yield connection
            finally:
                connection.exec_driver_sql("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is durable when the block ends, and leaves nothing behind when it raises.

        Raises
        ------
        StorageFull, ReadOnly
            The disk has no room, or cannot be written.
        """
        with self.engine.connect() as connection:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
                yield connection
                connection.exec_driver_sql("COMMIT")
            except BaseException as error:
                self._undo(connection)
                if isinstance(error, DBAPIError):
                    raise _translated(error) from error
                raise

    def _undo(self, connection: Connection) -> None:
        try:
            connection.exec_driver_sql("ROLLBACK")
        except DBAPIError:
            # SQLite has already rolled back by itself, or the server is gone: the connection is of no further use.
            connection.invalidate()

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open `sqlite:///file` or `postgresql://…`. Creates the file, not the tables."""
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        engine = create_engine(where, isolation_level="AUTOCOMMIT", connect_args={"timeout": BUSY_MS / 1000})
        event.listen(engine, "connect", _sqlite_pragmas)
        return Database(engine)
    if where.drivername == "postgresql":
        where = where.set(drivername="postgresql+psycopg")
    engine = create_engine(where, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    return Database(engine)


def sqlite_url(file: Path) -> str:
    return f"sqlite:///{file}"


def _sqlite_pragmas(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    # FULL, because NORMAL may take back the last commits after a power cut (sync K1).
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MS}",
        "cache_size=-65536",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


# SQLite's words and PostgreSQL's SQLSTATE classes 53 (insufficient resources) and 25006 (read-only transaction).
def _translated(error: DBAPIError) -> BaseException:
    state = getattr(error.orig, "sqlstate", None) or ""
    text = str(error.orig).lower()
    if state.startswith("53100") or "disk is full" in text or "no space left" in text:
        return StorageFull()
    if state == "25006" or "readonly database" in text or "disk i/o error" in text:
        return ReadOnly()
    return StoreFailed() if error.connection_invalidated else error


class StoreFailed(DunantError):
    code = "store.unavailable"
    status = 503
