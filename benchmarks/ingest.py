"""Commands through HTTP against bare SQLite inserts of the same bytes, pair by pair.

Ours: validated, decided, chained, FULL, views refreshed. Theirs: the same header and body bytes put into a table with
one primary key, WAL and FULL, in transactions of the same size. What we pay for is the difference.
"""

import json
import sqlite3
import statistics
import threading
import time
from pathlib import Path

from benchmarks.running import Client, Served, entry, new_id, served
from benchmarks.table import Figure

SUBJECTS, BATCH, BATCHES = 200, 1000, 9
ASKED = 0.10


def ingest() -> list[Figure]:
    with served() as where:
        client = Client(where.port)
        subjects = [new_id() for _ in range(SUBJECTS)]
        answers = json.loads(client.post(_report(subjects)))
        _all_accepted(answers)
        bare = _bare(where.data.parent / "bare.sqlite3")
        pairs = [_pair(client, where, bare, subjects, n) for n in range(BATCHES)]
    ours, theirs = statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)
    ratio = statistics.median(pair[0] / pair[1] for pair in pairs)
    text = "events/s, batches of 1,000 over HTTP"
    return [
        Figure(text, f"{ours:,.0f}", f"{theirs:,.0f} bare SQLite", ratio, f"≥ {ASKED} (stretch 0.25)", ratio >= ASKED)
    ]


def _pair(client: Client, where: Served, bare: sqlite3.Connection, subjects: list[str], n: int) -> tuple[float, float]:
    body = _batch(subjects, n)
    before = _count(where.data)
    start = time.perf_counter()
    answer = client.post(body)
    ours = time.perf_counter() - start
    _all_accepted(json.loads(answer))
    rows = _written(where.data, before)
    start = time.perf_counter()
    with bare:
        bare.executemany("INSERT INTO event (o, e, st, q, header, body) VALUES (?, ?, ?, ?, ?, ?)", rows)
    theirs = time.perf_counter() - start
    return len(rows) / ours, len(rows) / theirs


def _report(subjects: list[str]) -> bytes:
    return json.dumps([entry(t="casualty.report_casualty", casualty=subject) for subject in subjects]).encode()


def _batch(subjects: list[str], n: int) -> bytes:
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


def _bare(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE event (o TEXT, e TEXT, st TEXT, q INTEGER, header BLOB, body BLOB, PRIMARY KEY (o, e, st, q))"
    )
    return connection


def _count(data: Path) -> int:
    with _log(data) as log:
        return int(log.execute("SELECT coalesce(max(pos), 0) FROM event").fetchone()[0])


def _written(data: Path, after: int) -> list[tuple[object, ...]]:
    with _log(data) as log:
        return log.execute("SELECT o, e, st, q, header, body FROM event WHERE pos > ?", (after,)).fetchall()


def _log(data: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{data / 'dunant.sqlite3'}?mode=ro", uri=True)


def single() -> list[Figure]:
    """One durable command at a time from several clients, against one bare durable insert at a time."""
    figures = []
    with served() as where:
        first = Client(where.port)
        subject = new_id()
        _all_accepted(json.loads(first.post(_report([subject]))))
        for clients in (8, 32):
            times = _concurrent(first, where, subject, clients, 40)
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


def _concurrent(first: Client, where: Served, subject: str, clients: int, each: int) -> list[float]:
    times: list[float] = []

    def work(client: Client) -> None:
        for _ in range(each):
            body = json.dumps([entry(t="casualty.record_milestone", casualty=subject, code="M2")]).encode()
            start = time.perf_counter()
            client.post(body)
            times.append(time.perf_counter() - start)

    threads = [threading.Thread(target=work, args=(first.another(where.port),)) for _ in range(clients)]
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
