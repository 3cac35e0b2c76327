"""What a medic reads to the operator: the same facts in six languages, digit by digit, in the order of the form."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dunant.casualty.forms import Form, FormPack
from dunant.exchange.cot.codes import core_codes
from dunant.exchange.forms.voice import Language, VoicePack, read_aloud
from dunant.kernel.errors import PackInvalid
from dunant.kernel.policy import decode_pack
from dunant.store import PackShelf

SHELF = PackShelf()
FORMS, VOICE = SHELF.read("forms.toml", FormPack), SHELF.read("voice.toml", VoicePack)
CODES = core_codes()
LANGUAGES = {row.code: VOICE.of(row.code, CODES) for row in VOICE.language}
REFERENCE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "references" / "read_aloud.json").read_text(encoding="utf-8")
)
CASES = [(vector, code) for vector in REFERENCE["vectors"] for code in LANGUAGES]


def form(code: str) -> Form:
    found = FORMS.form_of(code)
    assert found
    return found


@pytest.mark.parametrize(("vector", "code"), CASES, ids=lambda one: one if isinstance(one, str) else one["form"])
def test_the_common_vectors_of_both_languages(vector: dict[str, Any], code: str) -> None:
    said = read_aloud(
        form(vector["form"]), vector["lines"], LANGUAGES[code], tag=vector["tag"], exercise=vector["exercise"]
    )
    assert [sentence.text for sentence in said] == vector["sentences"][code]


def test_the_vectors_are_made_with_the_words_of_the_pack() -> None:
    for code, language in LANGUAGES.items():
        words = msgspec.json.decode(msgspec.json.encode(language))
        assert REFERENCE["languages"][code] == {name: words[name] for name in REFERENCE["languages"][code]}


def test_all_six_languages_speak_every_field_of_every_form() -> None:
    assert set(LANGUAGES) == {"en", "fr", "es", "ar", "ru", "zh"}
    for language in LANGUAGES.values():
        assert {one.code for one in FORMS.form} == set(language.forms)
        assert {field.name for one in FORMS.form for field in one.fields} == set(language.fields)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_no_sentence_holds_a_digit(language: Language) -> None:
    for vector in REFERENCE["vectors"]:
        for sentence in read_aloud(form(vector["form"]), vector["lines"], language, tag=vector["tag"]):
            assert not any(one in "0123456789" for one in sentence.text)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda language: language.code)
def test_every_code_that_a_form_may_carry_has_a_word(language: Language) -> None:
    held = {
        "equipment": FORMS.short_of("equipment"),
        "security": FORMS.short_of("security"),
        "marking": FORMS.short_of("marking"),
        "nationality": FORMS.short_of("affiliation"),
    }
    for field, codes in held.items():
        assert set(codes) <= set(language.words[field])


def test_a_stretcher_is_never_rubbish() -> None:
    """A peer translates `litter` as waste (casualty section 19, R1)."""
    rubbish = {"fr": "ordure", "es": "basura", "ar": "قمامة", "ru": "мусор", "zh": "垃圾", "en": "rubbish"}
    stretcher = {"fr": "brancard", "es": "camilla", "ar": "النقالة", "ru": "носилк", "zh": "担架", "en": "stretcher"}
    for code, language in LANGUAGES.items():
        assert stretcher[code] in language.fields["litter"]
        assert not any(rubbish[code] in text for text in language.fields.values())


def test_a_line_that_nobody_has_filled_in_is_not_read() -> None:
    said = read_aloud(form("NINE_LINE"), {"litter": 2, "freq": ""}, LANGUAGES["en"])
    assert [sentence.line for sentence in said] == ["", "5", ""]


def test_a_language_that_lacks_a_word_refuses_the_pack() -> None:
    broken = msgspec.to_builtins(VOICE)
    del broken["language"][3]["words"]["equipment"]["HOIST"]
    with pytest.raises(PackInvalid) as refused:
        decode_pack("voice.json", msgspec.json.encode(broken), VoicePack)
    assert refused.value.params["field"] == "language[ar].words.equipment"
