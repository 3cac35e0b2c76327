"""What no screen of the phone may have in a person's way."""

from tests.journeys.desk import UI
from tests.journeys.phone import Phone

AXE = UI / "node_modules" / "axe-core" / "axe.min.js"
TARGETS = (
    "button, select, summary, input:not([type=radio]):not([type=checkbox]), .choices label, .tick, [data-part] path"
)


def free_of_barriers(here: Phone) -> None:
    """No barrier that axe knows, nothing wider than the screen, every target at least 56 px high, the first 80."""
    here.page.wait_for_timeout(200)
    here.page.evaluate(AXE.read_text(encoding="utf-8"))
    found = here.page.evaluate("axe.run({resultTypes: ['violations']}).then((result) => result.violations)")
    barriers = [(one["id"], one["nodes"][0]["html"]) for one in found]
    assert barriers == [], barriers
    assert here.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = here.page.evaluate(
        """(those) => [...document.querySelectorAll(those)]
          .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 55)
          .map((each) => each.outerHTML)""",
        TARGETS,
    )
    assert small == [], small
    for primary in here.page.locator(".primary").all():
        if primary.is_visible():
            assert primary.evaluate("(button) => button.getBoundingClientRect().height") >= 80
