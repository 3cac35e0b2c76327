"""Rules of casualties. Little is refused: a medic is never stopped by a rule that a flag can serve."""

from collections.abc import Iterator

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import (
    AlreadyHandedOver,
    ExerciseMixed,
    IncidentIsClosed,
    IsClosed,
    OrderOfStates,
    ReasonRequired,
)
from dunant.casualty.model import DETAILS, Casualty, CasualtyPolicy, Facility, Incident
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.events import Event, Fact, Reference
from dunant.kernel.facts import Facts
from dunant.kernel.ids import Tag, is_tag
from dunant.kernel.links import SubjectLinked, SubjectUnlinked, surviving
from dunant.kernel.merge import ConflictResolved, EnteredInError


def report_casualty(asked: c.ReportCasualty, known: Facts, context: Context) -> Iterator[Fact]:
    """Open a casualty. A used tag is accepted: both records are kept, and the board shows the clash.

    Raises
    ------
    ExerciseMixed
        The incident is of the other kind.
    IncidentIsClosed
        The incident must be reopened first.
    """
    if known.of(e.CasualtyReported):
        return
    exercise = asked.exercise or context.exercise
    if asked.incident:
        incident = Incident(context.known(asked.incident))
        if incident.opened and incident.exercise != exercise:
            raise ExerciseMixed(field="incident", rule="same_exercise")
        if incident.status == "CLOSED":
            raise IncidentIsClosed(field="incident", rule="must_be_open")
    if asked.tag and not is_tag(asked.tag):
        raise Invalid(field="tag", rule="check_character")
    yield Fact(
        subject=asked.casualty,
        body=e.CasualtyReported(
            tag=Tag(asked.tag) if asked.tag else context.tag(exercise),
            exercise=exercise,
            incident=asked.incident,
            position=asked.position,
            affiliation=asked.affiliation,
            child=asked.child,
            label=asked.label,
        ),
    )


def record_details(asked: c.RecordDetails, known: Facts, context: Context) -> Iterator[Fact]:
    """Record the fields that were given, and only those."""
    _reported(known)
    given = {name: value for name in DETAILS if (value := getattr(asked, name)) is not None}
    if not given:
        raise Invalid(field="*", rule="at_least_one_field")
    casualty = _read(known)
    seen = context.seen(*(casualty.detail(name) for name in given))
    yield Fact(subject=asked.casualty, body=e.CasualtyDetailsRecorded(**given), base=seen)


def estimate_injury_time(asked: c.EstimateInjuryTime, known: Facts, context: Context) -> Iterator[Fact]:
    _reported(known)
    if asked.last_known_well:
        yield Fact(subject=asked.casualty, body=e.LastKnownWell(evidence=asked.evidence))
    else:
        yield Fact(subject=asked.casualty, body=e.InjuryTimeEstimated())


def assign_triage(asked: c.AssignTriage, known: Facts, context: Context) -> Iterator[Fact]:
    """Record the category; a repeated or lower one is kept too, because the change itself is clinical information.

    Raises
    ------
    AlreadyHandedOver
        The receiving facility now owns the category.
    """
    _reported(known)
    if _handed_over(known) and context.actor.role not in {"clinician", "psychiatrist", "mtf_chief"}:
        raise AlreadyHandedOver(field="category", rule="receiving_facility_decides")
    yield Fact(
        subject=asked.casualty,
        body=e.TriageAssigned(category=asked.category, scheme=asked.scheme),
        base=context.seen(_read(known).triage),
    )


def override_triage(asked: c.OverrideTriage, known: Facts, context: Context) -> Iterator[Fact]:
    _reported(known)
    if not asked.reason:
        raise ReasonRequired(field="reason", rule="required")
    yield Fact(
        subject=asked.casualty,
        body=e.TriageOverridden(category=asked.category, scheme=asked.scheme, reason=asked.reason),
        base=context.seen(_read(known).triage),
    )


def record_milestone(asked: c.RecordMilestone, known: Facts, context: Context) -> Iterator[Fact]:
    _reported(known)
    modules = Facility(context.known(asked.facility)).open_modules if asked.facility else ()
    yield Fact(
        subject=asked.casualty,
        body=e.MilestoneRecorded(
            code=asked.code,
            facility=asked.facility,
            open_modules=modules,
            leg=asked.leg,
            performer=asked.performer,
            evidence=asked.evidence,
        ),
    )


def report_missing(asked: c.ReportMissing, known: Facts, context: Context) -> Iterator[Fact]:
    _alive(known)
    yield Fact(subject=asked.casualty, body=e.CasualtyMissing(), base=context.seen(_read(known).presence))


def locate_casualty(asked: c.LocateCasualty, known: Facts, context: Context) -> Iterator[Fact]:
    _reported(known)
    casualty = _read(known)
    seen = context.seen(casualty.presence, casualty.position)
    yield Fact(subject=asked.casualty, body=e.CasualtyLocated(position=asked.position), base=seen)


def pronounce_death(asked: c.PronounceDeath, known: Facts, context: Context) -> Iterator[Fact]:
    _alive(known)
    yield Fact(subject=asked.casualty, body=e.DeathPronounced(place=asked.place))


