"""A process that serves writes until somebody kills it. Each acknowledged command is a line on its standard output.

Run as `python -m tests.faults.worker FOLDER DATABASE ROUND`.
"""

import os
import sys
import threading
from pathlib import Path

from dunant.casualty import commands as c
from dunant.config import Settings
from dunant.kernel.ids import EventId, SubjectId, uuid7
from dunant.services.asked import Asked
from dunant.services.build import Site
from tests.builders import as_author

CLIENTS = 8


def serve(site: Site, run: int) -> None:
    clients = [threading.Thread(target=_client, args=(site, run, number), daemon=True) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()


def _client(site: Site, run: int, number: int) -> None:
    """Reports two casualties, then asks for transport for both again and again: one command, three facts."""
    made = 0

    def new() -> str:
        nonlocal made
        made += 1
        return uuid7(1_800_000_000_000 + run * 1_000_000 + made, number, run * 100 + number)

    pair = (SubjectId(new()), SubjectId(new()))
    entries = [Asked(id=EventId(new()), command=c.ReportCasualty(casualty=casualty)) for casualty in pair]
    while True:
        for entry in entries:
            (outcome,) = site.send([(entry, as_author())]).result()
            assert outcome.outcome == "accepted", outcome
            # One write below the size of a pipe: a killed process leaves whole lines.
            os.write(1, f"{entry.id} {len(outcome.events)}\n".encode())
        request = c.RequestEvacuation(request=SubjectId(new()), kind="CASEVAC", dialect="NATO", casualties=pair)
        triage = c.AssignTriage(casualty=pair[made % 2], category=("T1", "T2", "T3")[made % 3], scheme="SIEVE")
        entries = [Asked(id=EventId(new()), command=request), Asked(id=EventId(new()), command=triage)]


if __name__ == "__main__":
    folder, database, run = sys.argv[1:]
    serve(Site(Settings(data=Path(folder), db=database, site="ALPHA")), int(run))
