"""The clinical record at the doors: who sees what of it, that every look is written down, and what ages are told."""

from datetime import timedelta
from typing import Any

import pytest

from dunant.casualty import commands as c
from dunant.casualty.triage import Observations
from dunant.kernel.events import At
from dunant.kernel.ids import SubjectId
from dunant.kernel.places import Position
from dunant.services.audit import READ
from dunant.services.handle import Author
from tests.builders import a_subject, as_actor, as_author, asked
from tests.fakes import NOON
from tests.web.house import House, Person

BAD = Observations(walks=False, breathes=True, rr=31)
FACTS = ("injuries", "interventions", "vitals", "assessments", "allergies", "clinical_notes")
TIMELINE = {
    "casualty.injury_recorded", "casualty.intervention_recorded", "casualty.vitals_recorded",
    "casualty.triage_assessed", "casualty.allergy_asserted", "casualty.clinical_details_recorded",
    "casualty.clinical_note_added", "casualty.handover_written",
}  # fmt: skip


def a_record(casualty: SubjectId) -> list[Any]:
    early = At(t=NOON - timedelta(minutes=70))
    return [
        c.ReportCasualty(casualty=casualty),
        c.RecordInjury(casualty=casualty, kind="AMPUTATION", region="LEG_LOWER", side="L", mechanism="BLAST"),
        asked(c.RecordIntervention(casualty=casualty, code="TQ", limb="LL", device="CAT"), at=early),
        c.RecordVitals(casualty=casualty, hr=120, sbp=80, rr=24, avpu="V"),
        c.AssignTriage(casualty=casualty, category="T1", scheme="START", observations=BAD),
        c.AssertAllergy(casualty=casualty, substance="PENICILLIN"),
        c.RecordClinicalDetails(casualty=casualty, pregnant=True, unit="1 Bn"),
        c.AddNote(casualty=casualty, text="cold hands"),
        c.WriteHandover(casualty=casualty, text="theatre at once", escort="DOCTOR"),
    ]


@pytest.fixture
def people(fresh_house: House) -> dict[str, Person]:
    roles = ("commander", "casevac_cell", "force_medical_officer", "mission_hq", "clinician", "medic")
    return {role: fresh_house.person(role) for role in roles}


@pytest.fixture
def casualty(fresh_house: House, people: dict[str, Person]) -> SubjectId:
    """Of a medic; told by that medic."""
    subject = a_subject()
    medic = as_actor("medic@ALPHA", user=people["medic"].me["user"])
    fresh_house.happened(Author(actor=medic, source="medic"), *a_record(subject))
    return subject


def rows(person: Person, view: str, **query: Any) -> list[dict[str, Any]]:
    answer = person.view(view, **query)
    found: list[dict[str, Any]] = answer.json()["rows"] if answer.status_code == 200 else []
    return found


# ── who is refused ──


def test_who_does_not_treat_sees_nothing_of_it(
    fresh_house: House, people: dict[str, Person], casualty: SubjectId
) -> None:
    for role in ("commander", "mission_hq"):
        for view in (*FACTS, "clinical_summary", "triage"):
            assert people[role].view(view).status_code == 403, (role, view)
    other = fresh_house.person("medic", "medic2")
    for reader in (other, people["clinician"]):
        assert [view for view in (*FACTS, "clinical_summary") if rows(reader, view)] == []
        told = {row["t"] for row in rows(reader, "timeline", subject=casualty)}
        assert told & TIMELINE == set()


def test_the_coordination_cell_reads_mist_and_precedence_and_no_more(
    people: dict[str, Person], casualty: SubjectId
) -> None:
    cell = people["casevac_cell"]
    (summary,) = rows(cell, "clinical_summary")
    assert {"triage", "at_mist"} <= set(summary)
    assert not {"vitals", "tourniquets", "allergies", "details", "handover"} & set(summary)
    (assessed,) = rows(cell, "assessments")
    assert (assessed["result"], "observations" in assessed) == ("T1", False)
    for view in ("injuries", "interventions", "vitals", "allergies", "clinical_notes"):
        assert rows(cell, view) == [], view
    assert {row["t"] for row in rows(cell, "timeline", subject=casualty)} & TIMELINE == set()


def test_who_oversees_reads_the_summary_only(people: dict[str, Person], casualty: SubjectId) -> None:
    officer = people["force_medical_officer"]
    (summary,) = rows(officer, "clinical_summary")
    assert summary["details"] == {"pregnant": True}, "where somebody belongs is no part of a summary"
    assert "at_mist" not in summary
    assert [view for view in FACTS if rows(officer, view)] == []


