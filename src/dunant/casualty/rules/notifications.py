"""Rules of the next-of-kin gate and of the NOTICAS chain. They bind who acts here; what comes by sync is accepted."""

from collections.abc import Iterator

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import NameInText, OrderOfStates, StepOfOthers, UnderHold
from dunant.casualty.model import NO_POLICY, Casualty, Notification
from dunant.casualty.notices import hash_of, notice_of
from dunant.casualty.notification import NotificationPack
from dunant.casualty.rules.casualties import reported
from dunant.kernel.clock import rfc3339
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import Invalid
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts
from dunant.kernel.gate import Gate

# Rights beside that of the command: who clears medically, and who tells anybody outside the mission.
CLEAR, SEND = "noticas.clear", "noticas.send"
RIGHTS = {"MEDICALLY_CLEARED": CLEAR, "DRAFT": "", "AMENDED": ""}


def progress_noticas(asked: c.ProgressNoticas, known: Facts, context: Context) -> Iterator[Fact]:
    """Take the next step of the newest version, or begin a new one.

    Raises
    ------
    OrderOfStates
        The step does not follow the present one (casualty §3).
    StepOfOthers
        The author's role does not take this step: one clears medically, another tells those outside.
    UnderHold
        Released before the next of kin are confirmed, or before the hours of the hold have passed.
    NameInText
        The note names the casualty; the stream it goes to never holds a name.
    """
    casualty, notification = _read(known)
    if notification.state() is None and not notification.triggers:
        raise Invalid(field="casualty", rule="nothing_to_notify")
    if not notification.follows(asked.state):
        raise OrderOfStates(field="state", rule="follows", state=notification.state())
    right = RIGHTS.get(asked.state, SEND)
    if right and not context.may(right):
        raise StepOfOthers(field="state", rule=right)
    if asked.state == "RELEASED":
        _not_held(notification, context)
    _nameless(casualty, asked.note, "note", context)
    version = notification.version + (asked.state in {"DRAFT", "AMENDED"})
    yield Fact(
        subject=asked.casualty,
        body=e.NoticasProgressed(
            version=version,
            state=asked.state,
            recipients=_informed(asked, casualty.exercise, context),
            hash=hash_of(notice_of(known, version)),
            note=asked.note,
        ),
        base=context.seen() or tuple(event.id for event, step in notification.steps if step.version == version)[-1:],
    )


def place_release_hold(asked: c.PlaceReleaseHold, known: Facts, context: Context) -> Iterator[Fact]:
    """Close the gate. A hold of the same trigger and scope that stands already is enough.

    Raises
    ------
    Invalid
        The pack knows no such trigger, or a hold by hand says no reason.
    """
    casualty, notification = _read(known)
    pack = context.pack(NotificationPack)
    row = pack.triggers.get(asked.trigger) if asked.trigger else None
    if asked.trigger and row is None:
        raise Invalid(field="trigger", rule="known_code")
    if row is None and not asked.reason:
        raise Invalid(field="reason", rule="required")
    _nameless(casualty, asked.reason, "reason", context)
    scope, trigger = asked.scope or (row.scope if row else "ALL"), asked.trigger or ""
    standing = [hold for hold in notification.holds if hold.stands(context.rec)]
    if any((hold.trigger, hold.scope) == (trigger, scope) for hold in standing):
        return
    yield Fact(
        subject=asked.casualty,
        body=e.ReleaseHoldPlaced(scope=scope, hold_h=pack.hold.hours, trigger=trigger, reason=asked.reason),
    )


def lift_release_hold(asked: c.LiftReleaseHold, known: Facts, context: Context) -> Iterator[Fact]:
    """End what stands. A hold placed elsewhere in the meantime survives.

    Raises
    ------
    Invalid
        No hold stands.
    """
    casualty, notification = _read(known)
    standing = tuple(hold.event for hold in notification.holds if hold.stands(context.rec))
    if not standing:
        raise Invalid(field="casualty", rule="held")
    _nameless(casualty, asked.reason, "reason", context)
    yield Fact(subject=asked.casualty, body=e.ReleaseHoldLifted(holds=standing, reason=asked.reason), base=standing)


def _read(known: Facts) -> tuple[Casualty, Notification]:
    reported(known)
    return Casualty(known, NO_POLICY), Notification(known)


def _not_held(notification: Notification, context: Context) -> None:
    """By when it is recorded, not by when it is said to have happened: a gate is not opened in the past."""
    if any(hold.stands(context.rec) for hold in notification.holds):
        until = notification.held_until
        raise UnderHold(field="state", rule="hold_elapsed", until=rfc3339(until) if until else None)


def _nameless(casualty: Casualty, text: str, field: str, context: Context) -> None:
    covered = context.pack(NotificationPack).kinds
    words = {value: "" for kind in covered for value in casualty.values_asserted(kind)}
    if Gate(words=words).names(text):
        raise NameInText(field=field, rule="no_name")


def _informed(asked: c.ProgressNoticas, exercise: bool, context: Context) -> tuple[str, ...]:
    pack = context.pack(NotificationPack)
    for role in asked.recipients:
        if role not in pack.may_inform(exercise):
            raise Invalid(field="recipients", rule="may_be_informed", exercise=exercise)
    return asked.recipients or pack.informed(asked.state, exercise)


RULES: Rules = {
    c.ProgressNoticas: progress_noticas,
    c.PlaceReleaseHold: place_release_hold,
    c.LiftReleaseHold: lift_release_hold,
}
