"""A set of facts that only grows: mistakes stay in it and are left out when it is read."""

from itertools import permutations

from dunant.casualty.events import CasualtyLocated, CasualtyMissing, TriageAssigned
from dunant.kernel.events import Event, Unknown
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, SubjectId
from dunant.kernel.merge import EnteredInError
from tests.builders import an_event
from tests.fakes import moved

MISSING = CasualtyMissing()
ERROR = EnteredInError(reason="wrong person")


def facts(*events: Event) -> Facts:
    return Facts(SubjectId("subject"), events)


def standing(*events: Event) -> set[str]:
    held = facts(*events)
    return {event.id for event in held if not held.is_void(event.id)}


def test_the_same_event_twice_is_one_fact() -> None:
    event = an_event(MISSING)
    assert len(facts(event, event)) == 1
    assert not facts(event, event).is_duplicate(event.id)


def test_of_two_events_with_one_id_the_smallest_identity_counts_whichever_came_first() -> None:
    one = an_event(TriageAssigned(category="T1", scheme="SIEVE"), site="ALPHA", q=7)
    other = moved(one, o="BRAVO", q=2)
    for order in ((one, other), (other, one)):
        held = facts(*order)
        assert [event.header.o for event in held.of(TriageAssigned)] == ["ALPHA"]
        assert held.is_duplicate(one.id)


def test_a_retracted_fact_is_void_and_its_retraction_may_be_retracted() -> None:
    first = an_event(MISSING, id="a")
    wrong = an_event(ERROR, id="b", retracts="a")
    right = an_event(ERROR, id="c", retracts="b")
    for order in permutations((first, wrong, right)):
        assert standing(*order) == {"a", "c"}
    assert standing(first, wrong) == {"b"}


def test_a_second_retraction_keeps_a_fact_void_when_the_first_is_taken_back() -> None:
    events = [
        an_event(MISSING, id="a"),
        an_event(ERROR, id="b", retracts="a"),
        an_event(ERROR, id="c", retracts="a"),
        an_event(ERROR, id="d", retracts="b"),
    ]
    for order in permutations(events):
        assert standing(*order) == {"c", "d"}


def test_a_correction_of_what_has_not_arrived_waits_for_it() -> None:
    correction = an_event(MISSING, id="b", corrects="a")
    held = facts(correction)
    assert [event.id for event in held.of(CasualtyMissing)] == ["b"]
    held.add(an_event(MISSING, id="a"))
    assert [event.id for event in held.of(CasualtyMissing)] == ["b"]


def test_facts_that_void_each_other_in_a_circle_all_stand() -> None:
    circle = [an_event(ERROR, id="a", retracts="b"), an_event(ERROR, id="b", retracts="a")]
    assert standing(*circle) == {"a", "b"}
    assert standing(an_event(ERROR, id="a", retracts="a")) == {"a"}


def test_ten_thousand_corrections_of_corrections_are_still_read() -> None:
    chain = [an_event(MISSING, id="0")] + [an_event(ERROR, id=str(n), retracts=str(n - 1)) for n in range(1, 10_001)]
    assert len(standing(*chain)) == 5_001


def test_the_past_is_everything_the_authors_had_seen() -> None:
    a, b = an_event(MISSING, id="a", base=["not here"]), an_event(MISSING, id="b", base=["a"])
    held = facts(b, a)
    assert held.past([EventId("b")]) == {"a", "not here"}
    assert held.past([EventId("a")]) == {"not here"}
    assert held.past([EventId("nobody")]) == set()


def test_an_unknown_fact_is_kept_and_asked_for() -> None:
    later = an_event(Unknown(b"{}"))
    held = facts(later)
    assert held.unknown == [later]
    assert held.kinds == []
    assert list(held) == [later]


def test_first_and_last_are_by_the_clock_and_not_by_arrival() -> None:
    events = [an_event(MISSING, id=str(n), h=n) for n in range(4)]
    for order in permutations(events):
        held = facts(*order)
        first, last = held.first(CasualtyMissing), held.last(CasualtyMissing)
        assert first is not None
        assert last is not None
        assert (first.id, last.id) == ("0", "3")


def test_nothing_is_found_of_what_never_happened() -> None:
    held = facts(an_event(MISSING))
    assert (held.first(CasualtyLocated), held.last(CasualtyLocated), held.of(CasualtyLocated)) == (None, None, [])
    assert held.get(EventId("x")) is None


def test_what_was_read_is_remembered_until_the_next_fact() -> None:
    times: list[int] = []

    def how_many(held: Facts, _given: object) -> int:
        times.append(1)
        return len(held)

    given = object()
    held = facts(an_event(MISSING))
    assert [held.once(how_many, given) for _ in range(2)] == [1, 1]
    assert len(times) == 1
    held.add(an_event(MISSING))
    assert held.once(how_many, given) == 2
    assert held.once(how_many, object()) == 2
    held.rest()
    held.once(how_many, given)
    assert len(times) == 4
