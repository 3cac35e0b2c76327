"""What a hand-over code says: an offer, an acceptance or a card, and by whose authority it is signed."""

from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct

Kind = Literal["o", "a", "c"]


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True, rename={
    "kind": "k", "casualty": "c", "tag": "t", "at_ms": "at", "nonce": "n", "mode": "m", "to_role": "r",
    "facility": "f", "leg": "l", "giver": "g", "card_hash": "h", "exercise": "x", "card": "d",
}):  # fmt: skip
    """One signed statement. `kind`: o offer, a acceptance, c card.

    `facility` and `leg` are where an offer goes to, or where an acceptance takes the casualty; `giver` is whose offer
    is accepted. `card`: codes and times of the AT-MIST and the hand-over card, as the phone shows them.
    """

    kind: Kind
    casualty: str
    tag: str = ""
    at_ms: int
    nonce: str = ""
    mode: str = ""
    to_role: str = ""
    facility: str = ""
    leg: str = ""
    giver: str = ""
    card_hash: str = ""
    exercise: bool = False
    card: dict[str, Any] = {}

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.at_ms / 1000, UTC)


class Pass(Struct, frozen=True, kw_only=True, array_like=True):
    """Whose key signs: a site's word, small enough for a symbol. Times in seconds; `public` is Ed25519, base64url."""

    site: str
    issuer: str
    user: str
    role: str
    unit: str
    contingent: str
    facility: str
    starts_s: int
    ends_s: int
    public: str


class Code(Struct, frozen=True, kw_only=True):
    """A code once read, not yet believed: the exact bytes that were signed, and what they say."""

    record: Record
    record_bytes: bytes
    signature: bytes
    issued: Pass
    issued_bytes: bytes
    issuer_signature: bytes
