"""Who is accounted for: estimate, tracked, cancelled and unaccounted per incident, shown until the last is zero."""

from collections.abc import Mapping, Sequence
from typing import Any

from dunant.store.snapshot import Snapshot


def with_ledger(incidents: Sequence[dict[str, Any]], look: Snapshot) -> list[dict[str, Any]]:
    """Incident rows with their count (casualty §13). A record linked to another is one person and counts once."""
    return [{**row, **_count(row, look)} if "estimate" in row else row for row in incidents]


def _count(incident: Mapping[str, Any], look: Snapshot) -> dict[str, Any]:
    casualties = look.rows("board", incident=incident["subject"])
    cancelled = sum(row["status"] == "CANCELLED" for row in casualties)
    tracked = len(_people([row for row in casualties if row["status"] != "CANCELLED"]))
    estimate = incident["estimate"]
    unaccounted = None if estimate is None else estimate - tracked - cancelled
    return {
        "tracked": tracked,
        "cancelled": cancelled,
        "unaccounted": unaccounted,
        "surplus": max(0, -unaccounted) if unaccounted is not None else 0,
    }


def _people(rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Distinct people: records joined by links, followed to the smallest id of their group."""
    canonical = {row["subject"]: row["canonical"] for row in rows}

    def end(subject: str) -> str:
        seen = set()
        while canonical.get(subject, subject) != subject and subject not in seen:
            seen.add(subject)
            subject = canonical[subject]
        return subject

    return {end(subject) for subject in canonical}
