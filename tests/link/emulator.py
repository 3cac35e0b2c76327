"""A satellite link with real packets: hosts are network namespaces, the link is a process between TUN devices.

    with satellite(rate=256_000, rtt_ms=600, loss=0.03, seed=1) as link:
        server = link.run_in("hq", ["python", "-m", "http.server", "--bind", link.address("hq")])
        link.down(); link.up(); link.counters()

Needs Linux, root, `/dev/net/tun` and `nsenter`; `available()` says what is missing. No `tc netem`.
"""

import ctypes
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from tests.link.channel import Counts, Shape
from tests.link.relay import CLONE_NEWNET, LIBC, address

ROOT = Path(__file__).parents[2]
ANSWER_S = 15.0
T = TypeVar("T")


@dataclass(frozen=True)
class Span:
    """A link between two hosts; `there` is from `a` to `b`."""

    a: str
    b: str
    there: Shape = field(default_factory=Shape)
    back: Shape | None = None


class Network:
    def __init__(self, spans: Sequence[Span], seed: int) -> None:
        self.spans = list(spans)
        self._control, theirs = socket.socketpair()
        self._control.settimeout(ANSWER_S)
        relay = [sys.executable, "-m", "tests.link.relay"]
        self._relay = subprocess.Popen(relay, cwd=ROOT, stdin=theirs.fileno())
        theirs.close()
        self._started: list[subprocess.Popen[Any]] = []
        asked = [{"a": s.a, "b": s.b, "there": asdict(s.there), "back": asdict(s.back or s.there)} for s in self.spans]
        try:
            self._keepers: dict[str, int] = self._ask({"spans": asked, "seed": seed})["keepers"]
        except BaseException:
            self.close()
            raise

    def run_in(self, host: str, command: Sequence[str], **how: Any) -> subprocess.Popen[Any]:
        """A process on that host, as `subprocess.Popen`; ended with the network at the latest."""
        inside = ["nsenter", f"--net=/proc/{self._keepers[host]}/ns/net", "--", *command]
        process: subprocess.Popen[Any] = subprocess.Popen(inside, **how)
        self._started.append(process)
        return process

    def inside(self, host: str, make: Callable[[], T]) -> T:
        """Something made on that host by this process, such as a socket, which then stays there."""

        def work() -> T:
            with Path(f"/proc/{self._keepers[host]}/ns/net").open("rb") as there:
                # Of this thread only, which ends with it.
                if LIBC.setns(there.fileno(), CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
            return make()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(work).result()

    def address(self, host: str, toward: str | None = None) -> str:
        """Of a host, on its link to another one; it need not be named where there is one link only."""
        for number, span in enumerate(self.spans):
            ends = (span.a, span.b)
            if host in ends and (toward is None or toward in ends):
                return address(number, ends.index(host))
        raise KeyError(f"no link of {host} to {toward}")

    def down(self, *spans: int) -> None:
        """Of all links, or of those given by number: packets vanish, and nobody is told."""
        self._ask({"do": "down", "spans": list(spans) or None})

    def up(self, *spans: int) -> None:
        self._ask({"do": "up", "spans": list(spans) or None})

    def set(
        self, *spans: int, there: dict[str, Any] | None = None, back: dict[str, Any] | None = None, **both: Any
    ) -> None:
        """Fields of `Shape`, for both directions or for one."""
        self._ask({"do": "set", "spans": list(spans) or None, "both": both, "there": there or {}, "back": back or {}})

    def reset(self) -> None:
        """Shapes, dice and counters as at the start; what is on its way is gone."""
        self._ask({"do": "reset"})

    def counters(self, span: int = 0) -> tuple[Counts, Counts]:
        """There and back."""
        found = self._ask({"do": "counters", "spans": [span]})
        return Counts(**found[f"{span} 0"]), Counts(**found[f"{span} 1"])

    def cpu_s(self) -> float:
        """What the relay has used of a processor."""
        fields = Path(f"/proc/{self._relay.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe:
                    pipe.close()
        self._control.close()
        self._relay.wait(ANSWER_S)

    def _ask(self, what: dict[str, Any]) -> dict[str, Any]:
        self._control.sendall(json.dumps(what).encode() + b"\n")
        line = b""
        while not line.endswith(b"\n"):
            part = self._control.recv(65536)
            if not part:
                raise RuntimeError("the relay has ended")
            line += part
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer


@contextmanager
def network(spans: Sequence[Span], *, seed: int) -> Iterator[Network]:
    """Hosts and links of any shape: a chain, a star."""
    made = Network(spans, seed)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def satellite(
    *,
    rate: int = 256_000,
    rtt_ms: float = 600,
    loss: float = 0.0,
    burst: float = 0.0,
    queue: int = 64 * 1024,
    back_rate: int | None = None,
    seed: int,
) -> Iterator[Network]:
    """Hosts `site` and `hq` and one link; `back_rate` makes the way from hq to site another one."""
    there = Shape(rate=rate, delay_s=rtt_ms / 2000, loss=loss, burst=burst, queue=queue)
    back = Shape(rate=back_rate or rate, delay_s=rtt_ms / 2000, loss=loss, burst=burst, queue=queue)
    with network([Span("site", "hq", there, back)], seed=seed) as made:
        yield made


@functools.cache
def available() -> str:
    """Why it cannot run here; empty if it can."""
    if not sys.platform.startswith("linux"):
        return "network namespaces are a thing of Linux"
    if os.geteuid() != 0:
        return "making network namespaces needs root"
    if not Path("/dev/net/tun").exists():
        return "there is no /dev/net/tun"
    if not shutil.which("nsenter"):
        return "there is no nsenter (util-linux)"
    try:
        Network([Span("site", "hq")], 0).close()
    except (OSError, RuntimeError) as error:
        return f"this machine refuses: {error}"
    return ""
