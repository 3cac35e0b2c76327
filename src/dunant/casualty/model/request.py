"""An evacuation request: a form whose every line is merged by itself, and how far it has come."""

from functools import cached_property
from typing import Any

import msgspec

from dunant.casualty import events as e
from dunant.casualty.authority import STEPS, Authority, Case
from dunant.casualty.forms import FormPack
from dunant.casualty.model.alert import happened
from dunant.casualty.model.marks import CasualtyPolicy, late_min, place_marks, time_marks
from dunant.kernel.clock import rfc3339
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.merge import Conflict, ConflictResolved, Entry, Reading, register, union

LINE = "line."
VALIDATION = "MEDICAL_VALIDATION"
# Of several endings that were written apart, the first of these is believed: who has arrived was not cancelled.
ENDINGS = ("COMPLETED", "SUPERSEDED", "CANCELLED")
# What legs say of a request, one after another.
PROGRESS = ("TASKED", "EXECUTING", "COMPLETED")
REFERRAL = tuple(field.name for field in msgspec.structs.fields(e.ReferralStated))
CLINICAL = tuple(field.name for field in msgspec.structs.fields(e.ClinicalReferralRecorded))
UNDER = ("category", "patient_class", "posture", "light")
_EVIDENCE = (
    e.EvacDrafted,
    e.EvacRequested,
    e.EvacSubmitted,
    e.EvacValidated,
    e.AuthorityDecided,
    e.EmergencySelfAuthorised,
    e.EvacHeld,
    e.EvacProgressed,
    e.EvacRequestClosed,
    e.EvacSuperseded,
)


