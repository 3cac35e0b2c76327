"""A browser window on the desk, with the words of the reader's language and an ear for everything that goes wrong."""

import re
from functools import cache
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

from tests.journeys.mission import PASSWORD, Mission

UI = Path(__file__).resolve().parents[2] / "ui"
WIDE, NARROW = (1400, 900), (412, 915)
STATES = re.compile("ready|first_use|loading|empty|partial|offline_queue|conflict|denied|error|read_only")


@cache
def words(language: str) -> dict[str, str]:
    """Text id → text, as the translators wrote it."""
    text = (UI / "src" / "locales" / f"{language}.po").read_text(encoding="utf-8")
    return dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', text, re.MULTILINE))


class Ear:
    """Hears console errors, page errors, refused content and failed requests; what a journey expects it must say."""

    def __init__(self, page: Page) -> None:
        self.heard: list[str] = []
        self._expected: list[str] = [r"^401 .*/api/v1/me$", r"status of 401"]
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(f"page error: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def expect(self, *patterns: str) -> None:
        self._expected += patterns

    def complaints(self) -> list[str]:
        return [said for said in self.heard if not any(re.search(known, said) for known in self._expected)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "WebGL" not in message.text and "GL Driver" not in message.text:
            self.heard.append(f"console {message.type}: {message.text}")

    def _failed(self, request: Request) -> None:
        # A screen that is left, or asked again, gives up its own question.
        if request.failure != "net::ERR_ABORTED":
            self.heard.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.heard.append(f"{response.status} {response.url}")


LOST_LINK = (r"failed: .*ERR_(CONNECTION|INCOMPLETE|EMPTY|INTERNET|NETWORK)", r"net::ERR_")


class Desk:
    """One window. Everything is found by role and by the words on the screen, or by the codes in `data-…`."""

    def __init__(self, context: BrowserContext, mission: Mission, language: str) -> None:
        self.context = context
        self.mission = mission
        self.language = language
        self.page: Page = context.new_page()
        self.ear = Ear(self.page)

    # ── words ──

    def say(self, id: str, **values: object) -> str:
        text = words(self.language)[id]
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text

    def about(self, id: str) -> re.Pattern[str]:
        """A text whose values do not matter."""
        return re.compile(".*".join(re.escape(part) for part in re.split(r"\{\w+\}", words(self.language)[id])))

    # ── places on the screen ──

    @property
    def frame(self) -> Locator:
        return self.page.locator("main [data-state]:not(.map)").first

    @property
    def strip(self) -> Locator:
        return self.page.locator(".strip [role=status]")

    @property
    def alert(self) -> Locator:
        return self.page.locator(".alert-bar")

    @property
    def side(self) -> Locator:
        return self.page.locator(".side")

    @property
    def map(self) -> Locator:
        return self.page.locator(".map[data-state]")

    def card(self, tag: str) -> Locator:
        return self.page.locator(f'[data-card="{tag}"]')

    def button(self, id: str, **values: object) -> Locator:
        name = self.say(id, **values) if values else self.about(id)
        return self.page.get_by_role("button", name=name)

    # ── what people do ──

    def open(self, address: str = "/desk/ops") -> "Desk":
        self.page.goto(self.mission.url + address)
        return self

    def is_in(self, *states: str, timeout_s: float = 20) -> "Desk":
        expect(self.frame).to_have_attribute(
            "data-state", re.compile(f"^({'|'.join(states)})$"), timeout=timeout_s * 1000
        )
        return self

    def sign_in(self, login: str) -> "Desk":
        self.page.get_by_label(self.say("door.user")).fill(login)
        self.page.get_by_label(self.say("door.password")).fill(PASSWORD)
        self.button("door.enter").click()
        return self

    def choose(self, tag: str) -> "Desk":
        self.card(tag).click()
        expect(self.page.locator(f'[data-subject="{tag}"]')).to_be_visible()
        return self

    def speak(self, language: str) -> "Desk":
        """By the menu, which always shows the own name of each language."""
        if language == self.language:
            return self
        self.page.get_by_role("button", name=re.compile(f"^{re.escape(self.say('menu.language'))}")).first.click()
        self.page.locator(f'.menu-item:has([lang="{language}"])').click()
        expect(self.page.locator("html")).to_have_attribute("lang", language)
        self.language = language
        return self

    def dress(self, theme: str) -> "Desk":
        if self.theme == theme:
            return self
        self.page.get_by_role("button", name=re.compile(f"^{re.escape(self.say('menu.theme'))}")).click()
        self.page.get_by_role("menuitemradio", name=self.say(f"theme.{theme}")).click()
        expect(self.page.locator("html")).to_have_attribute("data-theme", theme)
        return self

    @property
    def theme(self) -> str:
        return str(self.page.evaluate("document.documentElement.dataset.theme"))

    def map_is_drawn(self) -> "Desk":
        expect(self.map).to_have_attribute("data-state", "idle", timeout=30_000)
        return self

    def marked(self) -> None:
        """A mark in the page's memory that only a reload can wipe."""
        self.page.evaluate("window.unreloaded = true")

    @property
    def was_reloaded(self) -> bool:
        return not self.page.evaluate("window.unreloaded === true")
