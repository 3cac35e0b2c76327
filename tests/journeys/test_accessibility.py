"""axe-core finds nothing serious on any screen in any state; zoom, text spacing and forced colours lose nothing."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Missions, OpenDesk
from tests.journeys.desk import UI, WIDE, Desk
from tests.journeys.states import SCREENS, STATES

AXE = UI / "node_modules" / "axe-core" / "axe.min.js"
EVERYTHING = {**STATES, **SCREENS}
GRAVE = {"serious", "critical"}
RUN = "axe.run(document, {resultTypes: ['violations'], iframes: false})"


def grave(here: Desk) -> list[str]:
    """By evaluation and not by a script element, which the page's own policy would rightly refuse."""
    if not here.page.evaluate("'axe' in window"):
        here.page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = here.page.evaluate(RUN)
    return [
        f"{one['impact']} {one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def judged(here: Desk, dressed: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    """The same window in several languages and themes, without a reload in between."""
    found: dict[str, list[str]] = {}
    for language, theme in dressed:
        here.page.emulate_media(color_scheme="dark" if theme == "night" else "light")
        here.speak(language)
        expect(here.page.locator("html")).to_have_attribute("data-theme", theme)
        found[f"{language} {theme}"] = grave(here)
    return {name: faults for name, faults in found.items() if faults}


@pytest.mark.parametrize("name", [name for name in EVERYTHING if name not in {"assign", "keys"}])
def test_axe_finds_nothing_serious(missions: Missions, desk: OpenDesk, name: str) -> None:
    here = EVERYTHING[name](missions, desk)
    assert judged(here, (("en", "sun"), ("ar", "night"))) == {}


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1400, 900), (412, 915)], ids=["1400", "412"])
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("theme", ["sun", "night"])
@pytest.mark.parametrize("name", EVERYTHING)
def test_axe_finds_nothing_serious_in_any_dress(
    missions: Missions, desk: OpenDesk, name: str, theme: str, language: str, size: tuple[int, int]
) -> None:
    here = EVERYTHING[name](missions, desk, language=language, theme=theme, size=size)
    assert grave(here) == []


@pytest.mark.parametrize("name", ["assign", "keys"])
def test_a_dialog_keeps_the_focus_and_gives_it_back(missions: Missions, desk: OpenDesk, name: str) -> None:
    here = SCREENS[name](missions, desk)
    dialog = here.page.get_by_role("dialog")
    assert grave(here) == []
    for _ in range(12):
        here.page.keyboard.press("Tab")
        assert dialog.evaluate("dialog => dialog.contains(document.activeElement)")
    here.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert here.page.evaluate("document.activeElement !== null && document.activeElement !== document.documentElement")


def clipped(here: Desk) -> list[str]:
    """Words that do not fit into their own button; marks on the map say theirs beside or to the ear."""
    buttons = here.page.locator("button:not(.pin):not(.pin-cluster), [role=button]")
    too_small = "b => b.filter(e => e.offsetParent && (e.scrollWidth > e.clientWidth + 1)).map(e => e.textContent)"
    found: list[str] = buttons.evaluate_all(too_small)
    return found


def sticks_out(here: Desk) -> bool:
    return bool(here.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


NARROWEST = [("en", name) for name in ("conflict", "door", "alerts", "means", "conflicts", "duplicates", "assign")]


@pytest.mark.parametrize(("language", "name"), [*NARROWEST, ("ar", "offline_queue"), ("ar", "means")])
def test_at_320_pixels_everything_is_there_without_scrolling_sideways(
    missions: Missions, desk: OpenDesk, name: str, language: str
) -> None:
    here = EVERYTHING[name](missions, desk, size=(320, 720), language=language)
    assert not sticks_out(here)
    assert clipped(here) == []


def test_at_twice_the_size_nothing_is_lost(missions: Missions, desk: OpenDesk) -> None:
    """200 % of a 1400 pixel window are 700 CSS pixels at two device pixels each."""
    here = STATES["conflict"](missions, desk, size=(700, 450), device_scale_factor=2)
    assert not sticks_out(here)
    assert clipped(here) == []


LONGER = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const texts = []
  while (walker.nextNode()) texts.push(walker.currentNode)
  for (const text of texts) {
    const words = text.data.trim()
    if (!words || text.parentElement.closest('bdi, .map, script')) continue
    text.data = `[${words.replace(/[aeiou]/g, '$&\\u0301')} ${'öé'.repeat(Math.ceil(words.length / 5))}]`
  }
}"""


@pytest.mark.parametrize("name", ["conflict", "door"])
@pytest.mark.parametrize("size", [WIDE, (412, 915)], ids=["1400", "412"])
def test_words_that_are_two_fifths_longer_fit_into_their_buttons(
    missions: Missions, desk: OpenDesk, name: str, size: tuple[int, int]
) -> None:
    here = EVERYTHING[name](missions, desk, size=size)
    here.page.evaluate(LONGER)
    assert clipped(here) == []
    assert not sticks_out(here)


ADOPT = "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet] }"
SPACING = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }"


def test_wider_text_spacing_clips_no_button(missions: Missions, desk: OpenDesk) -> None:
    here = STATES["conflict"](missions, desk)
    here.page.evaluate(ADOPT, SPACING)
    assert clipped(here) == []
    assert not sticks_out(here)


def test_who_asked_for_less_motion_sees_none(missions: Missions, desk: OpenDesk) -> None:
    mission = missions.at("20:28")
    here = desk(mission, reduced_motion="reduce").open().is_in("conflict")
    mission.send_cot("medevac_two_patients.xml")
    expect(here.alert).to_have_attribute("data-flashing", "true")
    moving = "document.getAnimations().filter(one => one.playState === 'running').length"
    assert here.page.evaluate(moving) == 0
    # What stands still still stands out.
    assert here.alert.evaluate("bar => getComputedStyle(bar).boxShadow") != "none"


def test_forced_colours_keep_marks_and_states_apart(missions: Missions, desk: OpenDesk) -> None:
    here = STATES["conflict"](missions, desk, forced_colors="active")
    expect(here.page.locator(".triage-shape").first).to_be_visible()
    expect(here.card("X-4K007-Q")).to_contain_text("2 values")
    expect(here.page.locator(".bar").first).to_be_visible()
