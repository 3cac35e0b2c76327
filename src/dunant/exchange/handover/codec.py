"""Text of a QR symbol ↔ bytes ↔ what they say. The twin for browsers is `ui/src/field/handover/codec.ts`.

`DNH1:` and base45 of: four bytes of SHA-256 over the rest, the signer's signature, the site's signature over the pass,
then raw deflate of the length of the pass (two bytes), the pass and the record, both JSON. What does not fit one
symbol is cut: `DNH1:2/3:` and base45 of three bytes that all parts share and a piece. Parts may be read in any order.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable

import msgspec

from dunant.exchange.handover import base45
from dunant.exchange.handover.errors import Damaged, Incomplete, UnknownVersion
from dunant.exchange.handover.model import Code, Pass, Record

PREFIX = "DNH1:"
SIGNATURE, SUM, SHARED, LENGTH = 64, 4, 3, 2
# Alphanumeric characters of a QR symbol of version 25 at error correction M (ISO/IEC 18004, table 7).
SYMBOL_CHARS = 1451
MOST_PARTS = 20
# Far beyond what twenty symbols unpack to; a bomb stops here.
MOST_BYTES = 256 * 1024
_PART = re.compile(r"DNH1:(\d{1,2})/(\d{1,2}):", re.ASCII)
_LATER = re.compile(r"DNH\d", re.ASCII)


def pack(record: bytes, signature: bytes, issued: bytes, issuer_signature: bytes) -> bytes:
    """The bytes of a code: what `AcceptCustody.proof` carries in base64url."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    inner = len(issued).to_bytes(LENGTH, "big") + issued + record
    rest = signature + issuer_signature + packer.compress(inner) + packer.flush()
    return hashlib.sha256(rest).digest()[:SUM] + rest


def unpack(raw: bytes) -> Code:
    """Raises Damaged for bytes that are not whole."""
    rest = raw[SUM:]
    if len(rest) <= 2 * SIGNATURE or hashlib.sha256(rest).digest()[:SUM] != raw[:SUM]:
        raise Damaged(field="code", rule="checksum")
    inner = _inflated(rest[2 * SIGNATURE :])
    end = LENGTH + int.from_bytes(inner[:LENGTH], "big")
    issued, record = inner[LENGTH:end], inner[end:]
    try:
        return Code(
            record=msgspec.json.decode(record, type=Record),
            record_bytes=record,
            signature=rest[:SIGNATURE],
            issued=msgspec.json.decode(issued, type=Pass),
            issued_bytes=issued,
            issuer_signature=rest[SIGNATURE : 2 * SIGNATURE],
        )
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Damaged(field="code", rule="shape") from None


def _inflated(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inner = unpacker.decompress(packed, MOST_BYTES)
    except zlib.error:
        raise Damaged(field="code", rule="deflate") from None
    if not unpacker.eof or unpacker.unused_data:
        raise Damaged(field="code", rule="deflate")
    return inner


def texts(raw: bytes) -> list[str]:
    """One text, or as many parts as it takes, each for one symbol."""
    whole = PREFIX + base45.encode(raw)
    if len(whole) <= SYMBOL_CHARS:
        return [whole]
    # Room for `DNH1:12/34:` before two bytes in three characters.
    size = (SYMBOL_CHARS - len("DNH1:12/34:")) // 3 * 2 - SHARED
    pieces = [raw[start : start + size] for start in range(0, len(raw), size)]
    if len(pieces) > MOST_PARTS:
        raise Damaged(field="code", rule="too_large")
    shared = hashlib.sha256(raw).digest()[:SHARED]
    return [f"DNH1:{n}/{len(pieces)}:{base45.encode(shared + piece)}" for n, piece in enumerate(pieces, 1)]


def joined(scanned: Iterable[str]) -> bytes:
    """The bytes of a code from what was scanned, in any order and however often.

    Raises
    ------
    UnknownVersion
        Something else was scanned.
    Incomplete
        Parts are missing: `have`, `of` and `missing` say which.
    Damaged
        Characters are wrong, or the parts are of different codes.
    """
    parts: dict[int, bytes] = {}
    total = 0
    for text in scanned:
        place = _PART.match(text)
        if place is None:
            return _single(text)
        number, of = int(place[1]), int(place[2])
        total = total or of
        piece = base45.decode(text[place.end() :])
        is_ours = of == total and 1 <= number <= of <= MOST_PARTS
        if not is_ours or parts.setdefault(number, piece) != piece:
            raise Damaged(field="code", rule="parts_of_one_code")
    missing = [number for number in range(1, total + 1) if number not in parts]
    if missing or not parts:
        raise Incomplete(field="code", rule="all_parts", have=len(parts), of=total, missing=missing)
    if len({piece[:SHARED] for piece in parts.values()}) > 1:
        raise Damaged(field="code", rule="parts_of_one_code")
    return b"".join(parts[number][SHARED:] for number in sorted(parts))


def _single(text: str) -> bytes:
    if not text.startswith(PREFIX):
        rule = "later_version" if _LATER.match(text) else "hand_over_code"
        raise UnknownVersion(field="code", rule=rule)
    return base45.decode(text[len(PREFIX) :])
