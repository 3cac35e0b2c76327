"""A clock that never runs backwards, and is not dragged along by a broken one."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from dunant.kernel.clock import (
    DRIFT_CAP_MS,
    as_text,
    from_text,
    is_plausible,
    is_suspect,
    receive,
    rfc3339,
    tick,
    to_ms,
    unix_ms,
)

READINGS = st.integers(0, 2**63)
WALLS = st.integers(0, 2**46)


@given(last=READINGS, walls=st.lists(WALLS, min_size=1))
def test_a_tick_is_always_later_whatever_the_wall_clock_does(last: int, walls: list[int]) -> None:
    for wall in walls:
        following = tick(last, wall)
        assert following > last
        assert following >= wall << 16
        last = following


@given(last=READINGS, remote=READINGS, wall=WALLS)
def test_hearing_from_a_site_never_sets_the_clock_back(last: int, remote: int, wall: int) -> None:
    assert receive(last, remote, wall) >= last


def test_a_site_within_the_cap_is_followed_and_one_beyond_it_is_not() -> None:
    wall = 1_700_000_000_000
    at_cap, beyond = (wall + DRIFT_CAP_MS) << 16, (wall + DRIFT_CAP_MS + 1) << 16
    assert receive(0, at_cap, wall) == at_cap
    assert receive(0, beyond, wall) == 0
    assert (is_suspect(at_cap, wall), is_suspect(beyond, wall)) == (False, True)


def test_a_full_counter_takes_the_next_millisecond() -> None:
    assert tick((5 << 16) | 0xFFFF, 5) == 6 << 16


@given(one=READINGS, other=READINGS)
def test_text_order_is_clock_order(one: int, other: int) -> None:
    assert (as_text(one) < as_text(other)) == (one < other)
    assert from_text(as_text(one)) == one


@given(moment=st.datetimes(datetime(1971, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_way_to_say_a_moment_agrees_to_the_millisecond(moment: datetime) -> None:
    assert datetime.fromisoformat(rfc3339(moment)) == to_ms(moment)
    assert unix_ms(moment) == unix_ms(to_ms(moment))
    assert to_ms(moment) <= moment < to_ms(moment) + timedelta(milliseconds=1)


def test_a_moment_is_written_in_one_width_and_zone() -> None:
    east = timezone(timedelta(hours=5, minutes=45))
    assert rfc3339(datetime(2026, 3, 14, 17, 45, tzinfo=east)) == "2026-03-14T12:00:00.000Z"


def test_what_no_working_clock_shows() -> None:
    assert is_plausible(datetime(2026, 1, 1, tzinfo=UTC))
    for moment in (datetime(2026, 1, 1), datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)):  # noqa: DTZ001
        assert not is_plausible(moment)
