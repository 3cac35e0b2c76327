"""The posture of the mission: one subject, set by people."""

from functools import cached_property

from dunant.casualty import events as e
from dunant.casualty.authority import Authority
from dunant.kernel.facts import Facts
from dunant.kernel.merge import Conflict, Entry, Reading, register


class Posture:
    """Read from facts; of two set apart the graver one counts, and both are kept."""

    def __init__(self, facts: Facts, authority: Authority | None = None) -> None:
        self.facts = facts
        self._ranks = authority.postures if authority else {}

    @cached_property
    def set(self) -> Reading[str]:
        events = self.facts.of(e.PostureSet)
        entries = [Entry(event.body.posture, event) for event in events if isinstance(event.body, e.PostureSet)]
        return register(self.facts, "posture", entries, rank=lambda entry: self._ranks.get(entry.value, 0))

    @property
    def all_conflicts(self) -> list[Conflict]:
        found = self.set.conflict or self.set.resolved
        return [found] if found else []
