"""Fields with more than one value, of any subject: the inbox of what only a person can settle."""

from collections.abc import Sequence

from dunant.casualty.model import (
    IDENTITY,
    Alert,
    Casualty,
    CasualtyPolicy,
    Incident,
    Leg,
    Notification,
    Posture,
    Request,
    Reservation,
    Theatre,
)
from dunant.casualty.views.custody import tie_columns, ties
from dunant.casualty.views.notification import TIE, gate_columns, gate_ties
from dunant.casualty.views.shapes import conflict_traces, conflict_values, settled_row
from dunant.kernel.facts import Facts
from dunant.kernel.gate import COVERED_BY
from dunant.kernel.merge import Conflict
from dunant.kernel.views import Column, Row, View


def conflicts(policy: CasualtyPolicy) -> View:
    return View(
        name="conflicts",
        version=4,
        resource="evacuation",
        rows={
            "casualty": lambda facts: _rows(facts.once(Casualty, policy).all_conflicts, "casualty"),
            "request": lambda facts: _rows(Request(facts).all_conflicts, "request"),
            "leg": lambda facts: _rows(Leg(facts).all_conflicts, "leg"),
            "reservation": lambda facts: _rows(Reservation(facts).all_conflicts, "reservation"),
            "theatre": lambda facts: _rows(Theatre(facts).all_conflicts, "theatre"),
            "alert": lambda facts: _rows(Alert(facts).all_conflicts, "alert"),
            "posture": lambda facts: _rows(Posture(facts, policy.authority).all_conflicts, "posture"),
            "incident": lambda facts: _rows(Incident(facts).all_conflicts, "incident"),
        },
        columns=(
            Column(name="id", key=True),
            Column(name="subject", indexed=True),
            Column(name="kind", group="status"),
            Column(name="field", group="status"),
            Column(name="state", group="status", indexed=True),
            Column(name="values", type="json", group="triage"),
            Column(name="traces", type="json", group="trace"),
            Column(name="settled", type="json", group="trace"),
        ),
    )


def identity_conflicts(policy: CasualtyPolicy) -> View:
    """Two verified answers to who somebody is. Apart from the others: only those who may see names see these."""

    def rows(facts: Facts) -> Sequence[Row]:
        casualty = facts.once(Casualty, policy)
        made = _rows(casualty.identity_conflicts, "casualty")
        if not made:
            return []
        scopes = {IDENTITY + kind: scope for kind, scope in policy.kinds.items()}
        bound = {**ties(casualty.custody), **gate_ties(casualty, Notification(facts), policy)}
        return [{**row, COVERED_BY: scopes.get(row["field"]), **bound} for row in made]

    return View(
        name="identity_conflicts",
        version=2,
        resource="identity",
        rows={"casualty": rows},
        columns=(
            Column(name="id", key=True),
            Column(name="subject", indexed=True, group="name"),
            Column(name="kind", group="name"),
            Column(name="field", group="name"),
            Column(name="state", group="name", indexed=True),
            Column(name="values", type="json", group="name"),
            Column(name="traces", type="json", group="name"),
            Column(name="settled", type="json", group="name"),
            *tie_columns("name"),
            Column(name=COVERED_BY, group=TIE, indexed=True),
            *gate_columns(),
        ),
    )


def _rows(conflicts: Sequence[Conflict], kind: str) -> Sequence[Row]:
    return [
        {
            "id": conflict.id,
            "subject": conflict.subject,
            "kind": kind,
            "field": conflict.field,
            "state": conflict.state,
            "values": conflict_values(conflict),
            "traces": conflict_traces(conflict),
            "settled": settled_row(conflict.settled),
        }
        for conflict in conflicts
    ]
