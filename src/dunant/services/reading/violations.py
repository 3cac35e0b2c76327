"""Invariants that do not hold, one row each: what, of whom, since when, and whose task it is (casualty §6).

Worked out at every reading, so that it is checked after every sync and goes away when the thing is put right.
"""

from collections.abc import Iterator
from datetime import datetime

from dunant.casualty.intervals import minutes
from dunant.services.reading.asking import Asking, Computed, Row
from dunant.services.reading.moving import with_beds, with_guards
from dunant.services.reading.reservations import reservations

# View → kind of its subjects and the column that says since when its row has been so.
_SINCE = {
    "board": ("casualty", "reported_at"),
    "requests": ("request", "submitted_at"),
    "incidents": ("incident", "occurred_at"),
    "legs": ("leg", "planned_at"),
    "admissions": ("admission", "opened_at"),
    "reservations": ("reservation", "at"),
}


def violations(asking: Asking) -> list[Row]:
    """The oldest first. `since` is when its subject began or was last changed: no fact says when a rule was broken."""
    owners = {row.rule: row for row in asking.policies.evacuation.guard}
    found = []
    for view, row in _flagged(asking):
        kind, column = _SINCE[view]
        since = str(row.get(column) or "")
        for flag in row["flags"]:
            rule, _, detail = flag.partition(":")
            if rule in owners and since:
                age = round(minutes(asking.now - datetime.fromisoformat(since)), 1)
                owner = owners[rule]
                found.append(
                    {
                        "id": f"{row['subject']}/{flag}",
                        "subject": row["subject"],
                        "kind": kind,
                        "rule": rule,
                        "detail": detail,
                        "invariant": owner.invariant,
                        "owner": owner.owner,
                        "since": since,
                        "age_min": age,
                    }
                )
    return sorted(found, key=lambda one: (str(one["since"]), str(one["id"])))


def _flagged(asking: Asking) -> Iterator[tuple[str, Row]]:
    """Rows of the reader's own sight with their flags."""
    for view in ("board", "requests", "incidents"):
        yield from ((view, row) for row in asking.rows(view) if row.get("flags"))
    legs = with_guards(asking.rows("legs", active=True), asking.look, asking.policies, asking.now)
    yield from (("legs", row) for row in legs if row.get("flags"))
    stays = with_beds(asking.rows("admissions", open=True), asking.look)
    yield from (("admissions", row) for row in stays if row.get("flags"))
    yield from (("reservations", row) for row in reservations(asking) if row.get("flags"))


VIOLATIONS = Computed(resource="evacuation", read=violations, feeds=tuple(_SINCE))
