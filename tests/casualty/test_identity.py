"""Who somebody is: assertions pile up, verified ones that differ conflict, and the rank of a role decides."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import DifferentPeople
from dunant.casualty.model import NO_POLICY, Casualty
from dunant.kernel.errors import NotFound
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, SubjectId
from dunant.kernel.links import SubjectLinked, SubjectUnlinked
from dunant.kernel.merge import ConflictResolved
from tests.builders import a_casualty, an_event
from tests.casualty.deciding import decide
from tests.fakes import NOON
from tests.histories import CASUALTIES, a_world, told

RANKED = replace(NO_POLICY, ranked=("sex",), role_rank={"registrar": 3, "medic": 1})


def named(value: str, role: str = "medic", state: str = "VERIFIED", **more: Any) -> Event:
    return an_event(e.IdentityAsserted(kind="NAME", value=value, state=state), stream="clinical", role=role, **more)


def read(*events: Event) -> Casualty:
    return Casualty(a_casualty(*events), RANKED)


def test_two_verified_names_said_apart_conflict_and_the_higher_rank_is_shown() -> None:
    one = read(named("Amal", "registrar", h=1), named("Amina", "medic", h=9))
    assert one.identity("NAME").value == "Amal"
    [conflict] = one.identity_conflicts
    assert (conflict.field, conflict.state) == ("identity.NAME", "OPEN")
    assert one.conflicts == [] and "conflict" not in one.flags


def test_of_one_rank_the_later_on_the_clock_is_shown_whenever_it_happened() -> None:
    early, late = named("Amal", h=1, at=NOON), named("Amina", h=9, at=None)
    assert read(early, late).identity("NAME").value == "Amina"


def test_guesses_pile_up_and_equal_names_agree() -> None:
    assert read(named("A", state="PROVISIONAL"), named("B", state="PROVISIONAL")).identity_conflicts == []
    assert read(named("Amal"), named("Amal", "registrar")).identity_conflicts == []


def test_a_decision_that_saw_both_settles_and_stays_told() -> None:
    one, two = named("Amal", id="a"), named("Amina", id="b")
    both = ConflictResolved(field="identity.NAME", value=["Amal", "Amina"], reason="passport")
    known = read(one, two, an_event(both, stream="clinical", base=["a", "b"]))
    [settled] = known.identity_conflicts
    shown: Any = known.identity("NAME").value
    assert settled.state == "RESOLVED" and shown == ["Amal", "Amina"]


def test_demographics_are_shown_by_rank_and_other_fields_by_time() -> None:
    def details(role: str, h: int, **fields: Any) -> Event:
        return an_event(e.CasualtyDetailsRecorded(**fields), role=role, h=h)

    known = read(details("registrar", 1, sex="F", cause="BATTLE"), details("medic", 9, sex="M", cause="DISEASE"))
    assert (known.detail("sex").value, known.detail("cause").value) == ("F", "DISEASE")


def test_a_link_made_by_who_did_not_know_of_the_unlink_stands_and_is_flagged() -> None:
    def link(id: str) -> Event:
        return an_event(SubjectLinked(other=SubjectId("other")), id=id)

    undone = an_event(SubjectUnlinked(ref=EventId("a")))
    assert "linked_again" not in read(link("a"), undone).flags
    again = Casualty(Facts(SubjectId("subject"), [*a_casualty(link("a"), undone, link("b"))]), RANKED)
    assert again.linked == ["other"] and "linked_again" in again.flags


# ── verified, disputed, shown ──


def said(value: str, id: str, state: str = "PROVISIONAL", kind: str = "NAME", **more: Any) -> Event:
    fields = {name: more.pop(name) for name in ("confidence", "about") if name in more}
    body = e.IdentityAsserted(kind=kind, value=value, state=state, **fields)
    return an_event(body, stream="clinical", id=id, **more)


def judge(asked: Any, *known: Event) -> Any:
    [made] = decide(asked, [a_casualty(*known)])
    return made


def test_what_is_shown_is_the_highest_state_and_then_the_surest() -> None:
    guess, sure = said("A", "a", confidence=0.4), said("B", "b", confidence=0.9)
    assert read(guess, sure).displayed("NAME") == "B"
    assert read(guess, sure, said("C", "c", "VERIFIED", confidence=0.1)).displayed("NAME") == "C"
    assert read(said("D", "d", "DISPUTED", confidence=1.0), said("U", "u", "UNKNOWN")).displayed("NAME") == "U"
    assert read().displayed("NAME") is None


def test_verifying_says_the_same_again_and_names_what_it_verifies() -> None:
    asked = c.VerifyIdentity(casualty=SubjectId("subject"), assertion=EventId("a"), evidence="passport")
    made = judge(asked, said("Amal", "a", confidence=0.5))
    assert (made.value, made.state, made.about, made.confidence) == ("Amal", "VERIFIED", "a", 0.5)
    known = read(said("Amal", "a"), said("Amina", "b"), said("Amal", "v", "VERIFIED", about=EventId("a"), base=["a"]))
    assert (known.displayed("NAME"), known.identity("NAME").value) == ("Amal", "Amal")


def test_what_is_disputed_no_longer_counts_as_verified_and_is_shown_last() -> None:
    asked = c.DisputeIdentity(casualty=SubjectId("subject"), assertion=EventId("a"), reason="another person's papers")
    assert judge(asked, said("Amal", "a", "VERIFIED")).state == "DISPUTED"
    doubted = [said("Amal", "a", "VERIFIED"), said("Amal", "x", "DISPUTED", about=EventId("a"), base=["a"])]
    known = read(*doubted, said("Amina", "b"))
    assert known.identity("NAME").value is None and known.displayed("NAME") == "Amina"
    again = said("Amal", "y", "VERIFIED", about=EventId("x"), base=["x"])
    assert read(*doubted, again).displayed("NAME") == "Amal"


def test_verified_here_and_disputed_there_is_disputed_until_somebody_has_seen_both() -> None:
    known = read(
        said("Amal", "a"),
        said("Amal", "v", "VERIFIED", about=EventId("a"), base=["a"]),
        said("Amal", "x", "DISPUTED", about=EventId("a"), base=["a"]),
    )
    first = known.facts.get(EventId("a"))
    assert first is not None and known.standing(first) == "DISPUTED"


@pytest.mark.parametrize("kind", [c.VerifyIdentity, c.DisputeIdentity])
def test_only_what_was_said_of_this_casualty_can_be_judged(kind: Any) -> None:
    more = {"reason": "wrong"} if kind is c.DisputeIdentity else {}
    with pytest.raises(NotFound):
        judge(kind(casualty=SubjectId("subject"), assertion=EventId("nobody"), **more), said("Amal", "a"))


# ── one person or two (invariant 12) ──


def numbered(subject: str, value: str, state: str = "VERIFIED", **more: Any) -> Facts:
    event = said(value, f"{subject}1", state, "UN_INDEX", subject=subject, **more)
    return a_casualty(event, subject=subject)


def link(a: Facts, b: Facts) -> Any:
    return decide(c.LinkSubjects(casualty=a.subject, other=b.subject), [a, b])


def test_two_verified_index_numbers_are_two_people_and_are_never_linked() -> None:
    with pytest.raises(DifferentPeople) as refused:
        link(numbered("subject", "111"), numbered("other", "222"))
    assert not {"111", "222"} & {str(value) for value in refused.value.params.values()}


@pytest.mark.parametrize(("value", "state"), [("111", "VERIFIED"), ("222", "PROVISIONAL"), ("222", "DISPUTED")])
def test_the_same_number_or_one_that_is_not_verified_is_no_obstacle(value: str, state: str) -> None:
    assert len(link(numbered("subject", "111"), numbered("other", value, state))) == 2


def test_a_number_that_was_verified_and_then_disputed_is_no_obstacle() -> None:
    doubted = numbered("other", "222")
    doubted.add(said("222", "x", "DISPUTED", "UN_INDEX", about=EventId("other1"), base=["other1"], subject="other"))
    assert len(link(numbered("subject", "111"), doubted)) == 2


# ── linked and separated again ──


@given(numbers=st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
@settings(max_examples=25)
def test_after_unlinking_both_histories_are_exactly_as_before(numbers: list[int]) -> None:
    world = a_world(numbers, sites=1)
    log = world.logs[0]
    one, other = CASUALTIES[0], CASUALTIES[1]
    before = [_as_was(log.facts(subject)) for subject in (one, other)]
    if other in Casualty(log.facts(one), RANKED).linked:
        return
    world.do(c.LinkSubjects(casualty=one, other=other))
    assert other in Casualty(log.facts(one), RANKED).linked
    world.do(c.UnlinkSubjects(casualty=one, other=other))
    assert [_as_was(log.facts(subject)) for subject in (one, other)] == before


def _as_was(facts: Facts) -> Any:
    """All that can be read off, but for the envelopes that tell of the link itself."""
    rows = told(facts)["rows"]
    return {view: made for view, made in rows.items() if view not in {"conflicts"}} | {
        "facts": sorted(event.id for event in facts if not isinstance(event.body, SubjectLinked | SubjectUnlinked))
    }
