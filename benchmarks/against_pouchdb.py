"""PouchDB replicating documents to a PouchDB server over the emulated link: bytes, and time to converge.

Both are other people's code from npm, installed into `.cache/pouchdb` on first use, with Node from PyPI.
`python -m benchmarks.against_pouchdb FILE.ndjson [BATCH]` runs it alone.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from build_ui import node_on_path, npm
from tests.link.emulator import Network, available, satellite

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "benchmarks" / "pouchdb"
HOME = ROOT / ".cache" / "pouchdb"
PORT = "5984"
# PouchDB's own is 100; larger batches are kinder to it where a round trip is long.
BATCH = 1000


@dataclass(frozen=True)
class Replicated:
    documents: int
    seconds: float
    bytes_there: int
    bytes_back: int

    @property
    def ip_bytes(self) -> int:
        return self.bytes_there + self.bytes_back


def install() -> Path:
    """`npm ci` into the cache, unless what is there came from this lock."""
    files = [file for file in sorted(SOURCE.iterdir()) if file.is_file()]
    lock = (SOURCE / "package-lock.json").read_text(encoding="utf-8")
    mark = HOME / "node_modules" / ".from-lock"
    HOME.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy(file, HOME / file.name)
    if not mark.exists() or mark.read_text(encoding="utf-8") != lock:
        npm("ci", folder=HOME)
        mark.write_text(lock, encoding="utf-8")
    return HOME


def replicate(file: Path, link: Network, *, batch: int = BATCH, timeout_s: float = 1800) -> Replicated:
    """From host `site` to host `hq`. Counts from the first byte of the replication; the link is reset before."""
    home = install()
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": home}
    with node_on_path() as path:
        env = {**os.environ, "PATH": path}
        server = link.run_in("hq", ["node", "server.cjs", link.address("hq"), PORT], env=env, **pipes)
        pusher = None
        try:
            _line(server)
            url = f"http://{link.address('hq')}:{PORT}/events"
            pusher = link.run_in("site", ["node", "push.cjs", url, str(file.resolve()), str(batch)], env=env, **pipes)
            held = _line(pusher)["held"]
            link.reset()
            assert pusher.stdin is not None
            pusher.stdin.write("go\n")
            pusher.stdin.flush()
            took = _line(pusher, timeout_s)
            there, back = link.counters()
            arrived = _line(pusher)["there"]
        finally:
            for process in (pusher, server):
                if process is not None:
                    process.kill()
                    process.wait()
    if arrived != held:
        raise RuntimeError(f"PouchDB brought {arrived} of {held} documents")
    return Replicated(held, took["seconds"], there.sent_bytes, back.sent_bytes)


def _line(process: "subprocess.Popen[str]", timeout_s: float = 120) -> dict[str, Any]:
    assert process.stdout is not None
    # A process that hangs must not hang the benchmark.
    watchdog = threading.Timer(timeout_s, process.kill)
    watchdog.start()
    text = process.stdout.readline()
    watchdog.cancel()
    if not text:
        raise RuntimeError(f"PouchDB ended, or said nothing for {timeout_s:.0f} s")
    found: dict[str, Any] = json.loads(text)
    return found


def main() -> None:
    if reason := available():
        sys.exit(f"no emulated link: {reason}")
    file, batch = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else BATCH
    with satellite(rate=256_000, rtt_ms=600, loss=0.03, seed=1) as link:
        found = replicate(file, link, batch=batch)
    print(f"{found.documents} documents, {found.ip_bytes:,} IP bytes, {found.bytes_there:,} of them there")
    print(f"{found.ip_bytes / found.documents:.0f} a document, {found.seconds:.1f} s")


if __name__ == "__main__":
    main()
