"""Make the boundary packs from the world map of Debian's `qgis-common` (Natural Earth 1:10m, v4.1). Needs shapely.

apt-get download qgis-common && dpkg -x qgis-common_*.deb qgis
python -m scripts.make_boundaries qgis/usr/share/qgis/resources/data/world_map.gpkg src/dunant/packs/core/boundaries
"""

import gzip
import json
import sqlite3
import sys
from pathlib import Path
from typing import Any

from scripts.world_map import feature, rows, shapely

COUNTRIES = {"SSD": "SS", "COD": "CD", "CAF": "CF", "MLI": "ML", "LBN": "LB"}
AROUND, COARSE = 1.5, 0.08  # degrees: neighbouring land shown around the country, and how coarsely at most
LIMIT_BYTES = 15_000


def pack(iso3: str) -> dict[str, Any]:
    return {
        "name": f"boundaries.{iso3.lower()}",
        "version": "naturalearth-4.1",
        "source": "Natural Earth 1:10m v4.1, by way of Debian qgis-common 3.22.16 world_map.gpkg",
        "verified": False,
        "note": "outdated for first-level areas of COD, MLI and LBN; a mission can load its own",
    }


def boundaries(db: sqlite3.Connection, iso3: str) -> dict[str, Any]:
    """The country, its first-level areas, a coarse outline of its neighbours, and disputed borders nearby."""
    world = [(shape, a2, name) for shape, a2, name in rows(db, "iso_a2, NAME", "countries")]
    home = next(shape for shape, a2, _ in world if a2 == COUNTRIES[iso3])
    view = shapely.box(*home.bounds).buffer(AROUND, join_style="mitre")
    areas = [row for row in rows(db, "iso_a2, name", "states_provinces") if row[1] == COUNTRIES[iso3]]
    found = [feature(home, "country", iso3=iso3)]
    found += [feature(shape, "area", name=name or "", iso3=iso3) for shape, _, name in areas]
    for shape, a2, name in world:
        if a2 != COUNTRIES[iso3] and shape.intersects(view):
            coarse = shapely.intersection(shape, view).simplify(min(COARSE, shapely.length(view) / 1000))
            found.append(feature(coarse, "neighbour", name=name or ""))
    disputed = rows(db, "name", "disputed_borders")
    found += [feature(shape, "disputed", name=name) for shape, name in disputed if shape.intersects(view)]
    return {"type": "FeatureCollection", "pack": pack(iso3), "features": [one for one in found if one is not None]}


def main(source: str, target: str) -> None:
    db = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    for iso3 in COUNTRIES:
        text = json.dumps(boundaries(db, iso3), ensure_ascii=False, separators=(",", ":")) + "\n"
        size = len(gzip.compress(text.encode(), mtime=0))
        if size > LIMIT_BYTES:
            sys.exit(f"{iso3}: {size} bytes compressed, limit {LIMIT_BYTES}")
        Path(target, f"{iso3.lower()}.geo.json").write_text(text, encoding="utf-8")
        print(f"{iso3}: {size} bytes compressed")


if __name__ == "__main__":
    main(*sys.argv[1:])
