"""Fields with more than one value, of any subject: the inbox of what only a person can settle."""

from collections.abc import Sequence

from dunant.casualty.model import Casualty, CasualtyPolicy, Incident, Leg, Request
from dunant.casualty.views.shapes import conflict_row
from dunant.kernel.merge import Conflict
from dunant.kernel.views import Column, Row, View


def conflicts(policy: CasualtyPolicy) -> View:
    def of(conflicts: Sequence[Conflict], kind: str) -> Sequence[Row]:
        return [
            {
                "id": found["id"],
                "subject": conflict.subject,
                "kind": kind,
                "field": conflict.field,
                "values": found["values"],
            }
            for conflict in conflicts
            for found in [conflict_row(conflict)]
        ]

    return View(
        name="conflicts",
        version=1,
        resource="evacuation",
        rows={
            "casualty": lambda facts: of(facts.once(Casualty, policy).conflicts, "casualty"),
            "request": lambda facts: of(Request(facts).conflicts, "request"),
            "leg": lambda facts: of(Leg(facts).conflicts, "leg"),
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
