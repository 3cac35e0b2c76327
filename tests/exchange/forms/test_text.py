"""Forms as text: golden ones per dialect, identity both ways, and what cannot be read is kept and named."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunant.casualty.forms import FormField, FormPack
from dunant.casualty.precedence import PrecedencePack
from dunant.exchange.forms.text import FormText, Writing, read_form, write_form
from dunant.store import PackShelf

SHELF = PackShelf()
BY = Writing(forms=SHELF.read("forms.toml", FormPack), precedence=SHELF.read("precedence.toml", PrecedencePack))
REFERENCES = Path(__file__).parents[2] / "references"
GOLDEN: list[dict[str, Any]] = json.loads((REFERENCES / "form_texts.json").read_text(encoding="utf-8"))["forms"]
DIALECTS = [*BY.precedence.dialects, "UN_9LINE", "UN_4LINE", ""]


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["name"])
def test_the_golden_forms_of_each_dialect(golden: dict[str, Any]) -> None:
    form = msgspec.convert(golden["form"], FormText)
    assert write_form(form, BY) == golden["text"]
    assert read_form(golden["text"], BY) == form


@pytest.mark.parametrize("dialect", BY.precedence.dialects)
def test_line_5_has_the_letters_of_litter_ambulatory_and_escort_in_every_dialect(dialect: str) -> None:
    """A peer writes A and B there (casualty §19, R10)."""
    form = FormText(form="NINE_LINE", dialect=dialect, lines={"litter": 2, "ambulatory": 1, "escort": 3})
    assert "\n5. L2; A1; E3\n" in write_form(form, BY)


def test_a_line_5_with_other_letters_is_not_guessed_at() -> None:
    form = read_form("NINE_LINE UN -\n5. A2; B1\n", BY)
    assert form is not None
    assert form.lines == {}
    assert [(one.line, one.text) for one in form.unread] == [("5", "A2; B1")]


def test_a_letter_without_a_dialect_is_kept_with_its_readings() -> None:
    form = read_form("NINE_LINE - -\n3. B 1\n", BY)
    assert form is not None
    (unread,) = form.unread
    assert (unread.rule, unread.text) == ("casualty.dialect_required", "B 1")
    assert ("NATO", "PRIORITY") in unread.readings
    assert ("US_5LEVEL", "URGENT_SURGICAL") in unread.readings


@pytest.mark.parametrize(
    ("dialect", "canonical"), [("NATO", "PRIORITY"), ("UN", "PRIORITY"), ("US_5LEVEL", "URGENT_SURGICAL")]
)
def test_the_same_letter_means_what_its_dialect_says(dialect: str, canonical: str) -> None:
    form = read_form(f"NINE_LINE {dialect} -\n3. B 2\n", BY)
    assert form is not None
    assert form.lines == {"counts": {canonical: 2}}


def test_a_text_that_is_no_form_is_none() -> None:
    assert read_form("Convoy hit at the ford", BY) is None
    assert read_form("", BY) is None
    with pytest.raises(ValueError, match="form"):
        write_form(FormText(form="SHOPPING_LIST"), BY)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    read_form(text, BY)
    form = read_form(f"NINE_LINE NATO -\n3. {text}\n{text}\n7. {text}\n", BY)
    assert form is not None


# -- identity ----------------------------------------------------------------------------------------------------------

CODES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", min_size=2, max_size=12).filter(lambda code: code.strip("_"))
# Whole texts as people type them; what no keyboard and no log holds is left out.
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
COUNTS = st.dictionaries(
    st.sampled_from([row.code for row in BY.precedence.canonical]), st.integers(0, 999), min_size=1
)
PEOPLE = [*BY.forms.short_of("affiliation"), "UN_MIL:IND", "UN_POL_FPU:NPL", "child", "us_military", "epw"]


def values(field: FormField) -> st.SearchStrategy[Any]:
    listed = {"equipment": "equipment", "marking": "marking", "security": "security"}.get(field.name)
    codes = st.sampled_from(sorted(BY.forms.short_of(listed))) if listed else CODES
    return {
        "POSITION": st.fixed_dictionaries(
            {
                "lat": st.integers(-9_000_000, 9_000_000).map(lambda n: n / 100_000),
                "lon": st.integers(-18_000_000, 18_000_000).map(lambda n: n / 100_000),
            },
            optional={"ce": st.integers(1, 99_999).map(float)},
        ),
        "TEXT": TEXTS,
        "NUMBER": st.integers(0, 999),
        "COUNTS": COUNTS,
        "PEOPLE": st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 999), min_size=1),
        "CODE": codes,
        "CODES": st.lists(codes, min_size=1, max_size=4, unique=True),
        "FLAG": st.booleans(),
        "TIME": st.datetimes().map(lambda at: at.replace(microsecond=0).isoformat() + "Z"),
    }[field.kind]


@st.composite
def forms(draw: st.DrawFn) -> FormText:
    form = draw(st.sampled_from(BY.forms.form))
    lines = draw(st.fixed_dictionaries({}, optional={field.name: values(field) for field in form.fields}))
    return FormText(
        form=form.code,
        dialect=draw(st.sampled_from(DIALECTS)),
        tag=draw(st.sampled_from(["", "D-4KQ2M-B", "X-7B01F-8"])),
        exercise=draw(st.booleans()),
        lines=lines,
    )


def same(one: FormText, other: FormText | None) -> bool:
    """Order of lines is the form's, not the draw's."""
    return (
        other is not None
        and msgspec.structs.replace(one, lines={}) == msgspec.structs.replace(other, lines={})
        and one.lines == other.lines
    )


@given(forms())
def test_a_form_comes_back_from_its_text(form: FormText) -> None:
    assert same(form, read_form(write_form(form, BY), BY)), write_form(form, BY)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(forms())
def test_three_thousand_forms_come_back_from_their_texts(form: FormText) -> None:
    assert same(form, read_form(write_form(form, BY), BY)), write_form(form, BY)
