"""A mission of real processes: `dunant serve` on folders that the three files of an enrolment made belong together."""

import hashlib
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg
from typer.testing import CliRunner

from dunant.cli import app
from dunant.sync.http import client_context, site_name
from tests.builders import new_id
from tests.verifier.test_verifier import verified

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a lantern over the ford"
HQ, CLINIC, AMBULANCE = "MHQ", "CLINIC", "AMB-1"
ROLES = {
    HQ: ("mission_hq", "casevac_cell", "receiving_facility"),
    CLINIC: ("receiving_facility",),
    AMBULANCE: ("field",),
}
BLOCKS = {HQ: 1, CLINIC: 2, AMBULANCE: 3}
# Everybody holds alerts; casualties go to those that decide and receive; clinical facts to those that treat.
ENTITLED = {"alert": {HQ, CLINIC, AMBULANCE}, "casualty": {HQ, CLINIC}, "clinical": {HQ, CLINIC}}
# Quiet on this machine; a web server for people and a port for sites.
FLAGS = ("--port", "0", "--cot-port", "-1")


def until(holds: Callable[[], Any], what: str = "it did not happen", seconds: float = 30.0) -> Any:
    """What it gives as soon as that is true."""
    ends = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        assert time.monotonic() < ends, what
        time.sleep(0.1)


