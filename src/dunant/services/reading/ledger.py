"""Who is accounted for: estimate, tracked, cancelled and unaccounted per incident, shown until the last is zero."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import asdict

from dunant.casualty import count_people
from dunant.store.snapshot import Snapshot


def with_ledger(incidents: Sequence[dict[str, Any]], look: Snapshot) -> list[dict[str, Any]]:
    """Incident rows with their count (casualty §13), for those who may see the estimate."""
    return [{**row, **_count(row, look)} if "estimate" in row else row for row in incidents]


def _count(incident: dict[str, Any], look: Snapshot) -> dict[str, Any]:
    counted = asdict(count_people(incident["estimate"], look.rows("board", incident=incident["subject"])))
    return {**counted, "suspected": list(counted["suspected"])}