def test_nobody_else_may_write_it(people: dict[str, Person], casualty: SubjectId) -> None:
    for role in ("casevac_cell", "commander", "force_medical_officer"):
        [outcome] = people[role].send(c.RecordVitals(casualty=casualty, hr=80))
        assert (outcome["outcome"], outcome["code"]) == ("rejected", "access.denied")
        assert "medic" in outcome["params"]["who_can"]
    [outcome] = people["medic"].send(c.RefuteAllergy(casualty=casualty, allergy=casualty, reason="x"))  # type: ignore[arg-type]
    assert outcome["code"] == "access.denied"


# ── who sees it ──


def test_a_medic_sees_the_record_of_the_own_casualty_whole(people: dict[str, Person], casualty: SubjectId) -> None:
    medic = people["medic"]
    assert {view: len(rows(medic, view)) for view in FACTS} == dict.fromkeys(FACTS, 1) | {"clinical_notes": 2}
    (summary,) = rows(medic, "clinical_summary", subject=casualty)
    assert [one["limb"] for one in summary["tourniquets"]] == ["LL"]
    assert summary["at_mist"]["mechanisms"] == ["BLAST"]
    assert summary["handover"]["escort"] == "DOCTOR"
    assert {row["t"] for row in rows(medic, "timeline", subject=casualty)} >= TIMELINE


def test_the_treating_facility_sees_it_once_the_casualty_is_there(fresh_house: House, casualty: SubjectId) -> None:
    facility = a_subject()
    clinician = fresh_house.person("clinician", "clinician2", facility=facility)
    assert rows(clinician, "vitals") == []
    fresh_house.happened(
        as_author(),
        c.RegisterFacility(facility=facility, name="R2", level="L2", position=Position(lat=9.2, lon=29.8)),
        c.RecordMilestone(casualty=casualty, code="M11", facility=facility),
    )
    assert [len(rows(clinician, view)) for view in (*FACTS, "clinical_summary")] == [1, 1, 1, 1, 1, 2, 1]


# ── every look is written down ──


def test_every_clinical_view_is_one_whose_reading_is_written_down(fresh_house: House) -> None:
    clinical = {view.name for view in fresh_house.site.views.views.values() if view.resource == "clinical"}
    assert clinical - READ == set()


@pytest.mark.parametrize("view", [*FACTS, "clinical_summary"])
def test_a_look_names_reader_view_and_whose_record(
    fresh_house: House, people: dict[str, Person], casualty: SubjectId, view: str
) -> None:
    medic = people["medic"]
    medic.view(view)
    entry = next(one for one in reversed(fresh_house.events("audit")) if one.header.t == "audit.records_read")
    assert (entry.body.view, entry.body.subjects, entry.header.by.user) == (  # type: ignore[union-attr]
        view, (casualty,), medic.me["user"],
    )  # fmt: skip
    assert "PENICILLIN" not in str(entry)


# ── ages and scores ──


def test_a_tourniquet_turns_amber_after_an_hour_and_red_after_two(
    fresh_house: House, people: dict[str, Person], casualty: SubjectId
) -> None:
    medic, clock = people["medic"], fresh_house.site.clock
    (row,) = rows(medic, "interventions")
    assert (row["state"], row["amber_at"]) == ("AMBER", "2026-03-14T11:50:00.000Z")
    assert row["red_at"] == "2026-03-14T12:50:00.000Z"
    clock.advance(minutes=51)  # type: ignore[attr-defined]
    assert rows(medic, "interventions")[0]["state"] == "RED"
    assert rows(medic, "clinical_summary")[0]["tourniquets"][0]["state"] == "RED"
    medic.send(c.RecordIntervention(casualty=casualty, code="TQ", limb="LL", off=True))
    on, off = sorted(rows(medic, "interventions"), key=lambda one: bool(one["off"]))
    assert (on["state"], on["off_at"] is not None, off["state"]) == (None, True, None)


def test_vital_signs_of_the_urgent_grow_old_in_minutes(
    fresh_house: House, people: dict[str, Person], casualty: SubjectId
) -> None:
    medic, clock = people["medic"], fresh_house.site.clock
    states = []
    for minutes in (5, 6, 10):
        clock.advance(minutes=minutes if minutes != 6 else 1)  # type: ignore[attr-defined]
        states.append(rows(medic, "clinical_summary")[0]["vitals_age"]["state"])
    assert states == ["GREEN", "AMBER", "RED"]


