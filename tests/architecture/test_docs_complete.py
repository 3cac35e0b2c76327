"""What a newcomer or an operator can meet is written down, and what is written down is there."""

import re
import tomllib
from pathlib import Path

import pytest

from dunant.casualty.standards import Clocks
from dunant.config import PREFIX, Settings
from dunant.kernel.policy import Thresholds
from dunant.store import PackShelf
from scripts import make_reference, make_verbs

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
# Where a path in a document may begin.
ROOTS = (ROOT, ROOT / "src" / "dunant", ROOT / "tests")
PAGES = (
    "architecture.md",
    "coverage.md",
    "glossary.md",
    "operate.md",
    "performance.md",
    "privacy.md",
    "reference.md",
    "verbs.md",
)
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
ROOMS = ("status", "context", "decision", "consequences", "alternatives")
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
# A path of the tree in a document: begins at its root and has a folder, or is a file known by its ending.
PATH = re.compile(
    r"`((?:src|tests|docs|scripts|ui|benchmarks)/[\w./-]+|(?:kernel|casualty|store|services|web|exchange|cli|packs)/[\w./-]+)`"
)


def documents() -> list[Path]:
    return sorted({*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")), *DOCS.rglob("*.md")})


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_there(name: str) -> None:
    assert (DOCS / name).is_file()


def test_the_reference_is_current() -> None:
    assert make_reference.TARGET.read_text(encoding="utf-8") == make_reference.render(), "run `make docs`"


def test_the_verbs_are_current() -> None:
    assert make_verbs.TARGET.read_text(encoding="utf-8") == make_verbs.render(), "run scripts/make_verbs.py"


def test_every_setting_is_documented() -> None:
    text = read("operate.md")
    assert [name for name in Settings.__struct_fields__ if f"`{name}`" not in text] == []
    assert PREFIX in text


def test_every_stream_and_role_is_a_word_of_the_glossary_or_the_privacy_page() -> None:
    text = read("glossary.md") + read("privacy.md")
    roles = tomllib.loads(PackShelf().raw("roles.toml").decode())["role"]
    assert [row["code"] for row in roles if f"`{row['code']}`" not in text] == []


def test_the_page_of_the_clocks_names_every_clock_and_its_limit() -> None:
    text = read("methods/clocks.md")
    thresholds = PackShelf().read("thresholds.toml", Thresholds)
    for clock in PackShelf().read("clocks.toml", Clocks).clock:
        assert clock.code in text
        assert f"{thresholds.number(clock.limit):g} min" in text


def test_decisions_are_numbered_without_a_hole() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_its_five_rooms_and_can_be_read_in_a_minute(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (\w+)", text, re.MULTILINE) == [room.capitalize() for room in ROOMS]
    assert len(text.splitlines()) <= 60


@pytest.mark.parametrize("page", documents(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_every_path_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in LINK.findall(text) if not (page.parent / link).exists()]
    paths = [path for path in PATH.findall(text) if not any((root / path).exists() for root in ROOTS)]
    assert (links, paths) == ([], [])


def test_architecture_is_one_page() -> None:
    assert len(read("architecture.md").splitlines()) <= 120
