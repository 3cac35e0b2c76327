"""The map in a browser without a graphics card: drawn, anonymous, with its notice, and never the only way."""

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Missions, OpenDesk
from tests.journeys.mission import Mission


@pytest.fixture(scope="module")
def mission(missions: Missions) -> Mission:
    return missions.at("20:28")


def seen_text(marks: Locator) -> set[str]:
    return {text.strip() for text in marks.all_inner_texts() if text.strip()}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_map_is_drawn_and_carries_the_notice_in_the_language_of_the_reader(
    mission: Mission, desk: OpenDesk, language: str
) -> None:
    here = desk(mission, language=language).open().is_in("conflict").map_is_drawn()
    notices = {row.language: row.text for row in mission.site.policies.map_notice.notice}
    expect(here.page.locator(".map-notice")).to_have_text(notices[language])
    expect(here.page.locator(".map-notice")).to_be_in_viewport()
    # A map is never mirrored; what is written on it reads from left to right.
    expect(here.page.locator(".map-frame")).to_have_css("direction", "ltr")
    here.page.wait_for_function("document.querySelector('.map canvas').width > 0")


def test_markers_carry_tags_and_nothing_else_about_a_person(mission: Mission, desk: OpenDesk) -> None:
    here = desk(mission).open().is_in("conflict").map_is_drawn()
    tags = {row["tag"] for row in mission.rows("board")}
    labels = seen_text(here.page.locator(".pin[data-kind=casualty] .pin-label"))
    assert labels <= tags
    titles = {mark.get_attribute("title") for mark in here.page.locator(".pin[data-kind=casualty]").all()}
    assert titles <= tags
    assert here.page.locator(".pin, .pin-cluster").count() > 0


def test_everything_on_the_map_is_in_a_list_that_leads_to_the_casualty(mission: Mission, desk: OpenDesk) -> None:
    here = desk(mission).open().is_in("conflict").map_is_drawn()
    here.button("map.show_list").click()
    listed = here.page.locator(".map-list")
    placed = [row for row in mission.rows("board") if row["position"] and row["lane"] != "closed"]
    means = [row for view in ("assets", "facilities") for row in mission.rows(view) if row["position"]]
    expect(listed.locator("li")).to_have_count(len(placed) + len(means))
    listed.get_by_role("button", name=placed[0]["tag"]).press("Enter")
    expect(here.page.locator(f'[data-subject="{placed[0]["tag"]}"]')).to_be_visible()


def test_the_map_draws_anew_in_another_language_and_theme(mission: Mission, desk: OpenDesk) -> None:
    here = desk(mission).open().is_in("conflict").map_is_drawn().dress("night").map_is_drawn()
    here.speak("ar").map_is_drawn()
    expect(here.page.locator(".pin, .pin-cluster").first).to_be_visible()
