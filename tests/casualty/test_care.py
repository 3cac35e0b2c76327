"""Care: what is done stamps the clocks, what no body can have is kept as words, and warnings stay until seen wrong."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.care import CarePack
from dunant.casualty.errors import DowngradeUnproven, ExpectantNotAllowed, ValueOutOfRange
from dunant.casualty.model import NO_POLICY, Casualty
from dunant.casualty.model.care import Care
from dunant.casualty.triage import Observations
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.events import At, Body, Event
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, Tag
from dunant.kernel.merge import EnteredInError
from dunant.store.packs import PackShelf
from tests.builders import a_casualty, a_subject, an_event
from tests.casualty.deciding import POLICIES, decide
from tests.fakes import NOON

CAS, INCIDENT = a_subject(700), a_subject(701)
PACK = PackShelf().read("care.toml", CarePack)


def clinical(body: Body, minute: int = 0, **more: Any) -> Event:
    return an_event(body, subject=CAS, stream="clinical", at=NOON + timedelta(minutes=minute), **more)


def hurt(*more: Event, **report: Any) -> Facts:
    return a_casualty(*more, subject=CAS, **report)


def steps(code: str, performer: str | None = None, who: str = "medic@ALPHA", **more: Any) -> list[str]:
    """Milestones that an act is evidence of."""
    happened = decide(c.RecordIntervention(casualty=CAS, code=code, performer=performer, **more), [hurt()], who=who)
    return [body.code for body in happened if isinstance(body, e.MilestoneRecorded)]


# ── what is refused ──


@pytest.mark.parametrize(("field", "value"), [("rr", 300), ("spo2", 101), ("gcs_m", 7), ("pain", 11), ("temp_c", 5)])
def test_an_impossible_vital_is_refused_with_its_range_and_may_be_kept_as_a_note(field: str, value: float) -> None:
    with pytest.raises(ValueOutOfRange) as refused:
        decide(replace(c.RecordVitals(casualty=CAS, hr=90), **{field: value}), [hurt()])
    row = PACK.range(field)
    assert row is not None
    told = refused.value.params
    assert (told["field"], told["value"], told["low"], told["high"]) == (field, value, row.low, row.high)
    assert told["keep"] == "note"
    (kept,) = decide(c.RecordVitals(casualty=CAS, hr=90, note=f"{field} {value}"), [hurt()])
    assert kept == e.VitalsRecorded(hr=90, note=f"{field} {value}")


def test_an_impossible_weight_age_or_burn_is_refused_too() -> None:
    for command in (
        c.RecordClinicalDetails(casualty=CAS, weight_kg=900),
        c.RecordClinicalDetails(casualty=CAS, age_years=150),
        c.RecordInjury(casualty=CAS, kind="BURN", region="CHEST", tbsa_pct=130),
        c.AssignTriage(casualty=CAS, category="T1", scheme="START", observations=Observations(rr=300)),
    ):
        with pytest.raises(ValueOutOfRange):
            decide(command, [hurt()])


def test_nothing_measured_is_no_set_of_vital_signs() -> None:
    with pytest.raises(Invalid):
        decide(c.RecordVitals(casualty=CAS), [hurt()])
    with pytest.raises(Invalid):
        decide(c.RecordClinicalDetails(casualty=CAS), [hurt()])


def test_care_of_somebody_nobody_reported_is_not_recorded() -> None:
    with pytest.raises(NotFound):
        decide(c.RecordIntervention(casualty=CAS, code="TQ"))


def test_an_allergy_is_refuted_only_by_naming_its_assertion() -> None:
    with pytest.raises(NotFound):
        decide(c.RefuteAllergy(casualty=CAS, allergy=EventId(a_subject(1)), reason="a cough"), [hurt()])


# ── milestones ──


@pytest.mark.parametrize("row", [row for row in PACK.intervention if row.lsi], ids=lambda row: row.code)
def test_a_life_saving_act_by_somebody_trained_stops_the_first_clock(row: Any) -> None:
    assert steps(row.code, "FIRST_RESPONDER") == ["M2"]


def test_that_no_act_was_needed_stops_it_as_well_and_other_acts_do_not() -> None:
    assert steps("ASSESSED_NO_LSI_NEEDED", "MEDIC") == ["M2"]
    assert steps("SPLINT", "MEDIC") == []
    assert steps("TQ", who="casevac_cell@HQ") == [], "whoever writes down what was heard does not say who acted"


def test_who_can_do_more_brings_skilled_care_and_blood_is_resuscitation() -> None:
    assert steps("IV_IO", "PARAMEDIC") == ["M9"]
    assert steps("BLOOD", "DOCTOR") == ["M13", "M9"]
    assert steps("TQ", who="medic@ALPHA") == ["M2"]
    assert steps("NPA", who="clinician@R2") == ["M2", "M9"]


def test_a_tourniquet_that_comes_off_is_no_step_towards_care() -> None:
    assert steps("TQ", "DOCTOR", off=True) == []


def test_the_step_says_when_and_by_whom_and_never_what_was_done() -> None:
    asked = c.RecordIntervention(casualty=CAS, code="TQ", limb="LL", device="CAT", note="blood everywhere")
    act, step = decide(asked, [hurt()], who="medic@ALPHA")
    assert isinstance(act, e.InterventionRecorded) and act.performer is None
    assert isinstance(step, e.MilestoneRecorded) and step.performer == "MEDIC"
    assert "TQ" not in repr(step) and "blood" not in repr(step)


def test_an_act_entered_in_error_takes_its_step_with_it() -> None:
    act = clinical(e.InterventionRecorded(code="TQ", limb="LL"))
    step = an_event(e.MilestoneRecorded(code="M2", evidence=act.id), subject=CAS)
    other = an_event(e.MilestoneRecorded(code="M2", evidence="voice"), subject=CAS)
    happened = decide(c.EnterInError(subject_id=CAS, event=act.id, reason="another patient"), [hurt(act, step, other)])
    assert len(happened) == 2


# ── after death ──


def test_an_act_after_death_is_marked_and_one_written_down_late_is_not() -> None:
    died = an_event(e.DeathPronounced(place="scene"), subject=CAS, at=NOON)
    late, after = (clinical(e.InterventionRecorded(code="TQ"), minute) for minute in (-5, 5))
    assert "after_death" not in Casualty(hurt(died, late), NO_POLICY).flags
    assert "after_death" in Casualty(hurt(died, after), NO_POLICY).flags
    taken_back = an_event(EnteredInError(reason="alive"), subject=CAS, retracts=died.id)
    assert "after_death" not in Casualty(hurt(died, after, taken_back), NO_POLICY).flags


# ── warnings ──


def test_an_allergy_stands_until_somebody_who_saw_it_says_it_is_wrong() -> None:
    first = clinical(e.AllergyAsserted(substance="PENICILLIN"))
    second = clinical(e.AllergyAsserted(substance="PENICILLIN"), site="BRAVO")
    known = hurt(first, second)
    (refuted,) = decide(c.RefuteAllergy(casualty=CAS, allergy=first.id, reason="a rash of something else"), [known])
    known.add(clinical(refuted, base=[first.id]))
    assert [event.id for event in Care(known).allergies] == [second.id]
    # A refutation that comes alone, without having seen it, fells nothing.
    assert Care(hurt(second, clinical(refuted))).allergies == [second]


def test_two_values_of_one_detail_are_both_shown() -> None:
    one, other = (clinical(e.ClinicalDetailsRecorded(blood_group=group), site=group) for group in ("O_NEG", "A_POS"))
    assert sorted(Care(hurt(one, other)).personal["blood_group"]) == ["A_POS", "O_NEG"]
    settled = clinical(e.ClinicalDetailsRecorded(blood_group="O_NEG"), base=[one.id, other.id])
    assert Care(hurt(one, other, settled)).personal == {"blood_group": "O_NEG"}


def test_details_of_the_clinic_never_go_into_the_stream_of_operations() -> None:
    assert not set(e.ClinicalDetailsRecorded.__struct_fields__) & set(e.CasualtyDetailsRecorded.__struct_fields__)
    assert e.ClinicalDetailsRecorded.STREAM == "clinical"


# ── tourniquets ──


def test_a_tourniquet_is_on_until_it_is_released_at_that_limb() -> None:
    def tq(minute: int, **more: Any) -> Event:
        return clinical(e.InterventionRecorded(code="TQ", **more), minute)

    left, right, off = tq(0, limb="LL"), tq(2, limb="RL"), tq(40, limb="LL", off=True)
    again = tq(50, limb="LL")
    found = {one.on.id: one.off and one.off.id for one in Care(hurt(again, off, right, left)).tourniquets}
    assert found == {left.id: off.id, right.id: None, again.id: None}


# ── triage ──


def seen_at(minute: int, category: str) -> Event:
    body = e.TriageAssigned(category=category, scheme="SIEVE")
    return an_event(body, subject=CAS, at=NOON + timedelta(minutes=minute))


def test_a_lower_category_needs_a_look_that_is_not_older_than_the_one_it_replaces() -> None:
    lower = c.AssignTriage(casualty=CAS, category="T3", scheme="SIEVE")
    with pytest.raises(DowngradeUnproven):
        decide(lower, [hurt(seen_at(10, "T1"))], at=At(t=NOON))
    assert decide(lower, [hurt(seen_at(-10, "T1"))], at=At(t=NOON))
    assert decide(lower, [hurt(seen_at(10, "T1"))], at=At(p="UNKNOWN")), "a time nobody knows refuses nothing"
    higher = c.AssignTriage(casualty=CAS, category="T1", scheme="SIEVE")
    assert decide(higher, [hurt(seen_at(10, "T3"))], at=At(t=NOON))


def test_a_downgrade_that_came_by_sync_is_kept_and_marked() -> None:
    high = seen_at(10, "T1")
    low = an_event(e.TriageAssigned(category="T3", scheme="SIEVE"), subject=CAS, at=NOON, base=[high.id])
    casualty = Casualty(hurt(high, low), POLICIES.casualty)
    assert (casualty.triage.value, "downgrade" in casualty.flags) == ("T3", True)


def a_mascal() -> Facts:
    opened = an_event(e.IncidentOpened(tag=Tag("D-7B01F-8"), type="IED"), subject=INCIDENT)
    return Facts(INCIDENT, [opened, an_event(e.MascalDeclared(), subject=INCIDENT, stream="alert")])


def test_expectant_is_for_medical_officers_in_a_mass_casualty_situation() -> None:
    expectant = c.AssignTriage(casualty=CAS, category="T4", scheme="SALT")
    for command in (expectant, c.OverrideTriage(casualty=CAS, category="T4", scheme="SALT", reason="no hope")):
        with pytest.raises(ExpectantNotAllowed) as refused:
            decide(command, [hurt(incident=INCIDENT), a_mascal()], who="medic@ALPHA")
        assert "clinician" in str(refused.value.params["who_can"])
        with pytest.raises(ExpectantNotAllowed):
            decide(command, [hurt()], who="clinician@R2")
    assert decide(expectant, [hurt(incident=INCIDENT), a_mascal()], who="clinician@R2")
    mission = {"postures": [{"posture": "MASCAL"}]}
    assert decide(expectant, [hurt()], who="clinician@R2", rows=mission), "the whole mission may be in that posture"
    with pytest.raises(ExpectantNotAllowed):
        decide(expectant, [hurt()], who="clinician@R2", rows={"postures": [{"posture": "NORMAL"}]})


def test_expectant_is_not_settled_by_who_may_not_assign_it() -> None:
    one, other = seen_at(0, "T1"), seen_at(1, "T4")
    known = [hurt(one, other, incident=INCIDENT), a_mascal()]
    settle = c.ResolveConflict(subject_id=CAS, field="triage", value="T4", reason="seen on scene")
    with pytest.raises(ExpectantNotAllowed):
        decide(settle, known, who="casevac_cell@HQ", base=(one.id, other.id))
    assert decide(settle, known, who="clinician@R2", base=(one.id, other.id))


def test_what_was_seen_is_kept_with_the_answer_of_every_scheme() -> None:
    seen = Observations(walks=False, breathes=True, rr=8, radial=True, obeys=True, gcs=15, hr=80)
    asked = c.AssignTriage(casualty=CAS, category="T1", scheme="START", observations=seen)
    assigned, assessed = decide(asked, [hurt()])
    assert isinstance(assigned, e.TriageAssigned) and assigned.category == "T1", "a person decides"
    assert isinstance(assessed, e.TriageAssessed) and (assessed.result, assessed.version) == ("T2", "1")
    assert {name: assessed.by_scheme[name] for name in ("START", "SIEVE", "MPTT")} == {
        "START": "T2", "SIEVE": "T1", "MPTT": "T1",
    }  # fmt: skip
    assert assessed.observations == {
        "walks": False, "breathes": True, "rr": 8, "radial": True, "obeys": True, "gcs": 15, "hr": 80,
    }  # fmt: skip
    assert "SACCO" not in assessed.by_scheme


def test_observations_that_say_nothing_are_not_kept() -> None:
    asked = c.AssignTriage(casualty=CAS, category="T1", scheme="START", observations=Observations())
    assert len(decide(asked, [hurt()])) == 1


# ── the fold ──

ACTS: list[Any] = [
    e.InterventionRecorded(code="TQ", limb="LL"),
    e.InterventionRecorded(code="TQ", limb="LL", off=True),
    e.VitalsRecorded(hr=90),
    e.AllergyAsserted(substance="LATEX"),
    e.ClinicalDetailsRecorded(weight_kg=70, mechanisms=("BLAST",)),
    e.ClinicalDetailsRecorded(weight_kg=80),
]


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 5)), max_size=8), st.randoms(use_true_random=False))
def test_order_and_repeats_of_arrival_change_nothing(told: list[tuple[Any, int]], dice: Any) -> None:
    events = [clinical(body, minute) for body, minute in told]
    heard = [*events, *dice.choices(events, k=len(events))] if events else []
    dice.shuffle(heard)

    def read(facts: Facts) -> Any:
        care = Care(facts)
        return (
            [(one.on.id, one.off and one.off.id) for one in care.tourniquets],
            [event.id for event in (*care.vitals, *care.allergies)],
            care.personal,
            care.mechanisms,
        )

    assert read(Facts(CAS, heard)) == read(Facts(CAS, events))
