"""A peer's 9-line: idempotent, never refused, and what a peer drops erases nothing."""

from typing import Any

import msgspec

from dunant.casualty import RULES
from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.model import Request
from dunant.kernel.events import Body
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId
from tests.builders import a_subject, an_event
from tests.casualty.deciding import a_context

REQUEST = a_subject(200)
LINES: dict[str, object] = {"freq": "46.55", "security": "N", "counts": {"URGENT": 1, "PRIORITY": 1}}
FIRST = c.ReceiveRequest(
    request=REQUEST,
    peer="TAK",
    uid="u-1",
    dialect="ATAK",
    estimate=2,
    lines=LINES,
    patients=(c.Patient(key="ZMIST1"),),
    content="first",
)


class Held:
    """Facts by subject, growing with every message."""

    def __init__(self) -> None:
        self.facts: dict[SubjectId, Facts] = {}

    def take(self, asked: c.ReceiveRequest, exercise: bool = False) -> list[Body]:
        mine = self.facts.get(REQUEST, Facts(REQUEST))
        context = a_context(self.facts.values(), exercise=exercise, who="system_client")
        facts = list(RULES[type(asked)](asked, mine, context))
        for fact in facts:
            self.add(fact.subject, fact.body, fact.base or ())
        return [fact.body for fact in facts]

    def add(self, subject: SubjectId, body: Body, base: Any = ()) -> None:
        facts = self.facts.setdefault(subject, Facts(subject))
        facts.add(an_event(body, subject=subject, base=base, role="system_client"))

    @property
    def request(self) -> Request:
        return Request(self.facts[REQUEST])


def again(content: str = "second", **changed: Any) -> c.ReceiveRequest:
    return msgspec.structs.replace(FIRST, content=content, **changed)


def test_the_same_message_again_is_no_fact() -> None:
    held = Held()
    assert held.take(FIRST)
    assert held.take(FIRST) == []


def test_an_edit_is_one_amendment_with_the_changed_line_only() -> None:
    held = Held()
    held.take(FIRST)
    amended, message = held.take(again(lines={**LINES, "freq": "47.0"}))
    assert amended == e.EvacRequestAmended(lines={"freq": "47.0"}, peer="TAK")
    assert isinstance(message, e.ForeignMessageReceived)
    assert held.request.conflicts == []


def test_what_the_peer_dropped_or_emptied_is_no_change() -> None:
    held = Held()
    held.take(FIRST)
    (message,) = held.take(again(lines={"security": "", "counts": {"PRIORITY": 1}}))
    assert isinstance(message, e.ForeignMessageReceived)
    assert held.request.lines == LINES


def test_a_local_edit_and_another_value_of_the_peer_are_both_kept() -> None:
    held = Held()
    held.take(FIRST)
    submitted = held.request.submitted
    assert submitted
    held.add(REQUEST, e.EvacRequestAmended(lines={"freq": "30.5"}), (submitted.id,))
    held.take(again(lines={**LINES, "freq": "47.0"}))
    (conflict,) = held.request.conflicts
    assert {entry.value for entry in conflict.heads} == {"30.5", "47.0"}


def test_more_patients_counted_are_a_new_estimate_of_the_incident() -> None:
    held = Held()
    held.take(FIRST)
    facts = held.take(again(lines={**LINES, "counts": {"URGENT": 3, "PRIORITY": 1}}))
    assert e.EstimateReported(total=4) in facts


def test_an_exercise_from_outside_is_taken_as_one_and_stays_one() -> None:
    held = Held()
    assert all(getattr(body, "exercise", True) for body in held.take(msgspec.structs.replace(FIRST, exercise=True)))
    assert held.take(again(lines={**LINES, "freq": "1"}))
    assert held.request.exercise


def test_at_an_exercise_site_everything_from_outside_is_an_exercise() -> None:
    assert all(getattr(body, "exercise", True) for body in Held().take(FIRST, exercise=True))


def test_our_own_patients_come_back_without_twins() -> None:
    held, casualty = Held(), a_subject(201)
    held.add(casualty, e.CasualtyReported(tag="D-4KQ2M-B"))  # type: ignore[arg-type]
    held.add(REQUEST, e.EvacRequested(tag="D-1", kind="CASEVAC", dialect="UN", casualties=(casualty,), lines=LINES))  # type: ignore[arg-type]
    facts = held.take(again(patients=(c.Patient(key="ZMIST1", zap="D-4KQ2M-B"),), lines={**LINES, "freq": "47.0"}))
    assert not any(isinstance(body, e.CasualtyReported) for body in facts)
    assert held.request.conflicts == []
