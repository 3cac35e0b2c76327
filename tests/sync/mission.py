"""A small mission for tests: an authority made on the spot, sites with certificates, and who may hold what."""

import datetime as dt
import hashlib
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dunant.services.build import Site
from dunant.store import Transaction
from dunant.sync.http import client_context, site_name
from dunant.sync.intake import Verdict
from dunant.sync.trust import SiteTrust, Trust

ROLES = {"MHQ": ("mission_hq", "casevac_cell"), "FIELD": ("receiving_facility",)}


class Known:
    """Trust that is simply given."""

    def __init__(self, trust: Trust) -> None:
        self.trust = trust

    def now(self) -> Trust:
        return self.trust

    def of(self, _transaction: Transaction) -> Trust:
        return self.trust


class Quiet:
    """Nobody follows up."""

    def __init__(self) -> None:
        self.verdicts: list[Verdict] = []

    def follow(self, _transaction: Transaction, verdict: Verdict) -> None:
        self.verdicts.append(verdict)

    def heard_clock(self, _peer: str, _told: str, _took_s: float = 0.0) -> int | None:
        return None


def trust_of(sites: list[Site], tls: dict[str, str]) -> Trust:
    known = {
        site.row.code: SiteTrust(
            code=site.row.code,
            keys={site.key.id: bytes(site.key.public)},
            tls=tls[site.row.code],
            roles=ROLES.get(site.row.code, ()),
        )
        for site in sites
    }
    return Trust(known, "MHQ", sites[0].policies.streams, {})


class Authority:
    """Certificates of a mission, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
        cert = self._sign(self._name, self._key.public_key(), ca=True, names=[])
        self.file = self._write("ca.pem", cert)

    def certify(self, code: str) -> tuple[Path, Path, str]:
        """Certificate, key, and the SHA-256 of the public key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, code)])
        cert = self._sign(subject, key.public_key(), ca=False, names=[site_name(code)])
        file = self.folder / f"{code}.key"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return self._write(f"{code}.pem", cert), file, hashlib.sha256(public).hexdigest()

    def context(self, cert: Path, key: Path) -> ssl.SSLContext:
        return client_context(self.file, cert, key)

    def _sign(
        self, subject: x509.Name, public: ec.EllipticCurvePublicKey, *, ca: bool, names: list[str]
    ) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if ca:
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
            usage = x509.KeyUsage(**uses, key_cert_sign=True, crl_sign=True)
            builder = builder.add_extension(usage, critical=True)
        else:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False
            )
        return builder.sign(self._key, hashes.SHA256())

    def _write(self, name: str, cert: x509.Certificate) -> Path:
        file = self.folder / name
        file.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
        return file
