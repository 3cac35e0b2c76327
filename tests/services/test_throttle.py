"""How long guessing has to wait, without a database."""

from datetime import timedelta

import pytest

from dunant.services.passwords import Passwords
from dunant.services.throttle import Door, door, keys, network
from dunant.store import PackShelf
from dunant.store.accounts import AttemptRow
from tests.fakes import NOON

RULES = PackShelf().read("passwords.toml", Passwords).throttle


def a_door(rows: tuple[AttemptRow, ...] = (), *, login: str = "amina", address: str = "10.0.0.7", s: float = 0) -> Door:
    return door(RULES, NOON + timedelta(seconds=s), login, address, None, {row.key: row for row in rows})


def after(failures: int) -> tuple[AttemptRow, ...]:
    """Counts after so many failures, each made when the wait was over."""
    rows: tuple[AttemptRow, ...] = ()
    for _ in range(failures):
        rows = a_door(tuple(row_at_noon(row) for row in rows), s=RULES.longest_wait_s).counted()
    return tuple(row_at_noon(row) for row in rows)


def row_at_noon(row: AttemptRow) -> AttemptRow:
    return AttemptRow(key=row.key, kind=row.kind, about=row.about, failures=row.failures, last=NOON)


def test_the_wait_doubles_after_five_failures_up_to_a_quarter_of_an_hour() -> None:
    assert [RULES.wait_s(n) for n in (0, 4, 5, 6, 7, 12, 13, 5000)] == [0, 0, 5, 10, 20, 640, 900, 900]


def test_waiting_ends_by_itself() -> None:
    assert [a_door(after(6), s=s).own_wait_s for s in (0, 0.5, 9.2, 10)] == [10, 10, 1, 0]


def test_failures_are_forgotten_after_a_quiet_day() -> None:
    assert a_door(after(19), s=24 * 3600).account.failures == 0
    assert a_door(after(19), s=24 * 3600 - 1).account.failures == 19


def test_a_clock_set_back_makes_nobody_wait_longer_than_the_rule() -> None:
    assert a_door(after(6), s=-365 * 86400).own_wait_s == 10


def test_one_forgetful_person_counts_once_against_the_address() -> None:
    assert next(row for row in after(1) if row.kind == "address").failures == 1
    assert a_door(after(4)).counted()[2].failures == 1


def test_what_is_typed_is_kept_as_a_hash_only() -> None:
    assert all("amina" not in key and "10.0.0.7" not in key for key in keys("amina", "10.0.0.7").values())


@pytest.mark.parametrize(
    "address, counted",
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix\x00socket", "unixsocket"),
    ],
)
def test_addresses_of_one_line_count_together(address: str, counted: str) -> None:
    assert network(address) == counted
