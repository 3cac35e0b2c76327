"""What is registered and reported of assets and facilities."""

from dunant.kernel.events import Body
from dunant.kernel.places import Position


class AssetRegistered(Body, frozen=True, kw_only=True):
    TYPE = "casualty.asset_registered"
    RESOURCE = "capacity"
    STREAM = "config.register"
    KIND = "asset"

    callsign: str
    kind: str
    litters: int = 0
    seats: int = 0
    ntm_day_min: float | None = None
    ntm_night_min: float | None = None
    night_capable: bool = False
    cruise_km_h: float | None = None
    caveats: tuple[str, ...] = ()
    exercise: bool = False


class AssetStatusReported(Body, frozen=True, kw_only=True):
    TYPE = "casualty.asset_status_reported"
    RESOURCE = "capacity"
    STREAM = "logistics.capacity"
    KIND = "asset"

    state: str


class AssetPositionReported(Body, frozen=True, kw_only=True):
    TYPE = "casualty.asset_position_reported"
    RESOURCE = "capacity"
    GROUPS = ("place",)
    STREAM = "logistics.capacity"
    KIND = "asset"

    position: Position


class FacilityRegistered(Body, frozen=True, kw_only=True):
    TYPE = "casualty.facility_registered"
    RESOURCE = "capacity"
    STREAM = "config.register"
    KIND = "facility"

    name: str
    level: str
    position: Position
    modules: tuple[str, ...] = ()
    exercise: bool = False


class FacilityStatusReported(Body, frozen=True, kw_only=True):
    """State of a facility as a whole and of its modules, as of the envelope's `at`; old reports mean unknown."""

    TYPE = "casualty.facility_status_reported"
    RESOURCE = "capacity"
    STREAM = "logistics.capacity"
    KIND = "facility"

    status: str
    modules: dict[str, str] = {}