def cancel_casualty(asked: c.CancelCasualty, known: Facts, context: Context) -> Iterator[Fact]:
    """Only a false report may be taken off the board, and not once somebody has been treated or moved."""
    _alive(known)
    if any(isinstance(event.body, e.MilestoneRecorded) for event in known.of(e.MilestoneRecorded)):
        raise OrderOfStates(field="reason", rule="not_after_care_began")
    yield Fact(subject=asked.casualty, body=e.CasualtyCancelled(reason=asked.reason))


def attribute_delay(asked: c.AttributeDelay, known: Facts, context: Context) -> Iterator[Fact]:
    _reported(known)
    yield Fact(subject=asked.casualty, body=e.DelayAttributed(gap=asked.gap, code=asked.code, minutes=asked.minutes))


def record_disposition(asked: c.RecordDisposition, known: Facts, context: Context) -> Iterator[Fact]:
    _reported(known)
    yield Fact(subject=asked.casualty, body=e.DispositionRecorded(type=asked.type))


def report_mist(asked: c.ReportMist, known: Facts, context: Context) -> Iterator[Fact]:
    _reported(known)
    yield Fact(
        subject=asked.casualty,
        body=e.MistReported(
            title=asked.title,
            mechanism=asked.mechanism,
            mechanism_text=asked.mechanism_text,
            injuries=asked.injuries,
            injuries_text=asked.injuries_text,
            signs=asked.signs,
            treatment=asked.treatment,
        ),
    )


def assert_identity(asked: c.AssertIdentity, known: Facts, context: Context) -> Iterator[Fact]:
    _reported(known)
    yield Fact(subject=asked.casualty, body=e.IdentityAsserted(kind=asked.kind, value=asked.value, state=asked.state))


def link_subjects(asked: c.LinkSubjects, known: Facts, context: Context) -> Iterator[Fact]:
    """Say that two records are one person. The fact stands at both, so that each shows it by itself.

    Raises
    ------
    ExerciseMixed
        One of them is real and the other is not.
    """
    ours, theirs = _reported(known), _reported(context.known(asked.other))
    if asked.casualty == asked.other:
        raise Invalid(field="other", rule="another_record")
    if getattr(ours.body, "exercise", False) != getattr(theirs.body, "exercise", False):
        raise ExerciseMixed(field="other", rule="same_exercise")
    yield Fact(subject=asked.casualty, body=SubjectLinked(other=asked.other, score=asked.score), stream="casualty")
    yield Fact(subject=asked.other, body=SubjectLinked(other=asked.casualty, score=asked.score), stream="casualty")


def unlink_subjects(asked: c.UnlinkSubjects, known: Facts, context: Context) -> Iterator[Fact]:
    """Take back the links that are known here; one made elsewhere in the meantime survives and is flagged."""
    for subject, other in ((asked.casualty, asked.other), (asked.other, asked.casualty)):
        for link in surviving(context.known(subject).of(SubjectLinked, SubjectUnlinked)):
            if link.b == other:
                yield Fact(subject=subject, body=SubjectUnlinked(ref=link.event), stream="casualty")


def resolve_conflict(asked: c.ResolveConflict, known: Facts, context: Context) -> Iterator[Fact]:
    """Settle a field with the heads that were seen. A head that arrived since stays, and the conflict reopens."""
    seen = [known.get(ref) for ref in context.base or ()]
    streams = sorted({event.header.st for event in seen if event})
    if not streams:
        raise Invalid(field="base", rule="name_the_values_seen")
    yield Fact(
        subject=asked.subject_id,
        body=ConflictResolved(field=asked.field, value=asked.value, reason=asked.reason),
        stream=streams[-1],
    )


def enter_in_error(asked: c.EnterInError, known: Facts, context: Context) -> Iterator[Fact]:
    wrong = known.get(asked.event)
    if wrong is None:
        raise NotFound(field="event", rule="exists")
    yield Fact(
        subject=asked.subject_id,
        body=EnteredInError(reason=asked.reason),
        stream=wrong.header.st,
        x=Reference(op="retracts", ref=asked.event),
    )


def _reported(known: Facts) -> Event:
    reported = known.first(e.CasualtyReported)
    if reported is None:
        raise NotFound(field="casualty", rule="exists")
    return reported


def _alive(known: Facts) -> None:
    _reported(known)
    if known.of(e.DeathPronounced, e.CasualtyCancelled):
        raise IsClosed(field="casualty", rule="must_be_open")


def _handed_over(known: Facts) -> bool:
    return any(getattr(event.body, "code", "") == "M12" for event in known.of(e.MilestoneRecorded))


def _read(known: Facts) -> Casualty:
    # Which values stand against each other does not depend on the policy that ranks them for display.
    return Casualty(known, CasualtyPolicy(halfwidth_min=0, severity={}, needs={}))


RULES: Rules = {
    c.ReportCasualty: report_casualty,
    c.RecordDetails: record_details,
    c.EstimateInjuryTime: estimate_injury_time,
    c.AssignTriage: assign_triage,
    c.OverrideTriage: override_triage,
    c.RecordMilestone: record_milestone,
    c.ReportMissing: report_missing,
    c.LocateCasualty: locate_casualty,
    c.PronounceDeath: pronounce_death,
    c.CancelCasualty: cancel_casualty,
    c.AttributeDelay: attribute_delay,
    c.RecordDisposition: record_disposition,
    c.ReportMist: report_mist,
    c.AssertIdentity: assert_identity,
    c.LinkSubjects: link_subjects,
    c.UnlinkSubjects: unlink_subjects,
    c.ResolveConflict: resolve_conflict,
    c.EnterInError: enter_in_error,
}
