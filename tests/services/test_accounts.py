"""People sign in, stay in, are thrown out; and nobody keeps anybody else out."""

import logging
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from msgspec.structs import replace

from dunant.config import Settings, SettingsInvalid
from dunant.kernel.access import Actor
from dunant.kernel.errors import DunantError, Invalid, LoginFailed, NotFound, StorageFull, TooManyAttempts
from dunant.kernel.roles import Roles
from dunant.services.accounts import Accounts, SignedIn
from dunant.services.passwords import Hasher, Profile
from dunant.store import Database, PackShelf, open_database
from dunant.store.boot import migrate
from dunant.store.engine import sqlite_url
from tests.fakes import NOON, FixedClock

ROLES = PackShelf().read("roles.toml", Roles)
SETTINGS = Settings(site="BENTIU-1")
QUICK = Hasher(Profile(code="quick", memory_kib=64, passes=1, lanes=1, source="tests only"))
RIGHT, WRONG = "kettle orbit saffron", "violin trousers"
TABLES = ("account", "session", "capture_grant", "attempt")
DESK, ELSEWHERE = "10.0.0.7", "192.0.2.99"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One database of each engine for this whole file: its tests are many and small."""
    if request.param == "sqlite":
        opened = open_database(sqlite_url(tmp_path_factory.mktemp("accounts") / "dunant.sqlite3"))
    else:
        opened = open_database(request.getfixturevalue("postgres").fresh())
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def database(shared: Database) -> Iterator[Database]:
    yield shared
    with shared.writing() as connection:
        for table in TABLES:
            connection.exec_driver_sql(f"DELETE FROM {table}")


@pytest.fixture
def accounts(database: Database, clock: FixedClock) -> Accounts:
    return Accounts(database, ROLES, SETTINGS, clock, hasher=QUICK)


@pytest.fixture
def laptop(database: Database, clock: FixedClock) -> Accounts:
    """With the hashes of the product, for what is about hashes."""
    return Accounts(database, ROLES, SETTINGS, clock)


@pytest.fixture
def amina(accounts: Accounts) -> str:
    return accounts.add(login="Amina", display="Amina H.", role="medic", password=RIGHT, unit="RWABATT-1")


@pytest.fixture
def boris(accounts: Accounts) -> str:
    return accounts.add(login="boris", display="Boris K.", role="casevac_cell", password=RIGHT)


def sign_in(
    accounts: Accounts, login: str = "amina", password: str = RIGHT, address: str = DESK, device: str = "desk"
) -> SignedIn:
    return accounts.sign_in(login, password, address=address, device=device)


def fail(accounts: Accounts, times: int, login: str = "amina", address: str = DESK) -> None:
    """Wrong passwords, one after the other, all of them looked at."""
    for _ in range(times):
        with pytest.raises(LoginFailed):
            sign_in(accounts, login, WRONG, address)


def fail_patiently(accounts: Accounts, clock: FixedClock, times: int, login: str, address: str) -> None:
    for _ in range(times):
        fail(accounts, 1, login, address)
        clock.advance(minutes=15)


def wait(accounts: Accounts, login: str = "amina", password: str = RIGHT, address: str = DESK) -> object:
    with pytest.raises(TooManyAttempts) as caught:
        sign_in(accounts, login, password, address)
    return caught.value.params["retry_after_s"]


def invalid(accounts: Accounts, **changed: str | None) -> tuple[object, object]:
    asked: dict[str, str | None] = {"login": "chloe", "display": "Chloe", "role": "medic", "password": RIGHT}
    with pytest.raises(Invalid) as caught:
        accounts.add(**{**asked, **changed})  # type: ignore[arg-type]
    return caught.value.params["field"], caught.value.params["rule"]


# ── accounts ──


@pytest.mark.parametrize(
    "changed, problem",
    [
        ({"login": "amina"}, ("login", "taken")),
        ({"login": " AMINA "}, ("login", "taken")),
        ({"login": ""}, ("login", "format")),
        ({"login": "two words"}, ("login", "format")),
        ({"login": "nul\x00"}, ("login", "format")),
        ({"login": "x" * 65}, ("login", "format")),
        ({"display": " "}, ("display", "format")),
        ({"unit": "a\nb"}, ("unit", "format")),
        ({"role": "emperor"}, ("role", "known_role")),
        ({"password": "too short"}, ("password", "min_length")),
        ({"password": "password2026"}, ("password", "common")),
        ({"password": "chloe-bentiu-1"}, ("password", "common")),
    ],
)
def test_a_careless_account_is_refused(
    accounts: Accounts, amina: str, changed: dict[str, str | None], problem: tuple[str, str]
) -> None:
    assert invalid(accounts, **changed) == problem
    assert [row.login for row in accounts.list()] == ["amina"]


def test_the_list_tells_who_and_where_and_no_password(accounts: Accounts, amina: str, boris: str) -> None:
    listed = accounts.list()
    assert [(row.user, row.login, row.role, row.unit) for row in listed] == [
        (amina, "amina", "medic", "RWABATT-1"),
        (boris, "boris", "casevac_cell", None),
    ]
    assert "argon2" not in repr(listed)


def test_a_profile_nobody_knows_stops_the_site(database: Database, clock: FixedClock) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        Accounts(database, ROLES, replace(SETTINGS, password_profile="toaster"), clock)
    assert caught.value.params["field"] == "password_profile"


# ── signing in ──


def test_whoever_signs_in_acts_in_their_role_and_place(accounts: Accounts, amina: str) -> None:
    signed = sign_in(accounts, " AMINA ")
    actor = Actor(user=amina, role="medic", unit="RWABATT-1", device="desk")
    assert (signed.session.user, signed.session.display, signed.session.actor) == (amina, "Amina H.", actor)
    assert (signed.session.started, signed.session.ends) == (NOON, NOON + timedelta(hours=12))
    assert accounts.session(signed.token) == signed.session


def test_every_sign_in_gives_new_tokens(accounts: Accounts, amina: str) -> None:
    one, two = sign_in(accounts), sign_in(accounts)
    secrets = {one.token, two.token, one.grant, two.grant, one.session.csrf, two.session.csrf}
    assert len(secrets) == 6
    assert all(len(secret) >= 43 for secret in secrets)


def test_no_token_and_no_password_is_in_the_database(
    accounts: Accounts, amina: str, database: Database, clock: FixedClock
) -> None:
    signed = sign_in(accounts)
    fail(accounts, 1, login="typed-a-passw0rd-here")
    with database.reading() as connection:
        dump = repr([list(connection.exec_driver_sql(f"SELECT * FROM {table}")) for table in TABLES])
    assert amina in dump
    for secret in (signed.token, signed.grant, signed.session.csrf, RIGHT, "typed-a-passw0rd-here"):
        assert secret not in dump


@pytest.mark.parametrize("login", ["nobody", "", "nul\x00", "\ud800", "x" * 5000, "' OR 1=1 --"])
def test_an_unknown_login_and_a_wrong_password_are_answered_alike(accounts: Accounts, amina: str, login: str) -> None:
    with pytest.raises(LoginFailed) as unknown:
        sign_in(accounts, login)
    with pytest.raises(LoginFailed) as wrong:
        sign_in(accounts, "amina", WRONG)
    assert (
        (unknown.value.params, str(unknown.value))
        == (wrong.value.params, str(wrong.value))
        == (
            {},
            "access.login_failed",
        )
    )


@pytest.mark.parametrize("profile", ["laptop", "server"])
def test_an_unknown_login_takes_the_same_work(
    laptop: Accounts, database: Database, clock: FixedClock, profile: str
) -> None:
    """Also where the profile was raised after the people came: their hashes are the old ones."""
    laptop.add(login="amina", display="Amina H.", role="medic", password=RIGHT)
    raised = Accounts(database, ROLES, replace(SETTINGS, password_profile=profile), clock)

    def cpu_s(login: str) -> float:
        began = time.process_time()
        with pytest.raises(LoginFailed):
            sign_in(raised, login, WRONG, f"10.1.{len(login)}.1")
        return time.process_time() - began

    unknown = statistics.median(cpu_s(f"nobody{n}") for n in range(4))
    known = statistics.median(cpu_s("amina") for _ in range(4))
    assert 0.4 < unknown / known < 2.5


def test_a_site_without_accounts_answers_like_any_other(accounts: Accounts) -> None:
    fail(accounts, 1)


def test_a_shut_account_is_answered_like_a_wrong_password(accounts: Accounts, amina: str) -> None:
    accounts.set_disabled(amina, True)
    with pytest.raises(LoginFailed):
        sign_in(accounts)
    accounts.set_disabled(amina, False)
    sign_in(accounts)


def test_an_old_hash_is_renewed_when_the_profile_was_raised(
    laptop: Accounts, database: Database, clock: FixedClock
) -> None:
    def stored() -> str:
        with database.reading() as connection:
            return str(connection.exec_driver_sql("SELECT password FROM account").scalar_one())

    laptop.add(login="amina", display="Amina H.", role="medic", password=RIGHT)
    assert "m=19456,t=2,p=1" in stored()
    server = Accounts(database, ROLES, replace(SETTINGS, password_profile="server"), clock)
    sign_in(server)
    assert "m=65536,t=3,p=4" in stored()
    sign_in(laptop)
    assert "m=65536,t=3,p=4" in stored()


# ── sessions ──


def test_an_unknown_token_opens_nothing(accounts: Accounts, amina: str) -> None:
    signed = sign_in(accounts)
    for token in (
        "",
        "guess",
        signed.grant,
        signed.session.csrf,
        signed.token[:-1],
        signed.token.upper(),
        "\x00\ud800",
    ):
        assert accounts.session(token) is None


def test_a_session_ends_after_a_quarter_of_an_hour_without_use(
    accounts: Accounts, amina: str, clock: FixedClock
) -> None:
    signed = sign_in(accounts)
    clock.advance(minutes=14, seconds=59)
    assert accounts.session(signed.token, touch=False)
    clock.advance(seconds=1)
    assert accounts.session(signed.token) is None


def test_use_keeps_a_session_open_but_not_beyond_twelve_hours(
    accounts: Accounts, amina: str, clock: FixedClock
) -> None:
    signed = sign_in(accounts)
    for _ in range(72):
        assert accounts.session(signed.token)
        clock.advance(minutes=10)
    assert accounts.session(signed.token) is None


def test_use_within_the_last_minute_counts_although_it_is_not_written(
    accounts: Accounts, amina: str, clock: FixedClock
) -> None:
    signed = sign_in(accounts)
    clock.advance(seconds=59)
    assert accounts.session(signed.token)
    clock.advance(minutes=14, seconds=30)
    assert accounts.session(signed.token)


def test_what_a_screen_does_by_itself_is_no_use(accounts: Accounts, amina: str, clock: FixedClock) -> None:
    signed = sign_in(accounts)
    for _ in range(3):
        clock.advance(minutes=4)
        assert accounts.session(signed.token, touch=False)
    clock.advance(minutes=4)
    assert accounts.session(signed.token) is None


def test_use_is_written_once_a_minute_and_read_after_a_restart(
    accounts: Accounts, amina: str, clock: FixedClock, database: Database
) -> None:
    signed = sign_in(accounts)
    with counted_writes(database) as writes:
        for _ in range(120):
            clock.advance(seconds=1)
            accounts.session(signed.token)
    assert len(writes) == 2
    clock.advance(minutes=14)
    assert Accounts(database, ROLES, SETTINGS, clock).session(signed.token)


def test_a_full_disk_signs_nobody_out(
    accounts: Accounts, amina: str, clock: FixedClock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = sign_in(accounts)

    @contextmanager
    def full() -> Iterator[None]:
        raise StorageFull
        yield

    monkeypatch.setattr(database, "writing", full)
    for _ in range(10):
        clock.advance(minutes=10)
        assert accounts.session(signed.token)


def test_signing_out_ends_one_session(accounts: Accounts, amina: str) -> None:
    one, two = sign_in(accounts), sign_in(accounts)
    accounts.sign_out(one.token)
    accounts.sign_out("never seen")
    assert accounts.session(one.token) is None
    assert accounts.session(two.token)


def test_people_see_and_end_their_own_sessions_only(
    accounts: Accounts, amina: str, boris: str, clock: FixedClock
) -> None:
    signed = sign_in(accounts, device="old phone")
    clock.advance(minutes=1)
    sign_in(accounts, device="desk\x00")
    assert [row.device for row in accounts.sessions(amina)] == ["desk", "old phone"]
    phone = accounts.sessions(amina)[1].id
    with pytest.raises(NotFound):
        accounts.end_session(boris, phone)
    accounts.end_session(amina, phone)
    assert accounts.session(signed.token) is None
    assert [row.device for row in accounts.sessions(amina)] == ["desk"]
    assert accounts.session(phone) is None


def test_shutting_an_account_ends_its_sessions_at_once(accounts: Accounts, amina: str, boris: str) -> None:
    signed, other = sign_in(accounts), sign_in(accounts, "boris")
    accounts.set_disabled(amina, True)
    assert accounts.session(signed.token) is None
    assert accounts.session(other.token)


def test_a_new_password_ends_what_the_old_one_opened(accounts: Accounts, amina: str) -> None:
    signed = sign_in(accounts)
    accounts.set_password(amina, WRONG)
    assert accounts.session(signed.token) is None
    with pytest.raises(LoginFailed):
        sign_in(accounts, password=RIGHT)
    sign_in(accounts, password=WRONG)


def test_a_new_password_must_be_a_good_one(accounts: Accounts, amina: str) -> None:
    with pytest.raises(Invalid):
        accounts.set_password(amina, "amina-amina-amina")
    sign_in(accounts)


@pytest.mark.parametrize("nobody", ["nobody", "", "nul\x00", "\ud800"])
def test_what_is_not_there_is_not_found(accounts: Accounts, amina: str, nobody: str) -> None:
    with pytest.raises(NotFound):
        accounts.set_password(nobody, WRONG)
    with pytest.raises(NotFound):
        accounts.set_disabled(nobody, True)
    with pytest.raises(NotFound):
        accounts.end_session(amina, nobody)
    with pytest.raises(NotFound):
        accounts.revoke_grant(amina, nobody)


def test_sessions_that_are_over_leave_the_database(
    accounts: Accounts, amina: str, clock: FixedClock, database: Database
) -> None:
    sign_in(accounts)
    clock.advance(hours=1)
    sign_in(accounts)
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM session").scalar_one() == 1


def test_a_clock_set_back_by_a_day_ends_sessions_and_by_a_minute_does_not(
    accounts: Accounts, amina: str, clock: FixedClock
) -> None:
    signed = sign_in(accounts)
    clock.advance(minutes=-1)
    assert accounts.session(signed.token)
    clock.advance(days=-1)
    assert accounts.session(signed.token) is None


# ── capture grants ──


def test_a_grant_proves_the_author_after_the_session_has_ended(
    accounts: Accounts, amina: str, boris: str, clock: FixedClock
) -> None:
    signed = sign_in(accounts)
    made = clock.now()
    accounts.sign_out(signed.token)
    clock.advance(days=200)
    assert accounts.author_of_grant(signed.grant, made) == signed.session.actor


def test_a_grant_is_no_token_and_a_token_no_grant(accounts: Accounts, amina: str, clock: FixedClock) -> None:
    signed = sign_in(accounts)
    assert accounts.session(signed.grant) is None
    assert accounts.author_of_grant(signed.token, clock.now()) is None


def test_entries_made_before_the_revocation_keep_their_author(
    accounts: Accounts, amina: str, clock: FixedClock
) -> None:
    signed = sign_in(accounts)
    clock.advance(hours=5)
    accounts.revoke_grant(amina, accounts.grants(amina)[0].id)
    before, after = clock.now() - timedelta(minutes=1), clock.now()
    assert accounts.author_of_grant(signed.grant, before) == signed.session.actor
    assert accounts.author_of_grant(signed.grant, after) is None
    assert accounts.grants(amina)[0].revoked == after


def test_a_grant_runs_out_after_thirty_days(accounts: Accounts, amina: str, clock: FixedClock) -> None:
    signed = sign_in(accounts)
    clock.advance(days=31)
    assert accounts.author_of_grant(signed.grant, NOON + timedelta(days=29)) == signed.session.actor
    assert accounts.author_of_grant(signed.grant, NOON + timedelta(days=30)) is None


def test_a_fast_device_clock_neither_loses_an_entry_nor_outruns_a_revocation(
    accounts: Accounts, amina: str, clock: FixedClock
) -> None:
    signed = sign_in(accounts)
    far = NOON + timedelta(days=400)
    assert accounts.author_of_grant(signed.grant, far) == signed.session.actor
    accounts.set_disabled(amina, True)
    assert accounts.author_of_grant(signed.grant, far) is None


def test_nobody_revokes_the_grant_of_another(accounts: Accounts, amina: str, boris: str) -> None:
    sign_in(accounts)
    with pytest.raises(NotFound):
        accounts.revoke_grant(boris, accounts.grants(amina)[0].id)


def test_a_new_password_revokes_the_grants_of_the_old_one(accounts: Accounts, amina: str, clock: FixedClock) -> None:
    signed = sign_in(accounts)
    clock.advance(minutes=1)
    accounts.set_password(amina, WRONG)
    assert accounts.author_of_grant(signed.grant, clock.now()) is None
    assert accounts.author_of_grant(signed.grant, NOON) == signed.session.actor


# ── throttling ──


def test_after_five_failures_the_right_password_waits_too(accounts: Accounts, amina: str, clock: FixedClock) -> None:
    fail(accounts, 5)
    assert wait(accounts) == 5
    clock.advance(seconds=5)
    sign_in(accounts)


def test_the_wait_grows_and_impatience_does_not_lengthen_it(accounts: Accounts, amina: str, clock: FixedClock) -> None:
    fail(accounts, 5)
    waits = []
    for _ in range(4):
        seconds = wait(accounts)
        assert isinstance(seconds, int)
        assert wait(accounts) == seconds
        waits.append(seconds)
        clock.advance(seconds=seconds)
        fail(accounts, 1)
    assert waits == [5, 10, 20, 40]


def test_the_right_password_takes_ones_own_failures_back(accounts: Accounts, amina: str) -> None:
    for _ in range(3):
        fail(accounts, 4)
        sign_in(accounts)


def test_an_unknown_login_waits_like_a_known_one(accounts: Accounts, amina: str) -> None:
    fail(accounts, 5, "nobody", ELSEWHERE)
    fail(accounts, 5, "amina", DESK)
    assert wait(accounts, "nobody", RIGHT, ELSEWHERE) == wait(accounts) == 5


def test_a_restart_forgets_no_failure(accounts: Accounts, amina: str, database: Database, clock: FixedClock) -> None:
    fail(accounts, 5)
    assert wait(Accounts(database, ROLES, SETTINGS, clock, hasher=QUICK)) == 5


def test_guessing_one_account_from_many_addresses_waits(accounts: Accounts, amina: str) -> None:
    for n in range(5):
        fail(accounts, 1, "amina", f"192.0.2.{n}")
    assert wait(accounts, address="192.0.2.50") == 5


def test_trying_many_accounts_from_one_address_waits(accounts: Accounts, amina: str, boris: str) -> None:
    for n in range(5):
        fail(accounts, 1, f"guess{n}", ELSEWHERE)
    assert wait(accounts, "amina", RIGHT, ELSEWHERE) == 5
    sign_in(accounts, "amina", address=DESK)


def test_one_persons_failures_keep_no_colleague_out(
    accounts: Accounts, amina: str, boris: str, clock: FixedClock
) -> None:
    fail(accounts, 5)
    sign_in(accounts, "boris")


def test_an_attacker_elsewhere_does_not_keep_the_owner_out(accounts: Accounts, amina: str, clock: FixedClock) -> None:
    sign_in(accounts)
    for n in range(5):
        fail(accounts, 1, "amina", f"192.0.2.{n}")
    assert wait(accounts, address=ELSEWHERE) == 5
    sign_in(accounts, address=DESK)


def test_a_guesser_on_a_shared_laptop_does_not_keep_its_users_out(accounts: Accounts, amina: str, boris: str) -> None:
    sign_in(accounts)
    for n in range(5):
        fail(accounts, 1, f"guess{n}")
    assert wait(accounts, "boris") == 5
    sign_in(accounts)


def test_a_closed_door_does_not_tell_who_has_come_through_it_before(accounts: Accounts, amina: str, boris: str) -> None:
    sign_in(accounts)
    for n in range(5):
        fail(accounts, 1, f"guess{n}")
    assert [wait(accounts, login, WRONG) for login in ("amina", "boris", "nobody") for _ in range(5)] == [5] * 15


def test_parallel_guesses_gain_nothing(accounts: Accounts, amina: str) -> None:
    looked_at: list[str] = []

    def guess() -> None:
        try:
            sign_in(accounts, "amina", WRONG)
        except DunantError as error:
            looked_at.append(error.code)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(looked_at) == ["access.login_failed"] * 5 + ["access.too_many_attempts"] * 7


def test_a_new_password_from_the_administrator_ends_the_waiting(accounts: Accounts, amina: str) -> None:
    fail(accounts, 5)
    accounts.set_password(amina, "maize plaster gutter")
    sign_in(accounts, password="maize plaster gutter")


# ── notices ──


def test_twenty_failures_are_shown_to_the_administrator(accounts: Accounts, amina: str, clock: FixedClock) -> None:
    fail_patiently(accounts, clock, 19, "amina", DESK)
    assert accounts.notices() == ()
    fail_patiently(accounts, clock, 1, "amina", DESK)
    (notice,) = accounts.notices()
    assert (notice.kind, notice.user, notice.address, notice.failures) == ("account", amina, None, 20)


def test_a_notice_stays_after_the_guesser_has_come_in(accounts: Accounts, amina: str, clock: FixedClock) -> None:
    fail_patiently(accounts, clock, 20, "amina", DESK)
    sign_in(accounts)
    clock.advance(days=2)
    sign_in(accounts)
    assert [notice.user for notice in accounts.notices()] == [amina]
    clock.advance(days=31)
    assert accounts.notices() == ()


def test_an_address_that_tries_twenty_accounts_is_named(accounts: Accounts, clock: FixedClock) -> None:
    for n in range(20):
        fail_patiently(accounts, clock, 1, f"guess{n}", "2001:db8:1:2::1")
    assert [(notice.kind, notice.address) for notice in accounts.notices()] == [("address", "2001:db8:1:2::/64")]


def test_a_login_nobody_has_gives_a_notice_without_a_name(accounts: Accounts, clock: FixedClock) -> None:
    fail_patiently(accounts, clock, 20, "nobody", DESK)
    assert [(notice.user, notice.address) for notice in accounts.notices()] == [(None, None)]


# ── silence ──


def test_no_name_and_no_token_is_logged_or_told(
    accounts: Accounts, amina: str, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[object] = []
    with caplog.at_level(logging.DEBUG):
        signed = sign_in(accounts)
        for login, password in [("amina", WRONG)] * 6 + [("nobody", RIGHT)]:
            with pytest.raises(DunantError) as caught:
                sign_in(accounts, login, password)
            told += [caught.value.params, str(caught.value)]
        accounts.sign_out(signed.token)
        told.append(invalid(accounts, login="amina"))
    words = repr(told) + caplog.text
    assert not [secret for secret in ("amina", "nobody", signed.token, signed.grant, RIGHT, WRONG) if secret in words]


@contextmanager
def counted_writes(database: Database) -> Iterator[list[None]]:
    writes: list[None] = []
    real = database.writing

    @contextmanager
    def counting() -> Iterator[object]:
        writes.append(None)
        with real() as connection:
            yield connection

    database.writing = counting  # type: ignore[method-assign,assignment]
    yield writes
    database.writing = real  # type: ignore[method-assign]
