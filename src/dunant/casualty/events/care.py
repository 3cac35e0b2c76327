"""What was found, done, measured and noted: the clinical record of a casualty."""

from typing import Any

from msgspec import Struct

from dunant.kernel.events import Body
from dunant.kernel.ids import EventId


class _ClinicalFact(Body, frozen=True, kw_only=True):
    STREAM = "clinical"
    KIND = "casualty"
    RESOURCE = "clinical"


class Drug(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was given, by name as it was written; `dose` as a number with its unit, or in words."""

    name: str = ""
    dose: float | str | None = None
    unit: str = ""
    route: str = ""


class Blood(Struct, frozen=True, kw_only=True, omit_defaults=True):
    product: str = ""
    ml: float | None = None
    unit_no: str = ""
    group: str = ""
    route: str = ""


class Fluid(Struct, frozen=True, kw_only=True, omit_defaults=True):
    name: str = ""
    ml: float | None = None
    route: str = ""


class InjuryRecorded(_ClinicalFact, frozen=True, kw_only=True):
    """An injury was found; the moment of the finding is the envelope's `at`. `tbsa_pct` is burnt body surface."""

    TYPE = "casualty.injury_recorded"
    GROUPS = ("injuries",)

    kind: str
    region: str
    side: str | None = None
    face: str | None = None
    mechanism: str | None = None
    tbsa_pct: float | None = None
    note: str = ""


class InterventionRecorded(_ClinicalFact, frozen=True, kw_only=True):
    """Something was done, or with `off` undone (a tourniquet released). The moment is the envelope's `at`."""

    TYPE = "casualty.intervention_recorded"
    GROUPS = ("treatments",)

    code: str
    performer: str | None = None
    limb: str | None = None
    side: str | None = None
    device: str = ""
    off: bool = False
    drug: Drug | None = None
    blood: Blood | None = None
    fluid: Fluid | None = None
    note: str = ""


class VitalsRecorded(_ClinicalFact, frozen=True, kw_only=True):
    """One set of vital signs; what was not measured is not there."""

    TYPE = "casualty.vitals_recorded"
    GROUPS = ("vitals",)

    hr: float | None = None
    hr_site: str | None = None
    sbp: float | None = None
    dbp: float | None = None
    rr: float | None = None
    spo2: float | None = None
    avpu: str | None = None
    gcs_e: int | None = None
    gcs_v: int | None = None
    gcs_m: int | None = None
    pain: int | None = None
    temp_c: float | None = None
    etco2: float | None = None
    crt_s: float | None = None
    # Breathing supplementary oxygen when this was measured.
    o2: bool | None = None
    note: str = ""


class TriageAssessed(_ClinicalFact, frozen=True, kw_only=True):
    """What was seen, and what each scheme made of it. The category that a person chose is another fact.

    `result` is the answer of the scheme used, INDETERMINATE while `possible` holds several; `by_scheme` has all.
    """

    TYPE = "casualty.triage_assessed"
    GROUPS = ("vitals", "precedence")

    scheme: str
    version: str
    observations: dict[str, Any]
    result: str
    possible: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    by_scheme: dict[str, str] = {}


class ClinicalDetailsRecorded(_ClinicalFact, frozen=True, kw_only=True):
    """What care needs to know of the person, field by field; only what was given is there.

    `mechanisms` add up; every other field is a value of its own with its own history.
    """

    TYPE = "casualty.clinical_details_recorded"
    GROUPS = ("notes",)

    pregnant: bool | None = None
    weight_kg: float | None = None
    blood_group: str | None = None
    isolation: str | None = None
    age_years: float | None = None
    service: str | None = None
    unit: str | None = None
    mechanisms: tuple[str, ...] = ()


class AllergyAsserted(_ClinicalFact, frozen=True, kw_only=True):
    """A warning: it stands until somebody who has seen it says that it is wrong."""

    TYPE = "casualty.allergy_asserted"
    GROUPS = ("notes",)

    substance: str
    reaction: str = ""


class AllergyRefuted(_ClinicalFact, frozen=True, kw_only=True):
    """This assertion of an allergy, seen by the author, is wrong; another of the same substance still stands."""

    TYPE = "casualty.allergy_refuted"
    GROUPS = ("notes",)

    allergy: EventId
    reason: str


class ClinicalNoteAdded(_ClinicalFact, frozen=True, kw_only=True):
    """Words of the record. `about` says what they are, CARE if nothing else."""

    TYPE = "casualty.clinical_note_added"
    GROUPS = ("notes",)

    text: str
    about: str = "CARE"


class HandoverWritten(_ClinicalFact, frozen=True, kw_only=True):
    """What the next who cares must know, and where the casualty is to go next."""

    TYPE = "casualty.handover_written"
    GROUPS = ("notes",)

    text: str
    next_appointment: str = ""
    next_destination: str = ""
    isolation: str | None = None
    escort: str | None = None


CARE_EVENTS: tuple[type[Body], ...] = (
    InjuryRecorded,
    InterventionRecorded,
    VitalsRecorded,
    TriageAssessed,
    ClinicalDetailsRecorded,
    AllergyAsserted,
    AllergyRefuted,
    ClinicalNoteAdded,
    HandoverWritten,
)
