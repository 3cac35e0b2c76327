"""What screens read: tables made from the facts of one subject. Nothing here depends on the time of day.

A clock that is still running is computed when it is read, from the milestones in the row.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dunant.casualty import events as e
from dunant.casualty.model import Alert, Asset, Casualty, CasualtyPolicy, Facility, Incident, Leg, Request
from dunant.kernel.clock import rfc3339
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.merge import Conflict
from dunant.kernel.views import Column, Row, View

LANES: Mapping[str, tuple[str, int]] = {
    "MISSING": ("reported", 0),
    "REPORTED": ("reported", 0),
    "LOCATED": ("reported", 0),
    "UNDER_CARE": ("reported", 0),
    "AWAITING_EVAC": ("reported", 0),
    "IN_TRANSIT": ("en_route", 2),
    "AT_FACILITY": ("handed_over", 3),
}
CLOSED_LANE = ("closed", 4)


def casualty_views(policy: CasualtyPolicy) -> tuple[View, ...]:
    """Every view of this domain. The policy is part of what a row means, so it is handed in once, here."""
    return (
        _board(policy),
        _identities(),
        _mists(),
        _conflicts(policy),
        _incidents(),
        _alerts(),
        _requests(),
        _legs(),
        _assets(),
        _facilities(),
        _foreign_messages(),
    )


# ── the board ──


def _board(policy: CasualtyPolicy) -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        casualty = Casualty(facts, policy)
        return [_board_row(casualty)] if casualty.exists else []

    return View(
        name="board",
        version=1,
        resource="evacuation",
        rows={"casualty": rows},
        order=("lane_rank", "urgency_rank", "reported_at"),
        columns=(
            Column(name="subject", key=True),
            Column(name="tag", indexed=True),
            Column(name="canonical"),
            Column(name="status", group="status"),
            Column(name="lane", group="status", indexed=True),
            Column(name="lane_rank", type="integer", group="status"),
            Column(name="urgency_rank", type="integer", group="triage"),
            Column(name="triage", group="triage"),
            Column(name="scheme", group="triage"),
            Column(name="triage_event", group="triage"),
            Column(name="affiliation", group="person"),
            Column(name="contingent", group="person"),
            Column(name="child", type="bool", group="person"),
            Column(name="cause", group="triage"),
            Column(name="needs_surgery", type="bool", group="triage"),
            Column(name="incident", group="status", indexed=True),
            Column(name="exercise", type="bool"),
            Column(name="position", type="json", group="place"),
            Column(name="facility_id", group="movement"),
            Column(name="reported_at", group="status"),
            Column(name="author", group="trace"),
            Column(name="reported_by_role", group="trace"),
            Column(name="source", group="trace"),
            Column(name="origin", group="trace"),
            Column(name="milestones", type="json", group="clocks"),
            Column(name="circumstances", type="json", group="clocks"),
            Column(name="died", type="json", group="clocks"),
            Column(name="excluded", type="json", group="clocks"),
            Column(name="flags", type="json", group="status"),
            Column(name="conflicts", type="json", group="triage"),
        ),
    )


def _board_row(casualty: Casualty) -> Row:
    lane, lane_rank = LANES.get(casualty.status, CLOSED_LANE)
    reported = casualty.reported
    assert reported is not None
    return {
        "subject": casualty.facts.subject,
        "tag": casualty.tags.value,
        "canonical": casualty.canonical,
        "status": casualty.status,
        "lane": lane,
        "lane_rank": lane_rank,
        "urgency_rank": -casualty.policy.severity.get(casualty.triage.value or "", 0),
        "triage": casualty.triage.value,
        "scheme": casualty.scheme,
        "triage_event": casualty.triage.shown.id if casualty.triage.shown else None,
        "affiliation": casualty.detail("affiliation").value,
        "contingent": casualty.detail("contingent").value,
        "child": bool(casualty.detail("child").value),
        "cause": casualty.detail("cause").value,
        "needs_surgery": casualty.detail("needs_surgery").value,
        "incident": casualty.report.incident if casualty.report else None,
        "exercise": casualty.exercise,
        "position": _position(casualty.position.value, casualty.position.shown),
        "facility_id": casualty.facility,
        "reported_at": moment_of(reported),
        "author": reported.header.by.user,
        "reported_by_role": reported.header.by.role,
        "source": reported.header.src,
        "origin": reported.header.o,
        "milestones": {code: span(interval) for code, interval in casualty.milestones.items()},
        "circumstances": sorted(casualty.circumstances),
        "died": span(casualty.died) if casualty.died else None,
        "excluded": casualty.excluded,
        "flags": casualty.flags,
        "conflicts": [_conflict(conflict) for conflict in casualty.conflicts],
    }


# ── identity, clinical ──


def _identities() -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        return [
            {
                "event": event.id,
                "subject": facts.subject,
                "author": event.header.by.user,
                "kind": event.body.kind,
                "value": event.body.value,
                "state": event.body.state,
            }
            for event in facts.of(e.IdentityAsserted)
            if isinstance(event.body, e.IdentityAsserted)
        ]

    return View(
        name="identities",
        version=1,
        resource="identity",
        rows={"casualty": rows},
        columns=(
            Column(name="event", key=True),
            Column(name="subject", indexed=True),
            Column(name="author"),
            Column(name="kind", group="name"),
            Column(name="value", group="name"),
            Column(name="state", group="name"),
        ),
    )


def _mists() -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        return [
            {
                "event": event.id,
                "subject": facts.subject,
                "author": event.header.by.user,
                "at": moment_of(event),
                "title": event.body.title,
                "mechanism": event.body.mechanism,
                "mechanism_text": event.body.mechanism_text,
                "injuries": event.body.injuries,
                "injuries_text": event.body.injuries_text,
                "signs": event.body.signs,
                "treatment": event.body.treatment,
            }
            for event in facts.of(e.MistReported)
            if isinstance(event.body, e.MistReported)
        ]

    columns = ("at", "title", "mechanism", "mechanism_text", "injuries_text", "signs", "treatment")
    return View(
        name="mists",
        version=1,
        resource="clinical",
        rows={"casualty": rows},
        columns=(
            Column(name="event", key=True),
            Column(name="subject", group="mist", indexed=True),
            Column(name="author", group="mist"),
            *(Column(name=name, group="mist") for name in columns),
            Column(name="injuries", type="json", group="mist"),
        ),
    )


# ── conflicts of any subject ──


def _conflicts(policy: CasualtyPolicy) -> View:
    def of(conflicts: Sequence[Conflict], kind: str) -> Sequence[Row]:
        return [
            {"id": found["id"], "subject": conflict.subject, "kind": kind, "field": conflict.field, "values": found["values"]}
            for conflict in conflicts
            for found in [_conflict(conflict)]
        ]

    return View(
        name="conflicts",
        version=1,
        resource="evacuation",
        rows={
            "casualty": lambda facts: of(Casualty(facts, policy).conflicts, "casualty"),
            "request": lambda facts: of(Request(facts).conflicts, "request"),
            "incident": lambda facts: of(Incident(facts).conflicts, "incident"),
        },
        columns=(
            Column(name="id", key=True),
            Column(name="subject", indexed=True),
            Column(name="kind", group="status"),
            Column(name="field", group="status"),
            Column(name="values", type="json", group="triage"),
        ),
    )


def _conflict(conflict: Conflict) -> dict[str, Any]:
    values = [
        {
            "value": entry.value,
            "event": entry.event.id,
            "by_role": entry.event.header.by.role,
            "at": moment_of(entry.event),
            "origin": entry.event.header.o,
            "saw": entry.event.header.base,
        }
        for entry in conflict.heads
    ]
    return {"field": conflict.field, "id": conflict.id, "values": values}


# ── incidents, alerts, requests, legs ──


def _incidents() -> View:
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
                "threat": incident.field("threat").value,
                "author": opened.header.by.user,
            }
        ]

    return View(
        name="incidents",
        version=1,
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
            Column(name="threat", group="place"),
            Column(name="author", group="trace"),
        ),
    )


def _alerts() -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        alert = Alert(facts)
        if alert.received is None or alert.report is None:
            return []
        acknowledged = [
            {"role": event.body.role, "at": moment_of(event)}
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
                "author": alert.received.header.by.user,
            }
        ]

    return View(
        name="alerts",
        version=1,
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
            Column(name="author", group="trace"),
        ),
    )


def _requests() -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        request = Request(facts)
        if request.submitted is None or request.form is None:
            return []
        form = request.form
        return [
            {
                "subject": facts.subject,
                "tag": form.tag,
                "kind": form.kind,
                "dialect": form.dialect,
                "status": request.status,
                "submitted_at": moment_of(request.submitted),
                "pickup": request.pickup.value,
                "lines": request.lines,
                "casualties": request.casualties,
                "incident": form.incident,
                "alert": form.alert,
                "peer": form.peer,
                "peer_uid": form.peer_uid,
                "exercise": form.exercise,
                "flags": ["conflict"] if request.conflicts else [],
                "author": request.submitted.header.by.user,
                "source": request.submitted.header.src,
            }
        ]

    return View(
        name="requests",
        version=1,
        resource="evacuation",
        rows={"request": rows},
        order=("submitted_at",),
        descending=True,
        columns=(
            Column(name="subject", key=True),
            Column(name="tag"),
            Column(name="kind", group="status"),
            Column(name="dialect", group="raw"),
            Column(name="status", group="status", indexed=True),
            Column(name="submitted_at", group="status"),
            Column(name="pickup", type="json", group="place"),
            Column(name="lines", type="json", group="place"),
            Column(name="casualties", type="json", group="status"),
            Column(name="incident", group="status"),
            Column(name="alert", group="status"),
            Column(name="peer", group="raw"),
            Column(name="peer_uid", group="raw"),
            Column(name="exercise", type="bool"),
            Column(name="flags", type="json", group="status"),
            Column(name="author", group="trace"),
            Column(name="source", group="trace"),
        ),
    )


def _legs() -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        leg = Leg(facts)
        planned = facts.first(e.LegPlanned)
        if planned is None or leg.plan is None:
            return []
        return [
            {
                "subject": facts.subject,
                "request": leg.plan.request,
                "asset": leg.plan.asset,
                "origin": leg.plan.origin,
                "destination": leg.plan.destination,
                "status": leg.status,
                "active": leg.is_active,
                "casualties": leg.plan.casualties,
                "skilled_care_aboard": leg.plan.skilled_care_aboard,
                "plan": leg.plan.plan,
                "actual": leg.reached,
                "exercise": leg.plan.exercise,
                "planned_at": moment_of(planned),
                "author": planned.header.by.user,
            }
        ]

    return View(
        name="legs",
        version=1,
        resource="evacuation",
        rows={"leg": rows},
        order=("planned_at",),
        descending=True,
        columns=(
            Column(name="subject", key=True),
            Column(name="request", group="movement"),
            Column(name="asset", group="movement"),
            Column(name="origin", group="movement"),
            Column(name="destination", group="movement"),
            Column(name="status", group="status"),
            Column(name="active", type="bool", group="status", indexed=True),
            Column(name="casualties", type="json", group="movement"),
            Column(name="skilled_care_aboard", type="bool", group="movement"),
            Column(name="plan", type="json", group="movement"),
            Column(name="actual", type="json", group="movement"),
            Column(name="exercise", type="bool"),
            Column(name="planned_at", group="status"),
            Column(name="author", group="trace"),
        ),
    )


# ── assets, facilities, messages ──


def _assets() -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        asset = Asset(facts)
        known = asset.registered
        return [
            {
                "subject": facts.subject,
                "callsign": known.callsign if known else "",
                "kind": known.kind if known else None,
                "state": asset.state.value or "UNKNOWN",
                "position": _position(asset.tracked.position if asset.tracked else None, asset.position),
                "litters": known.litters if known else None,
                "seats": known.seats if known else None,
                "ntm_day_min": known.ntm_day_min if known else None,
                "ntm_night_min": known.ntm_night_min if known else None,
                "night_capable": known.night_capable if known else None,
                "caveats": known.caveats if known else (),
                "exercise": known.exercise if known else None,
            }
        ]

    return View(
        name="assets",
        version=1,
        resource="capacity",
        rows={"asset": rows},
        order=("callsign",),
        columns=(
            Column(name="subject", key=True),
            Column(name="callsign"),
            Column(name="kind", group="status"),
            Column(name="state", group="status"),
            Column(name="position", type="json", group="place"),
            Column(name="litters", type="integer", group="detail"),
            Column(name="seats", type="integer", group="detail"),
            Column(name="ntm_day_min", type="real", group="detail"),
            Column(name="ntm_night_min", type="real", group="detail"),
            Column(name="night_capable", type="bool", group="detail"),
            Column(name="caveats", type="json", group="detail"),
            Column(name="exercise", type="bool"),
        ),
    )


def _facilities() -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        facility = Facility(facts)
        if facility.registered is None:
            return []
        return [
            {
                "subject": facts.subject,
                "name": facility.registered.name,
                "level": facility.registered.level,
                "position": facility.registered.position,
                "modules": [{"code": code, "status": status} for code, status in sorted(facility.modules.items())],
                "status": facility.status.value,
                "reported_at": moment_of(facility.reports[-1]) if facility.reports else None,
                "exercise": facility.registered.exercise,
            }
        ]

    return View(
        name="facilities",
        version=1,
        resource="capacity",
        rows={"facility": rows},
        order=("name",),
        columns=(
            Column(name="subject", key=True),
            Column(name="name"),
            Column(name="level", group="status"),
            Column(name="position", type="json", group="place"),
            Column(name="modules", type="json", group="detail"),
            Column(name="status", group="status"),
            Column(name="reported_at", group="status"),
            Column(name="exercise", type="bool"),
        ),
    )


def _foreign_messages() -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        last = facts.last(e.ForeignMessageReceived)
        if last is None or not isinstance(last.body, e.ForeignMessageReceived):
            return []
        return [
            {
                "subject": facts.subject,
                "dialect": last.body.dialect,
                "peer": last.body.peer,
                "uid": last.body.uid,
                "about": last.body.about,
                "unknown": last.body.unknown,
                "blob": last.header.bl[0] if last.header.bl else None,
                "received_at": moment_of(last),
                "versions": len(facts.of(e.ForeignMessageReceived)),
            }
        ]

    return View(
        name="foreign_messages",
        version=1,
        resource="evacuation",
        rows={"foreign_message": rows},
        order=("received_at",),
        descending=True,
        columns=(
            Column(name="subject", key=True),
            Column(name="dialect", group="raw"),
            Column(name="peer", group="raw"),
            Column(name="uid", group="raw"),
            Column(name="about", group="raw", indexed=True),
            Column(name="unknown", type="json", group="raw"),
            Column(name="blob", group="raw"),
            Column(name="received_at", group="raw"),
            Column(name="versions", type="integer", group="raw"),
        ),
    )


# ── small shapes ──


def moment_of(event: Event) -> str:
    """When it happened, or when it was recorded if nobody knows."""
    at = event.header.at
    return rfc3339(at.t or at.hi or event.header.rec)


def span(interval: Any) -> dict[str, str | None]:
    return {
        "lo": rfc3339(interval.lo) if interval.lo else None,
        "hi": rfc3339(interval.hi) if interval.hi else None,
    }


def _position(where: Any, event: Event | None) -> dict[str, Any] | None:
    if where is None:
        return None
    known = where if isinstance(where, dict) else {"lat": where.lat, "lon": where.lon, "ce": where.ce}
    return {**known, "at": moment_of(event) if event else None}
