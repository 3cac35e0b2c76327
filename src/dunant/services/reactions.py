"""What one fact makes happen elsewhere: event in, commands out.

A reaction runs once, at the site where its cause was written, in the same commit. Its commands get ids derived from
the cause, so that a second run would change nothing.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.model import ENDINGS, Alert, Leg, Request
from dunant.kernel.events import Command, Event
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId, derived
from dunant.store import Transaction


class Reaction(Protocol):
    """A named function of an event; the transaction lets it look around."""

    @property
    def __name__(self) -> str: ...

    def __call__(self, event: Event, transaction: Transaction) -> Iterable[Command]: ...


def acknowledged_alert_is_a_milestone(event: Event, transaction: Transaction) -> Iterator[Command]:
    """The first acknowledgement of an alert by somebody who can act is milestone M3 of all it was about."""
    if not isinstance(event.body, e.AlertAcknowledged):
        return
    alert = Alert(transaction.facts(event.header.s))
    if alert.report is None or alert.answered is None or alert.answered.id != event.id:
        return
    about: set[SubjectId] = set()
    if alert.report.request:
        about.update(SubjectId(one) for one in Request(transaction.facts(alert.report.request)).casualties)
    if alert.report.incident:
        about.update(SubjectId(row["subject"]) for row in transaction.rows("board", incident=alert.report.incident))
    yield from (c.RecordMilestone(casualty=casualty, code="M3", evidence=event.id) for casualty in sorted(about))


def diverted_leg_moves_its_reservations(event: Event, transaction: Transaction) -> Iterator[Command]:
    """What had been reserved at the old destination is let go, and asked for at the new one (casualty §3)."""
    if not isinstance(event.body, e.LegDiverted):
        return
    for row in _reserved_for(Leg(transaction.facts(event.header.s)), transaction):
        if row["facility"] == event.body.destination:
            continue
        yield _release(row, event.body.reason)
        yield c.ProgressReservation(
            reservation=SubjectId(derived(event.id, row["subject"])),
            state="REQUESTED",
            facility=event.body.destination,
            casualty=row["casualty"],
            request=row["request"],
            resource=row["resource"],
            reason=event.body.reason,
        )


def aborted_leg_lets_go_of_its_reservations(event: Event, transaction: Transaction) -> Iterator[Command]:
    """Nobody comes: places kept for those it was to bring are free for others."""
    if not isinstance(event.body, e.LegAborted):
        return
    leg = Leg(transaction.facts(event.header.s))
    for row in _reserved_for(leg, transaction):
        if row["facility"] == leg.destination:
            yield _release(row, event.body.reason)


def who_leaves_a_facility_is_no_longer_admitted(event: Event, transaction: Transaction) -> Iterator[Command]:
    """A bed is free when its casualty is aboard a leg that begins there, or has a disposition (invariant 10)."""
    left: Iterable[str] = ()
    reason, facility = "", None
    if isinstance(event.body, e.DispositionRecorded):
        left, reason = (event.header.s,), event.body.type
    elif isinstance(event.body, e.CasualtyLoaded | e.LegProgressed):
        leg = Leg(transaction.facts(event.header.s))
        facility = leg.plan.origin if leg.plan else None
        if facility is None or getattr(event.body, "state", "PATIENT_LOADED") not in {"PATIENT_LOADED", "DEPARTED"}:
            return
        left = (event.body.casualty,) if isinstance(event.body, e.CasualtyLoaded) else leg.carried
        reason = "TRANSFERRED"
    for casualty in left:
        for row in transaction.rows("admissions", casualty=casualty, open=True):
            if facility in {None, row["facility"]}:
                yield c.CloseAdmission(admission=row["subject"], reason=reason)


def _reserved_for(leg: Leg, transaction: Transaction) -> list[dict[str, Any]]:
    """Open reservations of those the leg carries, or of its request as a whole."""
    carried = set(leg.carried)
    request = leg.plan.request if leg.plan else None
    return [
        row
        for row in transaction.rows("reservations", open=True)
        if row["casualty"] in carried or (request and row["casualty"] is None and row["request"] == request)
    ]


def _release(row: dict[str, Any], reason: str) -> Command:
    return c.ProgressReservation(
        reservation=row["subject"],
        state="RELEASED",
        facility=row["facility"],
        casualty=row["casualty"],
        request=row["request"],
        resource=row["resource"],
        reason=reason,
    )


def what_asks_for_a_noticas_closes_the_gate(event: Event, transaction: Transaction) -> Iterator[Command]:
    """A death, a severity or somebody missing holds the name back; which of them do, the notification pack says."""
    if isinstance(event.body, e.DeathPronounced):
        yield c.PlaceReleaseHold(casualty=event.header.s, trigger="DEATH")
    elif isinstance(event.body, e.CasualtyMissing):
        yield c.PlaceReleaseHold(casualty=event.header.s, trigger="MISSING")
    elif isinstance(event.body, e.CasualtyDetailsRecorded) and event.body.severity:
        yield c.PlaceReleaseHold(casualty=event.header.s, trigger=event.body.severity)


# What a state of a leg says of the requests it serves.
_SAYS = {
    "NOTIFIED": "TASKED",
    "CREW_READY": "TASKED",
    "LAUNCHED": "EXECUTING",
    "ON_SCENE": "EXECUTING",
    "PATIENT_LOADED": "EXECUTING",
    "DEPARTED": "EXECUTING",
    "ARRIVED": "EXECUTING",
    "HANDED_OVER": "EXECUTING",
}
_HANDED_OVER = "M12"


def leg_takes_its_request_along(event: Event, transaction: Transaction) -> Iterator[Command]:
    """A leg that was tasked, or set out, says so of its request; one that has handed everybody over completes it."""
    if not isinstance(event.body, e.LegProgressed) or event.body.state not in _SAYS:
        return
    leg = Leg(transaction.facts(event.header.s))
    if leg.plan is None:
        return
    aboard = set(leg.plan.casualties)
    served = {} if leg.plan.request is None else {leg.plan.request: Request(transaction.facts(leg.plan.request))}
    for row in transaction.rows("requests", status="AUTHORISED"):
        if aboard.intersection(row["casualties"]):
            served.setdefault(row["subject"], Request(transaction.facts(SubjectId(row["subject"]))))
    for subject in sorted(served):
        yield c.ProgressRequest(request=subject, state=_SAYS[event.body.state], leg=event.header.s)  # type: ignore[arg-type]
    if event.body.state == "HANDED_OVER":
        yield from _completed(aboard, event, transaction)


def _completed(aboard: set[SubjectId], event: Event, transaction: Transaction) -> Iterator[Command]:
    for row in transaction.rows("requests"):
        people = [SubjectId(one) for one in row["casualties"]]
        concerned = row["status"] not in ENDINGS and aboard.intersection(people)
        if concerned and all(_is_over(transaction.facts(one)) for one in people):
            yield c.ProgressRequest(request=SubjectId(row["subject"]), state="COMPLETED", leg=event.header.s)


def _is_over(casualty: Facts) -> bool:
    """Handed over, or dead: nobody is waiting for this one."""
    reached = any(getattr(one.body, "code", "") == _HANDED_OVER for one in casualty.of(e.MilestoneRecorded))
    return reached or bool(casualty.of(e.DeathPronounced, e.CasualtyCancelled))


REACTIONS: tuple[Reaction, ...] = (
    acknowledged_alert_is_a_milestone,
    what_asks_for_a_noticas_closes_the_gate,
    leg_takes_its_request_along,
    diverted_leg_moves_its_reservations,
    aborted_leg_lets_go_of_its_reservations,
    who_leaves_a_facility_is_no_longer_admitted,
)
