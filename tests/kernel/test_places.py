"""Positions, distances and the mission box."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunant.kernel.places import Box, Position, great_circle_km, seems_swapped

SOUTH_SUDAN = Box(23.4, 3.4, 36.0, 12.3)
positions = st.builds(Position, lat=st.floats(-90, 90), lon=st.floats(-180, 180))


@given(positions, positions)
def test_there_and_back_are_equally_far(a: Position, b: Position) -> None:
    assert great_circle_km(a, b) == pytest.approx(great_circle_km(b, a))


@given(positions, positions)
def test_nothing_is_further_than_half_way_round(a: Position, b: Position) -> None:
    assert 0 <= great_circle_km(a, b) <= 20015.2


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() -> None:
    assert great_circle_km(Position(lat=0, lon=0), Position(lat=1, lon=0)) == pytest.approx(111.195, abs=0.001)


@pytest.mark.parametrize(("lat", "lon", "ce"), [(91, 0, None), (0, 181, None), (float("nan"), 0, None), (0, 0, -1)])
def test_an_impossible_position_is_refused(lat: float, lon: float, ce: float | None) -> None:
    with pytest.raises(ValueError, match="position"):
        Position(lat=lat, lon=lon, ce=ce)


def test_a_swapped_pair_is_noticed_inside_its_mission() -> None:
    assert seems_swapped(Position(lat=29.55, lon=9.45), SOUTH_SUDAN)
    assert not seems_swapped(Position(lat=9.45, lon=29.55), SOUTH_SUDAN)
    assert not seems_swapped(Position(lat=50, lon=50), SOUTH_SUDAN)


def test_a_box_may_cross_the_date_line() -> None:
    pacific = Box(170, -20, -170, 20)
    assert pacific.holds(Position(lat=0, lon=179)) and pacific.holds(Position(lat=0, lon=-179))
    assert not pacific.holds(Position(lat=0, lon=0))
