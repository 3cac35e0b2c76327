"""Guards of the casualty domain: few, and each for a reason."""

from typing import Any

import pytest

from dunant.casualty import ACTIONS
from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import (
    AlreadyHandedOver,
    DialectRequired,
    DifferentPeople,
    ExerciseMixed,
    IncidentIsClosed,
    OnAnotherLeg,
    OrderOfStates,
    Unaccounted,
    ValueOutOfRange,
)
from dunant.kernel.errors import Invalid
from dunant.kernel.events import At
from dunant.kernel.facts import Facts
from dunant.kernel.ids import Tag
from dunant.services.policies import load_policies
from tests.builders import a_casualty, a_subject, an_event
from tests.casualty.deciding import decide

ONE, TWO, INCIDENT, LEG, REQUEST = (a_subject(n) for n in range(100, 105))
TAG = Tag("D-4KQ2M-B")


def an_incident(*later: Any, exercise: bool = False, estimate: int | None = None) -> Facts:
    opened = an_event(e.IncidentOpened(tag=TAG, type="IED", exercise=exercise), subject=INCIDENT)
    stated = [an_event(e.EstimateReported(total=estimate), subject=INCIDENT)] if estimate is not None else []
    seen = [opened.id]
    return Facts(INCIDENT, [opened, *stated, *(an_event(body, subject=INCIDENT, base=seen) for body in later)])


def milestone(code: str, subject: str = ONE) -> Any:
    return an_event(e.MilestoneRecorded(code=code), subject=subject)


def a_row(subject: str, tag: str = "D-1", status: str = "REPORTED", linked: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"subject": subject, "tag": tag, "status": status, "linked": list(linked)}


# ── exercise and real ──


def test_a_casualty_of_an_exercise_is_an_exercise_without_saying_so() -> None:
    (reported,) = decide(c.ReportCasualty(casualty=ONE, incident=INCIDENT), [an_incident(exercise=True)])
    assert isinstance(reported, e.CasualtyReported) and reported.exercise and reported.tag.startswith("X-")


def test_an_exercise_is_never_put_under_something_real() -> None:
    with pytest.raises(ExerciseMixed):
        decide(c.ReportCasualty(casualty=ONE, incident=INCIDENT, exercise=True), [an_incident()])


def test_a_leg_never_carries_real_and_exercise_together() -> None:
    known = [a_casualty(subject=ONE), a_casualty(subject=TWO, exercise=True)]
    with pytest.raises(ExerciseMixed):
        decide(c.PlanLeg(leg=LEG, casualties=(ONE, TWO)), known)


# ── incidents ──


def test_an_incident_is_closed_on_the_count_of_the_site_and_not_of_the_screen() -> None:
    known, rows = [an_incident(estimate=3)], {"board": [a_row(ONE), a_row(TWO, "D-2")]}
    with pytest.raises(Unaccounted) as refused:
        decide(c.CloseIncident(incident=INCIDENT, unaccounted=0), known, rows=rows)
    assert refused.value.params == {"field": "unaccounted", "rule": "count_has_changed", "unaccounted": 1}
    with pytest.raises(Unaccounted):
        decide(c.CloseIncident(incident=INCIDENT, unaccounted=1), known, rows=rows)
    assert decide(c.CloseIncident(incident=INCIDENT, unaccounted=1, reason="walked home"), known, rows=rows)


def test_records_of_one_person_count_once_through_any_chain_of_links() -> None:
    low, middle, high = sorted((a_subject(110), a_subject(111), a_subject(112)))
    rows = {"board": [a_row(low), a_row(middle, "D-2"), a_row(high, "D-3", "DUPLICATE", (low, middle))]}
    assert decide(c.CloseIncident(incident=INCIDENT, unaccounted=0), [an_incident(estimate=1)], rows=rows)


def test_a_closed_incident_takes_no_new_casualty() -> None:
    with pytest.raises(IncidentIsClosed):
        decide(c.ReportCasualty(casualty=ONE, incident=INCIDENT), [an_incident(e.IncidentClosed())])


# ── casualties ──


def test_a_handed_over_casualty_keeps_the_category_of_the_receiving_facility() -> None:
    known = [a_casualty(milestone("M12"), subject=ONE)]
    asked = c.AssignTriage(casualty=ONE, category="T3", scheme="SIEVE")
    with pytest.raises(AlreadyHandedOver):
        decide(asked, known)
    assert decide(asked, known, may=lambda action: action == "casualty.override_triage")


def test_a_false_report_can_be_cancelled_although_transport_was_asked_for() -> None:
    known = a_casualty(milestone("M1"), milestone("M4"), subject=ONE)
    assert decide(c.CancelCasualty(casualty=ONE, reason="FALSE_REPORT"), [known])


