"""The import contracts hold, and a file that breaks one is found."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(cache_dir=None))"

# What is not allowed: the file that asks, and what it asks for.
FORBIDDEN = {
    "a domain reaches into the store": ("casualty/standards.py", "import dunant.store"),
    "a domain opens a database": ("casualty/model/leg.py", "import sqlite3"),
    "a domain looks up a setting": ("casualty/triage.py", "import dunant.config"),
    "one domain knows another": ("wellbeing/__init__.py", "import dunant.casualty"),
    "the kernel reads the time": ("kernel/merge.py", "import time"),
    "the store learns a medical word": ("store/rows.py", "import dunant.casualty"),
    "sync learns a medical word": ("sync/__init__.py", "import dunant.casualty"),
    "statistics draw chance": ("stats/__init__.py", "import random"),
    "a dialect writes to the store": ("exchange/cot/read.py", "import dunant.store"),
    "a service knows the web": ("services/handle.py", "import dunant.web"),
    "a route speaks SQL": ("web/routes/commands.py", "import sqlalchemy"),
    "sync knows the web framework": ("sync/__init__.py", "import litestar"),
    "a package no layer names": ("gossip/__init__.py", ""),
}


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "COLUMNS": "200"}
    command = [sys.executable, "-c", LINT]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def test_dependencies_point_down_and_neighbours_do_not_know_each_other() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_contracts_find_when(what: str, tmp_path: Path) -> None:
    name, line = FORBIDDEN[what]
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("dist", "__pycache__", "packs"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    file = tmp_path / "src" / "dunant" / name
    file.parent.mkdir(exist_ok=True)
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    file.write_text(f"{before}\n{line}\n", encoding="utf-8")
    assert lint(tmp_path).returncode == 1
