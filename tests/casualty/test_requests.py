"""The course of a request: refused first, then allowed; the same state in whatever order its facts arrive."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import (
    DecisionNotAllowed,
    IsClosed,
    LaunchFieldsMissing,
    OrderOfStates,
    ReasonRequired,
    StillAboard,
)
from dunant.casualty.model import Request
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.events import Body, Event
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, Tag
from dunant.kernel.places import Position
from tests.builders import a_casualty, a_subject, an_event
from tests.casualty.deciding import POLICIES, decide
from tests.fakes import NOON

REQUEST, OTHER, ONE, LEG, ASSET = (a_subject(n) for n in range(700, 705))
POLICY = POLICIES.casualty
TAG = Tag("D-4KQ2M-B")
PICKUP = Position(lat=9.45, lon=29.55)
LINES: dict[str, object] = {
    "title": "CONVOY-6", "counts": {"URGENT": 1}, "equipment": ["NONE"], "litter": 1,
}  # fmt: skip


def a_request(*later: Body | Event, draft: bool = False, **form: Any) -> Facts:
    fields = {"tag": TAG, "kind": "CASEVAC", "dialect": "UN", "pickup": PICKUP, "lines": LINES, **form}
    begun = an_event((e.EvacDrafted if draft else e.EvacRequested)(**fields), subject=REQUEST)
    made = [one if isinstance(one, Event) else an_event(one, subject=REQUEST, base=[begun.id]) for one in later]
    return Facts(REQUEST, [begun, *made])


def decided(decision: str = "APPROVED", step: str = "LAUNCH", role: str = "duty_officer", **more: Any) -> Event:
    body = e.AuthorityDecided(step=step, decision=decision, reason="r", next_step="n", **more)
    return an_event(body, subject=REQUEST, role=role)


def flags(facts: Facts) -> list[str]:
    return Request(facts).flags(POLICY)


# ── who may not ──


@pytest.mark.parametrize("who", ["medic@ALPHA", "casevac_cell@HQ", "clinician@L2", "air_operations@HQ"])
def test_a_launch_is_decided_by_nobody_whom_the_matrix_does_not_name(who: str) -> None:
    with pytest.raises(DecisionNotAllowed) as refused:
        decide(c.Decide(request=REQUEST, step="LAUNCH", decision="APPROVED"), [a_request()], who=who)
    assert refused.value.params["who_can"] == ["duty_officer", "commander", "mission_support"]


def test_a_delegate_without_a_word_of_delegation_is_told_what_is_missing() -> None:
    known = [a_request(lines={**LINES, "nationality": {"nonus_civilian": 1}})]
    asked = c.Decide(request=REQUEST, step="LAUNCH", decision="APPROVED", reason="seat", conditions="ICRC told")
    with pytest.raises(ReasonRequired) as refused:
        decide(asked, known, who="duty_officer@HQ")
    assert refused.value.params["missing"] == ["delegation"]
    assert refused.value.params["who_can"] == ["mission_support", "commander"]


def test_who_is_not_of_the_un_is_carried_by_an_explicit_decision_with_reason_and_whom_was_asked() -> None:
    known = [a_request(lines={**LINES, "nationality": {"nonus_civilian": 1}})]
    with pytest.raises(ReasonRequired) as refused:
        decide(c.Decide(request=REQUEST, step="LAUNCH", decision="APPROVED"), known, who="commander@SECTOR")
    assert refused.value.params["missing"] == ["reason", "conditions"]
    asked = c.Decide(request=REQUEST, step="LAUNCH", decision="APPROVED", reason="child", conditions="ICRC told")
    (made,) = decide(asked, known, who="commander@SECTOR")
    assert isinstance(made, e.AuthorityDecided) and made.under["patient_class"] == "NON_UN"


@pytest.mark.parametrize(("field", "said"), [("reason", {"next_step": "by road"}), ("next_step", {"reason": "storm"})])
def test_a_denial_says_why_and_what_happens_instead(field: str, said: dict[str, str]) -> None:
    with pytest.raises(ReasonRequired) as refused:
        asked = c.Decide(request=REQUEST, step="LAUNCH", decision="DENIED", **said)  # type: ignore[arg-type]
        decide(asked, [a_request()], who="duty_officer@HQ")
    assert refused.value.params["missing"] == [field]


def test_a_step_that_nobody_is_asked_for_is_nobodys_to_decide() -> None:
    with pytest.raises(DecisionNotAllowed):
        asked = c.Decide(request=REQUEST, step="FLIGHT_CLEARANCE", decision="APPROVED")
        decide(asked, [a_request()], who="duty_officer@HQ")


def test_a_move_between_facilities_is_validated_before_it_is_launched() -> None:
    known = a_request(kind="MEDEVAC_EMERG")
    asked = c.Decide(request=REQUEST, step="LAUNCH", decision="APPROVED")
    with pytest.raises(OrderOfStates) as refused:
        decide(asked, [known], who="duty_officer@HQ")
    assert refused.value.params["missing"] == ["MEDICAL_VALIDATION"]
    (validated,) = decide(c.ValidateRequest(request=REQUEST), [known], who="duty_officer@HQ")
    known.add(an_event(validated, subject=REQUEST, role="duty_officer"))
    assert Request(known).status == "VALIDATED"
    assert len(decide(asked, [known], who="duty_officer@HQ")) == 1


def test_a_casevac_waits_for_no_validation() -> None:
    assert decide(c.Decide(request=REQUEST, step="LAUNCH", decision="APPROVED"), [a_request()], who="duty_officer@HQ")


def test_nobody_validates_whom_the_matrix_does_not_name() -> None:
    with pytest.raises(DecisionNotAllowed):
        decide(c.ValidateRequest(request=REQUEST), [a_request(kind="MEDEVAC_EMERG")], who="clinician@L2")


def test_nothing_is_decided_about_a_draft() -> None:
    with pytest.raises(OrderOfStates):
        asked = c.Decide(request=REQUEST, step="LAUNCH", decision="APPROVED")
        decide(asked, [a_request(draft=True)], who="duty_officer@HQ")


def test_who_is_not_urgent_is_not_launched_on_own_authority() -> None:
    known = a_request(lines={**LINES, "counts": {"ROUTINE": 2}})
    with pytest.raises(DecisionNotAllowed) as refused:
        decide(c.SelfAuthorise(request=REQUEST, reason="nobody answers"), [known], who="medic@ALPHA")
    assert refused.value.params["rule"] == "urgent_only"


def test_the_urgent_and_those_nobody_has_looked_at_are_launched_on_own_authority_and_reviewed_by_others() -> None:
    for lines in (LINES, {"title": "X"}):
        known = a_request(lines=lines)
        (made,) = decide(c.SelfAuthorise(request=REQUEST, reason="bleeding"), [known], who="medic@ALPHA")
        known.add(an_event(made, subject=REQUEST, role="medic"))
        assert Request(known).status == "AUTHORISED"
        assert {"self_authorised", "review_open"} <= set(flags(known))
        review = c.ReviewSelfAuthorisation(request=REQUEST, finding="JUSTIFIED")
        for who in ("duty_officer@HQ", "casevac_cell@HQ"):
            with pytest.raises(DecisionNotAllowed):
                decide(review, [known], who=who)
        (closed,) = decide(review, [known], who="chief_medical_officer@HQ")
        known.add(an_event(closed, subject=REQUEST, role="chief_medical_officer"))
        assert "review_open" not in flags(known) and "self_authorised" in flags(known)


def test_nobody_reviews_what_one_launched_oneself() -> None:
    own = an_event(e.EmergencySelfAuthorised(reason="bleeding"), subject=REQUEST, role="mission_support")
    with pytest.raises(DecisionNotAllowed):
        asked = c.ReviewSelfAuthorisation(request=REQUEST, finding="JUSTIFIED")
        decide(asked, [a_request(own)], who="mission_support@HQ")


def test_a_committed_aircraft_is_not_taken_from_others_without_the_word_for_it() -> None:
    registered = an_event(e.AssetRegistered(callsign="UN-811", kind="HELI", litters=2, seats=2), subject=ASSET)
    busy = an_event(e.AssetStatusReported(state="COMMITTED"), subject=ASSET, base=[registered.id])
    asset = Facts(ASSET, [registered, busy])
    row = {"subject": LEG, "asset": ASSET, "request": OTHER, "status": "LAUNCHED", "casualties": []}
    asked = c.PlanLeg(leg=a_subject(709), request=REQUEST, asset=ASSET, casualties=())
    with pytest.raises(DecisionNotAllowed) as refused:
        decide(asked, [asset, a_request()], rows={"legs": [row]})
    assert refused.value.params["missing"] == ["RETASK"]
    assert refused.value.params["who_can"] == ["mission_support", "air_operations", "duty_officer", "commander"]
    approved = a_request(decided(step="RETASK", role="mission_support"))
    assert decide(asked, [asset, approved], rows={"legs": [row]})
    ambulance = Facts(
        ASSET, [an_event(e.AssetRegistered(callsign="A", kind="AMBULANCE", litters=1, seats=1), subject=ASSET), busy]
    )
    assert decide(asked, [ambulance, a_request()], rows={"legs": [row]})


# ── drafts ──


def test_a_draft_asks_nobody_and_names_what_it_lacks_when_it_is_sent() -> None:
    (drafted,) = decide(
        c.RequestEvacuation(request=REQUEST, kind="CASEVAC", dialect="UN", casualties=(ONE,), draft=True),
        [a_casualty(subject=ONE)],
    )
    assert isinstance(drafted, e.EvacDrafted)
    known = Facts(REQUEST, [an_event(drafted, subject=REQUEST)])
    assert Request(known).status == "DRAFT"
    with pytest.raises(LaunchFieldsMissing) as refused:
        decide(c.SubmitRequest(request=REQUEST), [known])
    assert refused.value.params["missing"] == [
        "pickup", "freq|title", "counts", "equipment", "litter|ambulatory",
    ]  # fmt: skip


def test_a_draft_is_saved_field_by_field_and_then_sent() -> None:
    known = a_request(draft=True, lines={}, pickup=None, casualties=(ONE,))
    for field, value in LINES.items():
        (amended,) = decide(c.AmendRequest(request=REQUEST, lines={field: value}), [known])
        known.add(an_event(amended, subject=REQUEST))
    (placed,) = decide(c.AmendRequest(request=REQUEST, pickup=PICKUP), [known])
    known.add(an_event(placed, subject=REQUEST))
    sent = decide(c.SubmitRequest(request=REQUEST), [known, a_casualty(subject=ONE)])
    assert sent == [e.EvacSubmitted(), e.MilestoneRecorded(code="M4")]
    known.add(an_event(sent[0], subject=REQUEST))
    with pytest.raises(OrderOfStates):
        decide(c.SubmitRequest(request=REQUEST), [known])


def test_a_draft_that_is_sent_as_a_whole_belongs_where_it_says_in_the_end() -> None:
    known = a_request(draft=True, kind="TRANSFER", lines={"litter": 1})
    asked = c.RequestEvacuation(request=REQUEST, kind="CASEVAC", dialect="UN", pickup=PICKUP, lines=LINES)
    (sent,) = decide(asked, [known])
    known.add(an_event(sent, subject=REQUEST, base=[event.id for event in known]))
    request = Request(known)
    assert request.form is not None and (request.form.kind, request.status) == ("CASEVAC", "SUBMITTED")
    assert request.form.tag == TAG and request.conflicts == [] and request.lines["title"] == "CONVOY-6"
    assert decide(asked, [known]) == []


def test_a_four_line_is_sent_on_four_lines() -> None:
    lines = {"title": "CONVOY-6", "counts": {"URGENT": 1}, "security": "E"}
    known = a_request(draft=True, dialect="FOUR_LINE", lines=lines)
    assert decide(c.SubmitRequest(request=REQUEST), [known])[0] == e.EvacSubmitted()


def test_a_form_that_lacks_something_is_taken_and_marked_when_it_comes_as_a_call() -> None:
    (made, *_) = decide(c.RequestEvacuation(request=REQUEST, kind="CASEVAC", dialect="UN", lines={"freq": "46.55"}))
    assert isinstance(made, e.EvacRequested)
    assert "launch_fields_missing" in flags(Facts(REQUEST, [an_event(made, subject=REQUEST)]))


def test_a_diagnosis_never_leaves_the_clinical_stream() -> None:
    said = c.Referral(
        diagnosis_class="PSYCH", reason="acute psychosis", mobility="WALKS", escort="nurse", risk="SELF", isolation="no"
    )
    asked = c.RequestEvacuation(request=REQUEST, kind="MEDEVAC_EMERG", dialect="REFERRAL", referral=said)
    made = decide(asked)
    clinical = [body for body in made if body.STREAM == "clinical"]
    assert clinical == [e.ClinicalReferralRecorded(diagnosis_class="PSYCH", reason="acute psychosis")]
    told = repr([body for body in made if body.STREAM != "clinical"])
    assert "PSYCH" not in told and "psychosis" not in told and "nurse" in told
    known = Facts(REQUEST, [an_event(body, subject=REQUEST) for body in made])
    assert Request(known).referral == {"mobility": "WALKS", "escort": "nurse", "risk": "SELF", "isolation": "no"}


# ── hold, end ──


def test_a_held_request_comes_back_to_where_it_was() -> None:
    known = a_request(decided())
    with pytest.raises(OrderOfStates):
        decide(c.ResumeRequest(request=REQUEST), [known])
    (held,) = decide(c.HoldRequest(request=REQUEST, reason="storm"), [known])
    hold = an_event(held, subject=REQUEST)
    known.add(hold)
    assert Request(known).status == "HOLD" and Request(known).underlying == "AUTHORISED"
    with pytest.raises(OrderOfStates):
        decide(c.HoldRequest(request=REQUEST, reason="storm"), [known])
    (resumed,) = decide(c.ResumeRequest(request=REQUEST), [known])
    known.add(an_event(resumed, subject=REQUEST, base=[hold.id]))
    assert Request(known).status == "AUTHORISED"


@pytest.mark.parametrize(("status", "refused"), [("LAUNCHED", False), ("PATIENT_LOADED", True), ("ARRIVED", True)])
def test_what_carries_somebody_is_not_cancelled(status: str, refused: bool) -> None:
    rows = {"legs": [{"subject": LEG, "request": REQUEST, "status": status, "casualties": [ONE]}]}
    asked = c.CancelRequest(request=REQUEST, reason="walked")
    if refused:
        with pytest.raises(StillAboard):
            decide(asked, [a_request()], rows=rows)
    else:
        assert decide(asked, [a_request()], rows=rows)


def test_what_has_ended_is_not_changed_and_what_does_not_exist_neither() -> None:
    ended = a_request(e.EvacRequestClosed(outcome="CANCELLED"))
    for asked in (
        c.AmendRequest(request=REQUEST),
        c.HoldRequest(request=REQUEST, reason="x"),
        c.CancelRequest(request=REQUEST, reason="x"),
        c.SelfAuthorise(request=REQUEST, reason="x"),
        c.Decide(request=REQUEST, step="LAUNCH", decision="APPROVED"),
    ):
        with pytest.raises(IsClosed):
            decide(asked, [ended], who="duty_officer@HQ")
        with pytest.raises(NotFound):
            decide(asked, [], who="duty_officer@HQ")


def test_a_request_is_superseded_by_another_one_that_there_is() -> None:
    known = a_request()
    for by in (REQUEST, OTHER):
        with pytest.raises(NotFound):
            decide(c.SupersedeRequest(request=REQUEST, by=by), [known])
    other = Facts(OTHER, [an_event(e.EvacRequested(tag=TAG, kind="CASEVAC", dialect="UN"), subject=OTHER)])
    (made,) = decide(c.SupersedeRequest(request=REQUEST, by=OTHER), [known, other])
    known.add(an_event(made, subject=REQUEST))
    assert Request(known).status == "SUPERSEDED"


def test_a_call_to_a_role_is_about_one_thing() -> None:
    call: dict[str, Any] = {"role": "mission_support", "channel": "PHONE", "reached": False}
    wrong: tuple[dict[str, Any], ...] = ({}, {"request": REQUEST, "alert": OTHER})
    for about in wrong:
        with pytest.raises(Invalid):
            decide(c.ContactRole(**call, **about), [a_request()])
    assert decide(c.ContactRole(**call, request=REQUEST), [a_request()]) == [e.RoleContacted(**call)]


# ── what arrives from elsewhere is never refused ──


@pytest.mark.parametrize(
    ("fact", "flag"),
    [
        (decided(role="medic"), "decided_outside_matrix"),
        (decided(role="casevac_cell", under={"category": "URGENT", "patient_class": "UN"}), "decided_outside_matrix"),
        (decided(role="duty_officer", mode="AUTO", under={"category": "URGENT", "posture": "NORMAL"}),
         "decided_outside_matrix"),
        (decided(role="duty_officer", under={"patient_class": "NON_UN"}), "decided_outside_matrix"),
        (an_event(e.EvacProgressed(state="EXECUTING"), subject=REQUEST), "launched_without_decision"),
    ],
)  # fmt: skip
def test_an_authorisation_that_the_matrix_does_not_know_is_kept_and_marked(fact: Event, flag: str) -> None:
    """Invariant 15, broken in every way: by a wrong role, a false AUTO, a missing delegation, no word at all."""
    facts = a_request(fact)
    assert flag in flags(facts)
    assert Request(facts).status in {"AUTHORISED", "EXECUTING"}


@pytest.mark.parametrize(
    "fact",
    [
        decided(role="duty_officer"),
        decided(role="commander", under={"category": "URGENT", "patient_class": "UN", "posture": "NORMAL"}),
        decided(role="duty_officer", delegation="DMS, by phone", under={"patient_class": "NON_UN"}),
        decided(role="medic", mode="AUTO", under={"category": "URGENT", "posture": "MASCAL"}),
    ],
)
def test_an_authorisation_that_the_matrix_knows_is_not_marked(fact: Event) -> None:
    assert not {"decided_outside_matrix", "launched_without_decision"} & set(flags(a_request(fact)))


def test_a_step_that_was_skipped_is_marked() -> None:
    assert "gap" in flags(a_request(decided(), kind="MEDEVAC_EMERG"))
    assert "gap" not in flags(a_request(decided(), decided(step="MEDICAL_VALIDATION"), kind="MEDEVAC_EMERG"))


def test_counts_that_disagree_are_marked_and_block_nothing() -> None:
    """Invariant 5, broken: line 3 says two, line 5 one, line 8 three."""
    lines = {**LINES, "counts": {"URGENT": 2}, "litter": 1, "nationality": {"us_military": 3}}
    known = a_request(lines=lines)
    assert "counts_disagree" in flags(known)
    assert decide(c.Decide(request=REQUEST, step="LAUNCH", decision="APPROVED"), [known], who="duty_officer@HQ")


def test_two_who_decide_apart_are_both_kept_and_the_refusal_is_shown() -> None:
    yes, no = decided("APPROVED"), decided("DENIED", role="commander")
    for order in ([yes, no], [no, yes]):
        request = Request(a_request(*order))
        assert request.status == "DENIED"
        assert [conflict.field for conflict in request.conflicts] == ["decision.LAUNCH"]
    seen = an_event(no.body, subject=REQUEST, role="commander", base=[yes.id])
    assert Request(a_request(yes, seen)).conflicts == []


# ── order, duplicates, lateness ──

BODIES: tuple[Body, ...] = (
    e.EvacDrafted(tag=TAG, kind="MEDEVAC_EMERG", dialect="UN", lines={"litter": 1}),
    e.EvacRequested(tag=TAG, kind="CASEVAC", dialect="UN", lines=LINES, pickup=PICKUP),
    e.EvacSubmitted(),
    e.EvacRequestAmended(lines={"litter": 2}),
    e.EvacValidated(reason=""),
    e.AuthorityDecided(step="LAUNCH", decision="APPROVED"),
    e.AuthorityDecided(step="LAUNCH", decision="DENIED", reason="r", next_step="n"),
    e.AuthorityDecided(step="LAUNCH", decision="REDIRECTED", reason="r", next_step="n"),
    e.AuthorityDecided(step="MEDICAL_VALIDATION", decision="APPROVED"),
    e.EmergencySelfAuthorised(reason="bleeding"),
    e.EvacHeld(reason="storm"),
    e.EvacResumed(),
    e.EvacProgressed(state="TASKED"),
    e.EvacProgressed(state="EXECUTING"),
    e.EvacProgressed(state="COMPLETED"),
    e.EvacRequestClosed(outcome="CANCELLED"),
    e.EvacSuperseded(by=OTHER),
    e.AuthorityEscalated(step="LAUNCH", to_role="commander", attempt=1),
    e.ReferralStated(escort="nurse"),
    e.ReferralStated(escort="doctor", risk="NONE"),
)
STATES = {
    "DRAFT", "SUBMITTED", "VALIDATED", "AUTHORISED", "DENIED", "REDIRECTED", "TASKED", "EXECUTING", "COMPLETED", "HOLD",
    "CANCELLED", "SUPERSEDED",
}  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Facts of one request by authors who had seen some of the others, none of them, or all."""
    events: list[Event] = []
    for n, body in enumerate(draw(st.lists(st.sampled_from(BODIES), min_size=1, max_size=9))):
        seen = [event.id for event in events if draw(st.booleans())]
        role = draw(st.sampled_from(("medic", "duty_officer", "commander")))
        events.append(an_event(body, subject=REQUEST, id=f"e{n}", base=seen, role=role, h=n + 1, q=n + 1))
    return events


