"""An evacuation request: a form whose every line is merged by itself, and how far it has come."""

from functools import cached_property
from typing import Any

from dunant.casualty import events as e
from dunant.casualty.model.marks import CasualtyPolicy, late_min, place_marks, time_marks
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.merge import Conflict, ConflictResolved, Entry, Reading, register, union

LINE = "line."
STEPS = ("MEDICAL_VALIDATION", "LAUNCH", "RETASK", "FLIGHT_CLEARANCE", "COST", "RECEIVING_ACCEPTANCE")


class Request:
    """A call for transport, read from facts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def submitted(self) -> Event | None:
        return self.facts.first(e.EvacRequested)

    @property
    def form(self) -> e.EvacRequested | None:
        return self.submitted.body if self.submitted and isinstance(self.submitted.body, e.EvacRequested) else None

    @property
    def exists(self) -> bool:
        return self.submitted is not None

    @property
    def exercise(self) -> bool:
        return self.form is not None and self.form.exercise

    @cached_property
    def _forms(self) -> list[Event]:
        return self.facts.of(e.EvacRequested, e.EvacRequestAmended)

    @cached_property
    def line_names(self) -> list[str]:
        resolved = [
            event.body.field for event in self.facts.of(ConflictResolved) if isinstance(event.body, ConflictResolved)
        ]
        named = {name for event in self._forms for name in _lines(event)}
        return sorted(named | {field.removeprefix(LINE) for field in resolved if field.startswith(LINE)})

    def line(self, name: str) -> Reading[Any]:
        """One line of the form. A value of None among its heads means that somebody took it back."""
        entries = [Entry(_lines(event)[name], event) for event in self._forms if name in _lines(event)]
        return register(self.facts, LINE + name, entries)

    @cached_property
    def lines(self) -> dict[str, Any]:
        """What the form says now; lines taken back are absent."""
        shown = {name: self.line(name).value for name in self.line_names}
        return {name: value for name, value in shown.items() if value is not None}

    @cached_property
    def pickup(self) -> Reading[Any]:
        stated = [(getattr(event.body, "pickup", None), event) for event in self._forms]
        entries = [Entry(pickup, event) for pickup, event in stated if pickup is not None]
        return register(self.facts, "pickup", entries)

    @cached_property
    def casualties(self) -> list[str]:
        """Everybody any version of the form has named; a person is never dropped by an amendment."""
        return sorted({casualty for event in self._forms for casualty in getattr(event.body, "casualties", ())})

    @cached_property
    def status(self) -> str:
        ended = self.facts.last(e.EvacRequestClosed)
        if ended and isinstance(ended.body, e.EvacRequestClosed):
            return ended.body.outcome
        decided = self.decision("LAUNCH").value
        if decided in {"DENIED", "REDIRECTED"}:
            return str(decided)
        if decided == "APPROVED" or self.facts.of(e.EmergencySelfAuthorised):
            return "AUTHORISED"
        return "VALIDATED" if self.decision("MEDICAL_VALIDATION").value == "APPROVED" else "SUBMITTED"

    def decision(self, step: str) -> Reading[str]:
        """Answer to one step of authority; of two given apart, the refusal is shown."""
        entries = [
            Entry(event.body.decision, event)
            for event in union(self.facts, e.AuthorityDecided)
            if isinstance(event.body, e.AuthorityDecided) and event.body.step == step
        ]
        return register(self.facts, f"decision.{step}", entries, rank=lambda entry: entry.value != "APPROVED")

    def heard_from(self, peer: str) -> list[Event]:
        """Versions of the form that came from this peer."""
        return [event for event in self._forms if getattr(event.body, "peer", "") == peer]

    @property
    def conflicts(self) -> list[Conflict]:
        return [reading.conflict for reading in self._registers if reading.conflict]

    @property
    def all_conflicts(self) -> list[Conflict]:
        """Open ones, and those that somebody has settled."""
        return [found for reading in self._registers if (found := reading.conflict or reading.resolved)]

    @cached_property
    def _registers(self) -> list[Reading[Any]]:
        return [
            self.pickup,
            *(self.line(name) for name in self.line_names),
            *(self.decision(step) for step in STEPS),
        ]

    # ── what needs a person ──

    def flags(self, policy: CasualtyPolicy) -> list[str]:
        """Codes of what deserves a second look; none of them stops a launch."""
        flags = place_marks(self.pickup.value, policy) | time_marks(self.facts, policy)
        if self.form and self.form.peer and self.pickup.value is None:
            flags.add("confirm_position")
        if self.conflicts:
            flags.add("conflict")
        if self.counts_disagree:
            flags.add("counts_disagree")
        if "NONE" in (equipment := _list(self.lines.get("equipment"))) and len(equipment) > 1:
            flags.add("equipment_contradiction")
        if self.facts.of(e.EmergencySelfAuthorised):
            flags.add("self_authorised")
        if late_min((self.submitted,), policy) is not None:
            flags.add("late")
        return sorted(flags)

    @property
    def counts_disagree(self) -> bool:
        """Sums of lines 3, 5 and 8, as far as they were filled in, differ (invariant 5)."""
        line5 = {name: self.lines[name] for name in ("litter", "ambulatory") if name in self.lines}
        sums = [total(counts) for counts in (self.lines.get("counts"), line5, self.lines.get("nationality")) if counts]
        return len(set(sums)) > 1


def total(counts: Any) -> int:
    """Sum of a line that counts patients; whatever is no number counts nobody."""
    numbers = counts.values() if isinstance(counts, dict) else ()
    return sum(number for number in numbers if isinstance(number, int))


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _lines(event: Event) -> dict[str, Any]:
    return event.body.lines if isinstance(event.body, e.EvacRequested | e.EvacRequestAmended) else {}
