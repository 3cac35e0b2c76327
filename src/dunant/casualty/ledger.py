"""Who is accounted for: one count, for the screen that shows it and for the rule that closes an incident."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from dunant.kernel.ids import EventId, SubjectId
from dunant.kernel.links import Link, canonical_ids


class Ledger(Struct, frozen=True, kw_only=True):
    """estimate = tracked + cancelled + unaccounted (invariant 6). `unaccounted` None: nobody has estimated.

    `suspected`: records of different people that carry one tag, as when somebody was written down twice.
    """

    tracked: int
    cancelled: int
    unaccounted: int | None
    surplus: int
    suspected: tuple[str, ...] = ()


def count_people(estimate: int | None, board: Sequence[Mapping[str, Any]]) -> Ledger:
    """Count the board rows of one incident. Records linked to each other are one person, alive or dead.

    A person counts as cancelled only when every record of that person does.
    """
    people = persons(board)
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in board:
        groups.setdefault(people[row["subject"]], []).append(row)
    cancelled = sum(all(row["status"] == "CANCELLED" for row in records) for records in groups.values())
    tracked = len(groups) - cancelled
    unaccounted = None if estimate is None else estimate - tracked - cancelled
    tags = Counter(tag for records in groups.values() for tag in {row["tag"] for row in records})
    return Ledger(
        tracked=tracked,
        cancelled=cancelled,
        unaccounted=unaccounted,
        surplus=max(0, -unaccounted) if unaccounted is not None else 0,
        suspected=tuple(sorted(row["subject"] for row in board if tags[row["tag"]] > 1)),
    )


def persons(board: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Subject of each row → smallest id of the records linked to it, through any chain of the links given."""
    links = [Link(event=EventId(""), a=SubjectId(row["subject"]), b=other) for row in board for other in row["linked"]]
    found = canonical_ids(links)
    return {row["subject"]: found.get(row["subject"], row["subject"]) for row in board}
