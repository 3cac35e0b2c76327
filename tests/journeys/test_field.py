"""A phone without a network: nothing is lost or arrives twice, nobody signs another's work, everything is said."""

import contextlib
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from dunant.kernel.ids import tag
from dunant.services.taking import import_outbox
from scripts.find_chromium import find_chromium
from tests.journeys.conftest import Missions, OpenPhone
from tests.journeys.desk import UI
from tests.journeys.mission import PASSWORD, Mission
from tests.journeys.phone import PHONE, PIN, SMALL, Phone, profile

# Two tags on paper, as another block would have printed them.
PAPER, RIGHT = tag("X", 700, 1), tag("X", 700, 2)
PICTURES = UI.parent / "build" / "pictures"
AXE = UI / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def mission(missions: Missions) -> Mission:
    return missions.at("20:00")


def reported_by(mission: Mission, login: str) -> list[dict[str, Any]]:
    user = next(one.user for one in mission._accounts().list() if one.login == login)
    with mission.api("medic") as client:
        page = client.get("/api/v1/views/board", params={"author": user, "limit": 1000}).json()
    rows: list[dict[str, Any]] = page["rows"]
    return rows


def recorded(mission: Mission) -> int:
    with mission.site.database.reading() as connection:
        count: int = connection.exec_driver_sql("SELECT count(*) FROM event WHERE st = 'casualty'").scalar_one()
    return count


@pytest.mark.parametrize(("language", "size"), [("en", PHONE), ("ar", SMALL)], ids=["en-412", "ar-360"])
def test_a_casualty_takes_three_taps_and_is_on_record(
    mission: Mission, phone: OpenPhone, language: str, size: tuple[int, int]
) -> None:
    here = phone(mission, language=language, size=size).open().sign_in("medic")
    before = here.cards.count()
    here.record("T2")
    expect(here.strip).to_contain_text(here.say("strip.online"))
    expect(here.cards).to_have_count(before + 1)
    expect(here.cards.first).not_to_have_attribute("data-casualty", "untagged")
    expect(here.cards.first).not_to_have_attribute("data-unsent", "true")
    expect(here.cards.first.locator("[data-triage]")).to_have_attribute("data-triage", "T2")


def test_fifty_entries_survive_a_stopped_server_a_reload_and_a_killed_browser_and_arrive_once(
    mission: Mission, browser: Browser, tmp_path: Path
) -> None:
    kind = browser.browser_type
    found = find_chromium()
    started: dict[str, Any] = {
        "executable_path": found.executable_path,
        "args": list(found.args),
        "env": dict(found.env),
    }
    context = kind.launch_persistent_context(profile(tmp_path / "phone"), **started)
    here = Phone(context, mission).open().sign_in("medic", PIN).is_ready_without_a_network()
    on_record, before = recorded(mission), len(reported_by(mission, "medic"))
    mission.stop()
    try:
        for number in range(24):
            here.record(("T1", "T2", "T3")[number % 3])
        expect(here.cards.first).to_have_attribute("data-unsent", "true")
        here.page.reload()
        here.is_at("locked")
        expect(here.strip).to_contain_text("48 records not yet on the server")
        here.unlock().is_at("home").record("T1")
        expect(here.strip).to_contain_text("50 records not yet on the server")
        assert len(here.stored()) == 50
        pid = _pid_of(tmp_path / "phone")
        _kill(pid)
        with pytest.raises(Exception, match=r"closed|crash"):
            for _ in range(100):
                here.page.wait_for_timeout(100)
                here.page.title()
    finally:
        mission.start()
    context = kind.launch_persistent_context(profile(tmp_path / "phone"), **started)
    again = Phone(context, mission).open().is_at("locked")
    # Nobody has unlocked: what waits leaves sealed.
    expect(again.strip).to_contain_text("0 records not yet on the server", timeout=30_000)
    again.unlock().is_at("home")
    assert len(reported_by(mission, "medic")) == before + 25
    assert recorded(mission) == on_record + 50
    context.close()


