"""Hand-over codes: what one end writes the other reads, and what is wrong with a code has a name."""

import json
import random
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunant.exchange.handover import base45
from dunant.exchange.handover.codec import SYMBOL_CHARS, joined, pack, texts, unpack
from dunant.exchange.handover.errors import Damaged, Incomplete
from dunant.exchange.handover.model import Record
from dunant.exchange.handover.signing import IssuedPass, Issuer, check, padded, signed
from dunant.kernel.errors import Refused
from tests.exchange.handover.vectors import ACCEPTANCE, FILE, OFFER, PHONE, a_pass, made

VECTORS: dict[str, Any] = json.loads(FILE.read_text())
ISSUERS = {key: Issuer(site=one["site"], public=padded(one["public"])) for key, one in VECTORS["issuers"].items()}
NOW = datetime.fromtimestamp(VECTORS["now_ms"] / 1000, UTC)


def read(scanned: list[str], revoked: list[str] | None = None) -> Record:
    return check(unpack(joined(scanned)), ISSUERS, frozenset(revoked or ()), NOW)


@pytest.mark.parametrize("vector", VECTORS["good"], ids=lambda vector: vector["name"])
def test_a_vector_is_read_as_what_it_says(vector: dict[str, Any]) -> None:
    assert msgspec.to_builtins(read(vector["texts"])) == vector["record"]
    shuffled = vector["texts"] * 2
    random.Random(5).shuffle(shuffled)
    assert msgspec.to_builtins(read(shuffled)) == vector["record"]


@pytest.mark.parametrize("vector", VECTORS["bad"], ids=lambda vector: vector["name"])
def test_what_is_wrong_with_a_code_has_a_name_of_its_own(vector: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        read(vector["texts"], vector.get("revoked"))
    assert refused.value.code == vector["error"]


def test_the_vectors_are_those_that_this_version_makes() -> None:
    """But for the packing: another zlib may find a shorter way to say the same."""
    for here, there in zip(made()["good"], VECTORS["good"], strict=True):
        assert {**here, "texts": 0} == {**there, "texts": 0}
        assert inside(here["texts"]) == inside(there["texts"])
    assert [(one["name"], one["error"]) for one in made()["bad"]] == [
        (one["name"], one["error"]) for one in VECTORS["bad"]
    ]


def inside(scanned: list[str]) -> tuple[bytes, bytes, bytes]:
    code = unpack(joined(scanned))
    return code.record_bytes, code.issued_bytes, code.signature


def test_offer_and_acceptance_fit_one_symbol_of_version_25() -> None:
    # 1000 data codewords at error correction M, less mode and length, two characters in eleven bits.
    assert SYMBOL_CHARS == (1000 * 8 - 4 - 13) * 2 // 11
    for record in (OFFER, ACCEPTANCE):
        [text] = texts(signed(record, a_pass(role="clinician"), PHONE))
        assert set(text) <= set(base45.ALPHABET)


def test_every_part_fills_one_symbol_and_no_more() -> None:
    for size in (900, 963, 964, 5000):
        assert all(len(text) <= SYMBOL_CHARS for text in texts(random.Random(size).randbytes(size)))


@given(st.binary(max_size=3000), st.randoms())
def test_any_bytes_come_back_from_their_parts_in_any_order(raw: bytes, dice: random.Random) -> None:
    scanned = texts(raw)
    dice.shuffle(scanned)
    assert joined(scanned) == raw


@given(st.binary(max_size=200))
def test_base45_is_its_own_inverse(raw: bytes) -> None:
    assert base45.decode(base45.encode(raw)) == raw


def test_base45_is_that_of_the_standard() -> None:
    # RFC 9285, section 4.3 and 4.4.
    assert [base45.encode(text) for text in (b"AB", b"Hello!!", b"base-45", b"ietf!")] == [
        "BB8", "%69 VD92EX0", "UJCLQE7W581", "QED8WEX0",
    ]  # fmt: skip
    for wrong in (":::", "A", "GGW1", "a"):
        with pytest.raises(Damaged):
            base45.decode(wrong)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_flipped_bit_is_ever_read_as_something(place: int, flip: int) -> None:
    raw = bytearray(signed(OFFER, a_pass(), PHONE))
    raw[place % len(raw)] ^= flip
    with pytest.raises(Damaged):
        unpack(bytes(raw))


def test_what_unpacks_without_end_is_not_unpacked() -> None:
    bomb = pack(b"[" * 5_000_000, bytes(64), b"[]", bytes(64))
    with pytest.raises(Damaged):
        unpack(bomb)


def test_missing_parts_are_named() -> None:
    long = VECTORS["good"][2]["texts"]
    with pytest.raises(Incomplete) as incomplete:
        joined([long[2], long[0], long[0]])
    params = incomplete.value.params
    assert (params["have"], params["of"]) == (2, len(long))
    assert params["missing"] == [n for n in range(1, len(long) + 1) if n not in (1, 3)]


def test_a_pass_travels_as_one_line() -> None:
    assert IssuedPass.of(str(a_pass())) == a_pass()
    with pytest.raises(Damaged):
        IssuedPass.of("not a pass")
