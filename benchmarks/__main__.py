"""`python -m benchmarks [name …]`: run all, or the named ones."""

import sys

from benchmarks.clocks import clocks
from benchmarks.cot import cot
from benchmarks.ingest import ingest, single
from benchmarks.machine import refuse_if_loaded
from benchmarks.rebuild import rebuild
from benchmarks.replicate import replicate
from benchmarks.sync import sync
from benchmarks.table import show

ALL = {
    "ingest": ingest,
    "single": single,
    "rebuild": rebuild,
    "replicate": replicate,
    "cot": cot,
    "sync": sync,
    "clocks": clocks,
}


def main() -> int:
    wanted = sys.argv[1:] or list(ALL)
    if unknown := [name for name in wanted if name not in ALL]:
        sys.exit(f"no such benchmark: {', '.join(unknown)} (there are {', '.join(ALL)})")
    refuse_if_loaded()
    return 0 if show([figure for name in wanted for figure in ALL[name]()]) else 1


if __name__ == "__main__":
    sys.exit(main())
