"""Enrolment over a link: the same request and answer as in files, at a door that needs no certificate (sync §11).

A stranger gets no further than leaving one request for each invitation; a person at the authority compares six words.
What waits is a file in the authority's folder, beside the key that alone can answer it.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
import msgspec

from dunant.kernel.access import Actor
from dunant.kernel.errors import DunantError
from dunant.kernel.facts import Facts
from dunant.services import enrolment as en
from dunant.services import identity as own
from dunant.services.build import Site
from dunant.services.certificates import write_private
from dunant.services.handle import Author
from dunant.sites import site_subject
from dunant.sites.errors import NotTheAuthority, RequestInvalid, TokenExpired, TokenUsed
from dunant.sites.model import Site as Known
from dunant.store.snapshot import snapshot
from dunant.sync import knocking as link

# How often the new site asks whether it has been approved.
POLL_S = 2.0
# Nothing that a site asks for is longer.
LONGEST = 64 * 1024
_WAITING = "asked"
_DOOR = Author(actor=Actor(user="system", role="system_client"), source="derived")


def knock(site: Site, asked: en.Request) -> en.Answer | None:
    """The answer if the site has been taken in with these very keys; None while nobody has approved it.

    Raises
    ------
    NotTheAuthority, RequestInvalid
    TokenUsed, TokenExpired
    """
    csr = en.check(site, asked)
    row = en.site_row(site, asked.site)
    keys = (asked.sign_key, asked.seal_key, own.pin(csr.public_key()))
    file = _folder(site) / f"{asked.site}.json"
    if row and row["state"] == "ACTIVE" and (row["sign_key"], row["seal_key"], row["tls"]) == keys and asked.token:
        file.unlink(missing_ok=True)
        return en.approve(site, _DOOR, asked)
    _invited(site, asked)
    raw = en.to_file(asked)
    if not file.exists() or file.read_bytes() != raw:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(file, raw)
    return None


def waiting(site: Site) -> list[en.Request]:
    """Requests that came over a link and that nobody has approved, by site."""
    found = [en.from_file(file.read_bytes(), en.Request) for file in sorted(_folder(site).glob("*.json"))]
    return [asked for asked in found if _is_open(site, asked)]


def _is_open(site: Site, asked: en.Request) -> bool:
    row = en.site_row(site, asked.site)
    return row is not None and row["state"] == "INVITED"


def _invited(site: Site, asked: en.Request) -> None:
    """Raises unless the token is of a live invitation to this very site."""
    subject, hashed = site_subject(site.row.mission, asked.site), en.token_hash(asked.token)
    with snapshot(site.database, site.views, site.registry) as look:
        facts = Facts(subject, [event for event, _ in look.events(subject)])
    known = Known(facts, site.policies.mission.mission.authority)
    if hashed in known.tokens_used:
        raise TokenUsed(field="token", rule="once")
    invited = [one for one in known.invitations if one.token_hash == hashed]
    if not invited:
        raise RequestInvalid(field="token", rule="of_an_invitation")
    if all(one.expires <= site.clock.now() for one in invited):
        raise TokenExpired(field="token", rule="not_expired")


def _folder(site: Site) -> Path:
    return own.folder_of(site.settings) / _WAITING


# ── at the new site ──


def join(
    site: Site,
    invitation: en.Invitation,
    address: str,
    names: Sequence[str],
    show: Callable[[str], None],
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Ask the authority over the link, and go on asking until a person there has compared the words or the time is up.

    Raises
    ------
    RequestInvalid, TokenUsed, TokenExpired
        As the authority says; or it does not answer, or is not the one that the invitation vouches for.
    """
    asked = en.request(site, invitation, address, names)
    show(" ".join(en.words(site, asked)))
    raw = en.to_file(asked)
    try:
        ca_pem = link.authority_of(invitation.address, invitation.ca_fingerprint)
        while (answer := link.ask(invitation.address, invitation.authority, ca_pem, raw)).status_code == 202:
            wait(POLL_S)
    except link.Unvouched:
        raise RequestInvalid(field="ca_pem", rule="as_invited") from None
    except httpx.HTTPError:
        raise RequestInvalid(field="address", rule="answers", address=invitation.address) from None
    if answer.status_code != 201:
        raise _refusal(answer)
    en.install(site, en.from_file(answer.content, en.Answer))


def _refusal(answer: httpx.Response) -> DunantError:
    try:
        told = msgspec.json.decode(answer.content, type=_Problem)
    except msgspec.MsgspecError:
        told = _Problem()
    kinds = {kind.code: kind for kind in (TokenUsed, TokenExpired, NotTheAuthority)}
    return kinds.get(told.code, RequestInvalid)(**{"field": "request", "rule": "accepted", **told.params})


class _Problem(msgspec.Struct, frozen=True):
    code: str = ""
    params: dict[str, str] = {}
