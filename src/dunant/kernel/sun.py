"""Where the sun stands: enough to tell night from day. Pure; angles in degrees, times aware UTC."""

import math
from datetime import UTC, datetime

from dunant.kernel.places import Position

_NOON_2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)


def sun_elevation_deg(at: datetime, where: Position) -> float:
    """Height of the sun's centre above the horizon, without refraction, to about a tenth of a degree.

    Source: low-precision formulas of the Astronomical Almanac (mean longitude, mean anomaly, ecliptic longitude).
    """
    days = (at - _NOON_2000).total_seconds() / 86_400
    anomaly = math.radians((357.528 + 0.985_600_3 * days) % 360)
    mean = (280.460 + 0.985_647_4 * days) % 360
    ecliptic = math.radians(mean + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly))
    tilt = math.radians(23.439 - 0.000_000_4 * days)
    ascension = math.atan2(math.cos(tilt) * math.sin(ecliptic), math.cos(ecliptic))
    declination = math.asin(math.sin(tilt) * math.sin(ecliptic))
    sidereal = math.radians((280.460_62 + 360.985_647_37 * days + where.lon) % 360)
    latitude, hour = math.radians(where.lat), sidereal - ascension
    height = math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(declination) * math.cos(hour)
    return math.degrees(math.asin(max(-1.0, min(1.0, height))))


def is_night(at: datetime, where: Position, below_deg: float) -> bool:
    """Whether the sun stands lower than `below_deg`, such as -6 at the end of civil twilight."""
    return sun_elevation_deg(at, where) < below_deg
