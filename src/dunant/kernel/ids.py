"""Typed ids: UUIDv7 where a fact is born, UUIDv5 where it is derived, and the tag that people speak.

Nothing here draws randomness; the caller hands in time and random bits.
"""

import re
import uuid
from typing import NewType

EventId = NewType("EventId", str)
SubjectId = NewType("SubjectId", str)
SiteCode = NewType("SiteCode", str)
UserId = NewType("UserId", str)
Tag = NewType("Tag", str)

# Crockford base32: no I, L, O, U, so that a tag survives a bad radio and a wet card.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_COUNTER_SIZE = len(ALPHABET) ** 3
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DERIVED = uuid.UUID("6f0a2b6e-1d7c-5b7a-9a43-44554e414e54")


def uuid7(unix_ms: int, counter: int, tail: int) -> str:
    """UUIDv7 from milliseconds, a 12-bit counter and a 62-bit tail.

    A tail that stays the same for one installation compresses far better on the wire; streams that must not be
    linked hand in a fresh one each time.
    """
    high = (unix_ms & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | counter & 0xFFF
    low = 0x8000_0000_0000_0000 | tail & 0x3FFF_FFFF_FFFF_FFFF
    text = f"{high:016x}{low:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def derived(*parts: str) -> str:
    """UUIDv5 over the parts: the same cause gives the same id on every site, so a double run is caught."""
    return str(uuid.uuid5(_DERIVED, "\x1f".join(parts)))


def is_uuid(text: str) -> bool:
    """In the one spelling that makes two equal ids equal texts: lower case, with hyphens."""
    return _UUID.fullmatch(text) is not None


def check_character(body: str) -> str:
    """Luhn mod 32 over the body of a tag."""
    total = 0
    for position, character in enumerate(reversed(body)):
        value = _VALUE[character] * (2 if position % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def tag(prefix: str, block: int, counter: int) -> Tag:
    """Spoken name of a subject, `D-4KQ2M-B`: two block characters, three counter characters, one check character.

    A counter that outgrows its block moves on to the next block.
    """
    block += counter // _COUNTER_SIZE
    number = counter % _COUNTER_SIZE
    body = _digits(block % 1024, 2) + _digits(number, 3)
    return Tag(f"{prefix}-{body}-{check_character(body)}")


def is_tag(text: str) -> bool:
    parts = text.split("-")
    if len(parts) != 3 or parts[0] not in {"D", "X"} or len(parts[1]) != 5:
        return False
    return all(c in _VALUE for c in parts[1]) and parts[2] == check_character(parts[1])


def _digits(number: int, width: int) -> str:
    text = ""
    for _ in range(width):
        number, digit = divmod(number, 32)
        text = ALPHABET[digit] + text
    return text
