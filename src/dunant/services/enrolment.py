"""How a site comes to belong to its mission: invitation, request, answer. Three small files, or the same over a link.

The invitation vouches for the authority by the fingerprint of its certificate, the token lets one site ask once, six
words let two people compare what was asked for, and the answer is signed by the authority that was vouched for.
"""

import base64
import binascii
import hashlib
import os
import secrets
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Struct
from msgspec.structs import replace
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from dunant.kernel.errors import DunantError, Invalid
from dunant.kernel.events import Command, canonical
from dunant.kernel.ids import EventId, uuid7
from dunant.services import identity as own
from dunant.services.asked import Asked
from dunant.services.build import Site
from dunant.services.certificates import write_private
from dunant.services.handle import Author
from dunant.services.keys import key_id
from dunant.services.syncing.shelf import SqlShelf, reading_shelf
from dunant.sites import commands as c
from dunant.sites import site_subject
from dunant.sites.errors import NotTheAuthority, OrderOfSiteStates, RequestInvalid, TokenExpired
from dunant.store import Transaction, replica
from dunant.store.snapshot import snapshot
from dunant.sync.frames import Codec
from dunant.sync.intake import Intake
from dunant.sync.offer import build
from dunant.sync.trust import SiteTrust, Trust

VERSION = 1
WORDS = 6
CONFIG = "config"
# Bytes of a frame in an answer; small, so that a damaged stick costs little.
FRAME = 64 * 1024
# What a site keeps of what it asked for, until it is answered.
INVITATION, RENEWAL = "invitation.json", "renewal.json"
T = TypeVar("T", bound=Struct)


class Invitation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Also the text of a QR code. `token` is good once, until `expires`; `ca_fingerprint` is SHA-256 in hex."""

    v: int
    mission: str
    authority: str
    address: str
    ca_fingerprint: str
    token: str
    site: str
    roles: tuple[str, ...]
    expires: datetime


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Public keys of the site, in hex; `proof` is the signature of all the rest.

    Without a token it asks for a new certificate, maybe for new keys, of a site that belongs; the key that the
    authority knows has then signed all but the proof, in `vouched`.
    """

    v: int
    mission: str
    site: str
    token: str
    address: str
    csr_pem: str
    sign_key: str
    seal_key: str
    vouched: str = ""
    proof: str = ""


