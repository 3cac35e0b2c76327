"""Attachments by content address, in the same database as the log: one commit, one backup, one integrity check."""

import hashlib
from datetime import datetime

from sqlalchemy import delete, select

from dunant.kernel.clock import rfc3339
from dunant.kernel.errors import TooLarge
from dunant.store.engine import Database
from dunant.store.schema import blob, blob_piece, blob_want
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


def wanted(database: Database, limit: int = 50) -> list[tuple[str, str]]:
    """Attachments that facts speak of and that are not here, each with the stream of its fact; the oldest first."""
    with database.reading() as connection:
        query = select(blob_want.c.sha256, blob_want.c.st).order_by(blob_want.c.since, blob_want.c.sha256).limit(limit)
        return [(row.sha256, row.st) for row in connection.execute(query)]


def pieces(database: Database, name: str) -> list[tuple[int, int]]:
    """Ranges (first, last) of an unfinished attachment that are here."""
    with database.reading() as connection:
        query = select(blob_piece.c.first, blob_piece.c.bytes).where(blob_piece.c.sha256 == name)
        found = connection.execute(query.order_by(blob_piece.c.first))
        return [(row.first, row.first + len(row.bytes) - 1) for row in found]


def is_wanted(transaction: Transaction, name: str) -> bool:
    return transaction.execute(select(blob_want.c.sha256).where(blob_want.c.sha256 == name)).first() is not None


def put_piece(transaction: Transaction, name: str, first: int, size: int, content: bytes, now: datetime) -> bool | None:
    """Keep a piece; with the last one the whole is made and checked against its name.

    Returns
    -------
    True when it is whole, None while pieces are missing, False if the whole was something else: then all is dropped.
    """
    if size > LIMIT_BYTES or first < 0 or first + len(content) > size:
        raise TooLarge(field="blob", rule="max_bytes", limit=LIMIT_BYTES)
    here = (blob_piece.c.sha256 == name, blob_piece.c.first == first)
    if transaction.execute(select(blob_piece.c.first).where(*here)).first() is None:
        transaction.execute(blob_piece.insert().values(sha256=name, first=first, size=size, bytes=content))
    query = select(blob_piece.c.first, blob_piece.c.bytes).where(blob_piece.c.sha256 == name)
    whole = bytearray()
    for row in transaction.execute(query.order_by(blob_piece.c.first)):
        if row.first > len(whole):
            return None
        whole[row.first : row.first + len(row.bytes)] = row.bytes
    if len(whole) < size:
        return None
    transaction.execute(delete(blob_piece).where(blob_piece.c.sha256 == name))
    if address(bytes(whole)) != name:
        return False
    put(transaction, bytes(whole), now)
    transaction.execute(delete(blob_want).where(blob_want.c.sha256 == name))
    return True
