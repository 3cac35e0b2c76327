"""How much room a site has. A disk that runs full makes a site read-only, so it is told of before (sync K6)."""

import shutil
from pathlib import Path

from msgspec import Struct

from dunant.store.engine import Database

# Below a twentieth of the disk, or this many bytes, somebody should see to it.
LOW_SHARE, LOW_BYTES = 0.05, 500 * 1024 * 1024


class Room(Struct, frozen=True, kw_only=True):
    """Bytes. `database` is what the log and all made from it take."""

    free: int
    total: int
    database: int

    @property
    def is_low(self) -> bool:
        return self.free < LOW_BYTES or self.free < LOW_SHARE * self.total


def disk_of(folder: Path, database: Database) -> Room:
    """Room on the disk of a site's folder."""
    total, _, free = shutil.disk_usage(folder)
    return Room(free=free, total=total, database=_size(database))


def _size(database: Database) -> int:
    with database.reading() as connection:
        if database.is_sqlite:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            size = connection.exec_driver_sql("PRAGMA page_size").scalar()
            return int(pages or 0) * int(size or 0)
        return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar() or 0)
