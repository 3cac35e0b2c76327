"""The process that is the link: makes the namespaces and their TUN devices, and carries packets between them.

Started by `tests/link/emulator.py`, with a control socket as standard input. Each namespace has no name and lives as
long as its keeper, a child that dies with this process, which in turn ends when the control socket does. So nothing
is left behind, however the test ends.
"""

import ctypes
import fcntl
import json
import os
import random
import select
import signal
import socket
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.link.channel import Channel, Shape

MTU = 1400
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFDSTADDR, SIOCSIFMTU, SIOCSIFNETMASK = 0x8914, 0x8916, 0x8918, 0x8922, 0x891C
IFF_UP, IFF_RUNNING = 0x1, 0x40
LIBC = ctypes.CDLL(None, use_errno=True)


def address(span: int, end: int) -> str:
    """From the block set aside for tests of networks (RFC 2544); it exists in the namespaces only."""
    return f"198.18.{span}.{end + 1}"


def enter_new_namespace() -> None:
    if LIBC.unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")


def open_tun(name: str, here: str, there: str) -> int:
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:

        def tell(what: int, value: bytes) -> None:
            fcntl.ioctl(any_socket, what, struct.pack("16s", name.encode()) + value.ljust(24, b"\0"))

        def inet(text: str) -> bytes:
            return struct.pack("HH4s", socket.AF_INET, 0, socket.inet_aton(text))

        tell(SIOCSIFADDR, inet(here))
        tell(SIOCSIFDSTADDR, inet(there))
        tell(SIOCSIFNETMASK, inet("255.255.255.255"))
        tell(SIOCSIFMTU, struct.pack("i", MTU))
        tell(SIOCSIFFLAGS, struct.pack("H", IFF_UP | IFF_RUNNING))
    return tun


def loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH", b"lo", IFF_UP | IFF_RUNNING)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, request.ljust(40, b"\0"))


def keep(node: str, spans: list[dict[str, Any]]) -> tuple[int, dict[tuple[int, int], int]]:
    """A child in a namespace of its own, and the descriptors of the devices in it, by span and end."""
    ours, theirs = socket.socketpair()
    parent = os.getpid()
    ends = [(i, end) for i, span in enumerate(spans) for end in (0, 1) if (span["a"], span["b"])[end] == node]
    child = os.fork()
    if child == 0:
        try:
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)
            ours.close()
            enter_new_namespace()
            loopback_up()
            with suppress(OSError):
                # Else the kernel's own announcements would be counted.
                Path("/proc/sys/net/ipv6/conf/all/disable_ipv6").write_text("1")
                Path("/proc/sys/net/ipv6/conf/default/disable_ipv6").write_text("1")
            tuns = [open_tun(f"sat{i}", address(i, end), address(i, 1 - end)) for i, end in ends]
            socket.send_fds(theirs, [b"ok"], tuns)
            for tun in tuns:
                os.close(tun)
            theirs.close()
            # Not the control socket: it must end with the test.
            os.close(0)
            while True:
                signal.pause()
        except BaseException as error:
            with suppress(OSError):
                theirs.send(repr(error).encode()[:500])
            os._exit(1)
    theirs.close()
    said, tuns, _, _ = socket.recv_fds(ours, 512, len(ends))
    ours.close()
    if said != b"ok":
        raise RuntimeError(said.decode() or "the namespace could not be made")
    return child, dict(zip(ends, tuns, strict=True))


class Relay:
    def __init__(self, control: socket.socket, asked: dict[str, Any]) -> None:
        self.control = control
        self.asked = asked
        self.keepers: dict[str, int] = {}
        self.tuns: dict[tuple[int, int], int] = {}
        for node in sorted({name for span in asked["spans"] for name in (span["a"], span["b"])}):
            self.keepers[node], tuns = keep(node, asked["spans"])
            self.tuns |= tuns
        self.channels: dict[tuple[int, int], Channel] = {}
        self.reset()

    def reset(self) -> None:
        """As at the start: shapes, dice, counters, nothing on its way."""
        for number, span in enumerate(self.asked["spans"]):
            for end, name in ((0, "there"), (1, "back")):
                dice = random.Random(f"{self.asked['seed']}/{number}/{end}")
                self.channels[number, end] = Channel(Shape(**span[name]), dice)

    def run(self) -> None:
        poll = select.epoll()
        by_fd = {tun: where for where, tun in self.tuns.items()}
        for tun in by_fd:
            poll.register(tun, select.EPOLLIN)
        poll.register(self.control, select.EPOLLIN)
        while True:
            times = [when for channel in self.channels.values() if (when := channel.next()) is not None]
            ready = poll.poll(max(min(times) - time.monotonic(), 0) if times else None)
            now = time.monotonic()
            for fd, _ in ready:
                if fd == self.control.fileno():
                    if not self.answer(now):
                        return
                else:
                    self.take(fd, self.channels[by_fd[fd]], now)
            for (span, end), channel in self.channels.items():
                for packet in channel.leave(now):
                    with suppress(BlockingIOError):
                        os.write(self.tuns[span, 1 - end], packet)

    @staticmethod
    def take(tun: int, channel: Channel, now: float) -> None:
        with suppress(BlockingIOError):
            while packet := os.read(tun, 65536):
                # IPv4 only.
                if packet[0] >> 4 == 4:
                    channel.enter(packet, now)

    def answer(self, now: float) -> bool:
        """One line in, one line out. False when the other side is gone."""
        line = self.control.recv(65536)
        if not line:
            return False
        asked = json.loads(line)
        self.control.sendall(json.dumps(self.do(asked, now)).encode() + b"\n")
        return True

    def do(self, asked: dict[str, Any], now: float) -> Any:
        what, spans = asked["do"], asked.get("spans")
        chosen = {where: channel for where, channel in self.channels.items() if spans is None or where[0] in spans}
        match what:
            case "up":
                for channel in chosen.values():
                    channel.up()
            case "down":
                for channel in chosen.values():
                    channel.down()
            case "set":
                for (_, end), channel in chosen.items():
                    channel.set(now, **asked["both"], **asked[("there", "back")[end]])
            case "reset":
                self.reset()
            case "counters":
                return {f"{span} {end}": channel.report() for (span, end), channel in chosen.items()}
            case _:
                return {"error": f"no such thing: {what}"}
        return {}

    def end(self) -> None:
        """Whatever still runs in our namespaces ends with them."""
        spaces = {Path(f"/proc/{keeper}/ns/net").stat().st_ino for keeper in self.keepers.values()}
        spaces.discard(Path("/proc/self/ns/net").stat().st_ino)
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and int(folder.name) not in self.keepers.values():
                with suppress(OSError):
                    if (folder / "ns" / "net").stat().st_ino in spaces:
                        os.kill(int(folder.name), signal.SIGKILL)
        for keeper in self.keepers.values():
            os.kill(keeper, signal.SIGKILL)
            os.waitpid(keeper, 0)


def main() -> None:
    # Interrupting the test ends it through the control socket.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=0) as control:
        asked = json.loads(control.recv(65536))
        try:
            relay = Relay(control, asked)
        except (OSError, RuntimeError) as error:
            control.sendall(json.dumps({"error": str(error)}).encode() + b"\n")
            sys.exit(1)
        try:
            control.sendall(json.dumps({"keepers": relay.keepers}).encode() + b"\n")
            relay.run()
        finally:
            relay.end()


if __name__ == "__main__":
    main()
