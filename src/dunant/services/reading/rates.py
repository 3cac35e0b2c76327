"""How often people contradict each other, by field and site: a figure for administrators, without any value in it."""

from collections import Counter
from typing import Any

from dunant.casualty import SET_BY
from dunant.services.reading.trays import Local
from dunant.store.snapshot import Snapshot

PER = 1000


def conflict_rate(look: Snapshot) -> list[dict[str, Any]]:
    """Conflicts, open and settled, per 1,000 edits. An edit is an event of a kind that can set the field.

    A conflict counts once for each site that has a value in it.
    """
    written = Counter(look.written())
    met: Counter[tuple[str, str]] = Counter()
    for view in ("conflicts", "identity_conflicts"):
        for row in look.rows(view):
            met.update({(_group(row["field"]), origin) for origin in {trace["origin"] for trace in row["traces"]}})
    origins = sorted({origin for origin, _ in written})
    rows = []
    for field, kinds in sorted(SET_BY.items()):
        for origin in origins:
            edits = sum(written[origin, kind] for kind in kinds)
            if edits:
                conflicts = met[field, origin]
                made = {"field": field, "origin": origin, "edits": edits, "conflicts": conflicts}
                rows.append({"id": f"{field}@{origin}", **made, "per_1000": round(PER * conflicts / edits, 1)})
    return rows


def _group(field: str) -> str:
    """The field as its edits are counted: lines of a form, steps of authority and kinds of identity together."""
    head, dot, _ = field.partition(".")
    return head + dot


RATES = {"conflict_rate": Local(resource="site", read=conflict_rate)}
