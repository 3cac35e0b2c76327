"""The writer of `tests/faults/worker.py` with another care for the disk: proof that a power cut would be noticed.

Run as `python -m tests.faults.power.careless SYNCHRONOUS FOLDER ROUND`.
"""

import sys
from pathlib import Path
from typing import Any, cast

from dunant.config import Settings
from dunant.services.build import Site
from dunant.store import engine
from tests.faults.worker import serve

if __name__ == "__main__":
    synchronous, folder, run = sys.argv[1:]
    proper = engine._sqlite_pragmas

    def careless(connection: object, _record: object) -> None:
        proper(connection, _record)
        cast(Any, connection).execute(f"PRAGMA synchronous={synchronous}")

    engine._sqlite_pragmas = careless
    serve(Site(Settings(data=Path(folder), site="ALPHA")), int(run))
