"""What people and systems can ask of this domain. A command is refused whole or becomes one or more facts.

Only shapes stand here; the rule behind each is a pure function in `rules/`, and `rules.RULES` says which. Fields that
the envelope has anyway (who, when, role, device) are not repeated.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from dunant.kernel.events import Command
from dunant.kernel.ids import EventId, SubjectId
from dunant.kernel.places import Position

Note = Annotated[str, Meta(max_length=2000)]
Code = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.@-]+$")]
Label = Annotated[str, Meta(max_length=200)]
Id = Annotated[SubjectId, Meta(min_length=36, max_length=36)]
Number = Annotated[int, Meta(ge=0, le=100_000)]
Peer = Annotated[str, Meta(max_length=200)]

# ── incident ──


class OpenIncident(Command, frozen=True, kw_only=True, tag="casualty.open_incident"):
    """Something happened. `exercise` is fixed here for everything that hangs below."""

    ACTION: ClassVar = "casualty.open_incident"
    ABOUT: ClassVar = "incident"

    incident: Id
    type: Code
    exercise: bool = False
    position: Position | None = None
    threat: Code | None = None
    remarks: Note = ""
    estimate: Number | None = None


class AmendIncident(Command, frozen=True, kw_only=True, tag="casualty.amend_incident"):
    ACTION: ClassVar = "casualty.amend_incident"
    ABOUT: ClassVar = "incident"

    incident: Id
    type: Code | None = None
    position: Position | None = None
    threat: Code | None = None
    remarks: Note | None = None


class ReportEstimate(Command, frozen=True, kw_only=True, tag="casualty.report_estimate"):
    """How many casualties there are thought to be; the newest word from the scene counts."""

    ACTION: ClassVar = "casualty.report_estimate"
    ABOUT: ClassVar = "incident"

    incident: Id
    total: Number
    by_category: dict[Code, Number] = {}


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


# ── alert ──


class RecordAlert(Command, frozen=True, kw_only=True, tag="casualty.record_alert"):
    ACTION: ClassVar = "casualty.record_alert"
    ABOUT: ClassVar = "alert"

    alert: Id
    channel: Literal["VOICE", "SMS", "APP", "COT", "EMAIL"]
    incident: Id | None = None
    request: Id | None = None
    callsign: Label = ""
    position: Position | None = None
    exercise: bool = False


class AcknowledgeAlert(Command, frozen=True, kw_only=True, tag="casualty.acknowledge_alert"):
    ACTION: ClassVar = "casualty.acknowledge_alert"
    ABOUT: ClassVar = "alert"

    alert: Id


class CancelAlert(Command, frozen=True, kw_only=True, tag="casualty.cancel_alert"):
    ACTION: ClassVar = "casualty.cancel_alert"
    ABOUT: ClassVar = "alert"

    alert: Id
    reason: Note


# ── casualty ──


class ReportCasualty(Command, frozen=True, kw_only=True, tag="casualty.report_casualty"):
    """A person needs help. `tag` is given where one was handed out on paper; else the site assigns the next."""

    ACTION: ClassVar = "casualty.report_casualty"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    tag: Code | None = None
    incident: Id | None = None
    exercise: bool = False
    position: Position | None = None
    affiliation: Code | None = None
    child: bool = False
    label: Label = ""


class RecordDetails(Command, frozen=True, kw_only=True, tag="casualty.record_details"):
    ACTION: ClassVar = "casualty.record_details"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    affiliation: Code | None = None
    contingent: Code | None = None
    sex: Literal["F", "M", "X"] | None = None
    age_band: Code | None = None
    child: bool | None = None
    detainee: bool | None = None
    cause: Literal["BATTLE", "NON_BATTLE_INJURY", "DISEASE"] | None = None
    severity: Literal["FATAL", "VSI", "SI", "NSI"] | None = None
    needs_surgery: bool | None = None


class EstimateInjuryTime(Command, frozen=True, kw_only=True, tag="casualty.estimate_injury_time"):
    """When it happened (the envelope's `at`). With `last_known_well`, `at` is when the person was last seen unhurt."""

    ACTION: ClassVar = "casualty.estimate_injury_time"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    last_known_well: bool = False
    evidence: Label = ""


class AssignTriage(Command, frozen=True, kw_only=True, tag="casualty.assign_triage"):
    """State how urgent a casualty is, under a named triage scheme."""

    ACTION: ClassVar = "casualty.assign_triage"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    category: Literal["T1", "T2", "T3", "T4", "DEAD"]
    scheme: Code


class OverrideTriage(Command, frozen=True, kw_only=True, tag="casualty.override_triage"):
    ACTION: ClassVar = "casualty.override_triage"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    category: Literal["T1", "T2", "T3", "T4", "DEAD"]
    scheme: Code
    reason: Note


class RecordMilestone(Command, frozen=True, kw_only=True, tag="casualty.record_milestone"):
    """A step was reached: for facts that come late or by voice. Order is checked by flag, never by refusal."""

    ACTION: ClassVar = "casualty.record_milestone"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    code: Annotated[str, Meta(pattern=r"^M(\d|1[0-7])$")]
    facility: Id | None = None
    leg: Id | None = None
    performer: Code | None = None
    evidence: Label = ""


class ReportMissing(Command, frozen=True, kw_only=True, tag="casualty.report_missing"):
    ACTION: ClassVar = "casualty.report_missing"
    ABOUT: ClassVar = "casualty"

    casualty: Id


class LocateCasualty(Command, frozen=True, kw_only=True, tag="casualty.locate_casualty"):
    ACTION: ClassVar = "casualty.locate_casualty"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    position: Position


class PronounceDeath(Command, frozen=True, kw_only=True, tag="casualty.pronounce_death"):
    """Who pronounced and when stand in the envelope; a place is required."""

    ACTION: ClassVar = "casualty.pronounce_death"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    place: Annotated[str, Meta(min_length=1, max_length=200)]


class CancelCasualty(Command, frozen=True, kw_only=True, tag="casualty.cancel_casualty"):
    ACTION: ClassVar = "casualty.cancel_casualty"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    reason: Literal["FALSE_REPORT"]


class AttributeDelay(Command, frozen=True, kw_only=True, tag="casualty.attribute_delay"):
    ACTION: ClassVar = "casualty.attribute_delay"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    gap: tuple[Code, Code]
    code: Code
    minutes: Annotated[float, Meta(ge=0, le=100_000)]


class RecordDisposition(Command, frozen=True, kw_only=True, tag="casualty.record_disposition"):
    ACTION: ClassVar = "casualty.record_disposition"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    type: Code


class ReportMist(Command, frozen=True, kw_only=True, tag="casualty.report_mist"):
    """Mechanism, injuries, signs, treatment. Clinical: an operations role sees it only as far as the policy lets it."""

    ACTION: ClassVar = "casualty.report_mist"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    title: Label = ""
    mechanism: Code | None = None
    mechanism_text: Note = ""
    injuries: tuple[Code, ...] = ()
    injuries_text: Note = ""
    signs: Note = ""
    treatment: Note = ""


class AssertIdentity(Command, frozen=True, kw_only=True, tag="casualty.assert_identity"):
    """Somebody says who this is. Never part of the board, the map, an alert or a message to another system."""

    ACTION: ClassVar = "casualty.assert_identity"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    kind: Literal["UN_INDEX", "TCC_SERVICE_NO", "NAME", "ZAP", "BIOMETRIC_HASH", "PHOTO_HASH", "TAG"]
    value: Annotated[str, Meta(min_length=1, max_length=200)]
    state: Literal["UNKNOWN", "PROVISIONAL", "VERIFIED", "DISPUTED"] = "PROVISIONAL"


class LinkSubjects(Command, frozen=True, kw_only=True, tag="casualty.link_subjects"):
    """Two records are of one person. Reversible: nothing is rewritten."""

    ACTION: ClassVar = "casualty.link_subjects"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    other: Id
    score: Annotated[float, Meta(ge=0, le=1)] | None = None


class UnlinkSubjects(Command, frozen=True, kw_only=True, tag="casualty.unlink_subjects"):
    ACTION: ClassVar = "casualty.unlink_subjects"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    other: Id


class ResolveConflict(Command, frozen=True, kw_only=True, tag="casualty.resolve_conflict"):
    """Settle a field. The envelope's `base` must name every head that was seen."""

    ACTION: ClassVar = "casualty.resolve_conflict"
    ABOUT: ClassVar = "subject_id"

    subject_id: Id
    field: Code
    value: str | int | float | bool | dict[str, object] | list[object] | None
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]


