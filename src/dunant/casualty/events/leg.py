"""What can happen on a leg."""

from dunant.kernel.events import Body
from dunant.kernel.ids import SubjectId


class _LegFact(Body, frozen=True, kw_only=True):
    STREAM = "casualty"
    KIND = "leg"
    URGENCY = 2


class LegPlanned(_LegFact, frozen=True, kw_only=True):
    """An asset is to bring casualties from one place to another; `plan` maps leg states and milestones to times."""

    TYPE = "casualty.leg_planned"
    GROUPS = ("movement",)

    request: SubjectId | None = None
    asset: SubjectId | None = None
    origin: SubjectId | None = None
    destination: SubjectId | None = None
    casualties: tuple[SubjectId, ...] = ()
    skilled_care_aboard: bool = False
    plan: dict[str, str] = {}
    exercise: bool = False


class LegProgressed(_LegFact, frozen=True, kw_only=True):
    TYPE = "casualty.leg_progressed"
    GROUPS = ("movement",)

    state: str


class LegAborted(_LegFact, frozen=True, kw_only=True):
    TYPE = "casualty.leg_aborted"
    GROUPS = ("movement",)

    reason: str
