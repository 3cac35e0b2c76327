"""Requests that are still open although everybody on them has been taken over.

A site closes a request with the last acceptance it knows of. Where two acceptances were made apart, neither site knew
of the other's: after the merge nobody may close it by itself, so it is marked until a person does (casualty §19, R15).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dunant.casualty.model import ENDINGS
from dunant.store.snapshot import Snapshot

Row = dict[str, Any]


def marked_delivered(rows: Sequence[Row], look: Snapshot) -> list[Row]:
    """Rows of requests, with the flag `delivered` on those that only wait to be closed."""
    waiting = [row for row in rows if "flags" in row and row.get("status") not in ENDINGS and row.get("casualties")]
    about = sorted({casualty for row in waiting for casualty in row["casualties"]})
    held = {row["subject"]: row for row in look.rows_of("board", about)} if about else {}
    done = {row["subject"] for row in waiting if is_delivered(row, held)}
    return [{**row, "flags": sorted({*row["flags"], "delivered"})} if row["subject"] in done else row for row in rows]


def is_delivered(request: Row, held: Mapping[str, Row]) -> bool:
    """Everybody whom it names was taken over by a facility after it was made, but for false reports."""
    found = [held.get(casualty, {}) for casualty in request["casualties"]]
    needed = [row for row in found if row.get("status") != "CANCELLED"]
    return bool(needed) and all(
        row.get("holder_facility") and row["holder_since"] >= request["submitted_at"] for row in needed
    )
