"""What can happen to an incident."""

from dunant.kernel.events import Body
from dunant.kernel.ids import Tag
from dunant.kernel.places import Position


class _IncidentFact(Body, frozen=True, kw_only=True):
    STREAM = "casualty"
    KIND = "incident"


class IncidentOpened(_IncidentFact, frozen=True, kw_only=True):
    """Something happened that may have casualties. Exercise is decided here and inherited for ever."""

    TYPE = "casualty.incident_opened"
    GROUPS = ("status", "place")

    tag: Tag
    type: str
    exercise: bool = False
    position: Position | None = None
    threat: str | None = None
    remarks: str = ""


class IncidentAmended(_IncidentFact, frozen=True, kw_only=True):
    """Only the fields that changed."""

    TYPE = "casualty.incident_amended"
    GROUPS = ("status", "place")

    type: str | None = None
    position: Position | None = None
    threat: str | None = None
    remarks: str | None = None


class EstimateReported(_IncidentFact, frozen=True, kw_only=True):
    """How many casualties the one on the scene believes there are."""

    TYPE = "casualty.estimate_reported"

    total: int
    by_category: dict[str, int] = {}


class IncidentClosed(_IncidentFact, frozen=True, kw_only=True):
    TYPE = "casualty.incident_closed"

    reason: str = ""


class IncidentReopened(_IncidentFact, frozen=True, kw_only=True):
    TYPE = "casualty.incident_reopened"

    reason: str


class _MascalFact(Body, frozen=True, kw_only=True):
    """Goes to everybody on duty at once, so it stands in the stream of alerts and names nobody."""

    STREAM = "alert"
    KIND = "incident"
    URGENCY = 3


class MascalDeclared(_MascalFact, frozen=True, kw_only=True):
    """More are hurt than can be cared for one by one: tags first, the many before the few."""

    TYPE = "casualty.mascal_declared"
    RESOURCE = "alert"

    reason: str = ""


class MascalEnded(_MascalFact, frozen=True, kw_only=True):
    TYPE = "casualty.mascal_ended"
    RESOURCE = "alert"

    reason: str = ""
