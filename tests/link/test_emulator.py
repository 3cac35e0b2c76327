"""The emulated link carries what it should, with real packets."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.link.channel import Shape
from tests.link.emulator import ROOT, Network, Span, available, network, satellite

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def can_be_made() -> None:
    assert not available(), f"no emulated link: {available()}"


def start(link: Network, host: str, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.link.probe", *words]
    return link.run_in(host, command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    found: dict[str, Any] = json.loads(process.stdout.readline())
    return found


def served(link: Network, what: str) -> subprocess.Popen[str]:
    server = start(link, "hq", what, link.address("hq"), "9000")
    assert line(server) == {"ready": True}
    return server


def asked(link: Network, what: str, *words: str) -> dict[str, Any]:
    return line(start(link, "site", what, link.address("hq"), "9000", *words))


def test_a_round_trip_takes_what_it_should() -> None:
    with satellite(rate=2_000_000, rtt_ms=600, seed=1) as link:
        served(link, "echo")
        found = asked(link, "ping", "20")
        assert found["received"] == 20
        assert found["median_ms"] == pytest.approx(600, abs=15)


@pytest.mark.parametrize("rate", [64_000, 2_000_000])
def test_the_rate_is_that_of_the_link(rate: int) -> None:
    with satellite(rate=rate, rtt_ms=20, queue=8000, seed=1) as link:
        sink = served(link, "sink")
        asked(link, "flood", str(rate * 2), "3")
        found = line(sink)
        # The first packet's own time is before the first arrival.
        assert (found["ip_bytes"] - 1400) * 8 / found["seconds"] == pytest.approx(rate, rel=0.02)
        there, back = link.counters()
        assert there.delivered_bytes == found["ip_bytes"]
        assert there.dropped > 0
        assert back.sent == 0
        assert link.cpu_s() < 1.5


def test_down_is_silence_and_up_is_as_before() -> None:
    with satellite(rate=1_000_000, rtt_ms=40, seed=1) as link:
        served(link, "receive")
        link.down()
        sender = start(link, "site", "send", link.address("hq"), "9000", "20000", "1")
        time.sleep(1.5)
        assert sender.poll() is None
        assert link.counters()[0].delivered == 0
        link.up()
        assert 1.5 <= line(sender)["seconds"] < 8
        assert link.counters()[0].delivered_bytes > 20_000


def test_it_can_be_changed_and_reset_while_it_runs() -> None:
    with satellite(rate=1_000_000, rtt_ms=40, seed=1) as link:
        served(link, "echo")
        link.set(there={"delay_s": 0.2})
        assert asked(link, "ping", "5")["median_ms"] == pytest.approx(220, abs=15)
        link.reset()
        assert link.counters()[0].sent == 0
        assert asked(link, "ping", "5")["median_ms"] == pytest.approx(40, abs=15)


def test_a_chain_of_hosts() -> None:
    quick = Shape(rate=2_000_000, delay_s=0.01)
    with network([Span("phone", "site", quick), Span("site", "hq", quick), Span("hq", "unhq", quick)], seed=1) as link:
        for caller, called in (("phone", "site"), ("unhq", "hq")):
            where = link.address(called, caller)
            server = start(link, called, "echo", where, "9000")
            assert line(server) == {"ready": True}
            assert line(start(link, caller, "ping", where, "9000", "3"))["received"] == 3
        assert link.counters(1)[0].sent == 0


def test_nothing_is_left_when_its_user_is_killed() -> None:
    code = (
        "import os, time\nfrom tests.link.emulator import Network, Span\n"
        "n = Network([Span('site', 'hq')], 1)\np = n.run_in('hq', ['sleep', '600'])\n"
        "print(n._relay.pid, *n._keepers.values(), p.pid, flush=True)\ntime.sleep(600)"
    )
    user = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert user.stdout is not None
    left = [int(pid) for pid in user.stdout.readline().split()]
    assert len(left) == 4
    os.kill(user.pid, signal.SIGKILL)
    user.wait()
    user.stdout.close()
    until = time.monotonic() + 10
    while any(runs(pid) for pid in left) and time.monotonic() < until:
        time.sleep(0.05)
    assert [pid for pid in left if runs(pid)] == []


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_link_of_the_targets_carries_what_it_should() -> None:
    """256 kbit/s, 600 ms, 3 % loss: datagrams fill it; four TCP connections come near; what is lost is 3 %."""
    with satellite(rate=256_000, rtt_ms=600, loss=0.03, seed=1) as link:
        served(link, "receive")
        found = asked(link, "send", "500000", "4")
        ratio = found["seconds"] / (500_000 * 8 / 256_000)
        there, _ = link.counters()
        assert there.lost / there.sent == pytest.approx(0.03, abs=0.02)
        assert 1.0 <= ratio <= 3.0, found
        assert link.cpu_s() < 0.05 * found["seconds"] + 0.5


def test_the_machine_outside_does_not_see_the_link() -> None:
    with (
        satellite(seed=1) as link,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside,
        pytest.raises(OSError, match="assign"),
    ):
        outside.bind((link.address("hq"), 0))
