"""Capacity, arrivals, options and reservations as a site serves them, and what a fact by sync leaves flagged."""

from datetime import timedelta
from typing import Any

import pytest

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.kernel.access import Actor
from dunant.kernel.clock import rfc3339
from dunant.kernel.errors import Denied, Invalid, NotFound
from dunant.kernel.events import At, Body, By, Command, Fact
from dunant.kernel.ids import EventId, SubjectId
from dunant.kernel.places import Position
from dunant.services.build import Site
from dunant.services.reading import Query
from dunant.store.transaction import Draft
from tests.builders import a_subject, as_actor, as_author, asked, new_id, send
from tests.fakes import NOON, FixedClock

ONE, TWO, REQUEST, ALERT, LEG, HELI, HOME, AWAY, KEPT, RIVAL, STAY, SLOT = (a_subject(n) for n in range(600, 612))
FIELD, NEAR, FAR = Position(lat=9.45, lon=29.55), Position(lat=9.26, lon=29.8), Position(lat=9.53, lon=31.66)
MODULES = ("RESUS", "SURGERY", "ICU_VENT")


@pytest.fixture
def engine() -> str:
    """What the screens read does not depend on the engine; the store's own tests cover both."""
    return "sqlite"


def counted(facility: SubjectId, cases: int, at: At | None = None) -> Any:
    rows = (
        c.StockCount(resource="OR_CASES_LEFT_TODAY", staffed=cases),
        c.StockCount(resource="WARD", staffed=10, occupied=4),
        c.StockCount(resource="RESUS", staffed=2, occupied=0),
    )
    return asked(c.ReportCapacity(facility=facility, rows=rows), at=at)


@pytest.fixture
def told(site: Site) -> Site:
    """By day: one urgent casualty in the field, a helicopter and two hospitals with one operation left each."""
    commands: list[Any] = [
        c.RegisterFacility(facility=HOME, name="Near", level="L2", position=NEAR, modules=MODULES),
        c.RegisterFacility(facility=AWAY, name="Far", level="L2", position=FAR, modules=MODULES),
        c.ReportFacility(facility=HOME, status="NORMAL", mci={"T1": 2, "T2": 6}),
        c.ReportFacility(facility=AWAY, status="NORMAL"),
        c.RegisterAsset(asset=HELI, callsign="UN-811", kind="HELI", litters=2, seats=2, cruise_km_h=220, amet=True),
        c.ReportAsset(asset=HELI, state="AVAILABLE"),
        c.ReportAssetPosition(asset=HELI, position=NEAR),
        counted(HOME, 1),
        counted(AWAY, 1),
        c.RecordAlert(alert=ALERT, channel="VOICE"),
        *(c.ReportCasualty(casualty=one, position=FIELD) for one in (ONE, TWO)),
        *(c.RecordDetails(casualty=one, cause="BATTLE", needs_surgery=True) for one in (ONE, TWO)),
        *(c.AssignTriage(casualty=one, category="T1", scheme="SIEVE") for one in (ONE, TWO)),
        c.EstimateInjuryTime(casualty=ONE),
        c.RequestEvacuation(
            request=REQUEST,
            kind="CASEVAC",
            dialect="UN",
            alert=ALERT,
            casualties=(ONE, TWO),
            pickup=FIELD,
            lines={"litter": 2, "marking": "SMOKE", "equipment": ["VENTILATOR"]},
        ),
    ]
    happened(site, *commands)
    return site


def happened(site: Site, *commands: Any, who: str = "casevac_cell@HQ") -> None:
    outcomes = send(site, *commands, author=as_author(who))
    assert [(one.code, one.params) for one in outcomes if one.outcome != "accepted"] == []