def test_scores_are_shown_with_what_they_were_made_of(people: dict[str, Person], casualty: SubjectId) -> None:
    (row,) = rows(people["medic"], "vitals")
    scores = {one["id"]: one for one in row["scores"]}
    assert (scores["SHOCK_INDEX"]["value"], scores["SHOCK_INDEX"]["inputs"]) == (1.5, {"hr": 120.0, "sbp": 80.0})
    assert (scores["NEWS2"]["value"], scores["NEWS2"]["missing"]) == (None, ["spo2", "o2", "temp_c"])
    assert (scores["NEWS2"]["verified"], scores["RTS"]["missing"]) == (False, ["gcs"])


# ── every scheme on what somebody sees ──


def test_the_schemes_answer_side_by_side_and_say_that_they_disagree(people: dict[str, Person]) -> None:
    seen = {"walks": "false", "breathes": "true", "rr": "8", "radial": "true", "obeys": "true", "gcs": "15", "hr": "80"}
    answers = {row["scheme"]: row for row in rows(people["medic"], "triage", **seen)}
    assert {name: answers[name]["category"] for name in ("START", "SIEVE", "MPTT")} == {
        "START": "T2", "SIEVE": "T1", "MPTT": "T1",
    }  # fmt: skip
    assert all(row["disagree"] for row in answers.values())
    assert "SACCO" not in answers
    assert answers["JUMPSTART"]["verified"] is False
    assert answers["START"]["under_triage"] == {"pct": 20, "low": 11, "high": 28}
    assert answers["SIEVE"]["under_triage"] is None


def test_a_phone_gets_what_it_asks_and_its_bounds_with_the_policy(people: dict[str, Person]) -> None:
    told = people["medic"].get("/api/v1/policy").json()
    acts = {row["code"]: row for row in told["care"]["acts"]}
    assert acts["TQ"] == {"code": "TQ", "letter": "M", "lsi": True, "asks": ["limb", "device"]}
    assert told["care"]["ranges"]["rr"] == {"low": 0, "high": 80, "unit": "1/min"}
    assert "LEG_LOWER" in told["care"]["codes"]["care.region"]
    assert "SACCO" not in told["triage"]


def test_an_observation_that_cannot_be_is_named(people: dict[str, Person]) -> None:
    for query, field in (({"rr": "many"}, "rr"), ({"avpu": "X"}, "avpu"), ({"walks": "2"}, "walks")):
        answer = people["medic"].view("triage", **query)
        assert (answer.status_code, answer.json()["params"]["field"]) == (422, field)
    assert people["medic"].view("triage", smell="x").status_code == 422


# ── the card ──


def test_a_card_is_for_who_sees_the_whole_record_and_names_nobody_to_others(
    fresh_house: House, people: dict[str, Person], casualty: SubjectId
) -> None:
    here, there = a_subject(), a_subject()
    fresh_house.happened(
        as_author(),
        c.AssertIdentity(casualty=casualty, kind="NAME", value="Planted Name"),
        c.RecordMilestone(casualty=casualty, code="M11", facility=here),
        asked(c.RecordMilestone(casualty=casualty, code="M15", facility=there), at=At(t=NOON + timedelta(minutes=1))),
    )
    for role in ("casevac_cell", "force_medical_officer", "clinician"):
        assert people[role].view("card", subject=casualty).status_code == 404, role
    assert people["commander"].view("card", subject=casualty).status_code == 403
    assert people["medic"].view("card", subject=a_subject()).status_code == 404
    (sheet,) = rows(people["medic"], "card", subject=casualty)
    assert (sheet["evac"], sheet["allergies"], sheet["mechanisms"]) == ("URGENT", ["PENICILLIN"], ["BLAST"])
    assert [(one["code"], one["letter"], one["limb"]) for one in sheet["treatments"]] == [("TQ", "M", "LL")]
    assert (sheet["name"], sheet["unit"]) == ("Planted Name", "1 Bn"), "who holds the casualty reads the name"
    treated = fresh_house.person("clinician", "clinician3", facility=here)
    (sheet,) = rows(treated, "card", subject=casualty)
    assert (sheet["name"], sheet["unit"], len(sheet["signs"])) == ("", "", 1), "who has sent the casualty on does not"


def test_a_fifth_column_of_signs_begins_a_second_card(people: dict[str, Person], casualty: SubjectId) -> None:
    medic = people["medic"]
    medic.send(*(c.RecordVitals(casualty=casualty, hr=100 + n) for n in range(4)))
    found = rows(medic, "card", subject=casualty)
    assert [(row["sheet"], row["sheets"], len(row["signs"])) for row in found] == [(1, 2, 4), (2, 2, 1)]


def test_a_look_at_a_card_or_at_who_arrives_is_written_down(people: dict[str, Person], casualty: SubjectId) -> None:
    assert {"card", "arrivals"} <= READ
