"""What can be said of a casualty."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dunant.casualty.commands.fields import (
    Affiliation,
    AgeBand,
    Code,
    DelayCode,
    DispositionType,
    Id,
    Label,
    Mechanism,
    MilestoneCode,
    Note,
    Reason,
    TriageScheme,
)
from dunant.casualty.triage import Observations
from dunant.kernel.events import Command
from dunant.kernel.places import Position


class ReportCasualty(Command, frozen=True, kw_only=True, tag="casualty.report_casualty"):
    """A person needs help. `tag` is given where one was handed out on paper; else the site assigns the next."""

    ACTION: ClassVar = "casualty.report_casualty"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    tag: Code | None = None
    incident: Id | None = None
    exercise: bool = False
    position: Position | None = None
    affiliation: Affiliation | None = None
    child: bool = False
    label: Label = ""


class RecordDetails(Command, frozen=True, kw_only=True, tag="casualty.record_details"):
    ACTION: ClassVar = "casualty.record_details"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    affiliation: Affiliation | None = None
    contingent: Code | None = None
    sex: Literal["F", "M", "X"] | None = None
    age_band: AgeBand | None = None
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
    """State how urgent a casualty is, under a named triage scheme, and what was observed if that is to be kept."""

    ACTION: ClassVar = "casualty.assign_triage"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    category: Literal["T1", "T2", "T3", "T4", "DEAD"]
    scheme: TriageScheme
    observations: Observations | None = None


class OverrideTriage(Command, frozen=True, kw_only=True, tag="casualty.override_triage"):
    ACTION: ClassVar = "casualty.override_triage"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    category: Literal["T1", "T2", "T3", "T4", "DEAD"]
    scheme: TriageScheme
    reason: Note


class RecordMilestone(Command, frozen=True, kw_only=True, tag="casualty.record_milestone"):
    """A step was reached: for facts that come late or by voice. Order is checked by flag, never by refusal."""

    ACTION: ClassVar = "casualty.record_milestone"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    code: MilestoneCode
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
    gap: tuple[MilestoneCode, MilestoneCode]
    code: DelayCode
    minutes: Annotated[float, Meta(ge=0, le=100_000)]


class ExcludeClock(Command, frozen=True, kw_only=True, tag="casualty.exclude_clock"):
    """This clock says nothing about this casualty, for a stated reason; it then counts as neither met nor missed."""

    ACTION: ClassVar = "casualty.exclude_clock"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    clock: Literal["C10", "C60", "C120"]
    reason: Reason


class RecordDisposition(Command, frozen=True, kw_only=True, tag="casualty.record_disposition"):
    ACTION: ClassVar = "casualty.record_disposition"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    type: DispositionType


class ReopenCasualty(Command, frozen=True, kw_only=True, tag="casualty.reopen_casualty"):
    """The way to care is not over after all."""

    ACTION: ClassVar = "casualty.reopen_casualty"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    reason: Reason


class ReportMist(Command, frozen=True, kw_only=True, tag="casualty.report_mist"):
    """Mechanism, injuries, signs, treatment. Clinical: an operations role sees it only as far as the policy lets it."""

    ACTION: ClassVar = "casualty.report_mist"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    title: Label = ""
    mechanism: Mechanism | None = None
    mechanism_text: Note = ""
    injuries: tuple[Code, ...] = ()
    injuries_text: Note = ""
    signs: Note = ""
    treatment: Note = ""
