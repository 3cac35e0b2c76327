"""Things tests are about, with sensible defaults, so that a test states only what matters to it."""

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dunant.casualty import events as e
from dunant.kernel import clock
from dunant.kernel.access import Actor
from dunant.kernel.events import At, Body, By, Command, Event, Header, Reference, Unknown
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, SubjectId, Tag, uuid7
from dunant.services.asked import Asked, Outcome
from dunant.services.build import Site
from dunant.services.handle import Author
from tests.fakes import NOON

_numbers = itertools.count(1)


def new_id(number: int | None = None) -> str:
    """A fresh UUIDv7, or the one that belongs to a number."""
    n = next(_numbers) if number is None else number
    return uuid7(clock.unix_ms(NOON) + (n >> 12), n, 7 if number is None else 11)


def a_subject(number: int | None = None) -> SubjectId:
    return SubjectId(new_id(number))


def as_actor(who: str, **more: Any) -> Actor:
    """`medic@ALPHA`: the role, and the unit it is acted in."""
    role, _, unit = who.partition("@")
    return Actor(**{"user": f"u-{role}", "role": role, "unit": unit or None, **more})


def as_author(who: str = "casevac_cell@HQ", source: str = "voice") -> Author:
    return Author(actor=as_actor(who), source=source)


def an_event(
    body: Body | Unknown,
    *,
    subject: str = "subject",
    id: str | None = None,
    site: str = "ALPHA",
    stream: str = "casualty",
    q: int | None = None,
    h: int | None = None,
    at: datetime | None = NOON,
    base: Sequence[str] = (),
    retracts: str | None = None,
    corrects: str | None = None,
    role: str = "medic",
) -> Event:
    """A fact as a fold sees it."""
    n = next(_numbers)
    ref = retracts or corrects
    x = Reference(op="retracts" if retracts else "corrects", ref=EventId(ref)) if ref else None
    return Event(
        Header(
            o=site,
            e="00000001",
            st=stream,
            q=q or n,
            id=EventId(id or new_id()),
            h=clock.as_text((clock.unix_ms(NOON) << 16) + (n if h is None else h)),
            at=At(t=at),
            rec=NOON,
            by=By(user=f"u-{role}", role=role),
            t=getattr(body, "TYPE", "later.something"),
            v=1,
            s=SubjectId(subject),
            m="TEST",
            base=tuple(EventId(ref) for ref in base),
            x=x,
        ),
        body,
    )


def a_casualty(*more: Event, subject: str = "subject", **report: Any) -> Facts:
    """A reported casualty, and whatever else happened to it."""
    reported = e.CasualtyReported(**{"tag": Tag("D-4KQ2M-B"), **report})
    return Facts(SubjectId(subject), [an_event(reported, subject=subject), *more])


def asked(command: Command, *, id: str | None = None, **envelope: Any) -> Asked:
    return Asked(id=EventId(id or new_id()), command=command, **envelope)


def send(site: Site, *entries: Command | Asked, author: Author | None = None) -> list[Outcome]:
    """Hand commands to a site and wait until they are durable."""
    who = author or as_author()
    wrapped = [entry if isinstance(entry, Asked) else asked(entry) for entry in entries]
    return site.send([(entry, who) for entry in wrapped]).result(timeout=60)