def from_elsewhere(site: Site, subject: SubjectId, body: Body) -> None:
    """A fact that no rule of ours was asked about, as one that came by sync."""
    label = site.policies.labels[body.STREAM]
    draft = Draft(
        id=EventId(new_id()),
        fact=Fact(subject=subject, body=body),
        stream=body.STREAM,
        label=label,
        at=At(t=NOON),
        rec=NOON,
        by=By(user="u-2", role="casevac_cell"),
        dev="",
        src="voice",
        base=(),
    )
    site.commit.submit(lambda transaction: transaction.write(draft)).result(timeout=60)


def rows(site: Site, view: str, actor: Actor | None = None, **equal: str) -> list[dict[str, Any]]:
    return site.pages.read(actor or as_actor("casevac_cell@HQ"), Query(view=view, equal=equal)).rows


def stock(site: Site, facility: str = HOME, resource: str = "WARD") -> dict[str, Any]:
    return next(row for row in rows(site, "capacity", facility=facility) if row["resource"] == resource)


def reserve(site: Site, reservation: SubjectId, casualty: SubjectId, *states: str, facility: SubjectId = HOME) -> None:
    for state in states:
        happened(site, reserving(reservation, casualty, state, facility))


def reserving(reservation: SubjectId, casualty: SubjectId, state: Any, facility: SubjectId = HOME) -> Command:
    return c.ProgressReservation(
        reservation=reservation,
        state=state,
        facility=facility,
        casualty=casualty,
        request=REQUEST,
        resource="OR_CASES_LEFT_TODAY",
        eta=rfc3339(NOON + timedelta(hours=1)),
        reason="full" if state == "REFUSED" else "",
    )


# ── refused first ──


def test_who_may_see_nothing_of_it_is_refused(told: Site) -> None:
    for page in ("capacity", "options", "arrivals", "reservations"):
        with pytest.raises(Denied):
            rows(told, page, as_actor("registrar"), **({"request": REQUEST} if page == "options" else {}))


def test_options_are_asked_for_a_request_that_the_reader_may_see(told: Site) -> None:
    with pytest.raises(Invalid):
        rows(told, "options")
    for actor, request in ((as_actor("casevac_cell"), ONE), (as_actor("mission_hq"), REQUEST)):
        with pytest.raises(NotFound):
            rows(told, "options", actor, request=request)


# ── capacity ──


def test_capacity_says_what_is_free_and_as_of_when(told: Site) -> None:
    row = stock(told)
    assert (row["name"], row["staffed"], row["occupied"], row["reserved"], row["free"]) == ("Near", 10, 4, 0, 6)
    assert (row["state"], row["light"], row["as_of"], row["mci"]) == (
        "KNOWN",
        "GREEN",
        rfc3339(NOON),
        {"T1": 2, "T2": 6},
    )


def test_an_old_count_is_unknown_and_never_free(told: Site, clock: FixedClock) -> None:
    clock.advance(hours=13)
    row = stock(told)
    assert (row["state"], row["free"], row["light"]) == ("UNKNOWN", None, "RED")


def test_who_is_admitted_takes_a_place_and_who_is_loaded_there_gives_it_back(told: Site) -> None:
    happened(told, c.Admit(admission=STAY, casualty=ONE, facility=HOME, resource="WARD", bed="7"))
    assert stock(told)["free"] == 5
    plan = c.PlanLeg(leg=LEG, asset=HELI, origin=HOME, destination=AWAY, casualties=(ONE,))
    happened(told, plan, c.LoadCasualty(leg=LEG, casualty=ONE, place="LITTER"))
    assert stock(told)["free"] == 6
    assert [row["reason"] for row in rows(told, "admissions")] == ["TRANSFERRED"]


def test_the_knife_takes_one_of_the_cases_of_the_day(told: Site) -> None:
    happened(told, c.ReportTheatre(slot=SLOT, facility=HOME, state="IN_USE", casualty=ONE))
    row = stock(told, resource="OR_CASES_LEFT_TODAY")
    assert (row["free"], row["used_today"], row["limit"]) == (0, 1, 4)
    board = rows(told, "board", subject=ONE)[0]
    assert next(clock for clock in board["clocks"] if clock["code"] == "C120")["stop"]["lo"] == rfc3339(NOON)


