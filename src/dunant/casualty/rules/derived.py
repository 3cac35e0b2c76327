"""Rules of what nobody says at a door: it follows from another fact, or from time passing."""

from collections.abc import Iterator

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.model import Alert, Request
from dunant.casualty.model.request import PROGRESS
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts


def progress_request(asked: c.ProgressRequest, known: Facts, context: Context) -> Iterator[Fact]:
    """A leg has taken the request on, set out, or handed everybody over. What is known already adds nothing."""
    request = Request(known)
    reached = max((PROGRESS.index(state) for state in request.evidence if state in PROGRESS), default=-1)
    if request.submitted is None or request.is_ended or PROGRESS.index(asked.state) <= reached:
        return
    yield Fact(subject=asked.request, body=e.EvacProgressed(state=asked.state, leg=asked.leg))


def escalate_alert(asked: c.EscalateAlert, known: Facts, context: Context) -> Iterator[Fact]:
    """The next role is asked, once; nobody is once somebody has answered."""
    alert = Alert(known)
    if alert.received is None or alert.status in {"ACKNOWLEDGED", "CANCELLED"}:
        return
    if asked.attempt <= len(alert.escalations):
        return
    yield Fact(subject=asked.alert, body=e.AlertEscalated(to_role=asked.to_role, attempt=asked.attempt))


def escalate_decision(asked: c.EscalateDecision, known: Facts, context: Context) -> Iterator[Fact]:
    """The next role is asked for a step, once; nobody is once it was answered."""
    request = Request(known)
    if request.submitted is None or request.is_ended or request.decision(asked.step).value is not None:
        return
    if asked.attempt <= len(request.escalations(asked.step)):
        return
    body = e.AuthorityEscalated(step=asked.step, to_role=asked.to_role, attempt=asked.attempt)
    yield Fact(subject=asked.request, body=body)


DERIVED_RULES: Rules = {
    c.ProgressRequest: progress_request,
    c.EscalateAlert: escalate_alert,
    c.EscalateDecision: escalate_decision,
}
