"""The live stream: which views changed for this reader, by name only. What changed is read through the views."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import anyio
import msgspec
from litestar import Request, get
from litestar.response import ServerSentEvent, ServerSentEventMessage

from dunant.kernel.access import Actor
from dunant.kernel.clock import rfc3339
from dunant.kernel.ids import SubjectId
from dunant.services.reading import Change
from dunant.store.live import Changes, latest, since
from dunant.web.auth import actor_of, cookie_name
from dunant.web.state import Doors

CLOCK_EVERY_S = 15.0
# Beyond so many subjects at once it is cheaper for a screen to read everything again.
MANY = 200
# PostgreSQL may be written by another process, which cannot ring our bell.
POLL_S = 0.25


@get("/live", opt={"action": "live.follow"}, sync_to_thread=False)
def live(request: Request[Any, Any, Any]) -> ServerSentEvent:
    """Server-sent events; resumes after `Last-Event-ID`."""
    doors = Doors.of(request.app)
    token = request.cookies.get(cookie_name(doors.secure), "")
    return ServerSentEvent(_stream(doors, actor_of(request), token, request.headers.get("last-event-id")))


async def _stream(doors: Doors, actor: Actor, token: str, resume: str | None) -> AsyncIterator[ServerSentEventMessage]:
    site = doors.site
    cursor = resume if resume else await anyio.to_thread.run_sync(latest, site.database)
    yield _clock(doors, cursor)
    quiet = 0.0
    while not doors.closing:
        changes = await anyio.to_thread.run_sync(partial(since, site.database, cursor))
        cursor = changes.cursor
        if changes.overflow or len({change.subject for change in changes.changes}) > MANY:
            yield ServerSentEventMessage(event="reset", data="{}", id=cursor)
        elif changes.changes:
            for change in await anyio.to_thread.run_sync(_visible, doors, actor, changes):
                yield ServerSentEventMessage(event="change", data=msgspec.json.encode(change).decode(), id=cursor)
        pause = CLOCK_EVERY_S if site.database.is_sqlite else POLL_S
        rang = await doors.bell.wait(pause)
        quiet = 0.0 if rang else quiet + pause
        if quiet >= CLOCK_EVERY_S or (not rang and site.database.is_sqlite):
            quiet = 0.0
            if await anyio.to_thread.run_sync(doors.accounts.session, token) is None:
                yield ServerSentEventMessage(event="signed_out", data="{}")
                return
            yield _clock(doors, cursor)


def _clock(doors: Doors, cursor: str) -> ServerSentEventMessage:
    clock = doors.site.clock
    data = msgspec.json.encode({"now": rfc3339(clock.now()), "speed": clock.speed}).decode()
    return ServerSentEventMessage(event="clock", data=data, id=cursor)


def _visible(doors: Doors, actor: Actor, changes: Changes) -> list[Change]:
    """Changes of rows that this reader could read anyway; the existence of any other is not told."""
    site = doors.site
    kinds: dict[SubjectId, set[str]] = {}
    for change in changes.changes:
        body = site.registry.types.get(change.type)
        kinds.setdefault(change.subject, set()).update({body.KIND} if body and body.KIND else set())
    return site.pages.changed(actor, kinds, int(changes.cursor.rpartition(".")[2]))
