"""What can be asked about an evacuation request."""

from typing import ClassVar, Literal

from dunant.casualty.commands.fields import Code, Id, Note, Reason
from dunant.kernel.events import Command
from dunant.kernel.places import Position


class RequestEvacuation(Command, frozen=True, kw_only=True, tag="casualty.request_evacuation"):
    """Submit a 9-line, a 4-line or a referral. `lines` maps canonical field names to what the form says."""

    ACTION: ClassVar = "casualty.request_evacuation"
    ABOUT: ClassVar = "request"

    request: Id
    kind: Literal["CASEVAC", "MEDEVAC_EMERG", "MEDEVAC_NONEMERG", "TRANSFER", "REPATRIATION"]
    dialect: Code
    incident: Id | None = None
    alert: Id | None = None
    casualties: tuple[Id, ...] = ()
    pickup: Position | None = None
    lines: dict[Code, object] = {}
    exercise: bool = False


class AmendRequest(Command, frozen=True, kw_only=True, tag="casualty.amend_request"):
    ACTION: ClassVar = "casualty.amend_request"
    ABOUT: ClassVar = "request"

    request: Id
    casualties: tuple[Id, ...] = ()
    pickup: Position | None = None
    lines: dict[Code, object] = {}


class CancelRequest(Command, frozen=True, kw_only=True, tag="casualty.cancel_request"):
    ACTION: ClassVar = "casualty.cancel_request"
    ABOUT: ClassVar = "request"

    request: Id
    reason: Reason


class Decide(Command, frozen=True, kw_only=True, tag="casualty.decide"):
    """Answer one step of authority. Denial and redirection need a reason and a next step."""

    ACTION: ClassVar = "casualty.decide"
    ABOUT: ClassVar = "request"

    request: Id
    step: Literal["MEDICAL_VALIDATION", "LAUNCH", "RETASK", "FLIGHT_CLEARANCE", "COST", "RECEIVING_ACCEPTANCE"]
    decision: Literal["APPROVED", "DENIED", "REDIRECTED"]
    reason: Note = ""
    next_step: Note = ""


class SelfAuthorise(Command, frozen=True, kw_only=True, tag="casualty.self_authorise"):
    ACTION: ClassVar = "casualty.self_authorise"
    ABOUT: ClassVar = "request"

    request: Id
    reason: Reason
