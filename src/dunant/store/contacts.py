"""What this machine remembers of other systems besides facts: last contact, and messages it could not take in."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.dialects import postgresql, sqlite

from dunant.kernel.clock import rfc3339
from dunant.store.schema import contact, import_tray
from dunant.store.transaction import Transaction

# Refused messages are kept for this long (interop F4).
TRAY_DAYS = 30


def heard(transaction: Transaction, peer: str, uid: str, now: datetime, stale: datetime) -> None:
    """A message was heard, again or for the first time: it stays fresh for longer, and nothing else changes."""
    values = {"peer": peer, "uid": uid, "heard": rfc3339(now), "stale": rfc3339(stale)}
    dialect: Any = sqlite if transaction.is_sqlite else postgresql
    statement = dialect.insert(contact).values(values)
    transaction.execute(
        statement.on_conflict_do_update(
            index_elements=["peer", "uid"], set_={"heard": values["heard"], "stale": values["stale"]}
        )
    )


def keep_in_tray(transaction: Transaction, dialect: str, peer: str, rule: str, raw: bytes, now: datetime) -> None:
    """Keep a message that could not be taken in, and let go of those that have been kept long enough."""
    transaction.execute(delete(import_tray).where(import_tray.c.rx < rfc3339(now - timedelta(days=TRAY_DAYS))))
    transaction.execute(insert(import_tray).values(dialect=dialect, peer=peer, rule=rule, bytes=raw, rx=rfc3339(now)))
