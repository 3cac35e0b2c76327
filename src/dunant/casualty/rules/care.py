"""Rules of care. Care is never refused; only what no body can have, and what says nothing at all."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import asdict

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.care import CarePack
from dunant.casualty.errors import ValueOutOfRange
from dunant.casualty.model.care import PERSONAL, Care
from dunant.casualty.rules.casualties import reported
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId

MEASURED = (
    "hr", "sbp", "dbp", "rr", "spo2", "gcs_e", "gcs_v", "gcs_m", "pain", "temp_c", "etco2", "crt_s",
)  # fmt: skip
VITALS = (*MEASURED, "hr_site", "avpu", "o2")


def record_injury(asked: c.RecordInjury, known: Facts, context: Context) -> Iterator[Fact]:
    reported(known)
    within_range(context.pack(CarePack), {"tbsa_pct": asked.tbsa_pct})
    yield Fact(
        subject=asked.casualty,
        body=e.InjuryRecorded(
            kind=asked.kind,
            region=asked.region,
            side=asked.side,
            face=asked.face,
            mechanism=asked.mechanism,
            tbsa_pct=asked.tbsa_pct,
            note=asked.note,
        ),
    )


def record_intervention(asked: c.RecordIntervention, known: Facts, context: Context) -> Iterator[Fact]:
    """Record what was done, and beside it the steps on the way to care that it is evidence of (casualty §4.3).

    The step says when and by what level of training, never what was done: it goes where no clinical word may go.
    """
    reported(known)
    pack = context.pack(CarePack)
    yield Fact(
        subject=asked.casualty,
        body=e.InterventionRecorded(
            code=asked.code,
            performer=asked.performer,
            limb=asked.limb,
            side=asked.side,
            device=asked.device,
            off=asked.off,
            drug=e.Drug(**_given(asked.drug)) if asked.drug else None,
            blood=e.Blood(**_given(asked.blood)) if asked.blood else None,
            fluid=e.Fluid(**_given(asked.fluid)) if asked.fluid else None,
            note=asked.note,
        ),
    )
    if asked.off:
        return
    level = pack.level(asked.performer, context.actor.role)
    for code in pack.milestones(asked.code, level):
        step = e.MilestoneRecorded(code=code, evidence=context.command, performer=level.code if level else None)
        yield Fact(subject=asked.casualty, body=step)


def record_vitals(asked: c.RecordVitals, known: Facts, context: Context) -> Iterator[Fact]:
    """Record the values that were given.

    Raises
    ------
    ValueOutOfRange
        A value no living body can have: `note` may hold it as words.
    Invalid
        Nothing was given.
    """
    reported(known)
    given = {name: value for name in VITALS if (value := getattr(asked, name)) is not None}
    if not given and not asked.note:
        raise Invalid(field="*", rule="at_least_one_field")
    within_range(context.pack(CarePack), {name: given.get(name) for name in MEASURED})
    yield Fact(subject=asked.casualty, body=e.VitalsRecorded(**given, note=asked.note))


def record_clinical_details(asked: c.RecordClinicalDetails, known: Facts, context: Context) -> Iterator[Fact]:
    """Record the fields that were given, and only those; each has a history of its own."""
    reported(known)
    given = {name: value for name in PERSONAL if (value := getattr(asked, name)) is not None}
    if not given and not asked.mechanisms:
        raise Invalid(field="*", rule="at_least_one_field")
    within_range(context.pack(CarePack), {name: given.get(name) for name in ("weight_kg", "age_years")})
    held = e.ClinicalDetailsRecorded(**given, mechanisms=asked.mechanisms)
    yield Fact(subject=asked.casualty, body=held, base=_seen(given, known, context))


def _seen(given: Iterable[str], known: Facts, context: Context) -> tuple[EventId, ...]:
    care = Care(known)
    return context.seen(*(care.detail(name) for name in given))


def assert_allergy(asked: c.AssertAllergy, known: Facts, context: Context) -> Iterator[Fact]:
    reported(known)
    yield Fact(subject=asked.casualty, body=e.AllergyAsserted(substance=asked.substance, reaction=asked.reaction))


def refute_allergy(asked: c.RefuteAllergy, known: Facts, context: Context) -> Iterator[Fact]:
    """Say that an assertion is wrong. Only one that the author has seen can be refuted: the others stand (add wins).

    Raises
    ------
    NotFound
        No such assertion is known here.
    """
    reported(known)
    wrong = known.get(asked.allergy)
    if wrong is None or not isinstance(wrong.body, e.AllergyAsserted):
        raise NotFound(field="allergy", rule="exists")
    seen = tuple(dict.fromkeys((wrong.id, *(context.base or ()))))
    body = e.AllergyRefuted(allergy=wrong.id, reason=asked.reason)
    yield Fact(subject=asked.casualty, body=body, base=seen)


def add_note(asked: c.AddNote, known: Facts, context: Context) -> Iterator[Fact]:
    reported(known)
    yield Fact(subject=asked.casualty, body=e.ClinicalNoteAdded(text=asked.text, about=asked.about))


def write_handover(asked: c.WriteHandover, known: Facts, context: Context) -> Iterator[Fact]:
    reported(known)
    yield Fact(
        subject=asked.casualty,
        body=e.HandoverWritten(
            text=asked.text,
            next_appointment=asked.next_appointment,
            next_destination=asked.next_destination,
            isolation=asked.isolation,
            escort=asked.escort,
        ),
    )


def within_range(pack: CarePack, values: dict[str, float | None]) -> None:
    """Raises ValueOutOfRange for the first value that its row of the pack does not hold."""
    for name, value in values.items():
        bounds = pack.range(name)
        if value is not None and bounds is not None and not bounds.holds(value):
            raise ValueOutOfRange(
                field=name, rule="range", value=value, low=bounds.low, high=bounds.high, unit=bounds.unit, keep="note"
            )


def _given(thing: c.DrugGiven | c.BloodGiven | c.FluidGiven) -> dict[str, Any]:
    return {name: value for name, value in asdict(thing).items() if value is not None}


RULES: Rules = {
    c.RecordInjury: record_injury,
    c.RecordIntervention: record_intervention,
    c.RecordVitals: record_vitals,
    c.RecordClinicalDetails: record_clinical_details,
    c.AssertAllergy: assert_allergy,
    c.RefuteAllergy: refute_allergy,
    c.AddNote: add_note,
    c.WriteHandover: write_handover,
}
