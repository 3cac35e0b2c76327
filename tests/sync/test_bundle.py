"""A file from a stick: only its recipients can open it, and damage costs what it hits and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from dunant.sync import bundle
from dunant.sync.bundle import ENTRY, FRAME
from dunant.sync.errors import BadFrame
from dunant.sync.seal import is_sealed, open_seal, recipients_of, seal

MHQ, BOR, OTHER = PrivateKey.generate(), PrivateKey.generate(), PrivateKey.generate()
KEYS = {"MHQ": bytes(MHQ.public_key), "BOR": bytes(BOR.public_key)}


def a_file(*contents: bytes, kind: int = FRAME) -> bytes:
    return b"".join(bundle.written((kind, content) for content in contents))


def test_each_recipient_opens_a_sealed_frame_and_nobody_else() -> None:
    raw = seal(b"facts", KEYS)
    assert is_sealed(raw)
    assert recipients_of(raw) == ("BOR", "MHQ")
    assert open_seal(raw, "MHQ", bytes(MHQ)) == open_seal(raw, "BOR", bytes(BOR)) == b"facts"
    with pytest.raises(BadFrame) as refused:
        open_seal(raw, "KADUGLI", bytes(OTHER))
    assert refused.value.rule == "wrong_recipient"
    with pytest.raises(BadFrame) as refused:
        open_seal(raw, "MHQ", bytes(OTHER))
    assert refused.value.rule == "undecodable"


def test_a_carrier_learns_nothing_of_the_content() -> None:
    assert b"casualty" not in seal(b"casualty" * 20, KEYS)


@given(st.data())
def test_a_changed_seal_does_not_open(data: st.DataObject) -> None:
    raw = bytearray(seal(b"facts", KEYS))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    for site, secret in (("MHQ", MHQ), ("BOR", BOR)):
        try:
            # One recipient's wrapped key may be hit and the other's not; then the content is still what it was.
            assert open_seal(bytes(raw), site, bytes(secret)) == b"facts"
        except BadFrame:
            continue


@given(st.lists(st.binary(max_size=60), max_size=6), st.sampled_from([FRAME, ENTRY]))
def test_a_whole_file_gives_back_its_parts(contents: list[bytes], kind: int) -> None:
    found = list(bundle.read(a_file(*contents, kind=kind)))
    assert [(part.kind, part.content) for part in found] == [(kind, content) for content in contents]


@given(st.integers(0, 400), st.integers(1, 255))
def test_one_wrong_byte_costs_at_most_the_part_it_hits(place: int, change: int) -> None:
    contents = [bytes([n]) * 60 for n in range(5)]
    raw = bytearray(a_file(*contents))
    place = min(place, len(raw) - 1)
    raw[place] ^= change
    whole = [part.content for part in bundle.read(bytes(raw)) if not part.is_damaged]
    assert len(whole) >= 4
    assert set(whole) <= set(contents)


def test_a_file_that_breaks_off_gives_what_is_whole_and_says_what_is_not() -> None:
    found = list(bundle.read(a_file(b"one", b"two" * 30)[:-5]))
    assert [(part.number, part.is_damaged) for part in found] == [(1, False), (2, True)]


def test_a_file_of_something_else_has_no_parts() -> None:
    assert list(bundle.read(b"%PDF-1.7 and so on")) == []
