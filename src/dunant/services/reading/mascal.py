"""Mass casualties: people by category and place, and whether the mode is declared or proposed (casualty §13)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from dunant.casualty import count_people, persons
from dunant.services.reading.asking import Asking, Computed, Row

NOT_YET = "NONE"


def mascal(asking: Asking) -> list[Row]:
    """One row for each open incident that the reader may see with its count. Filter: `incident`."""
    equal = {"subject": asking.equal["incident"]} if "incident" in asking.equal else {}
    shown = [row for row in asking.rows("incidents", **equal) if "status" in row and row["status"] != "CLOSED"]
    return [_row(incident, asking.whole("board", incident=incident["subject"]), asking) for incident in shown]


def _row(incident: Row, board: Sequence[Mapping[str, Any]], asking: Asking) -> Row:
    ledger = count_people(incident["estimate"], board)
    above = ledger.tracked > asking.policies.thresholds.number("mascal.tracked_above")
    return {
        "subject": incident["subject"],
        "tag": incident["tag"],
        "exercise": incident["exercise"],
        "declared": incident["status"] == "MASCAL",
        "tracked": ledger.tracked,
        "unaccounted": ledger.unaccounted,
        "proposed": ["TRACKED_ABOVE"] if above else [],
        "counts": by_category(board) if _sees_triage(asking) else {},
    }


def by_category(board: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Category → lane → people. Records of one person count once, by the record that stands."""
    people = persons(list(board))
    counted = Counter(
        (row["triage"] or NOT_YET, row["lane"])
        for row in board
        if row["status"] != "CANCELLED" and people.get(row["subject"], row["subject"]) == row["subject"]
    )
    found: dict[str, dict[str, int]] = {}
    for (category, lane), number in sorted(counted.items()):
        found.setdefault(category, {})[lane] = number
    return found


def _sees_triage(asking: Asking) -> bool:
    sight = asking.policy.sight(asking.actor, "evacuation")
    return any(part.anything and "triage" in part.groups for part in sight.parts)


MASCAL = Computed(resource="evacuation", read=mascal, feeds=("incidents", "board"), allows=("incident",))
