"""All views made anew from the log, against reading the same bytes from the same table and parsing them as JSON."""

import json
import sqlite3
import time

from benchmarks.ingest import BATCHES, batch, report
from benchmarks.running import Client, new_id, served
from benchmarks.table import Figure

ASKED = 25_000


def rebuild() -> list[Figure]:
    from dunant.config import Settings
    from dunant.services.build import Site
    from dunant.store import rebuild as views

    with served() as where:
        client = Client(where.port)
        for _ in range(5):
            subjects = [new_id() for _ in range(200)]
            client.post(report(subjects))
            for n in range(BATCHES):
                client.post(batch(subjects, n))
        site = Site(Settings(data=where.data))
        start = time.perf_counter()
        events = views.rebuild(site.database, site.registry, site.views, list(site.views.views))
        ours = events / (time.perf_counter() - start)
        site.close()
        reference = _read_and_parse(str(where.data / "dunant.sqlite3"))
    text = f"rebuild of all views, {events:,} events, events/s"
    return [
        Figure(
            text, f"{ours:,.0f}", f"{reference:,.0f} read and parsed", ours / reference, f"≥ {ASKED:,}", ours >= ASKED
        )
    ]


def _read_and_parse(file: str) -> float:
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    start = time.perf_counter()
    count = 0
    for header, body in connection.execute("SELECT header, body FROM event ORDER BY s, pos"):
        json.loads(header)
        json.loads(body)
        count += 1
    return count / (time.perf_counter() - start)
