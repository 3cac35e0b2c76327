"""Rows of people, their sessions, their capture grants, and failed sign-ins. What they mean is decided elsewhere.

Tokens never come here, only their hashes.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, RowMapping, Select, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from dunant.kernel.clock import rfc3339
from dunant.store.schema import account, attempt, capture_grant, device, held, session

RowT = TypeVar("RowT", bound=Struct)
Kind = Literal["account", "address", "pair"]

# Any number, as long as every version of Dunant uses the same.
_ACCOUNTS = 0x44554E42


class AccountRow(Struct, frozen=True, kw_only=True):
    """A person who may sign in; `password` is an Argon2 hash with its parameters."""

    user: str
    login: str
    display: str
    role: str
    unit: str | None
    contingent: str | None
    facility: str | None
    password: str
    disabled: bool


class SessionRow(Struct, frozen=True, kw_only=True):
    hash: str
    user: str
    device: str
    started: datetime
    used: datetime
    ends: datetime
    device_id: str | None = None
    pin: str | None = None
    pin_tries: int | None = None
    locked: datetime | None = None


class GrantRow(Struct, frozen=True, kw_only=True):
    hash: str
    user: str
    role: str
    unit: str | None
    contingent: str | None
    facility: str | None
    device: str
    started: datetime
    ends: datetime
    revoked: datetime | None = None
    device_id: str | None = None
    sign_key: str | None = None


class DeviceRow(Struct, frozen=True, kw_only=True):
    id: str
    user: str
    started: datetime
    used: datetime
    revoked: datetime | None = None


class HeldRow(Struct, frozen=True, kw_only=True):
    """An entry that waits for somebody's judgement; `verdict` is what it was."""

    id: str
    user: str
    device_id: str | None
    rule: str
    body: bytes
    rx: datetime
    settled: datetime | None = None
    verdict: str | None = None


class AttemptRow(Struct, frozen=True, kw_only=True):
    """Failures in a row, the last of them, and when they became worth a notice."""

    key: str
    kind: Kind
    about: str | None
    failures: int
    last: datetime
    succeeded: datetime | None = None
    noticed: datetime | None = None


class Horizon(Struct, frozen=True, kw_only=True):
    """What happened before these times may go. A notice, and the memory of a good sign-in, last until `memory`."""

    sessions_end: datetime
    sessions_used: datetime
    failures: datetime
    memory: datetime
    grants_end: datetime


