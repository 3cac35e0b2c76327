"""How urgent an evacuation is, in one canonical order, and how each dialect writes it.

The trap: the letter B is Priority in NATO and ATAK but Urgent-Surgical on the US five-level radio form. So a bare
letter is never stored; without its dialect all readings are offered and the higher one counts until a person answers.
"""

from collections.abc import Iterator

from msgspec import Struct

from dunant.kernel.policy import Pack, Sourced, repeated, unknown


class Canonical(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`rank` 1 goes first. `triage` is the category it corresponds to, empty when there is none."""

    code: str
    rank: int
    triage: str = ""


class Wording(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One code of one dialect. `surgical`: this reading needs a stated need of surgery."""

    dialect: str
    raw: str
    canonical: str
    surgical: bool = False


class PrecedencePack(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`bare_letters` always ask for their dialect, even where only one dialect would know them."""

    bare_letters: tuple[str, ...]
    canonical: tuple[Canonical, ...]
    wording: tuple[Wording, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        codes = [row.code for row in self.canonical]
        yield from repeated("canonical.code", codes)
        yield from repeated("canonical.rank", (str(row.rank) for row in self.canonical))
        yield from unknown("wording.canonical", (row.canonical for row in self.wording), codes)
        yield from repeated("wording", (f"{row.dialect} {row.raw.lower()} {row.canonical}" for row in self.wording))

    @property
    def dialects(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.dialect for row in self.wording))

    def rank(self, canonical: str) -> int:
        """1 goes first; an unknown code ranks after all known ones."""
        return next((row.rank for row in self.canonical if row.code == canonical), len(self.canonical) + 1)

    def higher(self, *canonicals: str) -> str:
        """The one that goes first."""
        return min(canonicals, key=self.rank)


class Meaning(Struct, frozen=True, kw_only=True):
    """One way to understand a raw code."""

    dialect: str
    canonical: str


class Precedence(Struct, frozen=True, kw_only=True):
    """What was said and how it is understood.

    `canonical` None = no dialect knows the code: it is kept verbatim. `dialect` None = not stated; if `ask_dialect`,
    the error `casualty.dialect_required` offers `meanings`, and `canonical` is the highest of them meanwhile.
    """

    raw_code: str
    dialect: str | None
    canonical: str | None
    meanings: tuple[Meaning, ...] = ()
    ask_dialect: bool = False


def read_precedence(
    pack: PrecedencePack, raw_code: str, dialect: str | None = None, *, needs_surgery: bool = False
) -> Precedence:
    """Understand a code.

    Parameters
    ----------
    raw_code : as written or heard; case and surrounding space do not matter
    dialect : a dialect of the pack, or None when nobody said
    needs_surgery : surgical need was stated, which lifts UN, NATO, ATAK and triage "urgent" to URGENT_SURGICAL

    Returns
    -------
    Precedence
        Never an error: the alert that carried the code is stored and sounded in any case.
    """
    said = raw_code.strip().casefold()
    fits = [row for row in pack.wording if row.raw.casefold() == said and dialect in (None, row.dialect)]
    fits = [row for row in fits if not row.surgical or needs_surgery]
    lifted = {row.dialect for row in fits if row.surgical}
    meanings = tuple(
        Meaning(dialect=row.dialect, canonical=row.canonical)
        for row in fits
        if row.surgical or row.canonical != "URGENT" or row.dialect not in lifted
    )
    found = {meaning.canonical for meaning in meanings}
    bare = said.upper() in pack.bare_letters
    return Precedence(
        raw_code=raw_code,
        dialect=dialect,
        canonical=pack.higher(*found) if found else None,
        meanings=meanings,
        ask_dialect=dialect is None and (bare or len(found) > 1),
    )


def from_triage(pack: PrecedencePack, category: str, *, needs_surgery: bool = False) -> str | None:
    """Precedence that a triage category stands for; None for an open or unknown one."""
    return read_precedence(pack, category, "TRIAGE", needs_surgery=needs_surgery).canonical


def write_precedence(pack: PrecedencePack, canonical: str, dialect: str) -> str | None:
    """Code of a canonical precedence in a dialect; None where the dialect has no word for it."""
    return next((row.raw for row in pack.wording if row.dialect == dialect and row.canonical == canonical), None)
