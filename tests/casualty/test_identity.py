"""Who somebody is: assertions pile up, verified ones that differ conflict, and the rank of a role decides."""

from typing import Any

from msgspec.structs import replace

from dunant.casualty import events as e
from dunant.casualty.model import NO_POLICY, Casualty
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, SubjectId
from dunant.kernel.links import SubjectLinked, SubjectUnlinked
from dunant.kernel.merge import ConflictResolved
from tests.builders import a_casualty, an_event
from tests.fakes import NOON

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
