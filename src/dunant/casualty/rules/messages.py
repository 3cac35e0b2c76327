"""Rules of messages from outside: idempotent by (peer, uid), never refused for what they say, never in duplicate."""

from collections.abc import Iterator, Mapping
from typing import Any

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.model import Alert, Request, total
from dunant.casualty.rules.alerts import UNPROVEN
from dunant.casualty.rules.asking import milestone
from dunant.casualty.rules.requests import COUNTS
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.events import Event, Fact
from dunant.kernel.facts import Facts, recorded_order
from dunant.kernel.ids import SubjectId, Tag, derived, is_tag


def receive_request(asked: c.ReceiveRequest, known: Facts, context: Context) -> Iterator[Fact]:
    """A peer's 9-line: the first one opens incident, alert, request and one casualty for each patient it describes.

    Those it only counts go to the incident's estimate, so that the ledger shows them as unaccounted. The same content
    again is no fact. Changed content is one amendment of this request only, based on what the peer itself said before;
    a line that somebody here has edited meanwhile then has two values, and a person decides.

    Never refused: of an exercise it makes an exercise, at an exercise site everything is one, and a request stays what
    it was at first.
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
    own = Tag(asked.tag) if asked.tag and is_tag(asked.tag) else None
    yield Fact(
        subject=asked.request,
        body=e.EvacRequested(
            tag=own or context.tag(exercise),
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
    if not Alert(context.known(alert)).received:
        yield _alert(asked, alert, incident, exercise)
    for casualty, patient in zip(patients, asked.patients, strict=True):
        yield from _patient(casualty, patient, asked, incident, exercise, context)


def _alert(asked: c.ReceiveRequest, alert: SubjectId, incident: SubjectId, exercise: bool) -> Fact:
    return Fact(
        subject=alert,
        body=e.AlertReceived(
            channel=asked.channel,
            incident=incident,
            request=asked.request,
            callsign=asked.callsign,
            position=asked.position,
            exercise=exercise,
            unverified=asked.channel in UNPROVEN,
        ),
    )


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
    """One amendment with the changed lines, then what is new about patients.

    What the peer has dropped or emptied says nothing: some clients lose what they do not know (spec A7).
    """
    said = _last_said(request, asked.peer)
    changed = {name: value for name, value in _merged(said, asked.lines).items() if said.get(name) != value}
    patients = _patients(asked, request, context)
    fresh = [casualty for casualty in patients if casualty not in request.casualties]
    moved = asked.position if asked.position != _last_place(request, asked.peer) else None
    if changed or moved or fresh:
        yield Fact(
            subject=asked.request,
            body=e.EvacRequestAmended(lines=changed, pickup=moved, casualties=tuple(fresh), peer=asked.peer),
            base=tuple(event.id for event in _heard(request, asked.peer)),
        )
    incident = request.form.incident if request.form else None
    counted = total(changed.get("counts"))
    # An incident that was opened here may have more to it than one form.
    if incident and request.peer and counted and counted != total(said.get("counts")):
        yield _estimate(incident, counted, context)
    for casualty, patient in patients.items():
        if casualty in fresh:
            yield from _patient(casualty, patient, asked, incident, request.exercise, context)
            yield from _answered(casualty, request, context)
        elif (mist := _mist(casualty, patient)).body != _last_mist(context.known(casualty)):
            yield mist


def _merged(said: Mapping[str, Any], lines: Mapping[str, Any]) -> dict[str, Any]:
    """Lines as the peer means them now. Counts by code are attributes of their own on the wire, each may be dropped."""
    given = {name: value for name, value in lines.items() if value not in ("", None, [], {})}
    before = {name: said[name] for name in COUNTS if isinstance(said.get(name), dict) and name in given}
    return {**given, **{name: {**before[name], **given[name]} for name in before}}


def _patients(asked: c.ReceiveRequest, request: Request, context: Context) -> dict[SubjectId, c.Patient]:
    """Casualty → what the message says of it. Those we have sent out come back under their tag, and get no twin."""
    tags = {
        getattr(known.body, "tag", ""): SubjectId(casualty)
        for casualty in request.casualties
        if (known := context.known(SubjectId(casualty)).first(e.CasualtyReported))
    }
    return {tags.get(one.zap) or SubjectId(derived("casualty", asked.request, one.key)): one for one in asked.patients}


def _estimate(incident: SubjectId, counted: int, context: Context) -> Fact:
    """The peer's newer count; beside an estimate that somebody else has made meanwhile it stands as a second one."""
    before = context.known(incident).of(e.EstimateReported)
    own = tuple(event.id for event in before if event.header.by.user == context.actor.user)
    return Fact(subject=incident, body=e.EstimateReported(total=counted), base=own)


def _answered(casualty: SubjectId, request: Request, context: Context) -> Iterator[Fact]:
    """Who was named after the alert had been answered was answered for too."""
    alert = request.form.alert if request.form else None
    answered = Alert(context.known(alert)).answered if alert else None
    if answered:
        yield milestone(casualty, "M3", answered.header.at)


def _heard(request: Request, peer: str) -> list[Event]:
    """Versions of the form that this peer has surely seen: its own, and the one we sent it first."""
    ours = [request.begun] if request.begun and not request.peer else []
    return [*ours, *request.heard_from(peer)]


def _last_said(request: Request, peer: str) -> dict[str, Any]:
    """Line → what the peer itself said last, whatever others have made of it since."""
    said: dict[str, Any] = {}
    for event in sorted(_heard(request, peer), key=recorded_order):
        said.update(getattr(event.body, "lines", {}))
    return said


def _last_place(request: Request, peer: str) -> Any:
    stated = [getattr(event.body, "pickup", None) for event in sorted(_heard(request, peer), key=recorded_order)]
    return next((place for place in reversed(stated) if place is not None), None)


def _last_mist(casualty: Facts) -> e.MistReported | None:
    last = casualty.last(e.MistReported)
    return last.body if last and isinstance(last.body, e.MistReported) else None


RULES: Rules = {c.ReceiveRequest: receive_request}
