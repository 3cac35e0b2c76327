"""A real site in a process of its own, and a client that speaks plain HTTP to it."""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dunant.kernel.ids import uuid7

PASSWORD = "measured with care"
ROLE = "casevac_cell"


@dataclass(frozen=True)
class Served:
    """Where the site is."""

    data: Path
    port: int
    cot_port: int


@contextmanager
def served(**environment: str) -> Iterator[Served]:
    """A new site with one account, reachable while the block lasts."""
    with tempfile.TemporaryDirectory(prefix="dunant-bench-") as folder:
        data = Path(folder) / "site"
        where = Served(data=data, port=free_port(), cot_port=free_port())
        base = [sys.executable, "-m", "dunant"]
        env = {**os.environ, "DUNANT_DATA": str(data), **environment}
        command = [*base, "user", "add", "bench", "--role", ROLE, "--password-stdin"]
        subprocess.run(command, input=PASSWORD + "\n", text=True, env=env, check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen(
            [*base, "serve", "--port", str(where.port), "--cot-port", str(where.cot_port)],
            env=env,
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait(where.port)
            _wait(where.cot_port)
            yield where
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(300)


class Client:
    """One keep-alive connection, signed in."""

    def __init__(self, port: int, cookie: str = "", csrf: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.cookie, self.csrf = cookie, csrf
        if not cookie:
            self._sign_in()

    def _sign_in(self) -> None:
        body = json.dumps({"user": "bench", "password": PASSWORD})
        self.connection.request("POST", "/api/v1/login", body, {"Content-Type": "application/json"})
        response = self.connection.getresponse()
        self.csrf = json.loads(response.read())["csrf"]
        self.cookie = (response.getheader("Set-Cookie") or "").split(";")[0]

    def another(self, port: int) -> "Client":
        return Client(port, self.cookie, self.csrf)

    def post(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "Cookie": self.cookie, "X-CSRF-Token": self.csrf}
        self.connection.request("POST", "/api/v1/commands", body, headers)
        response = self.connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {answer[:300]!r}")
        return answer

    def view(self, path: str) -> Any:
        self.connection.request("GET", f"/api/v1/views/{path}", headers={"Cookie": self.cookie})
        return json.loads(self.connection.getresponse().read())


def new_id() -> str:
    return uuid7(time.time_ns() // 1_000_000, secrets.randbits(12), secrets.randbits(62))


def entry(**command: Any) -> dict[str, Any]:
    return {"id": new_id(), "command": command}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the site did not come up")
