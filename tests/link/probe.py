"""Small programs to run on the hosts of an emulated link; each prints one JSON object.

`python -m tests.link.probe echo|sink|receive ADDRESS PORT` on one side (says READY first),
`ping|flood|send ADDRESS PORT …` on the other.
"""

import json
import socket
import statistics
import struct
import sys
import threading
import time
from collections.abc import Callable
from typing import Any


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201


def echo(where: tuple[str, int]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(where)
        say(ready=True)
        while True:
            data, sender = s.recvfrom(2048)
            s.sendto(data, sender)


def ping(where: tuple[str, int], count: str) -> None:
    """Round trips of small packets, 20 ms apart so that none waits for another."""
    times = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(3)
        for n in range(int(count)):
            s.sendto(struct.pack("!Qd", n, time.monotonic()), where)
            time.sleep(0.02)
        for _ in range(int(count)):
            try:
                data = s.recv(2048)
            except TimeoutError:
                break
            # Those that came while we were sending were read late; the kernel keeps no time for us.
            times.append(time.monotonic() - struct.unpack("!Qd", data)[1])
    say(received=len(times), median_ms=statistics.median(times[len(times) // 2 :]) * 1000)


def sink(where: tuple[str, int]) -> None:
    """Counts datagrams until none comes for two seconds."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(where)
        say(ready=True)
        packets = size = 0
        first = last = 0.0
        while True:
            try:
                data = s.recv(2048)
            except TimeoutError:
                break
            last = time.monotonic()
            first = first or last
            s.settimeout(2)
            packets += 1
            size += len(data) + 28
    say(packets=packets, ip_bytes=size, seconds=last - first)


def flood(where: tuple[str, int], rate: str, seconds: str) -> None:
    """Datagrams of 1,400 bytes at so many bit/s."""
    end = time.monotonic() + float(seconds)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        following = time.monotonic()
        while following < end:
            s.sendto(bytes(1372), where)
            following += 1400 * 8 / int(rate)
            time.sleep(max(following - time.monotonic(), 0))
    say(done=True)


def receive(where: tuple[str, int]) -> None:
    """Takes what any connection brings."""
    with socket.create_server(where, backlog=16) as server:
        say(ready=True)
        while True:
            threading.Thread(target=_drain, args=(server.accept()[0],), daemon=True).start()


def _drain(connection: socket.socket) -> None:
    with connection:
        while connection.recv(65536):
            pass
        connection.sendall(b"all")


def send(where: tuple[str, int], size: str, connections: str, congestion: str = "") -> None:
    """So many bytes over so many connections; time until the last is acknowledged by the other program."""
    began = time.monotonic()

    def one() -> None:
        with socket.socket() as s:
            if congestion:
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, congestion.encode())
            used.append(s.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, 16).rstrip(b"\0").decode())
            s.connect(where)
            s.sendall(bytes(int(size) // int(connections)))
            s.shutdown(socket.SHUT_WR)
            while s.recv(16):
                pass

    used: list[str] = []
    threads = [threading.Thread(target=one) for _ in range(int(connections))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say(seconds=time.monotonic() - began, congestion=used[0])


if __name__ == "__main__":
    what, host, port, *rest = sys.argv[1:]
    programs: dict[str, Callable[..., None]] = {
        "echo": echo,
        "ping": ping,
        "sink": sink,
        "flood": flood,
        "receive": receive,
        "send": send,
    }
    programs[what]((host, int(port)), *rest)
