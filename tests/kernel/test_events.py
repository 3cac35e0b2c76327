"""Bytes that every site writes alike, and facts of a later version that are kept and shown for what they are."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunant.casualty import CASUALTY_EVENTS
from dunant.kernel.events import Body, Registry, Unknown, Upcaster, canonical, decode_header
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId
from dunant.kernel.places import Position
from tests.builders import an_event
from tests.histories import REGISTRY, TABLES

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


# ── canonical bytes ──


@given(value=JSON)
def test_canonical_bytes_mean_the_same_and_are_stable(value: Any) -> None:
    raw = canonical(value)
    assert json.loads(raw) == value
    assert canonical(msgspec.json.decode(raw)) == raw


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        (9.0, b"9"),
        ({"b": 1, "a": [9.0, 0.5, -0.0]}, b'{"a":[9,0.5,0],"b":1}'),
        ({"ö": "日", "a": None}, '{"a":null,"ö":"日"}'.encode()),
        ({"text": "9.0]"}, b'{"text":"9.0]"}'),
    ],
)
def test_canonical_bytes_have_sorted_keys_no_space_and_short_numbers(value: object, raw: bytes) -> None:
    assert canonical(value) == raw


@given(value=st.dictionaries(st.text(), JSON, max_size=6), seed=st.randoms(use_true_random=False))
def test_the_order_in_which_a_thing_was_put_together_does_not_show(value: dict[str, Any], seed: Any) -> None:
    keys = list(value)
    seed.shuffle(keys)
    assert canonical({key: value[key] for key in keys}) == canonical(value)


def test_an_envelope_is_read_as_it_was_written() -> None:
    header = an_event(Unknown(b"{}"), base=["a", "b"], retracts="c").header
    assert decode_header(canonical(header)) == header


# ── versions ──


class Weighed(Body, frozen=True, kw_only=True):
    TYPE = "test.weighed"
    VERSION = 3
    STREAM = "casualty"
    KIND = "casualty"

    grams: int


def pounds_to_kilograms(old: dict[str, object]) -> dict[str, object]:
    return {"kg": float(str(old["pounds"])) * 0.45359237}


def kilograms_to_grams(old: dict[str, object]) -> dict[str, object]:
    return {"grams": round(float(str(old["kg"])) * 1000)}


UPCASTERS: dict[tuple[str, int], Upcaster] = {
    ("test.weighed", 1): pounds_to_kilograms,
    ("test.weighed", 2): kilograms_to_grams,
}
SCALES = Registry([Weighed], UPCASTERS)


@pytest.mark.parametrize(("version", "raw"), [(1, b'{"pounds":154}'), (2, b'{"kg":69.853}'), (3, b'{"grams":69853}')])
def test_an_old_body_is_lifted_step_by_step(version: int, raw: bytes) -> None:
    assert SCALES.decode("test.weighed", version, raw) == Weighed(grams=69853)


@pytest.mark.parametrize(
    ("name", "version", "raw"),
    [
        ("test.weighed", 4, b'{"grams":1}'),
        ("test.unheard_of", 1, b"{}"),
        ("test.weighed", 3, b'{"grams":"many"}'),
        ("test.weighed", 3, b"no json"),
        ("test.weighed", 1, b"[]"),
        ("test.weighed", 1, b'{"pounds":[]}'),
        ("test.weighed", 0, b"{}"),
        ("test.weighed", 3, b'{"grams":' + b"[" * 100_000),
    ],
)
def test_what_cannot_be_understood_is_kept_byte_for_byte(name: str, version: int, raw: bytes) -> None:
    assert SCALES.decode(name, version, raw) == Unknown(raw)


def test_a_body_with_a_field_of_a_later_version_is_used_and_marked() -> None:
    header = canonical(an_event(Weighed(grams=5)).header)
    header = header.replace(b'"v":1', b'"v":3')
    plain = SCALES.event(header, b'{"grams":5}')
    later = SCALES.event(header, b'{"grams":5,"scales":"Seca"}')
    assert (plain.is_partial, later.is_partial) == (False, True)
    assert later.body == plain.body
    assert Facts(SubjectId("subject"), [later]).unknown == [later]


# ── nothing that can be decoded breaks a view ──


@pytest.mark.parametrize("body", CASUALTY_EVENTS, ids=lambda body: body.TYPE)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_event_of_another_site_breaks_a_view(body: type[Body], data: st.DataObject) -> None:
    """Whatever codes and texts a later version writes, a fold must go on (sync E5)."""
    drawn = data.draw(st.lists(_fields(body), min_size=1, max_size=3))
    events = [an_event(REGISTRY.decode(body.TYPE, body.VERSION, canonical(fields))) for fields in drawn]
    assert not any(isinstance(event.body, Unknown) for event in events)
    basis = [an_event(other) for other in _BASICS if data.draw(st.booleans())]
    TABLES.of(Facts(SubjectId("subject"), [*basis, *events]))


def _fields(body: type[Body]) -> st.SearchStrategy[dict[str, Any]]:
    required: dict[str, st.SearchStrategy[Any]] = {}
    optional: dict[str, st.SearchStrategy[Any]] = {}
    for field in msgspec.structs.fields(body):
        strategy = _of_type(field.type)
        (required if field.required else optional)[field.encode_name] = strategy
    return st.fixed_dictionaries(required, optional=optional)


def _of_type(wanted: Any) -> st.SearchStrategy[Any]:
    info = msgspec.inspect.type_info(wanted)
    return _of_info(info)


def _of_info(info: Any) -> st.SearchStrategy[Any]:
    match type(info).__name__:
        case "StrType":
            return st.sampled_from(("", "T1", "M11", "LAUNCHED", "FOO", "a\0b", "2026-03-14T12:00:00Z")) | st.text(
                max_size=8
            )
        case "IntType":
            return st.integers(-5, 2**31)
        case "FloatType":
            return st.floats(-1e6, 1e6)
        case "BoolType":
            return st.booleans()
        case "NoneType":
            return st.none()
        case "UnionType":
            return st.one_of([_of_info(kind) for kind in info.types])
        case "VarTupleType" | "ListType":
            return st.lists(_of_info(info.item_type), max_size=3)
        case "TupleType":
            return st.tuples(*(_of_info(kind) for kind in info.item_types))
        case "DictType":
            return st.dictionaries(st.sampled_from(("a", "security", "FOO", "")), _of_info(info.value_type), max_size=3)
        case "StructType" if info.cls is Position:
            return st.sampled_from(({"lat": 9.5, "lon": 30.0}, {"lat": -90, "lon": 180, "ce": 0}))
        case "StructType":
            return _fields(info.cls)
        case "AnyType" | "CustomType":
            return JSON
    raise AssertionError(info)


def _basics() -> list[Body]:
    from dunant.casualty import events as e
    from dunant.kernel.ids import Tag

    return [
        e.CasualtyReported(tag=Tag("D-4KQ2M-B")),
        e.IncidentOpened(tag=Tag("D-4KQ2M-B"), type="IED"),
        e.EvacRequested(tag=Tag("D-4KQ2M-B"), kind="CASEVAC", dialect="NATO"),
        e.AlertReceived(channel="VOICE"),
        e.LegPlanned(),
    ]


_BASICS = _basics()
