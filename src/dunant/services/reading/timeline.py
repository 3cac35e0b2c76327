"""The story of one subject, event by event, each as far as the reader's role lets it be told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from dunant.casualty import events as e
from dunant.casualty.model import IDENTITY
from dunant.kernel.access import Actor, Policy
from dunant.kernel.clock import rfc3339
from dunant.kernel.events import Body, Event, Unknown
from dunant.kernel.facts import Facts
from dunant.kernel.gate import ALL
from dunant.kernel.ids import SubjectId
from dunant.kernel.merge import ConflictResolved


def timeline(
    events: Sequence[tuple[Event, str]], subject_row: Mapping[str, Any], policy: Policy, actor: Actor, late_min: float
) -> list[dict[str, Any]]:
    """Rows newest first. An event of a resource that the reader does not see is not there at all.

    Parameters
    ----------
    events : (event, time of arrival here), in any order
    subject_row : whole board row of the subject: what the reader's relation to it is judged by
    late_min : minutes from recording to arrival beyond which a row is marked as late
    """
    facts = Facts(SubjectId(subject_row["subject"]), (event for event, _ in events))
    rows = [
        _row(event, arrived, facts, late_min)
        for event, arrived in events
        if _may_see(event, subject_row, policy, actor) and facts.get(event.id) is event
    ]
    return sorted(rows, key=lambda row: (row["at"]["t"] or row["rec"], row["rx"], row["event"]), reverse=True)


def _may_see(event: Event, subject_row: Mapping[str, Any], policy: Policy, actor: Actor) -> bool:
    resource, groups = _guard(event)
    if resource == e.IdentityAsserted.RESOURCE and policy.gate.holds(event.header.s, ALL):
        return False
    # Who reported a casualty has not said what others found since.
    said = {**subject_row, "author": event.header.by.user} if resource in {"identity", "clinical"} else subject_row
    return policy.sight(actor, resource).groups(said, actor).issuperset(groups)


def _guard(event: Event) -> tuple[str, tuple[str, ...]]:
    """Resource and field groups of an event. What is unknown, or settles anything, is guarded by its stream."""
    if isinstance(event.body, Body) and event.body.KIND is not None:
        return event.body.RESOURCE, event.body.GROUPS
    if isinstance(event.body, ConflictResolved) and event.body.field.startswith(IDENTITY):
        return e.IdentityAsserted.RESOURCE, e.IdentityAsserted.GROUPS
    return ("clinical", ("notes",)) if event.header.st == "clinical" else ("evacuation", ("trace",))


def _row(event: Event, arrived: str, facts: Facts, late_min: float) -> dict[str, Any]:
    header = event.header
    at = header.at
    late = (datetime.fromisoformat(arrived) - header.rec).total_seconds() / 60
    known = not isinstance(event.body, Unknown)
    return {
        "event": event.id,
        "t": header.t,
        "at": {
            "t": rfc3339(at.t) if at.t else None,
            "p": at.p,
            "lo": rfc3339(at.lo) if at.lo else None,
            "hi": rfc3339(at.hi) if at.hi else None,
        },
        "rec": rfc3339(header.rec),
        "rx": arrived,
        "late_min": round(late, 1) if late > late_min else None,
        "by_role": header.by.role,
        "origin": header.o,
        "source": header.src,
        "stream": header.st,
        "facts": msgspec.to_builtins(event.body) if known else {},
        "corrected": facts.is_void(event.id),
        "unknown": not known,
    }
