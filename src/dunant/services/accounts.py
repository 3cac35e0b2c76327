"""Who may sign in, who is signed in, and whose entry it is that comes late.

Each sign-in opens a session (what a person may see and do now) and issues a capture grant (proof of who made an entry,
good after the session has ended, and good for nothing else). Both are random tokens of which only a hash is kept.
Time is the machine's, never a mission's: a time-lapse must not end anybody's session.
"""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from dunant.config import Settings, SettingsInvalid
from dunant.kernel.access import Actor
from dunant.kernel.clock import Clock
from dunant.kernel.errors import DeviceRevoked, GrantRevoked, Invalid, LoginFailed, NotFound, SignedOut, TooManyAttempts
from dunant.kernel.ids import UserId
from dunant.kernel.roles import Roles
from dunant.services.locking import Locks
from dunant.services.passwords import Hasher, Passwords, normal
from dunant.services.sessions import TOUCH, Uses
from dunant.services.throttle import door, keys, network
from dunant.store import Database, PackShelf
from dunant.store import accounts as rows
from dunant.store.accounts import AccountRow, DeviceRow, GrantRow, HeldRow, Horizon, Kind, SessionRow

LONGEST_LOGIN, LONGEST_TEXT = 64, 80


class Session(Struct, frozen=True, kw_only=True):
    """Somebody who is signed in."""

    user: UserId
    display: str
    actor: Actor
    csrf: str
    started: datetime
    ends: datetime
    locked: bool = False
    has_pin: bool = False


class SignedIn(Struct, frozen=True, kw_only=True):
    """Told once: the tokens of a new session and of its capture grant."""

    token: str
    grant: str
    session: Session


class Account(Struct, frozen=True, kw_only=True):
    """An account as an administrator sees it."""

    user: UserId
    login: str
    display: str
    role: str
    unit: str | None
    contingent: str | None
    facility: str | None
    disabled: bool


class OpenSession(Struct, frozen=True, kw_only=True):
    """One session in a person's own list; `id` names it and opens nothing."""

    id: str
    device: str
    started: datetime
    used: datetime
    ends: datetime


class IssuedGrant(Struct, frozen=True, kw_only=True):
    """One capture grant in a person's own list; `id` names it and proves nothing."""

    id: str
    device: str
    started: datetime
    ends: datetime
    revoked: datetime | None


class Device(Struct, frozen=True, kw_only=True):
    """A browser that people sign in from; `login` is the last who did."""

    id: str
    login: str
    started: datetime
    used: datetime
    revoked: datetime | None


class HeldEntry(Struct, frozen=True, kw_only=True):
    """An entry made under something revoked. What it says is not shown here."""

    id: str
    login: str
    device: str | None
    rule: str
    at: datetime


class Notice(Struct, frozen=True, kw_only=True):
    """So many failures that an administrator should look. A login that nobody has gives neither user nor address."""

    kind: Kind
    user: UserId | None
    address: str | None
    failures: int
    at: datetime


