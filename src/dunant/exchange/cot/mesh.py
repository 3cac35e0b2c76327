"""TAK clients without a server: one datagram per message, MESH framing or plain XML, on a group or a port."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import struct

import msgspec

from dunant.exchange.cot.listener import CotListener
from dunant.exchange.cot.model import CotMessage, Malformed
from dunant.exchange.cot.proto import write_frame
from dunant.exchange.cot.split import parse_message

PORT = 6969
# What fits into a datagram of IPv4.
_LARGEST = 65_507
_TTL = 1


class MeshAddress(msgspec.Struct, frozen=True, kw_only=True):
    """`group` is joined where it is a multicast address, and sent to in any case."""

    group: str
    port: int = PORT

    @property
    def is_multicast(self) -> bool:
        return ipaddress.ip_address(self.group).is_multicast


def mesh_of(text: str) -> MeshAddress:
    """`239.2.3.1`, or with `:6969`.

    Raises
    ------
    ValueError
        No IPv4 address, or no port.
    """
    group, _, port = text.partition(":")
    ipaddress.IPv4Address(group)
    number = int(port or PORT)
    if not 0 <= number < 65536:
        raise ValueError("port")
    return MeshAddress(group=group, port=number)


class CotMesh(asyncio.DatagramProtocol):
    """Takes what the mesh says through the listener's door, and says there what is our own."""

    def __init__(self, listener: CotListener, address: MeshAddress) -> None:
        self._listener, self._address = listener, address
        self._transport: asyncio.DatagramTransport | None = None
        self._arrived: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(maxsize=listener.limits.backlog)
        self._taking: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        assert self._transport is not None
        return int(self._transport.get_extra_info("sockname")[1])

    async def open(self, host: str) -> None:
        """Raises OSError when the port is taken."""
        door = _bound(host, self._address)
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=door)
        self._taking = asyncio.create_task(self._take())
        self._listener.also.add(self.send)

    def close(self) -> None:
        self._listener.also.discard(self.send)
        if self._taking is not None:
            self._taking.cancel()
        if self._transport is not None:
            self._transport.close()

    def send(self, message: CotMessage) -> None:
        """One of ours, to the group. What is larger than a datagram stays with those who connect."""
        data = write_frame(message, "MESH")
        if self._transport is not None and not self._transport.is_closing() and len(data) <= _LARGEST:
            self._transport.sendto(data, (self._address.group, self._address.port))
            self._listener.totals.messages_out += 1

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            self._arrived.put_nowait((addr[0], data))
        except asyncio.QueueFull:
            self._listener.totals.dropped += 1

    async def _take(self) -> None:
        while True:
            host, data = await self._arrived.get()
            self._listener.totals.bytes_in += len(data)
            peer = self._listener.allow.admit(host)
            if peer is None:
                self._listener.totals.refused += 1
                continue
            found = parse_message(data.strip(b" \t\r\n\x00") if data[:1] != b"\xbf" else data)
            await self._listener.take(peer, data, found)
            if isinstance(found, Malformed):
                self._listener.totals.bad_bytes += len(data)


def _bound(host: str, address: MeshAddress) -> socket.socket:
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        door.setblocking(False)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if address.is_multicast:
            door.bind(("", address.port))
            member = struct.pack("4s4s", socket.inet_aton(address.group), socket.inet_aton(host))
            door.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
            door.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(host))
            door.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, _TTL)
            # Our own words must not come back to us as a peer's.
            door.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
        else:
            door.bind((host, address.port))
    except OSError:
        door.close()
        raise
    return door
