"""What a site shows to other sites: a key for TLS that never leaves it, and the certificate its mission gave it.

In the folder's `tls`: `site.key`, `site.pem`, and `mission.pem`, the mission's authority; at the authority site also
`mission.key`. They are apart from `ca.pem` and `server.pem`, which `dunant site cert` makes for browsers. The name of a
key that the authority has not been told of yet ends in `.next`.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from dunant.config import Settings
from dunant.services.certificates import alternative, authority_of, write_private
from dunant.services.keys import SiteKey, fsync_folder, load_key
from dunant.services.sealing import load_seal_key
from dunant.sites.errors import RequestInvalid
from dunant.sync.http import site_name

MISSION = "Dunant mission authority"
TLS_KEY = SIGN_KEY = "site.key"
NEXT = ".next"
# Machines with a slow clock must not refuse a fresh certificate.
_EARLIER = timedelta(days=1)


class Identity(Struct, frozen=True, kw_only=True):
    """Files for mutual TLS, and the secret half of the sealing key."""

    authority: Path
    cert: Path
    key: Path
    seal_secret: bytes


def folder_of(settings: Settings) -> Path:
    return settings.data / "tls"


def identity(settings: Settings) -> Identity | None:
    """None for a site that no mission has taken in yet."""
    folder = folder_of(settings)
    files = [folder / name for name in ("mission.pem", "site.pem", "site.key")]
    if not all(file.exists() for file in files):
        return None
    authority, cert, key = files
    return Identity(authority=authority, cert=cert, key=key, seal_secret=load_seal_key(settings.data).secret)


def tls_key(folder: Path, name: str = TLS_KEY) -> ec.EllipticCurvePrivateKey:
    """The site's key for TLS; a new folder gets a new one."""
    file = folder / name
    if not file.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        _ready(folder)
        write_private(file, _pem(made))
    known = serialization.load_pem_private_key(file.read_bytes(), None)
    assert isinstance(known, ec.EllipticCurvePrivateKey)
    return known


def mission_authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Made once, at the site that says who belongs to the mission."""
    _ready(folder)
    return authority_of(folder / "mission.pem", folder / "mission.key", MISSION)


def signing_request(key: ec.EllipticCurvePrivateKey, code: str, names: list[str]) -> bytes:
    """What the authority turns into a certificate; proves that we hold the key."""
    asked = x509.SubjectAlternativeName([alternative(name) for name in [site_name(code), *names]])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, code)])
    made = x509.CertificateSigningRequestBuilder().subject_name(name).add_extension(asked, critical=False)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def read_request(raw: bytes, code: str) -> x509.CertificateSigningRequest:
    """Raises RequestInvalid if it is damaged, of another site, or asks for the name of another."""
    try:
        csr = x509.load_pem_x509_csr(raw)
        common = [str(one.value) for one in csr.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        is_whole = csr.is_signature_valid and isinstance(csr.public_key(), ec.EllipticCurvePublicKey)
        asked = _names(csr.extensions)
    except (ValueError, TypeError, x509.ExtensionNotFound):
        raise RequestInvalid(field="csr_pem", rule="readable") from None
    if not is_whole:
        raise RequestInvalid(field="csr_pem", rule="signed_by_its_key")
    if common != [code]:
        raise RequestInvalid(field="csr_pem", rule="of_this_site")
    others = [name for name in asked if name.endswith(".dunant") and name != site_name(code)]
    if others:
        raise RequestInvalid(field="csr_pem", rule="own_names_only")
    return csr


def certify(
    csr: x509.CertificateSigningRequest, code: str, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey, days: int
) -> bytes:
    """The site's certificate, followed by its authority's."""
    now = datetime.now(UTC)
    names = dict.fromkeys([site_name(code), *_names(csr.extensions)])
    uri = x509.UniformResourceIdentifier(f"urn:dunant:site:{code}")
    both_sides = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    public = csr.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    cert = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, code)]))
        .issuer_name(ca.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([*(alternative(name) for name in names), uri]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(both_sides), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    return b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (cert, ca))


def certificate_for(cert_pem: bytes, ca_pem: bytes, code: str, folder: Path) -> str:
    """Name of the key that it is for. Raises RequestInvalid unless this authority made it, for a key of this site."""
    try:
        cert, ca = x509.load_pem_x509_certificate(cert_pem), x509.load_pem_x509_certificate(ca_pem)
        cert.verify_directly_issued_by(ca)
    except (ValueError, TypeError, InvalidSignature):
        raise RequestInvalid(field="cert_pem", rule="signed_by_the_authority") from None
    common = [one.value for one in cert.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    for name in (TLS_KEY, TLS_KEY + NEXT):
        known = (folder / name).exists() and pin(tls_key(folder, name).public_key())
        if common == [code] and known == pin(cert.public_key()):
            return name
    raise RequestInvalid(field="cert_pem", rule="for_this_site")


def keep(folder: Path, cert_pem: bytes, ca_pem: bytes) -> None:
    _ready(folder)
    write_private(folder / "mission.pem", ca_pem)
    write_private(folder / "site.pem", cert_pem)


def next_keys(settings: Settings) -> tuple[ec.EllipticCurvePrivateKey, SiteKey]:
    """Keys that wait for the authority's word; asked for again they are the same."""
    return tls_key(folder_of(settings), TLS_KEY + NEXT), load_key(settings.data, SIGN_KEY + NEXT)


def adopt(settings: Settings) -> None:
    """The keys that waited are the site's keys now. Done again, nothing happens."""
    # TLS last: as long as its key waits, the answer can be installed once more.
    for folder, name in ((settings.data, SIGN_KEY), (folder_of(settings), TLS_KEY)):
        if (folder / (name + NEXT)).exists():
            (folder / (name + NEXT)).replace(folder / name)
            fsync_folder(folder)


def forget_next(settings: Settings) -> None:
    for folder, name in ((settings.data, SIGN_KEY), (folder_of(settings), TLS_KEY)):
        (folder / (name + NEXT)).unlink(missing_ok=True)


def names_of(cert_pem: bytes, code: str) -> list[str]:
    """Host names and addresses in a site's certificate, besides the name that every site has."""
    found = x509.load_pem_x509_certificate(cert_pem).extensions
    return [name for name in _names(found) if name != site_name(code)]


def ends(settings: Settings) -> datetime | None:
    """Until when the site's certificate is good; None without one."""
    found = identity(settings)
    return None if found is None else x509.load_pem_x509_certificate(found.cert.read_bytes()).not_valid_after_utc


def pin(public: object) -> str:
    """SHA-256 of a public key, as sites know each other's certificates."""
    assert isinstance(public, ec.EllipticCurvePublicKey)
    raw = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(raw).hexdigest()


def fingerprint(ca: x509.Certificate) -> str:
    return ca.fingerprint(hashes.SHA256()).hex()


def _names(extensions: x509.Extensions) -> list[str]:
    found = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = [str(one) for one in found.get_values_for_type(x509.IPAddress)]
    return [*found.get_values_for_type(x509.DNSName), *addresses]


def _ready(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
