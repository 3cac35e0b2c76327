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
    VERSION = 2
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


class AlertAcknowledged(_AlertFact, frozen=True, kw_only=True):
    """Somebody in a named role has taken notice."""

    TYPE = "casualty.alert_acknowledged"
    RESOURCE = "alert"

    role: str


class AlertEscalated(_AlertFact, frozen=True, kw_only=True):
    TYPE = "casualty.alert_escalated"
    RESOURCE = "alert"

    to_role: str
    attempt: int


class AlertCancelled(_AlertFact, frozen=True, kw_only=True):
    TYPE = "casualty.alert_cancelled"
    RESOURCE = "alert"

    reason: str
