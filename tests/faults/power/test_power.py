"""Power loss: writes that were not fsynced are gone, some survive in part, and no acknowledged command is missing.

`shim.c` plays the disk. The ledger of acknowledged commands is kept by this process, whose power is never cut.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from dunant.config import Settings
from dunant.services.build import Site
from dunant.services.upkeep import check_chains
from dunant.store.rebuild import differing, outdated
from dunant.store.schema import event

ROOT = Path(__file__).parents[3]
SHIM = Path(__file__).with_name("shim.c")
ROUNDS = 36
COMPILER = shutil.which("cc")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert sys.platform.startswith("linux"), "the shim is for Linux"
    assert COMPILER, "the shim needs a C compiler (cc)"
    made = tmp_path_factory.mktemp("shim") / "shim.so"
    flags = ["-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    subprocess.run([COMPILER, *flags, "-o", str(made), str(SHIM), "-ldl", "-lpthread"], check=True)
    return made


def test_a_power_cut_takes_nothing_that_was_acknowledged(shim: Path, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", site="ALPHA")
    # Set up under full power: the first start, which writes the site's key, is not what is tested here.
    Site(settings).close()
    dice = random.Random(1)
    ledger = tmp_path / "ledger"
    lost_writes = 0
    for run in range(ROUNDS):
        # Every third disk loses all of its cache, the others keep some of it, torn.
        keep = (0, 30, 80)[run % 3]
        command = ["tests.faults.worker", str(settings.data), settings.db, str(run)]
        after = dice.randrange(1, 300)
        fresh, lost = cut(shim, settings.data, command, after=after, keep=keep, seed=run, ledger=ledger)
        assert fresh
        lost_writes += lost
        assert missing(settings, ledger) == set(), f"round {run}"
        is_sound(settings)
    assert lost_writes > ROUNDS, "the power was never cut while something was unsynced"


def test_without_fsync_a_power_cut_would_be_noticed(shim: Path, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", site="ALPHA")
    Site(settings).close()
    ledger = tmp_path / "ledger"
    command = ["tests.faults.power.careless", "OFF", str(settings.data), "0"]
    fresh, lost = cut(shim, settings.data, command, after=200, keep=0, seed=1, ledger=ledger)
    assert lost > 0
    assert len(missing(settings, ledger)) > len(fresh) / 2


def cut(
    shim: Path, folder: Path, command: list[str], *, after: int, keep: int, seed: int, ledger: Path
) -> tuple[list[str], int]:
    """Let a site serve until it has acknowledged so many commands; then its power goes. Ids, and writes lost."""
    power = {"LD_PRELOAD": str(shim), "POWER_FOLDER": str(folder), "POWER_KEEP": str(keep), "POWER_SEED": str(seed)}
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, **power},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    watchdog = threading.Timer(90, process.kill)
    watchdog.start()
    assert process.stdout is not None
    assert process.stderr is not None
    fresh = []
    with ledger.open("a") as book:
        for line in process.stdout:
            fresh.append(line.split()[0].decode())
            print(fresh[-1], file=book)
            if len(fresh) == after:
                process.send_signal(signal.SIGUSR1)
        book.flush()
        os.fsync(book.fileno())
    said = process.stderr.read().decode()
    watchdog.cancel()
    process.stdout.close()
    process.stderr.close()
    assert process.wait() == -signal.SIGKILL, said
    (report,) = [line.split() for line in said.splitlines() if line.startswith("POWER")]
    return fresh, int(report[2])


def missing(settings: Settings, ledger: Path) -> set[str]:
    """Acknowledged commands that are not there exactly once."""
    site = Site(settings)
    try:
        with site.database.reading() as connection:
            held = Counter(connection.execute(select(event.c.id)).scalars())
    finally:
        site.close()
    return {name for name in ledger.read_text().split() if held[name] != 1}


def is_sound(settings: Settings) -> None:
    site = Site(settings)
    try:
        assert check_chains(site.database, site.key) == []
        assert outdated(site.database, site.views) == []
        assert differing(site.database, site.registry, site.views) == []
    finally:
        site.close()
