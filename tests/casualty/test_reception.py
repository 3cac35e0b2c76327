"""Places counted, kept and given: order does not matter, nothing old is free, a bed is taken by an admission only."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dunant.casualty import RULES
from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.capacity import free_of, is_expired, reserved
from dunant.casualty.errors import BedTaken, DecisionNotAllowed, ExerciseMixed, IsClosed, OrderOfStates, ReasonRequired
from dunant.casualty.model import Admission, Facility, Reservation, Theatre
from dunant.kernel.clock import rfc3339
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.events import At, Event
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId, Tag
from dunant.kernel.places import Position
from tests.builders import a_casualty, a_subject, an_event, as_actor
from tests.casualty.deciding import a_context, decide
from tests.fakes import NOON

HOME, AWAY, ONE, TWO, STAY, KEPT, SLOT, REQUEST = (a_subject(n) for n in range(400, 408))
HERE = Position(lat=9.26, lon=29.8)
CAPACITY = "logistics.capacity"


def registered(subject: str = HOME, *, exercise: bool = False, level: str = "L2") -> Event:
    body = e.FacilityRegistered(name="R2", level=level, position=HERE, modules=("SURGERY",), exercise=exercise)
    return an_event(body, subject=subject, stream="config.register")


def a_facility(*more: Event, subject: str = HOME, **body: Any) -> Facts:
    return Facts(SubjectId(subject), [registered(subject, **body), *more])


def take(staffed: int, covers: dict[str, int] | None = None, resource: str = "WARD", **more: Any) -> Event:
    occupied = more.pop("occupied", 0)
    row = e.StockRow(resource=resource, staffed=staffed, occupied=occupied)
    return an_event(e.CapacityReported(rows=(row,), covers=covers or {}), subject=HOME, stream=CAPACITY, **more)


def moved(occupied: int, resource: str = "WARD", cause: str = "", **more: Any) -> Event:
    body = e.CapacityAdjusted(resource=resource, occupied=occupied, cause=cause)
    return an_event(body, subject=HOME, stream=CAPACITY, **more)


def step(state: str, base: Sequence[str] = (), **more: Any) -> Event:
    body = e.ReservationProgressed(state=state, facility=HOME, resource="OR_TABLE", casualty=ONE)
    return an_event(body, subject=KEPT, base=base, **more)


# ── counting ──


@given(st.permutations([(1, 1), (2, 2), (3, -1), (4, 3), (5, -2)]), st.integers(0, 5))
def test_what_is_occupied_is_the_same_in_every_order_of_arrival(changes: list[tuple[int, int]], counted: int) -> None:
    """The stock-take of five has the first `counted` changes in it."""
    deltas = [moved(number, q=q, site="ALPHA") for q, number in changes]
    found = Facts(HOME, [take(20, {f"ALPHA/00000001/{CAPACITY}": counted}, occupied=5, q=6, site="ALPHA"), *deltas])
    (stock,) = Facility(found).stocks
    assert (stock.staffed, stock.occupied) == (20, 5 + sum(number for q, number in changes if q > counted))


def test_one_cause_told_by_two_sites_counts_once() -> None:
    facts = [
        take(5),
        moved(1, cause="stay:open"),
        moved(-1, cause="stay:close"),
        moved(-1, cause="stay:close", site="BRAVO"),
    ]
    for order in permutations(facts):
        assert Facility(Facts(HOME, order)).stocks[0].occupied == 0


def test_two_stock_takes_made_apart_are_in_dispute_and_both_are_kept() -> None:
    (stock,) = Facility(Facts(HOME, [take(5, site="ALPHA"), take(7, site="BRAVO")])).stocks
    assert stock.disputed == ("staffed",)


def test_what_nobody_has_counted_is_unknown_and_not_zero() -> None:
    (stock,) = Facility(Facts(HOME, [moved(1)])).stocks
    assert (stock.staffed, stock.occupied) == (None, None)


def test_a_stock_take_covers_what_happened_before_it_and_not_what_came_after() -> None:
    early, late = moved(1, q=1), moved(1, q=2, at=NOON + timedelta(hours=1))
    (told,) = decide(
        c.ReportCapacity(facility=HOME, rows=(c.StockCount(resource="WARD", staffed=9, occupied=4),)),
        [a_facility(early, late)],
        at=At(t=NOON + timedelta(minutes=30)),
    )
    assert isinstance(told, e.CapacityReported)
    assert told.covers == {f"ALPHA/00000001/{CAPACITY}": 1}


def test_one_resource_is_counted_once_in_a_stock_take() -> None:
    rows = (c.StockCount(resource="ICU", staffed=1), c.StockCount(resource="ICU", staffed=2))
    with pytest.raises(Invalid):
        decide(c.ReportCapacity(facility=HOME, rows=rows), [a_facility()])


def test_capacity_of_a_facility_that_nobody_registered_is_refused() -> None:
    with pytest.raises(NotFound):
        decide(c.ChangeCapacity(facility=HOME, resource="WARD", occupied=1))


# ── free ──


def a_stock(age_h: float = 1, **more: Any) -> dict[str, Any]:
    as_of = rfc3339(NOON - timedelta(hours=age_h))
    return {"resource": "WARD", "staffed": 10, "occupied": 6, "as_of": as_of, **more}


def test_free_is_staffed_less_occupied_less_reserved() -> None:
    found = free_of(a_stock(), 1, NOON, 12)
    assert (found.state, found.free) == ("KNOWN", 3)


@pytest.mark.parametrize(
    "stock", [a_stock(age_h=12.1), a_stock(staffed=None), a_stock(occupied=None), a_stock(as_of=None)]
)
def test_what_is_old_or_uncounted_is_unknown_and_never_free(stock: dict[str, Any]) -> None:
    found = free_of(stock, 0, NOON, 12)
    assert (found.state, found.free) == ("UNKNOWN", None)


def test_of_what_is_used_up_nothing_is_occupied() -> None:
    assert free_of(a_stock(resource="OR_CASES_LEFT_TODAY", staffed=1, occupied=None), 0, NOON, 12).free == 1


def a_row(state: str, minutes: int = 0, **more: Any) -> dict[str, Any]:
    eta = rfc3339(NOON + timedelta(minutes=minutes))
    known = {"facility": HOME, "resource": "OR_TABLE", "exercise": False, "at": eta, "open": True}
    return {**known, "state": state, "eta": eta, **more}


def test_a_place_is_kept_until_half_an_hour_after_the_expected_arrival() -> None:
    row = a_row("CONFIRMED")
    assert not is_expired(row, NOON + timedelta(minutes=30), 30)
    assert is_expired(row, NOON + timedelta(minutes=31), 30)
    assert reserved([row], NOON + timedelta(minutes=31), 30) == {}


def test_only_accepted_and_confirmed_places_are_kept_and_exercises_apart() -> None:
    rows = [a_row(state) for state in ("OFFERED", "REQUESTED", "ACCEPTED", "CONFIRMED", "REFUSED", "CONSUMED")]
    found = reserved([*rows, a_row("ACCEPTED", exercise=True)], NOON, 30)
    assert found == {(HOME, "OR_TABLE", False): 2, (HOME, "OR_TABLE", True): 1}


# ── reservations ──


def asked(state: Any, **more: Any) -> c.ProgressReservation:
    return c.ProgressReservation(reservation=KEPT, state=state, facility=HOME, resource="OR_TABLE", **more)


@pytest.mark.parametrize("state", ["ACCEPTED", "CONFIRMED", "CONSUMED", "EXPIRED", "RELEASED", "REFUSED"])
def test_a_reservation_begins_with_an_offer_or_a_request(state: str) -> None:
    with pytest.raises(OrderOfStates):
        decide(asked(state, reason="why"))


@pytest.mark.parametrize("over", ["CONSUMED", "EXPIRED", "RELEASED", "REFUSED"])
def test_a_reservation_that_is_over_goes_nowhere(over: str) -> None:
    with pytest.raises(OrderOfStates):
        decide(asked("ACCEPTED"), [Facts(KEPT, [step("REQUESTED", id=f"a-{over}"), step(over, base=[f"a-{over}"])])])


def test_silence_is_no_yes_and_another_facility_cannot_say_it() -> None:
    known = Facts(KEPT, [step("REQUESTED")])
    with pytest.raises(OrderOfStates):
        decide(asked("CONFIRMED", eta="2026-03-14T13:00:00Z"), [known])
    assert decide(asked("ACCEPTED"), [known])
    elsewhere = replace(a_context(), actor=as_actor("clinician", facility=AWAY))
    with pytest.raises(DecisionNotAllowed):
        list(RULES[c.ProgressReservation](asked("ACCEPTED"), known, elsewhere))


def test_a_refusal_has_a_reason_and_a_confirmation_an_expected_arrival() -> None:
    with pytest.raises(ReasonRequired):
        decide(asked("REFUSED"), [Facts(KEPT, [step("REQUESTED")])])
    with pytest.raises(Invalid):
        decide(asked("CONFIRMED"), [Facts(KEPT, [step("ACCEPTED")])])


def test_of_two_steps_made_apart_the_one_further_from_a_free_place_is_shown_and_both_are_kept() -> None:
    begun = step("REQUESTED", id="r1")
    apart = [step("ACCEPTED", base=["r1"], site="ALPHA"), step("REFUSED", base=["r1"], site="BRAVO")]
    for order in permutations([begun, *apart]):
        read = Reservation(Facts(KEPT, order))
        assert read.state.value == "REFUSED" and len(read.conflicts) == 1


# ── admissions (invariant 10, R14) ──


def open_row(casualty: str, facility: str = HOME, bed: str = "1", subject: str = STAY) -> dict[str, Any]:
    return {"subject": subject, "casualty": casualty, "facility": facility, "bed": bed}


def admitting(bed: str = "1") -> c.Admit:
    return c.Admit(admission=a_subject(499), casualty=ONE, facility=HOME, resource="WARD", bed=bed)


def test_invariant_10_two_do_not_lie_in_one_bed() -> None:
    with pytest.raises(BedTaken):
        decide(admitting(), [a_casualty(subject=ONE), a_facility()], rows={"admissions": [open_row(TWO)]})


def test_invariant_10_nobody_lies_in_two_beds() -> None:
    with pytest.raises(BedTaken):
        decide(admitting(), [a_casualty(subject=ONE), a_facility()], rows={"admissions": [open_row(ONE, AWAY, "9")]})


def test_an_admission_takes_a_place_uses_its_reservation_and_is_closed_once() -> None:
    rows = {"reservations": [{**a_row("ACCEPTED"), "subject": KEPT, "casualty": ONE, "resource": "WARD"}]}
    bodies = decide(admitting(), [a_casualty(subject=ONE), a_facility()], rows=rows)
    assert [type(body).__name__ for body in bodies] == ["AdmissionOpened", "CapacityAdjusted", "ReservationProgressed"]
    assert getattr(bodies[2], "state", "") == "CONSUMED"
    opened = an_event(bodies[0], subject=STAY)
    closed = decide(c.CloseAdmission(admission=STAY, reason="TRANSFERRED"), [Facts(STAY, [opened]), a_facility()])
    assert [getattr(body, "occupied", 0) for body in (bodies[1], closed[1])] == [1, -1]
    over = Facts(STAY, [opened, an_event(closed[0], subject=STAY)])
    with pytest.raises(IsClosed):
        decide(c.CloseAdmission(admission=STAY, reason="again"), [over, a_facility()])


def test_an_exercise_takes_no_real_bed() -> None:
    bodies = decide(admitting(), [a_casualty(subject=ONE, exercise=True), a_facility()])
    assert [type(body).__name__ for body in bodies] == ["AdmissionOpened"]
    with pytest.raises(ExerciseMixed):
        decide(asked("REQUESTED", casualty=ONE, request=REQUEST), [a_casualty(subject=ONE, exercise=True), a_request()])


def a_request() -> Facts:
    body = e.EvacRequested(tag=Tag("D-4KQ2M-B"), kind="CASEVAC", dialect="UN")
    return Facts(REQUEST, [an_event(body, subject=REQUEST)])


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=12), st.randoms(use_true_random=False))
def test_r14_a_bed_is_occupied_if_and_only_if_an_admission_is_open(story: list[tuple[int, bool]], chance: Any) -> None:
    """Whatever is admitted and closed, by whichever site and in whichever order it arrives, the two numbers agree."""
    stays: dict[int, list[Event]] = {n: [] for n in range(4)}
    counted: list[Event] = [take(20)]
    for n, closes in story:
        cause = f"{n}:{'close' if closes else 'open'}"
        if closes and stays[n]:
            stays[n].append(an_event(e.AdmissionClosed(reason="TRANSFERRED"), subject=f"stay{n}"))
            counted.append(moved(-1, cause=cause, site=chance.choice(("ALPHA", "BRAVO"))))
        elif not closes and not stays[n]:
            opened = e.AdmissionOpened(casualty=ONE, facility=HOME, resource="WARD", bed=str(n))
            stays[n].append(an_event(opened, subject=f"stay{n}"))
            counted.append(moved(1, cause=cause))
    chance.shuffle(counted)
    is_open = [Admission(Facts(SubjectId(f"stay{n}"), facts)).is_open for n, facts in stays.items()]
    assert Facility(Facts(HOME, counted)).stocks[0].occupied == sum(is_open)


# ── theatre ──


def operating(state: Any, **more: Any) -> c.ReportTheatre:
    return c.ReportTheatre(slot=SLOT, facility=HOME, state=state, **more)


def slot(state: str, **more: Any) -> Event:
    return an_event(e.TheatreReported(facility=HOME, state=state), subject=SLOT, **more)


def test_the_knife_is_m14_and_takes_a_table_and_one_of_the_cases_of_the_day() -> None:
    known = [Facts(SLOT, [slot("READY")]), a_casualty(subject=ONE), a_facility()]
    reported, m14, table, case = decide(operating("IN_USE", casualty=ONE), known)
    assert isinstance(reported, e.TheatreReported) and isinstance(m14, e.MilestoneRecorded)
    assert (m14.code, m14.facility, m14.open_modules) == ("M14", HOME, ("SURGERY",))
    assert [
        (getattr(one, "resource", ""), getattr(one, "occupied", 0), getattr(one, "staffed", 0)) for one in (table, case)
    ] == [
        ("OR_TABLE", 1, 0),
        ("OR_CASES_LEFT_TODAY", 0, -1),
    ]


def test_turnover_gives_the_table_back_and_ready_does_not_do_it_twice() -> None:
    in_use, turned = slot("IN_USE", id="u"), slot("TURNOVER", id="t", base=["u"])
    _, table = decide(operating("TURNOVER"), [Facts(SLOT, [in_use]), a_facility()])
    assert (getattr(table, "resource", ""), getattr(table, "occupied", 0)) == ("OR_TABLE", -1)
    assert len(decide(operating("READY"), [Facts(SLOT, [in_use, turned]), a_facility()])) == 1


@pytest.mark.parametrize(("before", "after"), [("PLANNED", "TURNOVER"), ("IN_USE", "READY"), ("CLOSED", "IN_USE")])
def test_a_slot_does_not_skip(before: str, after: str) -> None:
    with pytest.raises(OrderOfStates):
        decide(operating(after, casualty=ONE), [Facts(SLOT, [slot(before)]), a_casualty(subject=ONE), a_facility()])


def test_an_operation_has_a_patient_and_a_closed_slot_a_reason() -> None:
    with pytest.raises(Invalid):
        decide(operating("IN_USE"), [a_facility()])
    with pytest.raises(ReasonRequired):
        decide(operating("CLOSED"), [a_facility()])


def test_what_other_sites_report_is_never_refused_and_the_longer_use_is_shown() -> None:
    apart = [slot("IN_USE", site="ALPHA"), slot("CLOSED", site="BRAVO")]
    for order in permutations(apart):
        read = Theatre(Facts(SLOT, order))
        assert (read.state.value, len(read.conflicts)) == ("IN_USE", 1)
