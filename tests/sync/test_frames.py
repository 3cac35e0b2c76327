"""Frames give back exactly what was put in, weigh little, and never unpack more than they may."""

import json
import random
import tracemalloc
import uuid

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunant.kernel.clock import rfc3339
from dunant.kernel.events import canonical
from dunant.kernel.ids import derived, uuid7
from dunant.kernel.log import Checkpoint
from dunant.sync import columnar, compress, packing
from dunant.sync.errors import BadFrame
from dunant.sync.frames import Codec, Frame, Row
from tests.fakes import FixedClock

CODEC = Codec()
NOW = FixedClock().now()


def a_point(q: int) -> Checkpoint:
    return Checkpoint(
        o="ALPHA", e="0a0b0c0d", st="casualty", q=q, head=bytes(32), h="0" * 16, key="ab" * 8, sig=bytes(range(64))
    )


def a_frame(rows: list[Row], **more: object) -> Frame:
    made: dict[str, object] = {
        "o": "ALPHA",
        "e": "0a0b0c0d",
        "st": "casualty",
        "q_from": 1,
        "q_to": len(rows),
        "prev": bytes(range(32)),
        "checkpoint": a_point(len(rows)),
        "keys": {0: bytes(range(32))},
        "rows": tuple(rows),
    }
    return Frame(**{**made, **more})  # type: ignore[arg-type]


def an_id(dice: random.Random, ms: int) -> str:
    """A UUIDv7 of one installation: only its time and counter change."""
    number = ms << 80 | 7 << 76 | dice.getrandbits(12) << 64 | 2 << 62 | 0x123456789ABCDEF
    plain = f"{number:032x}"
    return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"


def events(count: int, seed: int = 1) -> list[Row]:
    """Rows of the shape that the log writes."""
    dice = random.Random(seed)
    ms, made, parent = 1_790_000_000_000, [], ""
    people = [an_id(dice, ms - n) for n in range(1, 41)]
    for q in range(1, count + 1):
        ms += dice.randrange(5_000)
        parent = an_id(dice, ms) if q % 4 else parent or an_id(dice, ms)
        header = {
            "o": "ALPHA",
            "e": "0a0b0c0d",
            "st": "casualty",
            "q": q,
            "id": parent if q % 4 else derived(parent, "1"),
            "h": f"{ms << 16:016x}",
            "at": {"t": rfc3339(NOW), "p": "MINUTE"},
            "rec": rfc3339(NOW),
            "by": {"user": f"u-{dice.randrange(5)}", "role": "medic"},
            "t": "casualty.triage_assigned",
            "v": 1,
            "s": dice.choice(people),
            "m": "DEMO",
            "base": [parent],
        }
        body = {"category": dice.choice(["T1", "T2", "T3"]), "scheme": "SIEVE", "count": dice.randrange(50)}
        made.append(Row(canonical(header), canonical(body)))
    return made


def replaced(row: Row, field: str, value: str) -> Row:
    return Row(canonical({**json.loads(row.header), field: value}), row.body)


anything = st.builds(Row, st.binary(max_size=80), st.binary(max_size=80))
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
json_rows = st.builds(lambda h, b: Row(json.dumps(h).encode(), json.dumps(b).encode()), documents, documents)
times = st.sampled_from(['"2026-02-30T10:00:00.000Z"', '"2026-11-24T09:00:00.5Z"', '"9999-12-31T23:59:59.999Z"'])
odd_rows = st.builds(lambda t: Row(b'{"h":"ffffffffffffffff","t":' + t.encode() + b"}", b"{}"), times)


@settings(max_examples=150, deadline=None)
@given(st.lists(anything | json_rows | odd_rows, min_size=1, max_size=12), st.booleans())
def test_whatever_a_row_holds_comes_back_to_the_last_byte(rows: list[Row], columns: bool) -> None:
    frame = a_frame(rows)
    found = CODEC.decode(CODEC.encode(frame, level=1, columnar=columns))
    assert found.rows == frame.rows


@pytest.mark.parametrize("count", [1, 3, 23, 24, 400])
def test_a_frame_keeps_everything_but_the_head_that_its_rows_give(count: int) -> None:
    frame = a_frame(events(count), receipts=(b"one", b"two"), to=("MHQ",))
    found = CODEC.decode(CODEC.encode(frame))
    assert found.checkpoint is not None
    assert (found.checkpoint.sig, found.checkpoint.q) == (bytes(range(64)), count)
    assert (found.log, found.prev, found.keys, found.receipts, found.to) == (
        frame.log,
        frame.prev,
        frame.keys,
        frame.receipts,
        frame.to,
    )
    assert found.rows == frame.rows


def test_a_backlog_weighs_less_than_forty_bytes_an_event_and_an_alert_fits_into_one_packet() -> None:
    assert len(CODEC.encode(a_frame(events(400)))) / 400 < 40
    assert len(CODEC.encode(a_frame(events(1)))) <= 420