def free_port() -> int:
    """Below those that the system gives to whoever calls somebody: it has to be free later too."""
    while True:
        port = random.randrange(15_000, 30_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def cli(*words: object, code: int | None = 0, **environment: str) -> str:
    """A verb in this process, as an operator types it; what it says. `code`: as it has to end, None for any."""
    told = CliRunner().invoke(app, [str(word) for word in words], env=environment)
    assert code is None or told.exit_code == code, f"{words}: {told.exit_code} {told.output} {told.exception!r}"
    return told.output


class Node:
    """One site: its folder, its database, its processes."""

    def __init__(self, code: str, folder: Path, db: str = "") -> None:
        self.code = code
        self.folder = folder
        self.db = db
        self.port = free_port()
        self.peers: dict[str, str] = {}
        self.urls: list[str] = []
        self._processes: list[subprocess.Popen[str]] = []
        self._clients: dict[tuple[str, str], httpx.Client] = {}

    # ── verbs ──

    @property
    def where(self) -> tuple[object, ...]:
        return ("--data", self.folder, *(("--db", self.db) if self.db else ()))

    @property
    def environment(self) -> dict[str, str]:
        return {"DUNANT_SITE": self.code, "DUNANT_TAG_BLOCK": str(BLOCKS.get(self.code, 9))}

    def cli(self, *words: object, code: int | None = 0, **environment: str) -> str:
        return cli(*words, *self.where, code=code, **(self.environment | environment))

    # ── processes ──

    def start(
        self,
        *,
        processes: int = 1,
        seconds: float = 30,
        wrap: Callable[[list[str]], list[str]] | None = None,
        **environment: str,
    ) -> "Node":
        """`dunant serve`; the first of several processes on one database also answers other sites."""
        for number in range(processes):
            peers = [word for peer, address in self.peers.items() for word in ("--sync-peers", f"{peer}={address}")]
            sync = ["--sync-port", str(self.port)] if number == 0 else []
            words = ["serve", *map(str, self.where), *FLAGS, *(peers if number == 0 else []), *sync]
            command = [sys.executable, "-m", "dunant", *words]
            kept = {name: value for name, value in os.environ.items() if not name.startswith("DUNANT_")}
            process = subprocess.Popen(
                wrap(command) if wrap else command,
                env={**kept, **self.environment, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200", **environment},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            self._processes.append(process)
            self.urls.append(_said(process, f"Dunant {self.code} ", seconds).rpartition(" ")[2])
        return self

    @property
    def sync_url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        return bool(self._processes)

    def kill(self) -> None:
        """As when the plug is pulled."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        for process in self._processes:
            process.send_signal(how)
        for process in self._processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=15)
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
        self._processes.clear()
        self.urls.clear()

    # ── the interface for people ──

    def client(self, login: str = "cell", process: int = 0) -> httpx.Client:
        url = self.urls[process]
        if (login, url) not in self._clients:
            client = httpx.Client(base_url=url, trust_env=False, timeout=30)
            answer = client.post("/api/v1/login", json={"user": login, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
            self._clients[login, url] = client
        return self._clients[login, url]

    def get(self, path: str, login: str = "cell", process: int = 0) -> Any:
        answer = self.client(login, process).get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def status(self) -> Any:
        return self.get("/site/status", "admin")

    def rows(self, view: str, process: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"/views/{view}", process=process)["rows"]
        return found

    # ── what lies in its database, read without the product ──

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        if self.db:
            with psycopg.connect(self.db) as connection:
                return [tuple(row) for row in connection.execute(query.replace("?", "%s"), values)]
        file = self.folder / "dunant.sqlite3"
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=20)) as raw:
            return list(raw.execute(query, values))

    def held(self) -> dict[str, list[tuple[str, str]]]:
        """Event id → (stream, SHA-256 of header and body) of every copy in the log."""
        found: dict[str, list[tuple[str, str]]] = {}
        for name, stream, header, body in self.sql("SELECT id, st, header, body FROM event"):
            digest = hashlib.sha256(bytes(header) + b"\0" + bytes(body or b"")).hexdigest()
            found.setdefault(str(name), []).append((stream, digest))
        return found

    def heads(self) -> dict[tuple[str, str, str], tuple[int, bytes]]:
        rows = self.sql("SELECT o, e, st, q, head FROM tip WHERE st <> 'audit'")
        return {(o, e, st): (q, bytes(head)) for o, e, st, q, head in rows if q}

    def quarantined(self) -> Counter[str]:
        return Counter(rule for (rule,) in self.sql("SELECT rule FROM quarantine"))

    def independent(self, folder: Path) -> dict[str, int]:
        """The other program, in another language, reads a backup of this site and has nothing to say."""
        file = folder / f"{self.code}-{new_id()}.sqlite3"
        self.cli("backup", file)
        counts, faults = verified(file)
        assert faults == [], f"{self.code}: {faults[:5]}"
        return counts

    # ── as a peer ──

    @contextmanager
    def as_peer(self, to: "Node") -> Iterator[httpx.Client]:
        """This site's certificate at another's door, in the hands of a test."""
        tls = self.folder / "tls"
        with peer_client(to, tls / "mission.pem", tls / "site.pem", tls / "site.key") as client:
            yield client


@contextmanager
def peer_client(to: Node, ca: Path, cert: Path | None = None, key: Path | None = None) -> Iterator[httpx.Client]:
    import ssl

    if cert is None or key is None:
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=ca)
    else:
        context = client_context(ca, cert, key)
    hook = {"request": [lambda request: request.extensions.update(sni_hostname=site_name(to.code))]}
    with httpx.Client(
        base_url=f"{to.sync_url}/sync/v1", verify=context, trust_env=False, timeout=30, event_hooks=hook
    ) as client:
        yield client


def _said(process: "subprocess.Popen[str]", begins: str, seconds: float) -> str:
    """A line of what a process says. It is read on behind the test's back, so that it never waits for a reader."""
    import threading

    lines: list[str] = []
    found = threading.Event()
    assert process.stdout is not None
    stream = process.stdout

    def read() -> None:
        with suppress(ValueError):
            for line in stream:
                lines.append(line.rstrip())
                if line.startswith(begins):
                    found.set()
        found.set()

    threading.Thread(target=read, daemon=True).start()
    assert found.wait(seconds), f"silent: {lines}"
    line = next((line for line in lines if line.startswith(begins)), None)
    assert line, f"ended: {lines}"
    return line


class Ledger:
    """What was acknowledged, in a file of our own that is synced before anything else happens (sync §18.1)."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", encoding="utf-8")

    def close(self) -> None:
        self._file.close()

    def note(self, site: str, stream: str, name: str) -> None:
        self._file.write(json.dumps([site, stream, name]) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def entries(self) -> list[tuple[str, str, str]]:
        lines = Path(self._file.name).read_text(encoding="utf-8").splitlines()
        return [tuple(json.loads(line)) for line in lines]

    def post(self, node: Node, entries: list[dict[str, Any]], login: str = "cell", process: int = 0) -> list[str]:
        """Hand entries in and write down each that was accepted, with the stream that it goes to."""
        answer = node.client(login, process).post("/api/v1/commands", json=entries)
        assert answer.status_code == 200, answer.text
        accepted = []
        for entry, outcome in zip(entries, answer.json(), strict=True):
            assert outcome["outcome"] == "accepted", outcome
            self.note(node.code, stream_of(entry["command"]["t"]), entry["id"])
            accepted.append(entry["id"])
        return accepted

    def compare(self, nodes: Mapping[str, Node], streams: Mapping[str, set[str]] = ENTITLED) -> int:
        """Every acknowledged id once, byte for byte, at each entitled site and its own; nowhere else. How many."""
        held = {code: node.held() for code, node in nodes.items()}
        entries = self.entries()
        for site, stream, name in entries:
            origin = held[site].get(name, [])
            assert len(origin) == 1, f"{name} of {site} is {len(origin)} times at its own site"
            for code, here in held.items():
                wanted = origin if code in streams[stream] or code == site else []
                assert here.get(name, []) == wanted, f"{name} ({stream} of {site}) at {code}"
        for code, here in held.items():
            doubled = [name for name, copies in here.items() if len(copies) > 1]
            assert not doubled, f"{code} holds twice: {doubled[:3]}"
        return len(entries)


STREAMS = {"casualty.record_alert": "alert", "casualty.acknowledge_alert": "alert"}


def stream_of(tag: str) -> str:
    return "clinical" if tag == "casualty.assert_identity" else STREAMS.get(tag, "casualty")


def alert(**more: object) -> dict[str, Any]:
    return _entry("casualty.record_alert", alert=new_id(), channel="VOICE", **more)


def casualty() -> dict[str, Any]:
    return _entry("casualty.report_casualty", casualty=new_id())


def identity(of: dict[str, Any], value: str = "A-1") -> dict[str, Any]:
    return _entry("casualty.assert_identity", casualty=of["command"]["casualty"], kind="ZAP", value=value)


def _entry(tag: str, **fields: object) -> dict[str, Any]:
    return {"id": fresh_id(), "command": {"t": tag, **fields}}


def fresh_id() -> str:
    """Not the same in the next run of the tests, nor in another process."""
    return new_id()


# ── founding ──


def found(folder: Path, hq_db: str = "") -> dict[str, Node]:
    """Three sites that belong together, by the three files of each enrolment, typed as an operator does."""
    nodes = {
        HQ: Node(HQ, folder / HQ, hq_db),
        CLINIC: Node(CLINIC, folder / CLINIC),
        AMBULANCE: Node(AMBULANCE, folder / AMBULANCE),
    }
    hq = nodes[HQ]
    hq.cli("site", "init", *_roles(HQ), "--name", "127.0.0.1")
    for code in (CLINIC, AMBULANCE):
        join(hq, nodes[code], folder, _roles(code))
    for node in nodes.values():
        for login, role in (("cell", "casevac_cell"), ("admin", "administrator"), ("doctor", "clinician")):
            node.cli("user", "add", "--role", role, login, DUNANT_PASSWORD=PASSWORD)
    return nodes


def join(hq: Node, node: Node, folder: Path, roles: tuple[str, ...]) -> None:
    one, two, three = (folder / f"{node.code}-{name}.json" for name in ("one", "two", "three"))
    node.cli("site", "init")
    hq.cli("site", "invite", node.code, *roles, "--out", one)
    node.cli("site", "request", one, "--name", "127.0.0.1", "--out", two)
    hq.cli("site", "approve", two, "--yes", "--out", three)
    node.cli("site", "enrol", three)


def _roles(code: str) -> tuple[str, ...]:
    return tuple(word for role in ROLES[code] for word in ("--role", role))


def copied(nodes: Mapping[str, Node], folder: Path, hq_db: str = "") -> dict[str, Node]:
    """The same mission in other folders: founding takes seconds, copying none."""
    made = {}
    for code, node in nodes.items():
        shutil.copytree(node.folder, folder / code)
        made[code] = Node(code, folder / code, hq_db if code == HQ else "")
    return made
