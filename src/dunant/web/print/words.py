"""Words of prints: their own catalogue, and the names of codes from the one of the screens."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")
HERE = Path(__file__).parent
# Of the screens' catalogue the build leaves a copy beside the fonts; a checkout has the original.
CATALOGUES = (HERE / "made" / "locales", HERE / "locales")


@cache
def words(language: str) -> Mapping[str, str]:
    """Id → text. A text with places to fill is a screen's business and is left out."""
    found: dict[str, str] = {}
    for folder in CATALOGUES:
        file = folder / f"{language}.po"
        if file.exists():
            found.update({name: text for name, text in entries(file.read_text(encoding="utf-8")) if "{" not in text})
    return found


def entries(po: str) -> Iterator[tuple[str, str]]:
    """Pairs of a gettext catalogue, without its head; a string may go on over several lines."""
    name, text, into = "", "", ""
    for line in [*po.splitlines(), 'msgid ""']:
        if line.startswith("msgid "):
            if name and text:
                yield name, text
            name, text, into = ast.literal_eval(line[6:]), "", "id"
        elif line.startswith("msgstr "):
            text, into = ast.literal_eval(line[7:]), "str"
        elif line.startswith('"') and into:
            more = ast.literal_eval(line)
            name, text = (name + more, text) if into == "id" else (name, text + more)
