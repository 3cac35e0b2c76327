"""What waits on this machine for a person, as lists: never what a frame or a message holds."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, select

from dunant.store.schema import account, device, event, held, import_tray, parked, quarantine

Row = dict[str, Any]
MOST = 500


def parked_frames(connection: Connection) -> list[Row]:
    """Oldest first: the longest gap is the one to ask about."""
    wait = parked.c
    query = select(wait.o, wait.e, wait.st, wait.q_from, wait.q_to, wait.size, wait.vouched, wait.rx)
    return _rows(connection, query.order_by(wait.rx))


def vouched_frames(connection: Connection, streams: Sequence[str]) -> list[bytes]:
    """In the order of arrival; whose signature they bear was verified when they came."""
    wait = parked.c
    query = select(wait.frame).where(wait.st.in_(streams), wait.vouched).order_by(wait.rx)
    return list(connection.execute(query.limit(MOST)).scalars())


def quarantined(connection: Connection) -> list[Row]:
    """Newest first."""
    held = quarantine.c
    query = select(held.n, held.origin, held.rule, func.length(held.frame).label("size"), held.rx)
    return _rows(connection, query.order_by(held.n.desc()))


def tray(connection: Connection) -> list[Row]:
    """Newest first."""
    kept = import_tray.c
    query = select(kept.n, kept.dialect, kept.peer, kept.rule, func.length(kept.bytes).label("size"), kept.rx)
    return _rows(connection, query.order_by(kept.n.desc()))


def held_entries(connection: Connection) -> list[Row]:
    """Oldest first, each with the account whose work it is."""
    kept = held.c
    whose = held.outerjoin(account, account.c.user == kept.user)
    query = select(kept.id, account.c.login, kept.device_id, kept.rule, func.length(kept.body).label("size"), kept.rx)
    return _rows(connection, query.select_from(whose).where(kept.settled.is_(None)).order_by(kept.rx, kept.id))


def devices(connection: Connection) -> list[Row]:
    """Last used first, each with the account that used it last."""
    used = device.c
    whose = device.outerjoin(account, account.c.user == used.user)
    query = select(used.id, account.c.login, used.started, used.used, used.revoked)
    return _rows(connection, query.select_from(whose).order_by(used.used.desc(), used.id))


def written(connection: Connection) -> dict[tuple[str, str], int]:
    """Number of events by origin and type."""
    query = select(event.c.o, event.c.t, func.count()).group_by(event.c.o, event.c.t)
    return {(origin, kind): number for origin, kind, number in connection.execute(query)}


def _rows(connection: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row._mapping) for row in connection.execute(query.limit(MOST))]
