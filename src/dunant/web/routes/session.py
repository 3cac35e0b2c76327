"""Signing in and out, and who one is."""

import asyncio
from typing import Annotated, Any, TypeVar

import anyio
import msgspec
from litestar import Request, Response, get, post
from msgspec import Meta, Struct

from dunant.kernel.clock import rfc3339
from dunant.kernel.errors import Invalid, LoginFailed, SignedOut
from dunant.services.accounts import Session, SignedIn
from dunant.services.handing import HandoverTrust, trusted, vouch
from dunant.services.passes import issue
from dunant.services.sealing import OutboxKey, outbox_key
from dunant.services.watches import open_now
from dunant.web.auth import OPEN, actor_of, cookie_name, session_cookie, session_of
from dunant.web.state import Doors

GivenT = TypeVar("GivenT")
# Room for the longest password in six bytes a character; nobody has to be signed in to send this.
MAX_CREDENTIALS = 16 * 1024


# What the log keeps for ever of a browser. Its own words about itself would tell one person's machine from another's.
DEVICE = "browser"


class Credentials(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`device` is the random id a phone gave itself, so that a lost one can be shut."""

    user: str
    password: str
    device: Annotated[str, Meta(pattern=r"^[0-9a-f-]{36}$")] | None = None
    # Public half of the key that the phone made for its grant: Ed25519, base64url.
    sign_key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$")] | None = None


class Mission(Struct, frozen=True, kw_only=True):
    code: str
    name: str
    zone: str
    exercise: bool
    languages: list[str]
    bbox: list[float]


class ClockState(Struct, frozen=True, kw_only=True):
    """The mission's clock; `speed` is above 1 in a time-lapse simulation."""

    now: str
    speed: float


class SessionState(Struct, frozen=True, kw_only=True):
    """`lock_min`: idle minutes after which a screen with a PIN locks itself."""

    idle_min: int
    ends_at: str
    locked: bool
    has_pin: bool
    lock_min: int


class Pin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pin: Annotated[str, Meta(max_length=64)]


class Lock(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`pin`: chosen the first time, or another one."""

    pin: Annotated[str, Meta(max_length=64)] | None = None


class Watch(Struct, frozen=True, kw_only=True):
    """The next person at this screen, and what was open when the watch changed hands."""

    me: "Me"
    open_alerts: int | None
    open_casualties: int | None


class Me(Struct, frozen=True, kw_only=True):
    """Who is signed in, in which role, where, and what the role may do. `grant` is told once, at sign-in."""

    user: str
    display: str
    role: str
    unit: str | None
    facility: str | None
    csrf: str
    grant: str | None
    # What other sites can check of the grant, told with it; no secret.
    grant_pass: str | None
    # What stands in every hand-over code made under the grant; told with it, if the phone brought a key.
    handover_pass: str | None
    # By whom hand-over codes may be signed.
    handover: HandoverTrust
    permissions: list[str]
    site: str
    mission: Mission
    clock: ClockState
    session: SessionState
    # Sites that may open what a device has sealed: this one first.
    outbox_keys: list[OutboxKey]


@post("/login", status_code=200, opt={"action": OPEN}, request_max_body_size=MAX_CREDENTIALS)
async def login(request: Request[Any, Any, Any]) -> Response[Me]:
    """Sign in. A new session id each time; the answer and its timing do not tell whether the account exists."""
    doors = Doors.of(request.app)
    given, signed = await _signed_in(request)
    told = _me(doors, signed.session, signed.grant, given.sign_key)
    cookie = session_cookie(signed.token, doors.secure, None)
    return Response(told, cookies=[cookie], headers={"Cache-Control": "no-store"})


async def _signed_in(request: Request[Any, Any, Any]) -> tuple[Credentials, SignedIn]:
    """Who has just proven to be who; failure and success are on the record."""
    doors = Doors.of(request.app)
    given = _read(await request.body(), Credentials, "user and password")
    address = request.client.host if request.client else ""
    try:
        signed = await anyio.to_thread.run_sync(
            lambda: doors.accounts.sign_in(
                given.user,
                given.password,
                address=address,
                device=DEVICE,
                device_id=given.device,
                sign_key=given.sign_key,
            )
        )
    except LoginFailed:
        await asyncio.wrap_future(doors.site.audit.sign_in_failed())
        raise
    await asyncio.wrap_future(doors.site.audit.signed_in(signed.session.actor))
    return given, signed


@post("/logout", status_code=204, opt={"action": "session.end"})
async def logout(request: Request[Any, Any, Any]) -> Response[None]:
    doors = Doors.of(request.app)
    token = request.cookies.get(cookie_name(doors.secure), "")
    await anyio.to_thread.run_sync(doors.accounts.sign_out, token)
    # Live streams of this session end now, not at their next look.
    doors.bell.ring()
    await asyncio.wrap_future(doors.site.audit.signed_out(actor_of(request)))
    return Response(None, cookies=[session_cookie("", doors.secure, 0)])


@post("/session/lock", status_code=204, opt={"action": "session.lock"})
async def lock(request: Request[Any, Any, Any]) -> None:
    """Shut the screen until the PIN is entered; what is on its way from others is announced all the same."""
    doors, token = Doors.of(request.app), _token(request)
    given = _read(await request.body(), Lock, "pin")
    await anyio.to_thread.run_sync(doors.accounts.locks.lock, token, given.pin)
    await asyncio.wrap_future(doors.site.audit.locked(actor_of(request), True))


@post("/session/unlock", status_code=200, opt={"action": "session.unlock"})
async def unlock(request: Request[Any, Any, Any]) -> Me:
    """Open it again. After the last wrong try the session has ended."""
    doors, token = Doors.of(request.app), _token(request)
    given = _read(await request.body(), Pin, "pin")
    await anyio.to_thread.run_sync(doors.accounts.locks.unlock, token, given.pin)
    session = await anyio.to_thread.run_sync(doors.accounts.session, token)
    if session is None:
        raise SignedOut()
    await asyncio.wrap_future(doors.site.audit.locked(session.actor, False))
    return _me(doors, session, None)


@post("/session/watch", status_code=200, opt={"action": "session.hand_over"}, request_max_body_size=MAX_CREDENTIALS)
async def hand_over(request: Request[Any, Any, Any]) -> Response[Watch]:
    """The next person signs in at this screen and whoever was at it is signed out: one act, one entry on the record."""
    doors, leaving = Doors.of(request.app), session_of(request)
    given, signed = await _signed_in(request)
    if signed.session.user == leaving.user:
        await anyio.to_thread.run_sync(doors.accounts.sign_out, signed.token)
        raise Invalid(field="user", rule="another_person")
    found = await anyio.to_thread.run_sync(open_now, doors.site, signed.session.actor)
    handed = doors.site.audit.watch_handed_over(leaving.actor, signed.session.actor, found.alerts, found.casualties)
    await asyncio.wrap_future(handed)
    await anyio.to_thread.run_sync(doors.accounts.sign_out, _token(request))
    doors.bell.ring()
    told = _me(doors, signed.session, signed.grant, given.sign_key)
    cookie = session_cookie(signed.token, doors.secure, None)
    watch = Watch(me=told, open_alerts=found.alerts, open_casualties=found.casualties)
    return Response(watch, cookies=[cookie], headers={"Cache-Control": "no-store"})


def _read(body: bytes, shape: type[GivenT], rule: str) -> GivenT:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Invalid(field="$", rule=rule) from None


def _token(request: Request[Any, Any, Any]) -> str:
    return request.cookies.get(cookie_name(Doors.of(request.app).secure), "")


@get("/me", opt={"action": "me.read"}, sync_to_thread=False)
def me(request: Request[Any, Any, Any]) -> Me:
    return _me(Doors.of(request.app), session_of(request), None)


def _me(doors: Doors, session: Session, grant: str | None, sign_key: str | None = None) -> Me:
    site, actor = doors.site, session.actor
    mission = site.policies.mission.mission
    box = mission.bbox
    return Me(
        user=session.user,
        display=session.display,
        role=actor.role,
        unit=actor.unit,
        facility=actor.facility,
        csrf=session.csrf,
        grant=grant,
        grant_pass=issue(site.key, site.row.code, grant, actor, site.clock.now(), doors.accounts.grant_days)
        if grant
        else None,
        handover_pass=vouch(site.key, site.row.code, sign_key, actor, site.clock.now(), doors.accounts.grant_days)
        if grant and sign_key
        else None,
        handover=trusted(doors.syncing.station.trust(), doors.accounts.shut_keys()),
        permissions=site.policy.actions(actor),
        site=site.row.code,
        mission=Mission(
            code=mission.code,
            name=mission.name,
            zone=mission.zone,
            exercise=site.row.exercise,
            languages=list(mission.languages),
            bbox=[box.west, box.south, box.east, box.north],
        ),
        clock=ClockState(now=rfc3339(site.clock.now()), speed=site.clock.speed),
        session=SessionState(
            idle_min=site.settings.session_idle_min,
            ends_at=rfc3339(session.ends),
            locked=session.locked,
            has_pin=session.has_pin,
            lock_min=doors.accounts.lock_idle_min,
        ),
        outbox_keys=_outbox_keys(doors),
    )


def _outbox_keys(doors: Doors) -> list[OutboxKey]:
    own = outbox_key(doors.site.row.code, doors.site.seal_key.public)
    trust = doors.syncing.station.trust()
    others = [
        outbox_key(code, known.seal_key)
        for code, known in sorted(trust.sites.items())
        if code != own.site and known.seal_key and not trust.standing(code)
    ]
    return [own, *others]
