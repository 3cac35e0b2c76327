"""The file `.dunant`: parts one after another, each for itself, so that damage to one costs no other (sync §12).

Magic `DUNB1`, then for each part: mark `\\xfaDUNP`, kind (one byte), length (four bytes, big-endian), the first eight
bytes of the SHA-256 over kind and content, content. After damage the reader looks for the next mark.

Kinds: 1 a frame, usually sealed; 2 an entry of an outbox, sealed for the site that is to take it.
"""

import hashlib
from collections.abc import Iterable, Iterator

from msgspec import Struct

MAGIC = b"DUNB1"
MARK = b"\xfaDUNP"
FRAME, ENTRY = 1, 2
_HEAD = len(MARK) + 1 + 4 + 8
MAX_PART = 20 * 1024 * 1024


class Part(Struct, frozen=True, kw_only=True):
    """One part as found. `number` counts from 1; a damaged one has no content."""

    number: int
    kind: int
    content: bytes
    is_damaged: bool = False


def written(parts: Iterable[tuple[int, bytes]]) -> Iterator[bytes]:
    """The pieces of a file, in order."""
    yield MAGIC
    for kind, content in parts:
        yield MARK + bytes([kind]) + len(content).to_bytes(4, "big") + _check(kind, content) + content


def read(raw: bytes) -> Iterator[Part]:
    """Every part that can be found, whatever has happened to the others. A file of something else has none."""
    at, number, hashed = raw.find(MARK), 0, 0
    # A sound file hashes each byte once; one that is made to be hashed over and over is given up.
    while at >= 0 and hashed <= 3 * len(raw) + MAX_PART:
        number += 1
        found = _part(raw, at, number)
        size = int.from_bytes(raw[at + len(MARK) + 1 : at + len(MARK) + 5], "big")
        # A part that claims to reach beyond the end is not hashed at all.
        hashed += size if at + _HEAD + size <= len(raw) else 0
        yield found
        # Past a sound part lies the next; inside a damaged one it has to be looked for.
        beyond = at + _HEAD + len(found.content) if not found.is_damaged else at + len(MARK)
        at = raw.find(MARK, beyond)


def _part(raw: bytes, at: int, number: int) -> Part:
    head = raw[at + len(MARK) : at + _HEAD]
    kind = head[0] if head else 0
    size = int.from_bytes(head[1:5], "big")
    content = raw[at + _HEAD : at + _HEAD + size]
    if len(head) < _HEAD - len(MARK) or size > MAX_PART or len(content) < size or _check(kind, content) != head[5:13]:
        return Part(number=number, kind=kind, content=b"", is_damaged=True)
    return Part(number=number, kind=kind, content=content)


def _check(kind: int, content: bytes) -> bytes:
    return hashlib.sha256(bytes([kind]) + content).digest()[:8]
