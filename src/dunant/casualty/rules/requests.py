"""Rules of evacuation requests: a partial form may launch, a denial never ends care, exercise never meets real."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import (
    DialectRequired,
    IsClosed,
    LaunchFieldsMissing,
    OrderOfStates,
    StillAboard,
    ValueOutOfRange,
)
from dunant.casualty.forms import FormPack
from dunant.casualty.lines import misfits
from dunant.casualty.model import REFERRAL, WAITING, Alert, Request
from dunant.casualty.rules.asking import Call, call_of, milestone, unasked
from dunant.casualty.rules.incidents import not_closed
from dunant.casualty.rules.kinds import one_kind
from dunant.kernel.clock import rfc3339
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import NotFound
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, SubjectId

# Lines that count people, by code and outright.
COUNTS, COUNTED = ("counts", "nationality"), ("litter", "ambulatory", "escort")


def request_evacuation(asked: c.RequestEvacuation, known: Facts, context: Context) -> Iterator[Fact]:
    """Submit a request, or keep a draft of one; every casualty it names has then been asked for (M4).

    A form that lacks something is taken and marked, never turned away: who calls from a ditch does not fill in forms.
    A draft sent again as a request is submitted.

    Raises
    ------
    ExerciseMixed
        A named casualty is of the other kind.
    """
    request = Request(known)
    if request.submitted or (request.exists and asked.draft):
        return
    lines = lines_of(asked)
    check_lines(lines)
    not_closed(asked.incident, context)
    all_known(asked.casualties, context)
    above = {"casualties": asked.casualties, "incident": (asked.incident,), "alert": (asked.alert,)}
    exercise = one_kind(asked.exercise or request.exercise, context, **above)
    form = {
        "tag": request.form.tag if request.form else context.tag(exercise),
        "kind": asked.kind,
        "dialect": asked.dialect,
        "exercise": exercise,
        "incident": asked.incident,
        "alert": asked.alert,
        "casualties": asked.casualties,
        "pickup": asked.pickup,
        "lines": lines,
    }
    kind = e.EvacDrafted if asked.draft else e.EvacRequested
    yield Fact(subject=asked.request, body=kind(**form), base=seen_of(request, lines, context))  # type: ignore[arg-type]
    yield from referral_facts(asked.request, asked.referral, request, context)
    if not asked.draft:
        call = Call(
            kind=asked.kind, lines=lines, pickup=asked.pickup, casualties=asked.casualties, incident=asked.incident
        )
        yield from submission(asked.request, call, asked.alert, context)


def submit_request(asked: c.SubmitRequest, known: Facts, context: Context) -> Iterator[Fact]:
    """Send a draft.

    Raises
    ------
    LaunchFieldsMissing
        `missing` names what its form needs before anybody could launch; "a|b" is a choice.
    OrderOfStates
        It was sent before.
    """
    request = open_or_refuse(known)
    if request.submitted or request.form is None:
        raise OrderOfStates(field="request", rule="only_a_draft")
    if missing := request.missing(context.pack(FormPack)):
        raise LaunchFieldsMissing(field=missing[0], rule="launch_min_fields", missing=missing)
    yield Fact(subject=asked.request, body=e.EvacSubmitted())
    yield from submission(asked.request, call_of(request), request.form.alert, context)


def submission(request: SubjectId, call: Call, alert: SubjectId | None, context: Context) -> Iterator[Fact]:
    """What follows when somebody is asked: milestones of everybody named, and the answer where nobody need give one."""
    heard = Alert(context.known(alert)) if alert else None
    for one in call.casualties:
        casualty = SubjectId(one)
        if heard and heard.received:
            yield milestone(casualty, "M1", heard.received.header.at)
        if heard and heard.answered and not has_reached(context.known(casualty), "M3"):
            # Who was written down after the alert had been answered was answered for too.
            yield milestone(casualty, "M3", heard.answered.header.at)
        yield milestone(casualty, "M4")
    yield from unasked(request, call, context)


def amend_request(asked: c.AmendRequest, known: Facts, context: Context) -> Iterator[Fact]:
    """Change the given lines; a line set to nothing is taken back. A draft is saved like this, field by field."""
    request = open_or_refuse(known)
    lines = lines_of(asked)
    check_lines(lines)
    all_known(asked.casualties, context)
    one_kind(request.exercise, context, casualties=asked.casualties, request=(asked.request,))
    if lines or asked.pickup is not None or asked.casualties or asked.referral is None:
        yield Fact(
            subject=asked.request,
            body=e.EvacRequestAmended(pickup=asked.pickup, casualties=asked.casualties, lines=lines),
            base=seen_of(request, lines, context),
        )
    yield from referral_facts(asked.request, asked.referral, request, context)
    for casualty in asked.casualties:
        if request.submitted and casualty not in request.casualties:
            yield milestone(casualty, "M4")


def hold_request(asked: c.HoldRequest, known: Facts, context: Context) -> Iterator[Fact]:
    request = open_or_refuse(known)
    if request.is_held:
        raise OrderOfStates(field="request", rule="held_already")
    yield Fact(subject=asked.request, body=e.EvacHeld(reason=asked.reason), base=context.seen(request.held))


def resume_request(asked: c.ResumeRequest, known: Facts, context: Context) -> Iterator[Fact]:
    request = open_or_refuse(known)
    if not request.is_held:
        raise OrderOfStates(field="request", rule="not_held")
    yield Fact(subject=asked.request, body=e.EvacResumed(), base=context.seen(request.held))


def cancel_request(asked: c.CancelRequest, known: Facts, context: Context) -> Iterator[Fact]:
    """Nobody is coming any more.

    Raises
    ------
    StillAboard
        Somebody is being carried on it; the leg is to be handed over or diverted first.
    """
    open_or_refuse(known)
    nobody_aboard(asked.request, context)
    yield Fact(subject=asked.request, body=e.EvacRequestClosed(outcome="CANCELLED", reason=asked.reason))


def supersede_request(asked: c.SupersedeRequest, known: Facts, context: Context) -> Iterator[Fact]:
    """Another request takes its place.

    Raises
    ------
    NotFound
        There is no such other request.
    ExerciseMixed
        One is of an exercise and the other is not.
    """
    request = open_or_refuse(known)
    if asked.by == asked.request or not Request(context.known(asked.by)).exists:
        raise NotFound(field="by", rule="another_request")
    one_kind(request.exercise, context, by=(asked.by,), request=(asked.request,))
    yield Fact(subject=asked.request, body=e.EvacSuperseded(by=asked.by, reason=asked.reason))


def nobody_aboard(request: SubjectId, context: Context) -> None:
    """Raises StillAboard while an active leg of this request has loaded somebody."""
    for leg in context.rows("legs", active=True):
        if leg["request"] == request and leg["status"] not in WAITING:
            raise StillAboard(field="request", rule="zero_on_board", leg=leg["subject"], missing=["HANDED_OVER"])


def open_or_refuse(known: Facts) -> Request:
    """The request, if it can still be changed. Raises NotFound or IsClosed."""
    request = Request(known)
    if not request.exists:
        raise NotFound(field="request", rule="exists")
    if request.is_ended:
        raise IsClosed(field="request", rule="must_be_open")
    return request


def lines_of(asked: c.RequestEvacuation | c.AmendRequest) -> dict[str, object]:
    """The lines, with what has a field of its own in the command."""
    named = {"escort_needed": asked.escort, "constraints": asked.constraints}
    return {**asked.lines, **{name: value for name, value in named.items() if value}}


def seen_of(request: Request, lines: Mapping[str, object], context: Context) -> tuple[EventId, ...]:
    return context.seen(request.pickup, *(request.line(name) for name in lines))


def referral_facts(subject: SubjectId, said: c.Referral | None, request: Request, context: Context) -> Iterator[Fact]:
    """What was said of the move, each part to those who may read it: the diagnosis never leaves the clinical stream."""
    if said is None:
        return
    given = {name: getattr(said, name) for name in REFERRAL}
    given["valid_until"] = rfc3339(said.valid_until) if said.valid_until else None
    if any(value is not None for value in given.values()):
        readings = [request.referral_field(name) for name, value in given.items() if value is not None]
        yield Fact(subject=subject, body=e.ReferralStated(**given), base=context.seen(*readings))
    clinical = e.ClinicalReferralRecorded(diagnosis_class=said.diagnosis_class, reason=said.reason)
    if clinical.diagnosis_class or clinical.reason:
        yield Fact(subject=subject, body=clinical)


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


RULES: Rules = {
    c.RequestEvacuation: request_evacuation,
    c.SubmitRequest: submit_request,
    c.AmendRequest: amend_request,
    c.HoldRequest: hold_request,
    c.ResumeRequest: resume_request,
    c.CancelRequest: cancel_request,
    c.SupersedeRequest: supersede_request,
}
