"""A byte stream of a field network: joined, cut, dirty; what was sent well arrives."""

import time

import pytest

from dunant.exchange.cot.model import CotMessage, Malformed
from dunant.exchange.cot.proto import write_frame
from dunant.exchange.cot.split import Splitter, parse_message, split_all
from dunant.exchange.cot.xml import MAX_EVENT_BYTES
from tests.exchange.cot.builders import a_message, a_position, sample, split, uids

FIRST, SECOND = a_position("one"), a_position("two")


def bad(found: list[CotMessage | Malformed]) -> list[str]:
    return [one.reason for one in found if isinstance(one, Malformed)]


def test_several_events_in_one_packet_are_several_messages() -> None:
    assert uids(split(FIRST + SECOND + FIRST)) == ["one", "two", "one"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_one_event_over_many_packets_is_one_message(size: int) -> None:
    found = split(sample() + FIRST, size)
    assert uids(found) == ["c7a1c3c2-6c6e-4b0a-9b53-0f6b6f3d9a01", "one"]


def test_an_event_comes_out_as_soon_as_its_last_byte_is_in() -> None:
    splitter = Splitter()
    assert list(splitter.feed(FIRST[:-1])) == []
    assert uids(list(splitter.feed(FIRST[-1:]))) == ["one"]


@pytest.mark.parametrize("size", [None, 1, 5])
@pytest.mark.parametrize(
    "garbage",
    [
        b"hello",
        b"\x00\x01\x02",
        b"<html></html>",
        b"</event>",
        b"\xbf",
        b"\xbf\x05abcde",
        b"\xbf\x01\xbf\xff",
        b"<",
        b"<eventual/>",
        b"\xff" * 700,
        "¿qué? ؟".encode(),
    ],
)
def test_garbage_between_events_is_counted_and_passed_over(garbage: bytes, size: int | None) -> None:
    """A11."""
    found = split(FIRST + garbage + SECOND, size)
    assert uids(found) == ["one", "two"]
    splitter = Splitter()
    list(splitter.feed(FIRST + garbage + SECOND))
    assert splitter.bad_bytes >= len(garbage)


@pytest.mark.parametrize("cut", [1, 6, 20, 60, 150])
def test_an_event_cut_off_in_a_tag_does_not_swallow_the_next(cut: int) -> None:
    found = split(FIRST[:cut] + SECOND + FIRST)
    assert uids(found) == ["two", "one"]
    assert len(bad(found)) == 1


def test_an_event_cut_off_between_tags_does_not_swallow_the_next_two() -> None:
    cut = FIRST.index(b"<detail>") + len(b"<detail>")
    found = split(FIRST[:cut] + SECOND + FIRST)
    assert uids(found) == ["two", "one"]


def test_an_event_quoted_inside_another_is_part_of_it() -> None:
    quoted = FIRST.replace(b"<remarks>", b"<history>" + SECOND + b"</history><remarks>")
    assert uids(split(quoted + SECOND, 11)) == ["one", "two"]


def test_a_prolog_is_optional_and_may_differ_from_event_to_event() -> None:
    stream = b"<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n" + FIRST + b"\r\n" + SECOND
    stream += b"<?xml version='1.0'?><!-- relay --><?relay x?>" + FIRST + b"\xef\xbb\xbf<?xml version='1.0'?>" + SECOND
    assert uids(split(stream)) == uids(split(stream, 3)) == ["one", "two", "one", "two"]
    assert bad(split(stream)) == []


def test_a_prolog_followed_by_garbage_loses_only_the_garbage() -> None:
    assert uids(split(b"<?xml version='1.0'?><ev<?xml version='1.0'?>" + FIRST)) == ["one"]


def test_an_event_without_children_and_one_in_cdata_end_where_they_end() -> None:
    short = b'<event uid="s" type="t-x-c-t"/>'
    tricky = FIRST.replace(b"<remarks>0", b"<remarks><![CDATA[</event>]]><!-- <event> --> &lt;/event>")
    assert uids(split(short + tricky + short + SECOND, 9)) == ["s", "one", "s", "two"]


def test_a_latin_1_event_is_read_by_its_own_declaration() -> None:
    event = FIRST.replace(b"<remarks>0", "<remarks>blessé".encode("latin-1"))
    (found,) = split(b"<?xml version='1.0' encoding='ISO-8859-1'?>" + event)
    assert isinstance(found, CotMessage)
    assert found.in_detail("remarks").text == "blessé"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "broken",
    [
        FIRST.replace(b"<detail>", b"<detail"),
        FIRST.replace(b"</remarks>", b"</other>"),
        FIRST.replace(b'uid="one"', b'uid="one" uid="two"'),
        FIRST.replace(b"<remarks>0", b"<remarks>\xff\xfe"),
        FIRST.replace(b"<remarks>0", b"<remarks>&undefined;"),
        FIRST.replace(b'uid="one"', b'uid=""'),
        FIRST.replace(b'type="a-f-G-U-C"', b""),
    ],
)
def test_a_broken_event_is_kept_with_its_bytes_and_the_next_one_is_read(broken: bytes) -> None:
    """Casualty specification section 17: malformed input."""
    found = split(broken + SECOND)
    assert uids(found) == ["two"]
    (malformed,) = [one for one in found if isinstance(one, Malformed)]
    assert malformed.raw == broken
    assert malformed.code == "exchange.malformed"