@settings(max_examples=150)
@given(histories(), st.randoms(use_true_random=False))
def test_a_request_stands_where_it_stands_in_whatever_order_it_was_told(
    events: list[Event], chance: random.Random
) -> None:
    told = [*events, *chance.sample(events, k=chance.randint(0, len(events)))]
    chance.shuffle(told)
    one, other = Request(Facts(REQUEST, events)), Request(Facts(REQUEST, told))
    for look in ("status", "states", "referral", "lines", "is_held"):
        assert getattr(one, look) == getattr(other, look)
    assert one.flags(POLICY) == other.flags(POLICY)
    if one.exists:
        assert one.status in STATES


@settings(max_examples=100)
@given(histories())
def test_no_later_word_undoes_an_ending_and_no_ending_is_invented(events: list[Event]) -> None:
    request = Request(Facts(REQUEST, events))
    ends = {
        {"evac_superseded": "SUPERSEDED"}.get(event.header.t.partition(".")[2])
        or getattr(event.body, "outcome", None)
        or (getattr(event.body, "state", None) == "COMPLETED" and "COMPLETED")
        for event in events
    } & {"COMPLETED", "CANCELLED", "SUPERSEDED"}
    assert (request.status in ends) if ends else (request.status not in {"COMPLETED", "CANCELLED", "SUPERSEDED"})


