"""Rules of evacuation requests: a partial form may launch, a denial never ends care, exercise never meets real."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import DialectRequired, IsClosed, ReasonRequired, ValueOutOfRange
from dunant.casualty.lines import misfits
from dunant.casualty.model import Alert, Request
from dunant.casualty.rules.incidents import not_closed
from dunant.casualty.rules.kinds import one_kind
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import NotFound
from dunant.kernel.events import At, Fact
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId

ENDED = {"CANCELLED", "COMPLETED", "SUPERSEDED"}
# Lines that count people, by code and outright.
COUNTS, COUNTED = ("counts", "nationality"), ("litter", "ambulatory", "escort")


def request_evacuation(asked: c.RequestEvacuation, known: Facts, context: Context) -> Iterator[Fact]:
    """Submit a request; every casualty it names has then been asked for (M4), and reported at the latest by its alert.

    Raises
    ------
    ExerciseMixed
        A named casualty is of the other kind.
    """
    if Request(known).exists:
        return
    check_lines(asked.lines)
    not_closed(asked.incident, context)
    all_known(asked.casualties, context)
    above = {"casualties": asked.casualties, "incident": (asked.incident,), "alert": (asked.alert,)}
    exercise = one_kind(asked.exercise, context, **above)
    yield Fact(
        subject=asked.request,
        body=e.EvacRequested(
            tag=context.tag(exercise),
            kind=asked.kind,
            dialect=asked.dialect,
            exercise=exercise,
            incident=asked.incident,
            alert=asked.alert,
            casualties=asked.casualties,
            pickup=asked.pickup,
            lines=asked.lines,
        ),
    )
    heard = Alert(context.known(asked.alert)) if asked.alert else None
    for casualty in asked.casualties:
        if heard and heard.received:
            yield milestone(casualty, "M1", heard.received.header.at)
        if heard and heard.acknowledgements and not has_reached(context.known(casualty), "M3"):
            # Who was written down after the alert had been answered was answered for too.
            yield milestone(casualty, "M3", heard.acknowledgements[0].header.at)
        yield milestone(casualty, "M4")


def amend_request(asked: c.AmendRequest, known: Facts, context: Context) -> Iterator[Fact]:
    """Change the given lines; a line set to nothing is taken back."""
    request = open_or_refuse(known)
    check_lines(asked.lines)
    all_known(asked.casualties, context)
    one_kind(request.exercise, context, casualties=asked.casualties, request=(asked.request,))
    seen = context.seen(request.pickup, *(request.line(name) for name in asked.lines))
    yield Fact(
        subject=asked.request,
        body=e.EvacRequestAmended(pickup=asked.pickup, casualties=asked.casualties, lines=asked.lines),
        base=seen,
    )
    for casualty in asked.casualties:
        if casualty not in request.casualties:
            yield milestone(casualty, "M4")


def cancel_request(asked: c.CancelRequest, known: Facts, context: Context) -> Iterator[Fact]:
    open_or_refuse(known)
    yield Fact(subject=asked.request, body=e.EvacRequestClosed(outcome="CANCELLED", reason=asked.reason))


def decide(asked: c.Decide, known: Facts, context: Context) -> Iterator[Fact]:
    """Answer a step of authority; an approved launch is milestone M5 of everybody on the request.

    Raises
    ------
    ReasonRequired
        A denial or redirection must say why and what happens instead.
    """
    request = open_or_refuse(known)
    if asked.decision != "APPROVED" and not (asked.reason and asked.next_step):
        missing = "reason" if not asked.reason else "next_step"
        raise ReasonRequired(field=missing, rule="required_with_refusal")
    yield Fact(
        subject=asked.request,
        body=e.AuthorityDecided(
            step=asked.step, decision=asked.decision, reason=asked.reason, next_step=asked.next_step
        ),
        base=context.seen(request.decision(asked.step)),
    )
    if asked.step == "LAUNCH" and asked.decision == "APPROVED":
        yield from (milestone(casualty, "M5") for casualty in request.casualties)


def self_authorise(asked: c.SelfAuthorise, known: Facts, context: Context) -> Iterator[Fact]:
    request = open_or_refuse(known)
    yield Fact(subject=asked.request, body=e.EmergencySelfAuthorised(reason=asked.reason))
    yield from (milestone(casualty, "M5") for casualty in request.casualties)


def open_or_refuse(known: Facts) -> Request:
    """The request, if it can still be changed. Raises NotFound or IsClosed."""
    request = Request(known)
    if not request.exists:
        raise NotFound(field="request", rule="exists")
    if request.status in ENDED:
        raise IsClosed(field="request", rule="must_be_open")
    return request


def all_known(casualties: Iterable[SubjectId], context: Context) -> None:
    """Raises NotFound for one that nobody has reported."""
    if any(context.known(casualty).first(e.CasualtyReported) is None for casualty in casualties):
        raise NotFound(field="casualties", rule="exists")


def check_lines(lines: Mapping[str, object]) -> None:
    """Hold what somebody here enters to what a form can mean; what a peer wrote is kept as it came.

    Raises
    ------
    DialectRequired
        Patients were counted under a bare letter, which means different things in different forms (casualty §7).
    ValueOutOfRange
        A number of people that cannot be, or a line that has not the shape of the form.
    """
    for name in COUNTS:
        counts = lines.get(name)
        for code, number in counts.items() if isinstance(counts, dict) else ():
            if name == "counts" and len(code) == 1:
                raise DialectRequired(field="lines.counts", rule="canonical_precedence", raw=code)
            _check_count(f"lines.{name}.{code}", number)
        if not isinstance(counts, dict | None):
            raise ValueOutOfRange(field=f"lines.{name}", rule="count_by_code")
    for name in COUNTED:
        if lines.get(name) is not None:
            _check_count(f"lines.{name}", lines[name])
    for name in misfits(lines):
        raise ValueOutOfRange(field=f"lines.{name}", rule="shape_of_the_form")


def _check_count(field: str, number: object) -> None:
    try:
        msgspec.convert(number, c.Number)
    except msgspec.ValidationError as wrong:
        raise ValueOutOfRange(field=field, rule=str(wrong)) from None


def has_reached(casualty: Facts, code: str) -> bool:
    return any(getattr(event.body, "code", "") == code for event in casualty.of(e.MilestoneRecorded))


def milestone(casualty: SubjectId | str, code: str, at: At | None = None, **more: object) -> Fact:
    """A step that this command's own fact is the evidence of."""
    body = e.MilestoneRecorded(code=code, **more)  # type: ignore[arg-type]
    return Fact(subject=SubjectId(casualty), body=body, at=at)


RULES: Rules = {
    c.RequestEvacuation: request_evacuation,
    c.AmendRequest: amend_request,
    c.CancelRequest: cancel_request,
    c.Decide: decide,
    c.SelfAuthorise: self_authorise,
}