def test_a_dtd_is_refused_together_with_its_event() -> None:
    bomb = b'<!DOCTYPE event [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    evil = b"<?xml version='1.0'?>" + bomb + FIRST.replace(b"<remarks>0", b"<remarks>&b;")
    found = split(evil + SECOND)
    assert (uids(found), bad(found)) == (["two"], ["dtd"])
    outside = b'<!DOCTYPE event SYSTEM "file:///etc/passwd">' + FIRST
    assert (uids(split(outside + SECOND)), bad(split(outside + SECOND))) == (["two"], ["dtd"])


def test_an_event_hidden_in_an_entity_is_never_taken_for_a_message() -> None:
    hidden = b"<!DOCTYPE event [<!ENTITY a '" + FIRST + b"'>]>" + SECOND.replace(b"<remarks>0", b"<remarks>&a;")
    assert uids(split(hidden)) == []


@pytest.mark.parametrize("size", [None, 4096])
def test_an_event_above_the_limit_is_refused_and_the_next_one_is_read(size: int | None) -> None:
    large = FIRST.replace(b"<remarks>0", b"<remarks>" + b"x" * (MAX_EVENT_BYTES + 5000))
    found = split(large + SECOND, size)
    assert (uids(found), bad(found)) == (["two"], ["too_large"])
    assert all(len(one.raw) <= MAX_EVENT_BYTES for one in found if isinstance(one, Malformed) and size)


def test_an_event_just_below_the_limit_is_read() -> None:
    room = MAX_EVENT_BYTES - len(FIRST)
    assert uids(split(FIRST.replace(b"<remarks>0", b"<remarks>" + b"x" * room), 65536)) == ["one"]


def test_elements_nested_beyond_any_real_message_are_refused() -> None:
    deep = FIRST.replace(b"<remarks>", b"<a>" * 200 + b"</a>" * 200 + b"<remarks>")
    assert bad(split(deep)) == ["too_deep"]


def test_a_stream_may_change_between_xml_and_protobuf_at_every_message() -> None:
    proto = write_frame(a_message("asset_helicopter.xml"))
    mesh = write_frame(a_message("asset_helicopter.xml"), "MESH")
    stream = FIRST + proto + SECOND + proto + mesh + FIRST + mesh + SECOND
    heli = "ANDROID-heli-1"
    for size in (None, 1, 10):
        assert uids(split(stream, size)) == ["one", heli, "two", heli, heli, "one", heli, "two"]


def test_a_peer_that_leaves_in_the_middle_leaves_a_fragment_for_the_tray() -> None:
    splitter = Splitter()
    assert list(splitter.feed(FIRST + SECOND[:50])) != []
    rest = splitter.close()
    assert rest is not None and (rest.reason, rest.raw) == ("unfinished", SECOND[:50])
    assert Splitter().close() is None


@pytest.mark.parametrize(
    "hostile",
    [
        b"<event " * 40_000,
        b"<event>" * 40_000,
        b"<!DOCTYPE " * 30_000,
        b"<?xml " * 40_000,
        b"\xbf\x01\xbf\x0a" * 60_000,
    ],
)
def test_hostile_repetition_costs_no_more_than_its_length(hostile: bytes) -> None:
    begun = time.process_time()
    split(hostile + SECOND, 8192)
    assert time.process_time() - begun < 5


def test_a_file_is_all_its_messages_and_what_was_none() -> None:
    found = split_all(FIRST + b"noise" + write_frame(a_message()) + SECOND[:30])
    assert uids(found) == ["one", a_message().uid]
    assert bad(found) == ["garbage", "unfinished"]
    assert split_all(b"") == []


def test_a_kept_message_is_read_again_in_the_form_it_came() -> None:
    for kept in (FIRST, b"<?xml version='1.0'?>" + FIRST, write_frame(a_message()), write_frame(a_message(), "MESH")):
        assert isinstance(parse_message(kept), CotMessage)
    assert isinstance(parse_message(b""), Malformed)
