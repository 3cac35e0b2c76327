"""The care of a casualty as its facts tell it: what was found, done and measured. Reads; never writes or guesses."""

from collections.abc import Iterable, Mapping
from typing import Any

from dunant.casualty import events as e
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts, recorded_order
from dunant.kernel.merge import Entry, Reading, add_wins, register, union
from dunant.kernel.reading import read_once

PERSONAL = ("pregnant", "weight_kg", "blood_group", "isolation", "age_years", "service", "unit")
TOURNIQUET = "TQ"
LATEST = 3


class Tourniquet:
    """One tourniquet: the fact that put it on, and the one that took it off, if any."""

    def __init__(self, on: Event, off: Event | None) -> None:
        self.on = on
        self.off = off

    @property
    def body(self) -> e.InterventionRecorded:
        assert isinstance(self.on.body, e.InterventionRecorded)
        return self.on.body


class Care:
    """What is known of the care of one person, read from facts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @read_once
    def injuries(self) -> list[Event]:
        return union(self.facts, e.InjuryRecorded)

    @read_once
    def interventions(self) -> list[Event]:
        return union(self.facts, e.InterventionRecorded)

    @read_once
    def vitals(self) -> list[Event]:
        return union(self.facts, e.VitalsRecorded)

    @read_once
    def assessments(self) -> list[Event]:
        return union(self.facts, e.TriageAssessed)

    @read_once
    def notes(self) -> list[Event]:
        return union(self.facts, e.ClinicalNoteAdded)

    @property
    def last_vitals(self) -> list[Event]:
        """The newest three sets, the newest first."""
        return self.vitals[::-1][:LATEST]

    @property
    def handover(self) -> Event | None:
        return next(iter(union(self.facts, e.HandoverWritten)[::-1]), None)

    def detail(self, name: str) -> Reading[Any]:
        """One field of the clinical details, merged by itself."""
        return register(self.facts, f"care.{name}", self._details.get(name, ()))

    @read_once
    def _details(self) -> Mapping[str, list[Entry[Any]]]:
        found: dict[str, list[Entry[Any]]] = {}
        for event in self.facts.of(e.ClinicalDetailsRecorded):
            for name in PERSONAL:
                if (value := getattr(event.body, name)) is not None:
                    found.setdefault(name, []).append(Entry(value, event))
        return found

    @property
    def personal(self) -> dict[str, Any]:
        """The clinical details that are known; where two stand against each other, both, as a list."""
        found = {}
        for name in PERSONAL:
            reading = self.detail(name)
            if reading.heads:
                values = [entry.value for entry in reading.heads]
                found[name] = values if reading.conflict else reading.value
        return found

    @property
    def mechanisms(self) -> list[str]:
        """Every mechanism that anybody named: with an injury, in a MIST or for the person as a whole."""
        said = [str(code) for event in self.facts.of(e.ClinicalDetailsRecorded) for code in _mechanisms(event)]
        said += [body.mechanism for body in self._bodies(e.InjuryRecorded) if body.mechanism]
        said += [body.mechanism for body in self._bodies(e.MistReported) if body.mechanism]
        return sorted(set(said))

    @read_once
    def allergies(self) -> list[Event]:
        """Assertions that nobody who had seen them has refuted, oldest first."""
        asserted = [(event.id, event) for event in self.facts.of(e.AllergyAsserted)]
        refuted = [
            (event.body.allergy, event)
            for event in self.facts.of(e.AllergyRefuted)
            if isinstance(event.body, e.AllergyRefuted)
        ]
        standing = add_wins(self.facts, asserted, refuted)
        return sorted((event for events in standing.values() for event in events), key=recorded_order)

    @property
    def refuted(self) -> dict[str, Event]:
        """Assertion → the refutation that felled it."""
        standing = {event.id for event in self.allergies}
        found: dict[str, Event] = {}
        for event in sorted(self.facts.of(e.AllergyRefuted), key=recorded_order):
            if isinstance(event.body, e.AllergyRefuted) and event.body.allergy not in standing:
                found.setdefault(event.body.allergy, event)
        return found

    @read_once
    def tourniquets(self) -> list[Tourniquet]:
        """Each tourniquet with its release: the first `off` at that limb not before it."""
        acts = [event for event in self.interventions if _body(event).code == TOURNIQUET]
        releases = [event for event in acts if _body(event).off]
        found = []
        for on in (event for event in acts if not _body(event).off):
            off = next((one for one in releases if _same_limb(one, on) and happened(one) >= happened(on)), None)
            if off:
                releases.remove(off)
            found.append(Tourniquet(on, off))
        return found

    def _bodies(self, kind: type[Any]) -> Iterable[Any]:
        return (event.body for event in self.facts.of(kind))


def happened(event: Event) -> Any:
    at = event.header.at
    return at.t or at.hi or event.header.rec


def _mechanisms(event: Event) -> tuple[str, ...]:
    return event.body.mechanisms if isinstance(event.body, e.ClinicalDetailsRecorded) else ()


def _body(event: Event) -> e.InterventionRecorded:
    assert isinstance(event.body, e.InterventionRecorded)
    return event.body


def _same_limb(one: Event, other: Event) -> bool:
    return _body(one).limb == _body(other).limb
