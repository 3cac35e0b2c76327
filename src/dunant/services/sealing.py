"""The site's sealing key: what only this site shall read is sealed to it. One file that never leaves the machine."""

import base64
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from msgspec import Struct

from dunant.kernel.errors import Refused
from dunant.services.keys import fsync_folder

FILE = "seal.key"
INFO = "dunant outbox 1 "
NONCE = 12
# What every browser has (RFC 9180, base mode); `ui/src/outbox/seal.ts` is the other end.
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class CannotOpen(Refused):
    """Sealed for another site, or damaged; `rule` says which. The device keeps the entry."""

    code = "outbox.cannot_open"


class Wrap(Struct, frozen=True, kw_only=True):
    """The key of an entry, wrapped for one site."""

    site: str
    key: str
    wrap: bytes


class Sealed(Struct, frozen=True, kw_only=True):
    """An entry that its device sealed: once, its key wrapped for each site that may open it."""

    v: int
    to: tuple[Wrap, ...]
    box: bytes


class SealKey:
    """X25519. `id` is the first 16 hex digits of SHA-256 over the public key."""

    def __init__(self, secret: bytes) -> None:
        self._secret = X25519PrivateKey.from_private_bytes(secret)
        self.secret = secret
        self.public = self._secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = hashlib.sha256(self.public).hexdigest()[:16]

    def open(self, name: str, sealed: Sealed) -> bytes:
        """The text of the entry called `name`.

        Raises
        ------
        CannotOpen
        """
        if sealed.v != 1:
            raise CannotOpen(field="sealed", rule="known_version")
        try:
            wrap = next(wrap.wrap for wrap in sealed.to if wrap.key == self.id)
            key = SUITE.decrypt(wrap, self._secret, (INFO + name).encode())
            return AESGCM(key).decrypt(sealed.box[:NONCE], sealed.box[NONCE:], name.encode())
        except StopIteration:
            raise CannotOpen(field="sealed", rule="for_this_site") from None
        except (InvalidTag, ValueError):
            raise CannotOpen(field="sealed", rule="undamaged") from None


class OutboxKey(Struct, frozen=True, kw_only=True):
    """A site that may open sealed entries: `public` is its X25519 key in base64."""

    site: str
    key: str
    public: str


def outbox_key(site: str, public: bytes) -> OutboxKey:
    digest = hashlib.sha256(public).hexdigest()[:16]
    return OutboxKey(site=site, key=digest, public=base64.b64encode(public).decode())


def seal(name: str, text: bytes, keys: Iterable[OutboxKey]) -> Sealed:
    """What a device does, for other devices than a browser and for tests."""
    secret, nonce = os.urandom(32), os.urandom(NONCE)
    wraps = tuple(Wrap(site=one.site, key=one.key, wrap=_wrapped(name, secret, one)) for one in keys)
    return Sealed(v=1, to=wraps, box=nonce + AESGCM(secret).encrypt(nonce, text, name.encode()))


def _wrapped(name: str, secret: bytes, to: OutboxKey) -> bytes:
    public = X25519PublicKey.from_public_bytes(base64.b64decode(to.public))
    return SUITE.encrypt(secret, public, (INFO + name).encode())


def load_seal_key(folder: Path) -> SealKey:
    """The sealing key of a site folder; a new folder gets a new one, readable by its owner only."""
    file = folder / FILE
    if not file.exists():
        raw = X25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        fsync_folder(folder)
    return SealKey(file.read_bytes())
