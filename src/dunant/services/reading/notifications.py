"""Who is to be notified of whom: due, running against the clock, released; and the text, for those who send it.

A NOTICAS that is due is proposed here and nowhere else: a person confirms it by drafting it (casualty §15).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from dunant.casualty.model import CHAIN
from dunant.casualty.notices import notice_of, render
from dunant.casualty.notification import LANGUAGES
from dunant.kernel.clock import rfc3339
from dunant.kernel.errors import NotFound
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId
from dunant.services.reading.asking import Asking, Computed, Row

# What each limit of the thresholds pack measures to: its value in hours, and the steps that stop its clock.
LIMITS = {"initial": ("noticas.initial_h", CHAIN[2:]), "written": ("noticas.written_h", CHAIN[3:])}


def notifications(asking: Asking) -> list[Row]:
    """Every casualty with something to notify or a hold, newest first; names only for those who may read them."""
    named: dict[str, list[Row]] = {}
    for row in asking.rows("identities"):
        if row.get("shown"):
            named.setdefault(row["subject"], []).append(_identity(row))
    rows = asking.rows("holds", **asking.equal)
    return [_entry(row, named.get(row["subject"]), asking) for row in rows if "state" in row]


def _identity(row: Row) -> Row:
    return {name: row[name] for name in ("kind", "value", "standing", "confidence")}


def _entry(row: Row, named: list[Row] | None, asking: Asking) -> Row:
    standing = [hold for hold in row["holds"] if _stands(hold, asking.now)]
    made: Row = {name: value for name, value in row.items() if name not in {"running", "hash", "steps", "holds"}}
    made["standing"] = _standing(row)
    made["holds"] = [{**hold, "stands": _stands(hold, asking.now)} for hold in row["holds"]]
    made["held"] = bool(standing)
    made["held_until"] = _until(standing)
    made["next"] = _next(row, bool(standing), asking)
    if "steps" in row:
        made["steps"] = [{name: value for name, value in step.items() if name != "hash"} for step in row["steps"]]
        made["sla"] = {name: _limit(name, row, asking) for name in LIMITS}
        made["may_inform"] = asking.policies.notification.may_inform(row["exercise"])
    if "hash" in row and "steps" in row:
        sent = [
            step["hash"] for step in row["steps"] if step["state"] in CHAIN[2:] and step["version"] == row["version"]
        ]
        made["changed"] = bool(sent) and sent[-1] != row["hash"]
    if named is not None:
        made["identities"] = named
    return made


def _stands(hold: Mapping[str, Any], now: datetime) -> bool:
    return not hold["lifted"] and (hold["until"] is None or now < datetime.fromisoformat(hold["until"]))


def _until(standing: list[Row]) -> str | None:
    """When the last of the holds that stand runs out, if that is known of all."""
    ends = [hold["until"] for hold in standing]
    return max(ends) if ends and None not in ends else None


def _standing(row: Row) -> str:
    if row["state"] is None:
        return "DUE" if row["triggers"] else "HELD"
    return "RUNNING" if row["running"] else str(row["state"])


def _next(row: Row, held: bool, asking: Asking) -> list[str]:
    """Steps that may follow now, whoever may take them."""
    state = row["state"]
    if state is None:
        return [CHAIN[0]] if row["triggers"] else []
    if state == "WITHDRAWN":
        return ["AMENDED"]
    here = 0 if state == "AMENDED" else CHAIN.index(state)
    steps = [step for step in CHAIN[here + 1 : here + 2] if not (step == CHAIN[-1] and held)]
    return [*steps, "AMENDED", *(["WITHDRAWN"] if state != CHAIN[-1] else [])]


def _limit(name: str, row: Row, asking: Asking) -> Row:
    """When something is due, and whether it came in time; measured from the first thing that asked for it."""
    key, stops = LIMITS[name]
    since = min((one["at"] for one in row["triggers"]), default=row["since"])
    due = rfc3339(datetime.fromisoformat(since) + timedelta(hours=asking.policies.thresholds.number(key)))
    met = min((step["at"] for step in row["steps"] if step["state"] in stops), default=None)
    verdict = ("MET" if met <= due else "EXCEEDED") if met else ("DUE" if rfc3339(asking.now) <= due else "EXCEEDED")
    return {"due": due, "met": met, "verdict": verdict}


def notice(asking: Asking) -> list[Row]:
    """The text of the newest version, in every language, made now from what is known now. Only for those who send it.

    Raises
    ------
    NotFound
        Nothing to notify about this casualty, or not by this reader: the same answer.
    """
    subject = SubjectId(asking.equal["subject"])
    rows = asking.rows("holds", subject=subject)
    if not rows or "hash" not in rows[0]:
        raise NotFound(field="subject", rule="exists")
    facts = Facts(subject, (event for event, _ in asking.look.events(subject)))
    made = notice_of(facts, rows[0]["version"] or 1)
    mission = asking.policies.mission.mission.code
    words = asking.policies.notification.words
    return [
        {
            "subject": subject,
            "language": language,
            "version": made.version,
            "text": render(made, words[language], mission),
        }
        for language in LANGUAGES
    ]


NOTIFICATIONS = Computed(
    resource="notification", read=notifications, feeds=("holds", "identities"), allows=("subject", "incident")
)
NOTICE = Computed(resource="notification", read=notice, feeds=("holds", "identities"), needs=("subject",))
