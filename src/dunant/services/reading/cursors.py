"""Opaque, signed marks of where a listing goes on. A reader cannot forge one to look between the rows."""

import base64
import hashlib
import hmac
from typing import Any

import msgspec

from dunant.kernel.errors import Invalid
from dunant.kernel.events import canonical


class Cursors:
    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.sha256(b"dunant-cursor-1" + secret).digest()

    def seal(self, listing: str, values: list[Any]) -> str:
        """A mark that is good for this listing only."""
        body = canonical(values)
        return base64.urlsafe_b64encode(self._tag(listing, body) + body).decode().rstrip("=")

    def open(self, listing: str, mark: str) -> list[Any]:
        """Raises Invalid for a mark that is damaged, forged or of another listing."""
        try:
            raw = base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4))
        except ValueError:
            raise Invalid(field="after", rule="cursor") from None
        if not hmac.compare_digest(raw[:16], self._tag(listing, raw[16:])):
            raise Invalid(field="after", rule="cursor")
        values: list[Any] = msgspec.json.decode(raw[16:])
        return values

    def _tag(self, listing: str, body: bytes) -> bytes:
        return hmac.digest(self._key, listing.encode() + b"\x1f" + body, "sha256")[:16]
