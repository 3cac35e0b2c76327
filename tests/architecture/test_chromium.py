"""The Chromium that npm brings draws a page, letters of Arabic included, on a machine that has none installed."""

import pytest
from playwright.sync_api import sync_playwright

from scripts.find_chromium import find_chromium

PAGE = "data:text/html;charset=utf-8,<h1>Dunant مرحبا</h1><canvas></canvas>"


@pytest.mark.slow
def test_the_browser_of_npm_opens_pages_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNANT_TEST_CHROMIUM", "npm")
    brought = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=brought.executable_path, args=list(brought.args), env=dict(brought.env)
        )
        for _ in range(2):
            context = browser.new_context()
            page = context.new_page()
            page.goto(PAGE)
            assert page.inner_text("h1") == "Dunant مرحبا"
            assert page.evaluate("document.querySelector('canvas').getContext('webgl2') !== null")
            assert len(page.screenshot()) > 1000
            context.close()
        browser.close()
