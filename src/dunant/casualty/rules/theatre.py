"""What an arrival finds: modules that are open, whether a theatre is free, and whether anybody waits ahead.

The clock for surgery may take an arrival for the knife only where all three are known to hold (casualty §4.1).
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from dunant.casualty import events as e
from dunant.casualty.model import KEPT, Facility
from dunant.casualty.needs import evacuation_policy
from dunant.kernel.deciding import Context
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId
from dunant.kernel.policy import Thresholds

TABLE, CASES = "OR_TABLE", "OR_CASES_LEFT_TODAY"
FREE, FIRST = "THEATRE_FREE", "NOBODY_AHEAD"
_SURGICAL = frozenset({"URGENT_SURGICAL", "SURGERY"})


def found_on_arrival(
    facility: SubjectId, casualty: str, together: Collection[str], context: Context
) -> tuple[str, ...]:
    """Codes of what held there at this moment, for the milestone of the arrival.

    Parameters
    ----------
    together : who arrives at the same time, the casualty among them
    """
    modules = Facility(context.known(facility)).open_modules
    if "SURGERY" not in modules:
        return modules
    free = (FREE,) if _has_free_theatre(facility, context) else ()
    first = () if _is_awaited(facility, casualty, together, context) else (FIRST,)
    return (*modules, *free, *first)


def _has_free_theatre(facility: SubjectId, context: Context) -> bool:
    """A slot that is ready, or a table that was counted lately and is not taken; with a case left for today."""
    limit = timedelta(hours=context.pack(Thresholds).number("facility_report_age.amber_to"))
    at = context.at.t or context.rec
    stocks = {row["resource"]: row for row in context.rows("stocks", subject=facility)}
    fresh = {name: row for name, row in stocks.items() if row["as_of"] and at - _moment(row["as_of"]) <= limit}
    cases = fresh.get(CASES)
    if cases is not None and (cases["staffed"] or 0) < 1:
        return False
    if any(slot["state"] == "READY" for slot in context.rows("theatre", facility=facility)):
        return True
    table = fresh.get(TABLE)
    return table is not None and (table["staffed"] or 0) - (table["occupied"] or 0) >= 1


def _is_awaited(facility: SubjectId, casualty: str, together: Collection[str], context: Context) -> bool:
    """Somebody else needs the theatre first: on the same leg, in the house, on a planned slot or with a place kept."""
    planned = [slot["casualty"] for slot in context.rows("theatre", facility=facility) if slot["state"] == "PLANNED"]
    kept = [
        row["casualty"]
        for row in context.rows("reservations", facility=facility, open=True)
        if row["state"] in KEPT and row["resource"] in {TABLE, CASES}
    ]
    if {one for one in (*planned, *kept) if one} - {casualty}:
        return True
    inside = [row["casualty"] for row in context.rows("admissions", facility=facility, open=True)]
    return any(_waits(context.known(SubjectId(one)), context) for one in {*together, *inside} - {casualty})


def _waits(known: Facts, context: Context) -> bool:
    operated = any(getattr(event.body, "code", "") == "M14" for event in known.of(e.MilestoneRecorded))
    return not operated and bool(evacuation_policy(context.pack).needs_of(known) & _SURGICAL)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
