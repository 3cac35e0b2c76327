"""Ids of a frame as one table: each is written once, then only pointed at.

A UUIDv7 of one installation differs from its neighbours by time and counter only; an id derived from the command that
caused it need not be written at all, because the receiver can derive it too.
"""

import re
from collections.abc import Sequence
from typing import Any

from dunant.kernel.ids import derived
from dunant.sync.errors import BadFrame
from dunant.sync.packing import deltas, from_planes, from_zigzag, planes, summed, zigzag

_UUID = re.compile(rb'"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"')
_TAIL = (1 << 62) - 1
RANDOM, TIMED, DERIVED = 0, 1, 2


def is_ids(values: Sequence[bytes]) -> bool:
    """All of these texts are ids in their one spelling."""
    return all(map(_UUID.fullmatch, values))


class IdTable:
    """Ids in order of first appearance. `parent`: the id that derived ones are taken to come from."""

    def __init__(self) -> None:
        self._places: dict[bytes, int] = {}
        self._ids: list[bytes] = []

    def point(self, text: bytes) -> int:
        """Place of an id, which is added if it is new."""
        place = self._places.get(text)
        if place is None:
            place = self._places[text] = len(self._ids)
            self._ids.append(text)
        return place

    def packed(self) -> list[Any]:
        kinds, times, counters, tails, raws, ordinals = bytearray(), [], [], [], bytearray(), bytearray()
        parent, ordinal = "", 0
        for text in self._ids:
            plain = text[1:-1].decode()
            number = int(plain.replace("-", ""), 16)
            if number >> 76 & 15 == 7 and number >> 62 & 3 == 2:
                kinds.append(TIMED)
                times.append(number >> 80)
                counters.append(number >> 64 & 0xFFF)
                tails.append(number & _TAIL)
                parent, ordinal = plain, 0
            elif (found := _ordinal(parent, ordinal, plain)) is not None:
                kinds.append(DERIVED)
                ordinals.append(found)
                ordinal = found
            else:
                kinds.append(RANDOM)
                raws += number.to_bytes(16, "big")
        known = list(dict.fromkeys(tails))
        places = {tail: place for place, tail in enumerate(known)}
        return [
            len(self._ids),
            bytes(kinds),
            planes(zigzag(deltas(times))),
            planes(counters),
            planes(known),
            planes([places[tail] for tail in tails]),
            bytes(ordinals),
            bytes(raws),
        ]


def unpacked(data: Sequence[Any]) -> list[bytes]:
    """The ids again, quoted.

    Raises
    ------
    BadFrame
    """
    count, kinds, times, counters, known, places, ordinals, raws = data
    timed = kinds.count(TIMED)
    if len(kinds) != count or len(ordinals) != kinds.count(DERIVED) or len(raws) != 16 * kinds.count(RANDOM):
        raise BadFrame("undecodable")
    moments = summed(from_zigzag(from_planes(times, timed)))
    steps, pointers = from_planes(counters, timed), from_planes(places, timed)
    # Tails differ from each other, so if no byte of them is written there is one and it is zero.
    tails = from_planes(known, (len(known) - 1) // known[0] if known and known[0] else min(timed, 1))
    timed_ids = iter(
        (moment << 80 | 7 << 76 | step << 64 | 2 << 62 | tails[pointer])
        for moment, step, pointer in zip(moments, steps, pointers, strict=True)
    )
    fixed = iter(range(0, len(raws), 16))
    which = iter(ordinals)
    made: list[bytes] = []
    parent = ""
    for kind in kinds:
        if kind == TIMED:
            parent = _text(next(timed_ids))
            made.append(b'"' + parent.encode() + b'"')
        elif kind == DERIVED:
            made.append(b'"' + derived(parent, str(next(which))).encode() + b'"')
        else:
            at = next(fixed)
            made.append(b'"' + _text(int.from_bytes(raws[at : at + 16], "big")).encode() + b'"')
    return made


def _ordinal(parent: str, last: int, text: str) -> int | None:
    """Which event of its command an id belongs to, if it is the next one or the one after."""
    if not parent or text[14] != "5":
        return None
    return next((n for n in range(last + 1, min(last + 3, 256)) if derived(parent, str(n)) == text), None)


def _text(number: int) -> str:
    plain = f"{number:032x}"
    return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"
