"""What this machine last saw of other sites, in the database, so that all its processes show the same."""

from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from dunant.store.schema import peer
from dunant.store.transaction import Transaction


class PeerRow(Struct, frozen=True, kw_only=True):
    """A hint for people; how far a peer is, it says itself (sync W4). Times are RFC 3339, `reason` is a code."""

    code: str
    address: str = ""
    state: str = "never"
    reason: str | None = None
    last_heard: str | None = None
    last_contact: str | None = None
    clock_diff_ms: int | None = None
    rtt_ms: int | None = None
    bandwidth_bit_s: int | None = None
    software: str = ""
    protocol: int = 0
    vector: str | None = None
    sent_bytes: int = 0
    received_bytes: int = 0


def note(transaction: Transaction, code: str, *, sent: int = 0, received: int = 0, **fields: Any) -> None:
    """Change what is known of a peer; `sent` and `received` are added to what was counted before."""
    values = asdict(PeerRow(code=code, sent_bytes=sent, received_bytes=received, **fields))
    dialect: Any = sqlite if transaction.is_sqlite else postgresql
    added = {"sent_bytes": peer.c.sent_bytes + sent, "received_bytes": peer.c.received_bytes + received}
    statement = dialect.insert(peer).values(values)
    transaction.execute(statement.on_conflict_do_update(index_elements=["code"], set_={**added, **fields}))


def all_down(transaction: Transaction) -> None:
    """When a site starts, nobody is connected to it any more."""
    transaction.execute(update(peer).where(peer.c.state != "never").values(state="down"))


def peers(connection: Connection) -> list[PeerRow]:
    return [PeerRow(**row._mapping) for row in connection.execute(select(peer).order_by(peer.c.code))]
