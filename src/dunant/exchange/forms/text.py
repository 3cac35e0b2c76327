"""A form as text and back: one line per line of the form, letters as its dialect writes them, nothing lost.

Free text stands in quotes, so that no separator in it ends anything. What cannot be read is kept and named, never
guessed: a letter without a dialect in particular (casualty §7).
"""

import re
from collections.abc import Callable, Mapping

import msgspec
from msgspec import Struct

from dunant.casualty.forms import Form, FormField, FormPack
from dunant.casualty.precedence import PrecedencePack, read_precedence
from dunant.exchange.forms.dn1 import degrees

EXERCISE = "EXERCISE"
_HEAD = re.compile(r"(?P<form>[A-Z0-9_]+) (?P<dialect>[A-Z0-9_]+|-) (?P<tag>[0-9A-Z-]+)(?P<exercise> EXERCISE)?")
_LINE = re.compile(r"(?P<number>[A-Z0-9]+)\. ?(?P<rest>.*)")
_TOKEN = re.compile(r'(?:(?P<mark>[A-Z0-9]+)=)?(?P<value>"(?:[^"\\]|\\.)*"|[^;"]*)(?:; ?|$)')
_PLACE = re.compile(r"(?P<lat>-?\d{1,2}\.\d{1,9}),(?P<lon>-?\d{1,3}\.\d{1,9})(?:~(?P<ce>\d{1,8}))?")
_COUNT = re.compile(r"(?P<raw>\S+) (?P<count>\d{1,6})(?: (?P<canonical>[A-Z_]+))?")


class Unread(Struct, frozen=True, kw_only=True):
    """What could not be read. `rule` is a code; `readings` are offered where a letter means several things."""

    line: str
    text: str
    rule: str
    readings: tuple[tuple[str, str], ...] = ()


class FormText(Struct, frozen=True, kw_only=True):
    """A form with its values by the names of the pack; `pickup` is a map, or a text where it is a grid reference."""

    form: str
    dialect: str = ""
    tag: str = ""
    exercise: bool = False
    lines: dict[str, object] = {}
    unread: tuple[Unread, ...] = ()


class Writing(Struct, frozen=True, kw_only=True):
    """What texts are written with."""

    forms: FormPack
    precedence: PrecedencePack

    def spelling(self, dialect: str) -> str:
        """Whose letters a request of this dialect is written in; empty: in codes."""
        if dialect in self.precedence.dialects:
            return dialect
        return "UN" if dialect.startswith("UN_") else ""


def write_form(said: FormText, by: Writing) -> str:
    """The text of a form.

    Raises
    ------
    ValueError
        No pack describes the form.
    """
    form = by.forms.form_of(said.form)
    if form is None:
        raise ValueError("form")
    head = f"{form.code} {said.dialect or '-'} {said.tag or '-'}{' ' + EXERCISE if said.exercise else ''}"
    rows = [head]
    for line in form.line:
        tokens = []
        for index, field in enumerate(line.fields):
            value = _written(field, said.lines.get(field.name), said.dialect, by)
            if value:
                plain = index == 0 and field.kind != "NUMBER"
                tokens.append(value if plain else f"{field.mark}{'' if field.kind == 'NUMBER' else '='}{value}")
        if tokens:
            rows.append(f"{line.number}. {'; '.join(tokens)}")
    return "\n".join(rows) + "\n"


def read_form(text: str, by: Writing) -> FormText | None:
    """The form of a text; None when it does not begin as one. Never raises."""
    head, _, body = text.strip().partition("\n")
    found = _HEAD.fullmatch(head.strip())
    form = by.forms.form_of(found["form"]) if found else None
    if found is None or form is None:
        return None
    dialect = "" if found["dialect"] == "-" else found["dialect"]
    reader = _Reader(form, dialect, by)
    for row in body.split("\n"):
        if row.strip():
            reader.take(row.strip())
    return FormText(
        form=form.code,
        dialect=dialect,
        tag="" if found["tag"] == "-" else found["tag"],
        exercise=bool(found["exercise"]),
        lines=reader.lines,
        unread=tuple(reader.unread),
    )


