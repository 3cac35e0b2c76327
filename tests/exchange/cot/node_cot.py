"""An unmodified node-cot in its own process: other people's code from npm, installed on first use, Node from PyPI."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from build_ui import node_on_path, npm

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "tests" / "clients" / "node-cot"
HOME = ROOT / ".cache" / "node-cot"
VERSIONS = ("v12", "v14")


def install(version: str) -> Path:
    """`npm ci` into the cache, unless what is there came from this lock."""
    home, lock = HOME / version, (SOURCE / version / "package-lock.json").read_text(encoding="utf-8")
    mark = home / "node_modules" / ".from-lock"
    home.mkdir(parents=True, exist_ok=True)
    for file in (*(SOURCE / version).iterdir(), SOURCE / "driver.mjs"):
        shutil.copy(file, home / file.name)
    if not mark.exists() or mark.read_text(encoding="utf-8") != lock:
        npm("ci", folder=home)
        mark.write_text(lock, encoding="utf-8")
    return home


class NodeCot:
    """Asks and answers, one line each."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, what: str, data: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"ask": what, "data": data}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "failed" not in answer, answer
        return str(answer["data"])


@contextmanager
def node_cot(version: str) -> Iterator[NodeCot]:
    home = install(version)
    with node_on_path() as path:
        process = subprocess.Popen(
            ["node", "driver.mjs"],
            cwd=home,
            env={**os.environ, "PATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        try:
            yield NodeCot(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(10)
            assert process.stdout is not None
            process.stdout.close()
