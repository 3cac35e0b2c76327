"""The notification of one casualty: what asks for it, how far it is, and until when its name stays in.

Read from facts that may have come in any order. A state that was reached stays reached; a hold that was placed stands
until the next of kin are confirmed to have been told and its hours have passed, or until somebody who saw it lifts it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from dunant.casualty import events as e
from dunant.casualty.model.casualty import Casualty
from dunant.casualty.model.marks import NO_POLICY
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts, recorded_order
from dunant.kernel.ids import EventId
from dunant.kernel.reading import read_once

CHAIN = ("DRAFT", "MEDICALLY_CLEARED", "SENT_HQ", "TCC_INFORMED", "NOK_CONFIRMED", "RELEASED")
CONFIRMED, RELEASED, AMENDED, WITHDRAWN = "NOK_CONFIRMED", "RELEASED", "AMENDED", "WITHDRAWN"
# How far each state is. An amended version begins as a draft does; what was withdrawn stays so in its version.
_RANK = {state: n for n, state in enumerate(CHAIN)} | {AMENDED: 0, WITHDRAWN: len(CHAIN)}
SEVERE = frozenset({"FATAL", "VSI", "SI"})


class Trigger(Struct, frozen=True, kw_only=True):
    """Why a NOTICAS is due, and since when."""

    code: str
    event: EventId
    at: datetime


class Hold(Struct, frozen=True, kw_only=True):
    """One hold. `until` is None as long as the next of kin are not confirmed; `lifted`: ended before its time."""

    event: EventId
    scope: str
    trigger: str
    at: datetime
    hold_h: float
    until: datetime | None
    lifted: bool

    def stands(self, now: datetime) -> bool:
        return not self.lifted and (self.until is None or now < self.until)


class Notification:
    """The NOTICAS of one casualty, all its versions, and the holds."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    # ── why ──

    @read_once
    def triggers(self) -> list[Trigger]:
        """What asks for a NOTICAS, the earliest of each kind, in order of time. Whether it does, the pack decides."""
        found: dict[str, Trigger] = {}
        for code, event in self._causes():
            made = Trigger(code=code, event=event.id, at=moment(event))
            known = found.get(code)
            if known is None or (made.at, made.event) < (known.at, known.event):
                found[code] = made
        return sorted(found.values(), key=lambda one: (one.at, one.code))

    def _causes(self) -> Iterator[tuple[str, Event]]:
        """A death; being missing and a severity as long as they are what is known; and what a person said by hand."""
        casualty = Casualty(self._facts, NO_POLICY)
        yield from (("DEATH", event) for event in self._facts.of(e.DeathPronounced))
        if casualty.presence.value == "MISSING":
            yield from (("MISSING", event) for event in self._facts.of(e.CasualtyMissing))
        severity = casualty.detail("severity").value
        if severity in SEVERE:
            details = self._facts.of(e.CasualtyDetailsRecorded)
            yield from ((severity, event) for event in details if getattr(event.body, "severity", None) == severity)
        told_by_facts = {"DEATH", "MISSING", *SEVERE}
        yield from (
            (body.trigger, event)
            for event, body in self._placed
            if body.trigger and body.trigger not in told_by_facts and event.id not in self._lifted
        )

    # ── how far ──

    @read_once
    def steps(self) -> list[tuple[Event, e.NoticasProgressed]]:
        """Every step of every version, in the order in which it was recorded."""
        found = sorted(self._facts.of(e.NoticasProgressed), key=recorded_order)
        return [(event, event.body) for event in found if isinstance(event.body, e.NoticasProgressed)]

    @property
    def version(self) -> int:
        """Of the newest version; 0 before the first."""
        return max((step.version for _, step in self.steps), default=0)

    def state(self, version: int | None = None) -> str | None:
        """The furthest state of a version that the evidence supports; of the newest one unless said otherwise."""
        wanted = self.version if version is None else version
        reached = [step.state for _, step in self.steps if step.version == wanted]
        return max(reached, key=lambda state: (_RANK.get(state, -1), state), default=None)

    @property
    def skipped(self) -> list[str]:
        """States of the newest version that nobody recorded though a later one was reached."""
        reached = {step.state for _, step in self.steps if step.version == self.version}
        furthest = max((_RANK[state] for state in reached if state in CHAIN), default=0)
        begun = CHAIN[1:] if AMENDED in reached else CHAIN
        return [state for state in begun if _RANK[state] < furthest and state not in reached]

    @property
    def is_released(self) -> bool:
        """Some version has gone out. What was amended since does not take it back."""
        return any(self.state(version) == RELEASED for version in range(1, self.version + 1))

    @property
    def is_running(self) -> bool:
        """Somebody has to tell somebody: something asks for it, and the newest version is neither out nor withdrawn."""
        return bool(self.triggers or self.steps) and self.state() not in {RELEASED, WITHDRAWN}

    def follows(self, state: str) -> bool:
        """Whether this may be the next step (casualty §3)."""
        here = self.state()
        if here is None:
            return state == CHAIN[0]
        if state == AMENDED:
            return True
        if here == WITHDRAWN:
            return False
        return state == WITHDRAWN or (state in CHAIN and here != RELEASED and _RANK[state] == _RANK[here] + 1)

    # ── until when ──

    @read_once
    def _placed(self) -> list[tuple[Event, e.ReleaseHoldPlaced]]:
        found = sorted(self._facts.of(e.ReleaseHoldPlaced), key=recorded_order)
        return [(event, event.body) for event in found if isinstance(event.body, e.ReleaseHoldPlaced)]

    @read_once
    def holds(self) -> list[Hold]:
        return [
            Hold(
                event=event.id,
                scope=body.scope,
                trigger=body.trigger,
                at=moment(event),
                hold_h=body.hold_h,
                until=self._until(event, body.hold_h),
                lifted=event.id in self._lifted,
            )
            for event, body in self._placed
        ]

    @read_once
    def _lifted(self) -> frozenset[EventId]:
        bodies = [event.body for event in self._facts.of(e.ReleaseHoldLifted)]
        return frozenset(ref for body in bodies if isinstance(body, e.ReleaseHoldLifted) for ref in body.holds)

    def _until(self, hold: Event, hours: float) -> datetime | None:
        """Hours after the first confirmation that came after the hold: news that the family had heard before
        does not open the gate to what happened since."""
        confirmed = [moment(event) for event, step in self.steps if step.state == CONFIRMED]
        since = [at for at in confirmed if at >= moment(hold)]
        return min(since) + timedelta(hours=hours) if since else None

    def held(self, now: datetime) -> frozenset[str]:
        """Scopes that are held at this moment."""
        return frozenset(hold.scope for hold in self.holds if hold.stands(now))

    @property
    def held_until(self) -> datetime | None:
        """When the last hold ends; None if nobody knows yet, or if none stands."""
        ends = [hold.until for hold in self.holds if not hold.lifted]
        return None if None in ends else max((end for end in ends if end), default=None)


def moment(event: Event) -> datetime:
    """When it happened; the latest it can have been where that is not known."""
    at = event.header.at
    return at.hi or at.t or event.header.rec
