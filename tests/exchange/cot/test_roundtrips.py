"""A13: whatever a peer invents comes back: XML, protobuf, GeoJSON and XML again are one message."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunant.exchange.cot.geojson import parse_geojson, write_geojson
from dunant.exchange.cot.medevac import ATAK_ATTRIBUTES, EXTENDED_ATTRIBUTES, read_medevac, with_medevac, write_medevac
from dunant.exchange.cot.model import CotMessage, Node
from dunant.exchange.cot.proto import parse_frame, write_frame
from dunant.exchange.cot.xml import parse_event, write_event
from tests.exchange.cot.builders import (
    SAMPLES,
    a_medevac,
    a_message,
    an_event,
    lines_of_message,
    sample,
    split,
    understood,
)

# What XML 1.0 can carry and a parser gives back unchanged.
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, range(32))) + "\x7f\ufffe\uffff"),
    max_size=20,
)
NAMES = st.from_regex(r"[a-z_][a-z0-9_.-]{0,9}", fullmatch=True)
ATTRIBUTES = st.dictionaries(NAMES, TEXT, max_size=5)
LINES = st.dictionaries(
    st.sampled_from((*ATAK_ATTRIBUTES, *EXTENDED_ATTRIBUTES)),
    st.one_of(st.integers(0, 30).map(str), st.sampled_from(("true", "false")), TEXT),
)
PATIENTS = st.lists(
    st.builds(
        lambda texts, more: Node(
            tag="zMist", attributes={**dict(zip(("title", "z", "m", "i", "s", "t"), texts, strict=True)), **more}
        ),
        st.lists(TEXT, min_size=6, max_size=6),
        st.dictionaries(NAMES.map(lambda name: f"x{name}"), TEXT, max_size=2),
    ),
    max_size=4,
).map(tuple)
ELEMENTS = st.recursive(
    st.builds(
        lambda tag, attributes, text: Node(tag=f"x{tag}", attributes=attributes, text=text), NAMES, ATTRIBUTES, TEXT
    ),
    lambda inner: st.builds(
        lambda tag, attributes, children: Node(tag=f"y{tag}", attributes=attributes, children=tuple(children)),
        NAMES,
        ATTRIBUTES,
        st.lists(inner, max_size=3),
    ),
    max_leaves=5,
)
TYPED = st.sampled_from(("contact", "__group", "precisionlocation", "status", "takv", "track", "remarks"))
MEDEVACS = st.builds(
    lambda lines, invented, patients: Node(
        tag="_medevac_",
        attributes={**lines, **{f"x{name}": value for name, value in invented.items()}},
        children=(Node(tag="zMistsMap", children=patients),),
    ),
    LINES,
    ATTRIBUTES,
    PATIENTS,
)
TYPED_ELEMENTS = st.builds(
    lambda tag, attributes: Node(tag=tag, attributes=attributes),
    TYPED,
    st.dictionaries(
        st.sampled_from(("callsign", "endpoint", "name", "role", "battery", "speed", "course", "os", "x")),
        st.one_of(TEXT, st.integers(-5, 200).map(str), st.floats(0, 360).map(str)),
        max_size=3,
    ),
)
DETAILS = st.lists(st.one_of(MEDEVACS, ELEMENTS, TYPED_ELEMENTS), max_size=5).map(tuple)
POINTS = st.fixed_dictionaries(
    {"lat": st.floats(-90, 90).map(str), "lon": st.sampled_from(("29.803", "29.8030000", "-180", "abc"))},
    optional={"hae": st.sampled_from(("9999999.0", "9999999", "0", "-12.50", "NaN", "1e3")), "ce": TEXT, "extra": TEXT},
)
MESSAGES = st.builds(
    lambda details, point, time, more: an_event(
        *details, point=point, time=time, **{f"x{name.replace('-', '')}": value for name, value in more.items()}
    ),
    DETAILS,
    POINTS,
    st.sampled_from(("2026-11-23T10:00:00.000Z", "2026-11-23T10:00:00Z", "2026-11-23T10:00:00.123456Z", "", "now")),
    ATTRIBUTES,
)


@given(message=MESSAGES)
@settings(max_examples=400, deadline=None)
def test_xml_to_model_to_xml_is_identity(message: CotMessage) -> None:
    assert write_event(understood(message.raw)) == message.raw


@given(message=MESSAGES)
@settings(max_examples=400, deadline=None)
def test_xml_to_protobuf_to_geojson_to_xml_is_identity(message: CotMessage) -> None:
    """R5: node-CoT and pycot-tak lose the nine lines on the way."""
    over_proto = parse_frame(write_frame(message))
    assert isinstance(over_proto, CotMessage), over_proto
    over_geojson = parse_geojson(write_geojson(over_proto))
    assert isinstance(over_geojson, CotMessage), over_geojson
    assert write_event(over_geojson) == message.raw


@given(node=MEDEVACS)
@settings(max_examples=400, deadline=None)
def test_reading_and_writing_the_nine_lines_changes_nothing(node: Node) -> None:
    assert write_medevac(read_medevac(node)) == node


@given(node=MEDEVACS)
@settings(max_examples=200, deadline=None)
def test_what_was_understood_says_the_same_when_written_from_scratch(node: Node) -> None:
    once = msgspec.structs.replace(read_medevac(node), source=None, unknown=())
    again = msgspec.structs.replace(read_medevac(write_medevac(once)), source=None)
    assert again == once


@given(message=MESSAGES, size=st.integers(1, 400))
@settings(max_examples=100, deadline=None)
def test_packets_of_any_size_give_the_same_messages(message: CotMessage, size: int) -> None:
    stream = message.raw + write_frame(message) + message.raw + write_frame(message)
    found = split(stream, size)
    assert [write_event(one) for one in found if isinstance(one, CotMessage)] == [message.raw] * 4


@given(data=st.binary(max_size=300), size=st.integers(1, 50))
@settings(max_examples=300, deadline=None)
def test_no_bytes_whatever_raise(data: bytes, size: int) -> None:
    split(data, size)
    parse_event(data)
    parse_frame(b"\xbf" + data)
    parse_geojson(data)


@given(data=st.binary(max_size=60), at=st.integers(0, 1400))
@settings(max_examples=200, deadline=None)
def test_a_damaged_protobuf_frame_does_not_raise(data: bytes, at: int) -> None:
    frame = write_frame(a_message())
    split(frame[:at] + data + frame[at:])


@pytest.mark.parametrize("patients", [0, 1, 2, 30])
def test_all_patients_are_kept_in_order_over_every_form(patients: int) -> None:
    """R3: OpenTAKServer keeps one of them."""
    message = an_event(a_medevac({"urgent": str(patients)}, zmists=patients))
    titles = [f"ZMIST{n}" for n in range(1, patients + 1)]
    over_proto = parse_frame(write_frame(message, "MESH"))
    assert isinstance(over_proto, CotMessage)
    over_geojson = parse_geojson(write_geojson(over_proto))
    assert isinstance(over_geojson, CotMessage)
    for form in (message, over_proto, over_geojson):
        assert [zmist.title for zmist in lines_of_message(form).zmists] == titles


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.xml")))
def test_every_sample_is_one_message_in_every_form(name: str) -> None:
    message = a_message(name)
    expected = write_event(message)
    over_proto = parse_frame(write_frame(message))
    assert isinstance(over_proto, CotMessage)
    over_geojson = parse_geojson(write_geojson(over_proto))
    assert isinstance(over_geojson, CotMessage)
    assert write_event(over_proto) == write_event(over_geojson) == expected
    if b"_medevac_" in sample(name):
        assert write_event(with_medevac(message, lines_of_message(message))) == expected


@pytest.mark.slow
@given(message=MESSAGES)
@settings(max_examples=10_000, deadline=None)
def test_ten_thousand_messages_survive_every_form(message: CotMessage) -> None:
    over_proto = parse_frame(write_frame(understood(message.raw)))
    assert isinstance(over_proto, CotMessage), over_proto
    over_geojson = parse_geojson(write_geojson(over_proto))
    assert isinstance(over_geojson, CotMessage), over_geojson
    assert write_event(over_geojson) == message.raw
