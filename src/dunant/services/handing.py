"""What a site knows of hand-over codes: it vouches for the keys of its phones, and checks what others have signed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from dunant.casualty.commands import AcceptCustody
from dunant.exchange.handover.codec import unpack
from dunant.exchange.handover.errors import Damaged
from dunant.exchange.handover.model import Pass
from dunant.exchange.handover.signing import Issuer, check, issue, key_id, padded, unpadded
from dunant.kernel.access import Actor
from dunant.kernel.errors import Invalid
from dunant.services.asked import Asked
from dunant.services.keys import SiteKey
from dunant.sync.trust import Trust


class IssuerKey(Struct, frozen=True, kw_only=True):
    """A site whose word about a phone's key counts; `public` in base64url."""

    site: str
    public: str


class HandoverTrust(Struct, frozen=True, kw_only=True):
    """By whom codes may be signed: sites by the id of their key, and ids of keys that were shut."""

    issuers: dict[str, IssuerKey]
    revoked: list[str]


def vouch(key: SiteKey, site: str, sign_key: str, actor: Actor, now: datetime, days: int) -> str:
    """The site's word that this key is this person's; short, since it stands in every code."""
    said = Pass(
        site=site,
        issuer=key.id,
        user=actor.user,
        role=actor.role,
        unit=actor.unit or "",
        contingent=actor.contingent or "",
        facility=actor.facility or "",
        starts_s=int(now.timestamp()),
        ends_s=int((now + timedelta(days=days)).timestamp()),
        public=sign_key,
    )
    return str(issue(said, key.sign))


def trusted(trust: Trust, shut: Iterable[str]) -> HandoverTrust:
    """What a phone takes along, so that it can check a code where there is no network."""
    standing = {code: trust.standing(code) for code in trust.sites}
    issuers = {
        key: IssuerKey(site=code, public=unpadded(public))
        for code, site in trust.sites.items()
        if standing[code] is None
        for key, public in site.keys.items()
    }
    sent_away = (key for code, site in trust.sites.items() if standing[code] == "site_revoked" for key in site.keys)
    return HandoverTrust(issuers=issuers, revoked=sorted({*sent_away, *(key_id(padded(key)) for key in shut)}))


def proven(entry: Asked, known: HandoverTrust, now: datetime) -> Asked:
    """An entry with the signer of the acceptance that it passes on.

    Raises
    ------
    Damaged, ForeignKey, RevokedKey, ExpiredKey, BadSignature
        The proof is none.
    Invalid
        It is one of something else.
    """
    asked = entry.command
    if not isinstance(asked, AcceptCustody) or asked.proof is None:
        return entry
    try:
        code = unpack(padded(asked.proof))
    except ValueError:
        raise Damaged(field="proof", rule="base64url") from None
    issuers = {key: Issuer(site=one.site, public=padded(one.public)) for key, one in known.issuers.items()}
    said = check(code, issuers, frozenset(known.revoked), now)
    if (said.kind, said.casualty, said.nonce) != ("a", asked.casualty, asked.nonce or ""):
        raise Invalid(field="proof", rule="of_this_acceptance")
    if (said.leg, said.facility) != (asked.leg or "", asked.facility or ""):
        raise Invalid(field="proof", rule="of_this_place")
    issued = code.issued
    signer = Actor(
        user=issued.user,
        role=issued.role,
        unit=issued.unit or None,
        contingent=issued.contingent or None,
        facility=issued.facility or None,
        device=key_id(padded(issued.public)),
    )
    return msgspec.structs.replace(entry, signer=signer)