class Request:
    """A call for transport, read from facts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def begun(self) -> Event | None:
        """The form as it first stood: submitted at once, or kept as a draft."""
        return self.facts.first(e.EvacRequested, e.EvacDrafted)

    @cached_property
    def submitted(self) -> Event | None:
        """When somebody was asked; a launch on own authority asks nobody and is as good."""
        return self.facts.first(e.EvacRequested, e.EvacSubmitted, e.EmergencySelfAuthorised)

    @property
    def form(self) -> e.EvacRequested | e.EvacDrafted | None:
        # A request that was drafted first says in the end where it belongs.
        event = self.facts.first(e.EvacRequested) or self.begun
        body = event.body if event else None
        return body if isinstance(body, e.EvacRequested | e.EvacDrafted) else None

    @property
    def peer(self) -> str:
        """The system that the request came from; empty for our own."""
        return getattr(self.form, "peer", "")

    @property
    def exists(self) -> bool:
        return self.begun is not None

    @property
    def exercise(self) -> bool:
        return self.form is not None and self.form.exercise

    @cached_property
    def _forms(self) -> list[Event]:
        return self.facts.of(e.EvacRequested, e.EvacDrafted, e.EvacRequestAmended)

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
    def referral(self) -> dict[str, Any]:
        """What was said of the move, field by field; never a diagnosis."""
        shown = {name: self.referral_field(name).value for name in REFERRAL}
        return {name: value for name, value in shown.items() if value is not None}

    def referral_field(self, name: str) -> Reading[Any]:
        events = self.facts.of(e.ReferralStated)
        entries = [Entry(value, event) for event in events if (value := getattr(event.body, name)) is not None]
        return register(self.facts, f"referral.{name}", entries)

    @property
    def said(self) -> set[str]:
        """Names of all that the form states, for what a launch needs."""
        clinical = self.facts.of(e.ClinicalReferralRecorded)
        spoken = {name for name in CLINICAL for event in clinical if getattr(event.body, name) is not None}
        named = {name for name, value in self.lines.items() if value not in ("", [], {}, ())}
        place = {"pickup"} if self.pickup.value is not None else set()
        return named | spoken | set(self.referral) | place

    def missing(self, forms: FormPack | None) -> list[str]:
        """What the form still lacks before anybody could launch on it; "a|b" is a choice."""
        if forms is None or self.form is None:
            return []
        dialect = "REFERRAL" if self.referral and self.form.kind != "CASEVAC" else self.form.dialect
        return ["|".join(group) for group in forms.missing(dialect, self.said)]

    # ── how far it has come ──

    @cached_property
    def held(self) -> Reading[bool]:
        """Whether nobody works on it; of two said apart, the hold is shown."""
        events = self.facts.of(e.EvacHeld, e.EvacResumed)
        entries = [Entry(isinstance(event.body, e.EvacHeld), event) for event in events]
        return register(self.facts, "held", entries, rank=lambda entry: entry.value)

    @property
    def is_held(self) -> bool:
        return bool(self.held.value)

    @cached_property
    def self_authorised(self) -> Event | None:
        return self.facts.first(e.EmergencySelfAuthorised)

    def escalations(self, step: str) -> list[Event]:
        """Roles that were asked for a step because the one before did not answer."""
        found = union(self.facts, e.AuthorityEscalated)
        return [event for event in found if getattr(event.body, "step", "") == step]

    @property
    def reviewed(self) -> Event | None:
        return self.facts.last(e.SelfAuthorisationReviewed)

    @cached_property
    def evidence(self) -> dict[str, Event]:
        """State → the first fact that supports it. One that was skipped is missing here, and nowhere else."""
        found: dict[str, Event] = {}
        for event in union(self.facts, *_EVIDENCE):
            for state in _supports(event):
                found.setdefault(state, event)
        return found

    @property
    def states(self) -> dict[str, dict[str, Any]]:
        """State → when it was reached, and by which role."""
        return {
            state: {"at": rfc3339(happened(event)), "by_role": event.header.by.role}
            for state, event in self.evidence.items()
        }

    @cached_property
    def status(self) -> str:
        """The furthest state that facts support. Whatever order they came in, it is the same one."""
        if ended := next((state for state in ENDINGS if state in self.evidence), None):
            return ended
        if self.is_held:
            return "HOLD"
        return self.underlying

    @property
    def underlying(self) -> str:
        """The state behind a hold."""
        if "EXECUTING" in self.evidence:
            return "EXECUTING"
        decided = self.decision("LAUNCH").value
        if decided in {"DENIED", "REDIRECTED"}:
            return str(decided)
        if "TASKED" in self.evidence:
            return "TASKED"
        if decided == "APPROVED" or self.self_authorised:
            return "AUTHORISED"
        if self.decision("MEDICAL_VALIDATION").value == "APPROVED":
            return "VALIDATED"
        return "SUBMITTED" if self.submitted else "DRAFT"

    @property
    def is_ended(self) -> bool:
        return self.status in ENDINGS

    def decision(self, step: str) -> Reading[str]:
        """Answer to one step of authority; of two given apart, the refusal is shown."""
        entries = [
            Entry(event.body.decision, event)
            for event in union(self.facts, e.AuthorityDecided)
            if isinstance(event.body, e.AuthorityDecided) and event.body.step == step
        ]
        if step == VALIDATION:
            entries += [Entry("APPROVED", event) for event in self.facts.of(e.EvacValidated)]
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
            self.held,
            *(self.referral_field(name) for name in REFERRAL),
            *(self.line(name) for name in self.line_names),
            *(self.decision(step) for step in STEPS),
        ]

    # ── what needs a person ──

    def flags(self, policy: CasualtyPolicy) -> list[str]:
        """Codes of what deserves a second look; none of them stops a launch."""
        flags = place_marks(self.pickup.value, policy) | time_marks(self.facts, policy)
        if self.peer and self.pickup.value is None:
            flags.add("confirm_position")
        if self.conflicts:
            flags.add("conflict")
        if self.counts_disagree:
            flags.add("counts_disagree")
        if "NONE" in (equipment := _list(self.lines.get("equipment"))) and len(equipment) > 1:
            flags.add("equipment_contradiction")
        if self.self_authorised:
            flags |= {"self_authorised"} if self.reviewed else {"self_authorised", "review_open"}
        if late_min((self.begun,), policy) is not None:
            flags.add("late")
        if self.submitted and self.missing(policy.forms):
            flags.add("launch_fields_missing")
        if len(self.evidence.keys() & set(ENDINGS)) > 1:
            flags.add("gap")
        return sorted(flags | self._doubtful(policy.authority))

    def _doubtful(self, authority: Authority | None) -> set[str]:
        """What the matrix would not have allowed, however it came about (invariant 15)."""
        if authority is None or self.form is None:
            return set()
        flags = set()
        if any(not self._is_in_order(event, authority) for event in self.facts.of(e.AuthorityDecided, e.EvacValidated)):
            flags.add("decided_outside_matrix")
        for step in STEPS:
            shown = self.decision(step).shown
            if shown and isinstance(shown.body, ConflictResolved) and not self._is_in_order(shown, authority, step):
                flags.add("decided_outside_matrix")
        approved = "AUTHORISED" in self.evidence
        asked = any(row.mode == "REQUIRED" for row in authority.rows_for("LAUNCH", self.form.kind))
        if not approved and asked and self.evidence.keys() & {"TASKED", "EXECUTING", "COMPLETED"}:
            flags.add("launched_without_decision")
        validation = authority.row_for(VALIDATION, Case(kind=self.form.kind))
        skipped = approved and not self.self_authorised and "VALIDATED" not in self.evidence
        if skipped and validation and validation.mode == "REQUIRED":
            flags.add("gap")
        return flags

    def _is_in_order(self, event: Event, authority: Authority, step: str = "") -> bool:
        """Whether its author may have decided so. An older fact does not say under which circumstances: any will do."""
        body, kind, role = event.body, self.form.kind if self.form else "", event.header.by.role
        step = step or getattr(body, "step", VALIDATION)
        under = {name: value for name, value in getattr(body, "under", {}).items() if name in UNDER}
        found = authority.row_for(step, Case(kind=kind, **under)) if under else None
        possible = [found] if found else authority.rows_for(step, kind)
        if getattr(body, "mode", "") == "AUTO":
            return any(row.mode == "AUTO" for row in possible)
        delegation = getattr(body, "delegation", "")
        return any(authority.may_decide(row, role, delegation) for row in possible)

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
    held = isinstance(event.body, e.EvacRequested | e.EvacDrafted | e.EvacRequestAmended)
    return getattr(event.body, "lines", {}) if held else {}


def _supports(event: Event) -> tuple[str, ...]:
    """States that a fact is the evidence of."""
    match event.body:
        case e.EvacDrafted():
            return ("DRAFT",)
        case e.EvacRequested() | e.EvacSubmitted():
            return ("SUBMITTED",)
        case e.EvacValidated():
            return ("VALIDATED",)
        case e.EmergencySelfAuthorised():
            return ("SUBMITTED", "AUTHORISED")
        case e.AuthorityDecided(step=step, decision=decision) if step == "LAUNCH":
            return ("AUTHORISED" if decision == "APPROVED" else decision,)
        case e.AuthorityDecided(step=step, decision="APPROVED") if step == VALIDATION:
            return ("VALIDATED",)
        case e.EvacHeld():
            return ("HOLD",)
        case e.EvacProgressed(state=state):
            return (state,)
        case e.EvacRequestClosed(outcome=outcome):
            return (outcome,)
        case e.EvacSuperseded():
            return ("SUPERSEDED",)
    return ()
