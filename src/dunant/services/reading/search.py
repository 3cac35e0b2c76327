"""Who is that? A casualty by tag, name or number, among what the reader may see of each (casualty §20).

What a release hold covers is not there to be found: a name that is held back finds nothing, as one that nobody has.
"""

from collections.abc import Iterable

from dunant.kernel.errors import Invalid
from dunant.services.reading.asking import Asking, Computed, Row

# Letters below which everything would be found, and hits above which a list is no answer.
FEWEST, MOST = 2, 50


def search(asking: Asking) -> list[Row]:
    """Casualties of whom something that the reader may see holds these letters; the tag first, then by tag.

    Raises
    ------
    Invalid
        Fewer letters than a search makes sense with.
    """
    wanted = _plain(asking.equal["q"])
    if len(wanted) < FEWEST:
        raise Invalid(field="q", rule=f"at least {FEWEST} letters")
    named: dict[str, list[Row]] = {}
    for row in asking.rows("identities"):
        if "value" in row:
            named.setdefault(row["subject"], []).append(row)
    board = {row["subject"]: row for row in asking.rows("board")}
    found = [made for subject in {*board, *named} if (made := _hit(subject, board.get(subject), named, wanted))]
    return sorted(found, key=lambda row: ("tag" not in row["by"], row.get("tag") or "", row["subject"]))[:MOST]


def _hit(subject: str, row: Row | None, named: dict[str, list[Row]], wanted: str) -> Row | None:
    known = named.get(subject, [])
    by = ["tag"] if row and _holds(row.get("tag"), wanted) else []
    by += sorted({one["kind"] for one in known if _holds(one["value"], wanted)})
    if not by:
        return None
    shown = [{name: one[name] for name in ("kind", "value", "standing", "confidence")} for one in _best(known)]
    made: Row = {name: row[name] for name in ("tag", "status", "exercise", "incident") if row and name in row}
    return {"subject": subject, "by": by, **made, **({"identities": shown} if shown else {})}


def _best(known: Iterable[Row]) -> list[Row]:
    return [one for one in known if one["shown"]]


def _holds(text: object, wanted: str) -> bool:
    return isinstance(text, str) and wanted in _plain(text)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


SEARCH = Computed(resource="identity", read=search, feeds=(), needs=("q",))
