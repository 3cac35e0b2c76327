"""Evacuation requests and the legs that serve them."""

from collections.abc import Sequence
from typing import Any

from dunant.casualty import events as e
from dunant.casualty.authority import STEPS
from dunant.casualty.model import CasualtyPolicy, Leg, Request
from dunant.casualty.model.alert import contact
from dunant.casualty.views.shapes import moment_of
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.merge import union
from dunant.kernel.views import Column, Row, View


def requests(policy: CasualtyPolicy) -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        request = Request(facts)
        return [] if request.form is None or request.begun is None else [_row(request, policy)]

    return View(
        name="requests",
        version=3,
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
            Column(name="held", type="bool", group="status"),
            Column(name="states", type="json", group="status"),
            Column(name="submitted_at", group="status"),
            Column(name="standing", type="json", group="status"),
            Column(name="authorised_by", group="status"),
            Column(name="self_authorised", type="bool", group="status"),
            Column(name="superseded_by", group="status"),
            Column(name="missing", type="json", group="status"),
            Column(name="pickup", type="json", group="place"),
            Column(name="lines", type="json", group="place"),
            Column(name="referral", type="json", group="person"),
            Column(name="casualties", type="json", group="status"),
            Column(name="incident", group="status"),
            Column(name="alert", group="status"),
            Column(name="peer", group="raw"),
            Column(name="peer_uid", group="raw"),
            Column(name="exercise", type="bool"),
            Column(name="flags", type="json", group="status"),
            Column(name="author", group="trace"),
            Column(name="source", group="trace"),
            Column(name="origin", group="trace"),
        ),
    )


def _row(request: Request, policy: CasualtyPolicy) -> Row:
    form, begun = request.form, request.begun
    assert form is not None
    assert begun is not None
    authorised = request.evidence.get("AUTHORISED")
    superseded = request.facts.last(e.EvacSuperseded)
    return {
        "subject": request.facts.subject,
        "tag": form.tag,
        "kind": form.kind,
        "dialect": form.dialect,
        "status": request.status,
        "held": request.is_held,
        "states": request.states,
        "submitted_at": moment_of(request.submitted or begun),
        "standing": standing(request),
        "authorised_by": authorised.header.by.role if authorised else None,
        "self_authorised": request.self_authorised is not None,
        "superseded_by": getattr(superseded.body, "by", None) if superseded else None,
        "missing": request.missing(policy.forms),
        "pickup": request.pickup.value,
        "lines": request.lines,
        "referral": request.referral,
        "casualties": request.casualties,
        "incident": form.incident,
        "alert": form.alert,
        "peer": request.peer,
        "peer_uid": getattr(form, "peer_uid", ""),
        "exercise": form.exercise,
        "flags": request.flags(policy),
        "author": begun.header.by.user,
        "source": begun.header.src,
        "origin": begun.header.o,
    }


def standing(request: Request) -> dict[str, Any]:
    """What was asked of whom and answered: all that the timers and the page of decisions need of one request."""
    answered = {step: shown for step in STEPS if (shown := request.decision(step).shown)}
    mine = request.self_authorised
    reviewed = request.reviewed
    return {
        "answers": {step: _answer(event) for step, event in answered.items()},
        "escalations": {step: [_escalation(event) for event in request.escalations(step)] for step in STEPS},
        "contacts": [contact(event) for event in union(request.facts, e.RoleContacted)],
        "review": {
            "at": moment_of(mine),
            "by_role": mine.header.by.role,
            "reason": getattr(mine.body, "reason", ""),
            "finding": getattr(reviewed.body, "finding", None) if reviewed else None,
        }
        if mine
        else None,
    }


def _answer(event: Event) -> dict[str, Any]:
    body = event.body
    said = ("reason", "next_step", "conditions", "delegation", "mode")
    return {
        "decision": getattr(body, "decision", getattr(body, "value", "APPROVED")),
        "at": moment_of(event),
        "by_role": event.header.by.role,
        "alternates": list(getattr(body, "alternates", ())),
        **{name: getattr(body, name, "") for name in said},
    }


def _escalation(event: Event) -> dict[str, Any]:
    body = event.body
    return {name: getattr(body, name) for name in ("to_role", "attempt")} | {"at": moment_of(event)}


def legs() -> View:
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
                "destination": leg.destination,
                "facility_id": leg.destination,
                "status": leg.status,
                "active": leg.is_active,
                "casualties": leg.plan.casualties,
                "skilled_care_aboard": leg.plan.skilled_care_aboard,
                "plan": leg.plan.plan,
                "actual": leg.reached,
                "amet": leg.plan.amet or leg.plan.skilled_care_aboard,
                "crew": leg.plan.crew,
                "nvg": leg.plan.nvg,
                "is_dark": leg.plan.dark,
                "aboard": [{"casualty": one, "place": place} for one, place in leg.aboard.items()],
                "carried": leg.carried,
                "diverted": _diverted(leg),
                "overrides": [
                    {
                        "rule": said.rule,
                        "reason": said.reason,
                        "broken": said.broken,
                        "by_role": event.header.by.role,
                        "at": moment_of(event),
                    }
                    for said, event in leg.overrides
                ],
                "heard_at": moment_of(leg.last_heard) if leg.last_heard else None,
                "exercise": leg.plan.exercise,
                "planned_at": moment_of(planned),
                "author": planned.header.by.user,
            }
        ]

    return View(
        name="legs",
        version=2,
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
            Column(name="facility_id", group="movement"),
            Column(name="status", group="status"),
            Column(name="active", type="bool", group="status", indexed=True),
            Column(name="casualties", type="json", group="movement"),
            Column(name="skilled_care_aboard", type="bool", group="movement"),
            Column(name="plan", type="json", group="movement"),
            Column(name="actual", type="json", group="movement"),
            Column(name="amet", type="bool", group="movement"),
            Column(name="crew", group="movement"),
            Column(name="nvg", type="bool", group="movement"),
            Column(name="is_dark", type="bool", group="movement"),
            Column(name="aboard", type="json", group="movement"),
            Column(name="carried", type="json", group="movement"),
            Column(name="diverted", type="json", group="movement"),
            Column(name="overrides", type="json", group="movement"),
            Column(name="heard_at", group="status"),
            Column(name="exercise", type="bool"),
            Column(name="planned_at", group="status"),
            Column(name="author", group="trace"),
        ),
    )


def _diverted(leg: Leg) -> Row | None:
    """Where to instead, why and when; None while the plan stands."""
    event = leg.diverted
    if event is None or not isinstance(event.body, e.LegDiverted):
        return None
    return {"destination": event.body.destination, "reason": event.body.reason, "at": moment_of(event)}
