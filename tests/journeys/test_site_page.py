"""The machine room: whoever keeps a site sees its links, receipts and disk, and nobody's casualty."""

import re

import pytest
from playwright.sync_api import expect

from tests.builders import a_subject
from tests.journeys.conftest import Missions, OpenDesk
from tests.journeys.desk import LOST_LINK, NARROW, WIDE, Desk
from tests.journeys.mission import PASSWORD, Mission
from tests.journeys.people import with_person
from tests.journeys.site_status import STATUS, Answers
from tests.journeys.test_accessibility import clipped, grave, sticks_out


@pytest.fixture(scope="module")
def mission(missions: Missions) -> Mission:
    return missions.at("20:28")


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("ar", NARROW)], ids=["en-1400", "ar-412"])
def test_an_administrator_begins_at_the_machine_and_backs_it_up(
    mission: Mission, desk: OpenDesk, language: str, size: tuple[int, int]
) -> None:
    here = desk(mission, with_person(mission, "administrator"), language=language, size=size)
    here.ear.expect(r"^403 .*/api/v1/views/", "status of 403")
    answers = Answers(here.page)
    here.open("/desk/ops")
    expect(here.page).to_have_url(re.compile("/desk/site$"))
    here.is_in("ready")
    peer = here.page.locator('[data-peer="MHQ"]')
    expect(peer).to_have_attribute("data-peer-state", "up")
    expect(peer).to_contain_text(here.say("peer_state.up"))
    expect(peer.locator('[data-lane-row="1"]')).to_contain_text("300")
    expect(peer.locator('[data-lane-row="1"]')).to_contain_text("15 kB")
    expect(peer).to_contain_text("250 kbit/s")
    expect(here.page.locator('[data-receipt="MHQ"]')).to_contain_text("130")
    expect(here.page.locator('[data-site="MHQ"]')).to_contain_text("river lamp stone goat nine tree")
    assert grave(here) == []
    assert not sticks_out(here)
    here.button("site.back_up").focus()
    here.page.keyboard.press("Enter")
    expect(here.page.locator(".back-up")).to_contain_text(here.say("site.backed_up"))
    assert answers.asked == ["backup"]
    assert "X-4K0" not in here.page.content()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_link_is_cut_and_restored_by_keyboard_and_words_say_so(
    mission: Mission, desk: OpenDesk, language: str
) -> None:
    here = desk(mission, with_person(mission, "administrator"), language=language)
    here.ear.expect(r"^403 .*/api/v1/views/", "status of 403")
    answers = Answers(here.page)
    here.open("/desk/site").is_in("ready")
    switch = here.page.get_by_role("switch")
    switch.focus()
    here.page.keyboard.press("Space")
    here.is_in("partial")
    expect(here.page.locator('[data-peer="MHQ"]')).to_contain_text(here.say("peer_state.down"))
    expect(here.page.locator(".link-switch")).to_contain_text(here.say("link.switch_down"))
    expect(here.page.locator(".link-switch")).to_contain_text("256 kbit/s")
    here.page.keyboard.press("Space")
    here.is_in("ready")
    assert answers.asked == ["link False", "link True"]


def refuse(here: Desk, status: int, body: str) -> None:
    here.page.route(
        "**/api/v1/site/status",
        lambda route: route.fulfill(status=status, content_type="application/problem+json", body=body),
    )


def test_every_state_of_the_site_page(mission: Mission, desk: OpenDesk) -> None:
    admin = with_person(mission, "administrator")
    fork = {"o": "BOR", "e": "0000beef", "st": "casualty", "q": 12, "since": STATUS["as_of"]}
    for state, changes in (("first_use", {"peers": [], "sites": []}), ("conflict", {"forks": [fork]})):
        here = desk(mission, admin)
        here.ear.expect(r"^403 .*/api/v1/views/", "status of 403")
        Answers(here.page, **changes)
        here.open("/desk/site").is_in(state)
        assert grave(here) == []
    loading = desk(mission, admin)
    loading.ear.expect(r"^403 .*/api/v1/views/", "status of 403")
    loading.page.route("**/api/v1/site/status", lambda route: None)
    loading.open("/desk/site").is_in("loading")
    for state, status in (("denied", 403), ("error", 500)):
        here = desk(mission, admin)
        here.ear.expect(r"^403 ", r"^500 ", f"status of {status}", "status of 403")
        body = '{"code":"access.denied","params":{"who_can":["administrator"]}}' if status == 403 else "{}"
        refuse(here, status, body)
        here.open("/desk/site").is_in(state)
        assert grave(here) == []
    offline = desk(mission, admin)
    offline.ear.expect(r"^403 .*/api/v1/views/", "status of 403", *LOST_LINK)
    Answers(offline.page)
    offline.open("/desk/site").is_in("ready")
    offline.page.route("**/api/v1/**", lambda route: route.abort("connectionrefused"))
    offline.is_in("offline_queue")


@pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("ar", NARROW)], ids=["en-1400", "ar-412"])
def test_the_operations_room_sees_what_waits_for_whom_and_cuts_the_demonstrations_link(
    mission: Mission, desk: OpenDesk, language: str, size: tuple[int, int]
) -> None:
    here = desk(mission, language=language, size=size)
    answers = Answers(here.page)
    here.open().is_in("ready", "conflict")
    strip = here.page.locator(".link-strip")
    expect(strip).to_contain_text("MHQ")
    expect(strip).to_contain_text(here.say("peer_state.up"))
    expect(strip).to_contain_text("313")
    expect(strip).to_contain_text("20:26Z")
    strip.get_by_role("switch").focus()
    here.page.keyboard.press("Space")
    expect(strip).to_contain_text(here.say("peer_state.down"))
    assert answers.asked == ["link False"]
    assert grave(here) == []
    assert not sticks_out(here)


def test_a_lost_site_is_revoked_only_by_who_types_its_code_and_says_why(mission: Mission, desk: OpenDesk) -> None:
    """The screen of an authority; this site is none, so its own door says no and the entry stays."""
    here = desk(mission, with_person(mission, "administrator"))
    site = {**STATUS["site"], "is_authority": True}
    lost = {**STATUS["sites"][0], "code": "BOR"}
    Answers(here.page, site=site, sites=[*STATUS["sites"], lost])
    page = {
        "view": "sites", "version": 1, "as_of": STATUS["as_of"], "complete_through": STATUS["as_of"], "sources": [],
        "actions": [], "suppressed": 0, "next": None,
        "rows": [{"subject": a_subject(), "site": "BOR", "state": "ACTIVE"}],
    }  # fmt: skip
    here.page.route("**/api/v1/views/sites?*", lambda route: route.fulfill(status=200, json=page))
    here.open("/desk/site").is_in("ready")
    here.page.locator('[data-site="BOR"]').get_by_role("button").click()
    dialog = here.page.get_by_role("dialog")
    expect(dialog).to_contain_text(here.say("revoke.cutoff_here"))
    assert grave(here) == []
    confirm = dialog.get_by_role("button", name=here.about("revoke.confirm"))
    confirm.click()
    expect(dialog).to_contain_text(here.say("revoke.wrong_code"))
    dialog.get_by_label(here.about("revoke.type_code")).fill("bor")
    confirm.click()
    expect(dialog).to_contain_text(here.say("conflict.reason_missing"))
    dialog.get_by_label(here.say("conflict.reason")).fill("left on a lorry")
    confirm.click()
    expect(dialog).to_have_count(0)
    here.page.keyboard.press("4")
    here.page.get_by_role("tab", name=here.say("inbox.rejected")).click()
    expect(here.page.locator('[data-entry="rejected"]')).to_contain_text(here.say("command.sites.revoke_site"))


def test_the_machine_room_is_in_nobody_elses_menu(mission: Mission, desk: OpenDesk) -> None:
    here = desk(mission).open().is_in("ready", "conflict")
    expect(here.page.locator(".header-nav a")).to_have_count(4)


def test_the_narrowest_screen_loses_nothing(mission: Mission, desk: OpenDesk) -> None:
    here = desk(mission, with_person(mission, "administrator"), size=(320, 720), language="ar")
    here.ear.expect(r"^403 .*/api/v1/views/", "status of 403")
    Answers(here.page)
    here.open("/desk/site").is_in("ready")
    assert not sticks_out(here)
    assert clipped(here) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_site_by_itself_says_so_and_is_really_backed_up(missions: Missions, desk: OpenDesk, language: str) -> None:
    """Without any made-up answer: the doors of the site itself."""
    mission = missions.at("20:00")
    here = desk(mission, with_person(mission, "administrator"), language=language)
    here.open("/desk/site").is_in("first_use", "ready", "partial")
    expect(here.page.locator(".site-head")).to_contain_text("BENTIU")
    here.button("site.back_up").click()
    expect(here.page.locator(".back-up")).to_contain_text(here.say("site.backed_up"))
    assert list((mission.site.settings.data / "backups").iterdir())
    device = "0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3"
    with mission.api("medic") as client:
        answer = client.post("/api/v1/login", json={"user": "medic", "password": PASSWORD, "device": device})
        assert answer.status_code == 200
    here.page.reload()
    row = here.page.locator(f'[data-device="{device}"]')
    expect(row).to_contain_text("medic")
    row.get_by_role("button").click()
    here.page.get_by_role("dialog").get_by_role("button", name=here.about("device.shut_for")).click()
    expect(row).to_contain_text(here.say("device.is_shut"))
    assert grave(here) == []
