"""What is found, done, measured and noted of a casualty. All of it is clinical."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from dunant.casualty.commands.fields import (
    BloodGroup,
    BloodProduct,
    BodyRegion,
    Escort,
    Id,
    InjuryKind,
    Intervention,
    Isolation,
    Label,
    Limb,
    Mechanism,
    Note,
    NoteAbout,
    Performer,
    PulseSite,
    Reason,
    Route,
)
from dunant.kernel.events import Command
from dunant.kernel.ids import EventId

Side = Literal["L", "R"]
# Any number that a screen can send; whether a living body can have it, the pack says.
Measured = Annotated[float, Meta(ge=-1_000_000, le=1_000_000)]
Points = Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
Amount = Annotated[float, Meta(ge=0, le=1_000_000)]
Words = Annotated[str, Meta(min_length=1, max_length=4000)]
Substance = Annotated[str, Meta(min_length=1, max_length=200)]
Ref = Annotated[EventId, Meta(pattern=r"^[0-9a-f-]{1,64}(?!\n)$")]


class RecordInjury(Command, frozen=True, kw_only=True, tag="casualty.record_injury"):
    """An injury was found. `mechanism` is what caused this one; `tbsa_pct` the burnt part of the body surface."""

    ACTION: ClassVar = "casualty.record_injury"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    kind: InjuryKind
    region: BodyRegion
    side: Side | None = None
    face: Literal["FRONT", "BACK"] | None = None
    mechanism: Mechanism | None = None
    tbsa_pct: Measured | None = None
    note: Note = ""


class DrugGiven(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Label = ""
    dose: Amount | Label | None = None
    unit: Label = ""
    route: Route | None = None


class BloodGiven(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    product: BloodProduct | None = None
    ml: Amount | None = None
    unit_no: Label = ""
    group: BloodGroup | None = None
    route: Route | None = None


class FluidGiven(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: Label = ""
    ml: Amount | None = None
    route: Route | None = None


class RecordIntervention(Command, frozen=True, kw_only=True, tag="casualty.record_intervention"):
    """Something was done at the envelope's `at`, by somebody of this level; with `off` it was taken away again."""

    ACTION: ClassVar = "casualty.record_intervention"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    code: Intervention
    performer: Performer | None = None
    limb: Limb | None = None
    side: Side | None = None
    device: Label = ""
    off: bool = False
    drug: DrugGiven | None = None
    blood: BloodGiven | None = None
    fluid: FluidGiven | None = None
    note: Note = ""


class RecordVitals(Command, frozen=True, kw_only=True, tag="casualty.record_vitals"):
    """One set of vital signs. What no body can have is refused, and may be kept as words in `note`."""

    ACTION: ClassVar = "casualty.record_vitals"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    hr: Measured | None = None
    hr_site: PulseSite | None = None
    sbp: Measured | None = None
    dbp: Measured | None = None
    rr: Measured | None = None
    spo2: Measured | None = None
    avpu: Literal["A", "V", "P", "U"] | None = None
    gcs_e: Points | None = None
    gcs_v: Points | None = None
    gcs_m: Points | None = None
    pain: Points | None = None
    temp_c: Measured | None = None
    etco2: Measured | None = None
    crt_s: Measured | None = None
    o2: bool | None = None
    note: Note = ""


class RecordClinicalDetails(Command, frozen=True, kw_only=True, tag="casualty.record_clinical_details"):
    """What care needs to know of the person; only what is given is recorded. `mechanisms` add to those known."""

    ACTION: ClassVar = "casualty.record_clinical_details"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    pregnant: bool | None = None
    weight_kg: Measured | None = None
    blood_group: BloodGroup | None = None
    isolation: Isolation | None = None
    age_years: Measured | None = None
    service: Label | None = None
    unit: Label | None = None
    mechanisms: tuple[Mechanism, ...] = ()


class AssertAllergy(Command, frozen=True, kw_only=True, tag="casualty.assert_allergy"):
    ACTION: ClassVar = "casualty.assert_allergy"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    substance: Substance
    reaction: Label = ""


class RefuteAllergy(Command, frozen=True, kw_only=True, tag="casualty.refute_allergy"):
    """An allergy was asserted by mistake. `allergy` is the event that asserted it."""

    ACTION: ClassVar = "casualty.refute_allergy"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    allergy: Ref
    reason: Reason


class AddNote(Command, frozen=True, kw_only=True, tag="casualty.add_note"):
    """Words of the clinical record."""

    ACTION: ClassVar = "casualty.add_note"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    text: Words
    about: NoteAbout = "CARE"


class WriteHandover(Command, frozen=True, kw_only=True, tag="casualty.write_handover"):
    """What the next who cares must know. A later text stands beside an earlier one."""

    ACTION: ClassVar = "casualty.write_handover"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    text: Words
    next_appointment: Label = ""
    next_destination: Label = ""
    isolation: Isolation | None = None
    escort: Escort | None = None
