"""The one write door: people online and outboxes that come late use the same address."""

import asyncio
from typing import Any

import anyio
import msgspec
from litestar import MediaType, Request, Response, post

from dunant.kernel.errors import Denied, SignedOut, TooLarge
from dunant.services.asked import Asked, Outcome, rejected
from dunant.services.handle import Author
from dunant.web.auth import actor_of
from dunant.web.state import Doors

MAX_ENTRIES = 1000


@post("/commands", status_code=200, opt={"action": "commands.send"}, media_type=MediaType.JSON)
async def commands(request: Request[Any, Any, Any]) -> Response[bytes]:
    """A list of entries in, one outcome per entry out, in the same order. Sending twice is harmless."""
    doors = Doors.of(request.app)
    sender = Author(actor=actor_of(request), source="medic")
    read = await anyio.to_thread.run_sync(_read, doors, await request.body(), sender)
    entries = [one for one in read if not isinstance(one, Outcome)]
    decided: list[Outcome] = await asyncio.wrap_future(doors.site.send(entries)) if entries else []
    answered = iter(decided)
    outcomes = [one if isinstance(one, Outcome) else next(answered) for one in read]
    refused = (str(outcome.params.get("action")) for outcome in outcomes if outcome.code == Denied.code)
    doors.site.audit.denied(sender.actor, refused)
    return Response(msgspec.json.encode(outcomes), media_type=MediaType.JSON)


def _read(doors: Doors, body: bytes, sender: Author) -> list[tuple[Asked, Author] | Outcome]:
    """Entries with their authors, in order; what cannot be read or has no author is already its own rejection."""
    read = doors.site.reader.read(body)
    if len(read) > MAX_ENTRIES:
        raise TooLarge(field="$", rule="max_items", limit=MAX_ENTRIES)
    return [_with_author(doors, entry, sender) if isinstance(entry, Asked) else entry for entry in read]


def _with_author(doors: Doors, entry: Asked, sender: Author) -> tuple[Asked, Author] | Outcome:
    """Whoever made the entry, not whoever happens to be signed in when it is sent."""
    if not entry.author_proof:
        return entry, sender
    actor = doors.accounts.author_of_grant(entry.author_proof, entry.rec or doors.site.clock.now())
    if actor is None:
        return rejected(entry.id, SignedOut(field="author_proof", rule="valid_grant"))
    return entry, Author(actor=actor, source=sender.source)
