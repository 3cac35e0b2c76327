"""Derived scores: a number made of measured values by a table of the pack. Shown with inputs; decides nothing."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct

from dunant.kernel.policy import Sourced

Values = Mapping[str, float | bool | str | None]


class Band(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values up to `to` (inside) give these points; without `to`, all that lie above the band before."""

    points: float
    to: float | None = None


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One measured value and its points: by bands of a number, or by code ("true" and "false" for yes and no)."""

    of: str
    bands: tuple[Band, ...] = ()
    codes: Mapping[str, float] = {}

    def points(self, value: float | bool | str) -> float | None:
        """None for a code that the table does not know."""
        if self.codes:
            return self.codes.get(str(value).lower() if isinstance(value, bool) else str(value))
        return next((band.points for band in self.bands if band.to is None or float(value) <= band.to), None)


class Score(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """SUM adds the points of its parts; RATIO divides its first part by its second, as they were measured."""

    id: str
    version: str
    kind: Literal["SUM", "RATIO"]
    parts: tuple[Part, ...]


class Scored(Struct, frozen=True, kw_only=True):
    """`value` is None while something is `missing`, or where it cannot be computed."""

    id: str
    version: str
    value: float | None
    missing: tuple[str, ...]
    inputs: dict[str, Any]
    verified: bool


def score(row: Score, values: Values) -> Scored:
    """One score of what was measured.

    Parameters
    ----------
    values : by the names of the parts; None or absent where nothing was measured
    """
    inputs = {part.of: value for part in row.parts if (value := values.get(part.of)) is not None}
    missing = tuple(part.of for part in row.parts if part.of not in inputs)
    value = None if missing else _ratio(row, inputs) if row.kind == "RATIO" else _sum(row, inputs)
    return Scored(id=row.id, version=row.version, value=value, missing=missing, inputs=inputs, verified=row.verified)


def scores(rows: Iterable[Score], values: Values) -> list[Scored]:
    """Every score of which at least one input was measured."""
    return [found for row in rows if (found := score(row, values)).inputs]


def _ratio(row: Score, inputs: Mapping[str, Any]) -> float | None:
    above, below = (float(inputs[part.of]) for part in row.parts)
    return round(above / below, 2) if below else None


def _sum(row: Score, inputs: Mapping[str, Any]) -> float | None:
    points = [part.points(inputs[part.of]) for part in row.parts]
    return None if None in points else sum(one for one in points if one is not None)
