"""Rules of messages from outside: idempotent by (peer, uid), never refused for what they say, never in duplicate."""

from collections.abc import Iterator
from typing import Any

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.model import Request
from dunant.casualty.rules.requests import milestone
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId, derived


def receive_request(asked: c.ReceiveRequest, known: Facts, context: Context) -> Iterator[Fact]:
    """A peer's 9-line: the first one opens incident, alert, request and one casualty for each patient it describes.

    Those it only counts go to the incident's estimate, so that the ledger shows them as unaccounted. The same content
    again is no fact. Changed content is one amendment of this request only, based on what the peer itself said before;
    a line that somebody here has edited meanwhile then has two values, and a person decides.
    """
    message = SubjectId(derived("message", asked.peer, asked.uid))
    request = Request(known)
    previous = context.known(message).last(e.ForeignMessageReceived)
    if request.exists and previous and getattr(previous.body, "content", "") == asked.content:
        return
    if request.exists:
        yield from _amend(asked, request, context)
    else:
        yield from _open(asked, context)
    yield Fact(
        subject=message,
        body=e.ForeignMessageReceived(
            dialect=asked.dialect,
            peer=asked.peer,
            uid=asked.uid,
            about=asked.request,
            content=asked.content,
            unknown=asked.unknown,
        ),
        blobs=(asked.blob,) if asked.blob else (),
    )


def _open(asked: c.ReceiveRequest, context: Context) -> Iterator[Fact]:
    exercise = asked.exercise or context.exercise
    incident = SubjectId(derived("incident", asked.request))
    alert = SubjectId(derived("alert", asked.request))
    patients = [SubjectId(derived("casualty", asked.request, patient.key)) for patient in asked.patients]
    yield Fact(
        subject=asked.request,
        body=e.EvacRequested(
            tag=context.tag(exercise),
            kind=asked.kind,
            dialect=asked.dialect,
            exercise=exercise,
            incident=incident,
            alert=alert,
            casualties=tuple(patients),
            pickup=asked.position,
            lines=asked.lines,
            peer=asked.peer,
            peer_uid=asked.uid,
        ),
    )
    yield Fact(
        subject=incident,
        body=e.IncidentOpened(tag=context.tag(exercise), type="OTHER", exercise=exercise, position=asked.position),
    )
    if asked.estimate:
        yield Fact(subject=incident, body=e.EstimateReported(total=asked.estimate))
    yield Fact(
        subject=alert,
        body=e.AlertReceived(
            channel="COT",
            incident=incident,
            request=asked.request,
            callsign=asked.callsign,
            position=asked.position,
            exercise=exercise,
        ),
    )
    for casualty, patient in zip(patients, asked.patients, strict=True):
        yield from _patient(casualty, patient, asked, incident, exercise, context)


def _patient(
    casualty: SubjectId,
    patient: c.Patient,
    asked: c.ReceiveRequest,
    incident: SubjectId | None,
    exercise: bool,
    context: Context,
) -> Iterator[Fact]:
    yield Fact(
        subject=casualty,
        body=e.CasualtyReported(
            tag=context.tag(exercise), exercise=exercise, incident=incident, position=asked.position, label=patient.key
        ),
    )
    yield milestone(casualty, "M1")
    yield milestone(casualty, "M4")
    yield _mist(casualty, patient)
    if patient.zap:
        yield Fact(subject=casualty, body=e.IdentityAsserted(kind="ZAP", value=patient.zap))


def _mist(casualty: SubjectId, patient: c.Patient) -> Fact:
    body = e.MistReported(
        title=patient.key,
        mechanism=patient.mechanism,
        mechanism_text=patient.mechanism_text,
        injuries=patient.injuries,
        injuries_text=patient.injuries_text,
        signs=patient.signs,
        treatment=patient.treatment,
    )
    return Fact(subject=casualty, body=body)


def _amend(asked: c.ReceiveRequest, request: Request, context: Context) -> Iterator[Fact]:
    """One amendment with the changed lines, then what is new about patients."""
    said = _last_said(request)
    changed: dict[str, Any] = {name: value for name, value in asked.lines.items() if said.get(name) != value}
    # An attribute the peer has dropped says nothing: some clients lose what they do not know (spec A7).
    patients = {SubjectId(derived("casualty", asked.request, patient.key)): patient for patient in asked.patients}
    fresh = [casualty for casualty in patients if casualty not in request.casualties]
    moved = asked.position if asked.position != request.pickup.value else None
    yield Fact(
        subject=asked.request,
        body=e.EvacRequestAmended(lines=changed, pickup=moved, casualties=tuple(fresh), peer=asked.peer),
        base=tuple(request.heard_from_peer),
    )
    incident = request.form.incident if request.form else None
    for casualty, patient in patients.items():
        if casualty in fresh:
            yield from _patient(casualty, patient, asked, incident, request.exercise, context)
        elif (mist := _mist(casualty, patient)).body != _last_mist(context.known(casualty)):
            yield mist


def _last_said(request: Request) -> dict[str, Any]:
    """Line → what the peer itself said last, whatever others have made of it since."""
    said: dict[str, Any] = {}
    heard = [event for ref in request.heard_from_peer if (event := request.facts.get(ref))]
    for event in sorted(heard, key=lambda event: event.header.h):
        said.update(getattr(event.body, "lines", {}))
    return said


def _last_mist(casualty: Facts) -> e.MistReported | None:
    last = casualty.last(e.MistReported)
    return last.body if last and isinstance(last.body, e.MistReported) else None


RULES: Rules = {c.ReceiveRequest: receive_request}
