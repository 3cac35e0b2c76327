"""Wire values to canonical codes and back, all of it read from a pack."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, cached_property
from importlib import resources
from typing import Any, Literal, cast

import msgspec

AssetKind = Literal["HELI", "FIXED", "AMBULANCE", "APC_AMB", "BOAT", "FOOT"]

_SEPARATORS = re.compile(r"[,;،、，；\n]+")


class Labelled(msgspec.Struct, frozen=True, kw_only=True):
    """A text of a localised list, matched to a code; `matched` is false when the fallback was taken."""

    code: str
    text: str
    matched: bool


class LabelTable(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    source: str
    fallback: str
    sources: dict[str, str]
    """Where the labels of each language come from."""
    labels: dict[str, dict[str, list[str]]]

    def read(self, text: str) -> Labelled:
        """Match a text in any of the languages; else the fallback with the text kept."""
        code = self._by_label.get(_folded(text))
        return Labelled(code=code or self.fallback, text=text, matched=code is not None)

    def read_all(self, text: str) -> tuple[tuple[str, ...], bool]:
        """Every label in a text of several, and whether nothing was left over."""
        codes: list[str] = []
        is_complete = True
        for piece in _SEPARATORS.split(text):
            words = piece.split()
            while words:
                size, code = next(
                    (
                        (size, code)
                        for size in range(len(words), 0, -1)
                        if (code := self._by_label.get(_folded(" ".join(words[:size]))))
                    ),
                    (1, None),
                )
                is_complete = is_complete and code is not None
                codes.extend([code] if code else [])
                words = words[size:]
        return tuple(dict.fromkeys(codes)), is_complete

    def write(self, code: str) -> str:
        """The English label: what a peer of any language must be able to read."""
        return self.labels["en"].get(code, [code])[0]

    @cached_property
    def _by_label(self) -> dict[str, str]:
        return {
            _folded(label): code
            for labels in self.labels.values()
            for code, spellings in labels.items()
            for label in spellings
        }


class KnownDetails(msgspec.Struct, frozen=True, kw_only=True):
    source: str
    tags: list[str]


class Directions(msgspec.Struct, frozen=True, kw_only=True):
    source: str
    codes: list[str]


class CotCodes(msgspec.Struct, frozen=True, kw_only=True):
    """The tables of `packs/core/cot.toml`. Plain tables carry their `source` as one of their keys."""

    version: str
    line3: dict[str, str]
    line3_folded: dict[str, str]
    line4: dict[str, str]
    line6: dict[str, str]
    line7: dict[str, str]
    line8: dict[str, str]
    line8_inverse: dict[str, str]
    line9: dict[str, str]
    slope_directions: Directions
    remarks: dict[str, str]
    types: dict[str, str]
    alerts_accepted: dict[str, str]
    stale_min: dict[str, str | float]
    known_details: KnownDetails
    assets: dict[str, str]
    assets_accepted: dict[str, str]
    mechanism: LabelTable
    injury: LabelTable
    sign: LabelTable

    def line8_attribute(self, affiliation: str, *, child: bool = False) -> str:
        """Where a person counts on line 8; the country behind `UN_MIL:IND` is not said to peers."""
        if child:
            return self.line8["child"]
        return self.line8.get(affiliation.split(":", maxsplit=1)[0], self.line8["UNKNOWN"])

    def affiliation_of(self, attribute: str) -> tuple[str, bool]:
        """The affiliation and whether a child: lossy on purpose, see the pack."""
        return self.line8_inverse.get(attribute, "UNKNOWN"), attribute == "child"

    def asset_kind(self, cot_type: str) -> AssetKind | None:
        for kind, sent in self.assets.items():
            if kind != "source" and cot_type.startswith(sent):
                return cast("AssetKind", kind)
        for pattern, kind in self.assets_accepted.items():
            if pattern != "source" and re.fullmatch(pattern.replace(".", "[a-z.]"), cot_type):
                return cast("AssetKind", kind)
        return None


def parse_codes(data: bytes) -> CotCodes:
    """Read a pack.

    Raises
    ------
    msgspec.ValidationError
        A table is missing, misshapen, or has no source.
    """
    tables: dict[str, Any] = tomllib.loads(data.decode())
    for name, table in tables.items():
        if isinstance(table, dict) and not table.get("source"):
            raise msgspec.ValidationError(f"table without a source - at `$.{name}`")
    return msgspec.convert(tables, CotCodes)


@cache
def core_codes() -> CotCodes:
    return parse_codes((resources.files("dunant") / "packs" / "core" / "cot.toml").read_bytes())


def _folded(text: str) -> str:
    """Case, width, blanks and accents do not make another label."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())
