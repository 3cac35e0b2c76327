"""The one write door: people online and outboxes that come late use the same address."""

import asyncio
from typing import Any

import anyio
import msgspec
from litestar import MediaType, Request, Response, post

from dunant.kernel.errors import SignedOut, TooLarge
from dunant.services.asked import Asked, Outcome, rejected
from dunant.services.handle import Author
from dunant.web.auth import actor_of
from dunant.web.state import Doors

MAX_ENTRIES = 1000


@post("/commands", status_code=200, opt={"action": "commands.send"}, media_type=MediaType.JSON)
async def commands(request: Request[Any, Any, Any]) -> Response[bytes]:
    """A list of entries in, one outcome per entry out, in the same order. Sending twice is harmless."""
    doors = Doors.of(request.app)
    read = doors.site.reader.read(await request.body())
    if len(read) > MAX_ENTRIES:
        raise TooLarge(field="$", rule="max_items", limit=MAX_ENTRIES)
    session_author = Author(actor=actor_of(request), source="medic")
    outcomes: list[Outcome | None] = []
    entries: list[tuple[Asked, Author]] = []
    for entry in read:
        author = await _author(doors, entry, session_author) if isinstance(entry, Asked) else session_author
        if isinstance(entry, Outcome):
            outcomes.append(entry)
        elif author is None:
            outcomes.append(rejected(entry.id, SignedOut(field="author_proof", rule="valid_grant")))
        else:
            outcomes.append(None)
            entries.append((entry, author))
    decided: list[Outcome] = await asyncio.wrap_future(doors.site.send(entries)) if entries else []
    answered = iter(decided)
    return Response(msgspec.json.encode([outcome or next(answered) for outcome in outcomes]), media_type=MediaType.JSON)


async def _author(doors: Doors, entry: Asked, session_author: Author) -> Author | None:
    """Whoever made the entry, not whoever happens to be signed in when it is sent."""
    if not entry.author_proof:
        return session_author
    made_at = entry.rec or doors.site.clock.now()
    actor = await anyio.to_thread.run_sync(doors.accounts.author_of_grant, entry.author_proof, made_at)
    return Author(actor=actor, source=session_author.source) if actor else None
