"""How far a record has come: at its site, carried on, received where it has to be, read (sync §10.3).

Only the destination's signed receipt says that it has arrived; that a person has read it is an event of its own.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dunant.casualty.events import AlertAcknowledged
from dunant.kernel.clock import rfc3339, ticked_at
from dunant.kernel.events import Event
from dunant.kernel.ids import SubjectId
from dunant.kernel.log import LogName
from dunant.services.build import Site
from dunant.services.trusting import Trusting
from dunant.store.snapshot import Snapshot

# Sites that records have to reach: those that decide.
DESTINATIONS = frozenset({"mission_hq", "casevac_cell"})


class Deliveries:
    """Answers for one site. A site that belongs to no mission has nobody to deliver to, and says nothing."""

    def __init__(self, site: Site, trusting: Trusting) -> None:
        self._site = site
        self._trusting = trusting
        self._overdue = timedelta(minutes=site.policies.thresholds.number("delivery.overdue_min"))

    def of(self, look: Snapshot, subjects: Sequence[str]) -> Mapping[str, dict[str, Any]]:
        trust = self._trusting.now()
        destinations = {
            known.code
            for known in trust.sites.values()
            if known.state == "ACTIVE" and DESTINATIONS.intersection(known.roles)
        }
        if not destinations:
            return {}
        receipts = look.receipts()
        return {subject: self._one(look.events(SubjectId(subject)), destinations, receipts) for subject in subjects}

    def _one(
        self,
        events: Sequence[tuple[Event, str]],
        destinations: set[str],
        receipts: Mapping[LogName, Mapping[str, tuple[int, str]]],
    ) -> dict[str, Any]:
        """By the fact that began the record: what came later came after it."""
        first, arrived = min(events, key=lambda pair: pair[0].header.h)
        head = first.header
        log, ours = (head.o, head.e, head.st), self._site.row.code
        holding = {site: h for site, (q, h) in receipts.get(log, {}).items() if q >= head.q}
        received = {site: rfc3339(ticked_at(h)) for site, h in holding.items() if site in destinations}
        if ours in destinations and head.o != ours:
            received[ours] = arrived
        relayed = sorted(site for site in holding if site not in destinations and site != head.o)
        is_there = bool(received) or head.o in destinations
        return {
            "state": "AT_DESTINATION" if received else "RELAYED" if relayed else "AT_SITE",
            "site": head.o,
            "relayed": relayed,
            "received": [{"site": site, "at": at} for site, at in sorted(received.items(), key=lambda one: one[1])],
            "read": _read(events),
            "overdue": not is_there and self._is_late(head.rec),
        }

    def _is_late(self, recorded: datetime) -> bool:
        return self._site.clock.now() - recorded > self._overdue


def _read(events: Sequence[tuple[Event, str]]) -> list[dict[str, str]]:
    found = [(event.header.rec, event.body.role) for event, _ in events if isinstance(event.body, AlertAcknowledged)]
    return [{"by_role": role, "at": rfc3339(at)} for at, role in sorted(found)]
