"""The nine lines as flat, mergeable values: one per thing two people may edit apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from dunant.exchange.cot.model import HlzBrief, Medevac, ProtectedZone

_PLAIN = (
    *("casevac", "title", "freq", "equipment_detail", "litter", "ambulatory", "escort", "security"),
    *("marking", "marking_text", "marked_by", "slope_direction", "terrain_detail", "obstacles", "remarks"),
)
_MAPS = ("counts", "nationality")
_SETS = ("equipment", "terrain")
_ZONE = {"zone_selection": "selection", "zone_marker": "marker", "zone_coordinate": "coordinate"}
_HLZ = {"winds_from": "winds_from", "friendlies": "friendlies", "enemy": "enemy", "hlz_remarks": "remarks"}

LINE_NAMES = frozenset((*_PLAIN, *_MAPS, *_SETS, *_ZONE, *_HLZ))


def lines_of(medevac: Medevac) -> dict[str, object]:
    """What the form says, absent values left out; sets as sorted lists, so that equal forms are equal bytes."""
    found: dict[str, object] = {name: getattr(medevac, name) for name in _PLAIN}
    found |= {name: dict(sorted(getattr(medevac, name).items())) or None for name in _MAPS}
    found |= {name: sorted(getattr(medevac, name)) or None for name in _SETS}
    found |= {name: getattr(medevac.protected_zone, field) for name, field in _ZONE.items()}
    found |= {name: getattr(medevac.hlz, field) for name, field in _HLZ.items()}
    return {name: value for name, value in found.items() if value is not None}


def medevac_of_lines(lines: Mapping[str, object]) -> Medevac:
    """The nine lines of a view's row; names that are no line of this form are left out."""
    taken: dict[str, object] = {name: lines[name] for name in _PLAIN if lines.get(name) is not None}
    for name in _MAPS:
        taken[name] = dict(cast("Mapping[str, int]", lines.get(name) or {}))
    for name in _SETS:
        taken[name] = frozenset(cast("list[str]", lines.get(name) or ()))
    zone = {field: lines.get(name) for name, field in _ZONE.items()}
    hlz = {field: lines.get(name) for name, field in _HLZ.items()}
    return Medevac(
        protected_zone=ProtectedZone(**cast("dict[str, str | None]", zone)),
        hlz=HlzBrief(**cast("dict[str, str | None]", hlz)),
        **taken,  # type: ignore[arg-type]  # names are checked against the fields by a test
    )
