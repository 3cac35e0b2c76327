"""A casualty as its facts tell it. Reads; never writes, never guesses.

Every property is a pure function of a set of facts, so two sites that hold the same facts show the same casualty.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from dunant.casualty import events as e
from dunant.casualty.intervals import InjuryTime, Interval, injury_time, interval_of
from dunant.casualty.milestones import order_flags
from dunant.casualty.model.custody import Custody
from dunant.casualty.model.marks import CasualtyPolicy, late_min, place_marks, time_marks
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.links import SubjectLinked, SubjectUnlinked, surviving
from dunant.kernel.merge import Conflict, Entry, Reading, register, union
from dunant.kernel.reading import read_once

# Identity fields are told apart from others by this beginning: they are guarded by their own resource.
IDENTITY = "identity."
DETAILS = ("affiliation", "contingent", "sex", "age_band", "child", "detainee", "cause", "severity", "needs_surgery")


# Which state of an identity is shown first, and which counts where two people judged one assertion apart.
_CERTAINTY = {"DISPUTED": 0, "UNKNOWN": 1, "PROVISIONAL": 2, "VERIFIED": 3}
_CAUTION = {"UNKNOWN": 0, "PROVISIONAL": 1, "VERIFIED": 2, "DISPUTED": 3}

# Somebody trained, a vehicle or a facility had the person in hands.
IN_HANDS = frozenset({"M2", "M9", "M10", "M11", "M12", "M13", "M14", "M15", "M16"})
REOPENED = "REOPENED"
# Care that the dead do not get.
CARE = ("M2", "M9", "M13", "M14")


class Casualty:
    """One person in need, read from facts."""

    def __init__(self, facts: Facts, policy: CasualtyPolicy) -> None:
        self.facts = facts
        self.policy = policy
        self._read: dict[str, Reading[Any]] = {}

    # ── who and where ──

    @read_once
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

    @read_once
    def tags(self) -> Reading[str]:
        return register(self.facts, "tag", self._entries(e.CasualtyReported, "tag"))

    @read_once
    def position(self) -> Reading[Any]:
        found = [*self._entries(e.CasualtyReported, "position"), *self._entries(e.CasualtyLocated, "position")]
        return register(self.facts, "position", found)

    def detail(self, name: str) -> Reading[Any]:
        """One field of the details, merged by itself."""
        if name not in self._read:
            self._read[name] = self._register(name, self._details.get(name, ()))
        return self._read[name]

    @read_once
    def _details(self) -> Mapping[str, list[Entry[Any]]]:
        """What was recorded or reported, by field; a field that nobody gave is missing."""
        found: dict[str, list[Entry[Any]]] = {}
        for event in self.facts.of(e.CasualtyDetailsRecorded):
            for name in DETAILS:
                if (value := getattr(event.body, name)) is not None:
                    found.setdefault(name, []).append(Entry(value, event))
        for event in self.facts.of(e.CasualtyReported):
            if isinstance(event.body, e.CasualtyReported):
                if event.body.affiliation is not None:
                    found.setdefault("affiliation", []).append(Entry(event.body.affiliation, event))
                if event.body.child:
                    found.setdefault("child", []).append(Entry(event.body.child, event))
        return found

    def _register(self, field: str, entries: Sequence[Entry[Any]]) -> Reading[Any]:
        """What is known of a person is shown by the rank of the author's role, then by the clock (sync §6, row 3)."""
        if field not in self.policy.ranked and not field.startswith(IDENTITY):
            return register(self.facts, field, entries)
        ranks = self.policy.role_rank
        return register(
            self.facts, field, entries, lambda entry: ranks.get(entry.event.header.by.role, 0), newest_first=False
        )

    @read_once
    def _assertions(self) -> Mapping[str, list[Event]]:
        """What was said of the identity, by kind."""
        found: dict[str, list[Event]] = {}
        for event in self.facts.of(e.IdentityAsserted):
            if isinstance(event.body, e.IdentityAsserted):
                found.setdefault(event.body.kind, []).append(event)
        return found

    def asserted(self, kind: str) -> Reading[str]:
        """Everything said under one kind of identity, verified or not."""
        return self._identity(kind, self._assertions.get(kind, ()))

    def identity(self, kind: str) -> Reading[str]:
        """One kind of identity as far as it is verified: two values that differ are a conflict. Guesses pile up."""
        said = self._assertions.get(kind, ())
        return self._identity(kind, [event for event in said if self.standing(event) == "VERIFIED"])

    def standing(self, assertion: Event) -> str:
        """The state an assertion is in now: its own, unless somebody who had seen it verified or disputed it since."""
        judged = [event for event in self._judged.get(assertion.id, ()) if not self._judged.get(event.id)]
        states = {getattr(event.body, "state", "") for event in judged} or {getattr(assertion.body, "state", "")}
        return max(states, key=lambda state: _CAUTION.get(state, -1))

    @read_once
    def _judged(self) -> Mapping[str, list[Event]]:
        """Assertion → what was said about it, directly or about what was said about it."""
        found: dict[str, list[Event]] = {}
        for event in self.facts.of(e.IdentityAsserted):
            seen, about = {event.id}, getattr(event.body, "about", None)
            while about is not None and about not in seen:
                seen.add(about)
                found.setdefault(about, []).append(event)
                known = self.facts.get(about)
                about = getattr(known.body, "about", None) if known else None
        return found

    @property
    def kinds_asserted(self) -> list[str]:
        return sorted(self._assertions)

    def values_asserted(self, kind: str) -> frozenset[str]:
        """Everything that was ever said under a kind, doubted or not."""
        return frozenset(getattr(event.body, "value", "") for event in self._assertions.get(kind, ()))

    def shown_assertion(self, kind: str) -> Event | None:
        """Of all that was said under a kind, what is shown: the highest state, then confidence, then rank and time."""
        ranks = self.policy.role_rank

        def worth(event: Event) -> tuple[int, float, int, str, str]:
            state, body = self.standing(event), event.body
            confidence = getattr(body, "confidence", None) or 0.0
            role = ranks.get(event.header.by.role, 0)
            return (_CERTAINTY.get(state, -1), confidence, role, event.header.h, event.id)

        return max(self._assertions.get(kind, ()), key=worth, default=None)

    def displayed(self, kind: str) -> str | None:
        """The value that stands for a kind of identity, for those who may see it (casualty §14)."""
        shown = self.shown_assertion(kind)
        return getattr(shown.body, "value", None) if shown else None

    def _identity(self, kind: str, events: Iterable[Event]) -> Reading[str]:
        return self._register(IDENTITY + kind, [Entry(getattr(event.body, "value", ""), event) for event in events])

    @property
    def identity_conflicts(self) -> list[Conflict]:
        """Never among `conflicts`: who somebody is does not belong on the board."""
        return _conflicts(self.identity(kind) for kind in sorted(self._assertions))

    @property
    def contingent(self) -> str | None:
        """Whose soldier or officer this is: said outright, or as the country of the affiliation."""
        _, _, country = (self.detail("affiliation").value or "").partition(":")
        return self.detail("contingent").value or country or None

    # ── how urgent ──

    @read_once
    def triage(self) -> Reading[str]:
        entries = [*self._entries(e.TriageAssigned, "category"), *self._entries(e.TriageOverridden, "category")]
        return register(
            self.facts, "triage", entries, rank=lambda entry: self.policy.severity.get(str(entry.value), -1)
        )

    @property
    def urgency_rank(self) -> int:
        """Place in a list, smallest first. Nobody has seen the uncategorised yet, so only the worst go before them."""
        severity = self.policy.severity
        if self.triage.value is None:
            return 1 - 2 * max(severity.values(), default=0)
        return -2 * severity.get(self.triage.value, 0)

    @property
    def is_downgrade_unproven(self) -> bool:
        """A lower category replaced a higher one without an assessment newer than it (invariant 7)."""
        shown = self.triage.shown
        if shown is None or self.triage.conflict:
            return False
        low = self.policy.severity.get(str(self.triage.value), -1)
        replaced = (self.facts.get(ref) for ref in shown.header.base)
        return any(
            self.policy.severity.get(str(before.body.category), -1) > low and _assessed(before) >= _assessed(shown)
            for before in replaced
            if before and isinstance(before.body, e.TriageAssigned | e.TriageOverridden)
        )

    @property
    def scheme(self) -> str | None:
        shown = self.triage.shown
        return getattr(shown.body, "scheme", None) if shown else None

    # ── when ──

    @read_once
    def milestones(self) -> Mapping[str, Interval]:
        """First time each step was reached, as an interval; M0 from everything known about the injury."""
        found: dict[str, Interval] = {}
        for _, step, interval in self._steps:
            if step.code != "M0":
                before = found.get(step.code)
                found[step.code] = interval if before is None else before.earlier(interval)
        if not self.injury_time.interval.is_unknown:
            found["M0"] = self.injury_time.interval
        return found

    @read_once
    def injury_time(self) -> InjuryTime:
        well = [event.header.at.t for event in self.facts.of(e.LastKnownWell) if event.header.at.t]
        onset = [interval for _, step, interval in self._steps if step.code == "M0"]
        seen = [interval for _, step, interval in self._steps if step.code != "M0"]
        seen += [self._when(event) for event in self.facts.of(e.CasualtyReported)]
        observed = [when.hi for when in seen if when.hi is not None]
        return injury_time(
            [*(self._when(event) for event in self.facts.of(e.InjuryTimeEstimated)), *onset],
            last_known_well=max(well, default=None),
            first_observation=min(observed, default=None),
        )

    @read_once
    def _steps(self) -> list[tuple[Event, e.MilestoneRecorded, Interval]]:
        return [
            (event, event.body, self._when(event))
            for event in self.facts.of(e.MilestoneRecorded)
            if isinstance(event.body, e.MilestoneRecorded)
        ]

    def _when(self, event: Event) -> Interval:
        return interval_of(event.header.at, self.policy.halfwidth_min)

    @read_once
    def circumstances(self) -> frozenset[str]:
        """What held when a step was reached, such as `M11.RESUS`: the facility had that module open on arrival."""
        return frozenset(f"{step.code}.{module}" for _, step, _ in self._steps for module in step.open_modules)

    @read_once
    def death(self) -> Event | None:
        return self.facts.first(e.DeathPronounced)

    @property
    def died(self) -> Interval | None:
        return self._when(self.death) if self.death else None

    @property
    def excluded(self) -> dict[str, str]:
        bodies = [event.body for event in union(self.facts, e.ClockExcluded)]
        return {body.clock: body.reason for body in bodies if isinstance(body, e.ClockExcluded)}

    # ── where in the chain of care ──

    @read_once
    def presence(self) -> Reading[str]:
        missing = [Entry("MISSING", event) for event in self.facts.of(e.CasualtyMissing)]
        located = [Entry("LOCATED", event) for event in self.facts.of(e.CasualtyLocated)]
        return register(self.facts, "presence", [*missing, *located], rank=lambda entry: entry.value == "MISSING")

    @read_once
    def status(self) -> str:
        """The furthest state that the evidence supports (casualty §3); skipped steps show up in `flags`."""
        if self.facts.of(e.CasualtyCancelled):
            return "CANCELLED"
        if self.canonical != self.facts.subject:
            return "DUPLICATE"
        if self.death:
            return "DECEASED"
        if self.disposition.value not in {None, REOPENED}:
            return "DISPOSED"
        if self.presence.value == "MISSING" and not self._was_found():
            return "MISSING"
        return self._progress()

    @read_once
    def disposition(self) -> Reading[str]:
        """How the way to care ended; `REOPENED` if somebody said that it had not. Of both said apart, it goes on."""
        ended = self._entries(e.DispositionRecorded, "type")
        again = [Entry(REOPENED, event) for event in self.facts.of(e.CasualtyReopened)]
        return register(self.facts, "disposition", [*ended, *again], rank=lambda entry: entry.value == REOPENED)

    @property
    def manner(self) -> str | None:
        """How somebody who has died is counted: by cause, and by whether a treatment facility was reached alive."""
        if self.died is None:
            return None
        if self.detail("cause").value != "BATTLE":
            return "DIED_NON_BATTLE" if self.detail("cause").value else None
        arrived = self.milestones.get("M11")
        return "DIED_DOW" if arrived is not None and not self.died.precedes(arrived) else "DIED_KIA"

    def _was_found(self) -> bool:
        """Somebody had the person in hands after the person was said to be missing."""
        said = self.presence.shown
        steps = (event for event, step, _ in self._steps if step.code in IN_HANDS)
        return said is not None and any(_assessed(event) > _assessed(said) for event in steps)

    def _progress(self) -> str:
        reached = self.milestones
        if self.disposition.value == REOPENED and not self._goes_on():
            return "REPORTED"
        arrivals = [self._latest(code) for code in ("M11", "M15", "M16") if code in reached]
        # A facility that has taken the casualty over has it, whether or not anybody reported the landing.
        arrivals += [_assessed(event) for event, step, _ in self._steps if step.code == "M12" and step.facility]
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

    def _goes_on(self) -> bool:
        """A step was reached after the casualty was reopened."""
        again = self.disposition.shown
        return again is not None and any(_assessed(event) > _assessed(again) for event, _, _ in self._steps)

    def _latest(self, code: str) -> datetime:
        return max(_assessed(event) for event, step, _ in self._steps if step.code == code)

    @property
    def facility(self) -> str | None:
        """Where the casualty is on the way to, or is by the latest arrival."""
        return self.custody.place

    @read_once
    def custody(self) -> Custody:
        return Custody(self.facts)

    @property
    def linked(self) -> list[str]:
        """Records that are said to be of the same person. A chain of links is followed over the view."""
        return sorted({link.b for link in surviving(self.facts.of(SubjectLinked, SubjectUnlinked))})

    @property
    def is_linked_again(self) -> bool:
        """Somebody took back a link, and somebody else who did not know had made it too: that one stands (sync §6)."""
        undone = [event.body.ref for event in self.facts.of(SubjectUnlinked) if isinstance(event.body, SubjectUnlinked)]
        links = self.facts.of(SubjectLinked) if undone else ()
        made = {event.id: event.body.other for event in links if isinstance(event.body, SubjectLinked)}
        return any(made.get(ref) in self.linked for ref in undone)

    @property
    def canonical(self) -> str:
        """Smallest id among the records directly linked to this one."""
        return min([self.facts.subject, *self.linked])

    # ── what needs a person ──

    @read_once
    def conflicts(self) -> list[Conflict]:
        return [reading.conflict for reading in self._registers if reading.conflict]

    @property
    def all_conflicts(self) -> list[Conflict]:
        """Open ones, and those that somebody has settled."""
        return _conflicts(self._registers)

    @read_once
    def _registers(self) -> list[Reading[Any]]:
        return [
            self.tags,
            self.triage,
            self.position,
            self.presence,
            self.disposition,
            self.custody.reading,
            *(self.detail(name) for name in DETAILS),
        ]

    @property
    def _is_treated_after_death(self) -> bool:
        """Something was done after the pronounced death (invariant 8); to write it down late is another matter."""
        died = self.died
        if died is None:
            return False
        done = [self.milestones[code] for code in CARE if code in self.milestones]
        done += [self._when(event) for event in self.facts.of(e.InterventionRecorded)]
        return any(died.precedes(when) for when in done)

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
        if self.is_downgrade_unproven:
            flags.add("downgrade")
        if self._is_treated_after_death:
            flags.add("after_death")
        if self.custody.is_elsewhere:
            flags.add("custody_mismatch")
        if self.late_min is not None:
            flags.add("late")
        flags |= place_marks(self.position.value, self.policy) | time_marks(self.facts, self.policy)
        if self.is_linked_again:
            flags.add("linked_again")
        if self.facts.unknown:
            flags.add("needs_upgrade")
        if self.facts.has_duplicates:
            flags.add("received_twice")
        return sorted(flags)

    @read_once
    def late_min(self) -> float | None:
        return late_min(self.told, self.policy)

    @property
    def told(self) -> list[Event]:
        """The facts that the board shows first: that there is somebody, how urgent, and where."""
        return [event for event in (self.reported, self.triage.shown, self.position.shown) if event is not None]

    def _entries(self, kind: type, field: str) -> list[Entry[Any]]:
        return [
            Entry(value, event) for event in self.facts.of(kind) if (value := getattr(event.body, field)) is not None
        ]


def _conflicts(readings: Iterable[Reading[Any]]) -> list[Conflict]:
    return [found for reading in readings if (found := reading.conflict or reading.resolved)]


def _assessed(event: Event) -> datetime:
    return event.header.at.t or event.header.at.hi or event.header.rec
