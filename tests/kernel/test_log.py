"""Every way in which a copy of a log can be wrong is found, named and placed."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dunant.casualty.events import CasualtyMissing
from dunant.kernel import log
from dunant.kernel.events import canonical
from dunant.kernel.log import BLOCK, Checkpoint, Fault, Stored
from tests.builders import an_event

NAME = ("ALPHA", "00000001", "casualty")
KEYS = {block: bytes([block + 1]) * 32 for block in range(3)}


def a_log(length: int) -> list[Stored]:
    rows: list[Stored] = []
    head = log.genesis(NAME)
    for q in range(1, length + 1):
        event = an_event(CasualtyMissing(), q=q).header
        header, body = canonical(event), canonical({"n": q})
        digest = log.body_digest(log.salt(KEYS[log.block_of(q)], q), body)
        head = log.link(head, header, digest)
        e = event
        rx = "2026-03-14T12:00:00.000Z"
        rows.append(Stored(*NAME, q, e.id, e.h, e.t, e.v, e.s, e.m, e.c, header, body, digest, head, rx))
    return rows


def found(
    rows: list[Stored], salts: dict[int, bytes] | None = None, keys: dict[int, bytes] | None = None
) -> list[tuple[int, str]]:
    return [(fault.q, fault.rule) for fault in log.faults(NAME, rows, KEYS if keys is None else keys, salts or {})]


def changed(rows: list[Stored], q: int, **fields: object) -> list[Stored]:
    return [replace(row, **fields) if row.q == q else row for row in rows]


def test_a_sound_log_has_no_fault_across_blocks() -> None:
    assert found(a_log(BLOCK + 5)) == []
    assert [log.block_of(q) for q in (1, BLOCK, BLOCK + 1)] == [0, 0, 1]


@pytest.mark.parametrize(
    ("spoil", "faults"),
    [
        (lambda rows: [row for row in rows if row.q != 3], [(3, "gap")]),
        (lambda rows: rows[1:], [(1, "gap")]),
        (lambda rows: changed(rows, 3, body=b'{"n":4}'), [(3, "digest")]),
        (lambda rows: changed(rows, 3, digest=b"\0" * 32), [(3, "head"), (3, "digest")]),
        (lambda rows: changed(rows, 3, head=b"\0" * 32), [(3, "head"), (4, "head")]),
        (lambda rows: changed(rows, 3, header=rows[3].header), [(3, "head"), (3, "header")]),
        (lambda rows: changed(rows, 3, header=b"\xff"), [(3, "head"), (3, "header")]),
        (lambda rows: changed(rows, 3, s="somebody else"), [(3, "header")]),
        (lambda rows: changed(rows, 3, c="N"), [(3, "header")]),
        (lambda rows: changed(rows, 3, id="another"), [(3, "header")]),
        (lambda rows: [*rows[:2], replace(rows[3], q=3), replace(rows[2], q=4), *rows[4:]], None),
    ],
)
def test_a_spoilt_row_is_found_where_it_is(
    spoil: Callable[[list[Stored]], list[Stored]], faults: list[tuple[int, str]] | None
) -> None:
    seen = found(spoil(a_log(5)))
    assert seen == faults if faults is not None else {q for q, _ in seen} >= {3, 4}


def test_all_faults_are_listed_and_not_only_the_first() -> None:
    rows = changed(changed(a_log(9), 2, body=b"{}"), 7, body=b"{}")
    assert found([row for row in rows if row.q != 4]) == [(2, "digest"), (4, "gap"), (7, "digest")]


def test_a_redacted_body_keeps_the_chain_whole() -> None:
    assert found(changed(a_log(5), 3, body=None)) == []


def test_explicit_salts_stand_in_for_a_destroyed_key() -> None:
    rows = changed(a_log(5), 3, body=None)
    salts = {q: log.salt(KEYS[0], q) for q in (1, 2, 4, 5)}
    assert found(rows, salts, keys={}) == []
    assert found(rows, {1: salts[1]}, keys={}) == [(2, "salt"), (4, "salt"), (5, "salt")]


@given(
    q=st.integers(1, 20),
    place=st.integers(0, 10_000),
    flip=st.integers(1, 255),
    what=st.sampled_from(["header", "body", "digest", "head"]),
)
def test_one_changed_byte_anywhere_is_noticed(q: int, place: int, flip: int, what: str) -> None:
    rows = _TWENTY
    old: bytes = getattr(rows[q - 1], what)
    at = place % len(old)
    new = old[:at] + bytes([old[at] ^ flip]) + old[at + 1 :]
    assert q in {fault for fault, _ in found(changed(rows, q, **{what: new}))}


_TWENTY = a_log(20)


def test_names_of_two_logs_never_begin_alike() -> None:
    assert log.genesis(("A", "B-C", "x")) != log.genesis(("A-B", "C", "x"))


def test_a_signature_covers_every_field_of_a_checkpoint() -> None:
    point = Checkpoint(o="A", e="1", st="casualty", q=5, head=b"\1" * 32, h="0" * 16, key="k")
    others: list[dict[str, Any]] = [
        {"o": "B"},
        {"e": "2"},
        {"st": "alert"},
        {"q": 6},
        {"head": b"\2" * 32},
        {"h": "1" * 16},
        {"key": "l"},
    ]
    signed = {log.signed_bytes(replace(point, **other)) for other in (dict[str, Any](), *others)}
    assert len(signed) == len(others) + 1
    assert log.signed_bytes(replace(point, sig=b"x")) == log.signed_bytes(point)


def test_a_fault_says_where() -> None:
    assert list(log.faults(NAME, a_log(2)[1:], KEYS, {})) == [Fault(log=NAME, q=1, rule="gap")]
