"""Who is at the other end of a connection between sites: what the certificate says, and nothing that is typed."""

import asyncio
import hashlib
import ssl
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from msgspec import Struct
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Peer(Struct, frozen=True, kw_only=True):
    """A site by its certificate: `code` from its name, `tls` is the SHA-256 of its public key (pinned, sync §11)."""

    code: str
    tls: str


class PeerProtocol(HttpToolsProtocol):
    """Hands the verified certificate of the caller to the application, in the state of each request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "peer": peer_of(transport.get_extra_info("ssl_object"))}


def peer_of(tls: Any) -> Peer | None:
    """None without a certificate; one that does not come from the mission's authority never gets so far."""
    raw = tls.getpeercert(binary_form=True) if tls is not None else None
    if not raw:
        return None
    cert = x509.load_der_x509_certificate(raw)
    names = cert.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    public = cert.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Peer(code=str(names[0].value) if names else "", tls=hashlib.sha256(public).hexdigest())


def harden(context: ssl.SSLContext) -> None:
    """Callers without a certificate may only knock to be enrolled; the application sees to that."""
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_OPTIONAL
