"""Incidents, and the alerts by which they were heard of."""

from collections.abc import Sequence

from dunant.casualty import events as e
from dunant.casualty.model import Alert, CasualtyPolicy, Incident
from dunant.casualty.views.shapes import moment_of
from dunant.kernel.clock import rfc3339
from dunant.kernel.facts import Facts
from dunant.kernel.views import Column, Row, View


def incidents(policy: CasualtyPolicy) -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        incident = Incident(facts)
        opened = facts.first(e.IncidentOpened)
        if opened is None or incident.opened is None:
            return []
        return [
            {
                "subject": facts.subject,
                "tag": incident.opened.tag,
                "type": incident.field("type").value,
                "occurred_at": moment_of(opened),
                "position": incident.field("position").value,
                "status": incident.status,
                "exercise": incident.exercise,
                "estimate": incident.estimate.value,
                "estimates": [
                    {
                        "total": entry.value,
                        "by_category": getattr(entry.event.body, "by_category", {}),
                        "by_role": entry.event.header.by.role,
                        "at": moment_of(entry.event),
                        "event": entry.event.id,
                    }
                    for entry in incident.estimate.heads
                ],
                "threat": incident.field("threat").value,
                "flags": incident.flags(policy),
                "author": opened.header.by.user,
            }
        ]

    return View(
        name="incidents",
        version=3,
        resource="evacuation",
        rows={"incident": rows},
        order=("occurred_at",),
        descending=True,
        columns=(
            Column(name="subject", key=True),
            Column(name="tag"),
            Column(name="type", group="status"),
            Column(name="occurred_at", group="status"),
            Column(name="position", type="json", group="place"),
            Column(name="status", group="status"),
            Column(name="exercise", type="bool"),
            Column(name="estimate", type="integer", group="status"),
            Column(name="estimates", type="json", group="status"),
            Column(name="threat", group="place"),
            Column(name="flags", type="json", group="status"),
            Column(name="author", group="trace"),
        ),
    )


def alerts(policy: CasualtyPolicy) -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        alert = Alert(facts)
        if alert.received is None or alert.report is None:
            return []
        acknowledged = [
            {"role": event.body.role, "at": moment_of(event), "post": event.body.post, "acts": event.body.acts}
            for event in alert.acknowledgements
            if isinstance(event.body, e.AlertAcknowledged)
        ]
        return [
            {
                "subject": facts.subject,
                "incident": alert.report.incident,
                "request": alert.report.request,
                "channel": alert.report.channel,
                "received_at": moment_of(alert.received),
                "callsign": alert.report.callsign,
                "position": alert.report.position,
                "acknowledged": acknowledged,
                "status": alert.status,
                "exercise": alert.report.exercise,
                "unverified": alert.report.unverified,
                "category": alert.category or None,
                "raw_category": alert.report.raw_category,
                "readings": alert.readings,
                "fan_out": alert.fan_out(policy),
                "escalations": [
                    {"to_role": event.body.to_role, "attempt": event.body.attempt, "at": moment_of(event)}
                    for event in alert.escalations
                    if isinstance(event.body, e.AlertEscalated)
                ],
                "due": rfc3339(due) if (due := alert.due(policy)) else None,
                "flags": alert.flags(policy),
                "author": alert.received.header.by.user,
                "origin": alert.received.header.o,
            }
        ]

    return View(
        name="alerts",
        version=3,
        resource="alert",
        rows={"alert": rows},
        order=("received_at",),
        descending=True,
        columns=(
            Column(name="subject", key=True),
            Column(name="incident", indexed=True),
            Column(name="request"),
            Column(name="channel", group="status"),
            Column(name="received_at", group="status"),
            Column(name="callsign", group="place"),
            Column(name="position", type="json", group="place"),
            Column(name="acknowledged", type="json", group="status"),
            Column(name="status", group="status"),
            Column(name="exercise", type="bool"),
            Column(name="unverified", type="bool", group="status"),
            Column(name="category", group="status"),
            Column(name="raw_category", group="status"),
            Column(name="readings", type="json", group="status"),
            Column(name="fan_out", type="json", group="status"),
            Column(name="escalations", type="json", group="status"),
            Column(name="due", group="status"),
            Column(name="flags", type="json", group="status"),
            Column(name="author", group="trace"),
            Column(name="origin", group="trace"),
        ),
    )


def delay_reasons() -> View:
    """Minutes that somebody laid to a cause, by casualty and gap."""

    def rows(facts: Facts) -> Sequence[Row]:
        return [
            {
                "event": event.id,
                "subject": facts.subject,
                "start": event.body.gap[0],
                "end": event.body.gap[1],
                "code": event.body.code,
                "minutes": event.body.minutes,
                "by_role": event.header.by.role,
                "author": event.header.by.user,
            }
            for event in facts.of(e.DelayAttributed)
            if isinstance(event.body, e.DelayAttributed)
        ]

    return View(
        name="delay_reasons",
        version=1,
        resource="evacuation",
        rows={"casualty": rows},
        columns=(
            Column(name="event", key=True),
            Column(name="subject", key=True),
            Column(name="start", group="clocks"),
            Column(name="end", group="clocks"),
            Column(name="code", group="clocks"),
            Column(name="minutes", type="real", group="clocks"),
            Column(name="by_role", group="trace"),
            Column(name="author", group="trace"),
        ),
    )
