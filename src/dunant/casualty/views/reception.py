"""What facilities have, keep and give: stocks, reservations, admissions, theatre slots."""

from collections.abc import Sequence

from dunant.casualty import events as e
from dunant.casualty.model import OVER, Admission, Facility, Reservation, Theatre
from dunant.casualty.views.shapes import moment_of
from dunant.kernel.clock import rfc3339
from dunant.kernel.facts import Facts
from dunant.kernel.views import Column, Row, View


def stocks() -> View:
    """One row for each resource of each facility, as counted; what is free depends on the hour and is no column."""

    def rows(facts: Facts) -> Sequence[Row]:
        return [
            {
                "subject": facts.subject,
                "resource": stock.resource,
                "product": stock.product,
                "group": stock.group,
                "physical": stock.physical,
                "staffed": stock.staffed,
                "occupied": stock.occupied,
                "blocked": stock.blocked,
                "reason": stock.reason,
                "as_of": rfc3339(stock.as_of) if stock.as_of else None,
                "disputed": stock.disputed,
            }
            for stock in Facility(facts).stocks
        ]

    return View(
        name="stocks",
        version=1,
        resource="capacity",
        rows={"facility": rows},
        order=("resource", "product", "group"),
        columns=(
            Column(name="subject", key=True),
            Column(name="resource", key=True),
            Column(name="product", key=True),
            Column(name="group", key=True),
            Column(name="physical", type="integer", group="detail"),
            Column(name="staffed", type="integer", group="detail"),
            Column(name="occupied", type="integer", group="detail"),
            Column(name="blocked", type="integer", group="detail"),
            Column(name="reason", group="detail"),
            Column(name="as_of", group="detail"),
            Column(name="disputed", type="json", group="detail"),
        ),
    )


def reservations() -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        kept = Reservation(facts)
        first = kept.steps[0] if kept.steps else None
        if first is None or kept.state.shown is None:
            return []
        shown = kept.state.shown
        return [
            {
                "subject": facts.subject,
                "state": kept.state.value,
                "open": kept.state.value not in OVER,
                "facility": kept.last("facility"),
                "facility_id": kept.last("facility"),
                "casualty": kept.last("casualty"),
                "request": kept.last("request"),
                "resource": kept.last("resource"),
                "eta": kept.last("eta"),
                "reason": getattr(shown.body, "reason", ""),
                "asked_at": moment_of(first),
                "at": moment_of(shown),
                "by_role": shown.header.by.role,
                "conflict": bool(kept.conflicts),
                "exercise": any(getattr(event.body, "exercise", False) for event in kept.steps),
                "author": first.header.by.user,
            }
        ]

    return View(
        name="reservations",
        version=1,
        resource="evacuation",
        rows={"reservation": rows},
        order=("asked_at",),
        descending=True,
        columns=(
            Column(name="subject", key=True),
            Column(name="state", group="status"),
            Column(name="open", type="bool", group="status", indexed=True),
            Column(name="facility", group="movement", indexed=True),
            Column(name="facility_id", group="movement"),
            Column(name="casualty", group="movement"),
            Column(name="request", group="movement"),
            Column(name="resource", group="movement"),
            Column(name="eta", group="movement"),
            Column(name="reason", group="movement"),
            Column(name="asked_at", group="status"),
            Column(name="at", group="status"),
            Column(name="by_role", group="trace"),
            Column(name="conflict", type="bool", group="status"),
            Column(name="exercise", type="bool"),
            Column(name="author", group="trace"),
        ),
    )


def admissions() -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        stay = Admission(facts)
        if stay.body is None or stay.opened is None:
            return []
        closed = stay.closed
        return [
            {
                "subject": facts.subject,
                "casualty": stay.body.casualty,
                "facility": stay.body.facility,
                "facility_id": stay.body.facility,
                "resource": stay.body.resource,
                "bed": stay.body.bed,
                "open": stay.is_open,
                "opened_at": moment_of(stay.opened),
                "closed_at": moment_of(closed) if closed else None,
                "reason": closed.body.reason if closed and isinstance(closed.body, e.AdmissionClosed) else "",
                "exercise": stay.body.exercise,
                "author": stay.opened.header.by.user,
            }
        ]

    return View(
        name="admissions",
        version=1,
        resource="evacuation",
        rows={"admission": rows},
        order=("opened_at",),
        descending=True,
        columns=(
            Column(name="subject", key=True),
            Column(name="casualty", group="movement"),
            Column(name="facility", group="movement", indexed=True),
            Column(name="facility_id", group="movement"),
            Column(name="resource", group="movement"),
            Column(name="bed", group="movement"),
            Column(name="open", type="bool", group="status", indexed=True),
            Column(name="opened_at", group="status"),
            Column(name="closed_at", group="status"),
            Column(name="reason", group="movement"),
            Column(name="exercise", type="bool"),
            Column(name="author", group="trace"),
        ),
    )


def theatre() -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        slot = Theatre(facts)
        if slot.shown is None:
            return []
        last = slot.state.shown or slot.reports[-1]
        return [
            {
                "subject": facts.subject,
                "facility": slot.shown.facility,
                "facility_id": slot.shown.facility,
                "state": slot.state.value,
                "casualty": slot.shown.casualty if slot.state.value in {"IN_USE", "PLANNED", "READY"} else None,
                "reason": slot.shown.reason,
                "at": moment_of(last),
                "begun": [moment_of(event) for event in slot.begun],
                "conflict": bool(slot.conflicts),
                "exercise": slot.shown.exercise,
            }
        ]

    return View(
        name="theatre",
        version=1,
        resource="evacuation",
        rows={"theatre": rows},
        order=("at",),
        columns=(
            Column(name="subject", key=True),
            Column(name="facility", group="movement", indexed=True),
            Column(name="facility_id", group="movement"),
            Column(name="state", group="status"),
            Column(name="casualty", group="movement"),
            Column(name="reason", group="movement"),
            Column(name="at", group="status"),
            Column(name="begun", type="json", group="movement"),
            Column(name="conflict", type="bool", group="status"),
            Column(name="exercise", type="bool"),
        ),
    )