def alone(connection: Connection) -> None:
    """Look and write as one step, as SQLite's only writer does anyway. Held until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_ACCOUNTS)))


# ── accounts ──


def add_account(connection: Connection, row: AccountRow) -> None:
    connection.execute(insert(account).values(_values(row)))


def by_login(connection: Connection, login: str) -> AccountRow | None:
    return _one(connection, select(account).where(account.c.login == login), AccountRow)


def by_user(connection: Connection, user: str) -> AccountRow | None:
    return _one(connection, select(account).where(account.c.user == user), AccountRow)


def stand_in(connection: Connection, pivot: str) -> str | None:
    """Stored hash of the account at or after `pivot`, else of the first; None where there is no account."""
    hashes = select(account.c.password).order_by(account.c.user).limit(1)
    found: str | None = connection.scalar(hashes.where(account.c.user >= pivot)) or connection.scalar(hashes)
    return found


def accounts(connection: Connection) -> list[AccountRow]:
    return _all(connection, select(account).order_by(account.c.login), AccountRow)


def change_account(connection: Connection, user: str, **values: object) -> bool:
    """False when there is no such user."""
    return bool(connection.execute(update(account).where(account.c.user == user).values(values)).rowcount)


# ── sessions ──


def add_session(connection: Connection, row: SessionRow) -> None:
    connection.execute(insert(session).values(_values(row)))


def session_of(connection: Connection, hashed: str) -> tuple[SessionRow, AccountRow] | None:
    """The session and whose it is."""
    row = _one(connection, select(session).where(session.c.hash == hashed), SessionRow)
    owner = by_user(connection, row.user) if row else None
    return (row, owner) if row and owner else None


def sessions_of(connection: Connection, user: str) -> list[SessionRow]:
    """Newest first."""
    rows = select(session).where(session.c.user == user).order_by(session.c.started.desc(), session.c.hash)
    return _all(connection, rows, SessionRow)


def touch_session(connection: Connection, hashed: str, used: datetime) -> None:
    """Never backwards: several processes may touch the same session."""
    text = rfc3339(used)
    connection.execute(update(session).where(session.c.hash == hashed, session.c.used < text).values(used=text))


def lock_session(connection: Connection, hashed: str, pin: str | None, tries: int, now: datetime) -> None:
    values = {"pin": pin, "pin_tries": tries, "locked": rfc3339(now)}
    connection.execute(update(session).where(session.c.hash == hashed).values(values))


def count_try(connection: Connection, hashed: str, left: int) -> None:
    connection.execute(update(session).where(session.c.hash == hashed).values(pin_tries=left))


def unlock_session(connection: Connection, hashed: str, tries: int) -> None:
    connection.execute(update(session).where(session.c.hash == hashed).values(pin_tries=tries, locked=None))


def end_session(connection: Connection, hashed: str, user: str | None = None) -> bool:
    """False when there is no such session, or it is not this user's."""
    own = [] if user is None else [session.c.user == user]
    return bool(connection.execute(delete(session).where(session.c.hash == hashed, *own)).rowcount)


def end_sessions(connection: Connection, user: str) -> None:
    connection.execute(delete(session).where(session.c.user == user))


# ── capture grants ──


def add_grant(connection: Connection, row: GrantRow) -> None:
    connection.execute(insert(capture_grant).values(_values(row)))


def grant_of(connection: Connection, hashed: str) -> GrantRow | None:
    return _one(connection, select(capture_grant).where(capture_grant.c.hash == hashed), GrantRow)


def grants_of(connection: Connection, user: str) -> list[GrantRow]:
    """Newest first."""
    rows = select(capture_grant).where(capture_grant.c.user == user)
    return _all(connection, rows.order_by(capture_grant.c.started.desc(), capture_grant.c.hash), GrantRow)


def shut_keys(connection: Connection, now: datetime) -> list[str]:
    """Public keys of grants that were revoked and have not run out."""
    grant = capture_grant.c
    rows = select(grant.sign_key).where(grant.sign_key.is_not(None), grant.revoked.is_not(None))
    return sorted(connection.scalars(rows.where(grant.ends > rfc3339(now))))


def revoke_grants(connection: Connection, user: str, now: datetime, hashed: str | None = None) -> bool:
    """All of a user's grants, or one of them. What was revoked before keeps its time."""
    one = [] if hashed is None else [capture_grant.c.hash == hashed]
    rows = update(capture_grant).where(capture_grant.c.user == user, capture_grant.c.revoked.is_(None), *one)
    return bool(connection.execute(rows.values(revoked=rfc3339(now))).rowcount)


# ── devices, and what was made on revoked ones ──


def use_device(connection: Connection, row: DeviceRow) -> None:
    """A device somebody signs in from. One that was revoked stays revoked, and keeps its first day."""
    known = update(device).where(device.c.id == row.id).values(user=row.user, used=rfc3339(row.used))
    if not connection.execute(known).rowcount:
        connection.execute(insert(device).values(_values(row)))


def device_of(connection: Connection, id: str) -> DeviceRow | None:
    return _one(connection, select(device).where(device.c.id == id), DeviceRow)


def devices(connection: Connection) -> list[DeviceRow]:
    """Last used first."""
    return _all(connection, select(device).order_by(device.c.used.desc(), device.c.id), DeviceRow)


