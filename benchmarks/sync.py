"""Two real sites over the emulated satellite link: bytes, time to converge, alerts, reconnection; PouchDB beside it.

256 kbit/s, 600 ms, 3 % loss, 64 kB queue. Bytes are those of IP packets, both ways: handshakes, headers, receipts,
retransmissions. Time begins with the first packet on the link, so connecting is part of it. `DUNANT_BENCH_SYNC=quick`
leaves out 50,000 events.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import against_pouchdb
from benchmarks.pair import ALERT, BACKLOG, RATE, Mission, Pair, documents, pair, prepare
from benchmarks.running import Client
from benchmarks.table import Figure
from benchmarks.urgent import frame_of_an_alert
from tests.link.emulator import available, satellite

RUNS, LARGE_RUNS, UPS = 3, 2, 3
EVENTS, LARGE = 10_000, 50_000
# PouchDB takes a multiple of this; a quarter says enough.
DOCUMENTS = 2_500
ALERTS, BETWEEN_S = 5, 1.7
OUTAGE_S = 20.0
SETTLE_S = 2.0
PATIENCE_S = 600.0
BYTES, TIMES, LARGE_TIMES = 50.0, 1.5, 1.25
ALERT_S, CATCH_UP_S, WORST_S, UP_S = 0.6, 1.3, 3.0, 5.0
FRAME, PAYLOAD = 400, 120


@dataclass(frozen=True)
class Converged:
    seconds: float
    ip_bytes: int


def sync() -> list[Figure]:
    if reason := available():
        print(f"sync: not measured, {reason}")
        return []
    with tempfile.TemporaryDirectory(prefix="dunant-bench-") as name:
        folder = Path(name)
        mission = prepare(folder / "mission", EVENTS)
        figures = _convergence(mission, folder, RUNS, TIMES)
        figures += _urgent(mission, folder)
        figures.append(_link_up(mission, folder))
        figures += _frame()
        figures += _pouchdb(folder)
        if os.environ.get("DUNANT_BENCH_SYNC") != "quick":
            figures += _convergence(prepare(folder / "large", LARGE), folder, LARGE_RUNS, LARGE_TIMES)
    return figures


def _converge(mission: Mission, folder: Path, seed: int) -> Converged:
    with _running(mission, folder, seed) as both:
        began = _begin(both)
        ended = both.until(both.hq, BACKLOG, mission.events, PATIENCE_S)
        # Receipts and the last acknowledgements belong to it.
        time.sleep(SETTLE_S)
        there, back = both.link.counters()
        return Converged(ended - began, there.sent_bytes + back.sent_bytes)


@contextmanager
def _running(mission: Mission, folder: Path, seed: int) -> Iterator[Pair]:
    with satellite(rate=RATE, rtt_ms=600, loss=0.03, seed=seed) as link, pair(mission, folder / "run", link) as both:
        yield both


def _begin(both: Pair) -> float:
    """When the first packet of the field site was on the link."""
    both.link.reset()
    both.start_field()
    while not both.link.counters()[0].sent:
        time.sleep(0.01)
    return time.monotonic()


def _convergence(mission: Mission, folder: Path, runs: int, asked: float) -> list[Figure]:
    found = [_converge(mission, folder, seed) for seed in range(1, runs + 1)]
    each = [one.ip_bytes / mission.events for one in found]
    times = [one.seconds / mission.limit_s for one in found]
    what = f"{mission.events:,} events"
    return [
        Figure(
            f"sync, IP bytes per event, {what}",
            _spread(each, ".1f"),
            f"{mission.payload / mission.events:.1f} in frames",
            None,
            f"≤ {BYTES:.0f} (stretch 35)",
            statistics.median(each) <= BYTES,
        ),
        Figure(
            f"sync, time to converge ÷ limit, {what}",
            f"{_spread(times, '.2f')} ({statistics.median(one.seconds for one in found):.1f} s)",
            f"{mission.limit_s:.1f} s, frames ÷ bandwidth",
            None,
            f"≤ {asked}",
            statistics.median(times) <= asked,
        ),
    ]


def _urgent(mission: Mission, folder: Path) -> list[Figure]:
    """Alerts while the backlog goes. The first of a contact finds catch-up mode; those that follow, alert mode."""
    catch_up, alarmed = [], []
    for seed in range(1, RUNS * ALERTS + 1):
        with _running(mission, folder, seed) as both:
            _begin(both)
            client = both.client()
            both.until(both.hq, BACKLOG, 1 + 300 * (seed % 5), PATIENCE_S)
            catch_up.append(_alert(both, client, 1))
            for number in range(2, 2 + (ALERTS if seed <= RUNS else 0)):
                time.sleep(BETWEEN_S)
                alarmed.append(_alert(both, client, number))
    return [_late("catch-up mode", catch_up, CATCH_UP_S), _late("alert mode", alarmed, ALERT_S)]


def _alert(both: Pair, client: Client, number: int) -> float:
    """Seconds from the commit at the field site to where headquarters can read it."""
    both.alert(client)
    made = both.until(both.field, ALERT, number, 10)
    return both.until(both.hq, ALERT, number, PATIENCE_S) - made


def _late(mode: str, found: list[float], asked: float) -> Figure:
    return Figure(
        f"sync, alert under backlog, {mode}, one way",
        f"p50 {statistics.median(found):.2f} s, max {max(found):.2f} s of {len(found)}",
        "0.30 s is the way itself",
        None,
        f"p50 ≤ {asked} s, max ≤ {WORST_S:.0f} s",
        statistics.median(found) <= asked and max(found) <= WORST_S,
    )


def _link_up(mission: Mission, folder: Path) -> Figure:
    """Nobody tells the field site that the link is back."""
    found = []
    for seed in range(1, UPS + 1):
        with _running(mission, folder, seed) as both:
            both.link.down()
            both.start_field()
            time.sleep(OUTAGE_S + 1.3 * seed)
            both.link.up()
            began = time.monotonic()
            found.append(both.until(both.hq, BACKLOG, 1, PATIENCE_S) - began)
    return Figure(
        f"sync, first event after an outage of {OUTAGE_S:.0f} s or more",
        f"{_spread(found, '.1f')} s",
        "",
        None,
        f"≤ {UP_S:.0f} s",
        statistics.median(found) <= UP_S,
    )


def _frame() -> list[Figure]:
    size, payload = frame_of_an_alert()
    return [
        Figure("sync, whole frame of an alert, bytes", f"{size}", "one packet", None, f"≤ {FRAME}", size <= FRAME),
        Figure("sync, of which events, bytes", f"{payload}", "", None, f"≤ {PAYLOAD}", payload <= PAYLOAD),
    ]


def _pouchdb(folder: Path) -> list[Figure]:
    """The same events in both, over links with the same dice."""
    mission = prepare(folder / "small", DOCUMENTS)
    file = folder / "documents.ndjson"
    documents(mission, file, DOCUMENTS)
    ours = _converge(mission, folder, 1)
    with satellite(rate=RATE, rtt_ms=600, loss=0.03, seed=1) as link:
        theirs = against_pouchdb.replicate(file, link)
    fewer, sooner = theirs.ip_bytes / ours.ip_bytes, theirs.seconds / ours.seconds
    what = f"{DOCUMENTS:,} events"
    return [
        Figure(
            f"sync against PouchDB, IP bytes, {what}",
            f"{ours.ip_bytes:,}",
            f"{theirs.ip_bytes:,} PouchDB",
            fewer,
            "≥ 5 times fewer",
            fewer >= 5,
        ),
        Figure(
            f"sync against PouchDB, time, {what}",
            f"{ours.seconds:.1f} s",
            f"{theirs.seconds:.1f} s PouchDB",
            sooner,
            "≥ 5 times sooner",
            sooner >= 5,
        ),
    ]


def _spread(values: list[float], form: str) -> str:
    return f"{statistics.median(values):{form}} ({min(values):{form}}-{max(values):{form}})"
