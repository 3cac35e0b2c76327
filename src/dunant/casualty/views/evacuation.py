"""Evacuation requests and the legs that serve them."""

from collections.abc import Sequence

from dunant.casualty import events as e
from dunant.casualty.model import CasualtyPolicy, Leg, Request
from dunant.casualty.views.shapes import moment_of
from dunant.kernel.facts import Facts
from dunant.kernel.views import Column, Row, View


def requests(policy: CasualtyPolicy) -> View:
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
                "flags": request.flags(policy),
                "author": request.submitted.header.by.user,
                "source": request.submitted.header.src,
            }
        ]

    return View(
        name="requests",
        version=2,
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
