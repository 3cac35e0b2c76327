"""What can be asked about an evacuation request."""

from datetime import datetime
from typing import ClassVar, Literal

from msgspec import Struct

from dunant.casualty.commands.fields import Channel, Code, Id, Label, Note, Reason
from dunant.kernel.events import Command
from dunant.kernel.ids import SubjectId
from dunant.kernel.places import Position


class Referral(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a move between facilities needs said. Diagnosis class and reason go to those who treat, nowhere else."""

    diagnosis_class: Code | None = None
    reason: Note | None = None
    mobility: Code | None = None
    escort: Label | None = None
    risk: Code | None = None
    equipment: tuple[Code, ...] | None = None
    isolation: Label | None = None
    fit_to_fly: bool | None = None
    receiving: Label | None = None
    cost_ref: Label | None = None
    authority_ref: Label | None = None
    valid_until: datetime | None = None


class RequestEvacuation(Command, frozen=True, kw_only=True, tag="casualty.request_evacuation"):
    """Submit a 9-line, a 4-line or a referral. `lines` maps canonical field names to what the form says.

    `draft`: keep it, ask nobody yet; `AmendRequest` adds field by field, `SubmitRequest` sends it.
    """

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
    escort: Label | None = None
    constraints: Note = ""
    referral: Referral | None = None
    draft: bool = False
    exercise: bool = False


class SubmitRequest(Command, frozen=True, kw_only=True, tag="casualty.submit_request"):
    """Send a draft. Asks for the few fields without which nobody could launch, and for nothing more."""

    ACTION: ClassVar = "casualty.submit_request"
    ABOUT: ClassVar = "request"

    request: Id


class ValidateRequest(Command, frozen=True, kw_only=True, tag="casualty.validate_request"):
    """A medical officer agrees that the move is needed."""

    ACTION: ClassVar = "casualty.validate_request"
    ABOUT: ClassVar = "request"

    request: Id
    reason: Note = ""


class HoldRequest(Command, frozen=True, kw_only=True, tag="casualty.hold_request"):
    ACTION: ClassVar = "casualty.hold_request"
    ABOUT: ClassVar = "request"

    request: Id
    reason: Reason


class ResumeRequest(Command, frozen=True, kw_only=True, tag="casualty.resume_request"):
    ACTION: ClassVar = "casualty.resume_request"
    ABOUT: ClassVar = "request"

    request: Id


class SupersedeRequest(Command, frozen=True, kw_only=True, tag="casualty.supersede_request"):
    """Another request takes its place; people aboard a leg of this one stay where they are."""

    ACTION: ClassVar = "casualty.supersede_request"
    ABOUT: ClassVar = "request"

    request: Id
    by: Id
    reason: Note = ""


class AmendRequest(Command, frozen=True, kw_only=True, tag="casualty.amend_request"):
    ACTION: ClassVar = "casualty.amend_request"
    ABOUT: ClassVar = "request"

    request: Id
    casualties: tuple[Id, ...] = ()
    pickup: Position | None = None
    lines: dict[Code, object] = {}
    escort: Label | None = None
    constraints: Note = ""
    referral: Referral | None = None


class CancelRequest(Command, frozen=True, kw_only=True, tag="casualty.cancel_request"):
    ACTION: ClassVar = "casualty.cancel_request"
    ABOUT: ClassVar = "request"

    request: Id
    reason: Reason


class Decide(Command, frozen=True, kw_only=True, tag="casualty.decide"):
    """Answer one step of authority. Denial and redirection need a reason and a next step.

    `delegation`: on whose word a delegate decides. `alternates`: roles that were tried before.
    """

    ACTION: ClassVar = "casualty.decide"
    ABOUT: ClassVar = "request"

    request: Id
    step: Literal["MEDICAL_VALIDATION", "LAUNCH", "RETASK", "FLIGHT_CLEARANCE", "COST", "RECEIVING_ACCEPTANCE"]
    decision: Literal["APPROVED", "DENIED", "REDIRECTED"]
    reason: Note = ""
    next_step: Note = ""
    conditions: Note = ""
    alternates: tuple[Code, ...] = ()
    delegation: Label = ""


class SelfAuthorise(Command, frozen=True, kw_only=True, tag="casualty.self_authorise"):
    ACTION: ClassVar = "casualty.self_authorise"
    ABOUT: ClassVar = "request"

    request: Id
    reason: Reason


class ReviewSelfAuthorisation(Command, frozen=True, kw_only=True, tag="casualty.review_self_authorisation"):
    """Say afterwards whether a launch on own authority was justified; closes its review item."""

    ACTION: ClassVar = "casualty.review_self_authorisation"
    ABOUT: ClassVar = "request"

    request: Id
    finding: Literal["JUSTIFIED", "NOT_JUSTIFIED"]
    note: Note = ""


class ContactRole(Command, frozen=True, kw_only=True, tag="casualty.contact_role"):
    """Note that a role was called about a request or an alert, and whether anybody answered."""

    ACTION: ClassVar = "casualty.contact_role"
    ABOUT: ClassVar = "request"

    request: Id | None = None
    alert: Id | None = None
    role: Code
    channel: Channel
    reached: bool

    def subject(self) -> SubjectId:
        """The request, else the alert; nothing is written about neither."""
        return SubjectId(self.request or self.alert or "")


class ProgressRequest(Command, frozen=True, kw_only=True, tag="casualty.progress_request"):
    """What a leg means for its request. Nobody says this at a door: it follows from the leg's own facts."""

    ACTION: ClassVar = "casualty.progress_request"
    ABOUT: ClassVar = "request"

    request: Id
    state: Literal["TASKED", "EXECUTING", "COMPLETED"]
    leg: Id | None = None


class EscalateDecision(Command, frozen=True, kw_only=True, tag="casualty.escalate_decision"):
    """Ask the next role. Only the timers of the site where the request began say this."""

    ACTION: ClassVar = "casualty.escalate_decision"
    ABOUT: ClassVar = "request"

    request: Id
    step: Code
    to_role: Code
    attempt: int
