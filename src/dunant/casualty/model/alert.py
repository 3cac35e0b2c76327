"""An alert: the first word, and who has heard it."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from dunant.casualty import events as e
from dunant.casualty.authority import Authority
from dunant.casualty.model.marks import CasualtyPolicy, place_marks, time_marks
from dunant.kernel.clock import rfc3339
from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.merge import Conflict, Entry, Reading, register, union
from dunant.kernel.missions import Post


class Alert:
    """A call for help, read from facts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def received(self) -> Event | None:
        return self.facts.first(e.AlertReceived)

    @property
    def report(self) -> e.AlertReceived | None:
        return self.received.body if self.received and isinstance(self.received.body, e.AlertReceived) else None

    @cached_property
    def acknowledgements(self) -> list[Event]:
        return union(self.facts, e.AlertAcknowledged)

    @cached_property
    def answered(self) -> Event | None:
        """The first acknowledgement by somebody who can act (M3). Others have heard it, and it goes on sounding."""
        acting = (event for event in self.acknowledgements if getattr(event.body, "acts", True))
        return next(acting, None)

    @property
    def roles(self) -> set[str]:
        return {event.body.role for event in self.acknowledgements if isinstance(event.body, e.AlertAcknowledged)}

    @property
    def posts(self) -> set[str]:
        """Posts of the fan-out that were named when they answered."""
        return {event.body.post for event in self.acknowledgements if isinstance(event.body, e.AlertAcknowledged)}

    @cached_property
    def escalations(self) -> list[Event]:
        return union(self.facts, e.AlertEscalated)

    @cached_property
    def dialect(self) -> Reading[str]:
        """In which dialect its letter was meant, once somebody has said so."""
        events = self.facts.of(e.AlertDialectStated)
        entries = [Entry(event.body.dialect, event) for event in events if isinstance(event.body, e.AlertDialectStated)]
        return register(self.facts, "dialect", entries)

    @property
    def category(self) -> str:
        """How urgent: as a person has said, else the higher of the readings that its letter can have."""
        if self.report is None:
            return ""
        stated = [event.body for event in self.facts.of(e.AlertDialectStated)]
        known = {body.dialect: body.canonical for body in stated if isinstance(body, e.AlertDialectStated)}
        return known.get(self.dialect.value or "") or self.report.category

    @property
    def readings(self) -> dict[str, str]:
        """Dialect → category, as long as nobody has said which was meant."""
        return dict(self.report.readings) if self.report and self.dialect.shown is None else {}

    def flags(self, policy: CasualtyPolicy) -> list[str]:
        """`call_back`: anybody could have sent it, and nobody has taken it up yet."""
        found = place_marks(self.report and self.report.position, policy) | time_marks(self.facts, policy)
        if self.report and self.report.unverified and self.status in {"OPEN", "ESCALATED"}:
            found.add("call_back")
        if self.report and self.report.damaged:
            found.add("damaged")
        if self.readings:
            found.add("dialect_required")
        return sorted(found)

    @property
    def all_conflicts(self) -> list[Conflict]:
        found = self.dialect.conflict or self.dialect.resolved
        return [found] if found else []

    @property
    def status(self) -> str:
        if self.facts.of(e.AlertCancelled):
            return "CANCELLED"
        if self.answered:
            return "ACKNOWLEDGED"
        return "ESCALATED" if self.escalations else "OPEN"

    def fan_out(self, policy: CasualtyPolicy) -> list[dict[str, Any]]:
        """Each post with when it answered, or None as long as it has not been reached, and the calls to its role."""
        authority = policy.authority
        if authority is None:
            return []
        contacts = union(self.facts, e.AlertRoleContacted)
        return [
            {
                "post": post.code,
                "role": post.role,
                "acts": authority.can_act(post.role),
                "at": next((_at(event) for event in self.acknowledgements if _is_of(event, post, authority)), None),
                "contacts": [contact(event) for event in contacts if getattr(event.body, "role", "") == post.role],
            }
            for post in authority.posts
        ]

    def due(self, policy: CasualtyPolicy) -> datetime | None:
        """When the next role is to be asked; None once it was answered, cancelled, or everybody has been asked."""
        if self.received is None or self.status in {"ACKNOWLEDGED", "CANCELLED"} or policy.authority is None:
            return None
        if len(self.escalations) >= len(policy.authority.chain):
            return None
        asked = max((happened(event) for event in self.escalations), default=happened(self.received))
        return asked + timedelta(minutes=policy.authority.chain_timer_min)


def contact(event: Event) -> dict[str, Any]:
    """A call to a role as rows show it."""
    body = event.body
    return {name: getattr(body, name) for name in ("role", "channel", "reached")} | {"at": _at(event)}


def happened(event: Event) -> datetime:
    """When it happened, or when it was recorded if nobody knows."""
    at = event.header.at
    return at.t or at.hi or event.header.rec


def _at(event: Event) -> str:
    return rfc3339(happened(event))


def _is_of(event: Event, post: Post, authority: Authority) -> bool:
    said, role = getattr(event.body, "post", ""), getattr(event.body, "role", "")
    return said == post.code or (not said and authority.is_a(role, post.role))
