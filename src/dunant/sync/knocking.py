"""Asking to be taken in over a link, from the side that has no certificate yet."""

import hashlib
import ssl

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from dunant.sync.http import BASE, site_name

TIMEOUT_S = 30.0


class Unvouched(Exception):
    """Whoever answers is not whom the invitation vouches for."""


def authority_of(address: str, fingerprint: str) -> str:
    """The certificate authority at an address, in PEM; nothing is told to anybody before it is known to be the one.

    Raises
    ------
    Unvouched
        It has another fingerprint, or none.
    httpx.HTTPError
        Nobody answers.
    """
    nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    nobody.check_hostname = False
    nobody.verify_mode = ssl.CERT_NONE
    with httpx.Client(verify=nobody, trust_env=False, timeout=TIMEOUT_S) as client:
        answer = client.get(f"{address.rstrip('/')}{BASE}/enrol")
    try:
        cert = x509.load_pem_x509_certificate(answer.content)
    except ValueError:
        raise Unvouched from None
    if hashlib.sha256(cert.public_bytes(Encoding.DER)).hexdigest() != fingerprint:
        raise Unvouched
    return answer.text


def ask(address: str, authority: str, ca_pem: str, request: bytes) -> httpx.Response:
    """Hand in the request: 202 while it waits for a person, 201 with the answer, or a problem document."""
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cadata=ca_pem)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with httpx.Client(verify=context, trust_env=False, timeout=TIMEOUT_S) as client:
        wanted = client.build_request("POST", f"{address.rstrip('/')}{BASE}/enrol", content=request)
        wanted.extensions["sni_hostname"] = site_name(authority)
        return client.send(wanted)
