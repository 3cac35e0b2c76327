"""Passwords: which are refused because they are easy to guess, and how the others are kept.

All numbers and words come from the pack `passwords.toml`; nothing here knows an account or a database.
"""

import base64
import re
import secrets
import unicodedata
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Annotated, Literal

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from msgspec import Meta

from dunant.kernel.errors import Invalid
from dunant.kernel.policy import Pack, Sourced, repeated
from dunant.services.throttle import ThrottleRules

Positive = Annotated[int, Meta(ge=1)]

# What OWASP names as the least for Argon2id; a pack may ask for more, never for less.
LEAST_MEMORY_KIB, LEAST_PASSES = 19456, 2

_SHORTEST_WORD = 3
_SHORTEST_WALK = 3
# A longer password is judged by its beginning, so that judging stays quick.
_JUDGED = 128
_SEPARATORS = re.compile(r"[\s\-_.,]+")
_YEAR = re.compile(r"(?:19|20)\d\d")


class Profile(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cost of one Argon2id hash."""

    code: str
    memory_kib: Annotated[int, Meta(ge=LEAST_MEMORY_KIB)]
    passes: Annotated[int, Meta(ge=LEAST_PASSES)]
    lanes: Positive


class ChoiceRules(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Length, and the prices by which guessing is reckoned; `swaps` are pairs such as "4a": written 4, meant a."""

    min_length: Annotated[int, Meta(ge=12)]
    max_length: Positive
    min_price: Positive
    word: Positive
    own_word: Positive
    walk: Positive
    repeat: Positive
    year: Positive
    digit: Positive
    character: Positive
    swaps: tuple[Annotated[str, Meta(min_length=2, max_length=2)], ...]


class GrantRules(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a capture grant lasts, and how long after its end entries made before may still arrive."""

    days: Positive
    kept_days: Positive


class PinRules(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Quick unlock of a screen: length in digits, tries before the session ends, idle minutes before it locks."""

    min_length: Positive
    max_length: Positive
    tries: Positive
    idle_min: Positive


class Words(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words between white space; a walk stands for all its parts, in both directions."""

    kind: Literal["word", "walk"]
    words: str


class Passwords(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    profile: tuple[Profile, ...]
    choice: ChoiceRules
    throttle: ThrottleRules
    grant: GrantRules
    pin: PinRules
    list: tuple[Words, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from repeated("profile", (row.code for row in self.profile))

    @cached_property
    def words(self) -> frozenset[str]:
        found = {word for row in self.list if row.kind == "word" for word in _folded(row.words).split()}
        return frozenset(found | {word[::-1] for word in found if len(word) > _SHORTEST_WORD})

    @cached_property
    def walks(self) -> str:
        rows = [word for row in self.list if row.kind == "walk" for word in _folded(row.words).split()]
        return "\n".join([*rows, *(row[::-1] for row in rows)])

    def check(self, password: str, own: Collection[str] = ()) -> None:
        """Refuse a password that is too short, too long, or easy to guess.

        Parameters
        ----------
        password : as typed
        own : names of the account, the site and the mission

        Raises
        ------
        Invalid
            `field` "password"; `rule` "min_length", "max_length" or "common".
        """
        typed = normal(password)
        if len(typed) < self.choice.min_length:
            raise Invalid(field="password", rule="min_length", limit=self.choice.min_length)
        if len(typed) > self.choice.max_length:
            raise Invalid(field="password", rule="max_length", limit=self.choice.max_length)
        if self.price(typed, own) < self.choice.min_price:
            raise Invalid(field="password", rule="common")

    def price(self, password: str, own: Collection[str] = ()) -> int:
        """Cheapest way to write the password as words, names, walks, repeats, years, digits and characters.

        Nothing is counted beyond the least that a password must cost.
        """
        text = _SEPARATORS.sub("", _folded(password))[:_JUDGED]
        names = {part for name in own for part in _names(name)}
        spellings = {text, *self._meant(text)}
        best = [0]
        for end in range(1, len(text) + 1):
            single = best[end - 1] + (self.choice.digit if text[end - 1].isdigit() else self.choice.character)
            pieces = (best[start] + self._piece(spellings, text, start, end, names) for start in range(end - 1))
            best.append(min(single, *pieces, self.choice.min_price))
        return best[-1]

    def _piece(self, spellings: set[str], text: str, start: int, end: int, names: set[str]) -> int:
        """Price of one piece of at least two characters; the least a password must cost where it is nothing known."""
        piece, c = text[start:end], self.choice
        written = {spelling[start:end] for spelling in spellings}
        prices = [c.min_price]
        if (piece in text[:start] and len(piece) >= _SHORTEST_WORD) or set(piece) == {piece[0]}:
            prices.append(c.repeat)
        if len(piece) >= _SHORTEST_WALK and piece in self.walks:
            prices.append(c.walk)
        if _YEAR.fullmatch(piece):
            prices.append(c.year)
        if written & names:
            prices.append(c.own_word)
        if len(piece) >= _SHORTEST_WORD and written & self.words:
            prices.append(c.word)
        return min(prices)

    def _meant(self, text: str) -> Iterator[str]:
        """The text without look-alikes; 1 may mean i or l, so there is more than one reading."""
        pairs = [(ord(swap[0]), swap[1]) for swap in self.choice.swaps]
        yield text.translate(dict(pairs))
        yield text.translate(dict(reversed(pairs)))


class Hasher:
    """Argon2id under one profile. A hash carries its own parameters, so any profile's can be checked."""

    def __init__(self, profile: Profile) -> None:
        self._cost = profile.memory_kib * profile.passes
        self._argon = PasswordHasher(profile.passes, profile.memory_kib, profile.lanes)

    def hash(self, password: str) -> str:
        return self._argon.hash(_bytes(password))

    def matches(self, stored: str, password: str) -> bool:
        try:
            return self._argon.verify(stored, _bytes(password))
        except VerifyMismatchError:
            return False

    def is_weaker(self, stored: str) -> bool:
        """Whether a stored hash cost less than one of today would."""
        found = extract_parameters(stored)
        return found.memory_cost * found.time_cost < self._cost

    def decoy(self, stored: str | None) -> str:
        """A hash that costs the same time to check as `stored`, and that no password has."""
        head, _, _ = (stored or self.hash("")).rpartition("$")
        return f"{head}${base64.b64encode(secrets.token_bytes(32)).decode().rstrip('=')}"


def normal(text: str) -> str:
    """One spelling for what looks the same on two keyboards."""
    return unicodedata.normalize("NFKC", text)


def _bytes(password: str) -> bytes:
    return normal(password).encode("utf-8", "surrogatepass")


def _folded(text: str) -> str:
    return normal(text).casefold()


def _names(name: str) -> Iterator[str]:
    parts = [part for part in re.split(r"[\W_]+", _folded(name)) if part]
    yield from (part for part in (*parts, "".join(parts)) if len(part) >= _SHORTEST_WORD)
