"""A small file outside the database that remembers how far the site's own logs had come (sync I2).

A database that is older than its witness was restored behind our back. Going on with its numbers would give one
identity to two different facts, so the site begins a new epoch instead. The witness is written after commits, never
before: it may lag behind the database and must never be ahead of it.
"""

import os
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from dunant.store import rows
from dunant.store.engine import Database


class Mark(Struct, frozen=True):
    """The end of one log: highest sequence and head there, in hex."""

    q: int
    head: str


class Witness(Struct, frozen=True, kw_only=True):
    """The ends of the logs that a site was writing in one epoch, by stream."""

    site: str
    epoch: str
    logs: dict[str, Mark]


def seen_in(database: Database, site: str, epoch: str) -> Witness:
    """What the database says now; everything it says is durable."""
    with database.reading() as connection:
        ends = rows.tips(connection)
    own = {st: Mark(tip.q, tip.head.hex()) for (o, e, st), tip in ends.items() if (o, e) == (site, epoch)}
    return Witness(site=site, epoch=epoch, logs=own)


def read(file: Path) -> Witness | None:
    """The witness, or None if there is none that can be read: then nothing is known, and nothing is claimed."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Witness)
    except (OSError, msgspec.MsgspecError, ValueError):
        return None


def write(file: Path, witness: Witness) -> None:
    """Replace the file in one step, so that a pulled plug leaves the old one or the new one."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    with fresh.open("wb") as out:
        out.write(msgspec.json.encode(witness))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)


def is_ahead(witness: Witness, database: Database) -> bool:
    """True if the database lacks, or tells otherwise, what the witness has seen in it."""
    with database.reading() as connection:
        return any(not _holds(connection, witness, stream, mark) for stream, mark in witness.logs.items())


def _holds(connection: Connection, witness: Witness, stream: str, mark: Mark) -> bool:
    held = rows.one(connection, (witness.site, witness.epoch, stream), mark.q)
    return held is not None and held.head.hex() == mark.head
