"""Numbers, times and ids as columns of bytes that zstd can squeeze: what is regular becomes runs of zeros.

Every pair of functions here is exact: what cannot be given back to the last byte is not taken.
"""

import re
from array import array
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from dunant.sync.errors import BadFrame

_WIDTH = 8
_MASK = (1 << 64) - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_MILLI = re.compile(rb'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"')
_WHOLE = re.compile(rb'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"')


def planes(values: Sequence[int]) -> bytes:
    """Unsigned 64-bit numbers as planes of bytes, lowest first; planes that are all zero are left out."""
    raw = array("Q", values)
    if array("H", [1]).tobytes() != b"\x01\x00":
        raw.byteswap()
    data = raw.tobytes()
    made = [data[place::_WIDTH] for place in range(_WIDTH)]
    while made and not any(made[-1]):
        made.pop()
    return bytes([len(made)]) + b"".join(made)


def from_planes(data: bytes, count: int) -> list[int]:
    """The numbers again.

    Raises
    ------
    BadFrame
        The bytes are not `count` numbers.
    """
    used = data[0] if data else 0
    if used > _WIDTH or len(data) != 1 + used * count:
        raise BadFrame("undecodable")
    raw = bytearray(_WIDTH * count)
    for place in range(used):
        raw[place::_WIDTH] = data[1 + place * count : 1 + (place + 1) * count]
    values = array("Q", bytes(raw))
    if array("H", [1]).tobytes() != b"\x01\x00":
        values.byteswap()
    return values.tolist()


def zigzag(values: Iterable[int]) -> list[int]:
    return [((value << 1) ^ (value >> 63)) & _MASK for value in values]


def from_zigzag(values: Iterable[int]) -> list[int]:
    return [(value >> 1) ^ -(value & 1) for value in values]


def deltas(values: Sequence[int]) -> list[int]:
    return [value - before for before, value in zip([0, *values], values, strict=False)]


def summed(values: Iterable[int]) -> list[int]:
    total, made = 0, []
    for value in values:
        total += value
        made.append(total)
    return made


def time_style(values: Sequence[bytes]) -> str:
    """How these texts write a time: `m` with milliseconds, `s` without, nothing if not all are one of the two."""
    if all(map(_MILLI.fullmatch, values)):
        return "m"
    return "s" if all(map(_WHOLE.fullmatch, values)) else ""


def to_ms(text: bytes) -> int:
    """Milliseconds since 1970 of a quoted time in UTC.

    Raises
    ------
    ValueError
        The text has the form of a time and is none.
    """
    return (datetime.fromisoformat(text[1:-2].decode() + "+00:00") - _EPOCH) // _MS


def from_ms(moment: int, style: str) -> bytes:
    try:
        text = (_EPOCH + moment * _MS).isoformat(timespec="milliseconds" if style == "m" else "seconds")
    except OverflowError:
        raise BadFrame("undecodable") from None
    return b'"' + text[:-6].encode() + b'Z"'
