"""How many were reached in time: outcomes of each clock, of all and by group, with small numbers hidden."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from dunant.casualty import persons
from dunant.casualty.standards import compliance as outcomes
from dunant.kernel.clock import rfc3339
from dunant.kernel.disclosure import suppressed
from dunant.kernel.errors import Invalid
from dunant.services.reading.asking import Asking, Computed, Row
from dunant.services.reading.clocks import readings_of

# What people can be told apart by; one at a time, so that groups cannot be crossed until somebody stands alone.
BY = ("contingent", "cause", "child", "incident", "triage")
_OUT = {"CANCELLED", "DUPLICATE"}


def compliance(asking: Asking) -> list[Row]:
    """One row for each clock (and group).

    Filters: `by` (one of `BY`), `since` and `until` (RFC 3339, of the report), `exercise` (`true`: of exercises only;
    `false`: of real casualties only, never both; as the mission is, if left out).
    """
    by = asking.equal.get("by", "")
    if by and by not in BY:
        raise Invalid(field="by", rule="one of " + ", ".join(BY))
    people = [row for row in _population(asking) if _is_within(row, asking.equal)]
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in people:
        groups.setdefault(str(row[by]) if by and row[by] is not None else "", []).append(row)
    if not by:
        groups = {"": people}
    clocks = [definition.code for definition in asking.policies.clocks.main]
    counted = {group: _counts(rows, clocks, asking) for group, rows in groups.items()}
    return [row for clock in clocks for row in _rows(clock, by, counted, asking)]


def _population(asking: Asking) -> Iterable[Mapping[str, Any]]:
    """Everybody once, of exercises or of the real mission."""
    usual = "true" if asking.policies.mission.mission.exercise else "false"
    wanted = asking.equal.get("exercise", usual)
    if wanted not in {"true", "false"}:
        raise Invalid(field="exercise", rule="true or false")
    board = list(asking.whole("board"))
    first = persons(board)
    return [
        row
        for row in board
        if row["exercise"] == (wanted == "true")
        and row["status"] not in _OUT
        and first.get(row["subject"], row["subject"]) == row["subject"]
    ]


def _is_within(row: Mapping[str, Any], equal: Mapping[str, str]) -> bool:
    since, until = (_bound(equal, name) for name in ("since", "until"))
    return (since is None or row["reported_at"] >= since) and (until is None or row["reported_at"] < until)


def _bound(equal: Mapping[str, str], name: str) -> str | None:
    if name not in equal:
        return None
    try:
        at = datetime.fromisoformat(equal[name])
    except ValueError:
        raise Invalid(field=name, rule="rfc3339") from None
    if at.utcoffset() is None or at.utcoffset() != timedelta(0):
        raise Invalid(field=name, rule="zone_required")
    return rfc3339(at)


def _counts(rows: Iterable[Mapping[str, Any]], clocks: Iterable[str], asking: Asking) -> dict[str, dict[str, int]]:
    found = [readings_of(row, None, asking.policies, asking.now) for row in rows]
    return {code: outcomes(one for readings in found for one in readings if one.code == code) for code in clocks}


def _rows(clock: str, by: str, counted: Mapping[str, Mapping[str, Mapping[str, int]]], asking: Asking) -> list[Row]:
    """Cells of one clock. Who sees the rows anyway sees every number; for others small ones are hidden, and a second
    one where a total would tell the first (invariant 11)."""
    totals = Counter({group: sum(counts[clock].values()) for group, counts in counted.items()})
    floor = int(asking.policies.thresholds.number("disclosure.floor"))
    hide = not _sees_rows(asking)
    shown = suppressed(totals, floor) if hide else dict(totals)
    return [
        {
            "id": f"{clock}:{by}:{group}",
            "definition": asking.policies.clocks.pack.version,
            "clock": clock,
            "by": by,
            "group": group,
            "n": shown[group],
            "counts": _cells(counted[group][clock], floor, hide, known=shown[group] is not None),
        }
        for group in sorted(counted)
    ]


def _cells(counts: Mapping[str, int], floor: int, hide: bool, known: bool) -> dict[str, int | None]:
    if not hide:
        return dict(counts)
    return suppressed(counts, floor) if known else dict.fromkeys(counts)


def _sees_rows(asking: Asking) -> bool:
    """Whether the reader sees the clocks of everybody on the board."""
    sight = asking.policy.sight(asking.actor, "evacuation")
    return any(part.anything and "clocks" in part.groups for part in sight.parts)


COMPLIANCE = Computed(
    resource="aggregates",
    read=compliance,
    feeds=("board",),
    allows=("by", "since", "until", "exercise"),
    counts=True,
)
