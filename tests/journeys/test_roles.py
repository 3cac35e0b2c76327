"""Who sees what on the screen: whoever may not read is told who can, and a commander sees no clinical fact."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Missions, OpenDesk
from tests.journeys.mission import Mission


@pytest.fixture(scope="module")
def mission(missions: Missions) -> Mission:
    return missions.at("20:28")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_epidemiologist_is_told_who_can_see_the_board(mission: Mission, desk: OpenDesk, language: str) -> None:
    here = desk(mission, "epi", language=language)
    here.ear.expect(r"^403 .*/api/v1/views/", "status of 403")
    here.open().is_in("denied")
    notes = here.page.locator(".notes")
    expect(notes).to_contain_text(here.about("denied.what"))
    expect(notes).to_contain_text(here.say("role.duty_officer"))
    assert "X-4K0" not in here.page.content()


def test_a_commander_sees_tag_and_status_and_nothing_clinical_anywhere_in_the_page(
    mission: Mission, desk: OpenDesk
) -> None:
    here = desk(mission, "commander").open().is_in("ready", "partial", "conflict")
    here.ear.expect(r"^403 .*/api/v1/views/", "status of 403")
    expect(here.page.locator("[data-card]")).to_have_count(len(mission.rows("board")))
    here.choose("X-4K005-V")
    expect(here.side).to_contain_text("X-4K005-V")
    content = here.page.content()
    assert set(re.findall(r'data-triage="(\w+)"', content)) <= {"none"}
    assert not here.page.locator(".side .position").count()
    assert not here.page.locator(".pin[data-kind=casualty], .pin-cluster").count()
    assert not here.page.locator(".clock-row, .clock-detail").count()
    assert here.page.get_by_role("radio").count() == 0


def test_a_medic_sees_own_casualties_and_is_told_what_only_others_may_do(mission: Mission, desk: OpenDesk) -> None:
    here = desk(mission, "medic").open().is_in("ready", "conflict")
    expect(here.page.locator("[data-card]").first).to_be_visible()
    expect(here.button("assign.open")).to_have_count(0)
