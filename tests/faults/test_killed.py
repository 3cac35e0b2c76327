"""Kill -9 under load: what was acknowledged is there once, what was not is absent or complete, nothing needs repair."""

import random
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from dunant.config import Settings
from dunant.kernel.ids import derived
from dunant.services.build import Site
from dunant.services.upkeep import check_chains
from dunant.store.rebuild import differing, outdated
from dunant.store.schema import event

ROOT = Path(__file__).parents[2]


def test_a_killed_process_loses_nothing_it_has_acknowledged(settings: Settings) -> None:
    survive(settings, rounds=5)


@pytest.mark.slow
def test_thirty_killed_processes_lose_nothing_they_have_acknowledged(settings: Settings) -> None:
    survive(settings, rounds=30)


def survive(settings: Settings, rounds: int) -> None:
    dice = random.Random(rounds)
    acknowledged: dict[str, int] = {}
    for run in range(rounds):
        fresh = kill_under_load(settings, run, after=dice.randrange(40, 400))
        assert fresh, "the process was killed before it had done anything"
        assert not fresh.keys() & acknowledged.keys()
        acknowledged |= fresh
        look(settings, acknowledged)


def kill_under_load(settings: Settings, run: int, after: int) -> dict[str, int]:
    """Let a process serve until it has acknowledged so many commands, then kill it in the middle of the next ones."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.worker", str(settings.data), settings.db, str(run)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    # A process that hangs must not hang the test.
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    assert process.stdout is not None
    lines: list[bytes] = []
    for line in process.stdout:
        lines.append(line)
        if len(lines) == after:
            process.kill()
    watchdog.cancel()
    process.stdout.close()
    assert process.wait() == -9
    return {command: int(facts) for command, facts in (line.decode().split() for line in lines)}


def look(settings: Settings, acknowledged: dict[str, int]) -> None:
    site = Site(settings)
    try:
        with site.database.reading() as connection:
            held = Counter(connection.execute(select(event.c.id)).scalars())
            requests = connection.execute(select(event.c.id).where(event.c.t == "casualty.evac_requested")).scalars()
            incomplete = [c for c in requests if any(derived(c, str(n)) not in held for n in (1, 2))]
        assert {command for command in acknowledged if held[command] != 1} == set()
        assert set(held.values()) == {1}
        assert incomplete == []
        assert sum(acknowledged.values()) <= held.total()
        assert check_chains(site.database, site.key) == []
        assert outdated(site.database, site.views) == []
        assert differing(site.database, site.registry, site.views) == []
    finally:
        site.close()
