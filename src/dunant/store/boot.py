"""Bringing a database up: durable tables migrated, the site named, view tables in their current version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from msgspec import Struct
from sqlalchemy import Connection, func, insert, inspect, select, update

from dunant.store.engine import Database
from dunant.store.schema import site

# Any number, as long as every version of Dunant uses the same.
_TABLES = 0x44554E41


class SiteRow(Struct, frozen=True, kw_only=True):
    """What the database knows of the site it belongs to."""

    code: str
    epoch: str
    mission: str
    exercise: bool
    tag_block: int


def alone(connection: Connection) -> None:
    """Wait until no other process changes tables; SQLite has one writer anyway. Held until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_TABLES)))


def migrate(database: Database) -> None:
    """Bring the durable tables to the newest revision; nothing happens if they are there already."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with database.writing() as connection:
        alone(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_empty(database: Database) -> bool:
    """True before the first migration."""
    return not inspect(database.engine).has_table("event")


def site_of(database: Database) -> SiteRow | None:
    with database.reading() as connection:
        row = connection.execute(select(site)).one_or_none()
    if row is None:
        return None
    return SiteRow(code=row.code, epoch=row.epoch, mission=row.mission, exercise=row.exercise, tag_block=row.tag_block)


def name_site(database: Database, named: SiteRow) -> None:
    """Give a new database its site. Raises IntegrityError if it has one already."""
    with database.writing() as connection:
        connection.execute(
            insert(site).values(
                code=named.code,
                epoch=named.epoch,
                mission=named.mission,
                exercise=named.exercise,
                tag_block=named.tag_block,
                tag_count=0,
                last_h="0" * 16,
                commits=0,
            )
        )


def begin_epoch(database: Database, epoch: str) -> None:
    """Start new logs; the old ones stay readable and are never written again (sync I2)."""
    with database.writing() as connection:
        connection.execute(update(site).values(epoch=epoch, commits=site.c.commits + 1))
