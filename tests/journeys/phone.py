"""A browser window on the phone's page, with the words of the reader's language."""

from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.journeys.desk import LOST_LINK, Ear, words
from tests.journeys.mission import PASSWORD, Mission

PHONE, SMALL = (412, 915), (360, 740)
PIN = "246813"
IS_WHOLE = """async () => {
  const worker = await (await fetch('/field/sw.js')).text()
  const lists = [...worker.matchAll(/^const (?:SHELL|REST) = (.*)$/gm)].flatMap(([, one]) => JSON.parse(one))
  const name = (await caches.keys()).find((each) => each.startsWith('field-'))
  return Boolean(name) && (await (await caches.open(name)).keys()).length >= new Set(lists).size
}"""


class Phone:
    """One window. Everything is found by role and by the words on the screen, or by the codes in `data-…`."""

    def __init__(self, context: BrowserContext, mission: Mission, language: str = "en") -> None:
        self.context = context
        self.mission = mission
        self.language = language
        self.page: Page = context.new_page()
        self.ear = Ear(self.page)
        self.ear.expect(*LOST_LINK)

    def say(self, id: str, **values: object) -> str:
        text = words(self.language)[id]
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def open(self, address: str = "/field/") -> "Phone":
        self.page.goto(self.mission.url + address)
        return self

    def is_at(self, screen: str) -> "Phone":
        expect(self.page.locator("main")).to_have_attribute("data-screen", screen)
        # What is behind the first screen comes when somebody goes there.
        expect(self.page.locator("main [data-state=loading]")).to_have_count(0)
        return self

    def is_ready_without_a_network(self) -> "Phone":
        """The worker has everything it needs."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        for _ in range(150):
            # A predicate that is asked for by Playwright is not awaited.
            if self.page.evaluate(IS_WHOLE):
                break
            self.page.wait_for_timeout(100)
        else:
            raise AssertionError("the worker does not come to have everything")
        return self

    def sign_in(self, login: str, pin: str | None = None) -> "Phone":
        self.page.get_by_label(self.say("door.user")).fill(login)
        self.page.get_by_label(self.say("door.password")).fill(PASSWORD)
        self.button("door.enter").click()
        expect(self.page.get_by_role("heading", name=self.say("field.pin_choose"))).to_be_visible(timeout=30_000)
        if pin:
            self.page.get_by_label(self.say("field.pin")).fill(pin)
        self.button("field.pin_set" if pin else "field.pin_later").click()
        return self.is_at("home")

    def unlock(self, secret: str = PIN) -> "Phone":
        self.page.locator("main input").fill(secret)
        self.button("field.unlock").click()
        return self

    def button(self, id: str) -> Locator:
        return self.page.get_by_role("button", name=self.say(id), exact=True)

    @property
    def strip(self) -> Locator:
        return self.page.locator(".strip [role=status]")

    @property
    def cards(self) -> Locator:
        return self.page.locator("[data-casualty]")

    @property
    def state(self) -> Locator:
        return self.page.locator("main [data-state]").first

    def record(self, triage: str = "T1", tag: str = "") -> "Phone":
        """New, category, save: three taps."""
        self.button("field.new_casualty").click()
        if tag:
            self.page.get_by_label(self.say("field.tag")).fill(tag)
        self.page.locator(f'[data-choice="{triage}"]').click()
        expect(self.page.locator(".kept")).to_have_attribute("data-kept", "2")
        self.button("field.save").click()
        return self.is_at("home")

    def stored(self) -> list[dict[str, Any]]:
        """What lies in the browser's database, as a thief would find it."""
        found: list[dict[str, Any]] = self.page.evaluate(
            """() => new Promise((done) => {
              const asked = indexedDB.open('dunant')
              asked.onsuccess = () => {
                const all = asked.result.transaction('entries').objectStore('entries').getAll()
                all.onsuccess = () => { asked.result.close(); done(all.result.map(({id, state}) => ({id, state}))) }
              }
            })"""
        )
        return found


def profile(path: Path) -> str:
    path.mkdir(parents=True, exist_ok=True)
    return str(path)
