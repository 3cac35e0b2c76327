"""Attachments by content address, in the same database as the log: one commit, one backup, one integrity check."""

import hashlib
from datetime import datetime

from sqlalchemy import select

from dunant.kernel.clock import rfc3339
from dunant.kernel.errors import TooLarge
from dunant.store.engine import Database
from dunant.store.schema import blob
from dunant.store.transaction import Transaction

LIMIT_BYTES = 25 * 1024 * 1024


def address(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def put(transaction: Transaction, content: bytes, now: datetime) -> str:
    """Store bytes once; the same bytes again are the same blob.

    Raises
    ------
    TooLarge
        More than 25 MiB (sync E10).
    """
    if len(content) > LIMIT_BYTES:
        raise TooLarge(field="blob", rule="max_bytes", limit=LIMIT_BYTES)
    name = address(content)
    if transaction.execute(select(blob.c.sha256).where(blob.c.sha256 == name)).one_or_none() is None:
        transaction.execute(blob.insert().values(sha256=name, size=len(content), bytes=content, rx=rfc3339(now)))
    return name


def get(database: Database, name: str) -> bytes | None:
    with database.reading() as connection:
        content: bytes | None = connection.execute(
            select(blob.c.bytes).where(blob.c.sha256 == name)
        ).scalar_one_or_none()
    return content
