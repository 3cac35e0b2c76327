"""Ids that are born offline, and tags that survive a bad radio."""

import string
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunant.kernel.ids import ALPHABET, check_character, derived, is_tag, is_uuid, tag, uuid7

BODIES = st.text(ALPHABET, min_size=5, max_size=5)


@pytest.mark.parametrize(("body", "check"), [("4KQ2M", "B"), ("7B01F", "8")])
def test_check_characters_of_the_casualty_specification(body: str, check: str) -> None:
    assert check_character(body) == check


def test_a_tag_is_block_counter_and_check_character() -> None:
    assert tag("D", 0, 1) == "D-00001-Y"
    assert tag("X", 1023, 32767) == f"X-ZZZZZ-{check_character('ZZZZZ')}"
    assert tag("D", 4, 32768) == tag("D", 5, 0)


@given(body=BODIES)
def test_every_wrong_character_is_noticed(body: str) -> None:
    right = f"D-{body}-{check_character(body)}"
    assert is_tag(right)
    for place, character in enumerate(right[2:], start=2):
        if character != "-":
            wrong = (right[:place] + other + right[place + 1 :] for other in ALPHABET if other != character)
            assert not any(map(is_tag, wrong))


@given(body=BODIES)
def test_two_neighbours_exchanged_are_noticed_except_0_and_z(body: str) -> None:
    check = check_character(body)
    for place in range(4):
        pair = body[place : place + 2]
        if pair[0] != pair[1] and set(pair) != {"0", "Z"}:
            swapped = body[:place] + pair[::-1] + body[place + 2 :]
            assert not is_tag(f"D-{swapped}-{check}")


def test_0_and_z_exchanged_are_the_known_gap() -> None:
    assert check_character("0Z111") == check_character("Z0111")


@pytest.mark.parametrize(
    "text", ["", "D", "D-4KQ2M", "E-4KQ2M-B", "D-4KQ2-B", "D-4KQ2M-C", "d-4kq2m-b", "D-4KQ2M-B-1", "D-4KQ2I-B"]
)
def test_what_is_no_tag(text: str) -> None:
    assert not is_tag(text)


@given(ms=st.integers(0, 2**48 - 1), counter=st.integers(0, 4095), tail=st.integers(0, 2**62 - 1))
def test_a_uuid7_says_when_and_sorts_by_time(ms: int, counter: int, tail: int) -> None:
    made = uuid.UUID(uuid7(ms, counter, tail))
    assert (made.version, made.variant, made.int >> 80) == (7, uuid.RFC_4122, ms)
    assert uuid7(ms, counter, tail) < uuid7(ms + 1, 0, 0) or ms == 2**48 - 1
    assert is_uuid(str(made))


def test_a_derived_id_is_the_same_on_every_site() -> None:
    assert derived("cause", "reaction", "0") == "193012d9-43c4-5532-bdc5-231b3a3262d7"
    assert derived("ab", "c") != derived("a", "bc")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "0190-",
        str(uuid.UUID(int=5)).upper().replace("0", "A"),
        "{00000000-0000-0000-0000-000000000005}",
        "0" * 32,
    ],
)
def test_an_id_has_one_spelling(text: str) -> None:
    assert not is_uuid(text)


def test_the_alphabet_leaves_out_what_a_radio_confuses() -> None:
    assert set(string.ascii_uppercase + string.digits) - set(ALPHABET) == set("ILOU")
