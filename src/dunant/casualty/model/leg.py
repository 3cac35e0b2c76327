"""A leg: one asset on its way from one place to another with casualties aboard."""

from functools import cached_property
from typing import Any

import msgspec

from dunant.casualty import events as e
from dunant.kernel.clock import rfc3339
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts, recorded_order
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

    @cached_property
    def aboard(self) -> dict[str, str]:
        """Casualty → LITTER or SEAT, as loaded and not unloaded again; empty where nobody is loaded one by one."""
        places: dict[str, str] = {}
        for event in union(self.facts, e.CasualtyLoaded, e.CasualtyUnloaded):
            if isinstance(event.body, e.CasualtyLoaded):
                places[event.body.casualty] = event.body.place
            elif isinstance(event.body, e.CasualtyUnloaded):
                places.pop(event.body.casualty, None)
        return places

    @property
    def was_loaded_singly(self) -> bool:
        return bool(self.facts.of(e.CasualtyLoaded))

    @property
    def carried(self) -> tuple[str, ...]:
        """Who is brought: those loaded one by one, else all of the plan."""
        if self.was_loaded_singly:
            return tuple(self.aboard)
        return self.plan.casualties if self.plan else ()

    @cached_property
    def diverted(self) -> Event | None:
        """The diversion in force; a plan made after it replaces it."""
        last = self.facts.last(e.LegDiverted)
        shown = self.planned.shown
        return last if last and (shown is None or recorded_order(last) > recorded_order(shown)) else None

    @property
    def destination(self) -> str | None:
        if self.diverted and isinstance(self.diverted.body, e.LegDiverted):
            return self.diverted.body.destination
        return self.plan.destination if self.plan else None

    @property
    def overrides(self) -> list[tuple[e.Override, Event]]:
        """Guards that somebody overrode on this leg, in the order they were."""
        events = union(self.facts, e.LegPlanned, e.LegDiverted, e.CasualtyLoaded)
        return [(said, event) for event in events if (said := getattr(event.body, "override", None))]

    @property
    def last_heard(self) -> Event | None:
        """The latest word of the crew: a state, somebody loaded or unloaded."""
        heard = union(self.facts, e.LegProgressed, e.CasualtyLoaded, e.CasualtyUnloaded)
        return heard[-1] if heard else None

    @property
    def is_active(self) -> bool:
        return self.status not in {"ABORTED", "HANDED_OVER", "RTB", "AVAILABLE"}

    @property
    def is_overtaken(self) -> bool:
        """Nothing more can be added: aborted, or the asset is free again."""
        return self.status in {"ABORTED", "AVAILABLE"}
