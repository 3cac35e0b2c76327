"""Every answer, errors and streams included, carries the headers that keep a browser on our side."""

import pytest

from dunant.web.gate import HEADERS, HSTS
from tests.web.house import House

PATHS = ["/", "/desk/ops", "/health", "/nowhere", "/api/v1/me", "/api/v1/views/board", "/api/v1/openapi.json"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_dressed(house: House, path: str) -> None:
    for answer in (house.client.get(path, follow_redirects=False), house.person("casevac_cell").get(path)):
        for name, value in HEADERS.items():
            if name != "Cache-Control":
                assert answer.headers[name] == value
        assert "server" not in answer.headers
        assert "strict-transport-security" not in answer.headers


def test_scripts_come_from_us_only_and_nobody_frames_us() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in HEADERS["Content-Security-Policy"].split(";"))
    assert (rules["script-src"], rules["default-src"]) == ("'self'", "'none'")
    assert (rules["frame-ancestors"], rules["base-uri"]) == ("'none'", "'none'")


def test_nothing_about_people_is_kept_by_a_cache(house: House) -> None:
    cell = house.person("casevac_cell")
    for path in ("/api/v1/me", "/api/v1/views/board", "/api/v1/views/identities", "/api/v1/policy"):
        assert cell.get(path).headers["cache-control"] == "no-store", path


def test_with_tls_cookies_and_transport_insist_on_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    with House(tmp_path_factory.mktemp("secure"), secure=True) as house:
        cell = house.person("casevac_cell")
        assert cell.cookie.startswith("__Host-dunant=")
        answer = cell.get("/api/v1/me")
        assert answer.headers["strict-transport-security"] == HSTS["Strict-Transport-Security"]
        signed = house.client.post("/api/v1/login", json={"user": "casevac_cell", "password": "kettle orbit saffron"})
        assert "secure" in signed.headers["set-cookie"].lower()


def test_only_the_phone_may_look_through_its_camera(house: House) -> None:
    """To read a hand-over code; a desk has no use for it."""
    allowed = {path: house.client.get(path).headers["permissions-policy"] for path in ("/field", "/desk", "/health")}
    assert {path: "camera=(self)" in told for path, told in allowed.items()} == {
        "/field": True, "/desk": False, "/health": False,
    }  # fmt: skip
