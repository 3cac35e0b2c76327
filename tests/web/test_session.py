"""A session begins new, belongs to one browser, and ends: by hand, by idleness, by age."""

import pytest

from tests.web.house import BASE, SECRET, House, sign_in


@pytest.fixture(autouse=True)
def _a_cell(fresh_house: House) -> None:
    fresh_house.account("cell", "casevac_cell")


def test_a_planted_session_id_is_never_taken_over(fresh_house: House) -> None:
    planted = {"Cookie": "dunant-session=planted"}
    answer = fresh_house.client.post("/api/v1/login", json={"user": "cell", "password": SECRET}, headers=planted)
    assert "planted" not in answer.headers["set-cookie"]
    fresh_house.client.cookies.clear()
    assert fresh_house.client.get("/api/v1/me", headers=planted).status_code == 401


def test_each_sign_in_has_a_new_id_and_the_cookie_keeps_to_itself(fresh_house: House) -> None:
    answers = [fresh_house.client.post("/api/v1/login", json={"user": "cell", "password": SECRET}) for _ in range(2)]
    cookies = [answer.headers["set-cookie"] for answer in answers]
    assert cookies[0].partition(";")[0] != cookies[1].partition(";")[0]
    for cookie in cookies:
        assert {"httponly", "path=/", "samesite=lax"} <= {part.strip().lower() for part in cookie.split(";")}
        assert "domain" not in cookie.lower()


def test_after_signing_out_the_old_cookie_opens_nothing(fresh_house: House) -> None:
    cell = sign_in(fresh_house.client, "cell")
    gone = cell.post("/api/v1/logout")
    assert (gone.status_code, "Max-Age=0" in gone.headers["set-cookie"]) == (204, True)
    assert cell.get("/api/v1/me").status_code == 401


def test_a_session_ends_when_nobody_uses_it(fresh_house: House) -> None:
    cell = sign_in(fresh_house.client, "cell")
    fresh_house.wall.advance(minutes=14)
    assert cell.get("/api/v1/me").status_code == 200
    fresh_house.wall.advance(minutes=14)
    assert cell.get("/api/v1/me").status_code == 200
    fresh_house.wall.advance(minutes=15)
    assert cell.get("/api/v1/me").status_code == 401


def test_a_session_ends_after_twelve_hours_however_busy(fresh_house: House) -> None:
    cell = sign_in(fresh_house.client, "cell")
    for _ in range(71):
        fresh_house.wall.advance(minutes=10)
        assert cell.get("/api/v1/me").status_code == 200
    fresh_house.wall.advance(minutes=10)
    assert cell.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_write_needs_the_token_of_this_session(fresh_house: House, token: str) -> None:
    cell = sign_in(fresh_house.client, "cell")
    headers = {b"Cookie": cell.cookie.encode(), b"X-CSRF-Token": token.encode()}
    answer = fresh_house.client.post("/api/v1/commands", json=[], headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "access.csrf")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://127.0.0.1:8000", f"{BASE}.evil.example"])
def test_a_write_or_a_sign_in_from_another_page_is_refused(fresh_house: House, origin: str) -> None:
    cell = sign_in(fresh_house.client, "cell")
    assert cell.post("/api/v1/commands", json=[], headers={"Origin": origin}).json()["code"] == "access.csrf"
    given = {"user": "cell", "password": SECRET}
    assert fresh_house.client.post("/api/v1/login", json=given, headers={"Origin": origin}).status_code == 403


def test_our_own_page_may_write(fresh_house: House) -> None:
    cell = sign_in(fresh_house.client, "cell")
    assert cell.post("/api/v1/commands", json=[], headers={"Origin": BASE}).json() == []


def test_who_came_went_and_failed_is_in_the_audit_stream(fresh_house: House) -> None:
    fresh_house.client.post("/api/v1/login", json={"user": "cell", "password": "violin trousers"})
    cell = sign_in(fresh_house.client, "cell")
    cell.view("identities")
    cell.get("/api/v1/views/nothing")
    cell.post("/api/v1/logout")
    found = [(event.header.t, event.header.by.user == cell.me["user"]) for event in fresh_house.events("audit")]
    assert found == [
        ("audit.sign_in_failed", False),
        ("audit.signed_in", True),
        ("audit.records_read", True),
        ("audit.signed_out", True),
    ]


def test_guessing_at_one_account_keeps_nobody_else_out(fresh_house: House) -> None:
    fresh_house.account("medic", "medic")
    medic = sign_in(fresh_house.client, "medic")
    codes = [
        fresh_house.client.post("/api/v1/login", json={"user": "cell", "password": "violin trousers"}).status_code
        for _ in range(8)
    ]
    assert codes[-1] == 429
    assert sign_in(fresh_house.client, "medic").me["role"] == "medic"
    assert medic.get("/api/v1/me").status_code == 200
