"""Rules of alerts: each role answers once, and the first answer stops nobody else's."""

from collections.abc import Iterator

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import AlreadyAcknowledged, IsClosed
from dunant.casualty.model import Alert
from dunant.casualty.rules.kinds import one_kind
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import NotFound
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts

# Anybody can write in anybody's name there: call back.
UNPROVEN = {"SMS", "EMAIL"}


def record_alert(asked: c.RecordAlert, known: Facts, context: Context) -> Iterator[Fact]:
    if Alert(known).received:
        return
    yield Fact(
        subject=asked.alert,
        body=e.AlertReceived(
            channel=asked.channel,
            incident=asked.incident,
            request=asked.request,
            callsign=asked.callsign,
            position=asked.position,
            exercise=one_kind(asked.exercise, context, incident=(asked.incident,), request=(asked.request,)),
            unverified=asked.channel in UNPROVEN,
            damaged=asked.damaged,
        ),
    )


def acknowledge_alert(asked: c.AcknowledgeAlert, known: Facts, context: Context) -> Iterator[Fact]:
    """Take notice in one's role.

    Raises
    ------
    AlreadyAcknowledged
        Somebody in this role has done so before; the first time counts.
    """
    alert = _open(known)
    if context.actor.role in alert.roles:
        raise AlreadyAcknowledged(field="alert", rule="once_per_role", role=context.actor.role)
    yield Fact(subject=asked.alert, body=e.AlertAcknowledged(role=context.actor.role))


def cancel_alert(asked: c.CancelAlert, known: Facts, context: Context) -> Iterator[Fact]:
    """A second cancellation adds nothing: systems say it again until somebody hears."""
    if Alert(known).status == "CANCELLED":
        return
    _open(known)
    yield Fact(subject=asked.alert, body=e.AlertCancelled(reason=asked.reason))


def _open(known: Facts) -> Alert:
    alert = Alert(known)
    if not alert.received:
        raise NotFound(field="alert", rule="exists")
    if alert.status == "CANCELLED":
        raise IsClosed(field="alert", rule="must_be_open")
    return alert


RULES: Rules = {
    c.RecordAlert: record_alert,
    c.AcknowledgeAlert: acknowledge_alert,
    c.CancelAlert: cancel_alert,
}
