"""What can happen to a site of the mission, as its authority says, and the alarms that sites raise about each other.

`config.*` facts are believed only if the authority wrote them. Keys are public ones, in hexadecimal.
"""

from datetime import datetime

from msgspec import Struct

from dunant.kernel.events import Body

# Last sequence that counts as a site's word: epoch, stream, sequence.
Cutoff = tuple[str, str, int]


class _SiteFact(Body, frozen=True, kw_only=True):
    STREAM = "config"
    KIND = "site"
    RESOURCE = "site"
    GROUPS = ("state",)


class SiteInvited(_SiteFact, frozen=True, kw_only=True):
    """A site may ask to belong, once, with the token of this digest, until the invitation ends."""

    TYPE = "config.site_invited"

    site: str
    roles: tuple[str, ...] = ()
    token_hash: str
    expires: datetime


class SiteEnrolled(_SiteFact, frozen=True, kw_only=True):
    """The site belongs to the mission. `tls`: SHA-256 of its certificate's public key."""

    TYPE = "config.site_enrolled"

    site: str
    roles: tuple[str, ...] = ()
    address: str = ""
    sign_key: str
    seal_key: str
    tls: str
    token_hash: str = ""


class SiteSuspended(_SiteFact, frozen=True, kw_only=True):
    """Nothing is exchanged with the site until it is resumed; what it wrote counts."""

    TYPE = "config.site_suspended"

    reason: str


class SiteResumed(_SiteFact, frozen=True, kw_only=True):
    TYPE = "config.site_resumed"

    reason: str = ""


class SiteKeyRotated(_SiteFact, frozen=True, kw_only=True):
    """New keys beside the old; an empty one stays as it is. What the old key signed still counts."""

    TYPE = "config.site_key_rotated"

    sign_key: str = ""
    seal_key: str = ""
    tls: str = ""


class SiteRevoked(_SiteFact, frozen=True, kw_only=True):
    """For ever. Of what the site wrote, only what lies up to the cut-offs counts."""

    TYPE = "config.site_revoked"

    cutoffs: tuple[Cutoff, ...] = ()
    reason: str


class SiteRetired(_SiteFact, frozen=True, kw_only=True):
    """The site has left in good order; everything it wrote counts."""

    TYPE = "config.site_retired"

    reason: str = ""


class StreamGranted(_SiteFact, frozen=True, kw_only=True):
    """The site may hold a stream that its roles do not give it, with its whole history."""

    TYPE = "config.stream_granted"

    stream: str
    reason: str = ""


class StreamWithdrawn(_SiteFact, frozen=True, kw_only=True):
    """Stops what is still to come; what the site has, it has."""

    TYPE = "config.stream_withdrawn"

    stream: str
    reason: str = ""


class ForkClosed(_SiteFact, frozen=True, kw_only=True):
    """An administrator chose the branch of a forked log that counts: the one with this head at this sequence."""

    TYPE = "config.fork_closed"

    o: str
    e: str
    st: str
    q: int
    head: str
    reason: str


class _Alarm(Body, frozen=True, kw_only=True):
    STREAM = "alert"
    KIND = "site"
    URGENCY = 0
    RESOURCE = "site"
    GROUPS = ("state",)


class SiteRevokedNotice(_Alarm, frozen=True, kw_only=True):
    """The revocation once more, where it overtakes everything else. Believed like the revocation itself.

    Without its reason: what people type has no place among alerts.
    """

    TYPE = "sync.site_revoked_notice"

    site: str
    cutoffs: tuple[Cutoff, ...] = ()


class Signed(Struct, frozen=True, kw_only=True):
    """A checkpoint of the log that forked, whole, in hexadecimal: whoever has the key can verify it."""

    q: int
    head: str
    h: str
    key: str
    sig: str


class LogForkDetected(_Alarm, frozen=True, kw_only=True):
    """One log has two histories from `q` on; the heads there tell them apart, its origin's two signatures prove it."""

    TYPE = "sync.log_fork_detected"

    o: str
    e: str
    st: str
    q: int
    ours: str
    theirs: str
    ours_signed: Signed | None = None
    theirs_signed: Signed | None = None


class ClockSuspect(_Alarm, frozen=True, kw_only=True):
    """The clock of a site is further from ours than is trusted."""

    TYPE = "sync.clock_suspect"

    site: str
    diff_ms: int


SITE_EVENTS: tuple[type[Body], ...] = (
    SiteInvited,
    SiteEnrolled,
    SiteSuspended,
    SiteResumed,
    SiteKeyRotated,
    SiteRevoked,
    SiteRetired,
    StreamGranted,
    StreamWithdrawn,
    ForkClosed,
    SiteRevokedNotice,
    LogForkDetected,
    ClockSuspect,
)
