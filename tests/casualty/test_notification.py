"""The NOTICAS chain and the release hold: who may take which step, when a name may go out, and what keeps it in."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import NameInText, OrderOfStates, StepOfOthers, UnderHold
from dunant.casualty.model import CHAIN, Notification
from dunant.casualty.notices import hash_of, notice_of, render
from dunant.kernel.errors import Invalid
from dunant.kernel.events import At, Event
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, SubjectId
from tests.builders import a_casualty, an_event
from tests.casualty.deciding import POLICIES, decide
from tests.fakes import NOON

HOLD_H = POLICIES.notification.hold.hours


def anybody(_: str) -> bool:
    return True


def died(**more: Any) -> Event:
    return an_event(e.DeathPronounced(place="R2"), **more)


def held(at: datetime = NOON, trigger: str = "DEATH", **more: Any) -> Event:
    return an_event(e.ReleaseHoldPlaced(scope="ALL", hold_h=HOLD_H, trigger=trigger), at=at, **more)


def step(state: str, version: int = 1, **more: Any) -> Event:
    return an_event(e.NoticasProgressed(version=version, state=state), **more)


def through(*states: str, **more: Any) -> list[Event]:
    return [step(state, **more) for state in states]


def ask(state: Any, *known: Event, **context: Any) -> Any:
    facts = a_casualty(*known)
    return decide(c.ProgressNoticas(casualty=SubjectId("subject"), state=state), [facts], **context)


# ── who may ──


@pytest.mark.parametrize("n", range(1, len(CHAIN)))
def test_a_step_of_another_role_is_refused(n: int) -> None:
    with pytest.raises(StepOfOthers):
        ask(CHAIN[n], died(), *through(*CHAIN[:n]))


def test_who_clears_medically_does_not_send() -> None:
    def clears(action: str) -> bool:
        return action == "noticas.clear"

    assert ask("MEDICALLY_CLEARED", died(), step("DRAFT"), may=clears)
    with pytest.raises(StepOfOthers):
        ask("SENT_HQ", died(), *through("DRAFT", "MEDICALLY_CLEARED"), may=clears)


def test_nothing_is_notified_of_whom_nothing_asks_for_it() -> None:
    with pytest.raises(Invalid):
        ask("DRAFT", may=anybody)


# ── in order ──


@pytest.mark.parametrize("n", range(len(CHAIN)))
def test_each_step_follows_the_one_before_and_no_other(n: int) -> None:
    known = [died(), *through(*CHAIN[:n])]
    for state in CHAIN:
        if state == CHAIN[n]:
            [made] = ask(state, *known, may=anybody)
            assert (made.state, made.version) == (state, 1)
        else:
            with pytest.raises(OrderOfStates):
                ask(state, *known, may=anybody)


def test_what_is_amended_is_a_new_version_and_the_old_one_stays() -> None:
    released = [died(), *through(*CHAIN)]
    [made] = ask("AMENDED", *released, may=anybody)
    assert (made.version, made.state) == (2, "AMENDED")
    known = Notification(a_casualty(*released, step("AMENDED", 2)))
    assert (known.state(1), known.state(2), known.is_released, known.is_running) == ("RELEASED", "AMENDED", True, True)
    assert [state for state in CHAIN if known.follows(state)] == ["MEDICALLY_CLEARED"]


def test_what_is_withdrawn_goes_on_only_as_a_new_version() -> None:
    known = Notification(a_casualty(died(), step("DRAFT"), step("WITHDRAWN")))
    assert [state for state in (*CHAIN, "AMENDED", "WITHDRAWN") if known.follows(state)] == ["AMENDED"]
    assert not known.is_running


def test_steps_that_came_by_another_way_are_accepted_and_the_skipped_ones_shown() -> None:
    known = Notification(a_casualty(died(), step("DRAFT"), step("TCC_INFORMED")))
    assert (known.state(), known.skipped) == ("TCC_INFORMED", ["MEDICALLY_CLEARED", "SENT_HQ"])


# ── the hold ──


def test_nothing_is_released_before_the_hours_of_the_hold_have_passed() -> None:
    with pytest.raises(UnderHold) as refused:
        ask("RELEASED", died(), held(), *through(*CHAIN[:5]), may=anybody)
    until = NOON + timedelta(hours=HOLD_H)
    assert refused.value.params["until"] == until.isoformat().replace("+00:00", ".000Z")
    confirmed = NOON - timedelta(hours=HOLD_H)
    early = held(at=confirmed - timedelta(hours=1))
    assert ask("RELEASED", died(), early, *through(*CHAIN[:4]), step("NOK_CONFIRMED", at=confirmed), may=anybody)


def test_a_hold_without_confirmation_has_no_end() -> None:
    known = Notification(a_casualty(died(), held()))
    assert known.held_until is None
    assert known.held(NOON + timedelta(days=4000)) == {"ALL"}


def test_news_that_the_family_had_heard_before_does_not_open_the_gate_to_what_happened_since() -> None:
    injured, later = held(at=NOON, trigger="VSI"), held(at=NOON + timedelta(hours=9), trigger="DEATH")
    known = Notification(a_casualty(injured, later, step("NOK_CONFIRMED", at=NOON + timedelta(hours=1))))
    assert known.held(NOON + timedelta(hours=HOLD_H + 2)) == {"ALL"}
    assert [hold.trigger for hold in known.holds if hold.until is None] == ["DEATH"]


def test_a_confirmation_entered_in_error_closes_the_gate_again() -> None:
    confirmed = step("NOK_CONFIRMED", id="a" * 36)
    wrong = an_event(e.NoticasProgressed(version=1, state="DRAFT"), retracts="a" * 36)
    assert Notification(a_casualty(died(), held(), confirmed)).held_until is not None
    assert Notification(a_casualty(died(), held(), confirmed, wrong)).held_until is None


def test_a_lift_ends_the_holds_that_were_seen_and_no_other() -> None:
    lift = an_event(e.ReleaseHoldLifted(holds=(EventId("seen"),), reason="the family asked for it"))
    known = Notification(a_casualty(held(id="seen"), held(id="elsewhere"), lift))
    assert known.held(NOON) == {"ALL"}
    assert Notification(a_casualty(held(id="seen"), lift)).held(NOON) == frozenset()


def test_lifting_needs_a_hold_that_stands() -> None:
    asked = c.LiftReleaseHold(casualty=SubjectId("subject"), reason="false report")
    with pytest.raises(Invalid):
        decide(asked, [a_casualty()])
    [made] = decide(asked, [a_casualty(held(id="one"))])
    assert isinstance(made, e.ReleaseHoldLifted) and made.holds == ("one",)


def test_a_hold_by_hand_needs_a_reason_and_one_by_the_pack_its_trigger() -> None:
    subject = SubjectId("subject")
    with pytest.raises(Invalid):
        decide(c.PlaceReleaseHold(casualty=subject), [a_casualty()])
    with pytest.raises(Invalid):
        decide(c.PlaceReleaseHold(casualty=subject, trigger="NSI"), [a_casualty()])
    [made] = decide(c.PlaceReleaseHold(casualty=subject, trigger="HOSTAGE"), [a_casualty()])
    assert isinstance(made, e.ReleaseHoldPlaced) and (made.scope, made.hold_h) == ("ALL", HOLD_H)
    assert decide(c.PlaceReleaseHold(casualty=subject, trigger="DEATH"), [a_casualty(held())]) == []


# ── what asks for it ──


def test_what_is_no_longer_so_asks_for_nothing() -> None:
    missing = an_event(e.CasualtyMissing(), id="m")
    found = an_event(e.CasualtyLocated(position={"lat": 9.2, "lon": 29.8}), base=["m"])  # type: ignore[arg-type]
    assert [one.code for one in Notification(a_casualty(missing)).triggers] == ["MISSING"]
    assert Notification(a_casualty(missing, found)).triggers == []
    worse = an_event(e.CasualtyDetailsRecorded(severity="SI"), id="d")
    better = an_event(e.CasualtyDetailsRecorded(severity="NSI"), base=["d"])
    assert [one.code for one in Notification(a_casualty(worse)).triggers] == ["SI"]
    assert Notification(a_casualty(worse, better)).triggers == []


# ── what is written ──


def named(value: str, **more: Any) -> Event:
    return an_event(e.IdentityAsserted(kind="NAME", value=value), stream="clinical", **more)


def test_no_name_is_written_into_a_note_or_a_reason() -> None:
    known = a_casualty(died(), named("Amal Quill"))
    noted = c.ProgressNoticas(casualty=SubjectId("subject"), state="DRAFT", note="the brother of amal quill called")
    with pytest.raises(NameInText) as refused:
        decide(noted, [known])
    assert "quill" not in str(refused.value.params).lower()
    with pytest.raises(NameInText):
        decide(c.PlaceReleaseHold(casualty=SubjectId("subject"), reason="Amal Quill"), [known])


def test_the_stream_holds_state_version_recipients_and_hash_and_no_name() -> None:
    [made] = ask("DRAFT", died(), named("Amal Quill", id="n"))
    assert isinstance(made, e.NoticasProgressed)
    assert set(made.__struct_fields__) == {"version", "state", "recipients", "hash", "note"}
    assert len(made.hash) == 64 and "Amal" not in str(made)


def test_the_hash_tells_versions_apart_and_does_not_follow_from_the_name_alone() -> None:
    first, other = (notice_of(a_casualty(died(id="d"), named("Amal", id=n)), 1) for n in ("one", "two"))
    assert first.identities == other.identities
    assert hash_of(first) != hash_of(other)
    assert hash_of(first) == hash_of(notice_of(a_casualty(died(id="d"), named("Amal", id="one")), 1))


def test_the_text_is_made_in_six_languages_with_the_same_codes() -> None:
    made = notice_of(a_casualty(died(), named("Amal Quill"), exercise=True), 2)
    texts = [render(made, words, "TEST") for words in POLICIES.notification.words.values()]
    assert len(set(texts)) == len(texts) == 6
    for text in texts:
        assert all(part in text for part in ("Amal Quill", "DEATH", "v2", "TEST", "EXERCISE"))


def test_in_an_exercise_only_those_who_take_part_are_informed() -> None:
    known = [died(), *through("DRAFT", "MEDICALLY_CLEARED")]
    real, played = a_casualty(*known), a_casualty(*known, exercise=True)
    asked = c.ProgressNoticas(casualty=SubjectId("subject"), state="SENT_HQ")
    [one], [other] = decide(asked, [real], may=anybody), decide(asked, [played], may=anybody)
    assert isinstance(one, e.NoticasProgressed) and one.recipients == ("unhq_medical",)
    assert isinstance(other, e.NoticasProgressed) and other.recipients == ("exercise_control",)
    outside = c.ProgressNoticas(casualty=SubjectId("subject"), state="SENT_HQ", recipients=("unhq_medical",))
    with pytest.raises(Invalid):
        decide(outside, [played], may=anybody)


# ── in any order ──

STEPS = st.lists(
    st.sampled_from(
        [
            *[(state, version) for state in (*CHAIN, "AMENDED", "WITHDRAWN") for version in (1, 2)],
            ("hold", 0),
            ("lift", 0),
            ("died", 0),
        ]
    ),
    max_size=7,
)


def read(events: list[Event]) -> Any:
    known = Notification(Facts(SubjectId("subject"), events))
    return (
        known.version, known.state(), known.skipped, known.is_released, known.is_running, known.triggers, known.holds,
        known.held(NOON), known.held_until,
    )  # fmt: skip


@given(STEPS, st.data())
def test_in_whatever_order_the_facts_come_the_notification_is_the_same(steps: Any, data: st.DataObject) -> None:
    events = [*a_casualty()]
    for n, (what, version) in enumerate(steps):
        at = NOON + timedelta(hours=n)
        if what == "hold":
            events.append(held(at=at, id=f"hold{n}"))
        elif what == "lift":
            seen = tuple(event.id for event in events if isinstance(event.body, e.ReleaseHoldPlaced))
            events.append(an_event(e.ReleaseHoldLifted(holds=seen, reason="r"), at=at))
        elif what == "died":
            events.append(died(at=at))
        else:
            events.append(step(what, version, at=at))
    shuffled = data.draw(st.permutations(events))
    assert read(shuffled + shuffled[:3]) == read(events)


def test_two_sites_that_went_on_apart_agree_on_the_furthest_step() -> None:
    apart = [*a_casualty(died()), step("DRAFT"), step("MEDICALLY_CLEARED", site="ALPHA"), step("SENT_HQ", site="BRAVO")]
    assert {read(list(order))[1] for order in permutations(apart)} == {"SENT_HQ"}


def test_a_time_that_is_uncertain_counts_from_its_latest() -> None:
    unsure = an_event(e.NoticasProgressed(version=1, state="NOK_CONFIRMED"))
    at = At(t=NOON, p="PLUS_MINUS", lo=NOON - timedelta(hours=1), hi=NOON + timedelta(hours=1))
    moved = Event(header=replace(unsure.header, at=at), body=unsure.body)
    known = Notification(a_casualty(held(), moved))
    assert known.held_until == NOON + timedelta(hours=HOLD_H + 1)
