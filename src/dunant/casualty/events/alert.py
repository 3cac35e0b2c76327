"""What can happen to an alert."""

from dunant.kernel.events import Body
from dunant.kernel.ids import SubjectId
from dunant.kernel.places import Position


class _AlertFact(Body, frozen=True, kw_only=True):
    STREAM = "alert"
    KIND = "alert"
    URGENCY = 3


class AlertReceived(_AlertFact, frozen=True, kw_only=True):
    """The first word of it, by any channel. Holds no name and no clinical detail: it goes to everybody on duty."""

    TYPE = "casualty.alert_received"
    VERSION = 3
    RESOURCE = "alert"
    GROUPS = ("status", "place")

    channel: str
    incident: SubjectId | None = None
    request: SubjectId | None = None
    callsign: str = ""
    position: Position | None = None
    exercise: bool = False
    unverified: bool = False
    damaged: bool = False
    # As it was said or written, and how it is understood; a bare letter keeps every reading.
    raw_category: str = ""
    dialect: str = ""
    category: str = ""
    readings: dict[str, str] = {}


class AlertAcknowledged(_AlertFact, frozen=True, kw_only=True):
    """Somebody in a named role has taken notice. `acts`: that role can do something about it, so it counts as M3.

    `post`: which post of the fan-out it was, where one role holds several.
    """

    TYPE = "casualty.alert_acknowledged"
    VERSION = 2
    RESOURCE = "alert"

    role: str
    post: str = ""
    acts: bool = True


class AlertEscalated(_AlertFact, frozen=True, kw_only=True):
    TYPE = "casualty.alert_escalated"
    RESOURCE = "alert"

    to_role: str
    attempt: int


class AlertRoleContacted(_AlertFact, frozen=True, kw_only=True):
    """Somebody tried to reach a role about this alert: evidence of who was reachable."""

    TYPE = "casualty.alert_role_contacted"
    RESOURCE = "alert"
    URGENCY = 1

    role: str
    channel: str
    reached: bool


class AlertDialectStated(_AlertFact, frozen=True, kw_only=True):
    """A person said which dialect a bare precedence letter belongs to; until then the higher reading counted."""

    TYPE = "casualty.alert_dialect_stated"
    RESOURCE = "alert"

    dialect: str
    canonical: str


class AlertCancelled(_AlertFact, frozen=True, kw_only=True):
    TYPE = "casualty.alert_cancelled"
    RESOURCE = "alert"

    reason: str
