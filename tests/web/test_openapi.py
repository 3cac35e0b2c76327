"""The description is current, complete and true; a stranger's client finds nothing that makes the server stumble."""

import json
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from dunant.casualty import commands as c
from dunant.services.reading.wire import ROWS
from dunant.web.routes.about import OPENAPI, PolicyValues, WellBeing
from dunant.web.routes.session import Me
from scripts.make_openapi import document
from tests.builders import a_subject, as_author
from tests.web.house import House
from tests.web.test_default_deny import doors

DOCUMENT: dict[str, Any] = json.loads(document())
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)


def test_the_committed_description_is_current() -> None:
    assert OPENAPI.read_text(encoding="utf-8") == document(), "run scripts/make_openapi.py"


def test_every_door_of_the_api_is_described(house: House) -> None:
    described = {(method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods}
    there = {(method, path) for method, path, _ in doors(house.app) if path.startswith(("/api", "/health"))}
    assert described == there


def test_real_answers_have_the_described_shape(house: House) -> None:
    subject = a_subject()
    house.happened(
        as_author(),
        c.ReportCasualty(casualty=subject),
        c.AssignTriage(casualty=subject, category="T1", scheme="SIEVE"),
        c.ReportMist(casualty=subject, signs="x"),
    )
    cell = house.person("casevac_cell")
    for name in house.site.pages.names:
        query = {"subject": subject} if name in {"timeline", "casualty"} else {}
        answer = cell.view(name, **query)
        for row in answer.json().get("rows", []):
            msgspec.convert(row, ROWS[name])
    for path, shape in (("/api/v1/me", Me), ("/api/v1/policy", PolicyValues), ("/health", WellBeing)):
        msgspec.json.decode(cell.get(path).content, type=shape)


@SCHEMA.include(path_regex="^/(api/v1/(?!live|logout)|health)").parametrize()
@settings(
    max_examples=8, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_no_input_of_a_stranger_makes_the_server_stumble(case: Any, house: House) -> None:
    person = house.person("casevac_cell")
    body = case.body if isinstance(case.body, dict | list | str | int | float | bool) else None
    headers = dict(person.headers)
    answer = house.client.request(case.method, case.formatted_path, params=case.query or {}, headers=headers, json=body)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/v1/openapi.json"])
def test_the_description_is_behind_the_sign_in(house: House, path: str) -> None:
    assert house.client.get(path).status_code == 401
    assert house.person("casevac_cell").get(path).json()["openapi"] == "3.1.0"
