"""Where care is given, and what carries people there.

A level is only a label; what a facility can do is its set of modules, each with a status.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, NewType

from msgspec import Struct

from dunant.kernel.places import Position
from dunant.kernel.policy import Pack, Sourced, repeated

FacilityCode = NewType("FacilityCode", str)
AssetCode = NewType("AssetCode", str)
ModuleStatus = Literal["NORMAL", "COMPROMISED", "FULL", "EVACUATING", "CLOSED", "NO_RESPONSE"]
AssetKind = Literal["HELI", "FIXED", "AMBULANCE", "APC_AMB", "BOAT", "FOOT"]
# A module in one of these takes a patient; the rest, and an absent module, do not.
OPEN: frozenset[ModuleStatus] = frozenset({"NORMAL", "COMPROMISED"})


class LandingSite(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Helicopter landing site. `size` is the number of medium helicopters it takes at once."""

    surface: str
    lights: bool
    size: int = 1


class Facility(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A treatment facility as registered. `cases_per_day` is what its theatre can do, 0 without surgery."""

    code: FacilityCode
    name: str
    level: str
    position: Position
    modules: Mapping[str, ModuleStatus]
    contingent: str = ""
    hlz: LandingSite | None = None
    hours: str = "24/7"
    accepts: tuple[str, ...] = ("child", "detainee", "host_civ")
    beds: int = 0
    cases_per_day: int = 0
    cases_used: int = 0

    def is_open(self, module: str) -> bool:
        return self.modules.get(module) in OPEN


class Asset(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A vehicle or aircraft as registered.

    Speeds in km/h over ground, notice to move (NTM) in minutes; None = the letter of assist gives none, so the assumed
    value of the thresholds pack applies and is shown as assumed.
    """

    code: AssetCode
    callsign: str
    kind: AssetKind
    base: FacilityCode
    cruise_kmh: float
    litters: int
    seats: int
    ntm_day_min: float | None = None
    ntm_night_min: float | None = None
    night_cap: bool = False
    nvg: bool = False
    amet: bool = False
    range_km: float | None = None
    caveats: tuple[str, ...] = ()

    def ntm_min(self, *, night: bool) -> float | None:
        return self.ntm_night_min if night else self.ntm_day_min


class Level(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The standard of one facility level: what the label promises, not what a site has.

    Ranges are (least, most). `days` is the longest stay in a bed, `supplies_days` the stock held.
    """

    code: str
    rank: int
    modules: tuple[str, ...]
    optional_modules: tuple[str, ...] = ()
    staff: tuple[int, int] | None = None
    outpatients_per_day: int | None = None
    surgeries_per_day: tuple[int, int] | None = None
    beds: tuple[int, int] | None = None
    icu_beds: int | None = None
    days: int | None = None
    supplies_days: int | None = None


class Levels(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    level: tuple[Level, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from repeated("level.code", (row.code for row in self.level))
        yield from repeated("level.rank", (str(row.rank) for row in self.level))

    def get(self, code: str) -> Level | None:
        return next((row for row in self.level if row.code == code), None)