class AuthorityKeys(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    code: str
    sign_key: str
    seal_key: str
    tls: str
    address: str


class Answer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`config`: the authority's word on who belongs to the mission, frames in base64; `proof`: its CA's signature."""

    v: int
    mission: str
    site: str
    roles: tuple[str, ...]
    cert_pem: str
    ca_pem: str
    authority: AuthorityKeys
    config: tuple[str, ...] = ()
    proof: str = ""


def to_file(message: Struct) -> bytes:
    """Readable by people."""
    return msgspec.json.format(msgspec.json.encode(message), indent=2) + b"\n"


def from_file(raw: bytes, shape: type[T]) -> T:
    """Raises RequestInvalid for what is not such a file, or of a version that we do not know."""
    try:
        found = msgspec.json.decode(raw, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise RequestInvalid(field="$", rule="readable") from None
    if getattr(found, "v", None) != VERSION:
        raise RequestInvalid(field="v", rule="known_version")
    return found


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# ── at the authority ──


def begin(site: Site, author: Author, roles: Sequence[str], address: str, names: Sequence[str] = ()) -> str:
    """Make the mission's certificate authority and take its own site in; the fingerprint, in hex. Harmless twice."""
    _at_authority(site)
    folder, code = own.folder_of(site.settings), site.row.code
    ca, _ = own.mission_authority(folder)
    before = own.identity(site.settings)
    known = names or (own.names_of(before.cert.read_bytes(), code) if before else [])
    csr = own.read_request(own.signing_request(own.tls_key(folder), code, list(known)), code)
    own.keep(folder, _certify(site, csr, code), ca.public_bytes(serialization.Encoding.PEM))
    if site_row(site, code) is None:
        command = c.EnrolSite(
            site=site_subject(site.row.mission, code),
            code=code,
            roles=tuple(roles),
            address=address,
            sign_key=bytes(site.key.public).hex(),
            seal_key=site.seal_key.public.hex(),
            tls=own.pin(csr.public_key()),
        )
        say(site, author, command)
    return own.fingerprint(ca)


def invite(site: Site, author: Author, code: str, roles: Sequence[str], minutes: int | None = None) -> Invitation:
    """`minutes`: how long the token is good; as the pack says if left out."""
    _at_authority(site)
    folder = own.folder_of(site.settings)
    mine = site_row(site, site.row.code)
    if mine is None or not (folder / "mission.key").exists():
        raise RequestInvalid(field="site", rule="authority_not_founded")
    ca, _ = own.mission_authority(folder)
    token = secrets.token_urlsafe(18)
    expires = site.clock.now() + timedelta(minutes=minutes or site.policies.sites.invitation_min)
    subject = site_subject(site.row.mission, code)
    command = c.InviteSite(site=subject, code=code, roles=tuple(roles), token_hash=token_hash(token), expires=expires)
    say(site, author, command)
    return Invitation(
        v=VERSION,
        mission=site.row.mission,
        authority=site.row.code,
        address=str(mine["address"]),
        ca_fingerprint=own.fingerprint(ca),
        token=token,
        site=code,
        roles=tuple(roles),
        expires=expires,
    )


def check(site: Site, asked: Request) -> x509.CertificateSigningRequest:
    """Raises RequestInvalid unless the request is whole, for this mission, and proves its keys."""
    _at_authority(site)
    if asked.mission != site.row.mission:
        raise RequestInvalid(field="mission", rule="this_mission")
    _signed(asked.sign_key, replace(asked, proof=""), asked.proof, "proof")
    csr = own.read_request(asked.csr_pem.encode(), asked.site)
    # What is shown to whoever compares the words comes from outside: in its proper form, or not at all.
    _formed(
        c.EnrolSite(
            site=site_subject(site.row.mission, asked.site),
            code=asked.site,
            address=asked.address,
            sign_key=asked.sign_key,
            seal_key=asked.seal_key,
            tls=own.pin(csr.public_key()),
        )
    )
    return csr


def approve(site: Site, author: Author, asked: Request) -> Answer:
    """Take the site in; whoever calls has compared the six words.

    Raises
    ------
    RequestInvalid
        The request is damaged, of another mission, or has no invitation.
    TokenUsed, TokenExpired
    """
    csr = check(site, asked)
    command = _asked_for(site, asked, own.pin(csr.public_key()))
    if command is not None:
        say(site, author, command)
    ca, ca_key = own.mission_authority(own.folder_of(site.settings))
    mine, theirs = site_row(site, site.row.code), site_row(site, asked.site)
    assert mine is not None and theirs is not None
    answer = Answer(
        v=VERSION,
        mission=site.row.mission,
        site=asked.site,
        roles=tuple(theirs["roles"]),
        cert_pem=_certify(site, csr, asked.site).decode(),
        ca_pem=ca.public_bytes(serialization.Encoding.PEM).decode(),
        authority=AuthorityKeys(
            code=site.row.code,
            sign_key=bytes(site.key.public).hex(),
            seal_key=site.seal_key.public.hex(),
            tls=str(mine["tls"]),
            address=str(mine["address"]),
        ),
        config=tuple(base64.b64encode(frame).decode() for frame in _config(site)),
    )
    signature = ca_key.sign(canonical(answer), ec.ECDSA(hashes.SHA256()))
    return replace(answer, proof=base64.b64encode(signature).decode())


def _asked_for(site: Site, asked: Request, tls: str) -> Command | None:
    """What the authority has to say for this request to be true; None if it has said so before."""
    subject, row = site_subject(site.row.mission, asked.site), site_row(site, asked.site)
    keys: dict[str, Any] = {"sign_key": asked.sign_key, "seal_key": asked.seal_key, "tls": tls}
    belongs = row is not None and row["state"] in ("ACTIVE", "SUSPENDED")
    if asked.token:
        # An answer that was lost on the way is given again, to the same keys.
        if row is not None and belongs and all(row[name] == key for name, key in keys.items()):
            return None
        return c.EnrolSite(
            site=subject, code=asked.site, address=asked.address, token_hash=token_hash(asked.token), **keys
        )
    if row is None or not belongs:
        raise RequestInvalid(field="site", rule="must_belong")
    vouching = replace(asked, vouched="", proof="")
    _signed(row["sign_key"], vouching, asked.vouched, "vouched")
    if asked.seal_key != row["seal_key"]:
        raise RequestInvalid(field="seal_key", rule="as_known")
    fresh = {name: key for name, key in keys.items() if row[name] != key}
    return c.RotateSiteKey(site=subject, **fresh) if fresh else None


def _signed(key: str, message: Struct, signature: str, field: str) -> None:
    """Raises RequestInvalid unless this Ed25519 key signed it."""
    try:
        VerifyKey(bytes.fromhex(key)).verify(canonical(message), base64.b64decode(signature, validate=True))
    except (ValueError, TypeError, BadSignatureError, binascii.Error):
        raise RequestInvalid(field=field, rule="signed_by_its_key") from None


def _config(site: Site) -> list[bytes]:
    frames: list[bytes] = []
    with reading_shelf(site) as shelf:
        for log, tip in sorted(shelf.vector().items()):
            after = 0
            while (log[0], log[2]) == (site.row.code, CONFIG) and after < tip.q:
                cut = build(shelf, Codec(), log, after, FRAME)
                if cut is None:
                    break
                frames.append(cut.raw)
                after = cut.q_to
    return frames


def _certify(site: Site, csr: x509.CertificateSigningRequest, code: str) -> bytes:
    ca, ca_key = own.mission_authority(own.folder_of(site.settings))
    return own.certify(csr, code, ca, ca_key, site.policies.sites.certificate_days)


def _at_authority(site: Site) -> None:
    authority = site.policies.mission.mission.authority
    if not authority or site.row.code != authority:
        raise NotTheAuthority(field="site", rule="authority_only", authority=authority)


# ── at the new site ──


def request(site: Site, invitation: Invitation, address: str = "", names: Sequence[str] = ()) -> Request:
    """Make the keys and ask. The invitation is kept: the answer must come from whoever it vouches for."""
    if invitation.site != site.row.code:
        raise RequestInvalid(field="site", rule="this_site")
    if invitation.mission != site.row.mission or invitation.authority != site.policies.mission.mission.authority:
        raise RequestInvalid(field="mission", rule="this_mission")
    if invitation.expires <= site.clock.now():
        raise TokenExpired(field="token", rule="not_expired")
    folder = own.folder_of(site.settings)
    csr = own.signing_request(own.tls_key(folder), site.row.code, list(names))
    write_private(folder / INVITATION, to_file(invitation))
    asked = Request(
        v=VERSION,
        mission=invitation.mission,
        site=site.row.code,
        token=invitation.token,
        address=address,
        csr_pem=csr.decode(),
        sign_key=bytes(site.key.public).hex(),
        seal_key=site.seal_key.public.hex(),
    )
    return replace(asked, proof=base64.b64encode(site.key.sign(canonical(asked))).decode())


def renewal(site: Site, names: Sequence[str] = (), *, new_keys: bool = False) -> Request:
    """Ask for a new certificate, under the same names if none are given; and for other keys of TLS and of signing.

    The new keys wait in the folder until the answer is installed. The sealing key stays: phones have sealed for it.
    """
    folder, code = own.folder_of(site.settings), site.row.code
    mine, row = own.identity(site.settings), site_row(site, code)
    if mine is None or row is None:
        raise RequestInvalid(field="site", rule="must_belong")
    if code == site.policies.mission.mission.authority:
        raise OrderOfSiteStates(field="site", rule="not_the_authority")
    if not new_keys:
        own.forget_next(site.settings)
    tls, sign = own.next_keys(site.settings) if new_keys else (own.tls_key(folder), site.key)
    known = names or own.names_of(mine.cert.read_bytes(), code)
    asked = Request(
        v=VERSION,
        mission=site.row.mission,
        site=code,
        token="",
        address=str(row["address"]),
        csr_pem=own.signing_request(tls, code, list(known)).decode(),
        sign_key=bytes(sign.public).hex(),
        seal_key=site.seal_key.public.hex(),
    )
    asked = replace(asked, vouched=base64.b64encode(site.key.sign(canonical(asked))).decode())
    asked = replace(asked, proof=base64.b64encode(sign.sign(canonical(asked))).decode())
    write_private(folder / RENEWAL, to_file(asked))
    return asked


def install(site: Site, answer: Answer) -> None:
    """Believe the authority from now on, and show the certificate it gave.

    Raises
    ------
    RequestInvalid
        The answer is damaged, for another site, or not of the authority that invited; nothing is changed then.
    """
    folder = own.folder_of(site.settings)
    fingerprint = _awaited(folder)
    if (answer.site, answer.mission) != (site.row.code, site.row.mission):
        raise RequestInvalid(field="site", rule="this_site")
    _vouched(answer, fingerprint, site.policies.mission.mission.authority)
    key = own.certificate_for(answer.cert_pem.encode(), answer.ca_pem.encode(), site.row.code, folder)
    _believe(site, answer)
    own.keep(folder, answer.cert_pem.encode(), answer.ca_pem.encode())
    if key != own.TLS_KEY:
        own.adopt(site.settings)
    for awaited in (INVITATION, RENEWAL):
        (folder / awaited).unlink(missing_ok=True)


def _awaited(folder: Path) -> str:
    """Fingerprint of the authority whose answer is awaited."""
    if (folder / INVITATION).exists():
        return from_file((folder / INVITATION).read_bytes(), Invitation).ca_fingerprint
    if (folder / RENEWAL).exists():
        return own.fingerprint(x509.load_pem_x509_certificate((folder / "mission.pem").read_bytes()))
    raise RequestInvalid(field="site", rule="asked_first")


def _vouched(answer: Answer, fingerprint: str, authority: str) -> None:
    try:
        ca = x509.load_pem_x509_certificate(answer.ca_pem.encode())
        if own.fingerprint(ca) != fingerprint or answer.authority.code != authority:
            raise RequestInvalid(field="ca_pem", rule="as_invited")
        public = ca.public_key()
        assert isinstance(public, ec.EllipticCurvePublicKey)
        signature = base64.b64decode(answer.proof, validate=True)
        public.verify(signature, canonical(replace(answer, proof="")), ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature, binascii.Error):
        raise RequestInvalid(field="proof", rule="signed_by_the_authority") from None


def _believe(site: Site, answer: Answer) -> None:
    """Take in the authority's log of who belongs to the mission, with the key that the answer vouches for."""
    public = bytes.fromhex(answer.authority.sign_key)
    authority = SiteTrust(code=answer.authority.code, keys={key_id(public): public})
    known = {authority.code: authority, site.row.code: SiteTrust(code=site.row.code)}
    trust = Trust(known, authority.code, site.policies.streams, {})
    intake = Intake(site.row.code, Codec(), lambda _stream: 3)

    def job(transaction: Transaction) -> None:
        # Whoever checks the chains later has to know whose signature this was.
        replica.know_keys(transaction, authority.code, authority.keys)
        for frame in answer.config:
            verdict = intake.take(SqlShelf(transaction), trust, base64.b64decode(frame), None)
            if verdict.outcome not in ("applied", "duplicate"):
                raise RequestInvalid(field="config", rule=verdict.code or verdict.outcome)
            if verdict.log is not None:
                intake.acknowledge(SqlShelf(transaction), verdict.log)

    site.commit.submit(job).result()


# ── both ──


def words(site: Site, asked: Request) -> tuple[str, ...]:
    """What both people read out: six words that stand for the keys, 66 bits."""
    listed = site.policies.shelf.raw("words.txt").decode().split()
    digest = hashlib.sha256(canonical((asked.site, asked.csr_pem, asked.sign_key, asked.seal_key))).digest()
    number = int.from_bytes(digest, "big")
    return tuple(listed[number >> (256 - 11 * (n + 1)) & 0x7FF] for n in range(WORDS))


def say(site: Site, author: Author, command: Command) -> None:
    """Through the write path, like everybody; a refusal is raised as what it is."""
    command = _formed(command)
    site.policies.vocabulary.check(command)
    name = EventId(uuid7(int(time.time() * 1000), secrets.randbits(12), int.from_bytes(os.urandom(8), "big")))
    asked = Asked(id=name, command=command)
    [outcome] = site.send([(asked, author)]).result()
    if outcome.outcome == "rejected":
        raise _refusals()[outcome.code](**outcome.params)


def _formed(command: Command) -> Command:
    try:
        return msgspec.convert(msgspec.to_builtins(command), type(command))
    except msgspec.ValidationError as wrong:
        raise Invalid(field=str(wrong).rpartition("$.")[2].strip("`") or "$", rule="form") from None


def site_row(site: Site, code: str) -> dict[str, Any] | None:
    """What is known here of a site."""
    with snapshot(site.database, site.views, site.registry) as look:
        return next(iter(look.rows("sites", site=code)), None)


def _refusals(under: type[DunantError] = DunantError) -> dict[str, type[DunantError]]:
    """Code → class, so that a refusal of the write path is again what it was."""
    own = {under.code: under} if "code" in vars(under) else {}
    return own | {code: leaf for one in under.__subclasses__() for code, leaf in _refusals(one).items()}