class EnterInError(Command, frozen=True, kw_only=True, tag="casualty.enter_in_error"):
    """An earlier fact about this subject should not have been recorded."""

    ACTION: ClassVar = "casualty.enter_in_error"
    ABOUT: ClassVar = "subject_id"

    subject_id: Id
    event: EventId
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]


# ── request ──


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
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]


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
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]


class Patient(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One patient of a message from outside; `key` is what the peer calls it within the message."""

    key: Annotated[str, Meta(max_length=200)]
    zap: Annotated[str, Meta(max_length=200)] = ""
    mechanism: Code | None = None
    mechanism_text: Note = ""
    injuries: tuple[Code, ...] = ()
    injuries_text: Note = ""
    signs: Note = ""
    treatment: Note = ""


class ReceiveRequest(Command, frozen=True, kw_only=True, tag="casualty.receive_request"):
    """Take in a 9-line from another system. Idempotent by (peer, uid): a repeat is no fact, a change is one amendment.

    `content` is a digest of what the message says (not of its time stamps); `blob` addresses its bytes; `unknown` lists
    what was not understood.
    """

    ACTION: ClassVar = "casualty.receive_request"
    ABOUT: ClassVar = "request"

    request: Id
    peer: Peer
    uid: Annotated[str, Meta(min_length=1, max_length=500)]
    dialect: Code
    kind: Literal["CASEVAC", "MEDEVAC_EMERG"] = "CASEVAC"
    callsign: Label = ""
    position: Position | None = None
    estimate: Number = 0
    lines: dict[Code, object] = {}
    patients: Annotated[tuple[Patient, ...], Meta(max_length=200)] = ()
    exercise: bool = False
    content: Label
    blob: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")] | None = None
    unknown: tuple[Note, ...] = ()


# ── leg ──


class PlanLeg(Command, frozen=True, kw_only=True, tag="casualty.plan_leg"):
    """`plan` maps leg states and milestones (M7, M8, M9, M10, M11, M12, M14) to RFC 3339 times."""

    ACTION: ClassVar = "casualty.plan_leg"
    ABOUT: ClassVar = "leg"

    leg: Id
    request: Id | None = None
    asset: Id | None = None
    origin: Id | None = None
    destination: Id | None = None
    casualties: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=100)]
    skilled_care_aboard: bool = False
    plan: dict[Code, Label] = {}
    exercise: bool = False


class ReportLeg(Command, frozen=True, kw_only=True, tag="casualty.report_leg"):
    ACTION: ClassVar = "casualty.report_leg"
    ABOUT: ClassVar = "leg"

    leg: Id
    state: Literal[
        "NOTIFIED",
        "CREW_READY",
        "LAUNCHED",
        "ON_SCENE",
        "PATIENT_LOADED",
        "DEPARTED",
        "ARRIVED",
        "HANDED_OVER",
        "RTB",
        "AVAILABLE",
    ]


class AbortLeg(Command, frozen=True, kw_only=True, tag="casualty.abort_leg"):
    ACTION: ClassVar = "casualty.abort_leg"
    ABOUT: ClassVar = "leg"

    leg: Id
    reason: Annotated[str, Meta(min_length=1, max_length=2000)]


# ── assets and facilities ──


class RegisterAsset(Command, frozen=True, kw_only=True, tag="casualty.register_asset"):
    ACTION: ClassVar = "casualty.register_asset"
    ABOUT: ClassVar = "asset"

    asset: Id
    callsign: Label
    kind: Literal["HELI", "FIXED", "AMBULANCE", "APC_AMB", "BOAT", "FOOT"]
    litters: Number = 0
    seats: Number = 0
    ntm_day_min: float | None = None
    ntm_night_min: float | None = None
    night_capable: bool = False
    cruise_km_h: float | None = None
    caveats: tuple[Label, ...] = ()
    exercise: bool = False


class ReportAsset(Command, frozen=True, kw_only=True, tag="casualty.report_asset"):
    ACTION: ClassVar = "casualty.report_asset"
    ABOUT: ClassVar = "asset"

    asset: Id
    state: Literal[
        "AVAILABLE", "ALERTED", "COMMITTED", "RETURNING", "WEATHER_HOLD", "CREW_REST", "UNSERVICEABLE", "UNKNOWN"
    ]


class ReportAssetPosition(Command, frozen=True, kw_only=True, tag="casualty.report_asset_position"):
    """A peer's track may come before anybody registered the asset; `callsign` is then all we know of it."""

    ACTION: ClassVar = "casualty.report_asset_position"
    ABOUT: ClassVar = "asset"

    asset: Id
    position: Position
    callsign: Label = ""
    kind: Literal["HELI", "FIXED", "AMBULANCE", "APC_AMB", "BOAT", "FOOT"] | None = None


class RegisterFacility(Command, frozen=True, kw_only=True, tag="casualty.register_facility"):
    ACTION: ClassVar = "casualty.register_facility"
    ABOUT: ClassVar = "facility"

    facility: Id
    name: Label
    level: Code
    position: Position
    modules: tuple[Code, ...] = ()
    exercise: bool = False


class ReportFacility(Command, frozen=True, kw_only=True, tag="casualty.report_facility"):
    ACTION: ClassVar = "casualty.report_facility"
    ABOUT: ClassVar = "facility"

    facility: Id
    status: Literal["NORMAL", "COMPROMISED", "FULL", "EVACUATING", "CLOSED", "NO_RESPONSE"]
    modules: dict[Code, Code] = {}
