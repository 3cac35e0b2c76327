"""What can be asked about an incident."""

from typing import Annotated, ClassVar

from msgspec import Meta

from dunant.casualty.commands.fields import Canonical, Id, IncidentType, Note, Number, Threat
from dunant.kernel.events import Command
from dunant.kernel.places import Position


class OpenIncident(Command, frozen=True, kw_only=True, tag="casualty.open_incident"):
    """Something happened. `exercise` is fixed here for everything that hangs below."""

    ACTION: ClassVar = "casualty.open_incident"
    ABOUT: ClassVar = "incident"

    incident: Id
    type: IncidentType
    exercise: bool = False
    position: Position | None = None
    threat: Threat | None = None
    remarks: Note = ""
    estimate: Number | None = None


class AmendIncident(Command, frozen=True, kw_only=True, tag="casualty.amend_incident"):
    ACTION: ClassVar = "casualty.amend_incident"
    ABOUT: ClassVar = "incident"

    incident: Id
    type: IncidentType | None = None
    position: Position | None = None
    threat: Threat | None = None
    remarks: Note | None = None


class ReportEstimate(Command, frozen=True, kw_only=True, tag="casualty.report_estimate"):
    """How many casualties there are thought to be; the newest word from the scene counts."""

    ACTION: ClassVar = "casualty.report_estimate"
    ABOUT: ClassVar = "incident"

    incident: Id
    total: Number
    by_category: dict[Canonical, Number] = {}


class CreatePlaceholders(Command, frozen=True, kw_only=True, tag="casualty.create_placeholders"):
    """Open records for people who were counted but not yet described, so that nobody is forgotten."""

    ACTION: ClassVar = "casualty.create_placeholders"
    ABOUT: ClassVar = "incident"

    incident: Id
    count: Annotated[int, Meta(ge=1, le=200)]
    request: Id | None = None


class CloseIncident(Command, frozen=True, kw_only=True, tag="casualty.close_incident"):
    """`unaccounted` is what the one who closes was shown; above zero it needs a reason."""

    ACTION: ClassVar = "casualty.close_incident"
    ABOUT: ClassVar = "incident"

    incident: Id
    unaccounted: int
    reason: Note = ""


class ReopenIncident(Command, frozen=True, kw_only=True, tag="casualty.reopen_incident"):
    ACTION: ClassVar = "casualty.reopen_incident"
    ABOUT: ClassVar = "incident"

    incident: Id
    reason: Note


class DeclareMascal(Command, frozen=True, kw_only=True, tag="casualty.declare_mascal"):
    """More are hurt than can be cared for one by one. A person declares it; a page only proposes."""

    ACTION: ClassVar = "casualty.declare_mascal"
    ABOUT: ClassVar = "incident"

    incident: Id
    reason: Note = ""


class EndMascal(Command, frozen=True, kw_only=True, tag="casualty.end_mascal"):
    ACTION: ClassVar = "casualty.end_mascal"
    ABOUT: ClassVar = "incident"

    incident: Id
    reason: Note = ""
