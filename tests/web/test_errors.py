"""One shape for every failure, and one for every success; nothing that comes in makes the server stumble."""

from collections.abc import Callable
from typing import Any

import pytest

from dunant.casualty import commands as c
from dunant.kernel.errors import DunantError, StorageFull
from dunant.services.health import Health
from dunant.services.reading.computed import COMPUTED
from dunant.store import Transaction
from tests.builders import a_subject, as_author, new_id
from tests.web.house import House

SHAPE = {"type", "title", "status", "code", "params", "correlation"}
JSON = {"Content-Type": "application/json"}
GZIP = {**JSON, "Content-Encoding": "gzip"}


def is_problem(answer: Any, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == SHAPE
    assert (body["status"], body["code"], body["title"]) == (status, code, code)


@pytest.mark.parametrize(
    ("ask", "status", "code"),
    [
        (lambda p: p.get("/nowhere"), 404, "http.404"),
        (lambda p: p.get("/assets/..%2f..%2fserver.py"), 404, "http.404"),
        (lambda p: p.get("/api/v1/commands"), 405, "http.405"),
        (lambda p: p.post("/api/v1/commands", content=b"[]", headers={"Content-Type": "text/plain"}), 415, "http.415"),
        (lambda p: p.post("/api/v1/commands", content=b"[]", headers=GZIP), 415, "http.415"),
        (lambda p: p.post("/api/v1/commands", content=b" " * (20 * 2**20 + 1), headers=JSON), 413, "http.413"),
        (lambda p: p.post("/api/v1/login", content=b" " * 20_000, headers=JSON), 413, "http.413"),
        (lambda p: p.post("/api/v1/login", content=b"[" * 9000, headers=JSON), 422, "command.invalid"),
        (lambda p: p.post("/api/v1/login", content=b'{"user":"\xff"}', headers=JSON), 422, "command.invalid"),
        (lambda p: p.post("/api/v1/commands", json=[{}] * 1001), 413, "command.too_large"),
        (lambda p: p.view("timeline"), 422, "command.invalid"),
        (lambda p: p.view("timeline", subject=new_id()), 404, "kernel.not_found"),
        (lambda p: p.get("/api/v1/me", headers={"Host": "evil.example"}), 421, "http.421"),
        (lambda p: p.get("/api/v1/me", headers={"Host": "127.0.0.1.evil.example"}), 421, "http.421"),
        (lambda p: p.get("/api/v1/me", headers={"Cookie": "dunant-session=x"}), 401, "access.signed_out"),
    ],
)  # fmt: skip
def test_every_failure_has_one_shape(house: House, ask: Callable[[Any], Any], status: int, code: str) -> None:
    is_problem(ask(house.person("casevac_cell")), status, code)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1", "127.1.2.3:1", "[::1]:8000"])
def test_this_machine_answers_to_its_own_names(house: House, host: str) -> None:
    assert house.client.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "limit=%C2%B2", "limit=0", "limit=-1", "limit=99999999999", "limit=5&limit=6", "exercise=maybe", "after=x",
        "after=%F0%9F", "position=1", "clocks=1", "subject=%00", "nonsense=1", f"incident={'x' * 300}",
    ],
)  # fmt: skip
def test_an_odd_query_is_named(house: House, query: str) -> None:
    is_problem(house.person("casevac_cell").get(f"/api/v1/views/board?{query}"), 422, "command.invalid")


@pytest.mark.parametrize("value", ["%C2%B2", "9" * 40, "1.5", "", "-"])
def test_an_odd_number_in_a_filter_is_named(house: House, value: str) -> None:
    is_problem(house.person("casevac_cell").get(f"/api/v1/views/incidents?estimate={value}"), 422, "command.invalid")


def test_every_view_has_one_envelope(house: House) -> None:
    roles = ("casevac_cell", "administrator", "force_medical_officer", "personnel_focal_point", "unhq_medical")
    people = [house.person(role) for role in roles]
    asked = {"timeline", "casualty", *(name for name, page in COMPUTED.items() if page.needs)}
    for name in house.site.pages.names:
        if name not in asked:
            page = next(answer.json() for who in people if (answer := who.view(name)).status_code != 403)
            assert set(page) == {
                "view", "version", "as_of", "complete_through", "sources", "actions", "suppressed", "rows", "next",
            }, name  # fmt: skip


def test_a_bug_tells_nobody_anything_but_where_to_look(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ValueError("Canary-Zaffre")

    monkeypatch.setattr(house.site.pages, "read", broken)
    answer = house.person("casevac_cell").view("board")
    is_problem(answer, 500, "kernel.error")
    assert "Zaffre" not in answer.text + caplog.text
    assert answer.json()["correlation"] in caplog.text


def test_a_read_that_cannot_be_audited_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> Any:
        raise StorageFull()

    cell = house.person("casevac_cell")
    monkeypatch.setattr(house.site.commit, "submit", full)
    is_problem(cell.view("mists"), 507, "storage_full")
    assert cell.view("board").status_code == 200


def test_the_story_of_a_casualty_is_told_on_a_full_disk_and_written_down_when_there_is_room(
    fresh_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell, casualty = fresh_house.person("casevac_cell"), a_subject()
    fresh_house.happened(as_author(), c.ReportCasualty(casualty=casualty))

    def reads() -> int:
        return sum(event.header.t == "audit.records_read" for event in fresh_house.events("audit"))

    with monkeypatch.context() as full:
        full.setattr(Transaction, "flush", _full)
        assert cell.view("timeline", subject=casualty).status_code == 200
        is_problem(cell.view("mists"), 507, "storage_full")
    assert reads() == 0
    assert cell.view("timeline", subject=casualty).status_code == 200
    fresh_house.happened(as_author(), c.ReportMissing(casualty=casualty))
    assert reads() == 2


def _full(_transaction: Transaction) -> None:
    raise StorageFull()


@pytest.mark.parametrize("failing", [None, StorageFull()])
def test_health_says_what_is_and_nothing_else(
    house: House, monkeypatch: pytest.MonkeyPatch, failing: DunantError | None
) -> None:
    def probe(_database: Any) -> None:
        if failing:
            raise failing

    monkeypatch.setattr("dunant.services.health.probe", probe)
    monkeypatch.setattr(house.site, "health", Health(house.site.database))
    body = house.client.get("/health").json()
    assert body["status"] == ("read_only" if failing else "ok")
    assert set(body) == {"status", "version"}