def test_each_state_has_its_time_and_its_author() -> None:
    """R6: one number for the state of a patient tells nobody when, nor by whom."""
    known = a_request(decided(), an_event(e.EvacProgressed(state="TASKED"), subject=REQUEST, role="air_operations"))
    states = Request(known).states
    assert {state: one["by_role"] for state, one in states.items()} == {
        "SUBMITTED": "medic", "AUTHORISED": "duty_officer", "TASKED": "air_operations",
    }  # fmt: skip
    assert all(one["at"].startswith(NOON.date().isoformat()) for one in states.values())


def test_who_edits_one_field_apart_is_kept_with_the_other() -> None:
    """R7: no cursor by which the last one wins."""
    known = a_request()
    begun = next(iter(known))
    for value in (2, 3):
        amended = e.EvacRequestAmended(lines={"litter": value})
        known.add(an_event(amended, subject=REQUEST, base=[EventId(begun.id)]))
    (conflict,) = Request(known).conflicts
    assert {entry.value for entry in conflict.heads} == {2, 3}


def test_who_may_not_decide_does_not_choose_between_two_decisions_either() -> None:
    """Nor by the inbox: settling an answer is giving one (invariant 15)."""
    yes, no = decided("APPROVED"), decided("DENIED", role="commander")
    asked = c.ResolveConflict(subject_id=REQUEST, field="decision.LAUNCH", value="APPROVED", reason="asked both")
    with pytest.raises(DecisionNotAllowed):
        decide(asked, [a_request(yes, no)], base=(yes.id, no.id))
    (settled,) = decide(asked, [a_request(yes, no)], base=(yes.id, no.id), who="commander@SECTOR")
    for role, flag in (("commander", False), ("casevac_cell", True)):
        known = a_request(yes, no, an_event(settled, subject=REQUEST, base=[yes.id, no.id], role=role))
        assert Request(known).status == "AUTHORISED"
        assert ("decided_outside_matrix" in flags(known)) is flag
