"""What another site of the mission can check about a capture grant: whose it is, signed by the site that issued it.

The grant itself stays a secret of the device and travels sealed; a pass names only its hash, so it may lie open beside
a sealed entry in a file.
"""

import base64
import hashlib
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from dunant.kernel.access import Actor
from dunant.kernel.clock import as_text, unix_ms
from dunant.kernel.errors import SignedOut
from dunant.services.keys import SiteKey
from dunant.sync.trust import Trust

# No site makes anybody the administrator, or the machine, of another.
NEVER = frozenset({"administrator", "config_editor", "system_client", "auditor"})
_DOMAIN = b"dunant capture pass 1\n"


class Pass(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose entries a grant signs, as what, and for how long."""

    site: str
    key: str
    grant: str
    user: str
    role: str
    unit: str | None
    contingent: str | None
    facility: str | None
    device: str
    starts: datetime
    ends: datetime


def issue(key: SiteKey, site: str, grant: str, actor: Actor, now: datetime, days: int) -> str:
    """The pass of a grant that has just been issued."""
    said = Pass(
        site=site,
        key=key.id,
        grant=_hash(grant),
        user=actor.user,
        role=actor.role,
        unit=actor.unit,
        contingent=actor.contingent,
        facility=actor.facility,
        device=actor.device,
        starts=now,
        ends=now + timedelta(days=days),
    )
    text = msgspec.json.encode(said)
    return f"{_packed(text)}.{_packed(key.sign(_DOMAIN + text))}"


def author(shown: str, grant: str, made_at: datetime, trust: Trust) -> Actor:
    """Who made an entry under a grant of another site. That it was revoked there is not known here.

    Raises
    ------
    SignedOut
        Not signed by a site in good standing, for another grant, or outside of its time.
    """
    try:
        text, signature = (base64.urlsafe_b64decode(part + "===") for part in shown.split("."))
        said = msgspec.json.decode(text, type=Pass)
        known = trust.key(said.key, as_text(unix_ms(said.starts) << 16))
        if known is None or known[0] != said.site or trust.standing(said.site):
            raise SignedOut(field="grant_pass", rule="site_of_the_mission")
        VerifyKey(known[1]).verify(_DOMAIN + text, signature)
    except (ValueError, msgspec.MsgspecError, BadSignatureError):
        raise SignedOut(field="grant_pass", rule="signed") from None
    if said.role in NEVER:
        raise SignedOut(field="grant_pass", rule="role_of_another_site")
    if said.grant != _hash(grant) or not said.starts - timedelta(hours=1) <= made_at < said.ends:
        raise SignedOut(field="grant_pass", rule="valid_grant")
    return Actor(
        user=said.user,
        role=said.role,
        unit=said.unit,
        contingent=said.contingent,
        facility=said.facility,
        device=said.device,
    )


def _hash(grant: str) -> str:
    return hashlib.sha256(grant.encode("utf-8", "surrogatepass")).hexdigest()


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
