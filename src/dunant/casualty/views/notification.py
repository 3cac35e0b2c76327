"""The next-of-kin gate and the NOTICAS of each casualty that has either. When a hold runs out is judged on reading."""

from collections.abc import Sequence
from typing import Any

from dunant.casualty.model import Casualty, CasualtyPolicy, Hold, Notification
from dunant.casualty.notices import hash_of, notice_of
from dunant.casualty.views.shapes import moment_of
from dunant.kernel.clock import rfc3339
from dunant.kernel.facts import Facts
from dunant.kernel.views import Column, Row, View

# Columns that only tie a row to its readers; no grant names this group, so nobody is shown them.
TIE = "tie"


def holds(policy: CasualtyPolicy) -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        casualty, notification = facts.once(Casualty, policy), Notification(facts)
        if not casualty.exists or not (notification.triggers or notification.holds or notification.steps):
            return []
        return [_row(casualty, notification, policy)]

    return View(
        name="holds",
        version=1,
        resource="notification",
        rows={"casualty": rows},
        order=("since",),
        descending=True,
        columns=(
            Column(name="subject", key=True),
            Column(name="tag"),
            Column(name="exercise", type="bool"),
            Column(name="incident", group="status"),
            Column(name="affiliation", group="person"),
            Column(name="contingent", group="person"),
            Column(name="since", group="status"),
            Column(name="triggers", type="json", group="status"),
            Column(name="version", type="integer", group="status"),
            Column(name="state", group="status"),
            Column(name="running", type="bool", group="status"),
            Column(name="skipped", type="json", group="status"),
            Column(name="steps", type="json", group="chain"),
            Column(name="hash", group="text"),
            Column(name="held", type="bool", group="status", indexed=True),
            Column(name="holds", type="json", group="status"),
            *gate_columns(),
        ),
    )


def gate_columns() -> tuple[Column, ...]:
    """What ties a row to those who notify, and to a contingent to whom it was released."""
    return (
        Column(name="notifying", type="json", group=TIE),
        Column(name="released_to", type="json", group=TIE),
    )


def gate_ties(casualty: Casualty, notification: Notification, policy: CasualtyPolicy) -> dict[str, Any]:
    contingent = casualty.contingent
    return {
        "notifying": policy.notifying if notification.is_running else (),
        "released_to": [contingent] if contingent and notification.is_released else [],
    }


def _row(casualty: Casualty, notification: Notification, policy: CasualtyPolicy) -> Row:
    begun = [rfc3339(one.at) for one in notification.triggers] + [rfc3339(one.at) for one in notification.holds]
    begun += [moment_of(event) for event, _ in notification.steps]
    return {
        "subject": casualty.facts.subject,
        "tag": casualty.tags.value,
        "exercise": casualty.exercise,
        "incident": casualty.report.incident if casualty.report else None,
        "affiliation": casualty.detail("affiliation").value,
        "contingent": casualty.contingent,
        "since": min(begun),
        "triggers": [{"code": one.code, "at": rfc3339(one.at)} for one in notification.triggers],
        "version": notification.version,
        "state": notification.state(),
        "running": notification.is_running,
        "skipped": notification.skipped,
        "steps": [
            {
                "event": event.id,
                "version": step.version,
                "state": step.state,
                "at": moment_of(event),
                "rec": rfc3339(event.header.rec),
                "by_role": event.header.by.role,
                "recipients": step.recipients,
                "note": step.note,
                "hash": step.hash,
            }
            for event, step in notification.steps
        ],
        "hash": hash_of(notice_of(casualty.facts, notification.version or 1)),
        "held": any(not hold.lifted for hold in notification.holds),
        "holds": [_hold(hold) for hold in notification.holds],
        **gate_ties(casualty, notification, policy),
    }


def _hold(hold: Hold) -> dict[str, Any]:
    return {
        "event": hold.event,
        "scope": hold.scope,
        "trigger": hold.trigger,
        "at": rfc3339(hold.at),
        "until": rfc3339(hold.until) if hold.until else None,
        "lifted": hold.lifted,
    }
