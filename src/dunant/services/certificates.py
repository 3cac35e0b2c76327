"""A certificate authority of one site, for places without a public one. Keys are readable by their owner only."""

import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from dunant.kernel.errors import Invalid

_AUTHORITY_DAYS = 3650
# Machines with a slow clock must not refuse a fresh certificate.
_EARLIER = timedelta(days=1)


class Certificates(Struct, frozen=True, kw_only=True):
    """Where the files are; `fingerprint` of the authority is what people compare."""

    authority: Path
    cert: Path
    key: Path
    fingerprint: str


def make_certificates(folder: Path, names: list[str], days: int) -> Certificates:
    """An existing authority is used again, so that whoever trusts it goes on trusting it.

    Raises
    ------
    Invalid
        A name is neither a host name nor an address.
    """
    alternatives = [alternative(name) for name in names]
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    ca_cert, ca_key = authority_of(folder / "ca.pem", folder / "ca.key", "Dunant site authority")
    key = ec.generate_private_key(ec.SECP256R1())
    cert = (
        _builder(names[0], ca_cert.subject, key.public_key(), days)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    write_private(folder / "server.key", _pem(key))
    # The whole chain, so that a client which trusts only the authority can follow it.
    chain = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (cert, ca_cert))
    write_private(folder / "server.pem", chain)
    digest = ca_cert.fingerprint(hashes.SHA256()).hex(":").upper()
    return Certificates(
        authority=folder / "ca.pem", cert=folder / "server.pem", key=folder / "server.key", fingerprint=digest
    )


def authority_of(cert_file: Path, key_file: Path, called: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The authority in these two files, made if they are not there."""
    if cert_file.exists() and key_file.exists():
        known = serialization.load_pem_private_key(key_file.read_bytes(), None)
        assert isinstance(known, ec.EllipticCurvePrivateKey)
        return x509.load_pem_x509_certificate(cert_file.read_bytes()), known
    key = ec.generate_private_key(ec.SECP384R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called)])
    cert = (
        _builder(called, name, key.public_key(), _AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    write_private(key_file, _pem(key))
    write_private(cert_file, cert.public_bytes(serialization.Encoding.PEM))
    return cert, key


def _builder(
    common_name: str, issuer: x509.Name, public: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])]))
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + timedelta(days=days))
    )


def _key_usage() -> x509.KeyUsage:
    uses = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(**uses, key_cert_sign=True, crl_sign=True)


def alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        pass
    try:
        plain = name.encode("idna").decode()
        if not plain or set(plain) & set(" /:@"):
            raise ValueError(name)
        return x509.DNSName(plain)
    except (UnicodeError, ValueError):
        raise Invalid(field="name", rule="host name or address") from None


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def write_private(file: Path, content: bytes) -> None:
    """Written beside and moved into place; never readable by others, not even for a moment."""
    beside = file.with_suffix(file.suffix + ".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
    beside.replace(file)
