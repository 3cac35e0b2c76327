"""No language changes what is sent (casualty §19, R1; §21, A13): a label of any language is one code."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunant.casualty.commands import ReceiveRequest
from dunant.casualty.precedence import PrecedencePack, read_precedence
from dunant.exchange.cot.codes import LabelTable, core_codes
from dunant.exchange.cot.geojson import parse_geojson, write_geojson
from dunant.exchange.cot.lines import lines_of, medevac_of_lines
from dunant.exchange.cot.medevac import read_medevac, with_medevac, write_medevac
from dunant.exchange.cot.model import CotMessage, Node, ZMist
from dunant.exchange.cot.proto import parse_frame, write_frame
from dunant.exchange.cot.read import read_message
from dunant.exchange.cot.write import OwnPatient, OwnRequest, write_request
from dunant.exchange.cot.xml import write_event
from dunant.store import PackShelf
from tests.exchange.cot.builders import an_event, lines_of_message, understood
from tests.fakes import NOON

CODES = core_codes()
PRECEDENCE = PackShelf().read("precedence.toml", PrecedencePack)
LANGUAGES = ["en", "fr", "es", "ar", "ru", "zh"]
COUNTABLE = {"URGENT_SURGICAL", "URGENT", "PRIORITY", "ROUTINE", "CONVENIENCE"}
TABLES = {"line3": "counts", "line4": "equipment", "line6": "security", "line7": "marking", "line9": "terrain"}


def labels(table: LabelTable, language: str, code: str) -> list[str]:
    return table.labels[language].get(code) or table.labels["en"][code]


def patient(language: str, mechanism: str, injuries: tuple[str, ...]) -> Node:
    """As a client in this language writes it."""
    said = " ".join(labels(CODES.injury, language, code)[-1] for code in injuries)
    texts = {"title": "ZMIST1", "z": "", "m": labels(CODES.mechanism, language, mechanism)[-1], "i": said}
    return Node(tag="zMist", attributes={**texts, "s": "", "t": ""})


def received(*patients: Node) -> ReceiveRequest:
    element = Node(tag="_medevac_", children=(Node(tag="zMistsMap", children=patients),))
    (incoming,) = read_message(an_event(element), "peer").commands
    assert isinstance(incoming.command, ReceiveRequest)
    return incoming.command


def resent(command: ReceiveRequest) -> bytes:
    """What other peers get of it once it is ours."""
    patients = tuple(
        OwnPatient(tag="D-4KQ2M-B", mechanism=one.mechanism, injuries=one.injuries) for one in command.patients
    )
    own = OwnRequest(id="own", callsign="DUSTOFF", at=NOON, lines=command.lines, patients=patients)
    return write_event(write_request(own, NOON))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(CODES.mechanism.labels["en"]))
def test_a_mechanism_said_in_any_language_leaves_as_it_does_in_english(language: str, code: str) -> None:
    said, english = (received(patient(tongue, code, ())) for tongue in (language, "en"))
    assert said.patients[0].mechanism == code
    assert resent(said) == resent(english)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(CODES.injury.labels["en"]))
def test_an_injury_said_in_any_language_leaves_as_it_does_in_english(language: str, code: str) -> None:
    said, english = (received(patient(tongue, "BLAST", (code,))) for tongue in (language, "en"))
    assert said.patients[0].injuries == (code,)
    assert resent(said) == resent(english)


@pytest.mark.parametrize("table", TABLES)
def test_every_code_of_every_line_is_one_value_on_the_wire_and_comes_back(table: str) -> None:
    """A peer switches on the first letter of a translated word, and shifts hoist, extraction and ventilator by one."""
    codes = [code for name, code in getattr(CODES, table).items() if name != "source"]
    written = {}
    for code in codes:
        value: object = {code: 1} if table == "line3" else [code] if table in ("line4", "line9") else code
        element = write_medevac(medevac_of_lines({TABLES[table]: value}))
        written[code] = tuple(sorted(element.attributes.items()))
        assert lines_of(read_medevac(element)) == {TABLES[table]: value}
    assert len(set(written.values())) == len(codes)


def test_opened_and_saved_again_a_form_is_the_same() -> None:
    lines = {
        "litter": 2,
        "ambulatory": 1,
        "equipment": ["OTHER"],
        "terrain": ["LOOSE", "SLOPE"],
        "counts": {"URGENT": 1},
    }
    message = an_event(write_medevac(medevac_of_lines(lines)))
    for _ in range(3):
        message = understood(write_event(with_medevac(message, medevac_of_lines(lines_of(lines_of_message(message))))))
    assert lines_of(lines_of_message(message)) == lines


# -- dialect × language × patients × what nobody knows -----------------------------------------------------------------

NAMES = st.from_regex(r"x[a-z0-9_]{1,9}", fullmatch=True)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x7f\ufffe\uffff", min_codepoint=32), max_size=20)


@st.composite
def stories(draw: st.DrawFn) -> tuple[str, list[tuple[str, tuple[str, ...]]], CotMessage]:
    """A language, what its patients have, and the message a client in that language and dialect would send."""
    language = draw(st.sampled_from(LANGUAGES))
    dialect = draw(st.sampled_from(PRECEDENCE.dialects))
    counts: dict[str, int] = {}
    for row in (row for row in PRECEDENCE.wording if row.dialect == dialect):
        meant = read_precedence(PRECEDENCE, row.raw, dialect, needs_surgery=row.surgical).canonical
        if meant in COUNTABLE and draw(st.booleans()):
            counts[str(meant)] = draw(st.integers(0, 30))
    mechanisms = st.sampled_from(sorted(CODES.mechanism.labels["en"]))
    injuries = st.lists(st.sampled_from(sorted(CODES.injury.labels["en"])), max_size=3, unique=True).map(tuple)
    patients = draw(st.lists(st.tuples(mechanisms, injuries), max_size=30))
    nodes = [
        patient(language, *one).with_attributes(**draw(st.dictionaries(NAMES, TEXT, max_size=1))) for one in patients
    ]
    element = write_medevac(medevac_of_lines({"counts": counts}))
    children = (*element.children, Node(tag="zMistsMap", children=tuple(nodes)))
    element = element.with_attributes(**draw(st.dictionaries(NAMES, TEXT, max_size=5))).with_children(children)
    return language, patients, an_event(element)


def holds(story: tuple[str, list[tuple[str, tuple[str, ...]]], CotMessage]) -> None:
    _, patients, message = story
    over_proto = parse_frame(write_frame(understood(message.raw)))
    assert isinstance(over_proto, CotMessage)
    over_geojson = parse_geojson(write_geojson(over_proto))
    assert isinstance(over_geojson, CotMessage)
    assert write_event(over_geojson) == message.raw
    zmists: tuple[ZMist, ...] = lines_of_message(over_geojson).zmists
    read = [(CODES.mechanism.read(one.m).code, CODES.injury.read_all(one.i)[0]) for one in zmists]
    assert read == patients


@given(stories())
@settings(max_examples=150, deadline=None)
def test_what_is_said_in_any_dialect_and_language_survives_every_form(
    story: tuple[str, list[tuple[str, tuple[str, ...]]], CotMessage],
) -> None:
    holds(story)


@pytest.mark.slow
@given(stories())
@settings(max_examples=10_000, deadline=None)
def test_ten_thousand_such_messages_survive(story: tuple[str, list[tuple[str, tuple[str, ...]]], CotMessage]) -> None:
    holds(story)
