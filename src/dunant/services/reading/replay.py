"""What was known when: the board of an incident as this site knew it at a past moment (casualty §18, after action).

Bitemporal: a fact counts from when it had arrived here, whenever it happened; clocks are read as of that moment.
"""

from datetime import datetime
from typing import Any

from dunant.casualty import casualty_views
from dunant.kernel.clock import is_plausible, rfc3339
from dunant.kernel.disclosure import visible
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId
from dunant.kernel.views import View
from dunant.services.reading.asking import Asking, Computed, Row
from dunant.services.reading.clocks import clocks_of

SHOWN = ("subject", "tag", "status", "lane", "triage", "incident", "exercise", "position", "flags")


def replay(asking: Asking) -> list[Row]:
    """Casualties of `incident` as known here at `at` (RFC 3339). One not heard of by then is not there.

    Raises
    ------
    NotFound
        No such incident for this reader.
    Invalid
        `at` is no moment.
    """
    if not asking.rows("incidents", subject=asking.equal["incident"]):
        raise NotFound(field="incident", rule="exists")
    at = _moment(asking.equal["at"])
    views = {view.name: view for view in casualty_views(asking.policies.casualty)}
    legs = [row for leg in asking.whole("legs") for row in _then(asking, views["legs"], leg["subject"], at)[0]]
    found = []
    for row in asking.rows("board", incident=asking.equal["incident"]):
        rows, held = _then(asking, views["board"], row["subject"], at)
        found += [made for one in rows if (made := _shown(asking, views["board"], one, held, legs, at)) is not None]
    return found


def _then(asking: Asking, view: View, subject: str, at: datetime) -> tuple[list[dict[str, Any]], int]:
    """Rows of a subject from the facts that had arrived by then, and how many facts those were."""
    limit = rfc3339(at)
    events = [event for event, rx in asking.look.events(SubjectId(subject)) if rx <= limit]
    facts = Facts(SubjectId(subject), events)
    return [dict(row) for kind in view.rows for row in view.rows[kind](facts)], len(events)


def _shown(
    asking: Asking, view: View, whole: dict[str, Any], held: int, legs: list[dict[str, Any]], at: datetime
) -> Row | None:
    sight = asking.policy.sight(asking.actor, view.resource)
    row = visible(whole, view.columns, sight, asking.actor)
    if row is None:
        return None
    made: Row = {name: row[name] for name in SHOWN if name in row}
    if "milestones" in row:
        leg = next((leg for leg in legs if whole["subject"] in leg["casualties"]), None)
        made["clocks"] = clocks_of(whole, leg, asking.policies, at)
    return {**made, "facts": held}


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(field="at", rule="rfc3339") from None
    if not is_plausible(at):
        raise Invalid(field="at", rule="zone_required" if at.tzinfo is None else "year_1971_to_2199")
    return at


REPLAY = Computed(resource="evacuation", read=replay, feeds=("board", "legs"), needs=("incident", "at"))
