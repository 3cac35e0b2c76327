"""Encoding 3: a frame that only its recipients can open, whoever carries it (sync §12).

A random key for the content, wrapped once for each recipient. What a carrier sees is for whom it is, and its weight.
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.utils import random as random_bytes

from dunant.sync.errors import BadFrame

MAGIC = b"DUNS"
_KEY = bindings.crypto_aead_xchacha20poly1305_ietf_KEYBYTES
_NONCE = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES


class _Sealed(Struct, frozen=True, kw_only=True):
    """`keys`: recipient site → content key, sealed for that site. The list of recipients is bound to the content."""

    keys: dict[str, bytes]
    nonce: bytes
    content: bytes


def seal(raw: bytes, recipients: Mapping[str, bytes]) -> bytes:
    """Wrap bytes for the X25519 keys of some sites."""
    key, nonce = random_bytes(_KEY), random_bytes(_NONCE)
    content = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(raw, _bound(recipients), nonce, key)
    keys = {site: SealedBox(PublicKey(public)).encrypt(key) for site, public in sorted(recipients.items())}
    return MAGIC + msgspec.msgpack.encode(_Sealed(keys=keys, nonce=nonce, content=content))


def is_sealed(raw: bytes) -> bool:
    return raw.startswith(MAGIC)


def recipients_of(raw: bytes) -> tuple[str, ...]:
    """Sites that can open it.

    Raises
    ------
    BadFrame
    """
    return tuple(_read(raw).keys)


def open_seal(raw: bytes, site: str, secret: bytes) -> bytes:
    """The bytes inside.

    Raises
    ------
    BadFrame
        wrong_recipient, or undecodable if anything of it has been changed.
    """
    sealed = _read(raw)
    if site not in sealed.keys:
        raise BadFrame("wrong_recipient")
    try:
        key = SealedBox(PrivateKey(secret)).decrypt(sealed.keys[site])
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed.content, _bound(sealed.keys), sealed.nonce, key
        )
    except (CryptoError, ValueError, TypeError):
        raise BadFrame("undecodable") from None


def _read(raw: bytes) -> _Sealed:
    try:
        return msgspec.msgpack.decode(raw.removeprefix(MAGIC), type=_Sealed)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        raise BadFrame("undecodable") from None


def _bound(recipients: Mapping[str, bytes]) -> bytes:
    return b"dunant-seal-1" + b"\x1f".join(site.encode() for site in sorted(recipients))
