"""Rules of settling and taking back, for any subject."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.model import DETAILS, Request
from dunant.casualty.rules.asking import call_of, circumstances
from dunant.casualty.rules.decisions import permitted
from dunant.casualty.rules.kinds import BEGINNINGS
from dunant.casualty.rules.triage import not_given_up
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.events import Fact, Reference
from dunant.kernel.facts import Facts
from dunant.kernel.merge import ConflictResolved, EnteredInError
from dunant.kernel.places import Position

DECISION = "decision."
Check = Callable[[Any], bool]


def resolve_conflict(asked: c.ResolveConflict, known: Facts, context: Context) -> Iterator[Fact]:
    """Settle a field with the heads that were seen. A head that arrived since stays, and the conflict reopens.

    Raises
    ------
    Invalid
        No value seen was named, the field is none that can be settled, or the value is none that it can have.
    ExpectantNotAllowed
        It would be expectant, and that is for medical officers in a mass casualty situation.
    DecisionNotAllowed
        It is an answer to a step of authority, and the launch matrix gives that to somebody else.
    """
    seen = [known.get(ref) for ref in context.base or ()]
    streams = sorted({event.header.st for event in seen if event})
    if not streams:
        raise Invalid(field="base", rule="name_the_values_seen")
    if not _is_sound(asked.field, asked.value):
        raise Invalid(field="value", rule="fits_the_field")
    if asked.field == "triage":
        not_given_up(asked.value, known, context)
    if asked.field.startswith(DECISION):
        # Whoever chooses between two answers to a step gives one.
        request = Request(known)
        if request.form is None:
            raise NotFound(field="subject_id", rule="exists")
        permitted(asked.field.removeprefix(DECISION), "", *circumstances(call_of(request), context), context)
    yield Fact(
        subject=asked.subject_id,
        body=ConflictResolved(field=asked.field, value=asked.value, reason=asked.reason),
        stream=streams[-1],
    )


def enter_in_error(asked: c.EnterInError, known: Facts, context: Context) -> Iterator[Fact]:
    """Take back a fact. What began a subject is not taken back, for the subject would vanish with all that hangs on it.

    Raises
    ------
    Invalid
        The fact began the subject: cancel that instead.
    """
    wrong = known.get(asked.event)
    if wrong is None:
        raise NotFound(field="event", rule="exists")
    if isinstance(wrong.body, BEGINNINGS):
        raise Invalid(field="event", rule="cancel_the_subject")
    yield Fact(
        subject=asked.subject_id,
        body=EnteredInError(reason=asked.reason),
        stream=wrong.header.st,
        x=Reference(op="retracts", ref=asked.event),
    )
    # A step on the way to care goes with the act that was its only evidence.
    for step in known.of(e.MilestoneRecorded):
        if isinstance(step.body, e.MilestoneRecorded) and step.body.evidence == asked.event:
            yield Fact(
                subject=asked.subject_id,
                body=EnteredInError(reason=asked.reason),
                stream=step.header.st,
                x=Reference(op="retracts", ref=step.id),
            )


def _fits(shape: Any) -> Check:
    def check(value: Any) -> bool:
        try:
            msgspec.convert(value, shape)
        except msgspec.ValidationError:
            return False
        return True

    return check


_TEXT, _YES_NO, _PLACE = _fits(str), _fits(bool | None), _fits(Position | None)


class _Holder(msgspec.Struct, forbid_unknown_fields=True):
    """One of those who claim a casualty."""

    holder: str
    role: str
    facility: str | None = None
    leg: str | None = None


_DECISION = _fits(Literal["APPROVED", "DENIED", "REDIRECTED"])
# What each field can be settled with; lines of a form can be anything that a form may say.
_FIELDS: Mapping[str, Check] = {
    **dict.fromkeys(DETAILS, _TEXT),
    **dict.fromkeys(("child", "detainee", "needs_surgery"), _YES_NO),
    "tag": _TEXT,
    "triage": _fits(Literal["T1", "T2", "T3", "T4", "DEAD"]),
    "presence": _fits(Literal["MISSING", "LOCATED"]),
    "position": _PLACE,
    "pickup": _PLACE,
    "estimate": _fits(int),
    "status": _fits(Literal["OPEN", "CLOSED"]),
    "mascal": _fits(Literal["OPEN", "MASCAL"]),
    "disposition": _TEXT,
    "type": _TEXT,
    "threat": _TEXT,
    "remarks": _TEXT,
    "plan": _fits(e.LegPlanned),
    "held": _fits(bool),
    "dialect": _TEXT,
    "posture": _TEXT,
    "custody": _fits(_Holder),
    "reservation": _fits(
        Literal["OFFERED", "REQUESTED", "ACCEPTED", "CONFIRMED", "CONSUMED", "EXPIRED", "RELEASED", "REFUSED"]
    ),
    "slot": _fits(Literal["PLANNED", "READY", "IN_USE", "TURNOVER", "CLOSED"]),
}


def _is_sound(field: str, value: Any) -> bool:
    if field.startswith(("line.", "referral.")):
        return True
    check = _DECISION if field.startswith(DECISION) else _FIELDS.get(field)
    if check is None:
        raise Invalid(field="field", rule="known_field")
    return check(value)


RULES: Rules = {c.ResolveConflict: resolve_conflict, c.EnterInError: enter_in_error}
