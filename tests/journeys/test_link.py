"""The server stops in the middle, the session ends, an address is wrong: nothing is lost and everything is said."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Missions, OpenDesk
from tests.journeys.desk import LOST_LINK, NARROW, WIDE
from tests.journeys.mission import Mission


@pytest.fixture(scope="module")
def mission(missions: Missions) -> Mission:
    return missions.at("20:00")


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("ar", NARROW)], ids=["en-1400", "ar-412"])
def test_what_is_entered_while_the_server_is_stopped_arrives_once_when_it_is_back(
    mission: Mission, desk: OpenDesk, language: str, size: tuple[int, int]
) -> None:
    tag = "X-4K007-Q" if language == "en" else "X-4K008-N"
    here = desk(mission, None, language=language, size=size).open().sign_in("duty").is_in("ready")
    here.ear.expect(*LOST_LINK)
    here.choose(tag)
    cards = here.page.locator("[data-card]").count()
    before = len(mission.happened(tag, "casualty.triage_assigned"))
    try:
        mission.stop()
        expect(here.strip).to_contain_text(here.about("strip.offline"))
        here.is_in("offline_queue")
        expect(here.page.locator(".notice")).to_contain_text(here.about("state.offline"))
        assert here.page.locator("[data-card]").count() == cards

        here.page.get_by_role("radio", name=here.say("triage.T3")).click(force=True)
        expect(here.side).to_contain_text(here.say("flag.unsent"))
        expect(here.card(tag)).to_have_attribute("data-unsent", "true")
        expect(here.card(tag)).to_have_attribute("data-triage", "T2")
        here.strip.click()
        expect(here.page.locator('[data-entry="waiting"], [data-entry="sending"]').first).to_be_visible()
        here.page.keyboard.press("Escape")
    finally:
        mission.start()
    expect(here.strip).to_contain_text(here.say("strip.online"), timeout=25_000)
    expect(here.card(tag)).to_have_attribute("data-triage", "T3")
    expect(here.card(tag)).not_to_have_attribute("data-unsent", "true")
    here.is_in("ready")
    assert len(mission.happened(tag, "casualty.triage_assigned")) == before + 1


def test_a_server_that_does_not_answer_at_the_door_is_said_and_asked_again(mission: Mission, desk: OpenDesk) -> None:
    here = desk(mission, None).open()
    here.ear.expect(*LOST_LINK)
    expect(here.page.get_by_label(here.say("door.user"))).to_be_visible()
    mission.stop()
    try:
        here.sign_in("duty")
        expect(here.page.get_by_role("alert")).to_have_text(here.say("door.unreachable"))
    finally:
        mission.start()
    here.button("door.enter").click()
    here.is_in("ready")


def test_a_session_that_ends_leads_to_the_sign_in_and_back_to_the_same_casualty(
    mission: Mission, desk: OpenDesk
) -> None:
    here = desk(mission, None).open().sign_in("cell").is_in("ready").choose("X-4K009-K")
    here.ear.expect(r"^401 ")
    mission.end_sessions("cell")
    mission.send_cot("alert.xml")
    expect(here.page.get_by_label(here.say("door.user"))).to_be_visible()
    assert "X-4K0" not in here.page.locator("body").inner_text()
    here.sign_in("cell").is_in("ready")
    expect(here.page.locator('[data-subject="X-4K009-K"]')).to_be_visible()


def test_an_address_of_the_desk_that_does_not_exist_shows_the_operations(mission: Mission, desk: OpenDesk) -> None:
    here = desk(mission).open("/desk/nowhere").is_in("ready")
    expect(here.page.locator("h1")).to_have_text(here.say("place.ops"))


def test_any_other_address_is_not_found_and_says_nothing_about_the_site(mission: Mission, desk: OpenDesk) -> None:
    here = desk(mission)
    here.ear.expect(r"^404 .*/nowhere$", "status of 404")
    answer = here.page.goto(mission.url + "/nowhere")
    assert answer is not None
    assert answer.status == 404
    assert answer.json()["code"] == "http.404"
    assert mission.site.row.code not in answer.text()