def test_nobody_who_was_treated_is_cancelled() -> None:
    with pytest.raises(OrderOfStates):
        decide(c.CancelCasualty(casualty=ONE, reason="FALSE_REPORT"), [a_casualty(milestone("M2"), subject=ONE)])


def test_a_death_has_a_time() -> None:
    with pytest.raises(Invalid):
        decide(c.PronounceDeath(casualty=ONE, place="R2"), [a_casualty(subject=ONE)], at=At(p="UNKNOWN"))


def test_the_onset_is_an_estimate_whichever_way_it_was_entered() -> None:
    (fact,) = decide(c.RecordMilestone(casualty=ONE, code="M0", evidence="radio"), [a_casualty(subject=ONE)])
    assert fact == e.InjuryTimeEstimated(evidence="radio")


def test_a_used_tag_is_taken_and_both_are_kept() -> None:
    (reported,) = decide(c.ReportCasualty(casualty=TWO, tag=TAG), [a_casualty(subject=ONE, tag=TAG)])
    assert isinstance(reported, e.CasualtyReported) and reported.tag == TAG


def test_what_began_a_casualty_is_not_taken_back() -> None:
    known = a_casualty(subject=ONE)
    (reported,) = known
    with pytest.raises(Invalid):
        decide(c.EnterInError(subject_id=ONE, event=reported.id, reason="typo"), [known])


@pytest.mark.parametrize(("field", "value"), [("triage", "T9"), ("position", {"lat": 91, "lon": 0}), ("nose", "red")])
def test_a_conflict_is_settled_with_a_value_the_field_can_have(field: str, value: Any) -> None:
    known = a_casualty(subject=ONE)
    (reported,) = known
    with pytest.raises(Invalid):
        decide(
            c.ResolveConflict(subject_id=ONE, field=field, value=value, reason="asked"), [known], base=(reported.id,)
        )


def test_two_verified_numbers_are_never_one_person() -> None:
    def numbered(subject: str, value: str) -> Facts:
        body = e.IdentityAsserted(kind="UN_INDEX", value=value, state="VERIFIED")
        return a_casualty(an_event(body, subject=subject), subject=subject)

    with pytest.raises(DifferentPeople):
        decide(c.LinkSubjects(casualty=ONE, other=TWO), [numbered(ONE, "1"), numbered(TWO, "2")])
    assert decide(c.LinkSubjects(casualty=ONE, other=TWO), [numbered(ONE, "1"), numbered(TWO, "1")])


# ── requests and legs ──


def test_a_bare_letter_is_never_stored() -> None:
    asked = c.RequestEvacuation(request=REQUEST, kind="CASEVAC", dialect="NATO", lines={"counts": {"B": 1}})
    with pytest.raises(DialectRequired):
        decide(asked)


@pytest.mark.parametrize("lines", [{"litter": -1}, {"counts": {"URGENT": 1e9}}, {"counts": 3}])
def test_numbers_of_people_that_cannot_be_are_refused(lines: dict[str, object]) -> None:
    with pytest.raises(ValueOutOfRange):
        decide(c.RequestEvacuation(request=REQUEST, kind="CASEVAC", dialect="UN", lines=lines))


@pytest.mark.parametrize("plan", ["soon", "2026-03-14T12:00:00"])
def test_a_plan_holds_times_that_every_screen_can_read(plan: str) -> None:
    with pytest.raises(Invalid):
        decide(c.PlanLeg(leg=LEG, casualties=(ONE,), plan={"M11": plan}), [a_casualty(subject=ONE)])


@pytest.mark.parametrize(("status", "refused"), [("LAUNCHED", True), ("DEPARTED", False)])
def test_a_second_leg_waits_until_the_first_has_loaded(status: str, refused: bool) -> None:
    rows = {"legs": [{"subject": a_subject(120), "status": status, "casualties": [ONE]}]}
    asked = c.PlanLeg(leg=LEG, casualties=(ONE,))
    if refused:
        with pytest.raises(OnAnotherLeg):
            decide(asked, [a_casualty(subject=ONE)], rows=rows)
    else:
        assert decide(asked, [a_casualty(subject=ONE)], rows=rows)


def test_who_left_the_scene_was_loaded() -> None:
    leg = Facts(LEG, [an_event(e.LegPlanned(casualties=(ONE,)), subject=LEG)])
    facts = decide(c.ReportLeg(leg=LEG, state="DEPARTED"), [leg, a_casualty(subject=ONE)])
    assert facts == [e.LegProgressed(state="DEPARTED"), e.MilestoneRecorded(code="M10", leg=LEG)]


def test_the_roles_pack_grants_no_action_that_has_no_command() -> None:
    named = {name for name in load_policies("mission_demo.toml").roles.actions if name.startswith("casualty.")}
    assert named == ACTIONS
