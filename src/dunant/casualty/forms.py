"""Which lines a form has, how its values are written, and what of it suffices to launch. All of it is a pack."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from dunant.kernel.policy import Pack, Sourced, repeated, unknown

ValueKind = Literal["POSITION", "TEXT", "NUMBER", "COUNTS", "PEOPLE", "CODE", "CODES", "FLAG", "TIME"]


class FormField(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One value of a line. `mark` tells it from the others of its line; the first of a line has none, but a number's
    letter is its mark."""

    name: str
    kind: ValueKind
    mark: str = ""


class FormLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    number: str
    fields: tuple[FormField, ...]


class Form(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`launch_min_fields`: groups of names, each met by any one of its names; no group = the form launches nothing."""

    code: str
    about: Literal["request", "incident", "casualty"]
    dialects: tuple[str, ...]
    line: tuple[FormLine, ...]
    launch_min_fields: tuple[tuple[str, ...], ...] = ()

    @property
    def fields(self) -> tuple[FormField, ...]:
        return tuple(field for line in self.line for field in line.fields)

    def missing(self, said: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        """Groups of which nothing was said; empty when the form may launch. `pickup` is a name like any other."""
        known = set(said)
        return tuple(group for group in self.launch_min_fields if not known.intersection(group))


class Letters(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a dialect writes the codes of a field; a dialect of "" is every dialect without rows of its own."""

    field: str
    dialect: str
    codes: Mapping[str, str]


class Short(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Codes as the text line writes them."""

    list: str
    codes: Mapping[str, str]


class TextLimit(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a text may be; the characters of `twice` count twice."""

    name: str
    characters: int
    twice: str = ""


class FormPack(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    form: tuple[Form, ...]
    letters: tuple[Letters, ...] = ()
    short: tuple[Short, ...] = ()
    limit: tuple[TextLimit, ...] = ()

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from repeated("form.code", (form.code for form in self.form))
        yield from repeated("form.dialects", (dialect for form in self.form for dialect in form.dialects))
        yield from repeated("letters", (f"{row.field} {row.dialect}" for row in self.letters))
        yield from repeated("short.list", (row.list for row in self.short))
        for form in self.form:
            names = [field.name for field in form.fields]
            yield from repeated(f"form[{form.code}].fields", names)
            wanted = (name for group in form.launch_min_fields for name in group)
            yield from unknown(f"form[{form.code}].launch_min_fields", wanted, names)
        for codes in (*(row.codes for row in self.letters), *(row.codes for row in self.short)):
            yield from repeated("codes", codes.values())

    def form_of(self, dialect: str) -> Form | None:
        """The form by its code or by a dialect of it; None for a dialect no pack describes."""
        return next((form for form in self.form if dialect == form.code or dialect in form.dialects), None)

    def missing(self, dialect: str, said: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        """What a request of this dialect lacks to be launched; nothing is asked of a form nobody has described."""
        form = self.form_of(dialect)
        return form.missing(said) if form else ()

    def letters_of(self, field: str, dialect: str) -> Mapping[str, str]:
        """Code → letter; empty when the form writes the codes themselves."""
        rows = {row.dialect: row.codes for row in self.letters if row.field == field}
        return rows.get(dialect, rows.get("", {}))

    def short_of(self, name: str) -> Mapping[str, str]:
        return next((row.codes for row in self.short if row.list == name), {})

    def limit_of(self, name: str) -> TextLimit:
        """Raises KeyError when the pack does not say it."""
        return {row.name: row for row in self.limit}[name]
