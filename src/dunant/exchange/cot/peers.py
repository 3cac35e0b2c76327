"""Who may connect to the listener, and under which name: loopback, a listed network, or a client certificate."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

Proof = Literal["loopback", "network", "certificate"]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """A system on the other side. The name is stable over reconnections: no port in it."""

    name: str
    proof: Proof


class AllowList:
    """Networks that may connect without a certificate, each with the name its peers go by."""

    def __init__(self, networks: Mapping[str, str] | None = None) -> None:
        listed = (networks or {}).items()
        self._networks: list[tuple[Network, str]] = [(ipaddress.ip_network(cidr), name) for cidr, name in listed]

    def admit(self, address: str, certificate: Mapping[str, Any] | None = None) -> Peer | None:
        """The peer, or None when it has no business here."""
        if name := _common_name(certificate):
            return Peer(name=name, proof="certificate")
        try:
            ip = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return None
        if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        if ip.is_loopback:
            return Peer(name="loopback", proof="loopback")
        for network, name in self._networks:
            if ip.version == network.version and ip in network:
                return Peer(name=name or str(ip), proof="network")
        return None


def _common_name(certificate: Mapping[str, Any] | None) -> str | None:
    """A certificate is here only when the TLS context has verified it."""
    for part in (certificate or {}).get("subject", ()):
        for key, value in part:
            if key == "commonName":
                return str(value)
    return None
