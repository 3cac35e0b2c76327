"""Pictures of every designed state, for people to look at before a release: build/pictures/index.html shows them all.

Named `<screen>.<state>.<language>.<width>.<theme>.png`.
"""

from collections.abc import Iterator
from html import escape
from pathlib import Path

import pytest

from tests.journeys.conftest import Missions, OpenDesk
from tests.journeys.desk import NARROW, WIDE
from tests.journeys.states import SCREENS, STATES

FOLDER = Path(__file__).resolve().parents[2] / "build" / "pictures"
TWICE = {"ready", "conflict"}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def contact_sheet() -> Iterator[None]:
    """One page with all of them, written when the last has been taken."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    yield
    figures = "".join(
        f'<figure><a href="{escape(one.name)}"><img src="{escape(one.name)}" alt="" loading="lazy"></a>'
        f"<figcaption>{escape(one.stem)}</figcaption></figure>"
        for one in sorted(FOLDER.glob("*.png"))
    )
    style = "body{font:14px sans-serif}figure{display:inline-block;margin:8px;vertical-align:top}img{height:300px}"
    page = f'<!doctype html><meta charset="utf-8"><title>Pictures</title><style>{style}</style>{figures}'
    (FOLDER / "index.html").write_text(page, encoding="utf-8")


def picture(screen: str, state: str, language: str, width: int, theme: str) -> Path:
    return FOLDER / f"{screen}.{state}.{language}.{width}.{theme}.png"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1400", "412"])
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("name", [*STATES, *SCREENS])
def test_picture(missions: Missions, desk: OpenDesk, name: str, language: str, size: tuple[int, int]) -> None:
    enter = STATES.get(name) or SCREENS[name]
    for theme in ("sun", "night") if name in TWICE else ("sun",):
        here = enter(missions, desk, language=language, size=size, theme=theme)
        if name in STATES and size == WIDE and name not in {"denied", "loading", "error"}:
            here.map_is_drawn()
        screen, state = ("D1", name) if name in STATES else (name, "ready")
        file = picture(screen, state, language, size[0], theme)
        here.page.screenshot(path=file)
        if size == NARROW and name in {"ready", "conflict"}:
            here.page.screenshot(path=file.with_stem(f"{file.stem}.whole"), full_page=True)
            here.page.locator("[data-pane-tab=board]").click()
            here.page.screenshot(path=picture("D1-board", state, language, size[0], theme))
        assert file.stat().st_size > 5_000
