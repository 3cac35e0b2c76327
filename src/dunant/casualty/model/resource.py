"""What helps: assets that move and facilities that treat."""

from functools import cached_property
from typing import Any

from dunant.casualty import events as e
from dunant.casualty.model.stock import Stock, stocks_of
from dunant.kernel.events import Event
from dunant.kernel.facilities import OPEN
from dunant.kernel.facts import Facts
from dunant.kernel.merge import Entry, Reading, register, union


class Asset:
    """A vehicle or aircraft, read from facts. A track may be heard before anybody registered the asset."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def registered(self) -> e.AssetRegistered | None:
        event = self.facts.last(e.AssetRegistered)
        return event.body if event and isinstance(event.body, e.AssetRegistered) else None

    @cached_property
    def state(self) -> Reading[str]:
        events = self.facts.of(e.AssetStatusReported)
        entries = [Entry(event.body.state, event) for event in events if isinstance(event.body, e.AssetStatusReported)]
        return register(self.facts, "state", entries, rank=lambda entry: entry.value != "AVAILABLE")

    @cached_property
    def position(self) -> Event | None:
        """The newest by the time it was true, not by the time it arrived."""
        heard = union(self.facts, e.AssetPositionReported)
        return heard[-1] if heard else None

    @property
    def tracked(self) -> e.AssetPositionReported | None:
        return self.position.body if self.position and isinstance(self.position.body, e.AssetPositionReported) else None


class Facility:
    """A place of treatment, read from facts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def registered(self) -> e.FacilityRegistered | None:
        event = self.facts.last(e.FacilityRegistered)
        return event.body if event and isinstance(event.body, e.FacilityRegistered) else None

    @cached_property
    def reports(self) -> list[Event]:
        return union(self.facts, e.FacilityStatusReported)

    @cached_property
    def status(self) -> Reading[Any]:
        entries = [
            Entry(event.body.status, event)
            for event in self.reports
            if isinstance(event.body, e.FacilityStatusReported)
        ]
        return register(self.facts, "status", entries, rank=lambda entry: entry.value != "NORMAL")

    @cached_property
    def modules(self) -> dict[str, str]:
        """Module → newest reported status; one that was only registered counts as normal until somebody reports."""
        found = dict.fromkeys(self.registered.modules, "NORMAL") if self.registered else {}
        for event in self.reports:
            if isinstance(event.body, e.FacilityStatusReported):
                found.update(event.body.modules)
        return found

    @cached_property
    def mci(self) -> dict[str, int]:
        """Triage category → how many at once, as last said."""
        said = [event.body.mci for event in self.reports if isinstance(event.body, e.FacilityStatusReported)]
        return next((one for one in reversed(said) if one is not None), {})

    @property
    def asks_to_divert(self) -> bool:
        said = [event.body.divert for event in self.reports if isinstance(event.body, e.FacilityStatusReported)]
        return bool(next((one for one in reversed(said) if one is not None), False))

    @property
    def is_shut(self) -> bool:
        """It takes nobody, whatever its modules say."""
        return self.status.value is not None and self.status.value not in OPEN

    @cached_property
    def stocks(self) -> list[Stock]:
        """What it has of each resource, in the order of their names."""
        return stocks_of(self.facts)

    @property
    def open_modules(self) -> tuple[str, ...]:
        return tuple(sorted(module for module, status in self.modules.items() if status in OPEN))
