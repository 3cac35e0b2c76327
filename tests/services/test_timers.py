"""Timers with a clock that stands still until it is moved: once each, at the site of origin, and over a restart."""

import time
from typing import Any, cast

import pytest

from dunant.casualty import commands as c
from dunant.kernel.places import Position
from dunant.services import timers
from dunant.services.build import Site
from dunant.services.reading import Query
from dunant.services.timers import escalate, found_due
from dunant.store.snapshot import snapshot
from tests.builders import a_subject, as_actor, as_author, send
from tests.fakes import FixedClock

ALERT, REQUEST, ONE = (a_subject(n) for n in range(740, 743))


@pytest.fixture
def engine() -> str:
    return "sqlite"


def later(site: Site, minutes: float) -> int:
    cast(FixedClock, site.clock).advance(minutes=minutes)
    return escalate(site)


def page(site: Site, view: str, who: str = "duty_officer@HQ") -> list[dict[str, Any]]:
    return site.pages.read(as_actor(who), Query(view=view)).rows


def a_call(site: Site) -> None:
    send(
        site,
        c.RecordAlert(alert=ALERT, channel="VOICE", callsign="CONVOY-6"),
        c.ReportCasualty(casualty=ONE),
        c.AssignTriage(casualty=ONE, category="T1", scheme="SIEVE"),
        c.RequestEvacuation(
            request=REQUEST,
            kind="CASEVAC",
            dialect="UN",
            casualties=(ONE,),
            alert=ALERT,
            pickup=Position(lat=9.45, lon=29.55),
            lines={"counts": {"URGENT": 1}},
        ),
    )


def test_an_alert_that_nobody_answers_climbs_one_role_at_a_time_and_each_step_once(site: Site) -> None:
    a_call(site)
    assert later(site, 4) == 0
    assert later(site, 1) == 1
    assert escalate(site) == 0
    (row,) = page(site, "alerts")
    assert (row["status"], [one["to_role"] for one in row["escalations"]]) == ("ESCALATED", ["duty_officer"])
    assert later(site, 5) == 1
    assert [one["attempt"] for one in page(site, "alerts")[0]["escalations"]] == [1, 2]


def test_after_a_long_time_off_the_roles_are_asked_one_after_another_all_the_same(site: Site) -> None:
    a_call(site)
    assert later(site, 600) == 2
    assert escalate(site) == 0
    assert len(page(site, "alerts")[0]["escalations"]) == 1


def test_who_only_hears_it_stops_nothing_and_who_can_act_stops_it(site: Site) -> None:
    a_call(site)
    send(site, c.AcknowledgeAlert(alert=ALERT), author=as_author("mission_hq@HQ"))
    assert later(site, 5) == 1
    send(site, c.AcknowledgeAlert(alert=ALERT), author=as_author("duty_officer@HQ"))
    assert later(site, 5) == 0


def test_a_launch_that_nobody_decides_is_asked_of_the_next_and_a_decision_ends_it(site: Site) -> None:
    a_call(site)
    send(site, c.AcknowledgeAlert(alert=ALERT), author=as_author("duty_officer@HQ"))
    assert later(site, 15) == 1
    (row,) = page(site, "requests")
    assert row["waiting_on"] == "commander"
    assert (row["slowest_step"], row["decisions"]["LAUNCH"]["escalated_to"]) == ("LAUNCH", "commander")
    decision = c.Decide(request=REQUEST, step="LAUNCH", decision="APPROVED")
    (outcome,) = send(site, decision, author=as_author("commander@SECTOR"))
    assert outcome.outcome == "accepted"
    assert later(site, 60) == 0
    (row,) = page(site, "requests")
    assert (row["status"], row["authorised_by"], row["waiting_on"]) == ("AUTHORISED", "commander", None)


def test_a_site_asks_only_about_what_began_with_it(site: Site) -> None:
    a_call(site)
    cast(FixedClock, site.clock).advance(minutes=20)
    with snapshot(site.database, site.views, site.registry) as look:
        assert len(found_due(look, site.policies, site.row.code, site.clock.now())) == 2
        assert found_due(look, site.policies, "ELSEWHERE", site.clock.now()) == []


