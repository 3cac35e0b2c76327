"""A desk that several people share: locked, opened, and handed to the next person."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Missions, OpenDesk
from tests.journeys.desk import NARROW, WIDE
from tests.journeys.mission import PASSWORD, Mission

PIN = "482913"


@pytest.fixture(scope="module")
def mission(missions: Missions) -> Mission:
    return missions.at("20:28")


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("ar", NARROW)], ids=["en-1400", "ar-412"])
def test_a_shared_desk_is_locked_opened_and_handed_over(
    mission: Mission, desk: OpenDesk, language: str, size: tuple[int, int]
) -> None:
    here = desk(mission, None, language=language, size=size).open()
    here.ear.expect(r"^422 .*/session/unlock", r"status of 422")
    here.sign_in("duty").is_in("conflict")
    here.button("lock.lock").click()
    here.page.get_by_role("textbox", name=here.say("lock.pin")).fill(PIN)
    here.page.get_by_role("dialog").get_by_role("button", name=here.say("lock.lock")).click()

    # Nothing of the desk is left on the page, and loading it anew brings nothing back.
    locked = here.page.locator("main[data-locked=true]")
    expect(locked).to_be_visible()
    expect(here.page.locator("[data-card]")).to_have_count(0)
    here.page.reload()
    expect(locked).to_be_visible()

    here.page.get_by_role("textbox", name=here.say("lock.pin")).fill("000000")
    here.button("lock.unlock").click()
    expect(here.page.get_by_role("alert")).to_have_text(here.say("error.access.pin_wrong", tries=4))
    here.page.get_by_role("textbox", name=here.say("lock.pin")).fill(PIN)
    here.button("lock.unlock").click()
    here.is_in("conflict")

    here.page.get_by_role("button", name=here.say("watch.short"), exact=True).click()
    dialog = here.page.get_by_role("dialog")
    dialog.get_by_label(here.say("door.user")).fill("cell")
    dialog.get_by_label(here.say("door.password")).fill(PASSWORD)
    dialog.get_by_role("button", name=here.say("watch.take")).click()
    expect(here.page.locator(".watch-taken")).to_contain_text(here.about("watch.taken"))
    here.is_in("conflict")
    expect(here.page.locator(".header-role")).to_contain_text(here.say("role.casevac_cell"))


def test_a_locked_desk_rings_for_a_new_alert_and_tells_nothing_of_it(mission: Mission, desk: OpenDesk) -> None:
    here = desk(mission, None).open()
    here.sign_in("duty").is_in("conflict")
    here.button("lock.lock").click()
    here.page.get_by_role("textbox", name=here.say("lock.pin")).fill(PIN)
    here.page.get_by_role("dialog").get_by_role("button", name=here.say("lock.lock")).click()
    expect(here.page.locator("main[data-locked=true]")).to_be_visible()
    mission.send_cot("medevac_two_patients.xml")
    expect(here.page.get_by_role("alert")).to_have_text(here.say("lock.alert"))
    assert "MED.23.100000" not in here.page.content()
