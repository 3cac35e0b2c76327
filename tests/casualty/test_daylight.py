"""Where the sun stands, against somebody else's numbers."""

from datetime import UTC, datetime

import pytest

from dunant.casualty.daylight import is_night, sun_elevation_deg
from dunant.kernel.places import Position


def test_the_sun_stands_where_the_solar_position_algorithm_of_nrel_puts_it() -> None:
    """Reda and Andreas, NREL/TP-560-34302, example of the appendix: zenith 50.11162 degrees, refraction included."""
    golden = Position(lat=39.742476, lon=-105.1786)
    at = datetime(2003, 10, 17, 19, 30, 30, tzinfo=UTC)
    assert sun_elevation_deg(golden, at) == pytest.approx(90 - 50.11162, abs=0.03)


@pytest.mark.parametrize(
    ("where", "at", "night"),
    [
        ((9.45, 29.55), datetime(2026, 11, 23, 19, 40, tzinfo=UTC), True),
        ((9.45, 29.55), datetime(2026, 11, 23, 10, 0, tzinfo=UTC), False),
        # The sun does not set at midsummer in Tromsø, nor rise at midwinter.
        ((69.65, 18.96), datetime(2026, 6, 21, 23, 0, tzinfo=UTC), False),
        ((80.0, 18.96), datetime(2026, 12, 21, 11, 0, tzinfo=UTC), True),
    ],
)
def test_night_begins_when_the_sun_is_six_degrees_down(where: tuple[float, float], at: datetime, night: bool) -> None:
    assert is_night(Position(lat=where[0], lon=where[1]), at, -6) is night


def test_on_the_equator_at_the_equinox_the_day_is_half_of_it() -> None:
    hours = [datetime(2026, 3, 20, hour, 30, tzinfo=UTC) for hour in range(24)]
    assert sum(sun_elevation_deg(Position(lat=0, lon=0), at) > 0 for at in hours) == 12