def test_the_duty_officer_sees_what_is_open_until_when_and_whether_one_tap_is_allowed(site: Site) -> None:
    a_call(site)
    cast(FixedClock, site.clock).advance(minutes=11)
    alert, launch = page(site, "decisions")
    assert (alert["task"], alert["overdue"], alert["light"], alert["allowed"]) == ("ALERT", True, "RED", True)
    assert (launch["task"], launch["step"], launch["overdue"], launch["light"]) == (
        "DECISION",
        "LAUNCH",
        False,
        "AMBER",
    )
    assert (launch["asked"], launch["next_role"], launch["waited_min"]) == ("duty_officer", "commander", 11.0)
    assert launch["allowed"] and launch["needs"] == []
    (_, seen) = page(site, "decisions", "mission_hq@HQ")
    assert not seen["allowed"] and seen["who_can"] == ["duty_officer", "commander", "mission_support"]


def test_when_everybody_has_been_asked_it_is_overdue_and_says_that_nobody_is_left(site: Site) -> None:
    a_call(site)
    for _ in range(3):
        later(site, 5)
    (alert, _) = page(site, "decisions")
    assert (alert["next_role"], alert["attempts"], alert["overdue"]) == (None, 3, False)
    assert later(site, 6) == 0
    assert [row["overdue"] for row in page(site, "decisions") if row["task"] == "ALERT"] == [True]


def test_a_launch_on_own_authority_becomes_a_task_of_its_reviewers(site: Site) -> None:
    a_call(site)
    send(site, c.SelfAuthorise(request=REQUEST, reason="bleeding"), author=as_author("medic@ALPHA"))
    tasks = {row["task"]: row for row in page(site, "decisions", "chief_medical_officer@HQ")}
    assert set(tasks) == {"ALERT", "REVIEW"} and tasks["REVIEW"]["allowed"]
    review = c.ReviewSelfAuthorisation(request=REQUEST, finding="JUSTIFIED")
    send(site, review, author=as_author("chief_medical_officer@HQ"))
    assert [row["task"] for row in page(site, "decisions")] == ["ALERT"]


def test_a_posture_changes_who_is_asked_and_everybody_on_duty_sees_it(site: Site) -> None:
    (refused,) = send(site, c.SetPosture(posture="MASCAL"), author=as_author("medic@ALPHA"))
    assert (refused.outcome, refused.code) == ("rejected", "access.denied")
    send(site, c.SetPosture(posture="MASCAL", reason="nine hurt"), author=as_author("duty_officer@HQ"))
    (row,) = page(site, "postures", "commander@SECTOR")
    assert (row["posture"], row["reason"]) == ("MASCAL", "nine hurt")
    a_call(site)
    (asked,) = page(site, "requests")
    assert (asked["status"], asked["decisions"]["LAUNCH"]["state"]) == ("AUTHORISED", "AUTO")


def test_the_medevac_pipeline_measures_from_approval_to_referral_against_the_thresholds(site: Site) -> None:
    send(
        site,
        c.ReportCasualty(casualty=ONE),
        c.RequestEvacuation(request=REQUEST, kind="MEDEVAC_EMERG", dialect="UN", casualties=(ONE,)),
    )
    duty = as_author("duty_officer@HQ")
    clock = cast(FixedClock, site.clock)
    clock.advance(minutes=30)
    send(site, c.ValidateRequest(request=REQUEST), author=duty)
    send(site, c.Decide(request=REQUEST, step="LAUNCH", decision="APPROVED"), author=duty)
    clock.advance(minutes=180)
    (row,) = page(site, "pipeline", "force_medical_officer@HQ")
    assert (row["request_to_approval_h"], row["approval_to_referral_h"], row["running"]) == (0.5, 3.0, True)
    assert (row["light"], row["slowest_step"], row["waiting_on"]) == ("AMBER", "RECEIVING_ACCEPTANCE", "clinician")


def test_a_serving_process_looks_by_itself_until_it_is_closed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timers, "EVERY_S", 0.01)
    monkeypatch.setattr(timers, "SHORTEST_S", 0.01)
    a_call(site)
    cast(FixedClock, site.clock).advance(minutes=5)
    running = timers.Timers(site)
    until = time.monotonic() + 10
    while page(site, "alerts")[0]["status"] != "ESCALATED" and time.monotonic() < until:
        time.sleep(0.02)
    running.close()
    cast(FixedClock, site.clock).advance(minutes=60)
    time.sleep(0.05)
    assert len(page(site, "alerts")[0]["escalations"]) == 1
