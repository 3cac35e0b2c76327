"""Rows as columns (encoding 2): what repeats is written once, what counts up is written as its steps.

A row is cut, by form alone, into a template and the values that stand in it. Joining them again gives the same bytes
whatever they mean, so nothing can be lost to a version that knows more than this one.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from typing import Any

import msgspec

from dunant.sync import idtable, packing
from dunant.sync.errors import BadFrame
from dunant.sync.idtable import IdTable
from dunant.sync.rows import Row

# A value stands after a colon or an opening bracket; the rest is template.
_VALUE = re.compile(rb'(?<=[:\[])("(?:[^"\\]|\\.)*"|-?\d[\d.eE+\-]*|true|false|null)')
_KEY = re.compile(rb'"([^"]*)":\[?$')
_HLC = re.compile(rb'"[0-9a-f]{16}"')
_WHOLE = re.compile(rb"0|-?[1-9]\d{0,17}")
_BREAK = b"\n"
# What a frame may unpack to, whatever its columns claim (sync W3).
MAX_ROWS, MAX_IDS, MAX_VALUES, MAX_BYTES = 50_000, 400_000, 2_000_000, 16 * 1024 * 1024
RAW, TABLE, NUMBERS, TIMES, CLOCKS, IDS, SAME = range(7)
# The clock of a row; times are written as their distance from it when that is shorter.
_CLOCK = b"1h"
_OWN = b"1id"


class _Template:
    """Constant parts of a row, and for each gap the column its value comes from."""

    def __init__(self, parts: tuple[bytes, ...], names: Sequence[bytes]) -> None:
        self.parts = parts
        self.names = names


def encode(rows: Sequence[Row]) -> bytes | None:
    """Rows as one message, before compression. None if a row has a line break, which no canonical row has."""
    templates: dict[tuple[bytes, ...], int] = {}
    known: list[_Template] = []
    which: list[int] = []
    columns: dict[bytes, list[bytes]] = {}
    at: dict[bytes, list[int]] = {}
    for number, row in enumerate(rows):
        if _BREAK in row.header or _BREAK in row.body:
            return None
        cut = _VALUE.split(row.header + _BREAK + row.body)
        parts = tuple(cut[::2])
        place = templates.get(parts)
        if place is None:
            place = templates[parts] = len(known)
            known.append(_Template(parts, _names(parts, place)))
        which.append(place)
        for name, value in zip(known[place].names, cut[1::2], strict=True):
            columns.setdefault(name, []).append(value)
            at.setdefault(name, []).append(number)
    order = {name: place for place, name in enumerate(columns)}
    ids = IdTable()
    # Events of one command stand together only in the order in which they were written.
    if idtable.is_ids(columns.get(_OWN, ())):
        for value in columns.get(_OWN, ()):
            ids.point(value)
    clocks = _clocks(columns.get(_CLOCK, []), len(rows))
    packed = [_packed(values, at[name], clocks, ids) for name, values in columns.items()]
    return msgspec.msgpack.encode(
        [
            len(rows),
            packing.planes(which),
            [[template.parts, [order[name] for name in template.names]] for template in known],
            packed,
            order.get(_CLOCK, -1) if clocks else -1,
            ids.packed(),
        ]
    )


def decode(raw: bytes) -> tuple[Row, ...]:
    """The rows again, byte for byte.

    Raises
    ------
    BadFrame
        The message is not one that `encode` makes.
    """
    try:
        return tuple(_decoded(raw))
    except BadFrame:
        raise
    except (msgspec.MsgspecError, RecursionError, ValueError, TypeError, LookupError, AttributeError, StopIteration):
        raise BadFrame("undecodable") from None
    except (RuntimeError, OverflowError, MemoryError):
        raise BadFrame("undecodable") from None


def _decoded(raw: bytes) -> Iterator[Row]:
    count, which_raw, templates, packed, clock_column, ids_raw = msgspec.msgpack.decode(raw)
    if count > MAX_ROWS or ids_raw[0] > MAX_IDS:
        raise BadFrame("too_large")
    which = packing.from_planes(which_raw, count)
    ids = idtable.unpacked(ids_raw)
    sizes = _sizes(which, templates, len(packed))
    # A few bytes can point at one column many times: what that comes to is asked before anything is made of it.
    if sum(sizes) > MAX_VALUES or sum(map(_weight, packed, sizes)) > MAX_BYTES:
        raise BadFrame("too_large")
    at: list[list[int]] = [[] for _ in packed]
    timed = {place for place, column in enumerate(packed) if column[0] == TIMES and column[2]}
    watched = [[place for place in slots if place in timed] for _, slots in templates]
    for number, template in enumerate(which):
        for place in watched[template]:
            at[place].append(number)
    clocks: list[int] = []
    if clock_column >= 0:
        clocks = [reading >> 16 for reading in _clock_numbers(packed[clock_column], sizes[clock_column])]
    columns = [iter(_unpacked(column, sizes[place], at[place], clocks, ids)) for place, column in enumerate(packed)]
    return _joined(which, templates, columns)


def _joined(which: Sequence[int], templates: Sequence[Any], columns: Sequence[Iterator[bytes]]) -> Iterator[Row]:
    made: list[tuple[list[bytes], list[Callable[[], bytes]]]] = []
    for parts, slots in templates:
        if len(parts) != len(slots) + 1:
            raise BadFrame("undecodable")
        # Constant parts stand in the even places; the odd ones are filled for each row.
        room = [b""] * (2 * len(parts) - 1)
        room[::2] = parts
        made.append((room, [columns[place].__next__ for place in slots]))
    total = 0
    for template in which:
        room, values = made[template]
        room[1::2] = [value() for value in values]
        line = b"".join(room)
        total += len(line)
        if total > MAX_BYTES:
            raise BadFrame("too_large")
        header, _, body = line.partition(_BREAK)
        yield Row(header, body)


def _names(parts: tuple[bytes, ...], place: int) -> list[bytes]:
    """A name for the column of each gap: a header's fields share columns whatever the event, a body's do not."""
    names: list[bytes] = []
    depth, in_body = 0, False
    seen: dict[bytes, int] = {}
    for part in parts[:-1]:
        in_body = in_body or _BREAK in part
        depth += part.count(b"{") - part.count(b"}")
        key = _KEY.search(part)
        name = b"%d%s" % (depth, key.group(1) if key else b"?")
        if in_body:
            name = b"b%d.%s" % (place, name)
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else b"%s#%d" % (name, seen[name]))
    return names


def _clocks(values: Sequence[bytes], count: int) -> list[int]:
    """Milliseconds of each row's clock, if every row has one."""
    if len(values) != count or not all(map(_HLC.fullmatch, values)):
        return []
    return [int(value[1:-1], 16) >> 16 for value in values]


