"""Bringing a database up: durable tables migrated, the site named, view tables in their current version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from msgspec import Struct
from sqlalchemy import Connection, Insert, func, insert, inspect, select, update

from dunant.store.engine import Database
from dunant.store.schema import site, site_key

# Any number, as long as every version of Dunant uses the same.
_TABLES = 0x44554E41
_TAGS_LEFT_OUT = 500


class SiteRow(Struct, frozen=True, kw_only=True):
    """What the database knows of the site it belongs to."""

    code: str
    epoch: str
    mission: str
    exercise: bool
    tag_block: int


class SiteKeyRow(Struct, frozen=True, kw_only=True):
    id: str
    site: str
    public: bytes


def alone(connection: Connection) -> None:
    """Wait until no other process changes tables; SQLite has one writer anyway. Held until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_TABLES)))


def migrate(database: Database) -> None:
    """Bring the durable tables to the newest revision; nothing happens if they are there already."""
    config = alembic_config()
    with database.writing() as connection:
        alone(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def revision(database: Database) -> str | None:
    """Revision of the durable tables; None before the first migration."""
    if not inspect(database.engine).has_table("alembic_version"):
        return None
    with database.reading() as connection:
        found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
    return found


def newest_revision() -> str | None:
    """The revision that this version of Dunant works with."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def site_of(database: Database) -> SiteRow | None:
    with database.reading() as connection:
        row = connection.execute(select(site)).one_or_none()
    if row is None:
        return None
    return SiteRow(code=row.code, epoch=row.epoch, mission=row.mission, exercise=row.exercise, tag_block=row.tag_block)


def name_site(database: Database, named: SiteRow) -> SiteRow:
    """Give a new database its site, and say which site it is; somebody else may have been quicker."""
    with database.writing() as connection:
        alone(connection)
        if connection.execute(select(site.c.code)).one_or_none() is None:
            connection.execute(_new(named))
    return site_of(database) or named


def _new(named: SiteRow) -> Insert:
    return insert(site).values(
        code=named.code,
        epoch=named.epoch,
        mission=named.mission,
        exercise=named.exercise,
        tag_block=named.tag_block,
        tag_count=0,
        last_h="0" * 16,
        commits=0,
    )


def probe(database: Database) -> None:
    """Write what stands there already, and wait until it is durable.

    Raises
    ------
    StorageFull, ReadOnly, StoreFailed
    """
    with database.writing() as connection:
        connection.execute(update(site).values(commits=site.c.commits))


def begin_epoch(connection: Connection, epoch: str) -> None:
    """Start new logs; the old ones stay readable and are never written again (sync I2).

    Some tags are left out: those of the lost end of the old log are on paper and in ears, and must not be given twice.
    """
    connection.execute(
        update(site).values(epoch=epoch, commits=site.c.commits + 1, tag_count=site.c.tag_count + _TAGS_LEFT_OUT)
    )


def know_key(database: Database, named: SiteKeyRow) -> None:
    """Remember a public key, so that what it signed can be verified wherever this database goes."""
    with database.writing() as connection:
        alone(connection)
        if connection.execute(select(site_key.c.id).where(site_key.c.id == named.id)).one_or_none() is None:
            connection.execute(insert(site_key).values(id=named.id, site=named.site, public=named.public))


def known_keys(database: Database) -> dict[str, bytes]:
    with database.reading() as connection:
        return {row.id: row.public for row in connection.execute(select(site_key))}
