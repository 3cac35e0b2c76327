"""What is due when: pure functions of rows and an hour."""

from datetime import datetime, timedelta
from typing import Any

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.authority import Case, authority_in
from dunant.casualty.due import due_alert, due_decisions, slowest, steps_of
from dunant.casualty.views import casualty_views
from dunant.kernel.facts import Facts
from dunant.kernel.ids import Tag
from tests.builders import a_subject, an_event
from tests.casualty.deciding import POLICIES, decide
from tests.fakes import NOON

REQUEST, ALERT = a_subject(730), a_subject(731)
AUTHORITY = authority_in(POLICIES.pack)
VIEWS = {view.name: view for view in casualty_views(POLICIES.casualty)}
CASEVAC = Case(kind="CASEVAC", category="URGENT", posture="NORMAL", light="DAY")
MEDEVAC = Case(kind="MEDEVAC_EMERG", category="PRIORITY", posture="NORMAL", light="DAY")


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def a_row(kind: str = "CASEVAC", *later: tuple[Any, datetime]) -> Any:
    begun = an_event(e.EvacRequested(tag=Tag("D-1"), kind=kind, dialect="UN"), subject=REQUEST)
    facts = Facts(REQUEST, [begun, *(an_event(body, subject=REQUEST, at=at) for body, at in later)])
    return next(iter(VIEWS["requests"].rows["request"](facts)))


def approved(step: str) -> e.AuthorityDecided:
    return e.AuthorityDecided(step=step, decision="APPROVED")


def escalated(step: str, to_role: str, attempt: int) -> e.AuthorityEscalated:
    return e.AuthorityEscalated(step=step, to_role=to_role, attempt=attempt)


def due(row: Any, case: Case, now: datetime) -> list[tuple[str, str, int]]:
    return [(one.step, one.to_role, one.attempt) for one in due_decisions(row, steps_of(AUTHORITY, case, row), now)]


def test_the_next_role_is_asked_when_the_minutes_of_the_row_are_over_and_not_before() -> None:
    assert due(a_row(), CASEVAC, minutes(14.9)) == []
    assert due(a_row(), CASEVAC, minutes(15)) == [("LAUNCH", "commander", 1)]


def test_each_role_has_its_own_minutes_and_after_the_last_nobody_is_left() -> None:
    once = ("CASEVAC", (escalated("LAUNCH", "commander", 1), minutes(17)))
    assert due(a_row(*once), CASEVAC, minutes(31)) == []
    assert due(a_row(*once), CASEVAC, minutes(32)) == [("LAUNCH", "mission_support", 2)]
    twice = (*once, (escalated("LAUNCH", "mission_support", 2), minutes(32)))
    assert due(a_row(*twice), CASEVAC, minutes(9999)) == []
    (launch,) = [step for step in steps_of(AUTHORITY, CASEVAC, a_row(*twice)) if step.step == "LAUNCH"]
    assert (launch.asked, launch.due, launch.informed) == ("mission_support", None, ("mission_support",))
    assert launch.deadline == minutes(47), "the last one has a time to answer by as well"


def test_what_was_answered_held_or_ended_is_due_no_more() -> None:
    for body in (
        approved("LAUNCH"),
        e.EmergencySelfAuthorised(reason="bleeding"),
        e.EvacHeld(reason="storm"),
        e.EvacRequestClosed(outcome="CANCELLED"),
    ):
        assert due(a_row("CASEVAC", (body, minutes(1))), CASEVAC, minutes(60)) == [], body


def test_a_draft_is_due_to_nobody() -> None:
    facts = Facts(REQUEST, [an_event(e.EvacDrafted(tag=Tag("D-1"), kind="CASEVAC", dialect="UN"), subject=REQUEST)])
    (row,) = VIEWS["requests"].rows["request"](facts)
    assert due(row, CASEVAC, minutes(60)) == []


def test_steps_of_a_move_run_side_by_side_and_the_launch_waits_for_the_validation() -> None:
    steps = {step.step: step for step in steps_of(AUTHORITY, MEDEVAC, a_row("MEDEVAC_EMERG"))}
    assert steps["MEDICAL_VALIDATION"].since == steps["RECEIVING_ACCEPTANCE"].since == NOON
    assert (steps["LAUNCH"].since, steps["LAUNCH"].after) == (None, "MEDICAL_VALIDATION")
    assert steps["COST"].state == "NOT_REQUIRED"
    row = a_row("MEDEVAC_EMERG", (approved("MEDICAL_VALIDATION"), minutes(12)))
    later = {step.step: step for step in steps_of(AUTHORITY, MEDEVAC, row)}
    assert (later["LAUNCH"].since, later["LAUNCH"].after) == (minutes(12), None)
    assert due(row, MEDEVAC, minutes(42)) == [("LAUNCH", "commander", 1)]


def test_the_slowest_step_is_the_one_asked_for_longest() -> None:
    row = a_row("MEDEVAC_EMERG", (approved("MEDICAL_VALIDATION"), minutes(12)))
    found = slowest(steps_of(AUTHORITY, MEDEVAC, row))
    assert found is not None and (found.step, found.asked) == ("RECEIVING_ACCEPTANCE", "clinician")
    done = a_row("CASEVAC", (approved("LAUNCH"), minutes(1)))
    assert slowest(steps_of(AUTHORITY, CASEVAC, done)) is None


def test_where_the_matrix_asks_nobody_the_launch_is_given_with_the_request_and_says_so() -> None:
    rows = {"postures": [{"posture": "MASCAL"}]}
    asked = c.RequestEvacuation(request=REQUEST, kind="CASEVAC", dialect="UN", lines={"counts": {"URGENT": 1}})
    _, given = decide(asked, rows=rows)
    assert isinstance(given, e.AuthorityDecided) and (given.mode, given.decision) == ("AUTO", "APPROVED")
    assert given.under["posture"] == "MASCAL"
    assert len(decide(asked)) == 1


def test_an_alert_asks_one_role_after_another() -> None:
    received = an_event(e.AlertReceived(channel="VOICE"), subject=ALERT, stream="alert")
    facts = Facts(ALERT, [received])
    (row,) = VIEWS["alerts"].rows["alert"](facts)
    assert due_alert(AUTHORITY, row, minutes(4.9)) is None
    first = due_alert(AUTHORITY, row, minutes(5))
    assert first is not None and (first.to_role, first.attempt) == ("duty_officer", 1)
    facts.add(an_event(e.AlertEscalated(to_role="duty_officer", attempt=1), subject=ALERT, at=minutes(5)))
    (row,) = VIEWS["alerts"].rows["alert"](facts)
    second = due_alert(AUTHORITY, row, minutes(10))
    assert second is not None and (second.to_role, second.attempt) == ("force_medical_officer", 2)
