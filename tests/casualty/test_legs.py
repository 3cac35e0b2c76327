"""Legs: who is aboard, what speaks against a plan, and that a guard stops a local command and never a fact."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import IsClosed, ModuleClosed, NightLeg, NoRoom, NotAdmitted, OnAnotherLeg
from dunant.casualty.model import Leg
from dunant.kernel.errors import NotFound
from dunant.kernel.events import At, Event
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId, Tag
from dunant.kernel.places import Position
from tests.builders import a_casualty, a_subject, an_event
from tests.casualty.deciding import decide

LEG, ONE, TWO, ASSET, HOME, AWAY, REQUEST = (a_subject(n) for n in range(420, 427))
FIELD, BENTIU = Position(lat=9.45, lon=29.55), Position(lat=9.26, lon=29.8)
NIGHT = {"M8": "2026-03-02T20:41:00Z", "M11": "2026-03-02T21:05:00Z"}
DAY = {"M8": "2026-03-02T10:41:00Z", "M11": "2026-03-02T11:05:00Z"}
LIT = e.LandingZone(surface="laterite", lights=True)


def a_leg(*more: Event, **plan: Any) -> Facts:
    body = e.LegPlanned(**{"casualties": (ONE, TWO), "asset": ASSET, "destination": HOME, **plan})
    return Facts(LEG, [an_event(body, subject=LEG, id="plan"), *more])


def an_asset(**more: Any) -> Facts:
    known = {"callsign": "UN-811", "kind": "HELI", "litters": 1, "seats": 1, "night_capable": True, **more}
    return Facts(ASSET, [an_event(e.AssetRegistered(**known), subject=ASSET, stream="config.register")])


def a_facility(subject: str = HOME, status: str = "NORMAL", modules: Any = ("SURGERY", "RESUS"), **more: Any) -> Facts:
    known = e.FacilityRegistered(name="R2", level="L2", position=BENTIU, modules=tuple(modules), **{"hlz": LIT, **more})
    said = e.FacilityStatusReported(status=status)
    told = [an_event(known, subject=subject), an_event(said, subject=subject)]
    return Facts(SubjectId(subject), told)


def a_request(**lines: Any) -> Facts:
    body = e.EvacRequested(tag=Tag("D-4KQ2M-B"), kind="CASEVAC", dialect="UN", pickup=FIELD, lines=lines)
    return Facts(REQUEST, [an_event(body, subject=REQUEST)])


def wounded(subject: str = ONE, category: str = "T1", needs_surgery: bool | None = None) -> Facts:
    triage = an_event(e.TriageAssigned(category=category, scheme="SIEVE"), subject=subject)
    details = an_event(e.CasualtyDetailsRecorded(needs_surgery=needs_surgery), subject=subject)
    return a_casualty(triage, details, subject=subject)


def planning(plan: dict[str, str], **more: Any) -> c.PlanLeg:
    known = {"leg": LEG, "request": REQUEST, "asset": ASSET, "destination": HOME, "casualties": (ONE,), "plan": plan}
    return c.PlanLeg(**{**known, **more})


def override(rule: str) -> c.Override:
    return c.Override(rule=rule, reason="nobody else can come")


def loaded(casualty: str, place: str = "LITTER", **more: Any) -> Event:
    return an_event(e.CasualtyLoaded(casualty=SubjectId(casualty), place=place), subject=LEG, **more)


# ── invariant 2: at most one active leg ──


def test_invariant_2_who_is_aboard_one_leg_is_not_loaded_on_another() -> None:
    rows = {"legs": [{"subject": a_subject(499), "status": "DEPARTED", "aboard": [{"casualty": ONE, "place": "SEAT"}]}]}
    with pytest.raises(OnAnotherLeg):
        decide(c.LoadCasualty(leg=LEG, casualty=ONE, place="LITTER"), [a_leg(), an_asset(), wounded()], rows=rows)


def test_who_is_aboard_is_the_same_in_every_order_of_arrival() -> None:
    at = [datetime(2026, 3, 2, 20, minute, tzinfo=UTC) for minute in range(3)]
    off = an_event(e.CasualtyUnloaded(casualty=ONE), subject=LEG, at=at[1])
    for order in permutations([loaded(ONE, at=at[0]), off, loaded(TWO, "SEAT", at=at[2])]):
        assert Leg(a_leg(*order)).aboard == {TWO: "SEAT"}


def test_who_was_left_behind_does_not_arrive() -> None:
    bodies = decide(c.ReportLeg(leg=LEG, state="ARRIVED"), [a_leg(loaded(ONE)), a_facility(), wounded(), wounded(TWO)])
    arrived = [body for body in bodies if isinstance(body, e.MilestoneRecorded)]
    assert [(body.code, body.facility) for body in arrived] == [("M11", HOME)]


def test_loading_is_m10_once_though_the_crew_reports_the_departure_too() -> None:
    bodies = decide(c.LoadCasualty(leg=LEG, casualty=ONE, place="LITTER"), [a_leg(), an_asset(), wounded()])
    assert [getattr(body, "code", "") for body in bodies] == ["", "M10"]
    assert decide(c.ReportLeg(leg=LEG, state="DEPARTED"), [a_leg(loaded(ONE)), wounded()]) == [
        e.LegProgressed(state="DEPARTED")
    ]


def test_who_is_not_aboard_is_not_taken_off_and_nobody_boards_a_leg_that_is_over() -> None:
    with pytest.raises(NotFound):
        decide(c.UnloadCasualty(leg=LEG, casualty=ONE), [a_leg()])
    over = a_leg(an_event(e.LegAborted(reason="hail"), subject=LEG))
    with pytest.raises(IsClosed):
        decide(c.LoadCasualty(leg=LEG, casualty=ONE, place="SEAT"), [over, wounded()])


# ── invariant 4: litters and seats ──


def test_invariant_4_one_litter_takes_one_and_an_override_says_why_a_second_lies_there() -> None:
    known = [a_leg(loaded(ONE)), an_asset(), wounded(TWO)]
    second = c.LoadCasualty(leg=LEG, casualty=TWO, place="LITTER")
    with pytest.raises(NoRoom) as refused:
        decide(second, known)
    assert (refused.value.params["rule"], refused.value.params["detail"]) == ("room", "LITTER")
    with pytest.raises(NoRoom):
        decide(c.LoadCasualty(leg=LEG, casualty=TWO, place="LITTER", override=override("night")), known)
    told, _ = decide(c.LoadCasualty(leg=LEG, casualty=TWO, place="LITTER", override=override("room")), known)
    assert isinstance(told, e.CasualtyLoaded) and told.override is not None
    assert (told.override.reason, told.override.broken) == ("nobody else can come", ("room:LITTER",))
    assert decide(c.LoadCasualty(leg=LEG, casualty=TWO, place="SEAT"), known)


# ── invariant 9: modules of the destination ──


@pytest.mark.parametrize(
    ("facility", "detail"),
    [
        (a_facility(modules=("RESUS",)), "SURGERY"),
        (a_facility(status="CLOSED"), "CLOSED"),
        (a_facility(status="FULL"), "FULL"),
    ],
)
def test_invariant_9_a_destination_without_the_module_needs_an_override(facility: Facts, detail: str) -> None:
    known = [an_asset(), facility, a_request(), wounded(needs_surgery=True)]
    with pytest.raises(ModuleClosed) as refused:
        decide(planning(DAY), known)
    assert refused.value.params["detail"] == detail
    (planned, *_) = decide(planning(DAY, override=override("module")), known)
    assert isinstance(planned, e.LegPlanned) and planned.override and f"module:{detail}" in planned.override.broken


def test_what_the_form_asks_for_is_needed_too() -> None:
    with pytest.raises(ModuleClosed) as refused:
        decide(planning(DAY), [an_asset(), a_facility(), a_request(equipment=["VENTILATOR"]), wounded(category="T3")])
    assert refused.value.params["detail"] == "ICU_VENT"


def test_who_needs_little_may_go_anywhere_and_an_unknown_destination_is_not_judged() -> None:
    assert decide(planning(DAY), [an_asset(), a_facility(modules=()), a_request(), wounded(category="T3")])
    assert decide(planning(DAY), [an_asset(), a_request(), wounded(needs_surgery=True)])


def test_a_diversion_is_held_to_the_same_modules() -> None:
    known = [a_leg(), an_asset(), a_facility(AWAY, modules=()), wounded(needs_surgery=True), wounded(TWO)]
    asked = c.DivertLeg(leg=LEG, destination=AWAY, reason="storm")
    with pytest.raises(ModuleClosed):
        decide(asked, known, at=At(t=datetime(2026, 3, 2, 10, tzinfo=UTC)))
    told = decide(c.DivertLeg(leg=LEG, destination=AWAY, reason="storm", override=override("all")), known)
    assert isinstance(told[0], e.LegDiverted) and told[0].override is not None


def test_a_diversion_holds_until_the_leg_is_planned_again() -> None:
    diverted = an_event(e.LegDiverted(destination=AWAY, reason="storm"), subject=LEG, h=5)
    again = an_event(e.LegPlanned(casualties=(ONE,), destination=HOME), subject=LEG, base=["plan"], h=9)
    first = an_event(e.LegPlanned(casualties=(ONE,), destination=HOME), subject=LEG, id="plan", h=1)
    assert Leg(Facts(LEG, [first, diverted])).destination == AWAY
    for order in permutations([diverted, again]):
        assert Leg(Facts(LEG, [first, *order])).destination == HOME


# ── invariant 10: from an admission or the scene ──


def test_invariant_10_a_transfer_begins_at_an_admission() -> None:
    known = [an_asset(), a_facility(), a_facility(AWAY), a_request(), wounded()]
    asked = planning(DAY, origin=AWAY)
    with pytest.raises(NotAdmitted):
        decide(asked, known)
    here = {"admissions": [{"subject": a_subject(498), "casualty": ONE, "facility": AWAY, "bed": ""}]}
    assert decide(asked, known, rows=here)
    assert decide(planning(DAY, origin=AWAY, override=override("admission")), known)


# ── invariant 17: night ──


@pytest.mark.parametrize(
    ("asset", "lines", "facility", "rule", "detail"),
    [
        (an_asset(night_capable=False), {"marking": "PYRO"}, a_facility(), "night", "ASSET"),
        (an_asset(), {"marking": "PYRO"}, a_facility(hlz=None), "night", "HLZ"),
        (an_asset(), {"marking": "PANELS"}, a_facility(), "marking", "PANELS"),
        (an_asset(), {}, a_facility(), "marking", "UNKNOWN"),
        (an_asset(), {"marking": "OTHER", "marking_text": "IR strobe"}, a_facility(), "marking", "IR"),
    ],
)
def test_invariant_17_by_night_asset_and_landing_zones_must_be_fit(
    asset: Facts, lines: dict[str, Any], facility: Facts, rule: str, detail: str
) -> None:
    known = [asset, facility, a_request(**lines), wounded(category="T3")]
    with pytest.raises(NightLeg) as refused:
        decide(planning(NIGHT), known)
    assert (refused.value.params["rule"], refused.value.params["detail"]) == (rule, detail)
    (planned, *_) = decide(planning(NIGHT, override=override(rule)), known)
    assert isinstance(planned, e.LegPlanned) and planned.dark and planned.override is not None
    (planned, *_) = decide(planning(DAY), known)
    assert isinstance(planned, e.LegPlanned) and planned.dark is False and planned.override is None


def test_a_crew_with_goggles_sees_the_strobe() -> None:
    known = [an_asset(), a_facility(), a_request(marking="OTHER", marking_text="IR strobe"), wounded(category="T3")]
    assert decide(planning(NIGHT, nvg=True), known)
    assert decide(planning(NIGHT), [an_asset(nvg=True), *known[1:]])


def test_a_lamp_is_enough_for_an_ambulance() -> None:
    known = [an_asset(kind="AMBULANCE"), a_facility(hlz=None), a_request(), wounded(category="T3")]
    assert decide(planning(NIGHT), known)


def test_two_guards_that_say_no_are_overridden_one_by_one_or_all_at_once() -> None:
    known = [an_asset(night_capable=False), a_facility(hlz=None), a_request(), wounded(needs_surgery=True)]
    with pytest.raises(NightLeg) as refused:
        decide(planning(NIGHT, override=override("night")), known)
    assert refused.value.params["broken"] == ["night:ASSET", "marking:UNKNOWN", "night:HLZ"]
    assert decide(planning(NIGHT, override=override("all")), known)


# ── what an arrival finds (casualty §4.1, the proxy of C120) ──


def arriving(*more: Facts, rows: dict[str, Any] | None = None, casualties: tuple[str, ...] = (ONE,)) -> set[str]:
    known = [a_leg(casualties=casualties), a_facility(), *more]
    bodies = decide(c.ReportLeg(leg=LEG, state="ARRIVED"), known, rows=rows)
    return next(set(body.open_modules) for body in bodies if isinstance(body, e.MilestoneRecorded))


def a_stock(
    resource: str, staffed: int, occupied: int | None = 0, as_of: str = "2026-03-14T11:00:00Z"
) -> dict[str, Any]:
    return {"resource": resource, "staffed": staffed, "occupied": occupied, "as_of": as_of}


SURGEON = wounded(needs_surgery=True)
FREE = {"stocks": [a_stock("OR_TABLE", 1), a_stock("OR_CASES_LEFT_TODAY", 1, None)]}


def test_an_arrival_finds_a_free_theatre_and_nobody_ahead() -> None:
    assert arriving(SURGEON, rows=FREE) == {"SURGERY", "RESUS", "THEATRE_FREE", "NOBODY_AHEAD"}


@pytest.mark.parametrize(
    "stocks",
    [
        [],
        [a_stock("OR_TABLE", 1, 1)],
        [a_stock("OR_TABLE", 1), a_stock("OR_CASES_LEFT_TODAY", 0, None)],
        [a_stock("OR_TABLE", 1, as_of="2026-03-13T11:00:00Z")],
    ],
)
def test_a_theatre_that_is_taken_used_up_or_long_unreported_is_not_free(stocks: list[dict[str, Any]]) -> None:
    assert "THEATRE_FREE" not in arriving(SURGEON, rows={"stocks": stocks})


@pytest.mark.parametrize(
    "rows",
    [
        {"theatre": [{"state": "PLANNED", "casualty": TWO}]},
        {"reservations": [{"state": "ACCEPTED", "casualty": TWO, "resource": "OR_TABLE"}]},
        {"admissions": [{"casualty": TWO}]},
    ],
)
def test_whoever_waits_ahead_takes_the_proxy_away(rows: dict[str, Any]) -> None:
    assert "NOBODY_AHEAD" not in arriving(SURGEON, wounded(TWO, needs_surgery=True), rows={**FREE, **rows})


def test_of_two_who_arrive_together_neither_is_alone() -> None:
    both = (SURGEON, wounded(TWO, needs_surgery=True))
    assert "NOBODY_AHEAD" not in arriving(*both, rows=FREE, casualties=(ONE, TWO))
    assert "NOBODY_AHEAD" in arriving(SURGEON, wounded(TWO, category="T3"), rows=FREE, casualties=(ONE, TWO))
