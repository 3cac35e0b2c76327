"""Who serves where: missions, contingents, units and what is stated about their strength.

Person-time (the integral of strength over time) is surveillance's; here are only the records.
"""

from datetime import datetime
from typing import Literal, NewType

from msgspec import Struct

from dunant.kernel.places import Box
from dunant.kernel.policy import Sourced

UnitCode = NewType("UnitCode", str)
# ISO 3166-1 alpha-3; XAA to XZZ are reserved for private use and serve fictional contingents.
ContingentCode = NewType("ContingentCode", str)
PersonCategory = Literal["UN_MIL", "UN_POL_IPO", "UN_POL_FPU", "UN_CIV_INTL", "UN_CIV_NATL", "UNV", "CONTRACTOR"]
StrengthSource = Literal["MANIFEST", "SITREP", "ESTIMATE"]


class Mission(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A peace operation. `zone`: IANA time zone; `countries`: ISO 3166-1 alpha-3; `exercise` holds for all in it."""

    code: str
    name: str
    zone: str
    languages: tuple[str, ...]
    bbox: Box
    countries: tuple[str, ...]
    exercise: bool
    # Code of the site that says who belongs to the mission; empty where nobody does.
    authority: str = ""
    posture: Literal["NORMAL", "HEIGHTENED", "MASCAL"] = "NORMAL"


class Contingent(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Personnel of one contributing country (TCC or PCC)."""

    code: ContingentCode
    name: str


class Unit(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A formed unit or office. `parent` is the unit above it, empty at the top."""

    code: UnitCode
    name: str
    contingent: ContingentCode | None = None
    person_category: PersonCategory
    parent: str = ""


class Strength(Struct, frozen=True, kw_only=True):
    """People present, as somebody stated it.

    Counts are persons at `as_of`, valid from `start` until `end` or the next statement; `confidence` is 0 to 1.
    """

    unit: UnitCode
    location: str
    start: datetime
    end: datetime | None = None
    male: int
    female: int
    other: int = 0
    source: StrengthSource
    confidence: float
    as_of: datetime

    def __post_init__(self) -> None:
        if min(self.male, self.female, self.other) < 0:
            raise ValueError("strength.negative")
        if not 0 <= self.confidence <= 1:
            raise ValueError("strength.confidence")
        if self.end is not None and self.end < self.start:
            raise ValueError("strength.ends_before_start")

    @property
    def total(self) -> int:
        return self.male + self.female + self.other