def _packed(values: Sequence[bytes], at: Sequence[int], clocks: Sequence[int], ids: IdTable) -> list[Any]:
    """The shortest of the forms that give these values back."""
    if len(set(values)) == 1:
        return [SAME, values[0]]
    if idtable.is_ids(values):
        return [IDS, packing.planes([ids.point(value) for value in values])]
    if all(map(_HLC.fullmatch, values)):
        readings = [int(value[1:-1], 16) for value in values]
        if max(readings) < 1 << 62:
            return [CLOCKS, packing.planes(packing.zigzag(packing.deltas(readings)))]
    if style := packing.time_style(values):
        try:
            return _times(values, style, at, clocks)
        except ValueError:
            pass
    if all(map(_WHOLE.fullmatch, values)):
        return [NUMBERS, packing.planes(packing.zigzag(packing.deltas([int(value) for value in values])))]
    table = list(dict.fromkeys(values))
    if 2 * len(table) > len(values):
        return [RAW, list(values)]
    places = {value: place for place, value in enumerate(table)}
    return [TABLE, table, packing.planes([places[value] for value in values])]


def _times(values: Sequence[bytes], style: str, at: Sequence[int], clocks: Sequence[int]) -> list[Any]:
    moments = [packing.to_ms(value) for value in values]
    steps = packing.deltas(moments)
    if clocks:
        away = [moment - clocks[row] for moment, row in zip(moments, at, strict=True)]
        if sum(map(abs, away)) <= sum(map(abs, steps[1:])):
            return [TIMES, style, True, packing.planes(packing.zigzag(away))]
    return [TIMES, style, False, packing.planes(packing.zigzag(steps))]


def _sizes(which: Sequence[int], templates: Sequence[Any], columns: int) -> list[int]:
    """How many values each column holds."""
    uses = [0] * len(templates)
    for template in which:
        uses[template] += 1
    sizes = [0] * columns
    for used, (_, slots) in zip(uses, templates, strict=True):
        for place in slots:
            sizes[place] += used
    return sizes


def _weight(column: Sequence[Any], size: int) -> int:
    """Bytes that a column comes to, where few can stand for many; the other forms are short and bounded."""
    if column[0] == SAME:
        return size * len(column[1])
    if column[0] == TABLE:
        table = column[1]
        return sum(len(table[place]) for place in packing.from_planes(column[2], size))
    return 0


def _clock_numbers(column: Sequence[Any], size: int) -> list[int]:
    if column[0] == SAME:
        return [int(column[1][1:-1], 16)] * size
    if column[0] != CLOCKS:
        raise BadFrame("undecodable")
    return packing.summed(packing.from_zigzag(packing.from_planes(column[1], size)))


def _unpacked(
    column: Sequence[Any], size: int, at: Sequence[int], clocks: Sequence[int], ids: Sequence[bytes]
) -> Iterator[bytes] | list[bytes]:
    kind = column[0]
    if kind == SAME:
        return repeat(column[1], size)
    if kind == IDS:
        return [ids[place] for place in packing.from_planes(column[1], size)]
    if kind == CLOCKS:
        return [b'"%016x"' % reading for reading in _clock_numbers(column, size)]
    if kind == NUMBERS:
        numbers = packing.summed(packing.from_zigzag(packing.from_planes(column[1], size)))
        return [b"%d" % number for number in numbers]
    if kind == TIMES:
        _, style, relative, data = column
        moments = packing.from_zigzag(packing.from_planes(data, size))
        if relative:
            moments = [moment + clocks[row] for moment, row in zip(moments, at, strict=True)]
        else:
            moments = packing.summed(moments)
        return [packing.from_ms(moment, style) for moment in moments]
    if kind == TABLE:
        table = column[1]
        return [table[place] for place in packing.from_planes(column[2], size)]
    return list(column[1])
