"""One night of a duty officer, from sign-in to sign-out."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Missions, OpenDesk
from tests.journeys.desk import NARROW, WIDE
from tests.journeys.mission import Mission

TWO_PATIENTS = "medevac_two_patients.xml"


@pytest.fixture(scope="module")
def mission(missions: Missions) -> Mission:
    return missions.at("20:28")


def new_tags(mission: Mission, before: set[str]) -> list[str]:
    return sorted(row["tag"] for row in mission.rows("board") if row["tag"] not in before)


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("ar", NARROW)], ids=["en-1400", "ar-412"])
def test_a_duty_officer_signs_in_and_sees_the_board(
    mission: Mission, desk: OpenDesk, language: str, size: tuple[int, int]
) -> None:
    here = desk(mission, None, language=language, size=size).open()
    expect(here.page.locator("main.door")).to_have_attribute("data-state", "ready")
    expect(here.page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    here.sign_in("duty").is_in("conflict")
    expect(here.strip).to_contain_text(here.say("strip.online"))
    expect(here.page.locator(".exercise")).to_be_visible()
    expect(here.page.locator("[data-card]")).to_have_count(len(mission.rows("board")))


def test_a_wrong_password_says_what_to_do_and_keeps_the_name(mission: Mission, desk: OpenDesk) -> None:
    here = desk(mission, None).open()
    here.ear.expect(r"^401 .*/api/v1/login$")
    here.page.get_by_label(here.say("door.user")).fill("duty")
    here.page.get_by_label(here.say("door.password")).fill("not the one")
    here.button("door.enter").click()
    expect(here.page.get_by_role("alert")).to_have_text(here.say("error.access.login_failed"))
    expect(here.page.get_by_label(here.say("door.user"))).to_have_value("duty")


def test_a_nine_line_from_the_field_is_on_the_board_without_reloading(mission: Mission, desk: OpenDesk) -> None:
    here = desk(mission).open().is_in("conflict")
    here.marked()
    before = {row["tag"] for row in mission.rows("board")}
    expect(here.page.locator("[data-card]")).to_have_count(len(before))
    mission.send_cot(TWO_PATIENTS)
    expect(here.page.locator("[data-card]")).to_have_count(len(before) + 2, timeout=3_000)
    assert not here.was_reloaded
    tag = new_tags(mission, before)[0]

    # It rings and flashes until somebody says that they have it.
    expect(here.alert).to_have_attribute("data-flashing", "true")
    expect(here.alert).to_contain_text("MED.23.100000")
    here.button("alert.acknowledge").click()
    expect(here.alert).to_have_attribute("data-open", "0")
    expect(here.alert).not_to_have_attribute("data-flashing", "true")

    here.choose(tag)
    expect(here.page.locator(".happening").first).to_be_visible()
    here.page.get_by_role("radio", name=here.say("triage.T1")).click(force=True)
    expect(here.card(tag)).to_have_attribute("data-triage", "T1")
    expect(here.page.locator(".undo")).to_contain_text(here.about("undo.recorded"))
    assert [row["facts"]["category"] for row in mission.happened(tag, "casualty.triage_assigned")] == ["T1"]

    # No earlier time is known than that of the report: one tap gives one, and the clocks have two ends.
    here.button("well.before", minutes=15, clock="").first.click()
    expect(here.page.get_by_role("group", name=here.say("well.question"))).to_have_count(0)
    clock = next(one for one in mission.row(tag)["clocks"] if one["code"] == "C60")
    assert clock["t0"]["lo"] is not None


def test_a_tap_can_be_taken_back(mission: Mission, desk: OpenDesk) -> None:
    here = desk(mission).open().is_in("conflict").choose("X-4K00C-D")
    expect(here.card("X-4K00C-D")).to_have_attribute("data-triage", "T2")
    here.page.get_by_role("radio", name=here.say("triage.T3")).click(force=True)
    expect(here.card("X-4K00C-D")).to_have_attribute("data-triage", "T3")
    here.button("undo.action").click()
    expect(here.card("X-4K00C-D")).to_have_attribute("data-triage", "T2")


def test_two_values_stay_side_by_side_until_somebody_decides_and_says_why(mission: Mission, desk: OpenDesk) -> None:
    tag = "X-4K008-N"
    row = mission.row(tag)
    for login, category in (("medic", "T1"), ("cell", "T3")):
        command = {"t": "casualty.assign_triage", "casualty": row["subject"], "category": category, "scheme": "SIEVE"}
        mission.post(login, command, base=[row["triage_event"]])
    here = desk(mission).open().is_in("conflict")
    expect(here.card(tag)).to_have_attribute("data-conflict", "true")
    expect(here.card(tag)).to_contain_text("2 values")
    here.choose(tag)
    both = here.page.locator('[data-conflict-field="triage"]')
    expect(both.locator(".conflict-value")).to_have_count(2)

    both.get_by_role("button", name=here.about("conflict.take")).first.click()
    expect(both).to_contain_text(here.say("conflict.reason_missing"))

    # The reason survives a change of language, because nothing is reloaded.
    here.marked()
    both.get_by_label(here.say("conflict.reason")).fill("seen by the flight medic")
    here.speak("ar")
    expect(here.page.locator("html")).to_have_attribute("dir", "rtl")
    expect(both.get_by_label(here.say("conflict.reason"))).to_have_value("seen by the flight medic")
    assert not here.was_reloaded
    both.get_by_role("button", name=here.about("conflict.take")).first.click()
    expect(both).to_have_count(0)
    expect(here.card(tag)).not_to_have_attribute("data-conflict", "true")
    assert mission.row(tag)["conflicts"] == []


def test_language_and_theme_are_kept_over_a_reload(mission: Mission, desk: OpenDesk) -> None:
    here = desk(mission).open().is_in("conflict").dress("night").speak("ar")
    here.page.reload()
    here.is_in("conflict")
    expect(here.page.locator("html")).to_have_attribute("lang", "ar")
    expect(here.page.locator("html")).to_have_attribute("dir", "rtl")
    assert here.theme == "night"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_everything_can_be_done_by_keyboard(mission: Mission, desk: OpenDesk, language: str) -> None:
    here = desk(mission, language=language).open().is_in("conflict")
    page, keys = here.page, here.page.keyboard
    expect(page.locator("[data-card]")).to_have_count(len(mission.rows("board")))
    focused = page.locator(":focus")

    keys.press("/")
    expect(focused).to_have_attribute("type", "search")
    keys.type("4k0o6s")  # without dashes, and with the letter O for the digit
    expect(page.locator("[data-card]")).to_have_count(1)
    expect(here.card("X-4K006-S")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("[data-card]")).to_have_count(len(mission.rows("board")))

    keys.press("Tab")
    expect(focused).to_have_attribute("data-card", re.compile("."))
    first = focused.get_attribute("data-card")
    keys.press("ArrowDown")
    second = focused.get_attribute("data-card")
    assert second not in (first, None)
    lane = focused.evaluate("card => card.closest('[data-lane]').dataset.lane")
    keys.press("ArrowLeft" if language == "ar" else "ArrowRight")
    assert focused.evaluate("card => card.closest('[data-lane]').dataset.lane") != lane
    chosen = focused.get_attribute("data-card")
    keys.press("Enter")
    expect(page.locator(f'[data-subject="{chosen}"]')).to_be_visible()

    keys.press("?")
    expect(page.get_by_role("dialog")).to_contain_text(here.say("keys.search"))
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    keys.press("4")
    expect(page).to_have_url(re.compile("/desk/conflicts$"))
    keys.press("2")
    expect(page).to_have_url(re.compile("/desk/alerts$"))
    keys.press("1")
    here.is_in("conflict")


def test_the_skip_link_is_first_and_leads_past_the_header(mission: Mission, desk: OpenDesk) -> None:
    here = desk(mission).open().is_in("conflict")
    here.page.keyboard.press("Tab")
    expect(here.page.locator(":focus")).to_have_class("skip")
    here.page.keyboard.press("Enter")
    expect(here.page.locator("#main")).to_be_focused()


def test_signing_out_ends_the_session_and_leaves_nothing_to_see(
    missions: Missions, mission: Mission, desk: OpenDesk
) -> None:
    here = desk(mission, None).open().sign_in("cell").is_in("conflict")
    here.button("action.sign_out").click()
    expect(here.page.get_by_label(here.say("door.user"))).to_be_visible()
    assert "X-4K0" not in here.page.content()
    here.page.go_back()
    here.open()
    expect(here.page.get_by_label(here.say("door.user"))).to_be_visible()
