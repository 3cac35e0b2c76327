"""The write doors: people online and outboxes that come late use the same path."""

import asyncio
from typing import Any

import anyio
import msgspec
from litestar import MediaType, Request, Response, post

from dunant.kernel.errors import Denied
from dunant.services.asked import Outcome
from dunant.services.handle import Author
from dunant.services.taking import MAX_ENTRIES, Taken, answers, decide, take
from dunant.web.auth import OPEN, actor_of
from dunant.web.state import Doors

# Nobody has to be signed in to send this much; an outbox sends fifty at a time.
MAX_DELIVERED, MAX_DELIVERY = 100, 2 * 1024 * 1024


@post("/commands", status_code=200, opt={"action": "commands.send"}, media_type=MediaType.JSON)
async def commands(request: Request[Any, Any, Any]) -> Response[bytes]:
    """A list of entries in, one outcome per entry out, in the same order. Sending twice is harmless."""
    doors = Doors.of(request.app)
    sender = Author(actor=actor_of(request), source="medic")
    taken = await anyio.to_thread.run_sync(_take, doors, await request.body(), sender, MAX_ENTRIES)
    outcomes = answers(taken, await asyncio.wrap_future(decide(doors.site, taken)))
    refused = (str(outcome.params.get("action")) for outcome in outcomes if outcome.code == Denied.code)
    doors.site.audit.denied(sender.actor, refused)
    return _answer(outcomes)


@post("/outbox", status_code=200, opt={"action": OPEN}, media_type=MediaType.JSON, request_max_body_size=MAX_DELIVERY)
async def outbox(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The same for a device at which nobody is signed in: every entry brings the proof of who made it."""
    doors = Doors.of(request.app)
    body = await request.body()
    taken = await anyio.to_thread.run_sync(_take, doors, body, None, MAX_DELIVERED)
    outcomes = answers(taken, await asyncio.wrap_future(decide(doors.site, taken)))
    authors = {str(one[0].id): one[1].actor for one in taken if not isinstance(one, Outcome)}
    for outcome in outcomes:
        if outcome.code == Denied.code:
            doors.site.audit.denied(authors[outcome.id], [str(outcome.params.get("action"))])
    return _answer(outcomes)


def _take(doors: Doors, body: bytes, sender: Author | None, most: int) -> list[Taken]:
    return take(doors.site, doors.accounts, body, sender, most, signers=doors.syncing.station.trust)


def _answer(outcomes: list[Outcome]) -> Response[bytes]:
    return Response(msgspec.json.encode(outcomes), media_type=MediaType.JSON)
