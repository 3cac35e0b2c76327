"""Timers of a site: who has not answered in time is recorded, and the next role is asked.

What is due is told by pure functions (`casualty.due`) from rows and the clock, so nothing is kept in memory and a
restart forgets nothing. Each escalation is written once, by the site where its alert or request began, under an id
derived from it; a second process of the same site, or a second run, adds nothing.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from dunant.casualty import commands as c
from dunant.casualty.authority import authority_in
from dunant.casualty.due import QUIET, Escalation, due_alert, due_decisions
from dunant.kernel.access import Actor
from dunant.kernel.errors import DunantError, Refused
from dunant.kernel.events import At, Command
from dunant.kernel.ids import EventId, SubjectId, derived
from dunant.services.asked import Asked
from dunant.services.build import Site
from dunant.services.handle import Author
from dunant.services.policies import Policies
from dunant.services.reading.authority import OPEN_ALERT, standing_at
from dunant.store import Transaction
from dunant.store.snapshot import Snapshot, snapshot

# Seconds of mission time between two looks, and the shortest pause of the machine when mission time runs fast.
EVERY_S, SHORTEST_S = 5.0, 0.5
ASKING = ("SUBMITTED", "VALIDATED", "AUTHORISED", "DENIED", "REDIRECTED", "TASKED", "EXECUTING")
SYSTEM = Author(actor=Actor(user="system", role="system_client"), source="derived")
_log = logging.getLogger(__name__)


def found_due(look: Snapshot, policies: Policies, site: str, now: datetime) -> list[Escalation]:
    """Every escalation that is due at this site now."""
    authority = authority_in(policies.pack)
    alerts = [row for status in sorted(OPEN_ALERT) for row in look.rows("alerts", status=status, origin=site)]
    found = [due for row in alerts if (due := due_alert(authority, row, now))]
    requests = [row for status in ASKING for row in look.rows("requests", status=status, origin=site)]
    if not requests:
        return found
    standing = standing_at(look, policies, now, requests)
    for row in requests:
        if row["status"] not in QUIET:
            found += due_decisions(row, standing.steps(row)[1], now)
    return found


def escalate(site: Site) -> int:
    """Look once and write what is due; how many escalations were found."""
    now = site.clock.now()
    with snapshot(site.database, site.views, site.registry) as look:
        found = found_due(look, site.policies, site.row.code, now)
    if found:
        site.commit.submit(_writing(site, found, now)).result()
    return len(found)


def _writing(site: Site, found: Sequence[Escalation], now: datetime) -> Callable[[Transaction], None]:
    def job(transaction: Transaction) -> None:
        for one in found:
            entry = Asked(id=_name(one), command=_command(one), at=At(t=now), rec=now, source="derived")
            if transaction.seen([entry.id]):
                continue
            mark = transaction.mark()
            try:
                site.handler.decide(transaction, entry, SYSTEM)
            except Refused:
                # Answered, closed or corrected between the look and the writing.
                transaction.undo(mark)

    return job


def _name(one: Escalation) -> EventId:
    return EventId(derived("escalation", one.subject, one.step, str(one.attempt)))


def _command(one: Escalation) -> Command:
    about: dict[str, Any] = {"to_role": one.to_role, "attempt": one.attempt}
    if one.step:
        return c.EscalateDecision(request=SubjectId(one.subject), step=one.step, **about)
    return c.EscalateAlert(alert=SubjectId(one.subject), **about)


class Timers:
    """Looks now and then, in a thread of its own, until it is closed."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dunant-timers", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stop.wait(max(EVERY_S / self._site.clock.speed, SHORTEST_S)):
            try:
                escalate(self._site)
            except DunantError as error:
                # A full disk, or a database that is away: soon again. The screens say what is overdue all the same.
                _log.error("timers did not run: %s", error.code)
