"""The next-of-kin gate as readers meet it: about whom what may not be told now, and what stands instead (casualty §15).

A gate is made for one reader and one moment; an open gate covers nothing. Which fields a scope covers is policy.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct

ALL = "ALL"
SCOPES = ("NAME", "PHOTO", "NATIONALITY_UNIT")
_IDS, _ESCAPED = re.compile(r"[\w.:-]+"), re.compile(r'["\\\x00-\x1f]')
# Stands for a word that may not be told where nothing better is known.
HIDDEN = "…"
# Column by which a row says that all of it falls under one scope.
COVERED_BY = "covered_by"


class Cover(Struct, frozen=True, kw_only=True):
    """What happens to a field while its scope is held: it is left out, or only its head before a colon is shown."""

    scope: str
    how: Literal["WITHHOLD", "HEAD"]


class Gate:
    """About whom what is withheld. `held`: subject → scopes. `words`: what nobody may read → what stands for it."""

    def __init__(
        self,
        held: Mapping[str, Iterable[str]] | None = None,
        covers: Mapping[str, Cover] | None = None,
        words: Mapping[str, str] | None = None,
    ) -> None:
        self._held = {subject: _every(scopes) for subject, scopes in (held or {}).items()}
        self.covers = dict(covers or {})
        self._words = dict(words or {})
        self._instead = {word.casefold(): instead for word, instead in self._words.items()}
        self._pattern = _pattern(self._words)
        # A word that JSON writes otherwise than it is cannot be looked for in JSON.
        self._is_awkward = any(_ESCAPED.search(word) for word in self._words)

    def with_words(self, words: Mapping[str, str]) -> "Gate":
        """The same gate, before which these may not be told either."""
        return Gate(self._held, self.covers, {**words, **self._words})

    @property
    def is_open(self) -> bool:
        return not self._held and not self._words

    def holds(self, subject: object, scope: str) -> bool:
        """Whether this is withheld about this subject; a scope of ALL is held as soon as any is."""
        scopes = self._held.get(subject, frozenset()) if isinstance(subject, str) else frozenset()
        return bool(scopes) if scope == ALL else scope in scopes

    def subjects(self, scope: str) -> list[str]:
        """Everybody about whom this is withheld."""
        return sorted(subject for subject in self._held if self.holds(subject, scope))

    def covers_column(self, row: Mapping[str, Any], column: str) -> bool:
        """Whether a column of this row may not be told, nor anything be decided by it."""
        cover = self.covers.get(column)
        return cover is not None and self.holds(row.get("subject"), cover.scope)

    def covers_row(self, row: Mapping[str, Any]) -> bool:
        """Whether the row itself may not be told, because all of it falls under a scope that is held."""
        scope = row.get(COVERED_BY)
        return isinstance(scope, str) and self.holds(row.get("subject"), scope)

    def is_in(self, text: str) -> bool:
        """Whether a JSON text may tell of anybody who is held: by id, or by a word that may not be told."""
        if self._is_awkward or not self._held.keys().isdisjoint(_IDS.findall(text)):
            return True
        # Many times faster than the pattern, which is asked only where something was found.
        folded = text.casefold()
        return any(word in folded for word in self._instead)

    def names(self, text: str) -> bool:
        """Whether a text holds a word that may not be told."""
        return self._pattern is not None and self._pattern.search(text) is not None

    def without_names(self, text: str) -> str:
        """The text with what stands for each word that may not be told."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: self._instead.get(found.group().casefold(), HIDDEN), text)


def _every(scopes: Iterable[str]) -> frozenset[str]:
    held = frozenset(scopes)
    return frozenset(SCOPES) if ALL in held else held


def _pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """The longest first, and none inside a longer word of an alphabet that sets words apart."""
    ordered = sorted({word for word in words if word}, key=lambda word: (-len(word), word))
    if not ordered:
        return None
    return re.compile("|".join(_edged(word) for word in ordered), re.IGNORECASE)


def _edged(word: str) -> str:
    before = r"(?<![^\W_])" if word[0].isascii() and word[0].isalnum() else ""
    after = r"(?![^\W_])" if word[-1].isascii() and word[-1].isalnum() else ""
    return before + re.escape(word) + after


OPEN = Gate()
