"""Doors of whoever keeps a site: a lost device is shut, and what it still sends is judged."""

from typing import Any, Literal

import msgspec
from litestar import MediaType, Request, Response, post
from litestar.params import RawBody
from msgspec import Struct

from dunant.kernel.errors import Invalid
from dunant.services.asked import Outcome
from dunant.services.taking import release
from dunant.web.auth import actor_of
from dunant.web.state import Doors


class ShutDevice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    device: str


class Judgement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """RELEASED: recorded after all, as its author's. DISCARDED: its words go; that it was held stays."""

    entry: str
    verdict: Literal["RELEASED", "DISCARDED"]


@post("/devices/shut", status_code=204, opt={"action": "account.manage"}, sync_to_thread=True)
def shut_device(request: Request[Any, Any, Any], body: RawBody) -> None:
    """Everybody is signed out of it; what still comes from it is held."""
    doors, given = Doors.of(request.app), _read(body, ShutDevice)
    doors.accounts.revoke_device(given.device)
    doors.bell.ring()
    doors.site.audit.device_shut(actor_of(request), given.device)


@post("/held/judge", status_code=200, opt={"action": "account.manage"}, media_type=MediaType.JSON, sync_to_thread=True)
def judge_held(request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """What becomes of an entry made under something revoked."""
    doors, given = Doors.of(request.app), _read(body, Judgement)
    if given.verdict == "RELEASED":
        outcome = release(doors.site, doors.accounts, given.entry)
    else:
        doors.accounts.settle(given.entry, "discarded")
        outcome = Outcome(id=given.entry, outcome="accepted")
    if outcome.outcome != "rejected":
        doors.site.audit.entry_judged(actor_of(request), given.entry, given.verdict)
    return Response(msgspec.json.encode(outcome), media_type=MediaType.JSON)


def _read(body: bytes, shape: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Invalid(field="$", rule=" and ".join(shape.__struct_fields__)) from None
