"""What can happen on a leg."""

from msgspec import Struct

from dunant.kernel.events import Body
from dunant.kernel.ids import SubjectId


class Override(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A guard that somebody overrode, and why; the role is that of the envelope. `broken`: the rules that said no."""

    rule: str
    reason: str
    broken: tuple[str, ...] = ()


class _LegFact(Body, frozen=True, kw_only=True):
    STREAM = "casualty"
    KIND = "leg"
    URGENCY = 2


class LegPlanned(_LegFact, frozen=True, kw_only=True):
    """An asset is to bring casualties from one place to another; `plan` maps leg states and milestones to times.

    `amet`: a medical team rides along. `nvg`: this crew sees infra-red; None = as the asset is registered. `dark`: a
    landing is planned by night; None = nobody could tell.
    """

    TYPE = "casualty.leg_planned"
    VERSION = 2
    GROUPS = ("movement",)

    request: SubjectId | None = None
    asset: SubjectId | None = None
    origin: SubjectId | None = None
    destination: SubjectId | None = None
    casualties: tuple[SubjectId, ...] = ()
    skilled_care_aboard: bool = False
    plan: dict[str, str] = {}
    exercise: bool = False
    crew: str = ""
    amet: bool = False
    nvg: bool | None = None
    override: Override | None = None
    dark: bool | None = None


class LegProgressed(_LegFact, frozen=True, kw_only=True):
    TYPE = "casualty.leg_progressed"
    GROUPS = ("movement",)

    state: str


class LegAborted(_LegFact, frozen=True, kw_only=True):
    TYPE = "casualty.leg_aborted"
    GROUPS = ("movement",)

    reason: str


class LegDiverted(_LegFact, frozen=True, kw_only=True):
    """The leg goes somewhere else. What was reserved at the old destination is let go, and asked for at the new."""

    TYPE = "casualty.leg_diverted"
    GROUPS = ("movement",)

    destination: SubjectId
    reason: str
    override: Override | None = None


class CasualtyLoaded(_LegFact, frozen=True, kw_only=True):
    """A casualty is aboard, on a litter or a seat (LITTER, SEAT)."""

    TYPE = "casualty.casualty_loaded"
    GROUPS = ("movement",)

    casualty: SubjectId
    place: str
    override: Override | None = None


class CasualtyUnloaded(_LegFact, frozen=True, kw_only=True):
    TYPE = "casualty.casualty_unloaded"
    GROUPS = ("movement",)

    casualty: SubjectId
