"""What can happen to a casualty, and to the requests, legs and places that serve it.

Each class is one fact in the past tense; its docstring is its public meaning. Who, when and about whom stand in the
envelope. `TYPE` is the wire tag and never changes; a changed shape gets a new `VERSION` and an upcaster.
"""

from dunant.kernel.events import Body
from dunant.kernel.ids import SubjectId, Tag
from dunant.kernel.places import Position

# ── incident ──────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── alert ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class _AlertFact(Body, frozen=True, kw_only=True):
    STREAM = "alert"
    KIND = "alert"
    URGENCY = 3


class AlertReceived(_AlertFact, frozen=True, kw_only=True):
    """The first word of it, by any channel. Holds no name and no clinical detail: it goes to everybody on duty."""

    TYPE = "casualty.alert_received"
    RESOURCE = "alert"
    GROUPS = ("status", "place")

    channel: str
    incident: SubjectId | None = None
    request: SubjectId | None = None
    callsign: str = ""
    position: Position | None = None
    exercise: bool = False
    unverified: bool = False


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


# ── casualty ──────────────────────────────────────────────────────────────────────────────────────────────────────


class _CasualtyFact(Body, frozen=True, kw_only=True):
    STREAM = "casualty"
    KIND = "casualty"


class CasualtyReported(_CasualtyFact, frozen=True, kw_only=True):
    """A person needs help. A tag is all it takes; everything else may follow."""

    TYPE = "casualty.casualty_reported"
    GROUPS = ("status", "place", "person")
    URGENCY = 2

    tag: Tag
    exercise: bool = False
    incident: SubjectId | None = None
    position: Position | None = None
    affiliation: str | None = None
    child: bool = False
    # What the reporter calls this patient in a message ("ZMIST1"); never a name.
    label: str = ""


class CasualtyDetailsRecorded(_CasualtyFact, frozen=True, kw_only=True):
    """Facts an operations room needs. Pregnancy, weight, blood group and allergies are clinical and go elsewhere."""

    TYPE = "casualty.casualty_details_recorded"
    GROUPS = ("person", "triage")

    affiliation: str | None = None
    contingent: str | None = None
    sex: str | None = None
    age_band: str | None = None
    child: bool | None = None
    detainee: bool | None = None
    cause: str | None = None
    severity: str | None = None
    needs_surgery: bool | None = None


class InjuryTimeEstimated(_CasualtyFact, frozen=True, kw_only=True):
    """When it happened, in the envelope's `at` with its precision; and when the person was last known to be well."""

    TYPE = "casualty.injury_time_estimated"
    GROUPS = ("clocks",)

    evidence: str = ""


class LastKnownWell(_CasualtyFact, frozen=True, kw_only=True):
    """A lower bound for the time of injury: radio check, manifest, patrol log. The moment is the envelope's `at`."""

    TYPE = "casualty.last_known_well"
    GROUPS = ("clocks",)

    evidence: str = ""


class CasualtyMissing(_CasualtyFact, frozen=True, kw_only=True):
    TYPE = "casualty.casualty_missing"


class CasualtyLocated(_CasualtyFact, frozen=True, kw_only=True):
    TYPE = "casualty.casualty_located"
    GROUPS = ("status", "place")

    position: Position


class CasualtyCancelled(_CasualtyFact, frozen=True, kw_only=True):
    """A false report: the only reason for which a casualty may be taken off the board."""

    TYPE = "casualty.casualty_cancelled"

    reason: str


class DeathPronounced(_CasualtyFact, frozen=True, kw_only=True):
    TYPE = "casualty.death_pronounced"
    URGENCY = 2

    place: str


class TriageAssigned(_CasualtyFact, frozen=True, kw_only=True):
    """How urgent, under a named scheme. A later lower category is kept: the change itself is clinical information."""

    TYPE = "casualty.triage_assigned"
    GROUPS = ("triage",)
    URGENCY = 2

    category: str
    scheme: str


class TriageOverridden(_CasualtyFact, frozen=True, kw_only=True):
    TYPE = "casualty.triage_overridden"
    GROUPS = ("triage",)

    category: str
    scheme: str
    reason: str


class MilestoneRecorded(_CasualtyFact, frozen=True, kw_only=True):
    """A step of the way to care (M0–M17) was reached; the moment is the envelope's `at`."""

    TYPE = "casualty.milestone_recorded"
    GROUPS = ("clocks",)

    code: str
    evidence: str = ""
    facility: SubjectId | None = None
    # Modules that were open there at that moment; later reports of the facility do not rewrite what an arrival found.
    open_modules: tuple[str, ...] = ()
    leg: SubjectId | None = None
    performer: str | None = None


class ClockExcluded(_CasualtyFact, frozen=True, kw_only=True):
    TYPE = "casualty.clock_excluded"
    GROUPS = ("clocks",)

    clock: str
    reason: str


class DelayAttributed(_CasualtyFact, frozen=True, kw_only=True):
    """Minutes between two milestones, and why they were lost."""

    TYPE = "casualty.delay_attributed"
    GROUPS = ("clocks",)

    gap: tuple[str, str]
    code: str
    minutes: float


