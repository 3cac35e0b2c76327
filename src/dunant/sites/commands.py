"""What an administrator of the authority site can ask; the alarms are raised by sites themselves, never by people."""

from datetime import datetime
from typing import Annotated, ClassVar

from msgspec import Meta

from dunant.kernel.events import Command
from dunant.kernel.ids import SubjectId
from dunant.sites.events import Signed

Id = Annotated[SubjectId, Meta(min_length=36, max_length=36)]
SiteCode = Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[A-Z0-9][A-Z0-9-]*(?!\n)$")]
SiteRole = Annotated[str, Meta(min_length=1, max_length=64, extra={"codes": "site.role"})]
SiteRoles = Annotated[tuple[SiteRole, ...], Meta(max_length=16)]
Key = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?!\n)$")]
NewKey = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?(?!\n)$")]
Address = Annotated[str, Meta(max_length=200, pattern=r"^(https://[A-Za-z0-9.:\[\]-]+(/[!-~]*)?)?(?!\n)$")]
Epoch = Annotated[str, Meta(min_length=1, max_length=8)]
Alias = Annotated[str, Meta(min_length=1, max_length=64)]
Sequence = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Reason = Annotated[str, Meta(min_length=1, max_length=2000)]
Note = Annotated[str, Meta(max_length=2000)]
Hex = Annotated[str, Meta(max_length=200, pattern=r"^[0-9a-f]*(?!\n)$")]


class _Managing(Command, frozen=True, kw_only=True):
    ACTION: ClassVar = "site.manage"
    ABOUT: ClassVar = "site"

    site: Id


class InviteSite(_Managing, frozen=True, kw_only=True, tag="sites.invite_site"):
    """Let a site ask to belong. `token_hash`: SHA-256 of a token that the authority hands over and forgets."""

    code: SiteCode
    roles: SiteRoles = ()
    token_hash: Key
    expires: datetime


class EnrolSite(_Managing, frozen=True, kw_only=True, tag="sites.enrol_site"):
    """Take a site in, after its fingerprint was compared. The authority enrols itself without an invitation."""

    code: SiteCode
    roles: SiteRoles = ()
    address: Address = ""
    sign_key: Key
    seal_key: Key
    tls: Key
    token_hash: NewKey = ""


class SuspendSite(_Managing, frozen=True, kw_only=True, tag="sites.suspend_site"):
    reason: Reason


class ResumeSite(_Managing, frozen=True, kw_only=True, tag="sites.resume_site"):
    reason: Note = ""


class RotateSiteKey(_Managing, frozen=True, kw_only=True, tag="sites.rotate_site_key"):
    sign_key: NewKey = ""
    seal_key: NewKey = ""
    tls: NewKey = ""


class RevokeSite(_Managing, frozen=True, kw_only=True, tag="sites.revoke_site"):
    """`cutoffs`: of each epoch and stream the last sequence that still counts; a log not named is frozen as held.

    If none is named, what the authority holds of the site counts, and nothing after it.
    """

    cutoffs: Annotated[tuple[tuple[Epoch, Alias, Sequence], ...], Meta(max_length=200)] = ()
    reason: Reason


class RetireSite(_Managing, frozen=True, kw_only=True, tag="sites.retire_site"):
    reason: Note = ""


class GrantStream(_Managing, frozen=True, kw_only=True, tag="sites.grant_stream"):
    stream: Alias
    reason: Note = ""


class WithdrawStream(_Managing, frozen=True, kw_only=True, tag="sites.withdraw_stream"):
    stream: Alias
    reason: Note = ""


class CloseFork(_Managing, frozen=True, kw_only=True, tag="sites.close_fork"):
    """Choose the branch that counts, by its head at the sequence where the branches differ."""

    e: Epoch
    st: Alias
    q: Sequence
    head: Key
    reason: Reason


class RaiseForkAlarm(Command, frozen=True, kw_only=True, tag="sites.raise_fork_alarm"):
    ACTION: ClassVar = "site.alarm"
    ABOUT: ClassVar = "site"

    site: Id
    o: SiteCode
    e: Epoch
    st: Alias
    q: Sequence
    ours: Hex
    theirs: Hex
    ours_signed: Signed | None = None
    theirs_signed: Signed | None = None


class RaiseClockAlarm(Command, frozen=True, kw_only=True, tag="sites.raise_clock_alarm"):
    ACTION: ClassVar = "site.alarm"
    ABOUT: ClassVar = "site"

    site: Id
    code: SiteCode
    diff_ms: int
