"""Rows of accounts, sessions, grants and failed sign-ins, in both databases."""

import threading
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from dunant.store import Database, accounts
from dunant.store.accounts import AccountRow, AttemptRow, GrantRow, Horizon, SessionRow
from tests.fakes import NOON

HOUR = timedelta(hours=1)
AMINA = AccountRow(
    user="3f0c8f52-8a4f-4b0e-9d0e-0a4f5f1d2c3b",
    login="amina",
    display="Amina",
    role="medic",
    unit="RWABATT-1",
    contingent="RWA",
    facility=None,
    password="$argon2id$one",
    disabled=False,
)
BORIS = replace(AMINA, user="a" + AMINA.user[1:], login="boris", password="$argon2id$two")


def a_session(hashed: str, user: str = AMINA.user, used: datetime = NOON) -> SessionRow:
    return SessionRow(hash=hashed, user=user, device="desk", started=NOON, used=used, ends=NOON + 12 * HOUR)


def a_grant(hashed: str, user: str = AMINA.user) -> GrantRow:
    return GrantRow(
        hash=hashed,
        user=user,
        role="medic",
        unit="RWABATT-1",
        contingent="RWA",
        facility=None,
        device="desk",
        started=NOON,
        ends=NOON + 30 * 24 * HOUR,
    )


def an_attempt(key: str, last: datetime = NOON) -> AttemptRow:
    return AttemptRow(key=key, kind="account", about=AMINA.user, failures=3, last=last)


@pytest.fixture(autouse=True)
def people(database: Database) -> None:
    with database.writing() as connection:
        accounts.add_account(connection, BORIS)
        accounts.add_account(connection, AMINA)


def test_an_account_is_found_by_login_and_by_user(database: Database) -> None:
    with database.reading() as connection:
        assert accounts.by_login(connection, "amina") == AMINA
        assert accounts.by_user(connection, BORIS.user) == BORIS
        assert accounts.by_login(connection, "nobody") is None
        assert accounts.accounts(connection) == [AMINA, BORIS]


def test_any_point_finds_an_account_to_stand_in(database: Database) -> None:
    with database.reading() as connection:
        found = [accounts.stand_in(connection, pivot) for pivot in ("0", AMINA.user, "5", "f")]
    assert found == [AMINA.password, AMINA.password, BORIS.password, AMINA.password]


def test_a_change_touches_one_account_only(database: Database) -> None:
    with database.writing() as connection:
        assert accounts.change_account(connection, AMINA.user, disabled=True)
        assert not accounts.change_account(connection, "nobody", disabled=True)
        assert accounts.accounts(connection) == [replace(AMINA, disabled=True), BORIS]


def test_a_session_comes_with_its_owner(database: Database) -> None:
    with database.writing() as connection:
        accounts.add_session(connection, a_session("one"))
        assert accounts.session_of(connection, "one") == (a_session("one"), AMINA)
        assert accounts.session_of(connection, "two") is None


def test_last_use_never_goes_backwards(database: Database) -> None:
    with database.writing() as connection:
        accounts.add_session(connection, a_session("one"))
        accounts.touch_session(connection, "one", NOON + HOUR)
        accounts.touch_session(connection, "one", NOON)
        assert accounts.sessions_of(connection, AMINA.user) == [a_session("one", used=NOON + HOUR)]


def test_nobody_ends_the_session_of_another(database: Database) -> None:
    with database.writing() as connection:
        accounts.add_session(connection, a_session("one"))
        assert not accounts.end_session(connection, "one", BORIS.user)
        assert accounts.end_session(connection, "one", AMINA.user)
        assert not accounts.end_session(connection, "one")


def test_a_grant_keeps_the_time_it_was_first_revoked(database: Database) -> None:
    with database.writing() as connection:
        accounts.add_grant(connection, a_grant("one"))
        accounts.add_grant(connection, a_grant("two"))
        assert accounts.revoke_grants(connection, AMINA.user, NOON, "one")
        assert not accounts.revoke_grants(connection, BORIS.user, NOON, "two")
        assert accounts.revoke_grants(connection, AMINA.user, NOON + HOUR)
        assert not accounts.revoke_grants(connection, AMINA.user, NOON + HOUR)
        revoked = {row.hash: row.revoked for row in accounts.grants_of(connection, AMINA.user)}
    assert revoked == {"one": NOON, "two": NOON + HOUR}


def test_an_attempt_is_written_over_by_a_later_one(database: Database) -> None:
    later = replace(an_attempt("one", NOON + HOUR), failures=4, noticed=NOON + HOUR)
    with database.writing() as connection:
        accounts.save_attempts(connection, [an_attempt("one"), an_attempt("two")])
        accounts.save_attempts(connection, [later])
        assert accounts.attempts(connection, ["one", "two", "three"]) == {"one": later, "two": an_attempt("two")}
        assert accounts.noticed(connection, NOON) == [later]
        assert accounts.noticed(connection, NOON + 2 * HOUR) == []


def test_forgiving_one_person_keeps_the_notice(database: Database) -> None:
    with database.writing() as connection:
        accounts.save_attempts(connection, [replace(an_attempt("one"), noticed=NOON)])
        accounts.forgive(connection, AMINA.user)
        assert [row.failures for row in accounts.noticed(connection, NOON)] == [0]


def test_what_is_over_is_let_go_and_nothing_else(database: Database) -> None:
    now = NOON + 24 * HOUR
    before = Horizon(sessions_end=now, sessions_used=now - HOUR, failures=NOON, memory=NOON - HOUR, grants_end=NOON)
    fresh = replace(a_session("fresh", used=now), ends=now + HOUR)
    with database.writing() as connection:
        for row in (a_session("ended", used=now), replace(fresh, hash="idle", used=NOON), fresh):
            accounts.add_session(connection, row)
        accounts.add_grant(connection, a_grant("current"))
        accounts.add_grant(connection, replace(a_grant("ancient"), ends=NOON - HOUR))
        old = an_attempt("old", NOON - HOUR)
        kept = [replace(old, key="noticed", noticed=NOON), replace(old, key="known", succeeded=NOON), an_attempt("new")]
        accounts.save_attempts(connection, [old, replace(old, key="past", noticed=NOON - 2 * HOUR), *kept])
        accounts.prune(connection, before)
        assert accounts.sessions_of(connection, AMINA.user) == [fresh]
        assert accounts.grants_of(connection, AMINA.user) == [a_grant("current")]
        found = accounts.attempts(connection, ["old", "past", "noticed", "known", "new"])
    assert set(found) == {"noticed", "known", "new"}


def test_counting_at_the_same_moment_loses_no_failure(database: Database) -> None:
    def fail() -> None:
        with database.writing() as connection:
            accounts.alone(connection)
            row = accounts.attempts(connection, ["one"]).get("one", replace(an_attempt("one"), failures=0))
            accounts.save_attempts(connection, [replace(row, failures=row.failures + 1)])

    threads = [threading.Thread(target=fail) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as connection:
        assert accounts.attempts(connection, ["one"])["one"].failures == 8