def _pid_of(folder: Path) -> int:
    """Process of the browser itself: it alone of all that name this folder has no type. Not every build of Chromium
    leaves a lock in the folder that says which it is."""
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
            if f"--user-data-dir={folder}" in words and not any(word.startswith("--type=") for word in words):
                return int(entry.name)
    raise LookupError(folder)


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def test_two_tabs_send_what_waits_once(mission: Mission, phone: OpenPhone) -> None:
    here = phone(mission).open().sign_in("medic").is_ready_without_a_network()
    on_record = recorded(mission)
    mission.stop()
    try:
        here.record().record()
        there = Phone(here.context, mission).open().is_at("locked")
        expect(there.strip).to_contain_text("4 records not yet on the server")
    finally:
        mission.start()
    for window in (here, there):
        window.page.evaluate("dispatchEvent(new Event('online'))")
    for window in (here, there):
        expect(window.strip).to_contain_text("0 records not yet on the server", timeout=30_000)
    assert recorded(mission) == on_record + 4


def test_cleared_storage_is_said_and_what_the_page_still_knows_is_kept_again(
    mission: Mission, phone: OpenPhone
) -> None:
    here = phone(mission).open().sign_in("medic").is_ready_without_a_network()
    on_record = recorded(mission)
    mission.stop()
    try:
        here.record()
        clear = here.context.new_cdp_session(here.page)
        clear.send("Storage.clearDataForOrigin", {"origin": mission.url, "storageTypes": "indexeddb"})
        here.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(here.page.get_by_role("alert")).to_contain_text(here.say("field.storage_cleared"))
        here.page.wait_for_timeout(500)
        assert len(here.stored()) == 2
        clear.send("Storage.clearDataForOrigin", {"origin": mission.url, "storageTypes": "indexeddb"})
        here.page.reload()
        expect(here.page.get_by_role("alert")).to_contain_text("2 records had not been sent")
    finally:
        mission.start()
    assert recorded(mission) == on_record


def test_a_phone_whose_clock_is_two_hours_wrong_tells_the_time_of_its_site(mission: Mission, phone: OpenPhone) -> None:
    here = phone(mission)
    here.page.add_init_script("const real = Date.now; Date.now = () => real() + 2 * 3_600_000")
    here.open().sign_in("medic").record("T3")
    expect(here.strip).to_contain_text("0 records not yet on the server")
    newest = max(row["reported_at"] for row in reported_by(mission, "medic"))
    assert newest <= mission.clock.now().isoformat()[:19] + "Z"


def test_a_refused_entry_stays_explains_itself_and_goes_out_again_corrected(mission: Mission, phone: OpenPhone) -> None:
    here = phone(mission).open().sign_in("medic")
    here.page.route("**/api/v1/outbox", _refuse_the_first)
    here.record("T1", tag=PAPER)
    expect(here.strip).to_contain_text("1 refused")
    here.strip.click()
    refused = here.page.locator('[data-entry="rejected"]')
    expect(refused).to_contain_text(PAPER)
    expect(refused.locator(".refusal")).not_to_be_empty()
    expect(refused).to_contain_text("casualty.closed")
    here.page.reload()
    here.is_at("locked").unlock("a lantern over the ford").is_at("outbox")
    refused.get_by_role("button", name=here.say("field.edit"), exact=True).click()
    here.page.get_by_label(here.say("fact.tag")).fill(RIGHT)
    here.button("outbox.again").click()
    expect(refused).to_have_count(0)
    expect(here.strip).not_to_contain_text("refused")
    expect(here.page.locator('[data-entry="accepted"]', has_text=RIGHT)).to_be_visible()
    assert RIGHT in {row["tag"] for row in reported_by(mission, "medic")}


def _refuse_the_first(route: Any) -> None:
    entries = route.request.post_data_json
    if any(PAPER in json.dumps(entry) for entry in entries):
        answers = [
            {"id": entry["id"], "outcome": "rejected", "code": "casualty.closed", "params": {}}
            if entry["command"]["t"] == "casualty.report_casualty"
            else {"id": entry["id"], "outcome": "accepted"}
            for entry in entries
        ]
        route.fulfill(json=answers)
    else:
        route.continue_()


