"""What can be said of assets and facilities."""

from typing import ClassVar, Literal

from dunant.casualty.commands.fields import FacilityLevel, Id, Label, Module, ModuleStatus, Number
from dunant.kernel.events import Command
from dunant.kernel.places import Position


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


class ReportFacility(Command, frozen=True, kw_only=True, tag="casualty.report_facility"):
    ACTION: ClassVar = "casualty.report_facility"
    ABOUT: ClassVar = "facility"

    facility: Id
    status: Literal["NORMAL", "COMPROMISED", "FULL", "EVACUATING", "CLOSED", "NO_RESPONSE"]
    modules: dict[Module, ModuleStatus] = {}
