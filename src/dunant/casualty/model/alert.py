"""An alert: the first word, and who has heard it."""

from functools import cached_property

from dunant.casualty import events as e
from dunant.casualty.model.marks import CasualtyPolicy, place_marks, time_marks
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.merge import union


class Alert:
    """A call for help, read from facts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def received(self) -> Event | None:
        return self.facts.first(e.AlertReceived)

    @property
    def report(self) -> e.AlertReceived | None:
        return self.received.body if self.received and isinstance(self.received.body, e.AlertReceived) else None

    @cached_property
    def acknowledgements(self) -> list[Event]:
        return union(self.facts, e.AlertAcknowledged)

    @property
    def roles(self) -> set[str]:
        return {event.body.role for event in self.acknowledgements if isinstance(event.body, e.AlertAcknowledged)}

    def flags(self, policy: CasualtyPolicy) -> list[str]:
        """`call_back`: anybody could have sent it, and nobody has taken it up yet."""
        found = place_marks(self.report and self.report.position, policy) | time_marks(self.facts, policy)
        if self.report and self.report.unverified and self.status in {"OPEN", "ESCALATED"}:
            found.add("call_back")
        if self.report and self.report.damaged:
            found.add("damaged")
        return sorted(found)

    @property
    def status(self) -> str:
        if self.facts.of(e.AlertCancelled):
            return "CANCELLED"
        if self.acknowledgements:
            return "ACKNOWLEDGED"
        return "ESCALATED" if self.facts.of(e.AlertEscalated) else "OPEN"
