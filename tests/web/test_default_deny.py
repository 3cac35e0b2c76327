"""Whoever asks is refused unless a declared action of the policy lets them in, over every door there is."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar, get
from litestar.routes import ASGIRoute, HTTPRoute, WebSocketRoute

from dunant.kernel.access import Actor
from dunant.web.auth import OPEN as OPEN_ACTION
from tests.web.house import House

# Widening this is a line that somebody reviews.
OPEN = {
    ("GET", "/"),
    ("GET", "/assets/{name:path}"),
    ("GET", "/desk"),
    ("GET", "/desk/{screen:path}"),
    ("GET", "/field"),
    ("GET", "/field/{name:str}"),
    ("GET", "/health"),
    ("POST", "/api/v1/login"),
    ("POST", "/api/v1/outbox"),
}
ODD_METHODS = ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "BREW"]


def doors(app: Litestar) -> Iterator[tuple[str, str, Any]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for method, handler in ((m, h) for h in route.route_handlers for m in h.http_methods):
                if method != "OPTIONS":
                    yield str(method), route.path, handler
        else:
            assert isinstance(route, WebSocketRoute | ASGIRoute)
            yield "ANY", route.path, route.route_handler


def address(path: str) -> str:
    return path.replace("{name:path}", "a.js").replace("{screen:path}", "ops")


def test_every_door_is_plain_http_and_names_an_action_of_the_policy(house: House) -> None:
    known = house.site.policies.roles.actions
    found = list(doors(house.app))
    assert {method for method, _, _ in found} == {"GET", "POST"}
    assert [(m, path) for m, path, h in found if (m, path) not in OPEN and h.opt.get("action") not in known] == []


def test_exactly_these_doors_are_open(house: House) -> None:
    assert {(m, path) for m, path, handler in doors(house.app) if handler.opt.get("action") == OPEN_ACTION} == OPEN


def test_signed_out_every_other_door_answers_401_and_says_nothing_more(house: House) -> None:
    for method, path, _ in doors(house.app):
        if (method, path) not in OPEN:
            answer = house.client.request(method, path, json=[] if method == "POST" else None)
            assert (answer.status_code, answer.json()["code"]) == (401, "access.signed_out"), path


def test_a_door_without_an_action_stays_shut_for_everybody(house: House) -> None:
    @get("/forgotten", sync_to_thread=False)
    def forgotten() -> str:
        return "open"

    house.app.register(forgotten)
    try:
        assert house.client.get("/forgotten").status_code == 401
        for role in ("administrator", "casevac_cell"):
            answer = house.person(role).get("/forgotten")
            assert (answer.status_code, answer.json()["code"]) == (403, "access.denied")
    finally:
        house.app.routes[:] = [route for route in house.app.routes if route.path != "/forgotten"]


@pytest.mark.parametrize("method", ODD_METHODS)
def test_other_methods_are_refused_before_any_door(house: House, method: str) -> None:
    for path in sorted({address(path) for _, path, _ in doors(house.app)} | {"/nowhere"}):
        answer = house.person("casevac_cell").client.request(method, path)
        assert answer.status_code == 405, path
        assert answer.headers["allow"] == "GET, POST"
        assert answer.headers["content-type"] == "application/problem+json"


def test_the_wrong_one_of_the_two_methods_is_refused(house: House) -> None:
    pairs = {(method, path) for method, path, _ in doors(house.app)}
    for method, path in pairs:
        other = {"GET": "POST", "POST": "GET"}[method]
        if (other, path) not in pairs:
            answer = house.client.request(other, address(path), json={} if other == "POST" else None)
            assert (answer.status_code, answer.headers["allow"]) == (405, method), path


def test_no_websocket_is_accepted_anywhere(house: House) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    for path in ("/api/v1/live", "/", "/nowhere"):
        scope: Any = {"type": "websocket", "path": path, "headers": [(b"host", b"127.0.0.1")]}
        house.client.blocking_portal.call(house.app, scope, receive, send)
    assert {message["type"] for message in sent} == {"websocket.close"}


@pytest.mark.parametrize("path", ["/schema", "/schema/openapi.json", "/docs", "/metrics", "/.git/config", "/api/v1"])
def test_nothing_is_published_by_default(house: House, path: str) -> None:
    assert house.client.get(path).status_code == 404


def test_a_role_the_pack_does_not_know_may_do_nothing(house: House) -> None:
    nobody = Actor(user="u", role="wizard")
    assert house.site.policy.actions(nobody) == []
    assert [a for a in house.site.policies.roles.actions if house.site.policy.may(nobody, a)] == []