def test_two_medics_on_one_phone_each_sign_their_own_work(mission: Mission, phone: OpenPhone) -> None:
    here = phone(mission).open().sign_in("medic", PIN).is_ready_without_a_network()
    first, second = len(reported_by(mission, "medic")), len(reported_by(mission, "medic2"))
    here.page.route("**/api/v1/outbox", lambda route: route.abort())
    here.record()
    here.button("field.lock").click()
    here.button("field.somebody_else").click()
    here.sign_in("medic2")
    expect(here.strip).to_contain_text("2 records of another user are waiting")
    expect(here.cards).to_have_count(second)
    here.record()
    here.page.unroute("**/api/v1/outbox")
    here.page.evaluate("dispatchEvent(new Event('online'))")
    expect(here.strip).to_contain_text("0 records not yet on the server")
    assert len(reported_by(mission, "medic")) == first + 1
    assert len(reported_by(mission, "medic2")) == second + 1


def test_signing_out_keeps_what_waits_and_clears_what_was_seen(mission: Mission, phone: OpenPhone) -> None:
    here = phone(mission).open().sign_in("medic2", PIN)
    here.record()
    expect(here.strip).to_contain_text("0 records not yet on the server")
    here.page.route("**/api/v1/outbox", lambda route: route.abort())
    here.record()
    here.page.get_by_role("button", name=here.say("field.menu"), exact=True).click()
    here.button("action.sign_out").click()
    here.is_at("out")
    expect(here.strip).to_contain_text("2 records not yet on the server")
    assert (
        here.page.evaluate(
            """() => new Promise((done) => { const asked = indexedDB.open('dunant'); asked.onsuccess = () => {
          const all = asked.result.transaction('views').objectStore('views').getAll();
          all.onsuccess = () => { asked.result.close(); done(all.result.length) } } })"""
        )
        == 0
    )
    here.page.unroute("**/api/v1/outbox")
    here.page.evaluate("dispatchEvent(new Event('online'))")
    expect(here.strip).to_contain_text("0 records not yet on the server")


def test_five_wrong_pins_leave_only_the_password(mission: Mission, phone: OpenPhone) -> None:
    here = phone(mission).open().sign_in("medic", PIN)
    here.button("field.lock").click()
    for left in (4, 3, 2, 1):
        here.unlock("000000")
        expect(here.page.get_by_role("alert")).to_contain_text(f"{left} tr")
    here.unlock("000000")
    expect(here.page.get_by_label(here.say("door.password"))).to_be_visible()
    here.unlock("not the password")
    expect(here.page.get_by_role("alert")).to_contain_text(here.say("field.password_wrong"))
    here.unlock("a lantern over the ford").is_at("home")


def test_an_exported_outbox_is_imported_and_the_phone_is_then_told_duplicate(
    mission: Mission, phone: OpenPhone, tmp_path: Path
) -> None:
    here = phone(mission).open().sign_in("medic").is_ready_without_a_network()
    on_record = recorded(mission)
    mission.stop()
    try:
        here.record().record()
        here.strip.click()
        with here.page.expect_download() as download:
            here.button("field.export").click()
        file = tmp_path / "outbox.dunant"
        download.value.save_as(file)
    finally:
        mission.start()
    assert b"casualty" not in file.read_bytes()
    outcomes, damaged = import_outbox(mission.site, mission._accounts(), file.read_bytes())
    assert damaged == 0
    assert {one.outcome for one in outcomes} <= {"accepted", "duplicate"}
    here.page.evaluate("dispatchEvent(new Event('online'))")
    expect(here.strip).to_contain_text("0 records not yet on the server", timeout=30_000)
    assert recorded(mission) == on_record + 4


def test_the_page_opens_at_once_with_the_server_stopped(mission: Mission, phone: OpenPhone) -> None:
    here = phone(mission).open().sign_in("medic", PIN).is_ready_without_a_network()
    mission.stop()
    try:
        here.page.reload()
        here.is_at("locked").unlock().is_at("home")
        assert here.page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") < 2_000
    finally:
        mission.start()


def test_the_desk_leaves_the_offline_copy_of_the_phone_alone(mission: Mission, phone: OpenPhone) -> None:
    here = phone(mission).open().sign_in("medic").is_ready_without_a_network()
    other = here.context.new_page()
    other.goto(mission.url + "/desk/ops")
    other.wait_for_timeout(500)
    names = here.page.evaluate("caches.keys()")
    assert [name.partition("-")[0] for name in names] == ["field"]


