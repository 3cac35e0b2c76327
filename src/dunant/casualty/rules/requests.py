"""Rules of evacuation requests: a partial form may launch, a denial never ends care, exercise never meets real."""

from collections.abc import Iterator

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import ExerciseMixed, IsClosed, ReasonRequired
from dunant.casualty.model import Alert, Request
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import NotFound
from dunant.kernel.events import At, Fact
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId

ENDED = {"CANCELLED", "COMPLETED", "SUPERSEDED"}


def request_evacuation(asked: c.RequestEvacuation, known: Facts, context: Context) -> Iterator[Fact]:
    """Submit a request; every casualty it names has then been asked for (M4), and reported at the latest by its alert.

    Raises
    ------
    ExerciseMixed
        A named casualty is of the other kind.
    """
    if Request(known).exists:
        return
    exercise = asked.exercise or context.exercise
    for casualty in asked.casualties:
        same_kind(context.known(casualty), exercise)
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
    for casualty in asked.casualties:
        same_kind(context.known(casualty), request.exercise)
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


def same_kind(casualty: Facts, exercise: bool) -> None:
    """Raises NotFound, or ExerciseMixed if one is real and the other is not (invariant 16)."""
    reported = casualty.first(e.CasualtyReported)
    if reported is None:
        raise NotFound(field="casualties", rule="exists")
    if getattr(reported.body, "exercise", False) != exercise:
        raise ExerciseMixed(field="casualties", rule="same_exercise")


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
