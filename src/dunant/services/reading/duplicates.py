"""Records that may be, or are said to be, of one person. A machine proposes; only a person links, and can undo it."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

from dunant.casualty import persons
from dunant.kernel.clock import rfc3339
from dunant.kernel.events import Event
from dunant.kernel.ids import SubjectId
from dunant.kernel.links import SubjectLinked, SubjectUnlinked
from dunant.store.snapshot import Snapshot

Row = dict[str, Any]
# What of each of the two is shown beside the other.
SHOWN = ("subject", "tag", "status", "triage", "affiliation", "reported_at", "reported_by_role", "origin", "exercise")


def duplicates(look: Snapshot, show: Callable[[Row], Row | None]) -> list[Row]:
    """Pairs of records: under one tag and not linked, or linked. A pair of which the reader misses one is not there."""
    board = look.rows("board")
    whole = {row["subject"]: row for row in board}
    canonical = persons(board)
    pairs = dict.fromkeys(_same_tag(board, canonical), "same_tag")
    pairs.update(dict.fromkeys(_linked(board), "linked"))
    return [row for (a, b), why in sorted(pairs.items()) if (row := _pair(look, whole[a], whole[b], why, show))]


def _same_tag(board: Sequence[Row], canonical: Mapping[str, str]) -> list[tuple[str, str]]:
    by_tag: dict[str, list[str]] = {}
    for row in board:
        if row["status"] != "CANCELLED":
            by_tag.setdefault(row["tag"], []).append(row["subject"])
    return [
        (a, b)
        for subjects in by_tag.values()
        for a, b in combinations(sorted(subjects), 2)
        if canonical[a] != canonical[b]
    ]


def _linked(board: Sequence[Row]) -> list[tuple[str, str]]:
    known = {row["subject"] for row in board}
    return sorted({_in_order(row["subject"], other) for row in board for other in row["linked"] if other in known})


def _in_order(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


def _pair(look: Snapshot, a: Row, b: Row, why: str, show: Callable[[Row], Row | None]) -> Row | None:
    ours, theirs = show(a), show(b)
    if ours is None or theirs is None or "tag" not in ours:
        return None
    made: Row = {"id": f"{a['subject']}.{b['subject']}", "subject": a["subject"], "other": b["subject"], "why": why}
    made["records"] = [{name: row[name] for name in SHOWN if name in row} for row in (ours, theirs)]
    if "origin" in ours:
        made["said"] = [_said(event) for event, _ in look.events(SubjectId(a["subject"])) if _is_about(event, b)]
    return made


def _is_about(event: Event, other: Row) -> bool:
    return isinstance(event.body, SubjectUnlinked) or (
        isinstance(event.body, SubjectLinked) and event.body.other == other["subject"]
    )


def _said(event: Event) -> Row:
    body = event.body
    return {
        "linked": isinstance(body, SubjectLinked),
        "by_role": event.header.by.role,
        "origin": event.header.o,
        "at": rfc3339(event.header.rec),
        "reason": getattr(body, "reason", ""),
    }
