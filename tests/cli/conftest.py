"""Sites as an operator runs them: a folder, a process, a port."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from dunant.cli import app

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a lantern over the ford"
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("user", "list", …)`: the verb in this process, with a clean environment."""
    for name in list(os.environ):
        if name.startswith("DUNANT_"):
            monkeypatch.delenv(name)

    def call(*words: object, **more: Any) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], **more)

    return call


class Process:
    """`dunant …` in a process of its own, and what it has printed."""

    def __init__(self, *words: object, **environment: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DUNANT_")}
        self.began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dunant", *(str(word) for word in words)],
            env={**kept, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Read on until a line matches."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said += line
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"ended with {self._process.wait()}: {self.said}")

    def ends(self) -> int:
        """Wait until it ends by itself."""
        said, _ = self._process.communicate(timeout=20)
        self.said += said
        return self._process.returncode

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        self._process.terminate()
        said, _ = self._process.communicate(timeout=20)
        self.said += said
        return self._process.returncode


@pytest.fixture
def start() -> Iterator[Callable[..., Process]]:
    running: list[Process] = []

    def begin(*words: object, **environment: str) -> Process:
        running.append(Process(*words, **environment))
        return running[-1]

    yield begin
    for process in running:
        process.stop()


@contextmanager
def signed_in(url: str, login: str, password: str = PASSWORD) -> Iterator[httpx.Client]:
    """A client that no proxy of this machine stands in front of."""
    with httpx.Client(base_url=url, trust_env=False, timeout=20) as client:
        answer = client.post("/api/v1/login", json={"user": login, "password": password})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        yield client
