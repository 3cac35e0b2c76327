"""Is this machine quiet enough to measure on?"""

import os
import sys
import time
from pathlib import Path

# Share of the processors that other work may take while we measure; more than this and a figure is a guess.
MAX_BUSY = 0.25


def busy_share(seconds: float = 2.0) -> float:
    """Part of all processors that was busy while we did nothing (Linux)."""
    before = _ticks()
    time.sleep(seconds)
    after = _ticks()
    idle, total = after[0] - before[0], after[1] - before[1]
    return 1 - idle / total if total else 0.0


def refuse_if_loaded() -> None:
    """Stop with a plain sentence on a loaded machine, unless BENCH_ANYWAY=1 says that the figures do not matter."""
    share = busy_share()
    if share > MAX_BUSY and os.environ.get("BENCH_ANYWAY") != "1":
        sys.exit(
            f"This machine is {share:.0%} busy with other work; figures would mean nothing. Try again when it is quiet."
        )


def _ticks() -> tuple[int, int]:
    values = [int(part) for part in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:]]
    return values[3] + values[4], sum(values)
