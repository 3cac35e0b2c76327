"""A leg: one asset on its way from one place to another with casualties aboard."""

from functools import cached_property
from typing import Any

import msgspec

from dunant.casualty import events as e
from dunant.kernel.clock import rfc3339
from dunant.kernel.facts import Facts
from dunant.kernel.merge import Conflict, Entry, Reading, register, union

STATES = (
    "PLANNED",
    "NOTIFIED",
    "CREW_READY",
    "LAUNCHED",
    "ON_SCENE",
    "PATIENT_LOADED",
    "DEPARTED",
    "ARRIVED",
    "HANDED_OVER",
    "RTB",
    "AVAILABLE",
)


# On the way to fetch somebody who is not aboard yet.
WAITING = frozenset(STATES[: STATES.index("PATIENT_LOADED")])


class Leg:
    """A movement, read from facts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def planned(self) -> Reading[Any]:
        """The plan; of two made apart the one for later is shown, and the other is kept."""
        return register(self.facts, "plan", [Entry(event.body, event) for event in self.facts.of(e.LegPlanned)])

    @cached_property
    def plan(self) -> e.LegPlanned | None:
        try:
            return msgspec.convert(self.planned.value, e.LegPlanned | None)
        except msgspec.ValidationError:
            # Settled with something that is no plan: the newest that is one.
            event = self.facts.last(e.LegPlanned)
            return event.body if event and isinstance(event.body, e.LegPlanned) else None

    @property
    def conflicts(self) -> list[Conflict]:
        return [self.planned.conflict] if self.planned.conflict else []

    @property
    def all_conflicts(self) -> list[Conflict]:
        """The open one, or the one that somebody has settled."""
        found = self.planned.conflict or self.planned.resolved
        return [found] if found else []

    @property
    def exercise(self) -> bool:
        return self.plan is not None and self.plan.exercise

    @cached_property
    def reached(self) -> dict[str, str]:
        """Leg state → when it was reached, first report of each."""
        times: dict[str, str] = {}
        for event in union(self.facts, e.LegProgressed):
            at = event.header.at.t or event.header.rec
            if isinstance(event.body, e.LegProgressed):
                times.setdefault(event.body.state, rfc3339(at))
        return times

    @property
    def status(self) -> str:
        """The furthest state reported; a skipped one in between is accepted."""
        if self.facts.of(e.LegAborted):
            return "ABORTED"
        return max((state for state in self.reached if state in STATES), key=STATES.index, default="PLANNED")

    @property
    def is_active(self) -> bool:
        return self.status not in {"ABORTED", "HANDED_OVER", "RTB", "AVAILABLE"}

    @property
    def is_overtaken(self) -> bool:
        """Nothing more can be added: aborted, or the asset is free again."""
        return self.status in {"ABORTED", "AVAILABLE"}
