"""Commands through HTTP against bare SQLite inserts of the same bytes, pair by pair.

Ours: validated, decided, chained, FULL, views refreshed. Theirs, in transactions of the same size under WAL and FULL:
the same rows, all columns, in the same table with the same indexes. A leaner table, with header and body under one
primary key, is reported beside it without a target.
"""

import json
import sqlite3
import statistics
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.running import Client, Served, entry, new_id, served
from benchmarks.table import Figure

SUBJECTS, BATCH, BATCHES = 200, 1000, 9
ASKED = 0.10
# The reference takes a few milliseconds a round, so it is taken three times and the median counts.
TWINS = 3
LEAN = ("o", "e", "st", "q", "header", "body")


def ingest() -> list[Figure]:
    with served() as where:
        client = Client(where.port)
        subjects = [new_id() for _ in range(SUBJECTS)]
        answers = json.loads(client.post(report(subjects)))
        _all_accepted(answers)
        folder = where.data.parent
        bare = [twin(where.data / "dunant.sqlite3", folder / f"bare{n}.sqlite3") for n in range(TWINS)]
        lean = [_bare(folder / f"lean{n}.sqlite3") for n in range(TWINS)]
        rounds = [_round(client, where, bare, lean, subjects, n) for n in range(BATCHES)]
    ours, same, leaner = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    ratio = statistics.median(mine / theirs for mine, theirs, _ in rounds)
    lean_ratio = statistics.median(mine / theirs for mine, _, theirs in rounds)
    text = "events/s, batches of 1,000 over HTTP"
    asked = f"≥ {ASKED} (stretch 0.25)"
    return [
        Figure(text, f"{ours:,.0f}", f"{same:,.0f} bare SQLite, same rows and indexes", ratio, asked, ratio >= ASKED),
        Figure(text, f"{ours:,.0f}", f"{leaner:,.0f} bare SQLite, header and body only", lean_ratio, "reported", True),
    ]


def _round(
    client: Client,
    where: Served,
    bare: list[sqlite3.Connection],
    lean: list[sqlite3.Connection],
    subjects: list[str],
    n: int,
) -> tuple[float, float, float]:
    """Events per second: ours, into the same table, into the leaner one."""
    body = batch(subjects, n)
    before = _count(where.data)
    start = time.perf_counter()
    answer = client.post(body)
    ours = time.perf_counter() - start
    _all_accepted(json.loads(answer))
    columns, rows = _written(where.data, before)
    places = [columns.index(name) for name in LEAN]
    short = [tuple(row[place] for place in places) for row in rows]
    same = statistics.median(bare_insert(one, columns, rows) for one in bare)
    leaner = statistics.median(bare_insert(one, LEAN, short) for one in lean)
    return len(rows) / ours, len(rows) / same, len(rows) / leaner


def bare_insert(connection: sqlite3.Connection, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> float:
    """Seconds for one durable transaction."""
    statement = f"INSERT INTO event ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    start = time.perf_counter()
    with connection:
        connection.executemany(statement, rows)
    return time.perf_counter() - start


def report(subjects: list[str]) -> bytes:
    return json.dumps([entry(t="casualty.report_casualty", casualty=subject) for subject in subjects]).encode()


def batch(subjects: list[str], n: int) -> bytes:
    """Five commands for each subject, of the kinds a mass-casualty incident sends."""
    made = []
    for i in range(BATCH):
        subject = subjects[i % SUBJECTS]
        kind = (i // SUBJECTS + n) % 5
        if kind == 0:
            made.append(entry(t="casualty.assign_triage", casualty=subject, category="T2", scheme="SIEVE"))
        elif kind == 1:
            made.append(entry(t="casualty.record_milestone", casualty=subject, code="M2"))
        elif kind == 2:
            made.append(entry(t="casualty.locate_casualty", casualty=subject, position={"lat": 9.26, "lon": 29.8}))
        elif kind == 3:
            made.append(entry(t="casualty.record_details", casualty=subject, cause="BATTLE", sex="F"))
        else:
            made.append(
                entry(t="casualty.report_mist", casualty=subject, mechanism="BLAST", signs="RR 24", treatment="TQ")
            )
    return json.dumps(made).encode()


def _all_accepted(answers: list[dict[str, object]]) -> None:
    refused = [answer for answer in answers if answer["outcome"] != "accepted"]
    if refused:
        raise RuntimeError(f"refused: {refused[0]}")


def twin(original: Path, file: Path) -> sqlite3.Connection:
    """An empty table like the log's own, made by the statements that made that one."""
    connection = _open(file)
    with _log(original) as log:
        made = log.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'event' AND sql IS NOT NULL ORDER BY rowid")
        for (statement,) in made.fetchall():
            connection.execute(statement)
    return connection


def _open(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _bare(file: Path) -> sqlite3.Connection:
    connection = _open(file)
    connection.execute(
        "CREATE TABLE event (o TEXT, e TEXT, st TEXT, q INTEGER, header BLOB, body BLOB, PRIMARY KEY (o, e, st, q))"
    )
    return connection


def _count(data: Path) -> int:
    with _log(data / "dunant.sqlite3") as log:
        return int(log.execute("SELECT coalesce(max(pos), 0) FROM event").fetchone()[0])


def _written(data: Path, after: int) -> tuple[list[str], list[tuple[object, ...]]]:
    """Names of all columns, and the rows that came since."""
    with _log(data / "dunant.sqlite3") as log:
        found = log.execute("SELECT * FROM event WHERE pos > ? ORDER BY pos", (after,))
        return [column[0] for column in found.description], found.fetchall()


def _log(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{file}?mode=ro", uri=True)


def single() -> list[Figure]:
    """One durable command at a time from several clients, against one bare durable insert at a time."""
    figures = []
    with served() as where:
        first = Client(where.port)
        for clients in (8, 32):
            subjects = [new_id() for _ in range(clients)]
            _all_accepted(json.loads(first.post(report(subjects))))
            times = _concurrent(first, where, subjects, 40)
            bare = _bare_single(where.data.parent / f"single{clients}.sqlite3", 200)
            p50, p99 = _percentile(times, 50), _percentile(times, 99)
            reference = _percentile(bare, 50)
            figures.append(
                Figure(
                    f"single durable command, {clients} clients",
                    f"p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, {clients / p50:,.0f}/s",
                    f"p50 {reference * 1000:.1f} ms bare SQLite commit, {1 / reference:,.0f}/s",
                    (clients / p50) * reference,
                    "reported",
                    True,
                )
            )
    return figures


def _concurrent(first: Client, where: Served, subjects: list[str], each: int) -> list[float]:
    """Seconds of every command; each client writes about a casualty of its own."""
    times: list[float] = []

    def work(client: Client, subject: str) -> None:
        for _ in range(each):
            body = json.dumps([entry(t="casualty.record_milestone", casualty=subject, code="M2")]).encode()
            start = time.perf_counter()
            client.post(body)
            times.append(time.perf_counter() - start)

    threads = [threading.Thread(target=work, args=(first.another(where.port), subject)) for subject in subjects]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _bare_single(file: Path, n: int) -> list[float]:
    connection = _bare(file)
    times = []
    for q in range(n):
        start = time.perf_counter()
        with connection:
            connection.execute("INSERT INTO event VALUES ('o', 'e', 's', ?, ?, ?)", (q, b"h" * 300, b"b" * 100))
        times.append(time.perf_counter() - start)
    return times


def _percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
