"""The hook that makes the web UI: once per change, never half, and not at all when told so."""

from pathlib import Path

import pytest

import build_ui


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A tiny UI whose build copies its one page; gives the npm calls made."""
    made: list[str] = []
    ui, dist = tmp_path / "ui", tmp_path / "dist"
    ui.mkdir()
    for name in ("package.json", "package-lock.json", "desk.html"):
        (ui / name).write_text("{}")

    def npm(*arguments: str, folder: Path = ui) -> None:
        made.append(" ".join(arguments))
        if arguments == ("ci",):
            fonts = ui / "node_modules" / "@embedpdf" / "fonts-x"
            fonts.mkdir(parents=True, exist_ok=True)
            (fonts / "A.ttf").write_text("font")
        if arguments == ("run", "build"):
            dist.mkdir(exist_ok=True)
            (dist / "desk.html").write_text((ui / "desk.html").read_text())

    monkeypatch.delenv("DUNANT_SKIP_UI", raising=False)
    own = {"UI": ui, "DIST": dist, "STAMP": dist / ".stamp", "PRINT": tmp_path / "print", "npm": npm}
    for name, value in {**own, "PAGES": ("desk.html",), "FONTS": ("fonts-x/A.ttf",)}.items():
        monkeypatch.setattr(build_ui, name, value)
    return made


def test_an_unchanged_ui_is_built_once(calls: list[str]) -> None:
    build_ui.build()
    build_ui.build()
    assert calls == ["ci", "run build"]


def test_a_changed_source_is_built_again_without_fetching_again(calls: list[str]) -> None:
    build_ui.build()
    (build_ui.UI / "desk.html").write_text("changed")
    build_ui.build()
    assert calls == ["ci", "run build", "run build"]


def test_a_changed_lock_is_fetched_again(calls: list[str]) -> None:
    build_ui.build()
    (build_ui.UI / "package-lock.json").write_text('{"packages": {}}')
    build_ui.build()
    assert calls == ["ci", "run build", "ci", "run build"]


def test_a_page_lost_since_the_last_build_is_made_again(calls: list[str]) -> None:
    build_ui.build()
    (build_ui.DIST / "desk.html").unlink()
    build_ui.build()
    assert calls.count("run build") == 2


def test_a_build_that_leaves_out_a_page_fails_loudly_and_leaves_no_stamp(
    calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_ui, "PAGES", ("desk.html", "field.html"))
    with pytest.raises(build_ui.UiBuildFailed, match=r"field\.html"):
        build_ui.build()
    assert not build_ui.STAMP.exists()


def test_fonts_for_prints_come_with_the_build_and_come_back_when_they_are_lost(calls: list[str]) -> None:
    build_ui.build()
    font = build_ui.PRINT / "fonts" / "A.ttf"
    font.unlink()
    build_ui.build()
    assert font.read_text() == "font"


def test_missing_sources_fail_loudly(calls: list[str]) -> None:
    (build_ui.UI / "package-lock.json").unlink()
    with pytest.raises(build_ui.UiBuildFailed, match="sources are missing"):
        build_ui.build()


def test_the_build_can_be_left_out(calls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNANT_SKIP_UI", "1")
    build_ui.build()
    assert calls == []
