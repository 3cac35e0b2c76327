"""A casualty as its facts tell it. Reads; never writes, never guesses.

Every property is a pure function of a set of facts, so two sites that hold the same facts show the same casualty.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from msgspec import Struct

from dunant.casualty import events as e
from dunant.casualty.intervals import InjuryTime, Interval, injury_time, interval_of
from dunant.casualty.milestones import Order, order_flags
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.links import SubjectLinked, SubjectUnlinked, surviving
from dunant.kernel.merge import Conflict, Entry, Reading, register, union

DETAILS = ("affiliation", "contingent", "sex", "age_band", "child", "detainee", "cause", "severity", "needs_surgery")


class CasualtyPolicy(Struct, frozen=True, kw_only=True):
    """What reading a casualty needs from the packs.

    `severity`: higher is shown first when contradictory categories meet. `needs`: milestones without which a later one
    is flagged as a gap. `order`: pairs that should not come the other way round.
    """

    halfwidth_min: float
    severity: Mapping[str, int]
    needs: Mapping[str, tuple[str, ...]]
    order: Order = ()


class Casualty:
    """One person in need, read from facts."""

    def __init__(self, facts: Facts, policy: CasualtyPolicy) -> None:
        self.facts = facts
        self.policy = policy

    # ── who and where ──

    @cached_property
    def reported(self) -> Event | None:
        return self.facts.first(e.CasualtyReported)

    @property
    def report(self) -> e.CasualtyReported | None:
        return self.reported.body if self.reported and isinstance(self.reported.body, e.CasualtyReported) else None

    @property
    def exists(self) -> bool:
        return self.reported is not None

    @property
    def exercise(self) -> bool:
        return self.report is not None and self.report.exercise

    @cached_property
    def tags(self) -> Reading[str]:
        return register(self.facts, "tag", self._entries(e.CasualtyReported, "tag"))

    @cached_property
    def position(self) -> Reading[Any]:
        found = [*self._entries(e.CasualtyReported, "position"), *self._entries(e.CasualtyLocated, "position")]
        return register(self.facts, "position", found)

    def detail(self, name: str) -> Reading[Any]:
        """One field of the details, merged by itself."""
        entries = self._entries(e.CasualtyDetailsRecorded, name)
        if name == "affiliation":
            entries += self._entries(e.CasualtyReported, name)
        if name == "child":
            entries += [entry for entry in self._entries(e.CasualtyReported, name) if entry.value]
        return register(self.facts, name, entries)

    # ── how urgent ──

    @cached_property
    def triage(self) -> Reading[str]:
        entries = [*self._entries(e.TriageAssigned, "category"), *self._entries(e.TriageOverridden, "category")]
        return register(
            self.facts, "triage", entries, rank=lambda entry: self.policy.severity.get(str(entry.value), -1)
        )

    @property
    def scheme(self) -> str | None:
        shown = self.triage.shown
        return getattr(shown.body, "scheme", None) if shown else None

    # ── when ──

    @cached_property
    def milestones(self) -> Mapping[str, Interval]:
        """First time each step was reached, as an interval; M0 from everything known about the injury."""
        found: dict[str, Interval] = {}
        for event in self.facts.of(e.MilestoneRecorded):
            if isinstance(event.body, e.MilestoneRecorded):
                interval = interval_of(event.header.at, self.policy.halfwidth_min)
                code = event.body.code
                found[code] = found[code].earlier(interval) if code in found else interval
        if not self.injury_time.interval.is_unknown:
            found["M0"] = self.injury_time.interval
        return found

    @cached_property
    def injury_time(self) -> InjuryTime:
        well = [event.header.at.t for event in self.facts.of(e.LastKnownWell) if event.header.at.t]
        seen = [event.header.at for event in self.facts.of(e.MilestoneRecorded, e.CasualtyReported)]
        observed = [moment for at in seen if (moment := at.hi or at.t) is not None]
        return injury_time(
            [interval_of(event.header.at, self.policy.halfwidth_min) for event in self.facts.of(e.InjuryTimeEstimated)],
            last_known_well=max(well, default=None),
            first_observation=min(observed, default=None),
        )

    @cached_property
    def circumstances(self) -> frozenset[str]:
        """What held when a step was reached, such as `M11.RESUS`: the facility had that module open on arrival."""
        return frozenset(
            f"{event.body.code}.{module}"
            for event in self.facts.of(e.MilestoneRecorded)
            if isinstance(event.body, e.MilestoneRecorded)
            for module in event.body.open_modules
        )

    @cached_property
    def death(self) -> Event | None:
        return self.facts.first(e.DeathPronounced)

    @property
    def died(self) -> Interval | None:
        return interval_of(self.death.header.at, self.policy.halfwidth_min) if self.death else None

    @property
    def excluded(self) -> dict[str, str]:
        bodies = [event.body for event in union(self.facts, e.ClockExcluded)]
        return {body.clock: body.reason for body in bodies if isinstance(body, e.ClockExcluded)}

    # ── where in the chain of care ──

    @cached_property
    def presence(self) -> Reading[str]:
        missing = [Entry("MISSING", event) for event in self.facts.of(e.CasualtyMissing)]
        located = [Entry("LOCATED", event) for event in self.facts.of(e.CasualtyLocated)]
        return register(self.facts, "presence", [*missing, *located], rank=lambda entry: entry.value == "MISSING")

    @cached_property
    def status(self) -> str:
        """The furthest state that the evidence supports (casualty §3); skipped steps show up in `flags`."""
        if self.facts.of(e.CasualtyCancelled):
            return "CANCELLED"
        if self.canonical != self.facts.subject:
            return "DUPLICATE"
        if self.death:
            return "DECEASED"
        if self.facts.of(e.DispositionRecorded):
            return "DISPOSED"
        if self.presence.value == "MISSING":
            return "MISSING"
        return self._progress()

    def _progress(self) -> str:
        reached = self.milestones
        arrivals = [self._latest(code) for code in ("M11", "M15", "M16") if code in reached]
        loaded = self._latest("M10") if "M10" in reached else None
        if arrivals and (loaded is None or max(arrivals) >= loaded):
            return "AT_FACILITY"
        if loaded:
            return "IN_TRANSIT"
        if "M4" in reached:
            return "AWAITING_EVAC"
        if "M2" in reached or "M9" in reached:
            return "UNDER_CARE"
        return "LOCATED" if self.presence.value == "LOCATED" else "REPORTED"

    def _latest(self, code: str) -> datetime:
        times = [
            event.header.at.t or event.header.rec
            for event in self.facts.of(e.MilestoneRecorded)
            if isinstance(event.body, e.MilestoneRecorded) and event.body.code == code
        ]
        return max(times)

    @property
    def facility(self) -> str | None:
        """Where the casualty is, by the latest arrival."""
        arrived = [
            event
            for event in self.facts.of(e.MilestoneRecorded)
            if isinstance(event.body, e.MilestoneRecorded)
            and event.body.code in {"M11", "M15", "M16"}
            and event.body.facility
        ]
        arrived.sort(key=lambda event: event.header.at.t or event.header.rec)
        return getattr(arrived[-1].body, "facility", None) if arrived else None

    @property
    def canonical(self) -> str:
        """Smallest id among the records directly linked to this one; a chain of links is resolved over the view."""
        links = surviving(self.facts.of(SubjectLinked, SubjectUnlinked))
        return min([self.facts.subject, *(link.b for link in links)])

    # ── what needs a person ──

    @cached_property
    def conflicts(self) -> list[Conflict]:
        readings = [self.tags, self.triage, self.position, self.presence, *(self.detail(name) for name in DETAILS)]
        return [reading.conflict for reading in readings if reading.conflict]

    @property
    def flags(self) -> list[str]:
        """Codes of what deserves a second look; none of them stops anybody."""
        reached = self.milestones
        flags = (
            {"gap"}
            if any(code in reached and not reached.keys() >= set(need) for code, need in self.policy.needs.items())
            else set()
        )
        flags.update(flag.flag.lower() for flag in order_flags(reached, self.policy.order))
        if self.conflicts:
            flags.add("conflict")
        if self.injury_time.conflict:
            flags.add("injury_time_conflict")
        if self.facts.unknown:
            flags.add("needs_upgrade")
        if any(self.facts.is_duplicate(event.id) for event in self.facts):
            flags.add("received_twice")
        return sorted(flags)

    def _entries(self, kind: type, field: str) -> list[Entry[Any]]:
        found = [Entry(getattr(event.body, field), event) for event in self.facts.of(kind)]
        return [entry for entry in found if entry.value is not None]