# -- writing -----------------------------------------------------------------------------------------------------------


def _written(field: FormField, value: object, dialect: str, by: Writing) -> str:
    if value is None or value in ("", [], {}, ()):
        return ""
    return _WRITERS[field.kind](field, value, dialect, by)


def _write_text(_field: FormField, value: object, _dialect: str, _by: Writing) -> str:
    return msgspec.json.encode(str(value)).decode()


def _write_place(field: FormField, value: object, dialect: str, by: Writing) -> str:
    if not isinstance(value, Mapping):
        return _write_text(field, value, dialect, by)
    ce = value.get("ce")
    radius = f"~{int(ce + 0.5)}" if isinstance(ce, int | float) and ce >= 0.5 else ""
    return f"{degrees(value['lat'])},{degrees(value['lon'])}{radius}"


def _write_counts(_field: FormField, value: object, dialect: str, by: Writing) -> str:
    assert isinstance(value, Mapping)
    spelling = by.spelling(dialect)
    parts = []
    for canonical, count in value.items():
        raws = [row.raw for row in by.precedence.wording if (row.dialect, row.canonical) == (spelling, canonical)]
        raw = raws[0] if raws else str(canonical)
        meant = read_precedence(by.precedence, raw, spelling).canonical if raws else canonical
        parts.append(f"{raw} {count}{'' if meant == canonical else f' {canonical}'}")
    return ", ".join(parts)


def _write_people(field: FormField, value: object, dialect: str, by: Writing) -> str:
    assert isinstance(value, Mapping)
    letters = by.forms.letters_of(field.name, by.spelling(dialect))
    parts = []
    for code, count in value.items():
        base, colon, country = str(code).partition(":")
        parts.append(f"{letters.get(base, base)}{colon}{country} {count}")
    return ", ".join(parts)


def _write_code(field: FormField, value: object, dialect: str, by: Writing) -> str:
    return by.forms.letters_of(field.name, by.spelling(dialect)).get(str(value), str(value))


def _write_codes(field: FormField, value: object, dialect: str, by: Writing) -> str:
    assert isinstance(value, list | tuple)
    return ", ".join(_write_code(field, one, dialect, by) for one in value)


def _write_flag(_field: FormField, value: object, _dialect: str, _by: Writing) -> str:
    return "yes" if value is True else "no"


def _write_plainly(_field: FormField, value: object, _dialect: str, _by: Writing) -> str:
    return str(value)


_WRITERS: Mapping[str, Callable[[FormField, object, str, Writing], str]] = {
    "TEXT": _write_text,
    "POSITION": _write_place,
    "COUNTS": _write_counts,
    "PEOPLE": _write_people,
    "CODE": _write_code,
    "CODES": _write_codes,
    "FLAG": _write_flag,
    "NUMBER": _write_plainly,
    "TIME": _write_plainly,
}


# -- reading -----------------------------------------------------------------------------------------------------------


