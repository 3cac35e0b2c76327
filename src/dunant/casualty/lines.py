"""The lines of the 9-line form, each with its shape. Other forms bring other names, and those pass as they are."""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct


class NineLine(Struct, frozen=True, kw_only=True):
    """One value per thing that two people may edit apart. None takes a line back."""

    casevac: bool | None = None
    title: str | None = None
    freq: str | None = None
    counts: dict[str, int] | None = None
    equipment: list[str] | None = None
    equipment_detail: str | None = None
    litter: int | None = None
    ambulatory: int | None = None
    escort: int | None = None
    security: str | None = None
    marking: str | None = None
    marking_text: str | None = None
    marked_by: str | None = None
    nationality: dict[str, int] | None = None
    terrain: list[str] | None = None
    slope_direction: str | None = None
    terrain_detail: str | None = None
    obstacles: str | None = None
    remarks: str | None = None
    zone_selection: str | None = None
    zone_marker: str | None = None
    zone_coordinate: str | None = None
    winds_from: str | None = None
    friendlies: str | None = None
    enemy: str | None = None
    hlz_remarks: str | None = None


_KINDS = {field.name: field.type for field in msgspec.structs.fields(NineLine)}


def misfits(lines: Mapping[str, object]) -> Iterator[str]:
    """Names of the lines whose value has not the shape of the form."""
    return (name for name, value in lines.items() if not _fits(name, value))


def fitting(lines: Mapping[str, object]) -> dict[str, object]:
    """The lines that have their shape. A fact from elsewhere may hold others: they stay in the log and are left out."""
    return {name: value for name, value in lines.items() if _fits(name, value)}


def _fits(name: str, value: object) -> bool:
    if name not in _KINDS:
        return True
    try:
        msgspec.convert(value, _KINDS[name])
    except msgspec.ValidationError:
        return False
    return True
