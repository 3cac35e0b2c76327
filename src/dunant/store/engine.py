"""One database, two engines. What differs between SQLite and PostgreSQL stands here and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from dunant.kernel.errors import DunantError, ReadOnly, StorageFull, StoreFailed

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
        with _in_our_words(), self.engine.connect() as connection:
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
        StorageFull, ReadOnly, StoreFailed
            The disk has no room, or cannot be written, or the server cannot be reached.
        """
        with _in_our_words(), self.engine.connect() as connection:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
                yield connection
                self._refuse_aborted(connection)
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                self._undo(connection)
                raise

    def _refuse_aborted(self, connection: Connection) -> None:
        """PostgreSQL answers COMMIT in a failed transaction with a silent rollback; somebody must say so."""
        if not self.is_sqlite:
            status = connection.connection.driver_connection.info.transaction_status  # type: ignore[union-attr]
            if status.name == "INERROR":
                raise Aborted

    def _undo(self, connection: Connection) -> None:
        try:
            connection.exec_driver_sql("ROLLBACK")
        except DBAPIError:
            # SQLite has already rolled back by itself, or the server is gone: the connection is of no further use.
            connection.invalidate()

    def close(self) -> None:
        self.engine.dispose()


class Aborted(DunantError):
    """A statement of the transaction had failed, so nothing of it was written."""

    code = "store.unavailable"
    status = 503


def open_database(url: str) -> Database:
    """Open `sqlite:///file` or `postgresql://…`. Creates the file, not the tables."""
    where = make_url(url)
    if where.get_backend_name() == "sqlite":
        # Errors must not carry the parameters of a statement into a log: they are somebody's data.
        _private(where.database)
        engine = create_engine(
            where, isolation_level="AUTOCOMMIT", hide_parameters=True, connect_args={"timeout": BUSY_MS / 1000}
        )
        event.listen(engine, "connect", _sqlite_pragmas)
        return Database(engine)
    if where.drivername == "postgresql":
        where = where.set(drivername="postgresql+psycopg")
    engine = create_engine(where, isolation_level="AUTOCOMMIT", hide_parameters=True, pool_pre_ping=True)
    return Database(engine)


def _private(file: str | None) -> None:
    """A new database is its owner's alone; SQLite gives its side files the same rights."""
    if file and Path(file).parent.is_dir() and not Path(file).exists():
        Path(file).touch(mode=0o600)


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


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise _translated(error) from error


def _translated(error: DBAPIError) -> BaseException:
    """From SQLite's error names, and PostgreSQL's SQLSTATEs and lost connections, to ours."""
    name = getattr(error.orig, "sqlite_errorname", "")
    state = getattr(error.orig, "sqlstate", None) or ""
    if state == "53100" or name in {"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"}:
        return StorageFull()
    if state == "25006" or name.startswith(("SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN")):
        return ReadOnly()
    # 53: no memory or no connection left; 57P: the server is stopping or starting; busy: another process holds on.
    lost = error.connection_invalidated or (isinstance(error, OperationalError) and not (state or name))
    if lost or state.startswith(("53", "57P", "08")) or name.startswith("SQLITE_BUSY"):
        return StoreFailed()
    return error