def test_ids_that_the_receiver_can_derive_are_not_sent() -> None:
    rows = events(200)
    fresh = random.Random(2)
    other = [replaced(row, "id", str(uuid.UUID(int=fresh.getrandbits(128), version=4))) for row in rows[3::4]]
    mixed = [other[n // 4] if n % 4 == 3 else row for n, row in enumerate(rows)]
    assert len(CODEC.encode(a_frame(rows))) + 50 * 14 < len(CODEC.encode(a_frame(mixed)))


def test_rows_without_a_dictionary_can_be_read_without_us() -> None:
    rows = events(3)
    raw = CODEC.encode(a_frame(rows), dictionary="", columnar=False)
    size = int.from_bytes(raw[4:8], "big")
    lines = compress.decompressed(raw[8 + size :], CODEC.read_header(raw).raw_len).splitlines()
    assert [json.loads(line)["q"] for line in lines[::2]] == [1, 2, 3]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damage_is_named_and_never_anything_else(data: st.DataObject) -> None:
    raw = bytearray(CODEC.encode(a_frame(events(data.draw(st.sampled_from([1, 40])))), level=1))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(raw[: data.draw(st.integers(0, len(raw)))])
    for damaged in (bytes(raw), cut):
        try:
            CODEC.decode(damaged)
        except BadFrame as bad:
            assert bad.rule in {"undecodable", "too_large", "ratio", "unknown_dictionary"}


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_columns_are_named_too(data: st.DataObject) -> None:
    raw = bytearray(columnar.encode(events(40)) or b"")
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        columnar.decode(bytes(raw))
    except BadFrame as bad:
        assert bad.rule in {"undecodable", "too_large"}


def test_a_bomb_is_not_unpacked() -> None:
    bomb = compress.compressed(bytes(15 * 1024 * 1024), 3)
    with pytest.raises(BadFrame, match=r".*"):
        compress.decompressed(bomb, 15 * 1024 * 1024)
    with pytest.raises(BadFrame):
        compress.decompressed(bomb, 17 * 1024 * 1024)


NO_IDS = [0, b"", b"\0", b"\0", b"\0", b"\0", b"", b""]


def of_columns(count: int, slots: int, column: list[object], ids: list[object] = NO_IDS) -> bytes:
    template = [[b""] * slots + [b"\n"], [0] * slots]
    return msgspec.msgpack.encode([count, b"\0", [template], [column], -1, ids])


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (of_columns(1_000, 20_000, [2, b"\0"]), "too_large"),
        (of_columns(1, 20_000, [6, b"x" * 10_000]), "too_large"),
        (of_columns(1, 2_000, [1, [b"x" * 10_000], b"\0"]), "too_large"),
        (
            of_columns(1, 1, [5, b"\0"], [1, b"\1", b"\0", b"\0", b"\0", packing.planes([1 << 22]), b"", b""]),
            "undecodable",
        ),
    ],
    ids=["values", "one value", "table", "tails"],
)
def test_a_few_bytes_of_columns_do_not_become_many(raw: bytes, rule: str) -> None:
    assert len(raw) < 128 * 1024
    tracemalloc.start()
    try:
        with pytest.raises(BadFrame) as bad:
            columnar.decode(raw)
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()
    assert bad.value.rule == rule


@pytest.mark.parametrize("size", [-1, -2])
def test_a_negative_size_is_not_without_bound(size: int) -> None:
    bomb = compress.compressed(bytes(32 * 1024 * 1024), 3)
    tracemalloc.start()
    try:
        with pytest.raises(BadFrame):
            compress.decompressed(bomb, size)
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_ids_whose_tail_is_zero_come_back() -> None:
    rows = [Row(canonical({"id": uuid7(1_790_000_000_000 + n, n, 0)}), b"{}") for n in range(30)]
    assert CODEC.decode(CODEC.encode(a_frame(rows), columnar=True)).rows == tuple(rows)


def test_rows_beyond_what_columns_may_hold_go_as_lines() -> None:
    rows = [Row(b'{"q":%d}' % q, b"{}") for q in range(columnar.MAX_ROWS + 1)]
    raw = CODEC.encode(a_frame(rows), level=1)
    assert CODEC.read_header(raw).enc != 2
    assert CODEC.decode(raw).rows == tuple(rows)


@pytest.mark.parametrize("target", [2_000, 10_000, 18_000])
def test_a_frame_is_filled_to_its_weight_in_compressed_bytes(target: int) -> None:
    rows = events(2_000)
    taken, raw = CODEC.fill(a_frame([]), rows, None, target, a_point, level=3)
    assert 0.7 * target <= len(raw) <= 1.2 * target
    assert CODEC.decode(raw).rows == tuple(rows[:taken])


def test_a_frame_ends_only_where_its_origin_has_signed() -> None:
    rows = events(1_000)
    taken, _ = CODEC.fill(a_frame([]), rows, [300, 600, 900], 8_000, a_point, level=3)
    assert taken in {300, 600}, taken
    far, _ = CODEC.fill(a_frame([]), rows, [900], 2_000, a_point, level=3)
    assert far == 900