class _Reader:
    def __init__(self, form: Form, dialect: str, by: Writing) -> None:
        self.lines: dict[str, object] = {}
        self.unread: list[Unread] = []
        self._by = by
        self._spelling = by.spelling(dialect)
        self._rows = {line.number: line.fields for line in form.line}

    def take(self, row: str) -> None:
        found = _LINE.fullmatch(row)
        fields = self._rows.get(found["number"]) if found else None
        if found is None or fields is None:
            self.unread.append(Unread(line="", text=row, rule="line"))
            return
        at, rest, before = 0, found["rest"], len(self.unread)
        while at < len(rest):
            token = _TOKEN.match(rest, at)
            if token is None or token.end() == at:
                self.unread.append(Unread(line=found["number"], text=rest[at:], rule="token"))
                return
            at = token.end()
            self._token(found["number"], fields, token["mark"], token["value"].strip())
        counted = [field.name for field in fields if field.kind == "NUMBER"]
        if counted and len(self.unread) > before:
            # One wrong letter makes the others doubtful: some forms write A and B for L and A.
            self.unread[before:] = [Unread(line=found["number"], text=rest, rule="value")]
            self.lines = {name: value for name, value in self.lines.items() if name not in counted}

    def _token(self, number: str, fields: tuple[FormField, ...], mark: str | None, value: str) -> None:
        field = next((one for one in fields if mark and one.mark == mark), None)
        if mark is None:
            counted = [one for one in fields if one.kind == "NUMBER" and re.fullmatch(one.mark + r"\d{1,6}", value)]
            field = counted[0] if counted else fields[0] if fields[0].kind != "NUMBER" else None
            value = value.removeprefix(field.mark) if counted and field else value
        if field is None or not self._value(field, value):
            known = any(one.line == number and one.text == value for one in self.unread)
            if not known:
                self.unread.append(Unread(line=number, text=f"{mark}={value}" if mark else value, rule="value"))

    def _value(self, field: FormField, text: str) -> bool:
        value = self._read(field, text)
        if value is not None:
            self.lines[field.name] = value
        return value is not None

    def _read(self, field: FormField, text: str) -> object | None:
        kind = field.kind
        if kind == "COUNTS":
            return self._counts(text)
        if kind == "PEOPLE":
            return self._people(field, text)
        if kind == "CODES":
            return [self._code(field, one) for one in text.split(", ")] if text else None
        if kind == "CODE":
            return self._code(field, text) if re.fullmatch(r"[A-Za-z0-9_.:@-]+", text) else None
        if kind == "FLAG":
            return {"yes": True, "no": False}.get(text)
        if kind == "NUMBER":
            return int(text) if re.fullmatch(r"\d{1,6}", text) else None
        if kind == "POSITION" and (place := _PLACE.fullmatch(text)):
            return _place(place)
        return _unquoted(text) if kind in ("TEXT", "POSITION") else text or None

    def _code(self, field: FormField, text: str) -> str:
        letters = self._by.forms.letters_of(field.name, self._spelling)
        return next((code for code, letter in letters.items() if letter == text), text)

    def _counts(self, text: str) -> dict[str, int] | None:
        found: dict[str, int] = {}
        canonical = {row.code for row in self._by.precedence.canonical}
        for part in text.split(", "):
            count = _COUNT.fullmatch(part)
            if count is None:
                return None
            raw = count["raw"]
            code = count["canonical"] if count["canonical"] in canonical else raw if raw in canonical else None
            if code is None:
                meant = read_precedence(self._by.precedence, raw, self._spelling or None)
                if meant.ask_dialect or meant.canonical is None:
                    readings = tuple((one.dialect, one.canonical) for one in meant.meanings)
                    rule = "casualty.dialect_required" if meant.ask_dialect else "value"
                    self.unread.append(Unread(line="3", text=text, rule=rule, readings=readings))
                    return None
                code = meant.canonical
            found[code] = found.get(code, 0) + int(count["count"])
        return found or None

    def _people(self, field: FormField, text: str) -> dict[str, int] | None:
        found: dict[str, int] = {}
        for part in text.split(", "):
            count = _COUNT.fullmatch(part)
            if count is None:
                return None
            base, colon, country = count["raw"].partition(":")
            found[self._code(field, base) + colon + country] = int(count["count"])
        return found or None


def _place(found: re.Match[str]) -> dict[str, object]:
    place: dict[str, object] = {"lat": float(found["lat"]), "lon": float(found["lon"])}
    return place | ({"ce": float(found["ce"])} if found["ce"] else {})


def _unquoted(text: str) -> str | None:
    if not text.startswith('"'):
        return text or None
    try:
        return msgspec.json.decode(text, type=str) or None
    except msgspec.DecodeError:
        return None
