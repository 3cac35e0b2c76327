"""A Chromium for the session, missions at a minute of their night, and windows on their desk."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

import build_ui
from scripts.find_chromium import find_chromium
from tests.journeys.desk import WIDE, Desk
from tests.journeys.mission import Mission
from tests.journeys.phone import PHONE, Phone

OpenDesk = Callable[..., Desk]
OpenPhone = Callable[..., Phone]
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Playwright keeps an event loop running in this thread; tests that run one of their own come before it."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def built_ui() -> None:
    """The pages as they are in the sources now."""
    build_ui.build()


@pytest.fixture(scope="session")
def browser(built_ui: None) -> Iterator[Browser]:
    try:
        found = find_chromium()
    except (OSError, subprocess.CalledProcessError, build_ui.UiBuildFailed) as wrong:
        pytest.fail(f"No Chromium on PATH, and none could be brought from the npm registry: {wrong}", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.executable_path, args=list(found.args), env=dict(found.env)
        )
        yield browser
        browser.close()


class Missions:
    """Missions by minute, opened when first asked for; those that tests change are their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: list[Mission] = []
        self._shared: dict[str, Mission] = {}

    def at(self, minute: str) -> Mission:
        """A mission of one's own."""
        self._open.append(Mission(self._folder / f"site-{len(self._open)}", minute))
        return self._open[-1]

    def shared(self, name: str, make: Callable[[], Mission]) -> Mission:
        """One that is looked at and never changed."""
        if name not in self._shared:
            self._shared[name] = make()
        return self._shared[name]

    def folder(self, name: str) -> Path:
        return self._folder / name

    def close(self) -> None:
        for mission in self._open:
            if mission.site is not None:
                mission.stop()


@pytest.fixture(scope="module")
def missions(built_ui: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Missions]:
    opened = Missions(tmp_path_factory.mktemp("missions"))
    yield opened
    opened.close()


@pytest.fixture
def desk(browser: Browser) -> Iterator[OpenDesk]:
    """`desk(mission, login="duty", language="ar", size=NARROW, theme="night")`: a window; at the end it was quiet."""
    windows: list[Desk] = []

    def opened(
        mission: Mission,
        login: str | None = "duty",
        *,
        language: str = "en",
        size: tuple[int, int] = WIDE,
        theme: str = "sun",
        **options: Any,
    ) -> Desk:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=language,
            color_scheme="dark" if theme == "night" else "light",
            **options,
        )
        if login:
            cookie = {"name": "dunant-session", "value": mission.token(login), "url": mission.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        windows.append(Desk(context, mission, language))
        return windows[-1]

    yield opened
    complaints = [said for window in windows for said in window.ear.complaints()]
    for window in windows:
        window.context.close()
    assert complaints == []


@pytest.fixture
def phone(browser: Browser) -> Iterator[OpenPhone]:
    """`phone(mission, language="ar", size=SMALL, theme="night")`: a window on a phone of its own."""
    opened: list[tuple[BrowserContext, Phone]] = []

    def make(
        mission: Mission,
        *,
        language: str = "en",
        size: tuple[int, int] = PHONE,
        theme: str = "sun",
        folder: Path | None = None,
        **options: Any,
    ) -> Phone:
        looks = {
            "viewport": {"width": size[0], "height": size[1]},
            "locale": language,
            "color_scheme": "dark" if theme == "night" else "light",
            **options,
        }
        context = browser.new_context(**looks)
        opened.append((context, Phone(context, mission, language)))
        return opened[-1][1]

    yield make
    complaints = [said for _, one in opened for said in one.ear.complaints()]
    for context, _ in opened:
        context.close()
    assert complaints == []
