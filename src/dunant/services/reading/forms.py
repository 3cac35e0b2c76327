"""The lines of a request that every screen shows, beside the whole form."""

from collections.abc import Sequence
from typing import Any

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


def with_form(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with their main lines by name; a reader who may not see the form gets none of them."""
    return [{**row, **_main(row["lines"])} if "lines" in row else row for row in rows]


def _main(lines: dict[str, Any]) -> dict[str, Any]:
    return {name: lines.get(line, default) for name, (line, default) in SHOWN.items()}
