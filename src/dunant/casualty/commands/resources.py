"""What can be said of assets and facilities."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from dunant.casualty.commands.fields import (
    Accepted,
    FacilityLevel,
    Id,
    Kilometres,
    Label,
    Minutes,
    Module,
    ModuleStatus,
    Number,
    TriageCode,
)
from dunant.kernel.events import Command
from dunant.kernel.places import Position

# Local opening hours, such as 06:00-18:00; empty: always.
Hours = Annotated[str, Meta(pattern=r"^([01]\d:[0-5]\d-([01]\d|2[0-4]):[0-5]\d)?(?!\n)$", max_length=11)]


class LandingZone(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Helicopter landing zone. `size`: medium helicopters it takes at once."""

    surface: Label = ""
    lights: bool = False
    size: Number = 1


class RegisterAsset(Command, frozen=True, kw_only=True, tag="casualty.register_asset"):
    ACTION: ClassVar = "casualty.register_asset"
    ABOUT: ClassVar = "asset"

    asset: Id
    callsign: Label
    kind: Literal["HELI", "FIXED", "AMBULANCE", "APC_AMB", "BOAT", "FOOT"]
    litters: Number = 0
    seats: Number = 0
    ntm_day_min: float | None = None
    ntm_night_min: float | None = None
    night_capable: bool = False
    cruise_km_h: float | None = None
    caveats: tuple[Label, ...] = ()
    exercise: bool = False
    hoist: bool | None = None
    ifr: bool | None = None
    nvg: bool | None = None
    amet: bool | None = None
    range_km: Kilometres | None = None
    armed_escort_needed: bool | None = None
    clearance_lead_min: Minutes | None = None
    phone: Label = ""


class ReportAsset(Command, frozen=True, kw_only=True, tag="casualty.report_asset"):
    ACTION: ClassVar = "casualty.report_asset"
    ABOUT: ClassVar = "asset"

    asset: Id
    state: Literal[
        "AVAILABLE", "ALERTED", "COMMITTED", "RETURNING", "WEATHER_HOLD", "CREW_REST", "UNSERVICEABLE", "UNKNOWN"
    ]


class ReportAssetPosition(Command, frozen=True, kw_only=True, tag="casualty.report_asset_position"):
    """A peer's track may come before anybody registered the asset; `callsign` is then all we know of it."""

    ACTION: ClassVar = "casualty.report_asset_position"
    ABOUT: ClassVar = "asset"

    asset: Id
    position: Position
    callsign: Label = ""
    kind: Literal["HELI", "FIXED", "AMBULANCE", "APC_AMB", "BOAT", "FOOT"] | None = None


class RegisterFacility(Command, frozen=True, kw_only=True, tag="casualty.register_facility"):
    ACTION: ClassVar = "casualty.register_facility"
    ABOUT: ClassVar = "facility"

    facility: Id
    name: Label
    level: FacilityLevel
    position: Position
    modules: tuple[Module, ...] = ()
    exercise: bool = False
    hlz: LandingZone | None = None
    hours: Hours = ""
    accepts: tuple[Accepted, ...] | None = None
    phone: Label = ""
    external: bool = False


class ReportFacility(Command, frozen=True, kw_only=True, tag="casualty.report_facility"):
    """`mci`: how many of each triage category it can take at once; `divert`: it asks that nobody is sent."""

    ACTION: ClassVar = "casualty.report_facility"
    ABOUT: ClassVar = "facility"

    facility: Id
    status: Literal["NORMAL", "COMPROMISED", "FULL", "EVACUATING", "CLOSED", "NO_RESPONSE"]
    modules: dict[Module, ModuleStatus] = {}
    mci: dict[TriageCode, Number] | None = None
    divert: bool | None = None
