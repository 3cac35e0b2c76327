"""What can happen to an evacuation request."""

from dunant.kernel.events import Body
from dunant.kernel.ids import SubjectId, Tag
from dunant.kernel.places import Position


class _RequestFact(Body, frozen=True, kw_only=True):
    STREAM = "casualty"
    KIND = "request"
    URGENCY = 2


class EvacRequested(_RequestFact, frozen=True, kw_only=True):
    """A 9-line, 4-line or referral was submitted. `lines` holds what the form said, by canonical field name."""

    TYPE = "casualty.evac_requested"
    GROUPS = ("status", "place")

    tag: Tag
    kind: str
    dialect: str
    exercise: bool = False
    incident: SubjectId | None = None
    alert: SubjectId | None = None
    casualties: tuple[SubjectId, ...] = ()
    pickup: Position | None = None
    lines: dict[str, object] = {}
    peer: str = ""
    peer_uid: str = ""


class EvacDrafted(_RequestFact, frozen=True, kw_only=True):
    """A form was begun and kept; nobody has been asked for anything yet. The fields of `EvacRequested`."""

    TYPE = "casualty.evac_drafted"
    GROUPS = ("status", "place")
    URGENCY = 1

    tag: Tag
    kind: str
    dialect: str
    exercise: bool = False
    incident: SubjectId | None = None
    alert: SubjectId | None = None
    casualties: tuple[SubjectId, ...] = ()
    pickup: Position | None = None
    lines: dict[str, object] = {}


class EvacSubmitted(_RequestFact, frozen=True, kw_only=True):
    """The draft was sent: from here on somebody is asked."""

    TYPE = "casualty.evac_submitted"


class EvacValidated(_RequestFact, frozen=True, kw_only=True):
    """A medical officer agrees that this move is needed. Answers the step MEDICAL_VALIDATION."""

    TYPE = "casualty.evac_validated"

    reason: str = ""
    under: dict[str, str] = {}


class EvacHeld(_RequestFact, frozen=True, kw_only=True):
    """Nobody works on it until it is resumed; care goes on."""

    TYPE = "casualty.evac_held"

    reason: str


class EvacResumed(_RequestFact, frozen=True, kw_only=True):
    TYPE = "casualty.evac_resumed"


class EvacSuperseded(_RequestFact, frozen=True, kw_only=True):
    """Another request has taken its place."""

    TYPE = "casualty.evac_superseded"

    by: SubjectId
    reason: str = ""


class EvacProgressed(_RequestFact, frozen=True, kw_only=True):
    """What a leg that serves it has come to: TASKED, EXECUTING or COMPLETED."""

    TYPE = "casualty.evac_progressed"

    state: str
    leg: SubjectId | None = None


class ReferralStated(_RequestFact, frozen=True, kw_only=True):
    """What whoever arranges a move must know of the patient: never a diagnosis. A field of None was not spoken of."""

    TYPE = "casualty.referral_stated"

    mobility: str | None = None
    escort: str | None = None
    risk: str | None = None
    equipment: tuple[str, ...] | None = None
    isolation: str | None = None
    fit_to_fly: bool | None = None
    receiving: str | None = None
    cost_ref: str | None = None
    authority_ref: str | None = None
    valid_until: str | None = None


class ClinicalReferralRecorded(_RequestFact, frozen=True, kw_only=True):
    """Why the patient is referred. For those who treat, and for the medical officers who validate."""

    TYPE = "casualty.clinical_referral_recorded"
    STREAM = "clinical"
    RESOURCE = "clinical"
    GROUPS = ("summary",)

    diagnosis_class: str | None = None
    reason: str | None = None


class EvacRequestAmended(_RequestFact, frozen=True, kw_only=True):
    """Only the lines that changed; None in `lines` means that the peer took the value back."""

    TYPE = "casualty.evac_request_amended"
    GROUPS = ("status", "place")

    pickup: Position | None = None
    casualties: tuple[SubjectId, ...] = ()
    lines: dict[str, object] = {}
    peer: str = ""


class EvacRequestClosed(_RequestFact, frozen=True, kw_only=True):
    """`outcome` is CANCELLED, COMPLETED or SUPERSEDED."""

    TYPE = "casualty.evac_request_closed"

    outcome: str
    reason: str = ""


class AuthorityDecided(_RequestFact, frozen=True, kw_only=True):
    """One step of authority was answered. A denial carries its reason and what happens instead.

    `under`: the circumstances by which the launch matrix was read (category, patient_class, posture, light).
    `mode` AUTO: the matrix asks nobody. `delegation`: on whose word a delegate decided. `alternates`: who was
    tried before.
    """

    TYPE = "casualty.authority_decided"
    VERSION = 2

    step: str
    decision: str
    reason: str = ""
    next_step: str = ""
    conditions: str = ""
    alternates: tuple[str, ...] = ()
    delegation: str = ""
    mode: str = ""
    under: dict[str, str] = {}


class AuthorityEscalated(_RequestFact, frozen=True, kw_only=True):
    """Nobody answered a step in time, so the next role is asked. Written once, where the request began."""

    TYPE = "casualty.authority_escalated"

    step: str
    to_role: str
    attempt: int


class RoleContacted(_RequestFact, frozen=True, kw_only=True):
    """Somebody tried to reach a role about this request: evidence of who was reachable."""

    TYPE = "casualty.role_contacted"

    role: str
    channel: str
    reached: bool


class EmergencySelfAuthorised(_RequestFact, frozen=True, kw_only=True):
    """The senior person present did not wait. Always possible for the urgent, always reviewed."""

    TYPE = "casualty.emergency_self_authorised"

    reason: str


class SelfAuthorisationReviewed(_RequestFact, frozen=True, kw_only=True):
    """Somebody looked at a launch on own authority afterwards: JUSTIFIED or NOT_JUSTIFIED."""

    TYPE = "casualty.self_authorisation_reviewed"

    finding: str
    note: str = ""
