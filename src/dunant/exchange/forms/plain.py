"""Free text in one line of 7-bit characters, and how many of them the network counts."""

import re
import unicodedata
from collections.abc import Collection

_SPACE = re.compile(r"[\x00-\x20\x7f]+")
_FOREIGN = re.compile(r"[^\x20-\x7e]+")
CUT = "+"


def plain(text: str) -> tuple[str, bool]:
    """The text in ASCII, and whether anything was lost by it: accents go, what no letter stands for becomes `?`."""
    whole = _SPACE.sub(" ", text).strip()
    bare = "".join(one for one in unicodedata.normalize("NFKD", whole) if not unicodedata.category(one).startswith("M"))
    # A backtick is not in the 7-bit alphabet.
    said = _SPACE.sub(" ", _FOREIGN.sub("?", bare)).strip().replace("`", "'")
    return said, said != whole


def septets(text: str, twice: Collection[str]) -> int:
    """Length as the network counts it; `twice` are the characters of the extension table."""
    return len(text) + sum(character in twice for character in text)


def shortened(text: str, by: int, twice: Collection[str]) -> str:
    """The text without its last `by` septets, marked as cut."""
    left, goal = text, max(0, septets(text, twice) - by)
    while left and septets(left, twice) > goal:
        left = left[:-1]
    return left.rstrip() + CUT


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 1021, start FFFF, nothing reflected."""
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value