class Accounts:
    """Accounts, sessions, capture grants and throttling of a site."""

    def __init__(
        self, database: Database, roles: Roles, settings: Settings, wall: Clock, hasher: Hasher | None = None
    ) -> None:
        self._database = database
        self._roles = frozenset(row.code for row in roles.role)
        self._wall = wall
        self._idle = timedelta(minutes=settings.session_idle_min)
        self._longest = timedelta(hours=settings.session_hours)
        self._site = settings.site
        self._pack = (PackShelf(settings.packs) if settings.packs else PackShelf()).read("passwords.toml", Passwords)
        self._hasher = hasher or self._chosen_hasher(settings.password_profile)
        # Which account an unknown login takes its time from: always the same one, and not to be foreseen.
        self._secret = secrets.token_bytes(32)
        self._uses = Uses(database, self._idle)
        self.locks = Locks(database, self._hasher, self._pack.pin, wall)

    # ── accounts ──

    def add(
        self,
        *,
        login: str,
        display: str,
        role: str,
        password: str,
        unit: str | None = None,
        contingent: str | None = None,
        facility: str | None = None,
    ) -> UserId:
        """A new account; the answer is its pseudonym, the only thing about a person that events carry.

        Raises
        ------
        Invalid
            `field` login (rule "format", "taken"), display, unit, contingent, facility ("format"), role
            ("known_role") or password ("min_length", "max_length", "common").
        """
        name = _login(login)
        if not name:
            raise Invalid(field="login", rule="format")
        if role not in self._roles:
            raise Invalid(field="role", rule="known_role")
        where = {"unit": unit, "contingent": contingent, "facility": facility}
        for field, text in {"display": display, **where}.items():
            if text is not None and not _is_text(text):
                raise Invalid(field=field, rule="format")
        self._pack.check(password, self._own_words(name, display))
        row = AccountRow(
            user=str(uuid.uuid4()),
            login=name,
            display=display.strip(),
            role=role,
            password=self._hasher.hash(password),
            disabled=False,
            **where,
        )
        with self._database.writing() as connection:
            rows.alone(connection)
            if rows.by_login(connection, name):
                raise Invalid(field="login", rule="taken")
            rows.add_account(connection, row)
        return UserId(row.user)

    def list(self) -> tuple[Account, ...]:
        """Everybody, by login."""
        with self._database.reading() as connection:
            return tuple(msgspec.convert(row, Account, from_attributes=True) for row in rows.accounts(connection))

    def set_disabled(self, user: str, disabled: bool) -> None:
        """Shut an account, or open it again. Shutting ends its sessions and revokes its grants from now on."""
        with self._database.writing() as connection:
            rows.alone(connection)
            if not rows.change_account(connection, _id(user), disabled=disabled):
                raise NotFound(field="user")
            if disabled:
                rows.end_sessions(connection, user)
                rows.revoke_grants(connection, user, self._wall.now())

    def set_password(self, user: str, password: str) -> None:
        """A new password: whoever came in by the old one is out, and nobody has to wait for earlier mistakes."""
        with self._database.reading() as connection:
            row = rows.by_user(connection, _id(user))
        if row is None:
            raise NotFound(field="user")
        self._pack.check(password, self._own_words(row.login, row.display))
        hashed = self._hasher.hash(password)
        with self._database.writing() as connection:
            rows.alone(connection)
            rows.change_account(connection, user, password=hashed)
            rows.end_sessions(connection, user)
            rows.revoke_grants(connection, user, self._wall.now())
            rows.forgive(connection, user)

    # ── signing in and out ──

    def sign_in(
        self,
        login: str,
        password: str,
        *,
        address: str,
        device: str,
        device_id: str | None = None,
        sign_key: str | None = None,
    ) -> SignedIn:
        """Open a session. Neither the answer nor its time tells whether an account exists.

        Raises
        ------
        LoginFailed
            Unknown login, wrong password or disabled account.
        TooManyAttempts
            `retry_after_s`: when to come back.
        DeviceRevoked
            Right login and password, on a device that an administrator has shut.
        """
        name, place, now = _login(login), network(address), self._wall.now()
        with self._database.writing() as connection:
            rows.alone(connection)
            row = rows.by_login(connection, name)
            stored = rows.stand_in(connection, self._pivot(name))
            failed = rows.attempts(connection, keys(name, place).values())
            at = door(self._pack.throttle, now, name, place, row.user if row else None, failed)
            if at.own_wait_s:
                raise TooManyAttempts(retry_after_s=max(at.own_wait_s, at.crowd_wait_s))
            rows.save_attempts(connection, at.counted())
        right = self._hasher.matches(row.password if row else self._hasher.decoy(stored), password)
        right = right and row is not None and not row.disabled
        if at.crowd_wait_s and not (right and at.is_known):
            raise TooManyAttempts(retry_after_s=at.crowd_wait_s)
        if row is None or not right:
            raise LoginFailed()
        return self._begin(row, password, name, place, device, device_id, sign_key)

    def session(self, token: str, *, touch: bool = True) -> Session | None:
        """Whose session a token opens; None when it is unknown, was ended, stood idle or lived too long.

        `touch=False` looks without counting as use, for what a screen does by itself.
        """
        now, hashed = self._wall.now(), _hash(token)
        with self._database.reading() as connection:
            found = rows.session_of(connection, hashed)
        if found is None or found[1].disabled or not self._uses.is_live(found[0], now):
            self._uses.forget(hashed)
            return None
        if touch:
            self._uses.note(found[0], now)
        return _session(token, *found)

    def sign_out(self, token: str) -> None:
        """End a session; nothing happens if there is none. Its capture grant stays, for what waits on the device."""
        hashed = _hash(token)
        with self._database.writing() as connection:
            rows.end_session(connection, hashed)
        self._uses.forget(hashed)

    def sessions(self, user: str) -> tuple[OpenSession, ...]:
        """A person's sessions, newest first."""
        now = self._wall.now()
        with self._database.reading() as connection:
            found = [row for row in rows.sessions_of(connection, user) if self._uses.is_live(row, now)]
        return tuple(
            OpenSession(id=row.hash, device=row.device, started=row.started, used=self._uses.last(row), ends=row.ends)
            for row in found
        )

    def end_session(self, user: str, session: str) -> None:
        """End one of a person's own sessions. Raises NotFound, for somebody else's too."""
        with self._database.writing() as connection:
            if not rows.end_session(connection, _id(session), user):
                raise NotFound(field="session")
        self._uses.forget(session)

    # ── capture grants ──

    def author_of_grant(self, grant: str, made_at: datetime) -> Actor | None:
        """Who made an entry, or None when this grant is no proof of it."""
        try:
            return self.author(grant, made_at)
        except (SignedOut, GrantRevoked, DeviceRevoked):
            return None

    def author(self, grant: str, made_at: datetime) -> Actor:
        """Who made an entry: the person and role the grant was issued to, whoever is signed in when it arrives.

        An entry from the future was made now, so that a fast device clock is no reason to refuse and no way around a
        revocation. On a revoked device the claimed time counts for nothing: whoever has the device can set it.

        Raises
        ------
        SignedOut
            The grant is unknown or had run out.
        GrantRevoked, DeviceRevoked
            `user`, `device`: whose it was. The entry is somebody's work and is held, not thrown away.
        """
        with self._database.reading() as connection:
            row = rows.grant_of(connection, _hash(grant))
            known = rows.device_of(connection, row.device_id) if row and row.device_id else None
        made = min(made_at, self._wall.now())
        if row is None or made >= row.ends:
            raise SignedOut(field="author_proof", rule="valid_grant")
        if known and known.revoked:
            raise DeviceRevoked(field="author_proof", rule="device_not_revoked")
        if row.revoked is not None and made >= row.revoked:
            raise GrantRevoked(field="author_proof", rule="grant_not_revoked")
        return Actor(
            user=row.user,
            role=row.role,
            unit=row.unit,
            contingent=row.contingent,
            facility=row.facility,
            device=row.device,
        )

    # ── devices, and what is held ──

    def devices(self) -> tuple[Device, ...]:
        """Last used first."""
        with self._database.reading() as connection:
            names = {row.user: row.login for row in rows.accounts(connection)}
            found = rows.devices(connection)
        return tuple(
            Device(id=row.id, login=names.get(row.user, ""), started=row.started, used=row.used, revoked=row.revoked)
            for row in found
        )

    def revoke_device(self, device: str) -> None:
        """Lost or stolen: everybody is signed out of it, and what still comes from it is held. Raises NotFound."""
        with self._database.writing() as connection:
            rows.alone(connection)
            if not rows.revoke_device(connection, _id(device), self._wall.now()):
                raise NotFound(field="device", rule="exists")

    def hold(self, entry: str, grant: str, rule: str, body: bytes) -> None:
        """Keep an entry for somebody to judge."""
        with self._database.writing() as connection:
            rows.alone(connection)
            made = rows.grant_of(connection, _hash(grant))
            if made is None:
                return
            row = HeldRow(id=entry, user=made.user, device_id=made.device_id, rule=rule, body=body, rx=self._wall.now())
            rows.hold(connection, row)

    def held(self) -> tuple[HeldEntry, ...]:
        """What waits for a judgement, oldest first."""
        with self._database.reading() as connection:
            names = {row.user: row.login for row in rows.accounts(connection)}
            found = rows.held_rows(connection)
        return tuple(
            HeldEntry(id=row.id, login=names.get(row.user, ""), device=row.device_id, rule=row.rule, at=row.rx)
            for row in found
        )

    def release(self, entry: str) -> tuple[bytes, Actor]:
        """A held entry and who made it, to be recorded after all; `settle` it when it is. Raises NotFound."""
        with self._database.reading() as connection:
            row = next((row for row in rows.held_rows(connection) if row.id == entry), None)
            owner = rows.by_user(connection, row.user) if row else None
        if row is None or owner is None:
            raise NotFound(field="entry", rule="exists")
        actor = Actor(
            user=owner.user,
            role=owner.role,
            unit=owner.unit,
            contingent=owner.contingent,
            facility=owner.facility,
            device="browser",
        )
        return row.body, actor

    def settle(self, entry: str, verdict: str) -> None:
        """The judgement is made. Raises NotFound."""
        with self._database.writing() as connection:
            if not rows.settle_held(connection, _id(entry), verdict, self._wall.now()):
                raise NotFound(field="entry", rule="exists")

    @property
    def lock_idle_min(self) -> int:
        """After so many minutes without use a shared screen locks itself."""
        return self._pack.pin.idle_min

    @property
    def grant_days(self) -> int:
        """How long a new grant is good."""
        return self._pack.grant.days

    def grants(self, user: str) -> tuple[IssuedGrant, ...]:
        """A person's capture grants, newest first."""
        with self._database.reading() as connection:
            found = rows.grants_of(connection, user)
        return tuple(
            IssuedGrant(id=row.hash, device=row.device, started=row.started, ends=row.ends, revoked=row.revoked)
            for row in found
        )

    def revoke_grant(self, user: str, grant: str) -> None:
        """From now on a device adds nothing in this person's name. Raises NotFound, also when it was revoked before."""
        with self._database.writing() as connection:
            if not rows.revoke_grants(connection, user, self._wall.now(), _id(grant)):
                raise NotFound(field="grant")

    def shut_keys(self) -> tuple[str, ...]:
        """Keys of revoked grants, in base64url: what they sign counts for nothing."""
        with self._database.reading() as connection:
            return tuple(rows.shut_keys(connection, self._wall.now()))

    # ── notices ──

    def notices(self) -> tuple[Notice, ...]:
        """What an administrator should look at, newest first."""
        since = self._wall.now() - timedelta(days=self._pack.throttle.notice_days)
        with self._database.reading() as connection:
            found = rows.noticed(connection, since)
        return tuple(
            Notice(
                kind=row.kind,
                user=UserId(row.about) if row.kind == "account" and row.about else None,
                address=row.about if row.kind == "address" else None,
                failures=row.failures,
                at=row.noticed or row.last,
            )
            for row in found
        )

    # ── inside ──

    def _begin(
        self,
        row: AccountRow,
        password: str,
        name: str,
        place: str,
        device: str,
        device_id: str | None,
        sign_key: str | None,
    ) -> SignedIn:
        now, token, grant = self._wall.now(), secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        renewed = self._hasher.hash(password) if self._hasher.is_weaker(row.password) else None
        named = "".join(c for c in device if c.isprintable())[:LONGEST_TEXT]
        session = SessionRow(
            hash=_hash(token),
            user=row.user,
            device=named,
            started=now,
            used=now,
            ends=now + self._longest,
            device_id=device_id,
        )
        with self._database.writing() as connection:
            rows.alone(connection)
            current = rows.by_user(connection, row.user)
            # Between look and entry the password may have been changed or the account shut.
            if current is None or current.disabled or current.password != row.password:
                raise LoginFailed()
            if device_id:
                known = rows.device_of(connection, device_id)
                if known and known.revoked:
                    raise DeviceRevoked()
                rows.use_device(connection, DeviceRow(id=device_id, user=row.user, started=now, used=now))
            if renewed:
                rows.change_account(connection, row.user, password=renewed)
            failed = rows.attempts(connection, keys(name, place).values())
            rows.save_attempts(connection, door(self._pack.throttle, now, name, place, row.user, failed).forgiven())
            rows.add_session(connection, session)
            rows.add_grant(connection, self._grant(current, grant, session, now, sign_key))
            rows.prune(connection, self._horizon(now))
        self._uses.forget_idle(now)
        return SignedIn(token=token, grant=grant, session=_session(token, session, current))

    def _grant(self, row: AccountRow, grant: str, session: SessionRow, now: datetime, sign_key: str | None) -> GrantRow:
        return GrantRow(
            hash=_hash(grant),
            user=row.user,
            role=row.role,
            unit=row.unit,
            contingent=row.contingent,
            facility=row.facility,
            device=session.device,
            device_id=session.device_id,
            started=now,
            ends=now + timedelta(days=self._pack.grant.days),
            sign_key=sign_key,
        )

    def _horizon(self, now: datetime) -> Horizon:
        rules, grant = self._pack.throttle, self._pack.grant
        return Horizon(
            sessions_end=now,
            sessions_used=now - self._idle - TOUCH,
            failures=now - timedelta(hours=rules.forget_h),
            memory=now - timedelta(days=max(rules.known_days, rules.notice_days)),
            grants_end=now - timedelta(days=grant.kept_days),
        )

    def _pivot(self, name: str) -> str:
        digest = hashlib.sha256(self._secret + name.encode()).digest()
        return str(uuid.UUID(bytes=digest[:16]))

    def _own_words(self, login: str, display: str) -> tuple[str, ...]:
        return login, display, self._site

    def _chosen_hasher(self, code: str) -> Hasher:
        for profile in self._pack.profile:
            if profile.code == code:
                return Hasher(profile)
        raise SettingsInvalid(field="password_profile", rule="known_profile")


def _session(token: str, row: SessionRow, owner: AccountRow) -> Session:
    actor = Actor(
        user=owner.user,
        role=owner.role,
        unit=owner.unit,
        contingent=owner.contingent,
        facility=owner.facility,
        device=row.device,
    )
    return Session(
        user=UserId(owner.user),
        display=owner.display,
        actor=actor,
        csrf=_hash(f"csrf\x1f{token}"),
        started=row.started,
        ends=row.ends,
        locked=row.locked is not None,
        has_pin=row.pin is not None,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _id(asked: str) -> str:
    """An id that came from outside; empty when no database could hold it."""
    return asked if asked.isascii() and asked.isprintable() else ""


def _login(typed: str) -> str:
    """The login in its one spelling; empty when nobody can have it."""
    name = normal(typed).strip().casefold()
    fits = 0 < len(name) <= LONGEST_LOGIN and name.isprintable() and not any(c.isspace() for c in name)
    return name if fits else ""


def _is_text(text: str) -> bool:
    return 0 < len(text.strip()) <= LONGEST_TEXT and text.isprintable()
