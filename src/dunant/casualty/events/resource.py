"""What is registered and reported of assets and facilities."""

from msgspec import Struct

from dunant.kernel.events import Body
from dunant.kernel.places import Position


class LandingZone(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Helicopter landing zone. `size`: medium helicopters it takes at once; `lights`: lit at night."""

    surface: str = ""
    lights: bool = False
    size: int = 1


class AssetRegistered(Body, frozen=True, kw_only=True):
    """Range in km, clearance of the host nation in minutes before the launch. None: nobody has said."""

    TYPE = "casualty.asset_registered"
    VERSION = 2
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
    hoist: bool | None = None
    ifr: bool | None = None
    nvg: bool | None = None
    amet: bool | None = None
    range_km: float | None = None
    armed_escort_needed: bool | None = None
    clearance_lead_min: float | None = None
    phone: str = ""


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
    """`hours`: local, as `HH:MM-HH:MM`, empty = always. `accepts`: of CHILD, DETAINEE, HOST_CIV; None = all.

    `external`: a hospital that is not ours, known by name and phone.
    """

    TYPE = "casualty.facility_registered"
    VERSION = 2
    RESOURCE = "capacity"
    STREAM = "config.register"
    KIND = "facility"

    name: str
    level: str
    position: Position
    modules: tuple[str, ...] = ()
    exercise: bool = False
    hlz: LandingZone | None = None
    hours: str = ""
    accepts: tuple[str, ...] | None = None
    phone: str = ""
    external: bool = False


class FacilityStatusReported(Body, frozen=True, kw_only=True):
    """State of a facility as a whole and of its modules, as of the envelope's `at`; old reports mean unknown.

    `mci`: how many of each triage category it can take at once in a mass-casualty incident; None = not said.
    `divert`: it asks that nobody is sent. Each holds until it is said again.
    """

    TYPE = "casualty.facility_status_reported"
    VERSION = 2
    RESOURCE = "capacity"
    STREAM = "logistics.capacity"
    KIND = "facility"

    status: str
    modules: dict[str, str] = {}
    mci: dict[str, int] | None = None
    divert: bool | None = None
