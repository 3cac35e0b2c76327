"""Rules of alerts: each role answers once, and the first answer stops nobody else's."""

from collections.abc import Iterator

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.authority import authority_in
from dunant.casualty.errors import AlreadyAcknowledged, DialectRequired, IsClosed
from dunant.casualty.model import Alert
from dunant.casualty.precedence import PrecedencePack, read_precedence
from dunant.casualty.rules.kinds import one_kind
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts

# Anybody can write in anybody's name there: call back.
UNPROVEN = {"SMS", "EMAIL"}


def record_alert(asked: c.RecordAlert, known: Facts, context: Context) -> Iterator[Fact]:
    """The first word sounds at once, whatever its letter means: until a person answers, the higher reading counts."""
    if Alert(known).received:
        return
    said = read_precedence(context.pack(PrecedencePack), asked.category, asked.dialect or None)
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
            raw_category=asked.category,
            dialect=asked.dialect,
            category=said.canonical or "",
            readings={one.dialect: one.canonical for one in said.meanings} if said.ask_dialect else {},
        ),
    )


def state_alert_dialect(asked: c.StateAlertDialect, known: Facts, context: Context) -> Iterator[Fact]:
    """Say which reading was meant.

    Raises
    ------
    DialectRequired
        Nobody reads the letter so in this dialect; `readings` are those that there are.
    """
    alert = _open(known)
    said = alert.report.raw_category if alert.report else ""
    meant = read_precedence(context.pack(PrecedencePack), said, asked.dialect)
    if meant.canonical is None:
        offered = dict(alert.report.readings) if alert.report else {}
        raise DialectRequired(field="dialect", rule="known_reading", raw=said, readings=offered)
    body = e.AlertDialectStated(dialect=asked.dialect, canonical=meant.canonical)
    yield Fact(subject=asked.alert, body=body, base=context.seen(alert.dialect))


def acknowledge_alert(asked: c.AcknowledgeAlert, known: Facts, context: Context) -> Iterator[Fact]:
    """Take notice in one's role, for a post of the fan-out if the role holds any.

    Raises
    ------
    AlreadyAcknowledged
        Somebody has done so before for this post, or in this role; the first time counts.
    Invalid
        Another role holds the post that was named.
    """
    alert, authority = _open(known), authority_in(context.pack)
    role = context.actor.role
    held = [post.code for post in authority.posts if authority.is_a(role, post.role)]
    if asked.post is not None and asked.post not in held:
        who = [post.role for post in authority.posts if post.code == asked.post]
        raise Invalid(field="post", rule="held_by_ones_role", who_can=who)
    post = asked.post or next((code for code in held if code not in alert.posts), "")
    if post in alert.posts if post else role in alert.roles:
        raise AlreadyAcknowledged(field="alert", rule="once_per_role", role=role)
    yield Fact(subject=asked.alert, body=e.AlertAcknowledged(role=role, post=post, acts=authority.can_act(role)))


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
    c.StateAlertDialect: state_alert_dialect,
    c.AcknowledgeAlert: acknowledge_alert,
    c.CancelAlert: cancel_alert,
}
