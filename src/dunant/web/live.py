"""The live stream: which views changed for this reader, by name only. What changed is read through the views."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import anyio
import msgspec
from litestar import Request, get
from litestar.response import ServerSentEvent, ServerSentEventMessage

from dunant.kernel.access import Actor
from dunant.kernel.clock import rfc3339
from dunant.kernel.errors import DunantError
from dunant.kernel.ids import SubjectId
from dunant.services.reading import Change
from dunant.store.live import Changes, latest, since
from dunant.web.auth import cookie_name
from dunant.web.state import Doors

CLOCK_EVERY_S = 15.0
# Beyond so many subjects at once it is cheaper for a screen to read everything again.
MANY = 200
# The database may be written by another process, which cannot ring our bell.
POLL_S = 0.25


@get("/live", opt={"action": "live.follow"}, sync_to_thread=False)
def live(request: Request[Any, Any, Any]) -> ServerSentEvent:
    """Server-sent events; resumes after `Last-Event-ID`."""
    doors = Doors.of(request.app)
    token = request.cookies.get(cookie_name(doors.secure), "")
    answer = ServerSentEvent(stream(doors, token, request.headers.get("last-event-id")))
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def watch(doors: Doors) -> None:
    """Ring the bell for what other processes have written: one look for all streams of this process."""
    database, seen = doors.site.database, ""
    while True:
        with contextlib.suppress(DunantError):
            newest = await anyio.to_thread.run_sync(latest, database)
            if newest != seen:
                seen = newest
                doors.bell.ring()
        await asyncio.sleep(POLL_S)


async def stream(doors: Doors, token: str, resume: str | None) -> AsyncIterator[ServerSentEventMessage]:
    """Ends with the session, with the server, or when the store cannot be read; the screen then comes again."""
    with contextlib.suppress(DunantError):
        cursor = resume if resume else await anyio.to_thread.run_sync(latest, doors.site.database)
        yield _clock(doors, None if resume else cursor)
        clock_due = time.monotonic() + CLOCK_EVERY_S
        early: frozenset[SubjectId] = frozenset()
        while not doors.closing:
            heard = doors.bell.count
            # Asked each time, so that nobody is told anything after signing out; looking is not using.
            session = await anyio.to_thread.run_sync(partial(doors.accounts.session, token, touch=False))
            if session is None:
                yield ServerSentEventMessage(event="signed_out", data="{}")
                return
            cursor, messages = await anyio.to_thread.run_sync(_news, doors, session.actor, cursor)
            for message in messages:
                yield message
            told, early = early, await anyio.to_thread.run_sync(doors.site.pages.early, session.actor)
            for subject in early - told:
                yield _early(subject)
            if time.monotonic() >= clock_due:
                clock_due = time.monotonic() + CLOCK_EVERY_S
                yield _clock(doors, cursor)
            await doors.bell.wait(max(0.0, clock_due - time.monotonic()), heard)


def _news(doors: Doors, actor: Actor, cursor: str) -> tuple[str, list[ServerSentEventMessage]]:
    """What is new for this reader. Only the last message names the new cursor: a stream that breaks off in between
    resumes before all of them, and hears some twice rather than one never."""
    changes = since(doors.site.database, cursor)
    kinds = _kinds(doors, changes)
    if changes.overflow or len(kinds) > MANY:
        return changes.cursor, [ServerSentEventMessage(event="reset", data="{}", id=changes.cursor)]
    told = _visible(doors, actor, kinds, changes.cursor) if kinds else []
    messages = [ServerSentEventMessage(event="change", data=msgspec.json.encode(change).decode()) for change in told]
    if messages:
        messages[-1].id = changes.cursor
    return changes.cursor, messages


def _early(subject: SubjectId) -> ServerSentEventMessage:
    """An alert that no event of the log announces yet. What has its place later is announced as any other."""
    change = Change(subject=subject, tag=None, views=["alerts"], version=0)
    return ServerSentEventMessage(event="change", data=msgspec.json.encode(change).decode())


def _clock(doors: Doors, cursor: str | None) -> ServerSentEventMessage:
    clock = doors.site.clock
    data = msgspec.json.encode({"now": rfc3339(clock.now()), "speed": clock.speed}).decode()
    return ServerSentEventMessage(event="clock", data=data, id=cursor)


def _kinds(doors: Doors, changes: Changes) -> dict[SubjectId, set[str]]:
    """Subjects with the kinds of their new facts. The audit stream feeds no view and is nobody's news.

    A kernel fact, such as a settled conflict, and a fact of a later version may be about any kind of subject.
    """
    every = {kind for view in doors.site.views.views.values() for kind in view.rows}
    kinds: dict[SubjectId, set[str]] = {}
    for change in changes.changes:
        if change.stream != "audit":
            body = doors.site.registry.types.get(change.type)
            kinds.setdefault(change.subject, set()).update({body.KIND} if body and body.KIND else every)
    return kinds


def _visible(doors: Doors, actor: Actor, kinds: dict[SubjectId, set[str]], cursor: str) -> list[Change]:
    """Changes of rows that this reader could read anyway; the existence of any other is not told."""
    return doors.site.pages.changed(actor, kinds, int(cursor.rpartition(".")[2]))
