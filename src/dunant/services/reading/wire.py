"""Shapes of rows on the wire, for the description of the API. A test holds every real row against them.

A column that the reader may not see is absent, so everything but the key may be missing.
"""

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

Time = str
Maybe = UnsetType


class Wire(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of rows: an unknown field is a mistake here, where we are the ones who write it."""


class WhereWire(Wire, frozen=True, kw_only=True):
    """A place on the earth; `ce` is the circular error in metres, `at` when it was true."""

    lat: float
    lon: float
    ce: float | None = None
    at: Time | None = None


class SpanWire(Wire, frozen=True, kw_only=True):
    """An uncertain moment; a bound of null is not known."""

    lo: Time | None
    hi: Time | None


class ClockWire(Wire, frozen=True, kw_only=True):
    """One of the 10-1-2 clocks as it stood at `as_of`. Without `stop` it is still running.

    `provisional`: shown, but counted only once the category (or the need of surgery) has been stated.
    """

    code: str
    in_population: bool
    provisional: bool
    limit_min: float
    amber_min: float
    t0: SpanWire
    stop: SpanWire | None
    proxy: bool
    verdict: Literal["MET", "BREACH_POSSIBLE", "BREACH_CERTAIN", "ENDED_BY_DEATH", "EXCLUDED", "NO_START"]
    reason: str
    predicted_stop: SpanWire | None
    predicted_verdict: str | None
    is_amber: bool
    unavoidable_at: Time | None


class ClockQualityWire(Wire, frozen=True, kw_only=True):
    """How far a site's clock is from this one's; `suspect`: beyond what is trusted."""

    diff_ms: int | None
    suspect: bool


class ConflictValueWire(Wire, frozen=True, kw_only=True):
    """One of several values. `saw`: events its author had seen, `seen`: the values of this field among them.

    `rec`: when it was recorded, `rx`: when it arrived here, `clock`: of its site, null if not known.
    """

    value: Any
    event: str
    at: Time
    p: str
    saw: list[str]
    seen: list[Any]
    by_role: str | Maybe = UNSET
    device: str | Maybe = UNSET
    origin: str | Maybe = UNSET
    rec: Time | Maybe = UNSET
    rx: Time | Maybe | None = UNSET
    clock: ClockQualityWire | Maybe | None = UNSET


ConflictStateWire = Literal["OPEN", "RESOLVED", "REOPENED"]


class ConflictWire(Wire, frozen=True, kw_only=True):
    """`several`: whether more than one value can be true."""

    field: str
    id: str
    state: ConflictStateWire
    several: bool
    values: list[ConflictValueWire]


class SettledWire(Wire, frozen=True, kw_only=True):
    """What somebody decided, and why; of a reopened conflict, before the late value arrived."""

    value: Any
    reason: str
    by_role: str
    origin: str
    at: Time


class RouteWire(Wire, frozen=True, kw_only=True):
    """Whose task it is. `since`: when the second value was known here. `climbed`: it has stood too long."""

    kind: str
    role: str
    climbed: bool
    since: Time | None
    yours: bool


class ReadWire(Wire, frozen=True, kw_only=True):
    by_role: str
    at: Time


class ReceivedWire(Wire, frozen=True, kw_only=True):
    site: str
    at: Time


class DeliveryWire(Wire, frozen=True, kw_only=True):
    """How far a record has come. `received`: on the signed receipt of that site. `overdue`: use another channel too."""

    state: Literal["ON_DEVICE", "AT_SITE", "RELAYED", "AT_DESTINATION"]
    site: str
    relayed: list[str]
    received: list[ReceivedWire]
    read: list[ReadWire]
    overdue: bool


class RequestRef(Wire, frozen=True, kw_only=True):
    """`category`: the highest precedence that the request counts, whoever of its patients it belongs to."""

    subject: str
    tag: str
    kind: str
    status: str
    category: str | Maybe | None = UNSET


class LegRef(Wire, frozen=True, kw_only=True):
    subject: str
    callsign: str
    status: str
    eta: Time | None


class FacilityRef(Wire, frozen=True, kw_only=True):
    subject: str
    name: str


class BoardWire(Wire, frozen=True, kw_only=True):
    subject: str
    tag: str | Maybe = UNSET
    canonical: str | Maybe = UNSET
    status: str | Maybe = UNSET
    lane: Literal["reported", "assigned", "en_route", "handed_over", "closed"] | Maybe = UNSET
    category: str | Maybe | None = UNSET
    triage: str | Maybe | None = UNSET
    scheme: str | Maybe | None = UNSET
    triage_event: str | Maybe | None = UNSET
    affiliation: str | Maybe | None = UNSET
    contingent: str | Maybe | None = UNSET
    child: bool | Maybe = UNSET
    sex: str | Maybe | None = UNSET
    age_band: str | Maybe | None = UNSET
    detainee: bool | Maybe | None = UNSET
    severity: str | Maybe | None = UNSET
    cause: str | Maybe | None = UNSET
    needs_surgery: bool | Maybe | None = UNSET
    manner: str | Maybe | None = UNSET
    disposition: str | Maybe | None = UNSET
    incident: str | Maybe | None = UNSET
    exercise: bool | Maybe = UNSET
    position: WhereWire | Maybe | None = UNSET
    reported_at: Time | Maybe = UNSET
    reported_by_role: str | Maybe = UNSET
    source: str | Maybe = UNSET
    origin: str | Maybe = UNSET
    late_min: float | Maybe | None = UNSET
    late_from: str | Maybe = UNSET
    delivery: DeliveryWire | Maybe = UNSET
    request: RequestRef | Maybe | None = UNSET
    leg: LegRef | Maybe | None = UNSET
    facility: FacilityRef | Maybe | None = UNSET
    holder: str | Maybe | None = UNSET
    holder_role: str | Maybe | None = UNSET
    holder_facility: str | Maybe | None = UNSET
    holder_leg: str | Maybe | None = UNSET
    holder_since: Time | Maybe | None = UNSET
    custody: Literal["NONE", "HELD", "OFFERED", "PROVISIONAL", "DISPUTED"] | Maybe = UNSET
    treating: list[str] | Maybe = UNSET
    destination_id: str | Maybe | None = UNSET
    flags: list[str] | Maybe = UNSET
    conflicts: list[ConflictWire] | Maybe = UNSET
    clocks: list[ClockWire] | Maybe = UNSET


class AtWire(Wire, frozen=True, kw_only=True):
    t: Time | None
    p: str
    lo: Time | None
    hi: Time | None


class TimelineWire(Wire, frozen=True, kw_only=True):
    """One fact of a subject's story. `unknown`: from a later version, kept until this site is upgraded."""

    event: str
    t: str
    at: AtWire
    rec: Time
    rx: Time
    late_min: float | None
    by_role: str
    origin: str
    source: str
    stream: str
    facts: dict[str, Any]
    corrected: bool
    unknown: bool


class EstimateWire(Wire, frozen=True, kw_only=True):
    """One of the estimates that stand; two were made apart."""

    total: int
    by_category: dict[str, int]
    by_role: str
    at: Time
    event: str


class IncidentWire(Wire, frozen=True, kw_only=True):
    """`suspected`: casualties of different people that carry the same tag."""

    subject: str
    tag: str | Maybe = UNSET
    type: str | Maybe = UNSET
    occurred_at: Time | Maybe = UNSET
    position: WhereWire | Maybe | None = UNSET
    status: str | Maybe = UNSET
    exercise: bool | Maybe = UNSET
    estimate: int | Maybe | None = UNSET
    estimates: list[EstimateWire] | Maybe = UNSET
    threat: str | Maybe | None = UNSET
    author: str | Maybe = UNSET
    tracked: int | Maybe = UNSET
    cancelled: int | Maybe = UNSET
    unaccounted: int | Maybe | None = UNSET
    surplus: int | Maybe = UNSET
    suspected: list[str] | Maybe = UNSET
    flags: list[str] | Maybe = UNSET


class AcknowledgedWire(Wire, frozen=True, kw_only=True):
    """`post`: for which post of the fan-out. `acts`: this role can do something about it."""

    role: str
    at: Time
    post: str
    acts: bool


class ContactWire(Wire, frozen=True, kw_only=True):
    """Somebody tried to reach a role."""

    role: str
    channel: str
    reached: bool
    at: Time


class PostWire(Wire, frozen=True, kw_only=True):
    """A post that the alert goes to; `at` is null as long as it has not answered."""

    post: str
    role: str
    acts: bool
    at: Time | None
    contacts: list[ContactWire]


class EscalationWire(Wire, frozen=True, kw_only=True):
    to_role: str
    attempt: int
    at: Time


class StateWire(Wire, frozen=True, kw_only=True):
    at: Time
    by_role: str


class StepWire(Wire, frozen=True, kw_only=True):
    """One step of authority. `asked`: the role that is asked now; `due`: when the next one will be."""

    state: Literal[
        "WAITING", "NOT_ASKED", "APPROVED", "DENIED", "REDIRECTED", "NOT_REQUIRED", "AUTO", "SELF_AUTHORISED"
    ]
    mode: Literal["AUTO", "REQUIRED", "NOT_REQUIRED"]
    row: str
    roles: list[str]
    delegates: list[str]
    conditions_needed: list[str]
    informed: list[str]
    asked: str | None
    asked_since: Time | None
    due: Time | None
    after: str | None
    escalated_to: str | None
    attempts: int
    answered_at: Time | None
    by_role: str | None
    reason: str
    next_step: str
    conditions: str
    delegation: str
    alternates: list[str]


class ReviewWire(Wire, frozen=True, kw_only=True):
    """A launch on own authority; `finding` is null until somebody has reviewed it."""

    at: Time
    by_role: str
    reason: str
    finding: str | None


class DecisionTaskWire(Wire, frozen=True, kw_only=True):
    """Something that waits for somebody: an alert, a decision, a review. `allowed`: this reader can do it now.

    `needs`: what must be stated with it. `command`: what answers it.
    """

    id: str
    task: Literal["ALERT", "DECISION", "REVIEW"]
    subject: str
    request: str | None
    alert: str | None
    incident: str | None
    exercise: bool
    tag: str | Maybe | None = UNSET
    kind: str | Maybe | None = UNSET
    category: str | None
    patient_class: str | Maybe = UNSET
    posture: str | Maybe = UNSET
    day_night: str | Maybe = UNSET
    step: str | Maybe = UNSET
    state: str
    row: str | Maybe = UNSET
    since: Time | None
    waited_min: float | None
    due: Time | None
    overdue: bool
    light: Literal["GREEN", "AMBER", "RED"] | Maybe | None = UNSET
    asked: str | None
    roles: list[str]
    delegates: list[str] | Maybe = UNSET
    next_role: str | Maybe | None = UNSET
    escalated_to: str | Maybe | None = UNSET
    attempts: int | Maybe = UNSET
    escalations: list[EscalationWire] | Maybe = UNSET
    informed: list[str] | Maybe = UNSET
    contacts: list[ContactWire] | Maybe = UNSET
    fan_out: list[PostWire] | Maybe = UNSET
    reason: str | Maybe = UNSET
    by_role: str | Maybe = UNSET
    allowed: bool
    who_can: list[str]
    needs: list[str]
    command: str


class PipelineWire(Wire, frozen=True, kw_only=True):
    """A move between facilities and the hours of its stages; `running`: the hours are those until now."""

    subject: str
    tag: str | None
    kind: str
    status: str
    exercise: bool
    requested_at: Time
    validated_at: Time | None
    approved_at: Time | None
    referred_at: Time | None
    request_to_approval_h: float | None
    approval_to_referral_h: float | None
    running: bool
    light: Literal["GREEN", "AMBER", "RED"] | None
    slowest_step: str | None
    waiting_on: str | None
    steps: dict[str, str]


class PostureWire(Wire, frozen=True, kw_only=True):
    """By which rows of the launch matrix decisions are asked for; without a row, as the mission pack says."""

    subject: str
    posture: str | Maybe = UNSET
    since: Time | Maybe = UNSET
    by_role: str | Maybe = UNSET
    reason: str | Maybe = UNSET
    disputed: bool | Maybe = UNSET


class ReferralRowWire(Wire, frozen=True, kw_only=True):
    """Why somebody is referred; `subject` is the request."""

    subject: str
    casualties: list[str] | Maybe = UNSET
    diagnosis_class: str | Maybe | None = UNSET
    reason: str | Maybe | None = UNSET
    at: Time | Maybe = UNSET
    author: str | Maybe = UNSET
    treating: list[str] | Maybe = UNSET


class AlertWire(Wire, frozen=True, kw_only=True):
    subject: str
    incident: str | Maybe | None = UNSET
    request: str | Maybe | None = UNSET
    channel: str | Maybe = UNSET
    received_at: Time | Maybe = UNSET
    callsign: str | Maybe = UNSET
    position: WhereWire | Maybe | None = UNSET
    acknowledged: list[AcknowledgedWire] | Maybe = UNSET
    status: str | Maybe = UNSET
    exercise: bool | Maybe = UNSET
    unverified: bool | Maybe = UNSET
    delivery: DeliveryWire | Maybe = UNSET
    flags: list[str] | Maybe = UNSET
    author: str | Maybe = UNSET
    origin: str | Maybe = UNSET
    category: str | Maybe | None = UNSET
    raw_category: str | Maybe = UNSET
    readings: dict[str, str] | Maybe = UNSET
    fan_out: list[PostWire] | Maybe = UNSET
    escalations: list[EscalationWire] | Maybe = UNSET
    due: Time | Maybe | None = UNSET


class RequestWire(Wire, frozen=True, kw_only=True):
    """`waiting_on`: the role that is asked for the step that holds everything up; `next_step`: what a refusal says.

    `missing`: what the form needs before anybody could launch on it, "a|b" being a choice.
    """

    subject: str
    tag: str | Maybe = UNSET
    kind: str | Maybe = UNSET
    dialect: str | Maybe = UNSET
    status: str | Maybe = UNSET
    submitted_at: Time | Maybe = UNSET
    pickup: WhereWire | Maybe | None = UNSET
    lines: dict[str, Any] | Maybe = UNSET
    callsign: str | Maybe = UNSET
    freq: str | Maybe = UNSET
    counts: dict[str, int] | Maybe = UNSET
    category: str | Maybe | None = UNSET
    litter: int | Maybe | None = UNSET
    ambulatory: int | Maybe | None = UNSET
    security: str | Maybe | None = UNSET
    marking: str | Maybe | None = UNSET
    equipment: list[str] | Maybe = UNSET
    casualties: list[str] | Maybe = UNSET
    incident: str | Maybe | None = UNSET
    alert: str | Maybe | None = UNSET
    peer: str | Maybe = UNSET
    peer_uid: str | Maybe = UNSET
    exercise: bool | Maybe = UNSET
    flags: list[str] | Maybe = UNSET
    author: str | Maybe = UNSET
    source: str | Maybe = UNSET
    origin: str | Maybe = UNSET
    held: bool | Maybe = UNSET
    states: dict[str, StateWire] | Maybe = UNSET
    decisions: dict[str, StepWire] | Maybe = UNSET
    waiting_on: str | Maybe | None = UNSET
    slowest_step: str | Maybe | None = UNSET
    next_step: str | Maybe | None = UNSET
    reason: str | Maybe | None = UNSET
    contacts: list[ContactWire] | Maybe = UNSET
    review: ReviewWire | Maybe | None = UNSET
    authorised_by: str | Maybe | None = UNSET
    self_authorised: bool | Maybe = UNSET
    superseded_by: str | Maybe | None = UNSET
    missing: list[str] | Maybe = UNSET
    referral: dict[str, Any] | Maybe = UNSET


class AboardWire(Wire, frozen=True, kw_only=True):
    casualty: str
    place: Literal["LITTER", "SEAT"]


class DivertedWire(Wire, frozen=True, kw_only=True):
    destination: str
    reason: str
    at: Time


class OverrideWire(Wire, frozen=True, kw_only=True):
    """A guard that somebody overrode. `broken`: the guards that said no, as `rule:detail`."""

    rule: str
    reason: str
    broken: list[str]
    by_role: str
    at: Time


class LaunchWire(Wire, frozen=True, kw_only=True):
    """When the launch is due by the notice to move, minutes beyond it, and whether that notice is assumed."""

    due: Time
    over_min: float
    light: Literal["GREEN", "AMBER", "RED"]
    assumed: bool


class LegWire(Wire, frozen=True, kw_only=True):
    """`plan` and `actual` map leg states and milestones to times. `carried`: loaded one by one, else as planned.

    Of an active leg, `check_in`: light of the age of the crew's last word, `flags`: guards that do not hold
    (`rule:detail`), and `two_legs`.
    """

    subject: str
    request: str | Maybe | None = UNSET
    asset: str | Maybe | None = UNSET
    origin: str | Maybe | None = UNSET
    destination: str | Maybe | None = UNSET
    facility_id: str | Maybe | None = UNSET
    status: str | Maybe = UNSET
    active: bool | Maybe = UNSET
    casualties: list[str] | Maybe = UNSET
    skilled_care_aboard: bool | Maybe = UNSET
    plan: dict[str, Time] | Maybe = UNSET
    actual: dict[str, Time] | Maybe = UNSET
    amet: bool | Maybe = UNSET
    crew: str | Maybe = UNSET
    nvg: bool | Maybe | None = UNSET
    is_dark: bool | Maybe | None = UNSET
    aboard: list[AboardWire] | Maybe = UNSET
    carried: list[str] | Maybe = UNSET
    diverted: DivertedWire | Maybe | None = UNSET
    overrides: list[OverrideWire] | Maybe = UNSET
    heard_at: Time | Maybe | None = UNSET
    check_in: Literal["GREEN", "AMBER", "RED"] | Maybe | None = UNSET
    launch: LaunchWire | Maybe | None = UNSET
    flags: list[str] | Maybe = UNSET
    exercise: bool | Maybe = UNSET
    planned_at: Time | Maybe = UNSET
    author: str | Maybe = UNSET


class AssetWire(Wire, frozen=True, kw_only=True):
    subject: str
    callsign: str | Maybe = UNSET
    kind: str | Maybe | None = UNSET
    state: str | Maybe = UNSET
    position: WhereWire | Maybe | None = UNSET
    litters: int | Maybe | None = UNSET
    seats: int | Maybe | None = UNSET
    ntm_day_min: float | Maybe | None = UNSET
    ntm_night_min: float | Maybe | None = UNSET
    night_capable: bool | Maybe | None = UNSET
    caveats: list[str] | Maybe = UNSET
    cruise_km_h: float | Maybe | None = UNSET
    hoist: bool | Maybe | None = UNSET
    ifr: bool | Maybe | None = UNSET
    nvg: bool | Maybe | None = UNSET
    amet: bool | Maybe | None = UNSET
    range_km: float | Maybe | None = UNSET
    armed_escort_needed: bool | Maybe | None = UNSET
    clearance_lead_min: float | Maybe | None = UNSET
    phone: str | Maybe = UNSET
    exercise: bool | Maybe | None = UNSET
    heard: Literal["GREEN", "AMBER", "RED"] | Maybe | None = UNSET


class ModuleWire(Wire, frozen=True, kw_only=True):
    code: str
    status: str


class LandingZoneWire(Wire, frozen=True, kw_only=True):
    surface: str = ""
    lights: bool = False
    size: int = 1


class FacilityWire(Wire, frozen=True, kw_only=True):
    """`stale`: the last report is too old to believe; show unknown, never free."""

    subject: str
    name: str | Maybe = UNSET
    level: str | Maybe = UNSET
    position: WhereWire | Maybe = UNSET
    modules: list[ModuleWire] | Maybe = UNSET
    status: str | Maybe | None = UNSET
    reported_at: Time | Maybe | None = UNSET
    mci: dict[str, int] | Maybe = UNSET
    divert: bool | Maybe = UNSET
    hlz: LandingZoneWire | Maybe | None = UNSET
    hours: str | Maybe = UNSET
    accepts: list[str] | Maybe | None = UNSET
    phone: str | Maybe = UNSET
    external: bool | Maybe = UNSET
    exercise: bool | Maybe = UNSET
    stale: bool
    light: Literal["GREEN", "AMBER", "RED"] | Maybe = UNSET


class StockWire(Wire, frozen=True, kw_only=True):
    """One resource of a facility as counted; null: nobody has. `as_of`: when the older of the two counts was made."""

    subject: str
    resource: str
    product: str
    group: str
    physical: int | Maybe | None = UNSET
    staffed: int | Maybe | None = UNSET
    occupied: int | Maybe | None = UNSET
    blocked: int | Maybe | None = UNSET
    reason: str | Maybe = UNSET
    as_of: Time | Maybe | None = UNSET
    disputed: list[str] | Maybe = UNSET


class NextBestWire(Wire, frozen=True, kw_only=True):
    asset: str
    callsign: str
    facility: str
    name: str
    arrival: SpanWire
    surgery_at: SpanWire | None


class ReservationWire(Wire, frozen=True, kw_only=True):
    """`until`: when the place is given away. `flags`: expired, overbooked (more hold it than there are), conflict.

    `next_best`: where else, for one that has lost its place or may lose it.
    """

    subject: str
    state: str | Maybe | None = UNSET
    open: bool | Maybe = UNSET
    facility: str | Maybe | None = UNSET
    facility_id: str | Maybe | None = UNSET
    casualty: str | Maybe | None = UNSET
    request: str | Maybe | None = UNSET
    resource: str | Maybe | None = UNSET
    eta: Time | Maybe | None = UNSET
    reason: str | Maybe = UNSET
    asked_at: Time | Maybe = UNSET
    at: Time | Maybe = UNSET
    by_role: str | Maybe = UNSET
    conflict: bool | Maybe = UNSET
    exercise: bool | Maybe = UNSET
    author: str | Maybe = UNSET
    until: Time | Maybe = UNSET
    flags: list[str] | Maybe = UNSET
    next_best: NextBestWire | Maybe | None = UNSET


class AdmissionWire(Wire, frozen=True, kw_only=True):
    subject: str
    casualty: str | Maybe = UNSET
    facility: str | Maybe = UNSET
    facility_id: str | Maybe = UNSET
    resource: str | Maybe = UNSET
    bed: str | Maybe = UNSET
    open: bool | Maybe = UNSET
    opened_at: Time | Maybe = UNSET
    closed_at: Time | Maybe | None = UNSET
    reason: str | Maybe = UNSET
    exercise: bool | Maybe = UNSET
    author: str | Maybe = UNSET
    flags: list[str] | Maybe = UNSET


class TheatreWire(Wire, frozen=True, kw_only=True):
    """One slot. `begun`: when each operation in it began."""

    subject: str
    facility: str | Maybe = UNSET
    facility_id: str | Maybe = UNSET
    state: str | Maybe | None = UNSET
    casualty: str | Maybe | None = UNSET
    reason: str | Maybe = UNSET
    at: Time | Maybe = UNSET
    begun: list[Time] | Maybe = UNSET
    conflict: bool | Maybe = UNSET
    exercise: bool | Maybe = UNSET


class ConflictRowWire(Wire, frozen=True, kw_only=True):
    id: str
    subject: str | Maybe = UNSET
    kind: str | Maybe = UNSET
    field: str | Maybe = UNSET
    state: ConflictStateWire | Maybe = UNSET
    several: bool | Maybe = UNSET
    values: list[ConflictValueWire] | Maybe = UNSET
    settled: SettledWire | Maybe | None = UNSET
    route: RouteWire | Maybe = UNSET


class RecordWire(Wire, frozen=True, kw_only=True):
    """What tells one of two records from the other."""

    subject: str
    tag: str
    status: str | Maybe = UNSET
    triage: str | Maybe | None = UNSET
    affiliation: str | Maybe | None = UNSET
    reported_at: Time | Maybe = UNSET
    reported_by_role: str | Maybe = UNSET
    origin: str | Maybe = UNSET
    exercise: bool | Maybe = UNSET


class SaidWire(Wire, frozen=True, kw_only=True):
    """Somebody linked the two, or took a link back."""

    linked: bool
    by_role: str
    origin: str
    at: Time
    reason: str


class DuplicateWire(Wire, frozen=True, kw_only=True):
    """Two records: linked, under one tag, or alike. `score` from 0 to 1; null where nothing was compared."""

    id: str
    subject: str
    other: str
    why: Literal["alike", "same_tag", "linked"]
    score: float | None
    agrees: list[str]
    differs: list[str]
    records: list[RecordWire]
    said: list[SaidWire] | Maybe = UNSET


class ParkedWire(Wire, frozen=True, kw_only=True):
    """A frame that waits for those before it. `vouched`: its signature is good."""

    id: str
    origin: str
    stream: str
    q_from: int
    q_to: int
    bytes: int
    vouched: bool
    rx: Time


class QuarantineWire(Wire, frozen=True, kw_only=True):
    """A frame that did not verify; what it holds is not shown."""

    id: str
    origin: str
    rule: str
    bytes: int
    rx: Time


class TrayWire(Wire, frozen=True, kw_only=True):
    """A message from outside that could not be taken in; kept as it came, not shown."""

    id: str
    dialect: str
    peer: str
    rule: str
    bytes: int
    rx: Time


class HeldWire(Wire, frozen=True, kw_only=True):
    """An entry made under something revoked: whose work it is, and never what it says."""

    id: str
    login: str
    device: str | None
    rule: str
    bytes: int
    rx: Time


class DeviceWire(Wire, frozen=True, kw_only=True):
    """A browser that people sign in from; `login` is the last who did."""

    id: str
    login: str
    started: Time
    used: Time
    revoked: Time | None


class ConflictRateWire(Wire, frozen=True, kw_only=True):
    """Conflicts per 1,000 edits of a field by one site."""

    id: str
    field: str
    origin: str
    edits: int
    conflicts: int
    per_1000: float


class SiteRowWire(Wire, frozen=True, kw_only=True):
    """A site of the mission, as its authority says. Keys are public ones; `cutoffs`: epoch, stream, last sequence."""

    subject: str
    site: str | Maybe = UNSET
    state: Literal["INVITED", "ACTIVE", "SUSPENDED", "REVOKED", "RETIRED"] | Maybe = UNSET
    is_authority: bool | Maybe = UNSET
    roles: list[str] | Maybe = UNSET
    streams: list[str] | Maybe = UNSET
    address: str | Maybe = UNSET
    sign_key: str | Maybe = UNSET
    sign_keys: list[str] | Maybe = UNSET
    replaced: dict[str, str] | Maybe = UNSET
    replaced_tls: dict[str, str] | Maybe = UNSET
    seal_key: str | Maybe = UNSET
    tls: str | Maybe = UNSET
    cutoffs: list[tuple[str, str, int]] | Maybe = UNSET
    closed: list[tuple[str, str, int, str]] | Maybe = UNSET
    since: Time | Maybe = UNSET
    expires: Time | Maybe | None = UNSET


class SyncAlarmWire(Wire, frozen=True, kw_only=True):
    """What a site noticed about another: a log with two histories, or a clock that is far off."""

    event: str
    subject: str | Maybe = UNSET
    kind: Literal["fork", "clock"] | Maybe = UNSET
    site: str | Maybe = UNSET
    raised_by: str | Maybe = UNSET
    raised_at: Time | Maybe = UNSET
    epoch: str | Maybe | None = UNSET
    stream: str | Maybe | None = UNSET
    q: int | Maybe | None = UNSET
    ours: str | Maybe | None = UNSET
    theirs: str | Maybe | None = UNSET
    diff_ms: int | Maybe | None = UNSET
    is_closed: bool | Maybe = UNSET


class ForeignMessageWire(Wire, frozen=True, kw_only=True):
    subject: str
    dialect: str | Maybe = UNSET
    peer: str | Maybe = UNSET
    uid: str | Maybe = UNSET
    about: str | Maybe = UNSET
    unknown: list[str] | Maybe = UNSET
    blob: str | Maybe | None = UNSET
    received_at: Time | Maybe = UNSET
    versions: int | Maybe = UNSET


class IdentityWire(Wire, frozen=True, kw_only=True):
    event: str
    subject: str | Maybe = UNSET
    author: str | Maybe = UNSET
    holder: str | Maybe | None = UNSET
    treating: list[str] | Maybe = UNSET
    facility_id: str | Maybe | None = UNSET
    kind: str | Maybe = UNSET
    value: str | Maybe = UNSET
    state: str | Maybe = UNSET
    standing: str | Maybe = UNSET
    confidence: float | Maybe | None = UNSET
    about: str | Maybe | None = UNSET
    by_role: str | Maybe = UNSET
    shown: bool | Maybe = UNSET


class TriggerWire(Wire, frozen=True, kw_only=True):
    """Why a NOTICAS is due, and since when."""

    code: str
    at: Time


class ReleaseHoldWire(Wire, frozen=True, kw_only=True):
    """`until` null: the next of kin are not confirmed to have been told. `stands`: it holds as of now."""

    event: str
    scope: str
    trigger: str
    at: Time
    until: Time | None
    lifted: bool
    stands: bool | Maybe = UNSET


class NoticasStepWire(Wire, frozen=True, kw_only=True):
    """Who was informed by which role, and when. `hash`: of what the text was made from."""

    event: str
    version: int
    state: str
    at: Time
    rec: Time
    by_role: str
    recipients: list[str]
    note: str
    hash: str | Maybe = UNSET


class NoticasLimitWire(Wire, frozen=True, kw_only=True):
    due: Time
    met: Time | None
    verdict: Literal["MET", "DUE", "EXCEEDED"]


class ShownIdentityWire(Wire, frozen=True, kw_only=True):
    """Of each kind the value of the highest standing, then confidence."""

    kind: str
    value: str
    standing: str
    confidence: float | None


class HoldRowWire(Wire, frozen=True, kw_only=True):
    """The gate and the NOTICAS of one casualty. `held` of the view `holds`: some hold is not lifted; see `holds`."""

    subject: str
    tag: str | Maybe | None = UNSET
    exercise: bool | Maybe = UNSET
    incident: str | Maybe | None = UNSET
    affiliation: str | Maybe | None = UNSET
    contingent: str | Maybe | None = UNSET
    since: Time | Maybe = UNSET
    triggers: list[TriggerWire] | Maybe = UNSET
    version: int | Maybe = UNSET
    state: str | Maybe | None = UNSET
    running: bool | Maybe = UNSET
    skipped: list[str] | Maybe = UNSET
    steps: list[NoticasStepWire] | Maybe = UNSET
    hash: str | Maybe = UNSET
    held: bool | Maybe = UNSET
    holds: list[ReleaseHoldWire] | Maybe = UNSET


class NotificationWire(Wire, frozen=True, kw_only=True):
    """A casualty with something to notify. `next`: steps that may follow. `changed`: what is known has changed since.

    `standing`: HELD without anything to notify, DUE without a NOTICAS, RUNNING, RELEASED or WITHDRAWN.
    """

    subject: str
    standing: Literal["HELD", "DUE", "RUNNING", "RELEASED", "WITHDRAWN"]
    since: Time
    triggers: list[TriggerWire]
    version: int
    state: str | None
    skipped: list[str]
    held: bool
    held_until: Time | None
    holds: list[ReleaseHoldWire]
    next: list[str]
    incident: str | None
    tag: str | Maybe | None = UNSET
    exercise: bool | Maybe = UNSET
    affiliation: str | Maybe | None = UNSET
    contingent: str | Maybe | None = UNSET
    steps: list[NoticasStepWire] | Maybe = UNSET
    sla: dict[str, NoticasLimitWire] | Maybe = UNSET
    may_inform: list[str] | Maybe = UNSET
    changed: bool | Maybe = UNSET
    identities: list[ShownIdentityWire] | Maybe = UNSET


class FoundWire(Wire, frozen=True, kw_only=True):
    """A casualty that a search found. `by`: the tag, or kinds of identity, in which the letters stand."""

    subject: str
    by: list[str]
    tag: str | Maybe | None = UNSET
    status: str | Maybe = UNSET
    exercise: bool | Maybe = UNSET
    incident: str | Maybe | None = UNSET
    identities: list[ShownIdentityWire] | Maybe = UNSET


class NoticeWire(Wire, frozen=True, kw_only=True):
    """The text of the newest version in one language, made when it was asked for."""

    subject: str
    language: str
    version: int
    text: str


class MistWire(Wire, frozen=True, kw_only=True):
    event: str
    subject: str | Maybe = UNSET
    author: str | Maybe = UNSET
    holder: str | Maybe | None = UNSET
    treating: list[str] | Maybe = UNSET
    facility_id: str | Maybe | None = UNSET
    at: Time | Maybe = UNSET
    title: str | Maybe = UNSET
    mechanism: str | Maybe | None = UNSET
    mechanism_text: str | Maybe = UNSET
    injuries: list[str] | Maybe = UNSET
    injuries_text: str | Maybe = UNSET
    signs: str | Maybe = UNSET
    treatment: str | Maybe = UNSET


class ClinicalWire(Wire, frozen=True, kw_only=True):
    """A fact of the clinical record: when, how exactly, and by whom. `treating` and `holder` tie it to its readers."""

    subject: str
    event: str
    at: Time | Maybe = UNSET
    p: str | Maybe = UNSET
    by_role: str | Maybe = UNSET
    author: str | Maybe = UNSET
    holder: str | Maybe | None = UNSET
    treating: list[str] | Maybe = UNSET
    facility_id: str | Maybe | None = UNSET


class InjuryWire(ClinicalWire, frozen=True, kw_only=True):
    kind: str | Maybe = UNSET
    region: str | Maybe = UNSET
    side: str | Maybe | None = UNSET
    face: str | Maybe | None = UNSET
    mechanism: str | Maybe | None = UNSET
    tbsa_pct: float | Maybe | None = UNSET
    note: str | Maybe | None = UNSET


class DrugWire(Wire, frozen=True, kw_only=True):
    name: str = ""
    dose: float | str | None = None
    unit: str = ""
    route: str = ""


class BloodWire(Wire, frozen=True, kw_only=True):
    product: str = ""
    ml: float | None = None
    unit_no: str = ""
    group: str = ""
    route: str = ""


class FluidWire(Wire, frozen=True, kw_only=True):
    name: str = ""
    ml: float | None = None
    route: str = ""


class InterventionWire(ClinicalWire, frozen=True, kw_only=True):
    """`off_at`: when this tourniquet was released. `state` is the age of one that is on: GREEN until `amber_at`."""

    code: str | Maybe = UNSET
    performer: str | Maybe | None = UNSET
    limb: str | Maybe | None = UNSET
    side: str | Maybe | None = UNSET
    device: str | Maybe | None = UNSET
    note: str | Maybe | None = UNSET
    drug: DrugWire | Maybe | None = UNSET
    blood: BloodWire | Maybe | None = UNSET
    fluid: FluidWire | Maybe | None = UNSET
    off: bool | Maybe = UNSET
    off_at: Time | Maybe | None = UNSET
    state: str | Maybe | None = UNSET
    amber_at: Time | Maybe | None = UNSET
    red_at: Time | Maybe | None = UNSET


class ScoreWire(Wire, frozen=True, kw_only=True):
    """A derived score; null while `missing` is not measured. None changes a category by itself."""

    id: str
    version: str
    value: float | None
    missing: list[str]
    inputs: dict[str, Any]
    verified: bool


class VitalsWire(ClinicalWire, frozen=True, kw_only=True):
    hr: float | Maybe | None = UNSET
    hr_site: str | Maybe | None = UNSET
    sbp: float | Maybe | None = UNSET
    dbp: float | Maybe | None = UNSET
    rr: float | Maybe | None = UNSET
    spo2: float | Maybe | None = UNSET
    avpu: str | Maybe | None = UNSET
    gcs_e: int | Maybe | None = UNSET
    gcs_v: int | Maybe | None = UNSET
    gcs_m: int | Maybe | None = UNSET
    pain: int | Maybe | None = UNSET
    temp_c: float | Maybe | None = UNSET
    etco2: float | Maybe | None = UNSET
    crt_s: float | Maybe | None = UNSET
    o2: bool | Maybe | None = UNSET
    note: str | Maybe | None = UNSET
    scores: list[ScoreWire] | Maybe = UNSET


class AssessmentWire(ClinicalWire, frozen=True, kw_only=True):
    scheme: str | Maybe = UNSET
    version: str | Maybe = UNSET
    result: str | Maybe = UNSET
    possible: list[str] | Maybe | None = UNSET
    missing: list[str] | Maybe | None = UNSET
    by_scheme: dict[str, str] | Maybe | None = UNSET
    observations: dict[str, Any] | Maybe = UNSET


class AllergyWire(ClinicalWire, frozen=True, kw_only=True):
    """`standing`: nobody who had seen this assertion has said that it is wrong."""

    substance: str | Maybe = UNSET
    reaction: str | Maybe | None = UNSET
    standing: bool | Maybe = UNSET
    refuted_reason: str | Maybe | None = UNSET


class ClinicalNoteWire(ClinicalWire, frozen=True, kw_only=True):
    """`kind`: NOTE or HANDOVER; the last four belong to a handover."""

    kind: str | Maybe = UNSET
    text: str | Maybe = UNSET
    about: str | Maybe | None = UNSET
    next_appointment: str | Maybe | None = UNSET
    next_destination: str | Maybe | None = UNSET
    isolation: str | Maybe | None = UNSET
    escort: str | Maybe | None = UNSET


class TourniquetWire(Wire, frozen=True, kw_only=True):
    """`state`: GREEN, AMBER or RED by its age while it is on; RED asks for conversion. Null once it is off."""

    event: str
    limb: str | None
    device: str
    on: Time
    p: str
    off: Time | None
    state: str | None
    amber_at: Time | None
    red_at: Time | None


class AtMistWire(Wire, frozen=True, kw_only=True):
    """Codes and times; `said` holds MIST reports as others wrote them. Each fact carries its own event and time."""

    age_years: float | None
    age_band: str | None
    child: bool
    sex: str | None
    time: SpanWire
    mechanisms: list[str]
    injuries: list[dict[str, Any]]
    signs: dict[str, Any] | None
    treatments: list[dict[str, Any]]
    said: list[dict[str, Any]]


class ClinicalSummaryWire(Wire, frozen=True, kw_only=True):
    """`vitals`: the last three sets. `vitals_age`: its state, and when it turns, for an urgent casualty."""

    subject: str
    author: str | Maybe = UNSET
    holder: str | Maybe | None = UNSET
    treating: list[str] | Maybe = UNSET
    facility_id: str | Maybe | None = UNSET
    triage: str | Maybe | None = UNSET
    at_mist: AtMistWire | Maybe = UNSET
    vitals: list[dict[str, Any]] | Maybe = UNSET
    vitals_age: dict[str, Any] | Maybe | None = UNSET
    scores: list[ScoreWire] | Maybe = UNSET
    tourniquets: list[TourniquetWire] | Maybe = UNSET
    given: list[dict[str, Any]] | Maybe = UNSET
    treatments: list[dict[str, Any]] | Maybe = UNSET
    allergies: list[dict[str, Any]] | Maybe = UNSET
    details: dict[str, Any] | Maybe = UNSET
    mechanisms: list[str] | Maybe = UNSET
    handover: dict[str, Any] | Maybe | None = UNSET


class CardWire(Wire, frozen=True, kw_only=True):
    """One sheet of a casualty card (DD1380): a fifth column of signs begins a second. Empty: not written, or not shown.

    `signs`, `injuries` and `treatments` are lines with their `at`; a treatment names its letter of MARCH-PAWS.
    """

    subject: str
    sheet: int
    sheets: int
    evac: str | None
    name: str
    last4: str
    roster: str
    sex: str | None
    injured_at: dict[str, Any] | None
    service: str
    unit: str
    allergies: list[str]
    mechanisms: list[str]
    injuries: list[dict[str, Any]]
    signs: list[dict[str, Any]]
    treatments: list[dict[str, Any]]
    notes: list[str]
    responder: str
    responder_last4: str


class UnderTriageWire(Wire, frozen=True, kw_only=True):
    """Percent of those in need of immediate care whom a scheme called less urgent, with its interval."""

    pct: float
    low: float
    high: float


class TriageRowWire(Wire, frozen=True, kw_only=True):
    """What one scheme makes of the observations. `disagree`: the schemes that can decide do not say the same."""

    scheme: str
    version: str
    category: str
    possible: list[str]
    path: list[str]
    missing: list[str]
    warnings: list[str]
    verified: bool
    under_triage: UnderTriageWire | None
    disagree: bool


class DelayReasonWire(Wire, frozen=True, kw_only=True):
    code: str
    minutes: float


class DelayWire(Wire, frozen=True, kw_only=True):
    """Minutes between two milestones beyond what was to be expected. `basis`: whence the expectation.

    `proposed`: codes that the record suggests; a person says which are true.
    """

    id: str
    subject: str
    tag: str
    incident: str | None
    exercise: bool
    start: str
    end: str
    actual_min: float
    expected_min: float
    basis: str
    excess_min: float
    reasons: list[DelayReasonWire]
    overstated: bool
    proposed: list[str]


class DelayReasonRowWire(Wire, frozen=True, kw_only=True):
    event: str
    subject: str | Maybe = UNSET
    start: str | Maybe = UNSET
    end: str | Maybe = UNSET
    code: str | Maybe = UNSET
    minutes: float | Maybe = UNSET
    by_role: str | Maybe = UNSET
    author: str | Maybe = UNSET


class ComplianceWire(Wire, frozen=True, kw_only=True):
    """Outcomes of one clock, of everybody or of one group. A number of null is too small to be told.

    `definition`: version of the clocks; `n`: all who are counted in this row.
    """

    id: str
    definition: str
    clock: str
    by: str
    group: str
    n: int | None
    counts: dict[str, int | None]


class ReplayWire(Wire, frozen=True, kw_only=True):
    """A casualty as this site knew it then. `facts`: how many facts it held."""

    subject: str
    facts: int
    tag: str | Maybe = UNSET
    status: str | Maybe = UNSET
    lane: str | Maybe = UNSET
    triage: str | Maybe | None = UNSET
    incident: str | Maybe | None = UNSET
    exercise: bool | Maybe = UNSET
    position: WhereWire | Maybe | None = UNSET
    flags: list[str] | Maybe = UNSET
    clocks: list[ClockWire] | Maybe = UNSET


class MascalWire(Wire, frozen=True, kw_only=True):
    """People by category and by where they are. `proposed`: rules by which the mass-casualty mode is suggested."""

    subject: str
    tag: str
    exercise: bool
    declared: bool
    tracked: int
    unaccounted: int | None
    proposed: list[str]
    counts: dict[str, dict[str, int]]


class CustodyWire(Wire, frozen=True, kw_only=True):
    """Who held, offered or refused a casualty. `evidence`: told by both sides, or so far by the receiver alone."""

    subject: str
    event: str
    state: Literal["REPORTED", "OFFERED", "ACCEPTED", "REFUSED"] | Maybe = UNSET
    at: Time | Maybe = UNSET
    holder: str | Maybe = UNSET
    role: str | Maybe = UNSET
    facility: str | Maybe | None = UNSET
    leg: str | Maybe | None = UNSET
    nonce: str | Maybe | None = UNSET
    mode: str | Maybe | None = UNSET
    evidence: Literal["REPORTED", "BOTH", "ONE_SIDED"] | Maybe | None = UNSET
    current: bool | Maybe = UNSET
    to_role: str | Maybe | None = UNSET
    reason: str | Maybe | None = UNSET


class CapacityWire(Wire, frozen=True, kw_only=True):
    """One resource of a facility (`subject`); a facility that never counted has one row with `resource` null.

    `free` is null when unknown (`state`), and below zero when more places are kept than there are. `light`: age of the
    count. `limit` and `used_today` stand with OR_CASES_LEFT_TODAY: what the level can do, and what it has done.
    """

    subject: str
    name: str | Maybe = UNSET
    level: str | Maybe = UNSET
    status: str | Maybe | None = UNSET
    reported_at: Time | Maybe | None = UNSET
    mci: dict[str, int] | Maybe = UNSET
    divert: bool | Maybe = UNSET
    phone: str | Maybe = UNSET
    external: bool | Maybe = UNSET
    exercise: bool | Maybe = UNSET
    resource: str | None
    product: str
    group: str
    physical: int | None
    staffed: int | None
    occupied: int | None
    blocked: int | None
    reason: str
    disputed: list[str]
    as_of: Time | None
    reserved: int
    free: int | None
    state: Literal["KNOWN", "UNKNOWN"]
    overbooked: bool
    light: Literal["GREEN", "AMBER", "RED"]
    limit: int | Maybe | None = UNSET
    used_today: int | Maybe = UNSET


class ArrivingLegWire(Wire, frozen=True, kw_only=True):
    subject: str
    status: str
    callsign: str
    diverted: bool


class ArrivingMistWire(Wire, frozen=True, kw_only=True):
    at: Time | Maybe = UNSET
    title: str | Maybe = UNSET
    mechanism: str | Maybe | None = UNSET
    mechanism_text: str | Maybe = UNSET
    injuries: list[str] | Maybe = UNSET
    injuries_text: str | Maybe = UNSET
    signs: str | Maybe = UNSET
    treatment: str | Maybe = UNSET


class ArrivingPlaceWire(Wire, frozen=True, kw_only=True):
    """The reservation of who comes; `until`: when the place is given away."""

    subject: str
    state: str
    resource: str
    until: Time
    expired: bool
    conflict: bool


class ArrivalWire(Wire, frozen=True, kw_only=True):
    """Somebody who comes to a facility. `eta` to `eta_hi`: as planned, to as late as the leg has fallen behind.

    `age_min`: minutes since the last word of the crew. `mist`: null where there is none or the reader may not see it.
    """

    subject: str
    tag: str
    triage: str | None
    category: str | None
    child: bool
    exercise: bool
    needs_surgery: bool | None
    eta: Time | None
    eta_hi: Time | None
    age_min: float | None
    leg: ArrivingLegWire | None
    equipment: list[str]
    mist: ArrivingMistWire | None
    at_mist: AtMistWire | None
    reservation: ArrivingPlaceWire | None


class MinutesWire(Wire, frozen=True, kw_only=True):
    lo_min: float
    hi_min: float | None


class OptionWire(Wire, frozen=True, kw_only=True):
    """One asset to one facility. `plan`: milestones as they would be. `verdicts`, `elapsed`: by clock, if it came true.

    `unavoidable_at`: by clock, the moment after which this way is too late. `reasons`: codes, some with `:` detail.
    `override_needed`: guards to override (`night`, `marking`) and steps of authority (`retask`).
    """

    asset: str
    callsign: str
    facility: str
    name: str
    arrival: SpanWire
    surgery_at: SpanWire | None
    plan: dict[str, Time]
    verdicts: dict[str, str]
    elapsed: dict[str, MinutesWire]
    unavoidable_at: dict[str, Time]
    reasons: list[str]
    override_needed: list[str]
    capacity_known: bool


class FailingWire(Wire, frozen=True, kw_only=True):
    rule: str
    detail: str


class RejectedWire(Wire, frozen=True, kw_only=True):
    """Why not this asset, this facility, or the two together; the other one is null."""

    asset: str | None
    callsign: str
    facility: str | None
    name: str
    failing: list[FailingWire]


class BindingWire(Wire, frozen=True, kw_only=True):
    gap: list[str]
    excess_min: float


class FixWire(Wire, frozen=True, kw_only=True):
    """A change that somebody could make, what each clock would read, and which clocks it would meet."""

    code: str
    cost_rank: int
    verdicts: dict[str, str]
    met: list[str]


class OptionsWire(Wire, frozen=True, kw_only=True):
    """Ranked ways for a request (`subject`), the best first; `about`: the casualty it was judged for.

    `missing`: what the request lacks to be ranked. `binding`: stretches that lose minutes. `cheapest`: late clock → the
    cheapest change that meets it, or null.
    """

    subject: str
    tag: str
    about: str | None
    missing: list[str]
    ranked: list[OptionWire]
    rejected: list[RejectedWire]
    binding: list[BindingWire]
    fixes: list[FixWire]
    cheapest: dict[str, str | None]


class ViolationWire(Wire, frozen=True, kw_only=True):
    """An invariant that does not hold. `owner`: the role whose task it is; `since`: when its subject last changed."""

    id: str
    subject: str
    kind: str
    rule: str
    detail: str
    invariant: int
    owner: str
    since: Time
    age_min: float


ROWS: dict[str, type[Wire]] = {
    "admissions": AdmissionWire,
    "alerts": AlertWire,
    "arrivals": ArrivalWire,
    "assets": AssetWire,
    "board": BoardWire,
    "capacity": CapacityWire,
    "casualty": BoardWire,
    "compliance": ComplianceWire,
    "conflict_rate": ConflictRateWire,
    "conflicts": ConflictRowWire,
    "delay_reasons": DelayReasonRowWire,
    "delays": DelayWire,
    "custody": CustodyWire,
    "duplicates": DuplicateWire,
    "facilities": FacilityWire,
    "foreign_messages": ForeignMessageWire,
    "held_entries": HeldWire,
    "holds": HoldRowWire,
    "identities": IdentityWire,
    "identity_conflicts": ConflictRowWire,
    "import_tray": TrayWire,
    "incidents": IncidentWire,
    "ledger": IncidentWire,
    "legs": LegWire,
    "mascal": MascalWire,
    "mists": MistWire,
    "notice": NoticeWire,
    "notifications": NotificationWire,
    "decisions": DecisionTaskWire,
    "pipeline": PipelineWire,
    "postures": PostureWire,
    "referrals": ReferralRowWire,
    "options": OptionsWire,
    "search": FoundWire,
    "replay": ReplayWire,
    "requests": RequestWire,
    "reservations": ReservationWire,
    "site_devices": DeviceWire,
    "site_parked": ParkedWire,
    "site_quarantine": QuarantineWire,
    "sites": SiteRowWire,
    "stocks": StockWire,
    "sync_alarms": SyncAlarmWire,
    "theatre": TheatreWire,
    "timeline": TimelineWire,
    "triage": TriageRowWire,
    "card": CardWire,
    "vitals": VitalsWire,
    "interventions": InterventionWire,
    "injuries": InjuryWire,
    "clinical_summary": ClinicalSummaryWire,
    "clinical_notes": ClinicalNoteWire,
    "assessments": AssessmentWire,
    "allergies": AllergyWire,
    "violations": ViolationWire,
}