# ── reservations ──


def test_a_kept_place_is_not_free_until_it_runs_out(told: Site, clock: FixedClock) -> None:
    reserve(told, KEPT, ONE, "REQUESTED")
    assert stock(told, resource="OR_CASES_LEFT_TODAY")["free"] == 1
    reserve(told, KEPT, ONE, "ACCEPTED")
    assert stock(told, resource="OR_CASES_LEFT_TODAY")["free"] == 0
    clock.advance(hours=1, minutes=31)
    assert stock(told, resource="OR_CASES_LEFT_TODAY")["free"] == 1
    assert rows(told, "reservations")[0]["flags"] == ["expired"]


def test_two_who_hold_the_last_place_both_stay_and_the_one_refused_hears_of_the_next_best(told: Site) -> None:
    reserve(told, KEPT, ONE, "REQUESTED", "ACCEPTED")
    reserve(told, RIVAL, TWO, "REQUESTED", "ACCEPTED")
    found = {row["subject"]: row for row in rows(told, "reservations")}
    assert [found[one]["flags"] for one in (KEPT, RIVAL)] == [["overbooked"], ["overbooked"]]
    assert stock(told, resource="OR_CASES_LEFT_TODAY")["overbooked"]
    reserve(told, RIVAL, TWO, "REFUSED")
    found = {row["subject"]: row for row in rows(told, "reservations")}
    assert (found[KEPT]["flags"], found[KEPT]["next_best"]) == ([], None)
    assert found[RIVAL]["next_best"]["facility"] == AWAY


def test_a_diverted_leg_lets_go_of_the_place_and_asks_for_one_where_it_goes(told: Site) -> None:
    reserve(told, KEPT, ONE, "REQUESTED", "ACCEPTED")
    happened(
        told,
        c.PlanLeg(leg=LEG, request=REQUEST, asset=HELI, destination=HOME, casualties=(ONE,)),
        c.DivertLeg(leg=LEG, destination=AWAY, reason="storm"),
    )
    found = {row["facility"]: (row["state"], row["reason"]) for row in rows(told, "reservations")}
    assert found == {HOME: ("RELEASED", "storm"), AWAY: ("REQUESTED", "storm")}


def test_an_aborted_leg_lets_go_of_the_place(told: Site) -> None:
    reserve(told, KEPT, ONE, "REQUESTED", "ACCEPTED")
    plan = c.PlanLeg(leg=LEG, request=REQUEST, asset=HELI, destination=HOME, casualties=(ONE,))
    happened(told, plan, c.AbortLeg(leg=LEG, reason="hail"))
    assert [row["state"] for row in rows(told, "reservations")] == ["RELEASED"]


# ── arrivals ──


def coming(site: Site) -> None:
    plan = {"M7": "2026-03-14T12:20:00Z", "M10": "2026-03-14T12:40:00Z", "M11": "2026-03-14T13:00:00Z"}
    happened(
        site,
        c.ReportMist(casualty=ONE, title="Z1", mechanism="GSW", signs="pale"),
        c.PlanLeg(leg=LEG, request=REQUEST, asset=HELI, destination=HOME, casualties=(ONE,), plan=plan),
    )


def test_a_facility_sees_who_comes_when_and_with_what_to_make_ready(told: Site, clock: FixedClock) -> None:
    coming(told)
    reserve(told, KEPT, ONE, "REQUESTED")
    clock.advance(minutes=30)
    surgeon = as_actor("clinician", facility=HOME)
    (row,) = rows(told, "arrivals", surgeon)
    assert (row["subject"], row["category"], row["leg"]["callsign"]) == (ONE, "URGENT_SURGICAL", "UN-811")
    # Ten minutes after it should have launched nobody has said that it did.
    assert (row["eta"], row["eta_hi"]) == ("2026-03-14T13:00:00.000Z", "2026-03-14T13:10:00.000Z")
    assert (row["equipment"], row["reservation"]["state"], row["age_min"]) == (["VENTILATOR"], "REQUESTED", 30)


