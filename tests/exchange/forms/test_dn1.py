"""One line across a link that carries nothing else: it comes back as it was said, or it says that it is damaged."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunant.casualty.forms import FormPack
from dunant.exchange.forms.dn1 import (
    COUNTS,
    Damaged,
    PatientLine,
    Place,
    RequestLine,
    SaidInjury,
    SaidTreatment,
    is_dn1,
    read_dn1,
    write_dn1,
)
from dunant.exchange.forms.plain import crc16, septets
from dunant.kernel.ids import is_tag, tag
from dunant.store import PackShelf

PACK = PackShelf().read("forms.toml", FormPack)
LIMIT = PACK.limit_of("dn1")
REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "references" / "dn1.json").read_text(encoding="utf-8")
)
VECTORS: list[dict[str, Any]] = REFERENCE["vectors"]
NINE = "DN1 9 4KQ2MB @9.45000,29.55000~50 F46.55 P1.1.1.0.0 QHX L2.1.0 S1 M4:IR strobe Nm2,c1 K0 *0A92"
PATIENT = "DN1 M 7B01F8 T1 m=BLAST i=AMP.LEG.L+BLEED s=HR130,RR28,RAD0,A t=TQ.LL.1955Z *6D29"


def said(vector: dict[str, Any]) -> RequestLine | PatientLine:
    return msgspec.convert(vector["given"], RequestLine | PatientLine)


# -- vectors -----------------------------------------------------------------------------------------------------------


def test_the_check_sum_is_the_one_of_the_catalogue() -> None:
    assert crc16(b"123456789") == 0x29B1


def test_the_nine_line_of_the_specification() -> None:
    lines = {
        "freq": "46.55",
        "counts": {"URGENT_SURGICAL": 1, "URGENT": 1, "PRIORITY": 1},
        "equipment": ["HOIST", "EXTRACTION"],
        "litter": 2,
        "ambulatory": 1,
        "security": "P",
        "marking": "OTHER",
        "marking_text": "IR strobe",
        "nationality": {"UN_MIL": 2, "HOST_CIV": 1, "child": 0},
    }
    form = RequestLine(tag="D-4KQ2M-B", pickup=Place(lat=9.45, lon=29.55, ce=50), lines=lines)
    assert write_dn1(form, PACK) == NINE
    assert len(NINE) == 94
    assert write_dn1(read(NINE), PACK) == NINE


def test_the_patient_of_the_specification() -> None:
    form = PatientLine(
        tag="D-7B01F-8",
        category="T1",
        mechanism="BLAST",
        injuries=(SaidInjury(kind="AMPUTATION", region="LEG", side="L"), SaidInjury(kind="BLEEDING")),
        signs=("HR130", "RR28", "RAD0", "A"),
        treatments=(SaidTreatment(code="TQ", limb="LL", at="1955Z"),),
    )
    assert write_dn1(form, PACK) == PATIENT
    assert read_dn1(PATIENT, PACK) == form


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_common_vectors_of_both_languages(vector: dict[str, Any]) -> None:
    line = write_dn1(said(vector), PACK)
    assert line == vector["line"]
    assert septets(line, LIMIT.twice) <= LIMIT.characters
    assert write_dn1(read(line), PACK) == line


def test_the_vectors_are_made_with_the_codes_of_the_pack() -> None:
    assert REFERENCE["by"]["short"] == {row.list: dict(row.codes) for row in PACK.short}
    assert REFERENCE["by"]["limit"] == {"characters": LIMIT.characters, "twice": LIMIT.twice}


def read(line: str) -> RequestLine | PatientLine:
    found = read_dn1(line, PACK)
    assert not isinstance(found, Damaged), found
    return found


# -- damage ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (NINE.replace("46.55", "46.65"), "checksum"),
        (NINE[:-6], "no_checksum"),
        (NINE[:-1], "no_checksum"),
        (NINE.replace("strobe", "ströbe"), "checksum"),
    ],
)
def test_a_line_that_did_not_arrive_whole_is_not_parsed(line: str, reason: str) -> None:
    assert read_dn1(line, PACK) == Damaged(raw=line, reason=reason)
    assert is_dn1(line)


def test_a_line_of_a_later_version_is_kept_as_damaged() -> None:
    body = "DN1 7 4KQ2MB Z9 "
    assert read_dn1(f"{body}*{crc16(body.encode()):04X}", PACK) == Damaged(
        raw=f"{body}*{crc16(body.encode()):04X}", reason="form"
    )


@given(st.integers(0, len(NINE) - 1), st.characters(min_codepoint=32, max_codepoint=126))
def test_one_wrong_character_anywhere_is_noticed(at: int, character: str) -> None:
    line = NINE[:at] + character + NINE[at + 1 :]
    if line.upper() != NINE.upper():
        assert isinstance(read_dn1(line, PACK), Damaged)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    read_dn1(text, PACK)
    body = f"DN1 9 {text} ".encode("ascii", "replace").decode()
    read_dn1(f"{body}*{crc16(body.encode()):04X}", PACK)


def test_what_is_no_such_line_does_not_claim_to_be_one() -> None:
    assert is_dn1("DN1X 9 4KQ2MB *0000")
    assert not is_dn1("Convoy hit at the ford, DN1 follows")


# -- any request -------------------------------------------------------------------------------------------------------

TAGS = st.builds(tag, st.just("D"), st.integers(0, 1023), st.integers(0, 32767))
TEXTS = st.one_of(
    st.sampled_from(
        ["46.55 / alt 47.0", "IR strobe S1 Nm2", "smoke, K4 ", "رمز أحمر", "fumée rouge", "x" * 300, "a~b{}"]
    ),
    st.text(max_size=60),
)
FEW = st.integers(0, 120)
LINES = st.fixed_dictionaries(
    {},
    optional={
        "freq": TEXTS,
        "counts": st.dictionaries(st.sampled_from([*COUNTS, "EXPECTANT"]), FEW, min_size=1),
        "equipment": st.lists(st.sampled_from(sorted(PACK.short_of("equipment"))), unique=True),
        "litter": FEW,
        "ambulatory": FEW,
        "escort": FEW,
        "security": st.sampled_from("NPEX"),
        "marking": st.sampled_from(sorted(PACK.short_of("marking"))),
        "marking_text": TEXTS,
        "nationality": st.dictionaries(st.sampled_from([*PACK.short_of("affiliation"), "UN_MIL:IND", "child"]), FEW),
    },
)
PLACES = st.builds(
    Place,
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    ce=st.one_of(st.none(), st.floats(1, 100_000)),
)
REQUESTS = st.builds(RequestLine, tag=TAGS, pickup=st.one_of(st.none(), PLACES), lines=LINES)
WORD = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=12)
PATIENTS = st.builds(
    PatientLine,
    tag=TAGS,
    category=st.one_of(st.none(), st.sampled_from(sorted(PACK.short_of("triage")))),
    mechanism=st.one_of(st.none(), WORD),
    injuries=st.lists(
        st.builds(
            SaidInjury,
            kind=st.sampled_from(sorted(PACK.short_of("injury"))),
            region=st.sampled_from(sorted(PACK.short_of("region"))),
            side=st.sampled_from(["", "L", "R"]),
        ),
        max_size=12,
    ).map(tuple),
    signs=st.lists(WORD, max_size=12).map(tuple),
    treatments=st.lists(
        st.builds(
            SaidTreatment,
            code=st.sampled_from(sorted(PACK.short_of("intervention"))),
            limb=st.sampled_from(["", "RA", "LL"]),
            at=st.sampled_from(["", "1955Z"]),
        ),
        max_size=12,
    ).map(tuple),
)


@settings(max_examples=1000)
@given(REQUESTS)
def test_a_thousand_requests_cross_in_one_line(form: RequestLine) -> None:
    line = write_dn1(form, PACK)
    assert line.isascii()
    assert "\n" not in line
    assert septets(line, LIMIT.twice) <= LIMIT.characters
    back = read(line)
    assert isinstance(back, RequestLine)
    assert write_dn1(back, PACK) == line
    assert (back.tag, is_tag(back.tag)) == (form.tag, True)
    same = ("security", "marking")
    assert {name: back.lines[name] for name in same if name in form.lines} == {
        name: form.lines[name] for name in same if name in form.lines
    }
    if form.lines.get("equipment"):
        assert back.lines["equipment"] == sorted(form.lines["equipment"])  # type: ignore[call-overload]
    if form.pickup:
        assert back.pickup
        assert abs(back.pickup.lat - form.pickup.lat) <= 0.0000051
        assert abs(back.pickup.lon - form.pickup.lon) <= 0.0000051
    for name, total in (("counts", sum), ("nationality", sum)):
        if form.lines.get(name) and name not in back.cut:
            assert total(dict(back.lines.get(name, {})).values()) == total(dict(form.lines[name]).values())  # type: ignore[call-overload]


@given(PATIENTS)
def test_a_patient_crosses_in_one_line(form: PatientLine) -> None:
    line = write_dn1(form, PACK)
    assert septets(line, LIMIT.twice) <= LIMIT.characters
    back = read(line)
    assert isinstance(back, PatientLine)
    assert (back.tag, back.category, back.mechanism) == (form.tag, form.category, form.mechanism)
    if not back.cut:
        assert back == form
    assert back.injuries == form.injuries[: len(back.injuries)]
    assert back.signs == form.signs[: len(back.signs)]
    assert back.treatments == form.treatments[: len(back.treatments)]


def test_what_does_not_fit_is_marked_as_cut() -> None:
    lines: dict[str, object] = {"freq": "46.55", "marking": "OTHER", "marking_text": "IR strobe " * 20}
    form = RequestLine(tag="D-4KQ2M-B", lines=lines)
    back = read(write_dn1(form, PACK))
    assert back.cut == ("marking_text",)
    assert isinstance(back, RequestLine)
    assert str(back.lines["marking_text"]).startswith("IR strobe IR strobe")


def test_the_dead_and_expectant_have_no_place_on_the_line_and_it_says_so() -> None:
    back = read(write_dn1(RequestLine(tag="D-4KQ2M-B", lines={"counts": {"URGENT": 1, "EXPECTANT": 2}}), PACK))
    assert back.cut == ("counts",)


def test_an_exercise_says_so_in_its_first_word() -> None:
    line = write_dn1(RequestLine(tag="X-4KQ2M-B", exercise=True), PACK)
    assert line.startswith("DN1X 9 ")
    back = read(line)
    assert (back.exercise, back.tag) == (True, "X-4KQ2M-B")


def test_a_tag_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="tag"):
        write_dn1(RequestLine(tag="Sgt. Miller"), PACK)


def test_four_lines_cross_too() -> None:
    lines: dict[str, object] = {
        "freq": "46.55 Channel 3",
        "title": "DUSTOFF 7",
        "counts": {"URGENT": 2},
        "incident_type": "IED",
        "security": "E",
    }
    form = RequestLine(kind="4", tag="D-4KQ2M-B", pickup=Place(lat=9.45, lon=29.55), lines=lines)
    back = read(write_dn1(form, PACK))
    assert isinstance(back, RequestLine)
    assert (back.kind, back.lines["title"], back.lines["incident_type"]) == ("4", "DUSTOFF 7", "IED")
