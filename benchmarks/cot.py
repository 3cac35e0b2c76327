"""Bursts of 9-lines relayed to five listeners: ours against taky 0.10, and from CoT in to the board.

taky runs in an environment of its own (`.venv-taky`), made on first use; its dependencies are older than ours.
"""

import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.running import Client, free_port, served
from benchmarks.table import Figure

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "tests" / "samples" / "cot" / "medevac_two_patients.xml"
TAKY = ROOT / ".venv-taky"
LISTENERS, ROUNDS = 5, 5
END = b"</event>"
GIVE_UP_S = 60.0


def cot() -> list[Figure]:
    figures = []
    for size in (500, 10_000):
        ours, theirs, ratios = [], [], []
        for _ in range(ROUNDS):
            with served() as where:
                ours.append(_burst(where.cot_port, size))
            with taky() as port:
                theirs.append(_burst(port, size))
            ratios.append(ours[-1][0] / theirs[-1][0])
        lost = sum(run[1] for run in ours)
        ratio = statistics.median(ratios)
        figures.append(
            Figure(
                f"CoT burst of {size:,} to {LISTENERS} listeners, messages/s",
                f"{statistics.median(run[0] for run in ours):,.0f}, lost {lost}",
                f"{statistics.median(run[0] for run in theirs):,.0f} taky, lost {sum(run[1] for run in theirs)}",
                ratio,
                "≥ 1, none lost",
                ratio >= 1 and lost == 0,
            )
        )
    return [*figures, _to_board()]


def _burst(port: int, size: int) -> tuple[float, int]:
    """Messages per second until the last listener has the last one, and how many never came."""
    listeners = [_connect(port) for _ in range(LISTENERS)]
    sender = _connect(port)
    time.sleep(1.0)
    finished = [0.0] * LISTENERS
    counts = [0] * LISTENERS

    def listen(index: int) -> None:
        counts[index], finished[index] = _count(listeners[index], size)

    threads = [threading.Thread(target=listen, args=(index,)) for index in range(LISTENERS)]
    for thread in threads:
        thread.start()
    messages = b"".join(_message(n) for n in range(size))
    start = time.perf_counter()
    sender.sendall(messages)
    for thread in threads:
        thread.join()
    for connection in (*listeners, sender):
        connection.close()
    took = max(finished) - start
    return sum(counts) / LISTENERS / took, LISTENERS * size - sum(counts)


def _count(connection: socket.socket, size: int) -> tuple[int, float]:
    connection.settimeout(GIVE_UP_S)
    count, rest, last = 0, b"", time.perf_counter()
    while count < size:
        try:
            data = connection.recv(1 << 20)
        except TimeoutError:
            break
        if not data:
            break
        whole = rest + data
        count += whole.count(END)
        rest = whole[-len(END) + 1 :] if not whole.endswith(END) else b""
        last = time.perf_counter()
    return count, last


def _message(n: int) -> bytes:
    return SAMPLE.read_bytes().strip().replace(b'uid="c7a1c3c2-6c6e-4b0a-9b53-0f6b6f3d9a01"', b'uid="burst-%06d"' % n)


def _connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), 10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _to_board() -> Figure:
    """From the last byte of a 9-line to a board that shows its casualties, as a browser would see it."""
    times = []
    with served() as where:
        client = Client(where.port)
        peer = _connect(where.cot_port)
        for n in range(40):
            shown = len(client.view("requests?limit=1000")["rows"])
            peer.sendall(_message(n))
            times.append(_until(lambda shown=shown: len(client.view("requests?limit=1000")["rows"]) > shown))  # type: ignore[misc]
    times.sort()
    p95 = times[int(len(times) * 0.95) - 1]
    ours = f"p50 {statistics.median(times) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms"
    return Figure("CoT in → on the board", ours, "limit", None, "p95 ≤ 500 ms", p95 <= 0.5)


def _until(happened: Callable[[], bool]) -> float:
    start = time.perf_counter()
    while not happened():
        if time.perf_counter() - start > GIVE_UP_S:
            raise RuntimeError("never shown")
        time.sleep(0.002)
    return time.perf_counter() - start


@contextmanager
def taky() -> Iterator[int]:
    """taky on a free port, in its own environment."""
    program = _install()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="taky-") as folder:
        config = Path(folder) / "taky.conf"
        config.write_text(
            f"[taky]\nhostname=localhost\nbind_ip=127.0.0.1\nroot_dir={folder}\n"
            f"[cot_server]\nport={port}\nlog_cot=\n[dp_server]\nupload_path={folder}\n[ssl]\nenabled=false\n"
        )
        server = subprocess.Popen([program, "-c", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(100):
                try:
                    _connect(port).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield port
        finally:
            server.terminate()
            server.wait(10)


def _install() -> Path:
    program = TAKY / "bin" / "taky"
    if not program.exists():
        venv.create(TAKY, with_pip=True)
        wanted = ["taky==0.10", "flask<3", "setuptools<81"]
        subprocess.run([TAKY / "bin" / "python", "-m", "pip", "install", "-q", *wanted], check=True, stdout=sys.stderr)
    return program
