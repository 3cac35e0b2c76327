"""A full disk: writes are refused with 507, reads go on, and with room again the site goes on without repair."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Somewhere that every user may look into, because a database server may be another user."""
    made = Path(tempfile.mkdtemp(prefix="dunant-full-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


def test_sqlite_on_a_full_disk_of_8_mb(folder: Path) -> None:
    report = run("sqlite", folder, "8m")
    assert set(report["refused"]) == {"storage_full"}
    is_sound(report)
    assert report["acknowledged"] > 100


def test_postgresql_on_a_full_disk_of_256_mb(folder: Path) -> None:
    report = run("postgresql", folder, "256m")
    assert report["refused"][0] == "storage_full"
    assert set(report["refused"]) == {"storage_full"}
    is_sound(report)
    assert report["acknowledged"] > 1000


def is_sound(report: dict[str, Any]) -> None:
    assert len(report["refused"]) >= 2, "the disk was never full"
    assert report["read while full"] == report["read after a restart while full"] > 5
    assert report["lost while full"] == report["lost"] == {}
    assert report["written with room again"] == [True] * 10
    assert report["faults"] == report["differing"] == []


def run(engine: str, folder: Path, size: str) -> dict[str, Any]:
    disk, site = folder / "disk", folder / "site"
    disk.mkdir()
    command = [sys.executable, "-m", "tests.faults.filler", engine, str(disk), str(site)]
    wrapped = on_a_small_disk(command, disk, size)
    done = subprocess.run(wrapped, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def on_a_small_disk(command: list[str], disk: Path, size: str) -> list[str]:
    """The command where `disk` is a filesystem of its own, real and small, that goes away with the process.

    Root mounts it in a namespace of its own; anybody else in a user namespace, out of which the command then sees
    itself as a plain user, because PostgreSQL refuses to be root. Where neither is allowed, SQLite is told a limit.
    """
    mount = f"mount -t tmpfs -o size={size},mode=777 tmpfs {shlex.quote(str(disk))}"
    inner = f"{mount} && exec {shlex.join(command)}"
    plain = f"{mount} && exec unshare -U --map-user=1000 --map-group=1000 {shlex.join(command)}"
    wrapped = ["unshare", "-m", "sh", "-c", inner] if os.geteuid() == 0 else ["unshare", "-Urm", "sh", "-c", plain]
    probe = [*wrapped[:-1], f"{mount} && true"]
    if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
        return wrapped
    assert "sqlite" in command, "PostgreSQL needs a filesystem of its own: run as root, or allow user namespaces"
    return [*command, "limit"]
