"""Who signed a code, and whether that counts: the site's word about the key, and the key's word about the record."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec
from msgspec import Struct
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from dunant.exchange.handover.codec import pack, texts
from dunant.exchange.handover.errors import BadSignature, Damaged, ExpiredKey, ForeignKey, RevokedKey
from dunant.exchange.handover.model import Code, Pass, Record

_PASS, _RECORD = b"dunant grant key 1\n", b"dunant handover 1\n"
# A phone's clock may be this far ahead of the site's that issued its grant.
AHEAD_S = 3600


class Issuer(Struct, frozen=True, kw_only=True):
    """A site whose word counts, and the public key it signs passes with."""

    site: str
    public: bytes


class IssuedPass(Struct, frozen=True, kw_only=True):
    """What a phone is told with its grant: the exact bytes that its site signed, and the signature."""

    said: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{unpadded(self.said)}.{unpadded(self.signature)}"

    @classmethod
    def of(cls, text: str) -> "IssuedPass":
        """Raises Damaged."""
        try:
            said, signature = (padded(part) for part in text.split("."))
        except ValueError:
            raise Damaged(field="pass", rule="base64url") from None
        return cls(said=said, signature=signature)


def issue(said: Pass, sign: Callable[[bytes], bytes]) -> IssuedPass:
    """A site's word that this key is this person's, in this role and for this time."""
    text = msgspec.json.encode(said)
    return IssuedPass(said=text, signature=sign(_PASS + text))


def signed(record: Record, issued: IssuedPass, key: SigningKey) -> bytes:
    """The bytes of a code."""
    text = msgspec.json.encode(record)
    return pack(text, key.sign(_signed_bytes(issued.said, text)).signature, issued.said, issued.signature)


def code_texts(record: Record, issued: IssuedPass, key: SigningKey) -> list[str]:
    """What the symbols show."""
    return texts(signed(record, issued, key))


def check(code: Code, issuers: Mapping[str, Issuer], revoked: frozenset[str], now: datetime) -> Record:
    """The record, if its signature counts here and now.

    Parameters
    ----------
    issuers : sites by the id of their key
    revoked : ids of keys that were shut: of grants, and of sites that were sent away

    Raises
    ------
    ForeignKey, RevokedKey, ExpiredKey, BadSignature
        Nothing of the code is to be used.
    """
    issued = code.issued
    issuer = issuers.get(issued.issuer)
    if issued.issuer in revoked:
        raise RevokedKey(field="code", rule="site_in_good_standing", site=issued.site)
    if issuer is None or issuer.site != issued.site:
        raise ForeignKey(field="code", rule="site_of_the_mission", site=issued.site)
    try:
        public = padded(issued.public)
        VerifyKey(issuer.public).verify(_PASS + code.issued_bytes, code.issuer_signature)
        VerifyKey(public).verify(_signed_bytes(code.issued_bytes, code.record_bytes), code.signature)
    except (BadSignatureError, ValueError):
        raise BadSignature(field="code", rule="signed") from None
    if key_id(public) in revoked:
        raise RevokedKey(field="code", rule="not_revoked")
    made = code.record.at.timestamp()
    if not issued.starts_s - AHEAD_S <= made < issued.ends_s or now.timestamp() < made - AHEAD_S:
        raise ExpiredKey(field="code", rule="within_the_grant")
    return code.record


def _signed_bytes(issued: bytes, record: bytes) -> bytes:
    return _RECORD + hashlib.sha256(issued).digest() + record


def key_id(public: bytes) -> str:
    """First 16 hex digits of SHA-256, as of every key in this system."""
    return hashlib.sha256(public).hexdigest()[:16]


def unpadded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def padded(text: str) -> bytes:
    """Raises ValueError for what is not base64url."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
