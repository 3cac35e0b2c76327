"""How high the sun stands over a place: whether it is day or night is computed, never asked.

Source: United States Naval Observatory, "Computing Approximate Solar Coordinates" and "Computing Approximate Sidereal
Time": good to about an arc minute within two centuries of 2000, which is seconds of time at sunrise.
"""

import math
from datetime import UTC, datetime

from dunant.kernel.places import Position

J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
# Degrees at J2000 and degrees a day: mean anomaly, mean longitude, obliquity of the ecliptic.
ANOMALY, LONGITUDE, OBLIQUITY = (357.529, 0.98560028), (280.459, 0.98564736), (23.439, -0.00000036)
# Equation of the centre, in degrees: the first two terms.
CENTRE = (1.915, 0.020)
# Greenwich sidereal time in hours at J2000, and hours a day; degrees of an hour.
SIDEREAL, HOUR_DEG = (18.697374558, 24.06570982441908), 15
DAY_S = 86_400


def sun_elevation_deg(where: Position, at: datetime) -> float:
    """Degrees of the middle of the sun above the horizon, without refraction; negative when it has set."""
    days = (at - J2000).total_seconds() / DAY_S
    anomaly = math.radians(_at(ANOMALY, days))
    seen_at = math.radians(_at(LONGITUDE, days) + CENTRE[0] * math.sin(anomaly) + CENTRE[1] * math.sin(2 * anomaly))
    tilt = math.radians(_at(OBLIQUITY, days))
    ascension = math.atan2(math.cos(tilt) * math.sin(seen_at), math.cos(seen_at))
    declination = math.asin(math.sin(tilt) * math.sin(seen_at))
    hour = math.radians(_at(SIDEREAL, days) * HOUR_DEG + where.lon) - ascension
    latitude = math.radians(where.lat)
    above = math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(declination) * math.cos(hour)
    return math.degrees(math.asin(max(-1, min(1, above))))


def is_night(where: Position, at: datetime, below_deg: float) -> bool:
    """Whether the sun stands lower than `below_deg`; the end of civil twilight is 6 degrees below the horizon."""
    return sun_elevation_deg(where, at) < below_deg


def _at(line: tuple[float, float], days: float) -> float:
    return line[0] + line[1] * days
