"""What is read aloud at the radio: one sentence per line of a form, digits one by one, codes the same everywhere.

Words are a pack; `ui/src/field/radio.ts` is the twin, held to the same vectors.
"""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from dunant.casualty.forms import Form, FormField
from dunant.exchange.cot.codes import CotCodes
from dunant.exchange.forms.dn1 import degrees
from dunant.kernel.policy import Pack, Sourced, repeated

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::[0-9.]+)?Z")
_BLANKS = re.compile(" +")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"


class Language(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one language says things. `words`: field → code → what is said for it."""

    code: str
    digits: tuple[str, ...]
    alphabet: tuple[str, ...]
    decimal: str
    between: str
    comma: str
    sentence: str
    line: str
    opening: str
    opening_untagged: str
    exercise: str
    closing: str
    yes: str
    no: str
    none: str
    north: str
    south: str
    east: str
    west: str
    within: str
    time: str
    forms: Mapping[str, str]
    fields: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]


class VoicePack(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    language: tuple[Language, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from repeated("language.code", (row.code for row in self.language))
        first = self.language[0]
        for row in self.language:
            if len(row.digits) != len(_DIGITS) or len(row.alphabet) != len(_LETTERS):
                yield f"language[{row.code}]", "ten digits and twenty-six letters"
            for name in ("forms", "fields", "words"):
                if set(getattr(row, name)) != set(getattr(first, name)):
                    yield f"language[{row.code}].{name}", f"the same as in {first.code}"
            yield from (
                (f"language[{row.code}].words.{name}", f"the same as in {first.code}")
                for name, words in first.words.items()
                if set(words) != set(row.words.get(name, {}))
            )

    def of(self, language: str, codes: CotCodes) -> Language:
        """A language, its words for mechanisms and injuries taken from the labels peers know.

        Raises
        ------
        KeyError
            No such language.
        """
        row = {one.code: one for one in self.language}[language]
        more = {"mechanism": codes.mechanism.labels, "injuries": codes.injury.labels}
        words = {
            field: {code: labels.get(language, {}).get(code, english)[0] for code, english in labels["en"].items()}
            for field, labels in more.items()
        }
        return replace(row, words={**row.words, **words})


class Sentence(Struct, frozen=True, kw_only=True):
    """`line` is the number of the line on the form; empty for what frames the message."""

    line: str
    text: str


def read_aloud(
    form: Form, lines: Mapping[str, object], language: Language, *, tag: str = "", exercise: bool = False
) -> list[Sentence]:
    """The form as sentences, in its order; what nobody has said is left out. An exercise says so first and last."""
    voice = _Voice(language)
    name = language.forms.get(form.code, form.code)
    opening = language.opening if tag else language.opening_untagged
    found = [Sentence(line="", text=opening.format(form=name, tag=voice.spelled(tag)))]
    for line in form.line:
        said = [text for field in line.fields if (text := voice.field(field, lines.get(field.name)))]
        if said:
            label = language.line.format(number=voice.spelled(line.number))
            text = language.sentence.format(line=label, said=language.comma.join(said))
            found.append(Sentence(line=line.number, text=text))
    found.append(Sentence(line="", text=language.closing))
    mark = Sentence(line="", text=language.exercise)
    return [mark, *found, mark] if exercise else found


class _Voice:
    def __init__(self, language: Language) -> None:
        self._language = language

    def field(self, field: FormField, value: object) -> str:
        """The value with its name; empty when nothing was said."""
        said = self._value(field, value)
        template = self._language.fields.get(field.name, "{value}")
        return template.format(value=said) if said else ""

    def spelled(self, text: str) -> str:
        """Letter by letter, digit by digit; what is neither is not said."""
        found = [self._character(one) for one in text.upper()]
        return self._language.between.join(one for one in found if one)

    def _character(self, one: str) -> str:
        if one in _LETTERS:
            return self._language.alphabet[_LETTERS.index(one)]
        if one == ".":
            return self._language.decimal
        return self._language.digits[int(one)] if one in _DIGITS else ""

    def _text(self, text: str) -> str:
        pad = self._language.between
        said = _NUMBER.sub(lambda found: pad + self.spelled(found.group()) + pad, text)
        return _BLANKS.sub(" ", said).strip(" ")

    def _value(self, field: FormField, value: object) -> str:
        if value is None or value == "":
            return ""
        kind = field.kind
        if kind == "POSITION":
            return self._position(value)
        if kind in ("COUNTS", "PEOPLE"):
            return self._counted(field.name, value) if isinstance(value, Mapping) else ""
        if kind == "CODES" and isinstance(value, list | tuple):
            return self._language.comma.join(self._word(field.name, str(one)) for one in value)
        if kind == "FLAG":
            return self._language.yes if value is True else self._language.no if value is False else ""
        if kind == "CODE":
            return self._word(field.name, str(value))
        return self._time(str(value)) if kind == "TIME" else self._text(str(value))

    def _word(self, field: str, code: str) -> str:
        """The word for a code; of one that has none the code itself. A country behind a colon is spelled."""
        base, _, country = code.partition(":")
        word = self._language.words.get(field, {}).get(base) or self._text(base.replace("_", " "))
        return f"{word} {self.spelled(country)}" if country else word

    def _counted(self, field: str, counts: Mapping[object, object]) -> str:
        known = list(self._language.words.get(field, {}))

        def place(code: str) -> int:
            base = code.partition(":")[0]
            return known.index(base) if base in known else len(known)

        said = [
            f"{self._word(field, code)} {self.spelled(str(count))}"
            for code, count in sorted(((str(one), counts[one]) for one in counts), key=lambda pair: place(pair[0]))
            if isinstance(count, int) and count > 0
        ]
        return self._language.comma.join(said) or (self._language.none if counts else "")

    def _position(self, value: object) -> str:
        """Degrees as decimals; a text (a grid reference) is spelled."""
        if isinstance(value, str):
            return self.spelled(value)
        if not isinstance(value, Mapping):
            return ""
        lat, lon, ce = value.get("lat"), value.get("lon"), value.get("ce")
        if not isinstance(lat, int | float) or not isinstance(lon, int | float):
            return ""
        words = self._language
        north = (words.north if lat >= 0 else words.south).format(degrees=self.spelled(degrees(abs(lat))))
        east = (words.east if lon >= 0 else words.west).format(degrees=self.spelled(degrees(abs(lon))))
        said = [north, east]
        if isinstance(ce, int | float) and ce > 0:
            said.append(words.within.format(metres=self.spelled(str(int(ce + 0.5)))))
        return words.comma.join(said)

    def _time(self, text: str) -> str:
        found = _INSTANT.fullmatch(text)
        if found is None:
            return self._text(text)
        day, hour, minute = found.groups()
        return self._language.time.format(clock=self.spelled(hour + minute), day=self.spelled(day))
