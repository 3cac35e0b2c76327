"""Two records of one person: linked, never rewritten, and always separable again (sync §6)."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from dunant.kernel.events import Body, Event, Upcaster
from dunant.kernel.ids import EventId, SubjectId


class SubjectLinked(Body, frozen=True, kw_only=True):
    """Somebody says that the event's subject and `other` are the same."""

    TYPE = "kernel.subject_linked"
    VERSION = 2
    STREAM = ""
    KIND = None

    other: SubjectId
    score: float | None = None
    reason: str = ""


class SubjectUnlinked(Body, frozen=True, kw_only=True):
    """Takes back the one link it names; a link made without knowledge of this stays."""

    TYPE = "kernel.subject_unlinked"
    VERSION = 2
    STREAM = ""
    KIND = None

    ref: EventId
    reason: str = ""


LINK_EVENTS: tuple[type[Body], ...] = (SubjectLinked, SubjectUnlinked)
# Version 1 knew no reason.
LINK_UPCASTERS: Mapping[tuple[str, int], Upcaster] = {
    (SubjectLinked.TYPE, 1): lambda body: body,
    (SubjectUnlinked.TYPE, 1): lambda body: body,
}


class Link(Struct, frozen=True, kw_only=True):
    event: EventId
    a: SubjectId
    b: SubjectId


def surviving(events: Iterable[Event]) -> list[Link]:
    """Links that no unlink names, in a stable order."""
    links: dict[EventId, Link] = {}
    removed: set[EventId] = set()
    for event in events:
        if isinstance(event.body, SubjectLinked):
            links[event.id] = Link(event=event.id, a=event.header.s, b=event.body.other)
        elif isinstance(event.body, SubjectUnlinked):
            removed.add(event.body.ref)
    return [links[key] for key in sorted(links) if key not in removed]


def canonical_ids(links: Iterable[Link]) -> Mapping[SubjectId, SubjectId]:
    """Union–find over links: every linked subject and the smallest id of its group."""
    parent: dict[SubjectId, SubjectId] = {}

    def root(subject: SubjectId) -> SubjectId:
        while parent.setdefault(subject, subject) != subject:
            subject = parent[subject]
        return subject

    for link in links:
        low, high = sorted((root(link.a), root(link.b)))
        parent[high] = low
    return {subject: root(subject) for subject in list(parent)}