class DispositionRecorded(_CasualtyFact, frozen=True, kw_only=True):
    TYPE = "casualty.disposition_recorded"

    type: str


class MistReported(_CasualtyFact, frozen=True, kw_only=True):
    """Mechanism, injuries, signs and treatment as a peer wrote them; codes where the pack knows the label."""

    TYPE = "casualty.mist_reported"
    RESOURCE = "clinical"
    GROUPS = ("mist",)
    STREAM = "clinical"

    title: str = ""
    mechanism: str | None = None
    mechanism_text: str = ""
    injuries: tuple[str, ...] = ()
    injuries_text: str = ""
    signs: str = ""
    treatment: str = ""


class IdentityAsserted(_CasualtyFact, frozen=True, kw_only=True):
    """Somebody says who this is. Assertions pile up; a person decides which is true."""

    TYPE = "casualty.identity_asserted"
    RESOURCE = "identity"
    GROUPS = ("name",)
    STREAM = "clinical"

    kind: str
    value: str
    state: str = "PROVISIONAL"


# ── evacuation request ────────────────────────────────────────────────────────────────────────────────────────────


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
    """One step of authority was answered. A denial carries its reason and what happens instead."""

    TYPE = "casualty.authority_decided"

    step: str
    decision: str
    reason: str = ""
    next_step: str = ""


class EmergencySelfAuthorised(_RequestFact, frozen=True, kw_only=True):
    """The senior person present did not wait. Always possible for the urgent, always reviewed."""

    TYPE = "casualty.emergency_self_authorised"

    reason: str


# ── leg ───────────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── assets and facilities ─────────────────────────────────────────────────────────────────────────────────────────


class AssetRegistered(Body, frozen=True, kw_only=True):
    TYPE = "casualty.asset_registered"
    RESOURCE = "capacity"
    STREAM = "config.register"
    KIND = "asset"

    callsign: str
    kind: str
    litters: int = 0
    seats: int = 0
    ntm_day_min: float | None = None
    ntm_night_min: float | None = None
    night_capable: bool = False
    cruise_km_h: float | None = None
    caveats: tuple[str, ...] = ()
    exercise: bool = False


class AssetStatusReported(Body, frozen=True, kw_only=True):
    TYPE = "casualty.asset_status_reported"
    RESOURCE = "capacity"
    STREAM = "logistics.capacity"
    KIND = "asset"

    state: str


class AssetPositionReported(Body, frozen=True, kw_only=True):
    TYPE = "casualty.asset_position_reported"
    RESOURCE = "capacity"
    GROUPS = ("place",)
    STREAM = "logistics.capacity"
    KIND = "asset"

    position: Position


class FacilityRegistered(Body, frozen=True, kw_only=True):
    TYPE = "casualty.facility_registered"
    RESOURCE = "capacity"
    STREAM = "config.register"
    KIND = "facility"

    name: str
    level: str
    position: Position
    modules: tuple[str, ...] = ()
    exercise: bool = False


class FacilityStatusReported(Body, frozen=True, kw_only=True):
    """State of a facility as a whole and of its modules, as of the envelope's `at`; old reports mean unknown."""

    TYPE = "casualty.facility_status_reported"
    RESOURCE = "capacity"
    STREAM = "logistics.capacity"
    KIND = "facility"

    status: str
    modules: dict[str, str] = {}


# ── messages from outside ─────────────────────────────────────────────────────────────────────────────────────────


class ForeignMessageReceived(Body, frozen=True, kw_only=True):
    """A message from another system, kept whole: its bytes are the attachment, `unknown` what was not read."""

    TYPE = "casualty.foreign_message_received"
    GROUPS = ("raw",)
    STREAM = "casualty"
    KIND = "foreign_message"

    dialect: str
    peer: str
    uid: str
    about: SubjectId
    content: str
    unknown: tuple[str, ...] = ()


CASUALTY_EVENTS: tuple[type[Body], ...] = (
    IncidentOpened,
    IncidentAmended,
    EstimateReported,
    IncidentClosed,
    IncidentReopened,
    AlertReceived,
    AlertAcknowledged,
    AlertEscalated,
    AlertCancelled,
    CasualtyReported,
    CasualtyDetailsRecorded,
    InjuryTimeEstimated,
    LastKnownWell,
    CasualtyMissing,
    CasualtyLocated,
    CasualtyCancelled,
    DeathPronounced,
    TriageAssigned,
    TriageOverridden,
    MilestoneRecorded,
    ClockExcluded,
    DelayAttributed,
    DispositionRecorded,
    MistReported,
    IdentityAsserted,
    EvacRequested,
    EvacRequestAmended,
    EvacRequestClosed,
    AuthorityDecided,
    EmergencySelfAuthorised,
    LegPlanned,
    LegProgressed,
    LegAborted,
    AssetRegistered,
    AssetStatusReported,
    AssetPositionReported,
    FacilityRegistered,
    FacilityStatusReported,
    ForeignMessageReceived,
)