def revoke_device(connection: Connection, id: str, now: datetime) -> bool:
    """No session and no grant of this device is good any more. False when it is unknown or was revoked before."""
    when = rfc3339(now)
    found = update(device).where(device.c.id == id, device.c.revoked.is_(None)).values(revoked=when)
    if not connection.execute(found).rowcount:
        return False
    connection.execute(delete(session).where(session.c.device_id == id))
    grants = update(capture_grant).where(capture_grant.c.device_id == id, capture_grant.c.revoked.is_(None))
    connection.execute(grants.values(revoked=when))
    return True


def hold(connection: Connection, row: HeldRow) -> None:
    """Once; an entry that is sent again is held already."""
    if connection.scalar(select(held.c.id).where(held.c.id == row.id)) is None:
        connection.execute(insert(held).values(_values(row)))


def held_rows(connection: Connection) -> list[HeldRow]:
    """Not settled yet, oldest first."""
    return _all(connection, select(held).where(held.c.settled.is_(None)).order_by(held.c.rx, held.c.id), HeldRow)


def settle_held(connection: Connection, id: str, verdict: str, now: datetime) -> bool:
    """False when there is no such entry to settle. Its words go with it; that it was held, and why, stays."""
    row = update(held).where(held.c.id == id, held.c.settled.is_(None))
    return bool(connection.execute(row.values(settled=rfc3339(now), verdict=verdict, body=b"")).rowcount)


# ── failed sign-ins ──


def attempts(connection: Connection, keys: Iterable[str]) -> dict[str, AttemptRow]:
    rows = _all(connection, select(attempt).where(attempt.c.key.in_(list(keys))), AttemptRow)
    return {row.key: row for row in rows}


def save_attempts(connection: Connection, rows: Iterable[AttemptRow]) -> None:
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    for row in rows:
        values = _values(row)
        connection.execute(
            dialect.insert(attempt).values(values).on_conflict_do_update(index_elements=["key"], set_=values)
        )


def forgive(connection: Connection, user: str) -> None:
    """Start counting anew for one person; notices stay."""
    connection.execute(update(attempt).where(attempt.c.about == user).values(failures=0))


def noticed(connection: Connection, since: datetime) -> list[AttemptRow]:
    """Newest first."""
    rows = select(attempt).where(attempt.c.noticed >= rfc3339(since))
    return _all(connection, rows.order_by(attempt.c.noticed.desc(), attempt.c.key), AttemptRow)


# ── letting go ──


def prune(connection: Connection, before: Horizon) -> None:
    """Let go of sessions that are over, of failures nobody waits for, and of grants whose entries have long arrived."""
    over = or_(session.c.ends <= rfc3339(before.sessions_end), session.c.used < rfc3339(before.sessions_used))
    connection.execute(delete(session).where(over))
    connection.execute(delete(capture_grant).where(capture_grant.c.ends < rfc3339(before.grants_end)))
    past = [or_(c.is_(None), c < rfc3339(before.memory)) for c in (attempt.c.succeeded, attempt.c.noticed)]
    connection.execute(delete(attempt).where(attempt.c.last < rfc3339(before.failures), *past))


def _values(row: Struct) -> dict[str, Any]:
    return {name: rfc3339(v) if isinstance(v, datetime) else v for name, v in msgspec.structs.asdict(row).items()}


def _one(connection: Connection, rows: Select[Any], shape: type[RowT]) -> RowT | None:
    found = connection.execute(rows).mappings().one_or_none()
    return _shaped(found, shape) if found is not None else None


def _all(connection: Connection, rows: Select[Any], shape: type[RowT]) -> list[RowT]:
    return [_shaped(row, shape) for row in connection.execute(rows).mappings()]


def _shaped(row: RowMapping, shape: type[RowT]) -> RowT:
    # Names of columns that are quoted are more than plain texts.
    return msgspec.convert({str(name): value for name, value in row.items()}, shape)
