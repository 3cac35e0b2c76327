"""The whole log in order of arrival, for exports and checks; in pieces, so that a long one fits into memory."""

from collections.abc import Iterator

from sqlalchemy import func, select

from dunant.kernel.events import Event, Registry
from dunant.store.engine import Database
from dunant.store.schema import event

_PIECE = 1000
AUDIT = "audit"


def count(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(event)).scalar_one()


def events_in_order(database: Database, registry: Registry) -> Iterator[tuple[Event, str]]:
    """Each event with the time it arrived here. What is written meanwhile may or may not be among them."""
    last = 0
    while True:
        query = (
            select(event.c.pos, event.c.header, event.c.body, event.c.rx)
            .where(event.c.pos > last)
            .order_by(event.c.pos)
            .limit(_PIECE)
        )
        with database.reading() as connection:
            rows = connection.execute(query).all()
        if not rows:
            return
        yield from ((registry.event(row.header, row.body or b""), row.rx) for row in rows)
        last = rows[-1].pos


def newest_arrival(database: Database) -> str | None:
    """When the last event arrived: as of when the log is. Looking at it is written down too, and is no news."""
    query = select(func.max(event.c.rx)).where(event.c.st != AUDIT)
    with database.reading() as connection:
        found: str | None = connection.execute(query).scalar_one()
        return found
