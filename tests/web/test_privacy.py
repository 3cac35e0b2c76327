"""Planted names turn up nowhere but where the table of roles lets them."""

import logging
from typing import Any

import pytest
from msgspec import to_builtins

from dunant.casualty import commands as c
from dunant.services import export
from tests.builders import a_subject, as_author
from tests.web.house import CANARY, SECRET, House
from tests.web.test_roles import NAMES, ROLES, like

NAME, ZAP = "Planted-Umberto-Quill", "ZAPQUILL77"


@pytest.mark.parametrize("role", ROLES)
def test_a_planted_name_reaches_only_who_may_read_names(
    fresh_house: House, role: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    subject = a_subject()
    fresh_house.happened(
        as_author(),
        c.ReportCasualty(casualty=subject),
        c.AssertIdentity(casualty=subject, kind="NAME", value=NAME),
        c.AssertIdentity(casualty=subject, kind="ZAP", value=ZAP),
    )
    person = fresh_house.person(role)
    told: list[Any] = [person.get(f"/api/v1/{path}") for path in ("policy", "boundaries", "openapi.json")]
    views = {name: person.view(name, limit=1000) for name in fresh_house.site.pages.names}
    told += [answer for name, answer in views.items() if name != "identities"]
    told += [person.view(name, subject=subject) for name in ("board", "casualty")]
    told += [person.post("/api/v1/commands", json=[{"id": NAME, "command": {"t": NAME}, ZAP: 1}])]
    may = len(NAMES.get(like(role), set())) == 3
    for answer in told if may else [*told, views["identities"], person.view("timeline", subject=subject)]:
        assert ZAP not in answer.text.replace(f'"id":"{NAME}"', ""), answer.url
        if answer.request.method == "GET":
            assert NAME not in answer.text
        assert NAME not in str(answer.headers)
        assert CANARY not in answer.text + str(answer.headers)
    if may:
        assert NAME in views["identities"].text
    words = " ".join(
        f"{record.getMessage()} {record.args}" for record in caplog.records if record.name.startswith("dunant")
    )
    assert [secret for secret in (NAME, ZAP, CANARY, SECRET, person.cookie.partition("=")[2]) if secret in words] == []


def test_no_event_and_no_export_names_whoever_signed_in(fresh_house: House) -> None:
    subject = a_subject()
    cell = fresh_house.person("casevac_cell")
    cell.send(c.ReportCasualty(casualty=subject))
    fresh_house.happened(as_author(), c.AssertIdentity(casualty=subject, kind="NAME", value=NAME))
    for stream in ("audit", "casualty"):
        written = str([to_builtins(event.header) | to_builtins(event.body) for event in fresh_house.events(stream)])
        assert CANARY not in written
        assert NAME not in written
    exported = "".join(text for rows in export.WHAT.values() for text in export.as_json(rows(fresh_house.site)))
    assert subject in exported
    assert (NAME in exported, CANARY in exported) == (False, False)
