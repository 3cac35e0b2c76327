"""Rules of what a facility has, keeps and gives. Two may claim the last bed, and what comes by sync is kept."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec.structs import asdict

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import BedTaken, DecisionNotAllowed, IsClosed, OrderOfStates, ReasonRequired
from dunant.casualty.model import KEPT, NEXT, SLOT_NEXT, Admission, Facility, Reservation, Theatre, covers_of
from dunant.casualty.needs import EvacuationPack
from dunant.casualty.rules.asking import milestone
from dunant.casualty.rules.kinds import one_kind
from dunant.casualty.rules.requests import all_known
from dunant.kernel.clock import is_plausible, rfc3339
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId

# Steps that only the facility can take.
ANSWERS = frozenset({"ACCEPTED", "REFUSED"})
TABLE, CASES = "OR_TABLE", "OR_CASES_LEFT_TODAY"


def report_capacity(asked: c.ReportCapacity, known: Facts, context: Context) -> Iterator[Fact]:
    """A stock-take. Changes that happened after it was made are added on top of it, though they arrived before it."""
    _registered(known)
    keys = [(row.resource, row.product, row.group) for row in asked.rows]
    if len(set(keys)) != len(keys):
        raise Invalid(field="rows", rule="each_once")
    rows = tuple(e.StockRow(**asdict(row)) for row in asked.rows)
    covers = covers_of(known, context.at.t or context.rec)
    yield Fact(subject=asked.facility, body=e.CapacityReported(rows=rows, covers=covers))


def change_capacity(asked: c.ChangeCapacity, known: Facts, context: Context) -> Iterator[Fact]:
    _registered(known)
    if not asked.occupied and not asked.staffed:
        raise Invalid(field="*", rule="at_least_one_field")
    yield _change(
        asked.facility,
        asked.resource,
        product=asked.product,
        group=asked.group,
        occupied=asked.occupied,
        staffed=asked.staffed,
    )


def report_theatre(asked: c.ReportTheatre, known: Facts, context: Context) -> Iterator[Fact]:
    """Take a theatre slot on. The knife is M14 and takes a table and one of the day's cases; turnover frees the table.

    Raises
    ------
    OrderOfStates
        A slot cannot go from where it is to the state that is reported.
    ReasonRequired
        A closed slot says why.
    """
    slot = Theatre(known)
    before = slot.state.value or ""
    if asked.state not in SLOT_NEXT[before] and slot.state.conflict is None:
        raise OrderOfStates(field="state", rule=f"after_{before.lower()}")
    if asked.state == "CLOSED" and not asked.reason:
        raise ReasonRequired(field="reason", rule="required")
    if asked.state == "IN_USE" and asked.casualty is None:
        raise Invalid(field="casualty", rule="required")
    all_known((asked.casualty,) if asked.casualty else (), context)
    exercise = one_kind(False, context, casualty=(asked.casualty,))
    body = e.TheatreReported(
        facility=asked.facility, state=asked.state, casualty=asked.casualty, reason=asked.reason, exercise=exercise
    )
    yield Fact(subject=asked.slot, body=body, base=context.seen(slot.state))
    if asked.state == "IN_USE" and asked.casualty:
        modules = Facility(context.known(asked.facility)).open_modules
        yield milestone(asked.casualty, "M14", facility=asked.facility, evidence=asked.slot, open_modules=modules)
    if _is_pool(asked.facility, exercise, context):
        if asked.state == "IN_USE":
            yield _change(asked.facility, TABLE, occupied=1)
            yield _change(asked.facility, CASES, staffed=-1)
        elif before == "IN_USE":
            begun = slot.state.shown.id if slot.state.shown else ""
            yield _change(asked.facility, TABLE, occupied=-1, cause=f"{begun}:end")


def progress_reservation(asked: c.ProgressReservation, known: Facts, context: Context) -> Iterator[Fact]:
    """Take a reservation one step on. Two cells may both hold the last place: the facility chooses (casualty §12).

    Raises
    ------
    OrderOfStates
        The step cannot follow the present one.
    DecisionNotAllowed
        Somebody of another facility would answer for this one.
    ReasonRequired
        A refusal says why.
    """
    reservation = Reservation(known)
    before = reservation.state.value or ""
    if asked.state == before and asked.state != "CONFIRMED":
        return
    if asked.state not in NEXT.get(before, frozenset()) and reservation.state.conflict is None:
        raise OrderOfStates(field="state", rule=f"after_{before.lower()}")
    if asked.state == "REFUSED" and not asked.reason:
        raise ReasonRequired(field="reason", rule="required_with_refusal")
    if asked.state in ANSWERS and context.actor.facility not in {None, asked.facility}:
        raise DecisionNotAllowed(field="facility", rule="own_facility")
    eta = _instant(asked.eta) if asked.eta else None
    if asked.state == "CONFIRMED" and not (eta or reservation.last("eta")):
        raise Invalid(field="eta", rule="required")
    all_known((asked.casualty,) if asked.casualty else (), context)
    exercise = one_kind(False, context, casualty=(asked.casualty,), request=(asked.request,))
    yield Fact(
        subject=asked.reservation,
        body=e.ReservationProgressed(
            state=asked.state,
            facility=asked.facility,
            casualty=asked.casualty,
            request=asked.request,
            resource=asked.resource,
            eta=eta,
            reason=asked.reason,
            exercise=exercise,
        ),
        base=context.seen(reservation.state),
    )


def admit(asked: c.Admit, known: Facts, context: Context) -> Iterator[Fact]:
    """Give a casualty a place; the reservation for it is used, and the count of the facility goes up by one.

    Raises
    ------
    BedTaken
        Somebody lies in this bed, or the casualty is admitted somewhere already.
    """
    if Admission(known).opened:
        return
    all_known((asked.casualty,), context)
    exercise = one_kind(False, context, casualty=(asked.casualty,))
    for row in context.rows("admissions", open=True):
        if row["subject"] == asked.admission:
            continue
        if row["casualty"] == asked.casualty:
            raise BedTaken(field="casualty", rule="one_open_admission", admission=row["subject"])
        if asked.bed and (row["facility"], row["bed"]) == (asked.facility, asked.bed):
            raise BedTaken(field="bed", rule="one_per_bed", admission=row["subject"])
    yield Fact(
        subject=asked.admission,
        body=e.AdmissionOpened(
            casualty=asked.casualty,
            facility=asked.facility,
            resource=asked.resource,
            bed=asked.bed,
            exercise=exercise,
        ),
    )
    place = Facility(context.known(asked.facility)).registered
    if place and place.level in context.pack(EvacuationPack).reading.definitive_levels:
        yield milestone(asked.casualty, "M16", facility=asked.facility)
    if _is_pool(asked.facility, exercise, context):
        yield _change(asked.facility, asked.resource, occupied=1, cause=f"{asked.admission}:open")
    for row in context.rows("reservations", facility=asked.facility):
        if row["casualty"] == asked.casualty and row["state"] in KEPT and row["resource"] == asked.resource:
            yield _used(row, asked, context)


def close_admission(asked: c.CloseAdmission, known: Facts, context: Context) -> Iterator[Fact]:
    admission = Admission(known)
    if admission.body is None:
        raise NotFound(field="admission", rule="exists")
    if admission.closed:
        raise IsClosed(field="admission", rule="must_be_open")
    yield Fact(subject=asked.admission, body=e.AdmissionClosed(reason=asked.reason))
    if _is_pool(admission.body.facility, admission.body.exercise, context):
        cause = f"{asked.admission}:close"
        yield _change(admission.body.facility, admission.body.resource, occupied=-1, cause=cause)


def _used(row: Any, asked: c.Admit, context: Context) -> Fact:
    reservation = Reservation(context.known(SubjectId(row["subject"])))
    return Fact(
        subject=SubjectId(row["subject"]),
        body=e.ReservationProgressed(
            state="CONSUMED",
            facility=asked.facility,
            casualty=asked.casualty,
            resource=asked.resource,
            exercise=bool(row["exercise"]),
        ),
        base=tuple(entry.event.id for entry in reservation.state.heads),
    )


def _is_pool(facility: SubjectId, exercise: bool, context: Context) -> bool:
    """An exercise never touches the beds of a real facility, nor the other way round (invariant 16)."""
    place = Facility(context.known(facility)).registered
    return place is not None and place.exercise == exercise


def _change(facility: SubjectId, resource: str, **more: Any) -> Fact:
    return Fact(subject=facility, body=e.CapacityAdjusted(resource=resource, **more))


def _registered(known: Facts) -> None:
    if Facility(known).registered is None:
        raise NotFound(field="facility", rule="exists")


def _instant(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(field="eta", rule="rfc3339") from None
    if not is_plausible(at):
        raise Invalid(field="eta", rule="zone_required" if at.tzinfo is None else "year_1971_to_2199")
    return rfc3339(at)


RULES: Rules = {
    c.ReportCapacity: report_capacity,
    c.ChangeCapacity: change_capacity,
    c.ReportTheatre: report_theatre,
    c.ProgressReservation: progress_reservation,
    c.Admit: admit,
    c.CloseAdmission: close_admission,
}
