"""End-to-end receipts: a site's signed word how much of other sites' logs it holds (sync §10.3).

Receipts are not events, so that acknowledging never needs acknowledging. They may ride on any frame, by any way.
"""

from collections.abc import Callable, Mapping

import msgspec
from msgspec import Struct

from dunant.kernel.events import canonical
from dunant.kernel.log import LogName

_DOMAIN = b"dunant-receipt-1"


class Entry(Struct, frozen=True, array_like=True):
    """The receiver holds this log up to and with `q`."""

    o: str
    e: str
    st: str
    q: int

    @property
    def log(self) -> LogName:
        return (self.o, self.e, self.st)


class Receipt(Struct, frozen=True, kw_only=True):
    """`h` is the receiver's clock when it signed, which is when it says it had received."""

    receiver: str
    entries: tuple[Entry, ...]
    h: str
    key: str
    sig: bytes = b""


def signed_bytes(receipt: Receipt) -> bytes:
    """What the Ed25519 signature covers."""
    fields = {
        "receiver": receipt.receiver,
        "entries": [[entry.o, entry.e, entry.st, entry.q] for entry in receipt.entries],
        "h": receipt.h,
        "key": receipt.key,
    }
    return _DOMAIN + canonical(fields)


def make_receipt(
    receiver: str, held: Mapping[LogName, int], h: str, key: str, sign: Callable[[bytes], bytes]
) -> Receipt:
    entries = tuple(Entry(*log, q) for log, q in sorted(held.items()))
    plain = Receipt(receiver=receiver, entries=entries, h=h, key=key)
    return Receipt(receiver=receiver, entries=entries, h=h, key=key, sig=sign(signed_bytes(plain)))


def to_bytes(receipt: Receipt) -> bytes:
    return msgspec.msgpack.encode(receipt)


def from_bytes(raw: bytes) -> Receipt | None:
    """None for what cannot be read: a receipt is never worth an error."""
    try:
        return msgspec.msgpack.decode(raw, type=Receipt)
    except (msgspec.MsgspecError, RecursionError, ValueError):
        return None
