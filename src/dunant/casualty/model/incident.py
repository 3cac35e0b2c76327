"""An incident, and the count of those it hurt."""

from functools import cached_property
from typing import Any

from dunant.casualty import events as e
from dunant.casualty.model.marks import CasualtyPolicy, place_marks, time_marks
from dunant.kernel.facts import Facts
from dunant.kernel.merge import Conflict, Entry, Reading, register

AMENDABLE = ("type", "position", "threat", "remarks")


class Incident:
    """Something that happened, read from facts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def opened(self) -> e.IncidentOpened | None:
        event = self.facts.first(e.IncidentOpened)
        return event.body if event and isinstance(event.body, e.IncidentOpened) else None

    @property
    def exercise(self) -> bool:
        return self.opened is not None and self.opened.exercise

    def field(self, name: str) -> Reading[Any]:
        """An amendable field, merged by itself."""
        events = self.facts.of(e.IncidentOpened, e.IncidentAmended)
        entries = [Entry(getattr(event.body, name), event) for event in events if getattr(event.body, name) is not None]
        return register(self.facts, name, entries)

    @cached_property
    def estimate(self) -> Reading[int]:
        """How many there are thought to be; of two estimates made apart the larger is shown: nobody is missed."""
        events = self.facts.of(e.EstimateReported)
        entries = [Entry(event.body.total, event) for event in events if isinstance(event.body, e.EstimateReported)]
        return register(self.facts, "estimate", entries, rank=lambda entry: entry.value)

    @cached_property
    def state(self) -> Reading[str]:
        closed = [Entry("CLOSED", event) for event in self.facts.of(e.IncidentClosed)]
        opened = [Entry("OPEN", event) for event in self.facts.of(e.IncidentOpened, e.IncidentReopened)]
        return register(self.facts, "status", [*closed, *opened], rank=lambda entry: entry.value == "OPEN")

    @cached_property
    def mascal(self) -> Reading[str]:
        """Whether the mass-casualty mode is declared; of both said apart, it is."""
        declared = [Entry("MASCAL", event) for event in self.facts.of(e.MascalDeclared)]
        ended = [Entry("OPEN", event) for event in self.facts.of(e.MascalEnded)]
        return register(self.facts, "mascal", [*declared, *ended], rank=lambda entry: entry.value == "MASCAL")

    @property
    def status(self) -> str:
        state = self.state.value or "OPEN"
        return "MASCAL" if state == "OPEN" and self.mascal.value == "MASCAL" else state

    def flags(self, policy: CasualtyPolicy) -> list[str]:
        marks = place_marks(self.field("position").value, policy) | time_marks(self.facts, policy)
        return sorted(marks | ({"conflict"} if self.conflicts else set()))

    @property
    def conflicts(self) -> list[Conflict]:
        return [reading.conflict for reading in self._registers if reading.conflict]

    @property
    def all_conflicts(self) -> list[Conflict]:
        """Open ones, and those that somebody has settled."""
        return [found for reading in self._registers if (found := reading.conflict or reading.resolved)]

    @cached_property
    def _registers(self) -> list[Reading[Any]]:
        return [self.estimate, self.state, self.mascal, *(self.field(name) for name in AMENDABLE)]
