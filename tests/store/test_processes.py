"""Two processes write one site: one chain, no lost fact, and each sees what the other has written."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from dunant.casualty import commands as c
from dunant.config import Settings
from dunant.kernel.events import At
from dunant.services.build import Site
from dunant.services.upkeep import check_chains
from dunant.store.rebuild import differing
from dunant.store.schema import event
from tests.builders import a_subject, asked, send

EACH = 60
WRITER = """
import json, sys
from pathlib import Path
from dunant.casualty import commands as c
from dunant.config import Settings
from dunant.services.build import Site
from tests.builders import as_author
from dunant.services.asked import Asked
from dunant.kernel.ids import uuid7

number, each, data, db, casualty = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5]
site = Site(Settings(data=Path(data), db=db, site="ALPHA"))
print("ready", flush=True)
sys.stdin.readline()
for n in range(each):
    entry = Asked(
        id=uuid7(1_800_000_000_000 + n, number, number),
        command=c.AssignTriage(casualty=casualty, category=("T1", "T2")[n % 2], scheme=f"W{number}"),
    )
    assert site.send([(entry, as_author())]).result(timeout=60)[0].outcome == "accepted"
site.close()
"""


def test_two_processes_keep_one_chain(site: Site, settings: Settings) -> None:
    casualty = a_subject()
    send(site, c.ReportCasualty(casualty=casualty))
    arguments = [str(EACH), str(settings.data), settings.db, casualty]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(number), *arguments],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in (1, 2)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.communicate("go\n", timeout=120)
        assert writer.returncode == 0
    # This process remembers the casualty from before the others wrote.
    # A lower category needs a look that is newer than theirs, and they have the machine's clock.
    newer = At(t=datetime.now(UTC) + timedelta(days=1))
    send(site, asked(c.AssignTriage(casualty=casualty, category="T3", scheme="SIEVE"), at=newer))
    with site.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(event)).scalar_one() == 2 * EACH + 2
        row = site.views.select(connection, "board")[0]
    assert (row["triage"], json.loads(json.dumps(row["conflicts"]))) == ("T3", [])
    assert check_chains(site.database, site.key) == []
    assert differing(site.database, site.registry, site.views) == []
