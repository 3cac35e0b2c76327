"""Rules of casualties. Little is refused: a medic is never stopped by a rule that a flag can serve."""

from collections.abc import Iterator

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import IsClosed, OrderOfStates
from dunant.casualty.model import DETAILS, IN_HANDS, NO_POLICY, Casualty, Facility
from dunant.casualty.rules.incidents import not_closed
from dunant.casualty.rules.kinds import one_kind
from dunant.casualty.rules.theatre import found_on_arrival
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.events import Event, Fact
from dunant.kernel.facts import Facts
from dunant.kernel.ids import Tag, is_tag

# Steps that are an arrival at a facility.
ARRIVALS = frozenset({"M11", "M15"})


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
    not_closed(asked.incident, context)
    exercise = one_kind(asked.exercise, context, incident=(asked.incident,))
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
    reported(known)
    given = {name: value for name in DETAILS if (value := getattr(asked, name)) is not None}
    if not given:
        raise Invalid(field="*", rule="at_least_one_field")
    casualty = _read(known)
    seen = context.seen(*(casualty.detail(name) for name in given))
    yield Fact(subject=asked.casualty, body=e.CasualtyDetailsRecorded(**given), base=seen)


def estimate_injury_time(asked: c.EstimateInjuryTime, known: Facts, context: Context) -> Iterator[Fact]:
    reported(known)
    if asked.last_known_well:
        yield Fact(subject=asked.casualty, body=e.LastKnownWell(evidence=asked.evidence))
    else:
        yield Fact(subject=asked.casualty, body=e.InjuryTimeEstimated(evidence=asked.evidence))


def record_milestone(asked: c.RecordMilestone, known: Facts, context: Context) -> Iterator[Fact]:
    """Record a step. The onset is not a step but an estimate, whichever way it was entered."""
    reported(known)
    if asked.code == "M0":
        yield Fact(subject=asked.casualty, body=e.InjuryTimeEstimated(evidence=asked.evidence))
        return
    modules: tuple[str, ...] = ()
    if asked.facility and asked.code in ARRIVALS:
        modules = found_on_arrival(asked.facility, asked.casualty, (asked.casualty,), context)
    elif asked.facility:
        modules = Facility(context.known(asked.facility)).open_modules
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
    reported(known)
    casualty = _read(known)
    seen = context.seen(casualty.presence, casualty.position)
    yield Fact(subject=asked.casualty, body=e.CasualtyLocated(position=asked.position), base=seen)


def pronounce_death(asked: c.PronounceDeath, known: Facts, context: Context) -> Iterator[Fact]:
    """Pronounce death: by whom stands in the envelope, where is asked for, and so is when.

    Raises
    ------
    Invalid
        No time was given.
    """
    _alive(known)
    if context.at.t is None:
        raise Invalid(field="at", rule="required")
    yield Fact(subject=asked.casualty, body=e.DeathPronounced(place=asked.place))


def cancel_casualty(asked: c.CancelCasualty, known: Facts, context: Context) -> Iterator[Fact]:
    """Only a false report may be taken off the board, and not somebody whom hands have treated or moved."""
    _alive(known)
    if any(getattr(event.body, "code", "") in IN_HANDS for event in known.of(e.MilestoneRecorded)):
        raise OrderOfStates(field="reason", rule="not_after_care_began")
    yield Fact(subject=asked.casualty, body=e.CasualtyCancelled(reason=asked.reason))


def attribute_delay(asked: c.AttributeDelay, known: Facts, context: Context) -> Iterator[Fact]:
    reported(known)
    yield Fact(subject=asked.casualty, body=e.DelayAttributed(gap=asked.gap, code=asked.code, minutes=asked.minutes))


def record_disposition(asked: c.RecordDisposition, known: Facts, context: Context) -> Iterator[Fact]:
    """The end of the way is also its last milestone, M17."""
    reported(known)
    seen = context.seen(_read(known).disposition)
    yield Fact(subject=asked.casualty, body=e.DispositionRecorded(type=asked.type), base=seen)
    yield Fact(subject=asked.casualty, body=e.MilestoneRecorded(code="M17"))


def reopen_casualty(asked: c.ReopenCasualty, known: Facts, context: Context) -> Iterator[Fact]:
    """Raises OrderOfStates if the way to care has not ended."""
    reported(known)
    casualty = _read(known)
    if casualty.status != "DISPOSED":
        raise OrderOfStates(field="casualty", rule="only_after_disposition")
    seen = context.seen(casualty.disposition)
    yield Fact(subject=asked.casualty, body=e.CasualtyReopened(reason=asked.reason), base=seen)


def exclude_clock(asked: c.ExcludeClock, known: Facts, context: Context) -> Iterator[Fact]:
    reported(known)
    yield Fact(subject=asked.casualty, body=e.ClockExcluded(clock=asked.clock, reason=asked.reason))


def report_mist(asked: c.ReportMist, known: Facts, context: Context) -> Iterator[Fact]:
    reported(known)
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


def reported(known: Facts) -> Event:
    reported = known.first(e.CasualtyReported)
    if reported is None:
        raise NotFound(field="casualty", rule="exists")
    return reported


def _alive(known: Facts) -> None:
    reported(known)
    if known.of(e.DeathPronounced, e.CasualtyCancelled):
        raise IsClosed(field="casualty", rule="must_be_open")


def _read(known: Facts) -> Casualty:
    return Casualty(known, NO_POLICY)


RULES: Rules = {
    c.ReportCasualty: report_casualty,
    c.RecordDetails: record_details,
    c.EstimateInjuryTime: estimate_injury_time,
    c.RecordMilestone: record_milestone,
    c.ReportMissing: report_missing,
    c.LocateCasualty: locate_casualty,
    c.PronounceDeath: pronounce_death,
    c.CancelCasualty: cancel_casualty,
    c.AttributeDelay: attribute_delay,
    c.ExcludeClock: exclude_clock,
    c.RecordDisposition: record_disposition,
    c.ReopenCasualty: reopen_casualty,
    c.ReportMist: report_mist,
}
