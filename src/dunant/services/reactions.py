"""What one fact makes happen elsewhere: event in, commands out.

A reaction runs once, at the site where its cause was written, in the same commit. Its commands get ids derived from
the cause, so that a second run would change nothing.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.model import Alert, Request
from dunant.kernel.events import Command, Event
from dunant.kernel.ids import SubjectId
from dunant.store import Transaction


class Reaction(Protocol):
    """A named function of an event; the transaction lets it look around."""

    @property
    def __name__(self) -> str: ...

    def __call__(self, event: Event, transaction: Transaction) -> Iterable[Command]: ...


def acknowledged_alert_is_a_milestone(event: Event, transaction: Transaction) -> Iterator[Command]:
    """The first acknowledgement of an alert is milestone M3 of everybody the alert was about."""
    if not isinstance(event.body, e.AlertAcknowledged):
        return
    alert = Alert(transaction.facts(event.header.s))
    if alert.report is None or len(alert.acknowledgements) > 1:
        return
    about: set[SubjectId] = set()
    if alert.report.request:
        about.update(SubjectId(one) for one in Request(transaction.facts(alert.report.request)).casualties)
    if alert.report.incident:
        about.update(SubjectId(row["subject"]) for row in transaction.rows("board", incident=alert.report.incident))
    yield from (c.RecordMilestone(casualty=casualty, code="M3", evidence=event.id) for casualty in sorted(about))


REACTIONS: tuple[Reaction, ...] = (acknowledged_alert_is_a_milestone,)
