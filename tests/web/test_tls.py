"""Beyond this machine only with TLS, by a certificate that `dunant site cert` makes."""

import ssl
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from dunant.config import Settings, SettingsInvalid
from dunant.services.build import Site
from dunant.services.certificates import make_certificates
from dunant.web.server import check_exposure
from tests.fakes import FixedClock
from tests.web.conftest import people
from tests.web.house import Street, sign_in


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "dunant.example"])
def test_a_host_beyond_loopback_without_tls_is_refused(plain_settings: Settings, host: str) -> None:
    with pytest.raises(SettingsInvalid):
        check_exposure(replace(plain_settings, host=host))


def test_a_site_certificate_is_trusted_by_whoever_trusts_the_site(plain_settings: Settings, tmp_path: Path) -> None:
    made = make_certificates(tmp_path / "tls", ["localhost", "127.0.0.1"], 30)
    settings = replace(plain_settings, tls_cert=made.cert, tls_key=made.key)
    site = Site(settings, FixedClock())
    people(site, settings)
    trust = ssl.create_default_context(cafile=made.authority)
    with Street(site, settings) as street, street.client(verify=trust) as client:
        cell = sign_in(client, "casevac_cell")
        assert cell.cookie.startswith("__Host-dunant=")
        answer = cell.get("/api/v1/me")
        assert (answer.status_code, "strict-transport-security" in answer.headers) == (200, True)
        with street.client() as stranger, pytest.raises(httpx.ConnectError):
            stranger.get("/health")
    site.close()