def test_what_is_wrong_with_whom_is_seen_by_those_who_treat_and_not_by_the_next_hospital(told: Site) -> None:
    coming(told)
    assert rows(told, "arrivals", as_actor("casevac_cell"), facility=HOME)[0]["mist"]["signs"] == "pale"
    assert rows(told, "arrivals", as_actor("clinician", facility=AWAY), facility=HOME)[0]["mist"] is None
    assert rows(told, "arrivals", as_actor("clinician", facility=AWAY)) == []


def test_who_has_arrived_comes_no_more(told: Site) -> None:
    coming(told)
    happened(told, *(c.ReportLeg(leg=LEG, state=state) for state in ("LAUNCHED", "PATIENT_LOADED", "ARRIVED")))
    assert rows(told, "arrivals", as_actor("clinician", facility=HOME)) == []


# ── options ──


def test_options_rank_the_near_hospital_first_with_its_times_and_verdicts(told: Site) -> None:
    (page,) = rows(told, "options", request=REQUEST, casualty=ONE)
    assert [(one["callsign"], one["name"]) for one in page["ranked"]] == [("UN-811", "Near"), ("UN-811", "Far")]
    best = page["ranked"][0]
    # Assumed notice by day 15, 14 min out, 10 to load, 14 back, 5 to hand over, 20 to prepare the theatre.
    assert best["surgery_at"]["lo"] == rfc3339(NOON + timedelta(minutes=15 + 14 + 10 + 14 + 5 + 20))
    assert {"AUTHORITY_PENDING", "NTM_ASSUMED", "FREE:OR_CASES_LEFT_TODAY:1"} <= set(best["reasons"])
    assert (best["verdicts"]["C60"], page["about"]) == ("MET", ONE)


def test_once_the_last_operation_is_taken_the_second_goes_on_and_the_first_hospital_says_why(told: Site) -> None:
    reserve(told, KEPT, ONE, "REQUESTED", "ACCEPTED")
    (page,) = rows(told, "options", request=REQUEST, casualty=TWO)
    assert [one["name"] for one in page["ranked"]] == ["Far"]
    (why,) = page["rejected"]
    assert (why["name"], why["failing"]) == ("Near", [{"rule": "capacity", "detail": "OR_CASES_LEFT_TODAY"}])


def test_a_hospital_that_has_not_reported_for_half_a_day_is_no_option(told: Site, clock: FixedClock) -> None:
    clock.advance(hours=13)
    (page,) = rows(told, "options", request=REQUEST)
    assert page["ranked"] == []
    assert {one["failing"][-1]["rule"] for one in page["rejected"] if one["facility"]} == {"report_age"}


# ── legs: what is flagged and how old the last word is ──


def test_a_plan_that_was_right_is_flagged_when_the_destination_closes(told: Site, clock: FixedClock) -> None:
    coming(told)
    assert rows(told, "legs")[0]["flags"] == []
    happened(told, c.ReportFacility(facility=HOME, status="NORMAL", modules={"SURGERY": "CLOSED"}))
    assert rows(told, "legs")[0]["flags"] == ["module:SURGERY"]


def test_what_was_overridden_is_no_flag_and_stays_on_the_leg(told: Site) -> None:
    happened(told, c.ReportFacility(facility=HOME, status="NORMAL", modules={"SURGERY": "CLOSED"}))
    override = c.Override(rule="module", reason="stabilise there")
    happened(told, c.PlanLeg(leg=LEG, asset=HELI, destination=HOME, casualties=(ONE,), override=override))
    row = rows(told, "legs")[0]
    assert row["flags"] == []
    assert [(one["rule"], one["by_role"], one["broken"]) for one in row["overrides"]] == [
        ("module", "casevac_cell", ["module:SURGERY"])
    ]


