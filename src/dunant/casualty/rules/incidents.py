"""Rules of incidents: exercise is fixed at the start, closed means read-only, nobody is forgotten at the end."""

from collections.abc import Iterator

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import IncidentIsClosed, IsClosed, OrderOfStates, ReasonRequired, Unaccounted
from dunant.casualty.ledger import count_people
from dunant.casualty.model import AMENDABLE, Incident
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId


def open_incident(asked: c.OpenIncident, known: Facts, context: Context) -> Iterator[Fact]:
    """Open once; a second opening of the same id adds nothing."""
    if Incident(known).opened:
        return
    exercise = asked.exercise or context.exercise
    yield Fact(
        subject=asked.incident,
        body=e.IncidentOpened(
            tag=context.tag(exercise),
            type=asked.type,
            exercise=exercise,
            position=asked.position,
            threat=asked.threat,
            remarks=asked.remarks,
        ),
    )
    if asked.estimate is not None:
        yield Fact(subject=asked.incident, body=e.EstimateReported(total=asked.estimate))


def amend_incident(asked: c.AmendIncident, known: Facts, context: Context) -> Iterator[Fact]:
    """Record the fields that were given, and only those."""
    incident = open_or_refuse(known)
    given = {name: value for name in AMENDABLE if (value := getattr(asked, name)) is not None}
    if not given:
        raise Invalid(field="*", rule="at_least_one_field")
    seen = context.seen(*(incident.field(name) for name in given))
    yield Fact(subject=asked.incident, body=e.IncidentAmended(**given), base=seen)


def report_estimate(asked: c.ReportEstimate, known: Facts, context: Context) -> Iterator[Fact]:
    incident = open_or_refuse(known)
    body = e.EstimateReported(total=asked.total, by_category=asked.by_category)
    yield Fact(subject=asked.incident, body=body, base=context.seen(incident.estimate))


def close_incident(asked: c.CloseIncident, known: Facts, context: Context) -> Iterator[Fact]:
    """Close when everybody is accounted for, or with a reason why not.

    Raises
    ------
    Unaccounted
        The count does not come out even and no reason was given, or it is not the one that was shown any more.
    """
    incident = open_or_refuse(known)
    real = count_people(incident.estimate.value, context.rows("board", incident=asked.incident)).unaccounted or 0
    if real != asked.unaccounted:
        raise Unaccounted(field="unaccounted", rule="count_has_changed", unaccounted=real)
    if real and not asked.reason:
        raise Unaccounted(field="reason", rule="required_while_unaccounted", unaccounted=real)
    yield Fact(subject=asked.incident, body=e.IncidentClosed(reason=asked.reason), base=context.seen(incident.state))


def declare_mascal(asked: c.DeclareMascal, known: Facts, context: Context) -> Iterator[Fact]:
    """Saying it again adds nothing."""
    incident = open_or_refuse(known)
    if incident.status != "MASCAL":
        seen = context.seen(incident.mascal)
        yield Fact(subject=asked.incident, body=e.MascalDeclared(reason=asked.reason), base=seen)


def end_mascal(asked: c.EndMascal, known: Facts, context: Context) -> Iterator[Fact]:
    """Raises OrderOfStates where nobody has declared it."""
    incident = open_or_refuse(known)
    if incident.status != "MASCAL":
        raise OrderOfStates(field="incident", rule="only_while_declared")
    yield Fact(subject=asked.incident, body=e.MascalEnded(reason=asked.reason), base=context.seen(incident.mascal))


def reopen_incident(asked: c.ReopenIncident, known: Facts, context: Context) -> Iterator[Fact]:
    incident = Incident(known)
    if not incident.opened:
        raise NotFound(field="incident", rule="exists")
    if incident.status != "CLOSED":
        raise IsClosed(field="incident", rule="must_be_closed")
    if not asked.reason:
        raise ReasonRequired(field="reason", rule="required")
    yield Fact(subject=asked.incident, body=e.IncidentReopened(reason=asked.reason), base=context.seen(incident.state))


def not_closed(incident: SubjectId | None, context: Context) -> None:
    """Raises IncidentIsClosed; one not heard of yet is taken to be open."""
    if incident and Incident(context.known(incident)).status == "CLOSED":
        raise IncidentIsClosed(field="incident", rule="must_be_open")


def open_or_refuse(known: Facts) -> Incident:
    """The incident, if it can still be changed. Raises NotFound or IncidentIsClosed."""
    incident = Incident(known)
    if not incident.opened:
        raise NotFound(field="incident", rule="exists")
    if incident.status == "CLOSED":
        raise IncidentIsClosed(field="incident", rule="must_be_open")
    return incident


RULES: Rules = {
    c.OpenIncident: open_incident,
    c.AmendIncident: amend_incident,
    c.ReportEstimate: report_estimate,
    c.CloseIncident: close_incident,
    c.ReopenIncident: reopen_incident,
    c.DeclareMascal: declare_mascal,
    c.EndMascal: end_mascal,
}
