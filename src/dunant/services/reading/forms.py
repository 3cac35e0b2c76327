"""The lines of a request that every screen shows, beside the whole form."""

from collections.abc import Mapping, Sequence
from typing import Any

from dunant.casualty.precedence import PrecedencePack
from dunant.services.reading.delivered import marked_delivered
from dunant.store.snapshot import Snapshot

# Wire name → line of the form, and what stands there when the form says nothing.
SHOWN: dict[str, tuple[str, Any]] = {
    "callsign": ("title", ""),
    "freq": ("freq", ""),
    "counts": ("counts", {}),
    "litter": ("litter", None),
    "ambulatory": ("ambulatory", None),
    "security": ("security", None),
    "marking": ("marking", None),
    "equipment": ("equipment", []),
}


def with_form(rows: Sequence[dict[str, Any]], look: Snapshot, pack: PrecedencePack) -> list[dict[str, Any]]:
    """Rows with their main lines by name; a reader who may not see the form gets none of them."""
    unread = not_understood(look)
    return [_with_lines(_with_flags(row, unread), pack) for row in marked_delivered(rows, look)]


def not_understood(look: Snapshot) -> set[str]:
    """Requests of which a peer's message has parts that nobody here could read."""
    return {row["about"] for row in look.rows("foreign_messages") if row["unknown"]}


def highest(lines: Mapping[str, Any], pack: PrecedencePack) -> str | None:
    """The precedence that goes first among those that the form counts anybody under."""
    counts = lines.get("counts")
    found = [code for code, number in counts.items() if number] if isinstance(counts, dict) else []
    return pack.higher(*found) if found else None


def _with_flags(row: dict[str, Any], unread: set[str]) -> dict[str, Any]:
    if "flags" not in row or row["subject"] not in unread:
        return row
    return {**row, "flags": sorted({*row["flags"], "unknown_field"})}


def _with_lines(row: dict[str, Any], pack: PrecedencePack) -> dict[str, Any]:
    if "lines" not in row:
        return row
    lines = row["lines"]
    shown = {name: lines.get(line, default) for name, (line, default) in SHOWN.items()}
    return {**row, **shown, "category": highest(lines, pack)}
