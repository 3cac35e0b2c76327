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


class ConflictValueWire(Wire, frozen=True, kw_only=True):
    """One of several values; `saw` lists the events its author had seen."""

    value: Any
    event: str
    by_role: str
    at: Time
    origin: str
    saw: list[str]


class ConflictWire(Wire, frozen=True, kw_only=True):
    field: str
    id: str
    values: list[ConflictValueWire]


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
    cause: str | Maybe | None = UNSET
    needs_surgery: bool | Maybe | None = UNSET
    incident: str | Maybe | None = UNSET
    exercise: bool | Maybe = UNSET
    position: WhereWire | Maybe | None = UNSET
    reported_at: Time | Maybe = UNSET
    reported_by_role: str | Maybe = UNSET
    source: str | Maybe = UNSET
    origin: str | Maybe = UNSET
    late_min: float | Maybe | None = UNSET
    request: RequestRef | Maybe | None = UNSET
    leg: LegRef | Maybe | None = UNSET
    facility: FacilityRef | Maybe | None = UNSET
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
    threat: str | Maybe | None = UNSET
    author: str | Maybe = UNSET
    tracked: int | Maybe = UNSET
    cancelled: int | Maybe = UNSET
    unaccounted: int | Maybe | None = UNSET
    surplus: int | Maybe = UNSET
    suspected: list[str] | Maybe = UNSET
    flags: list[str] | Maybe = UNSET


class AcknowledgedWire(Wire, frozen=True, kw_only=True):
    role: str
    at: Time


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
    flags: list[str] | Maybe = UNSET
    author: str | Maybe = UNSET


class RequestWire(Wire, frozen=True, kw_only=True):
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


class LegWire(Wire, frozen=True, kw_only=True):
    """`plan` and `actual` map leg states and milestones to times."""

    subject: str
    request: str | Maybe | None = UNSET
    asset: str | Maybe | None = UNSET
    origin: str | Maybe | None = UNSET
    destination: str | Maybe | None = UNSET
    status: str | Maybe = UNSET
    active: bool | Maybe = UNSET
    casualties: list[str] | Maybe = UNSET
    skilled_care_aboard: bool | Maybe = UNSET
    plan: dict[str, Time] | Maybe = UNSET
    actual: dict[str, Time] | Maybe = UNSET
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
    exercise: bool | Maybe | None = UNSET


class ModuleWire(Wire, frozen=True, kw_only=True):
    code: str
    status: str


class FacilityWire(Wire, frozen=True, kw_only=True):
    """`stale`: the last report is too old to believe; show unknown, never free."""

    subject: str
    name: str | Maybe = UNSET
    level: str | Maybe = UNSET
    position: WhereWire | Maybe = UNSET
    modules: list[ModuleWire] | Maybe = UNSET
    status: str | Maybe | None = UNSET
    reported_at: Time | Maybe | None = UNSET
    exercise: bool | Maybe = UNSET
    stale: bool


class ConflictRowWire(Wire, frozen=True, kw_only=True):
    id: str
    subject: str | Maybe = UNSET
    kind: str | Maybe = UNSET
    field: str | Maybe = UNSET
    values: list[ConflictValueWire] | Maybe = UNSET


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
    kind: str | Maybe = UNSET
    value: str | Maybe = UNSET
    state: str | Maybe = UNSET


class MistWire(Wire, frozen=True, kw_only=True):
    event: str
    subject: str | Maybe = UNSET
    author: str | Maybe = UNSET
    at: Time | Maybe = UNSET
    title: str | Maybe = UNSET
    mechanism: str | Maybe | None = UNSET
    mechanism_text: str | Maybe = UNSET
    injuries: list[str] | Maybe = UNSET
    injuries_text: str | Maybe = UNSET
    signs: str | Maybe = UNSET
    treatment: str | Maybe = UNSET


ROWS: dict[str, type[Wire]] = {
    "alerts": AlertWire,
    "assets": AssetWire,
    "board": BoardWire,
    "casualty": BoardWire,
    "conflicts": ConflictRowWire,
    "facilities": FacilityWire,
    "foreign_messages": ForeignMessageWire,
    "identities": IdentityWire,
    "incidents": IncidentWire,
    "ledger": IncidentWire,
    "legs": LegWire,
    "mists": MistWire,
    "requests": RequestWire,
    "timeline": TimelineWire,
}
