"""All clocks of a board of 200 read once, as a share of the second that lies between two ticks."""

import statistics
import time

from benchmarks.ingest import batch, report
from benchmarks.running import Client, new_id, served
from benchmarks.table import Figure

OPEN, TICK_S, ASKED, TIMES = 200, 1.0, 0.01, 5


def clocks() -> list[Figure]:
    """The rows stand in memory, as a screen that counts on has them; what is timed is the reading of the clocks."""
    from dunant.config import Settings
    from dunant.services.build import Site
    from dunant.services.reading.clocks import readings_of
    from dunant.store.snapshot import snapshot

    with served() as where:
        client = Client(where.port)
        subjects = [new_id() for _ in range(OPEN)]
        client.post(report(subjects))
        client.post(batch(subjects, 0))
        site = Site(Settings(data=where.data))
        with snapshot(site.database, site.views, site.registry) as look:
            rows = look.rows("board")
        taken = []
        for _ in range(TIMES):
            now, start = site.clock.now(), time.perf_counter()
            read = [readings_of(row, None, site.policies, now) for row in rows]
            taken.append(time.perf_counter() - start)
        site.close()
    share = statistics.median(taken) / TICK_S
    text = f"all clocks of {len(read)} casualties, share of a tick of {TICK_S:.0f} s"
    return [Figure(text, f"{share:.2%}", "", None, f"≤ {ASKED:.0%}", len(read) == OPEN and share <= ASKED)]
