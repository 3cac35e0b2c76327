"""The site's signing key: one file that never leaves the machine."""

import hashlib
import os
from pathlib import Path

from msgspec import Struct
from nacl.signing import SigningKey, VerifyKey


class SiteKey(Struct, frozen=True, kw_only=True):
    """Ed25519. `id` is the first 16 hex digits of SHA-256 over the public key."""

    secret: SigningKey

    @property
    def id(self) -> str:
        return key_id(bytes(self.secret.verify_key))

    def sign(self, message: bytes) -> bytes:
        return self.secret.sign(message).signature

    @property
    def public(self) -> VerifyKey:
        return self.secret.verify_key


def key_id(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def fsync_folder(folder: Path) -> None:
    """Make the names of new files in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def load_key(folder: Path, name: str = "site.key") -> SiteKey:
    """The key of a site folder; a new folder gets a new one, readable by its owner only."""
    file = folder / name
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(bytes(SigningKey.generate()))
            # A power cut that leaves an empty key would leave a site that cannot start.
            out.flush()
            os.fsync(out.fileno())
        fsync_folder(folder)
    return SiteKey(secret=SigningKey(file.read_bytes()))
