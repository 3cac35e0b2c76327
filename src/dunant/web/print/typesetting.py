"""From rows to a PDF. The template gets codes and the words of one language; it knows no rule and asks for nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from dunant.web.print.words import LANGUAGES, words

HERE = Path(__file__).parent
TEMPLATES, FONTS = HERE / "templates", HERE / "made" / "fonts"
RIGHT_TO_LEFT = frozenset({"ar"})


class FontsMissing(Exception):
    """The build left the fonts out; without them Arabic and Chinese would be boxes."""


def typeset(template: str, content: Mapping[str, Any], language: str) -> bytes:
    """A PDF of the template with this content.

    Raises
    ------
    KeyError
        A language that is not one of the six.
    FontsMissing
        The package was made without its fonts.
    """
    import typst  # as heavy as the rest of the server together, and needed by few requests

    if language not in LANGUAGES:
        raise KeyError(language)
    if not any(FONTS.glob("*.ttf")):
        raise FontsMissing(FONTS)
    inputs = {
        "content": msgspec.json.encode(content).decode(),
        "words": msgspec.json.encode(words(language)).decode(),
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
    }
    made = typst.compile(
        TEMPLATES / template, root=TEMPLATES, font_paths=[FONTS], ignore_system_fonts=True, sys_inputs=inputs
    )
    if not isinstance(made, bytes):
        raise TypeError(template)
    return made
