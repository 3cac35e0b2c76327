"""What a release holds: the source package carries ui/ and no build; a wheel made from it carries the same UI."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import build_ui

ROOT = Path(build_ui.__file__).parent
PAGES_AND_PARTS = "dunant/web/dist/"


def run(*command: str, folder: Path) -> None:
    subprocess.run([sys.executable, "-m", *command], cwd=folder, check=True, capture_output=True, text=True)


@pytest.mark.slow
def test_a_wheel_made_from_the_source_package_holds_the_same_ui(tmp_path: Path) -> None:
    build_ui.build()
    run("hatchling", "build", "--target", "sdist", "--directory", str(tmp_path), folder=ROOT)
    subprocess.run(["tar", "-xzf", next(tmp_path.glob("*.tar.gz"))], cwd=tmp_path, check=True)
    unpacked = next(path for path in tmp_path.iterdir() if path.is_dir())
    assert (unpacked / "ui" / "desk.html").exists()
    assert not (unpacked / "ui" / "node_modules").exists()
    assert not (unpacked / "src" / PAGES_AND_PARTS).exists()

    run("hatchling", "build", "--target", "wheel", "--directory", str(tmp_path), folder=unpacked)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = [name for name in wheel.namelist() if name.startswith(PAGES_AND_PARTS) and not name.endswith("/.stamp")]
        shipped = {name.removeprefix(PAGES_AND_PARTS): wheel.read(name) for name in names}
        assert any(name.startswith("dunant/packs/core/") for name in wheel.namelist())
    here = {str(path.relative_to(build_ui.DIST)): path for path in build_ui.DIST.rglob("*") if path.is_file()}
    here.pop(".stamp")
    assert shipped.keys() == here.keys()
    assert [name for name, path in here.items() if path.read_bytes() != shipped[name]] == []