def test_without_a_secure_address_the_page_says_so_and_promises_nothing(mission: Mission, phone: OpenPhone) -> None:
    here = phone(mission)
    here.page.add_init_script(
        "Object.defineProperty(window, 'isSecureContext', {value: false});"
        "Object.defineProperty(crypto, 'subtle', {value: undefined})"
    )
    here.open().is_at("insecure")
    expect(here.page.get_by_role("alert")).to_have_text(here.say("field.not_secure"))
    expect(here.page.locator("input")).to_have_count(0)


def test_a_revoked_phone_is_told_so_and_its_records_are_held(mission: Mission, phone: OpenPhone) -> None:
    here = phone(mission).open().sign_in("medic2")
    here.ear.expect("^40[13] ", "status of 40[13]")
    here.page.route("**/api/v1/outbox", lambda route: route.abort())
    here.record("T2")
    accounts = mission._accounts()
    held, newest = len(accounts.held()), accounts.devices()[0]
    accounts.revoke_device(newest.id)
    here.page.unroute("**/api/v1/outbox")
    here.page.evaluate("dispatchEvent(new Event('online'))")
    expect(here.strip).to_contain_text("2 refused")
    here.strip.click()
    expect(here.page.locator(".refusal").first).to_have_text(here.say("error.access.device_revoked"))
    assert len(accounts.held()) == held + 2
    here.button("field.lock").click()
    here.button("field.somebody_else").click()
    here.page.get_by_label(here.say("door.user")).fill("medic2")
    here.page.get_by_label(here.say("door.password")).fill(PASSWORD)
    here.button("door.enter").click()
    expect(here.page.get_by_role("alert")).to_have_text(here.say("error.access.device_revoked"))


@pytest.mark.slow
@pytest.mark.parametrize(("theme", "size"), [("sun", SMALL), ("night", PHONE)], ids=["sun-360", "night-412"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pictures(mission: Mission, phone: OpenPhone, language: str, theme: str, size: tuple[int, int]) -> None:
    """For people to look at before a release, beside those of the desk."""
    here = phone(mission, language=language, theme=theme, size=size).open()
    PICTURES.mkdir(parents=True, exist_ok=True)

    def picture(screen: str) -> None:
        state = here.state.get_attribute("data-state")
        name = f"{screen}.{state}.{language}.{size[0]}.{theme}.png"
        here.page.screenshot(path=PICTURES / name, full_page=True)

    here.is_at("out")
    picture("F12")
    here.sign_in("medic")
    picture("F1")
    here.page.route("**/api/v1/outbox", lambda route: route.abort())
    here.record()
    picture("F1")
    here.button("field.new_casualty").click()
    picture("F2")
    here.strip.click()
    picture("F6")
    here.button("field.lock").click()
    picture("F12-locked")


@pytest.mark.parametrize("theme", ["sun", "night"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_screen_is_free_of_barriers_and_large_enough(
    mission: Mission, phone: OpenPhone, language: str, theme: str
) -> None:
    here = phone(mission, language=language, theme=theme, size=SMALL).open()
    _check(here)
    here.sign_in("medic")
    here.page.route("**/api/v1/outbox", lambda route: route.abort())
    here.record()
    _check(here)
    here.button("field.new_casualty").click()
    _check(here.is_at("new"))
    here.strip.click()
    _check(here.is_at("outbox"))
    here.page.get_by_role("button", name=here.say("field.menu"), exact=True).click()
    _check(here)
    here.page.keyboard.press("Escape")
    here.button("field.lock").click()
    _check(here.is_at("locked"))


def _check(here: Phone) -> None:
    """No barrier that axe knows, nothing wider than the screen, every target at least 56 px high."""
    here.page.wait_for_timeout(200)
    here.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = here.page.evaluate("axe.run({resultTypes: ['violations']}).then((result) => result.violations)")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert here.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = here.page.evaluate(
        """(those) => [...document.querySelectorAll(those)]
          .filter((each) => each.offsetParent && each.getBoundingClientRect().height < 55.5)
          .map((each) => each.outerHTML)""",
        "button, select, input:not([type=radio]):not([type=checkbox]), .choices label, .tick",
    )
    assert small == []
    primary = here.page.locator(".primary.huge")
    if primary.count():
        assert primary.evaluate("(button) => button.getBoundingClientRect().height") >= 96
