"""Who has a casualty in hands: one at a time, on two words where there are two people, in any order of hearing."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import NotHolder, OrderOfStates
from dunant.casualty.model import NO_POLICY, Casualty, Custody
from dunant.kernel.clock import rfc3339
from dunant.kernel.errors import Invalid
from dunant.kernel.events import At, By, Event
from dunant.kernel.facts import Facts
from dunant.kernel.ids import Tag
from tests.builders import a_subject, an_event, as_actor
from tests.casualty.deciding import decide
from tests.fakes import NOON, moved

ONE, TWO, REQUEST, LEG = (a_subject(n) for n in range(700, 704))
HOSPITAL, OTHER = a_subject(710), a_subject(711)
OFFER = "offer-001"


def later(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def said(
    body: Any, minute: int, who: str, *, seen: Sequence[Event] = (), role: str = "medic", subject: str = ONE
) -> Event:
    event = an_event(body, subject=subject, at=later(minute), base=[one.id for one in seen])
    return moved(event, by=By(user=who, role=role))


def reported(who: str = "anna", subject: str = ONE) -> Event:
    return said(e.CasualtyReported(tag=Tag("D-4KQ2M-B")), 0, who, subject=subject)


def offered(minute: int, who: str, *seen: Event, nonce: str = OFFER, **to: Any) -> Event:
    return said(e.CustodyOffered(nonce=nonce, mode="QR", **to), minute, who, seen=seen)


def accepted(minute: int, who: str, *seen: Event, nonce: str = OFFER, **where: Any) -> Event:
    return said(e.CustodyAccepted(nonce=nonce, mode="QR", **where), minute, who, seen=seen)


def of(*events: Event) -> Custody:
    return Custody(Facts(ONE, events))


def test_whoever_reports_a_casualty_has_it_in_hands() -> None:
    custody = of(reported("anna"))
    assert (custody.state, custody.holder, custody.role) == ("HELD", "anna", "medic")


def test_an_operations_room_that_writes_down_a_call_holds_nobody() -> None:
    report = said(e.CasualtyReported(tag=Tag("D-4KQ2M-B")), 0, "cell", role="casevac_cell")
    assert (of(report).state, of(report).holder) == ("NONE", None)


def test_an_offer_changes_nothing_until_it_is_answered() -> None:
    report = reported("anna")
    offer = offered(5, "anna", report)
    custody = of(report, offer)
    assert (custody.state, custody.holder) == ("OFFERED", "anna")
    refused = said(e.CustodyRefused(nonce=OFFER, reason="no bed"), 6, "bert")
    assert (of(report, offer, refused).state, of(report, offer, refused).holder) == ("HELD", "anna")


def test_two_words_make_custody_certain_and_one_makes_it_provisional() -> None:
    report = reported("anna")
    offer = offered(5, "anna", report)
    taken = accepted(6, "bert", report)
    assert (of(report, taken).state, of(report, taken).holder) == ("PROVISIONAL", "bert")
    # The giver's phone is heard later: the same facts, and now nothing is open.
    both = of(report, taken, offer)
    assert (both.state, both.holder, [x.holder for x in both.chain]) == ("HELD", "bert", ["anna", "bert"])


def test_the_giver_may_bring_the_receivers_signed_word() -> None:
    report = reported("anna")
    word = said(e.CustodyAccepted(nonce=OFFER, mode="QR", holder="bert", holder_role="clinician", key="k"), 6, "anna")
    told = said(word.body, 6, "anna", seen=[report])
    custody = of(report, told)
    assert (custody.state, custody.holder, custody.role) == ("HELD", "bert", "clinician")
    # And the receiver's own telling of the same is no second taking-over.
    own = accepted(6, "bert", report)
    assert (of(report, told, own).state, len(of(report, told, own).chain)) == ("HELD", 2)


def test_two_who_took_one_offer_apart_are_both_shown_until_a_person_decides() -> None:
    report = reported("anna")
    offer = offered(5, "anna", report)
    custody = of(report, offer, accepted(6, "bert", offer), accepted(7, "carl", offer))
    assert custody.state == "DISPUTED"
    assert sorted(custody.holders) == ["bert", "carl"]
    assert [x.holder for x in custody.chain if x.current] == ["bert", "carl"]
    casualty = Casualty(custody.facts, NO_POLICY)
    assert [conflict.field for conflict in casualty.conflicts] == ["custody"]


def test_a_later_transfer_heard_first_stays_the_last() -> None:
    report = reported("anna")
    first, second = offered(5, "anna", report), offered(20, "bert", nonce="offer-002")
    # Carl's word reached the site before Bert's, so neither had the other in its base.
    last, middle = accepted(21, "carl", report, nonce="offer-002"), accepted(6, "bert", report)
    custody = of(last, report, middle, second, first)
    assert (custody.state, custody.holder) == ("HELD", "carl")
    assert [x.holder for x in custody.chain] == ["anna", "bert", "carl"]


def test_a_facility_treats_from_loading_on_and_keeps_what_it_did() -> None:
    report = reported("anna")
    loaded = said(e.MilestoneRecorded(code="M10", facility=HOSPITAL), 30, "crew")
    assert (of(report, loaded).treating, of(report, loaded).place) == ([HOSPITAL], HOSPITAL)
    arrived = said(e.MilestoneRecorded(code="M11", facility=HOSPITAL), 60, "crew")
    onward = said(e.MilestoneRecorded(code="M10", facility=OTHER), 90, "crew")
    moved_on = of(report, loaded, arrived, onward)
    assert (moved_on.treating, moved_on.place, moved_on.destination) == (sorted([HOSPITAL, OTHER]), OTHER, OTHER)


def test_a_casualty_taken_to_another_house_than_planned_is_marked() -> None:
    loaded = said(e.MilestoneRecorded(code="M10", facility=HOSPITAL), 30, "crew")
    custody = of(reported("anna"), loaded, accepted(60, "doc", nonce="", facility=OTHER))
    assert "custody_mismatch" in Casualty(custody.facts, NO_POLICY).flags


def test_a_holder_who_offers_to_a_facility_lets_it_read_until_the_offer_is_answered() -> None:
    report = reported("anna")
    offer = offered(5, "anna", report, to_facility=HOSPITAL)
    assert of(report, offer).treating == [HOSPITAL]
    refused = said(e.CustodyRefused(nonce=OFFER, reason="no bed"), 6, "doc", role="clinician")
    assert of(report, offer, refused).treating == []
    # Whoever does not hold the casualty gives nobody a look at the record by offering it.
    stranger = offered(5, "mallory", report, to_facility=OTHER)
    assert of(report, stranger).treating == []


STEP = st.tuples(
    st.sampled_from(["offer", "accept", "refuse"]), st.sampled_from("abcd"), st.integers(1, 40), st.integers(0, 3)
)


@settings(max_examples=300, deadline=None)
@given(steps=st.lists(STEP, max_size=12), seed=st.integers(0, 2**16))
def test_custody_is_the_same_in_any_order_and_however_often_it_is_told(steps: list[Any], seed: int) -> None:
    events = [reported("a")]
    for kind, who, minute, number in steps:
        nonce, seen = f"offer-00{number}", events[-2:] if number % 2 else events[:1]
        body: Any = {
            "offer": e.CustodyOffered(nonce=nonce, mode="QR"),
            "accept": e.CustodyAccepted(
                nonce=nonce if number else "", mode="QR", facility=HOSPITAL if number == 3 else None
            ),
            "refuse": e.CustodyRefused(nonce=nonce if number else "", reason="full"),
        }[kind]
        events.append(said(body, minute, who, seen=seen))
    expected = told(Custody(Facts(ONE, events)))
    # Somebody who was reported by a medic is always in somebody's hands.
    assert expected["holders"]
    dice = random.Random(seed)
    heard = events + dice.choices(events, k=len(events))
    dice.shuffle(heard)
    assert told(Custody(Facts(ONE, heard))) == expected


def told(custody: Custody) -> dict[str, Any]:
    names = ("state", "holders", "holder", "facility", "since", "treating", "destination", "place")
    links = [(x.holder, x.at, x.evidence, x.current, x.nonce) for x in custody.chain]
    return {**{name: getattr(custody, name) for name in names}, "chain": links}


# ── what is refused here, and what is not ──


def ask(
    command: Any, *events: Event, who: str = "anna", minute: int = 30, others: Sequence[Facts] = (), **more: Any
) -> list[Any]:
    user, _, facility = who.partition("@")
    role = "clinician" if facility else "medic"
    return decide(
        command,
        [Facts(ONE, events), *others],
        at=At(t=later(minute)),
        actor=as_actor(role, user=user, facility=facility or None),
        **more,
    )


def test_only_the_holder_offers() -> None:
    command = c.OfferCustody(casualty=ONE, nonce=OFFER, mode="QR")
    assert ask(command, reported("anna"))
    with pytest.raises(NotHolder):
        ask(command, reported("anna"), who="bert")


def test_an_offer_that_arrives_after_its_answer_is_still_the_holders_word() -> None:
    report = reported("anna")
    command = c.OfferCustody(casualty=ONE, nonce=OFFER, mode="QR")
    assert ask(command, report, accepted(6, "bert", report), minute=40)
    # So is one made while the giver still held the casualty, under a nonce nobody has answered.
    again = c.OfferCustody(casualty=ONE, nonce="offer-777", mode="QR")
    assert ask(again, report, accepted(6, "bert", report), minute=5)
    with pytest.raises(NotHolder):
        ask(again, report, accepted(6, "bert", report), minute=40)


def test_a_second_claim_to_one_offer_is_kept_and_not_refused() -> None:
    report = reported("anna")
    offer = offered(5, "anna", report)
    taken = accepted(6, "bert", offer)
    assert ask(c.AcceptCustody(casualty=ONE, nonce=OFFER, mode="QR"), report, offer, taken, who="carl")
    assert ask(c.AcceptCustody(casualty=ONE, nonce=OFFER, mode="QR"), report, offer, taken, who="bert") == []


def test_a_facility_that_accepts_makes_the_transfer_of_care_and_ends_the_request() -> None:
    row = {"subject": REQUEST, "casualties": [ONE], "status": "AUTHORISED", "submitted_at": rfc3339(NOON)}
    made = ask(
        c.AcceptCustody(casualty=ONE, mode="VOICE"), reported("anna"), who=f"doc@{HOSPITAL}", rows={"requests": [row]}
    )
    assert [type(body).__name__ for body in made] == ["CustodyAccepted", "MilestoneRecorded", "EvacRequestClosed"]
    assert (made[0].facility, made[1].code, made[2].outcome) == (HOSPITAL, "M12", "COMPLETED")


def test_a_request_goes_on_while_one_of_its_patients_is_on_the_way() -> None:
    row = {"subject": REQUEST, "casualties": [ONE, TWO], "status": "AUTHORISED", "submitted_at": rfc3339(NOON)}
    other = Facts(TWO, [reported("anna", TWO)])
    command = c.AcceptCustody(casualty=ONE, mode="VOICE")
    made = ask(command, reported("anna"), who=f"doc@{HOSPITAL}", rows={"requests": [row]}, others=[other])
    assert [type(body).__name__ for body in made] == ["CustodyAccepted", "MilestoneRecorded"]


def test_a_transfer_is_not_over_for_those_who_are_still_where_they_were() -> None:
    row = {"subject": REQUEST, "casualties": [ONE, TWO], "status": "AUTHORISED", "submitted_at": rfc3339(later(20))}
    before = said(e.CustodyAccepted(mode="VOICE", facility=OTHER), 10, "doc", subject=TWO)
    waits = Facts(TWO, [reported("anna", TWO), before])
    command, rows = c.AcceptCustody(casualty=ONE, mode="VOICE"), {"requests": [row]}
    made = ask(command, reported("anna"), who=f"doc@{HOSPITAL}", rows=rows, others=[waits])
    assert "EvacRequestClosed" not in [type(body).__name__ for body in made]
    after = said(e.CustodyAccepted(mode="VOICE", facility=HOSPITAL), 25, "doc", subject=TWO)
    came = Facts(TWO, [reported("anna", TWO), before, after])
    made = ask(command, reported("anna"), who=f"doc@{HOSPITAL}", rows=rows, others=[came])
    assert "EvacRequestClosed" in [type(body).__name__ for body in made]


def test_an_acceptance_elsewhere_leaves_the_request_open() -> None:
    row = {"subject": REQUEST, "casualties": [ONE], "status": "AUTHORISED", "submitted_at": rfc3339(NOON)}
    rows = {"requests": [row], "legs": [{"subject": LEG, "destination": OTHER}]}
    made = ask(c.AcceptCustody(casualty=ONE, mode="VOICE"), reported("anna"), who=f"doc@{HOSPITAL}", rows=rows)
    assert [type(body).__name__ for body in made] == ["CustodyAccepted", "MilestoneRecorded"]


def test_nobody_accepts_in_another_houses_name() -> None:
    with pytest.raises(Invalid):
        ask(c.AcceptCustody(casualty=ONE, mode="VOICE", facility=OTHER), reported("anna"), who=f"doc@{HOSPITAL}")
    with pytest.raises(Invalid):
        ask(c.AcceptCustody(casualty=ONE, mode="VOICE", facility=OTHER), reported("anna"), who="bert")


def test_a_crew_takes_over_on_its_leg_and_not_for_its_base() -> None:
    (made,) = ask(c.AcceptCustody(casualty=ONE, mode="VOICE", leg=LEG), reported("anna"), who=f"crew@{HOSPITAL}")
    assert (made.leg, made.facility) == (LEG, None)


def test_there_must_be_an_offer_to_turn_down() -> None:
    with pytest.raises(OrderOfStates):
        ask(c.RefuseCustody(casualty=ONE, reason="no bed"), reported("anna"), who="bert")


def test_a_proof_that_nobody_has_checked_proves_nothing() -> None:
    with pytest.raises(Invalid):
        ask(c.AcceptCustody(casualty=ONE, nonce=OFFER, mode="QR", proof="AAAA"), reported("anna"))


def test_the_signer_of_a_proof_is_the_holder_and_not_its_bringer() -> None:
    signer = as_actor("clinician", user="doc", facility=HOSPITAL, device="key-1")
    command = c.AcceptCustody(casualty=ONE, nonce=OFFER, mode="QR", proof="AAAA")
    accepted_, step, *_ = ask(command, reported("anna"), who="anna", signer=signer)
    assert (accepted_.holder, accepted_.holder_role, accepted_.key, accepted_.facility) == (
        "doc",
        "clinician",
        "key-1",
        HOSPITAL,
    )
    assert step.code == "M12"
