"""Where things are: positions on the earth, named places, and the box a mission works in."""

import math
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from dunant.kernel.policy import Pack, Sourced, repeated

# Mean radius of the earth (IUGG R1), km; a sphere is within 0.6 % of the ellipsoid, far below what speeds are known to.
EARTH_RADIUS_KM = 6371.0088


class Position(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Latitude and longitude in degrees (WGS 84); `ce` is the circular error in metres, None when nobody said."""

    lat: float
    lon: float
    ce: float | None = None

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError("position.out_of_range")
        if self.ce is not None and self.ce < 0:
            raise ValueError("position.negative_error")


class Box(Struct, frozen=True, array_like=True):
    """West, south, east, north in degrees. A box whose west exceeds its east crosses the date line."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, position: Position) -> bool:
        if self.west <= self.east:
            inside = self.west <= position.lon <= self.east
        else:
            inside = position.lon >= self.west or position.lon <= self.east
        return inside and self.south <= position.lat <= self.north


class Place(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named point of a mission, such as a landing site."""

    code: str
    name: str
    position: Position


class Notice(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a map says about the borders and names it shows, in one language."""

    language: str
    text: str


class MapNotice(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    notice: tuple[Notice, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from repeated("notice.language", (row.language for row in self.notice))

    def text(self, language: str) -> str:
        """In the reader's language, or the first one of the pack."""
        return next((row.text for row in self.notice if row.language == language), self.notice[0].text)


class Outline(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A GeoJSON geometry; coordinates are longitude, latitude in degrees, nested as its type asks."""

    type: Literal["Polygon", "MultiPolygon", "LineString", "MultiLineString"]
    coordinates: tuple[object, ...]


class BorderFacts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`dashed`: the line is disputed and must be drawn so."""

    kind: Literal["country", "area", "neighbour", "disputed"]
    dashed: bool
    name: str = ""
    iso3: str = ""


class Border(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A GeoJSON feature."""

    type: Literal["Feature"]
    properties: BorderFacts
    geometry: Outline


class Boundaries(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A GeoJSON feature collection with the header of a pack as a foreign member; encodes back to GeoJSON."""

    type: Literal["FeatureCollection"]
    features: tuple[Border, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        for n, border in enumerate(self.features):
            if border.properties.dashed != (border.properties.kind == "disputed"):
                yield f"features[{n}].properties.dashed", "disputed_is_dashed"


def great_circle_km(a: Position, b: Position) -> float:
    """Distance over the surface of a sphere, in km.

    The haversine form keeps its precision for the short hops of an evacuation.
    """
    lat_a, lon_a, lat_b, lon_b = (math.radians(x) for x in (a.lat, a.lon, b.lat, b.lon))
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def seems_swapped(position: Position, box: Box) -> bool:
    """Latitude and longitude look exchanged: outside the box as given, inside it the other way round."""
    if box.holds(position) or abs(position.lon) > 90:
        return False
    return box.holds(Position(lat=position.lon, lon=position.lat))
