"""What is kept for a casualty and given to it: reservations, admissions, theatre slots."""

from functools import cached_property
from typing import Any

from dunant.casualty import events as e
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.merge import Conflict, Entry, Reading, register, union

RESERVED = ("OFFERED", "REQUESTED", "ACCEPTED", "CONFIRMED", "EXPIRED", "RELEASED", "REFUSED", "CONSUMED")
# A place is kept in these, unless the time has run out.
KEPT = frozenset({"ACCEPTED", "CONFIRMED"})
OVER = frozenset({"EXPIRED", "RELEASED", "REFUSED", "CONSUMED"})
# State → what may follow it here; what was reported elsewhere is never refused.
NEXT: dict[str, frozenset[str]] = {
    "": frozenset({"OFFERED", "REQUESTED"}),
    "OFFERED": frozenset({"REQUESTED", "ACCEPTED", "EXPIRED", "RELEASED", "REFUSED"}),
    "REQUESTED": frozenset({"ACCEPTED", "EXPIRED", "RELEASED", "REFUSED"}),
    "ACCEPTED": frozenset({"CONFIRMED", "CONSUMED", "EXPIRED", "RELEASED", "REFUSED"}),
    "CONFIRMED": frozenset({"CONFIRMED", "CONSUMED", "EXPIRED", "RELEASED", "REFUSED"}),
}
SLOT = ("PLANNED", "READY", "TURNOVER", "CLOSED", "IN_USE")
SLOT_NEXT: dict[str, frozenset[str]] = {
    "": frozenset(SLOT),
    "PLANNED": frozenset({"READY", "IN_USE", "CLOSED"}),
    "READY": frozenset({"PLANNED", "IN_USE", "CLOSED"}),
    "IN_USE": frozenset({"TURNOVER", "CLOSED"}),
    "TURNOVER": frozenset({"PLANNED", "READY", "IN_USE", "CLOSED"}),
    "CLOSED": frozenset({"PLANNED", "READY"}),
}


class Reservation:
    """A place kept, or asked for, at one facility."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def steps(self) -> list[Event]:
        return union(self.facts, e.ReservationProgressed)

    @cached_property
    def state(self) -> Reading[str]:
        """Of two steps made apart the one further from a free place is shown."""
        entries = [
            Entry(event.body.state, event) for event in self.steps if isinstance(event.body, e.ReservationProgressed)
        ]
        return register(self.facts, "reservation", entries, rank=lambda entry: _rank(RESERVED, entry.value))

    def last(self, name: str) -> Any:
        """The latest word on one of its fields: a step that says nothing of it leaves it as it was."""
        said = (getattr(event.body, name) for event in reversed(self.steps))
        return next((value for value in said if value), None)

    @property
    def conflicts(self) -> list[Conflict]:
        return [self.state.conflict] if self.state.conflict else []

    @property
    def all_conflicts(self) -> list[Conflict]:
        found = self.state.conflict or self.state.resolved
        return [found] if found else []


class Admission:
    """A casualty's stay in one place of one facility."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def opened(self) -> Event | None:
        return self.facts.first(e.AdmissionOpened)

    @property
    def body(self) -> e.AdmissionOpened | None:
        return self.opened.body if self.opened and isinstance(self.opened.body, e.AdmissionOpened) else None

    @cached_property
    def closed(self) -> Event | None:
        return self.facts.first(e.AdmissionClosed)

    @property
    def is_open(self) -> bool:
        return self.opened is not None and self.closed is None


class Theatre:
    """One slot of a theatre."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def reports(self) -> list[Event]:
        return union(self.facts, e.TheatreReported)

    @cached_property
    def state(self) -> Reading[str]:
        """Of two reports made apart the one that keeps the table longer is shown."""
        entries = [
            Entry(event.body.state, event) for event in self.reports if isinstance(event.body, e.TheatreReported)
        ]
        return register(self.facts, "slot", entries, rank=lambda entry: _rank(SLOT, entry.value))

    @property
    def shown(self) -> e.TheatreReported | None:
        event = self.state.shown
        if event is not None and isinstance(event.body, e.TheatreReported):
            return event.body
        last = self.reports[-1].body if self.reports else None
        return last if isinstance(last, e.TheatreReported) else None

    @property
    def begun(self) -> list[Event]:
        """Each operation in this slot: when the knife touched skin."""
        return [event for event in self.reports if getattr(event.body, "state", "") == "IN_USE"]

    @property
    def conflicts(self) -> list[Conflict]:
        return [self.state.conflict] if self.state.conflict else []

    @property
    def all_conflicts(self) -> list[Conflict]:
        found = self.state.conflict or self.state.resolved
        return [found] if found else []


def _rank(order: tuple[str, ...], state: str | None) -> int:
    return order.index(state) if state in order else -1