def test_a_crew_that_does_not_check_in_turns_amber_and_red(told: Site, clock: FixedClock) -> None:
    coming(told)
    happened(told, c.ReportLeg(leg=LEG, state="LAUNCHED"))
    found = [after(clock, minutes, told, "legs")["check_in"] for minutes in (30, 1, 15)]
    assert found == ["GREEN", "AMBER", "RED"]


def test_a_position_grows_old(told: Site, clock: FixedClock) -> None:
    found = [after(clock, minutes, told, "assets")["heard"] for minutes in (2, 1, 8)]
    assert found == ["GREEN", "AMBER", "RED"]


def test_a_launch_beyond_the_notice_to_move_turns_amber_and_red(told: Site, clock: FixedClock) -> None:
    """No letter of assist says how long this helicopter takes by day: a quarter of an hour is assumed, and said so."""
    happened(told, c.SelfAuthorise(request=REQUEST, reason="he bleeds"))
    coming(told)
    found = [after(clock, minutes, told, "legs")["launch"] for minutes in (15, 5, 6)]
    assert [(one["light"], one["over_min"], one["assumed"]) for one in found] == [
        ("GREEN", 0, True),
        ("AMBER", 5, True),
        ("RED", 11, True),
    ]


def after(clock: FixedClock, minutes: int, site: Site, view: str) -> dict[str, Any]:
    clock.advance(minutes=minutes)
    return rows(site, view)[0]


def test_a_bed_is_given_once(told: Site) -> None:
    happened(told, c.Admit(admission=STAY, casualty=ONE, facility=HOME, resource="WARD", bed="7"))
    assert rows(told, "admissions")[0]["flags"] == []
    refused = send(told, c.Admit(admission=SLOT, casualty=TWO, facility=HOME, resource="WARD", bed="7"))
    assert [one.code for one in refused] == ["casualty.bed_taken"]


def test_a_bed_given_twice_by_two_sites_is_flagged_on_both(told: Site) -> None:
    """What another site has written passes no guard: it is kept, and both rows say so (invariant 10, flag)."""
    happened(told, c.Admit(admission=STAY, casualty=ONE, facility=HOME, resource="WARD", bed="7"))
    from_elsewhere(told, SLOT, e.AdmissionOpened(casualty=ONE, facility=HOME, resource="WARD", bed="7"))
    assert [row["flags"] for row in rows(told, "admissions")] == [["admitted_twice", "bed_taken_twice"]] * 2


def test_what_does_not_hold_is_a_row_with_an_owner_and_an_age(told: Site, clock: FixedClock) -> None:
    assert rows(told, "violations") == []
    happened(told, c.Admit(admission=STAY, casualty=ONE, facility=HOME, resource="WARD", bed="7"))
    from_elsewhere(told, SLOT, e.AdmissionOpened(casualty=TWO, facility=HOME, resource="WARD", bed="7"))
    clock.advance(hours=1)
    found = rows(told, "violations")
    assert [(one["rule"], one["invariant"], one["owner"], one["age_min"]) for one in found] == [
        ("bed_taken_twice", 10, "mtf_chief", 60)
    ] * 2
    assert rows(told, "violations", as_actor("commander")) == []


def test_more_aboard_than_there_is_room_for_is_flagged_when_it_comes_by_sync(told: Site) -> None:
    """Invariants 2 and 4: two legs that fetched one casualty apart, and three on two litters."""
    coming(told)
    rest = [a_subject(690 + n) for n in range(2)]
    for one in (ONE, *rest):
        from_elsewhere(told, LEG, e.CasualtyLoaded(casualty=one, place="LITTER"))
    from_elsewhere(told, RIVAL, e.LegPlanned(casualties=(ONE,)))
    from_elsewhere(told, RIVAL, e.CasualtyLoaded(casualty=ONE, place="SEAT"))
    found = {row["subject"]: row["flags"] for row in rows(told, "legs")}
    assert "room:LITTER" in found[LEG]
    assert "two_legs" in found[LEG] or "two_legs" in found[RIVAL]
