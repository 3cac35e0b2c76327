"""Figures and replays as they leave a site: who may see which number, and what was known when."""

from datetime import timedelta
from typing import Any

import pytest

from dunant.casualty import commands as c
from dunant.kernel.errors import Denied, Invalid, NotFound
from dunant.kernel.events import At
from dunant.services.build import Site
from dunant.services.reading import Query
from tests.builders import a_subject, as_actor, as_author, asked, send
from tests.fakes import NOON, FixedClock

INCIDENT, LEG, ASSET, REQUEST = (a_subject(n) for n in range(820, 824))
HURT = [a_subject(n) for n in range(830, 837)]
MEDIC, CELL, OFFICER = as_author("medic@A", "medic"), as_author("casevac_cell@HQ"), as_author("duty_officer@HQ")


@pytest.fixture
def engine() -> str:
    """Reading does not depend on the engine; the store's own tests cover both."""
    return "sqlite"


def at(minutes: float) -> At:
    return At(t=NOON + timedelta(minutes=minutes))


@pytest.fixture
def told(site: Site, clock: FixedClock) -> Site:
    """Seven hurt at noon, two of them of one contingent; a request after eight minutes and a late decision."""
    done = send(site, c.OpenIncident(incident=INCIDENT, type="IED", estimate=7), author=MEDIC)
    for number, casualty in enumerate(HURT):
        done += send(
            site,
            c.ReportCasualty(casualty=casualty, incident=INCIDENT),
            c.RecordDetails(casualty=casualty, contingent="EAST" if number < 2 else "WEST", cause="BATTLE"),
            asked(c.EstimateInjuryTime(casualty=casualty), at=at(0)),
            c.AssignTriage(casualty=casualty, category="T1", scheme="SIEVE"),
            author=MEDIC,
        )
    done += send(
        site,
        asked(c.RequestEvacuation(request=REQUEST, kind="CASEVAC", dialect="UN", casualties=(HURT[0],)), at=at(8)),
        author=CELL,
    )
    clock.advance(minutes=40)
    assert {one.outcome for one in done} == {"accepted"}
    return site


def rows(site: Site, view: str, who: str = "casevac_cell@HQ", **equal: str) -> list[dict[str, Any]]:
    return site.pages.read(as_actor(who), Query(view=view, equal=equal)).rows


def test_minutes_beyond_the_expected_are_listed_as_unattributed_until_somebody_says_why(told: Site) -> None:
    send(told, asked(c.RecordMilestone(casualty=HURT[0], code="M5"), at=at(30)), author=CELL)
    (delay,) = rows(told, "delays", subject=HURT[0])
    assert (delay["start"], delay["end"], delay["actual_min"], delay["excess_min"]) == ("M4", "M5", 22, 12)
    assert delay["reasons"] == [{"code": "UNATTRIBUTED", "minutes": 12}]
    assert delay["proposed"] == ["APPROVAL_WAIT"]
    send(told, c.AttributeDelay(casualty=HURT[0], gap=("M4", "M5"), code="APPROVAL_WAIT", minutes=9), author=CELL)
    (delay,) = rows(told, "delays", subject=HURT[0])
    assert delay["reasons"] == [{"code": "APPROVAL_WAIT", "minutes": 9}, {"code": "UNATTRIBUTED", "minutes": 3}]
    assert rows(told, "delays", "commander@A") == [], "whoever sees no clocks sees no lost minutes"


def test_compliance_counts_everybody_once_and_real_apart_from_exercise(told: Site) -> None:
    send(told, c.LinkSubjects(casualty=HURT[5], other=HURT[6]), author=CELL)
    (c60,) = [row for row in rows(told, "compliance", "force_medical_officer@HQ") if row["clock"] == "C60"]
    assert (c60["n"], c60["definition"]) == (6, "C1012-v1")
    assert [row["n"] for row in rows(told, "compliance", "force_medical_officer@HQ", exercise="false")] == [0, 0, 0]


def test_who_sees_figures_only_is_not_told_a_small_number_nor_one_that_gives_it_away(told: Site) -> None:
    seen = {
        row["group"]: row["n"]
        for row in rows(told, "compliance", "epidemiologist@HQ", by="contingent")
        if row["clock"] == "C10"
    }
    assert seen == {"EAST": None, "WEST": None}, "five of seven in WEST would tell two in EAST"
    whole = rows(told, "compliance", "force_medical_officer@HQ", by="contingent")
    assert {row["group"]: row["n"] for row in whole if row["clock"] == "C10"} == {"EAST": 2, "WEST": 5}
    with pytest.raises(Denied):
        rows(told, "compliance", "medic@A")
    with pytest.raises(Invalid):
        rows(told, "compliance", "force_medical_officer@HQ", by="author")


def test_a_replay_shows_what_was_known_then_and_not_what_is_known_now(told: Site, clock: FixedClock) -> None:
    before = NOON + timedelta(minutes=20)
    send(told, c.OverrideTriage(casualty=HURT[0], category="T2", scheme="SIEVE", reason="walks"), author=OFFICER)
    found = {row["subject"]: row for row in rows(told, "replay", incident=INCIDENT, at=before.isoformat())}
    assert found[HURT[0]]["triage"] == "T1"
    assert {row["subject"]: row for row in rows(told, "board")}[HURT[0]]["triage"] == "T2"
    assert rows(told, "replay", incident=INCIDENT, at=(NOON - timedelta(hours=1)).isoformat()) == []
    (clock_then,) = [one for one in found[HURT[0]]["clocks"] if one["code"] == "C10"]
    assert clock_then["verdict"] == "BREACH_CERTAIN"
    with pytest.raises(NotFound):
        rows(told, "replay", incident=a_subject(899), at=before.isoformat())
    with pytest.raises(Invalid):
        rows(told, "replay", incident=INCIDENT, at="yesterday")


def test_many_hurt_at_once_are_counted_by_colour_and_the_mode_is_proposed_not_set(told: Site) -> None:
    (row,) = rows(told, "mascal")
    assert (row["declared"], row["proposed"], row["tracked"]) == (False, ["TRACKED_ABOVE"], 7)
    assert row["counts"] == {"T1": {"reported": 7}}
    send(told, c.DeclareMascal(incident=INCIDENT), author=MEDIC)
    (row,) = rows(told, "mascal")
    assert row["declared"]
    (row,) = rows(told, "mascal", "mission_hq@HQ")
    assert row["counts"] == {}, "whoever sees no categories is not told how many of each there are"


def test_both_of_two_estimates_made_apart_are_shown(told: Site) -> None:
    seen = told.pages.read(as_actor("medic@A"), Query(view="timeline", equal={"subject": HURT[0]})).rows
    assert seen
    first = rows(told, "incidents")[0]["estimates"][0]["event"]
    send(told, asked(c.ReportEstimate(incident=INCIDENT, total=9), base=[first]), author=MEDIC)
    send(told, asked(c.ReportEstimate(incident=INCIDENT, total=8), base=[first]), author=CELL)
    (incident,) = rows(told, "incidents")
    assert sorted(one["total"] for one in incident["estimates"]) == [8, 9]
    assert (incident["estimate"], incident["unaccounted"]) == (9, 2)
