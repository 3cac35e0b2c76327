"""Reading of Natural Earth's world map as a GeoPackage, and features of GeoJSON made from it. Needs shapely."""

import importlib
import json
import sqlite3
from collections.abc import Iterator
from typing import Any

# Needed here only, so no dependency of the project and not known to the type checker.
shapely: Any = importlib.import_module("shapely")

STEP = 0.001  # degrees, about 110 m


def geometry(blob: bytes) -> Any:
    """Geometry of a GeoPackage blob: a header of 8 bytes and an envelope, then well-known binary."""
    envelope = (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]
    return shapely.from_wkb(blob[8 + envelope :])


def rows(db: sqlite3.Connection, columns: str, table: str) -> Iterator[tuple[Any, ...]]:
    for blob, *rest in db.execute(f"select geom, {columns} from {table} order by fid"):
        yield geometry(blob), *rest


def feature(shape: Any, kind: str, **properties: str) -> dict[str, Any] | None:
    neat = shapely.set_precision(shape, STEP)
    if neat.is_empty:
        return None
    drawn = json.loads(shapely.to_geojson(neat), parse_float=lambda text: round(float(text), 3))
    return {
        "type": "Feature",
        "properties": {"kind": kind, "dashed": kind == "disputed", **properties},
        "geometry": drawn,
    }
