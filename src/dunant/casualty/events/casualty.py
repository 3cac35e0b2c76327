"""What can happen to a casualty, in the stream of its care and in the clinical one."""

from dunant.kernel.events import Body
from dunant.kernel.ids import EventId, SubjectId, Tag
from dunant.kernel.places import Position


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
    # Modules that were open there at that moment, THEATRE_FREE and NOBODY_AHEAD if they held; later reports of the
    # facility do not rewrite what an arrival found.
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


class CasualtyReopened(_CasualtyFact, frozen=True, kw_only=True):
    """The way to care is not over after all; the only step that leads back from a disposition."""

    TYPE = "casualty.casualty_reopened"

    reason: str


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
    """Somebody says who this is. Assertions pile up; a person decides which is true.

    Whoever verifies or disputes what another said asserts it again in that state; `about` names the assertion.
    """

    TYPE = "casualty.identity_asserted"
    VERSION = 2
    RESOURCE = "identity"
    GROUPS = ("name",)
    STREAM = "clinical"

    kind: str
    value: str
    state: str = "PROVISIONAL"
    confidence: float | None = None
    about: EventId | None = None
    reason: str = ""
