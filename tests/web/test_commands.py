"""The one write door: a list in, one outcome each, in order; what is wrong with one costs the others nothing."""

import json
from datetime import timedelta
from typing import Any

import pytest

from dunant.casualty import commands as c
from dunant.kernel.ids import SubjectId
from tests.builders import new_id
from tests.fakes import NOON
from tests.web.house import House, sign_in


def a_report(**more: Any) -> dict[str, Any]:
    return {"id": new_id(), "command": {"t": "casualty.report_casualty", "casualty": new_id(), **more}}


def raw(house: House, *entries: str | bytes) -> list[dict[str, Any]]:
    parts = [entry if isinstance(entry, bytes) else entry.encode() for entry in entries]
    body = b"[" + b",".join(parts) + b"]"
    headers = {"Content-Type": "application/json"}
    answer = house.person("casevac_cell").post("/api/v1/commands", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    outcomes: list[dict[str, Any]] = answer.json()
    return outcomes


def test_each_entry_is_answered_in_order_and_a_second_time_as_a_duplicate(house: House) -> None:
    cell, first, second = house.person("casevac_cell"), a_report(), a_report()
    wrong = {"id": new_id(), "command": {"t": "casualty.unheard_of"}}
    outcomes = cell.send(first, wrong, second, first)
    assert [o["id"] for o in outcomes] == [first["id"], wrong["id"], second["id"], first["id"]]
    assert [o["outcome"] for o in outcomes] == ["accepted", "rejected", "accepted", "duplicate"]
    assert [o["outcome"] for o in cell.send(second, first)] == ["duplicate", "duplicate"]
    assert cell.send() == []


BAD = {
    "a key twice": ('"t":"casualty.report_casualty"', '"t":"casualty.report_casualty","t":"casualty.report_casualty"'),
    "a number beyond any": ('"child":false', '"child":1' + "0" * 400),
    "a NUL": ('"label":"x"', '"label":"\\u0000"'),
    "a raw NUL": ('"label":"x"', '"label":"\0"'),
    "half a character": ('"label":"x"', '"label":"\\ud800"'),
    "not a number": ('"child":false', '"child":NaN'),
    "an unknown field": ('"label":"x"', '"lable":"x"'),
}


@pytest.mark.parametrize("name", BAD)
def test_an_unreadable_entry_is_named_and_its_neighbours_are_kept(house: House, name: str) -> None:
    good = json.dumps(a_report())
    bad = json.dumps(a_report(label="x", child=False), separators=(",", ":"))
    before, after = BAD[name]
    assert before in bad
    if name in {"a raw NUL"}:
        body = f"[{good},{bad.replace(before, after)}]".encode()
        headers = {"Content-Type": "application/json"}
        answer = house.person("casevac_cell").post("/api/v1/commands", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "command.invalid")
        return
    outcomes = raw(house, good, bad.replace(before, after))
    assert [o["outcome"] for o in outcomes] == ["accepted", "rejected"]
    assert outcomes[1]["code"].startswith("command.")
    assert set(outcomes[1]["params"]) >= {"field", "rule"}


def test_bytes_that_are_no_text_are_named(house: House) -> None:
    entry = json.dumps(a_report(label="QQ")).encode().replace(b"QQ", b"\xff")
    assert [o["outcome"] for o in raw(house, json.dumps(a_report()), entry)] == ["accepted", "rejected"]


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"[", b"\xff", b"[" * 100_000 + b"]" * 100_000])
def test_what_is_no_list_is_refused_whole(house: House, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = house.person("casevac_cell").post("/api/v1/commands", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "command.invalid")


@pytest.mark.parametrize(
    "envelope",
    [
        {"rec": "2026-03-14T12:00:00"},
        {"rec": "9999-01-01T00:00:00Z"},
        {"at": {"t": "0001-01-01T00:00:00Z"}},
        {"at": {"lo": "2026-03-14T12:00:00Z", "hi": "2026-03-14T11:00:00Z"}},
        {"at": {"t": "yesterday"}},
        {"at": {"t": "2026-03-14T12:00:00Z", "p": "ROUGHLY"}},
        {"base": ["\0"]},
        {"base": [new_id() for _ in range(17)]},
        {"source": "rumour"},
        {"author": "somebody-else"},
    ],
)
def test_an_envelope_that_cannot_be_is_refused(house: House, envelope: dict[str, Any]) -> None:
    [outcome] = house.person("casevac_cell").send({**a_report(), **envelope})
    assert outcome["outcome"] == "rejected"


def test_a_device_clock_that_runs_ahead_is_held_back(house: House) -> None:
    entry = {**a_report(), "rec": "2036-03-14T12:00:00Z"}
    assert house.person("casevac_cell").send(entry)[0]["outcome"] == "accepted"
    event = next(event for event in house.events("casualty") if event.id == entry["id"])
    assert event.header.rec <= NOON + timedelta(days=1)


def test_an_entry_is_signed_by_whoever_made_it(fresh_house: House) -> None:
    medic, cell = fresh_house.person("medic"), fresh_house.person("casevac_cell")
    entry = {**a_report(), "author_proof": medic.me["grant"]}
    medic.post("/api/v1/logout")
    assert cell.send(entry)[0]["outcome"] == "accepted"
    event = next(event for event in fresh_house.events("casualty") if event.id == entry["id"])
    assert (event.header.by.user, event.header.by.role) == (medic.me["user"], "medic")


def test_a_grant_gives_its_author_s_rights_and_not_the_sender_s(fresh_house: House) -> None:
    commander, cell = fresh_house.person("commander"), fresh_house.person("casevac_cell")
    triage = {"t": "casualty.assign_triage", "casualty": new_id(), "category": "T1", "scheme": "SIEVE"}
    [outcome] = cell.send({"id": new_id(), "command": triage, "author_proof": commander.me["grant"]})
    assert outcome["code"] == "access.denied"


def test_a_revoked_or_invented_grant_signs_nothing(fresh_house: House) -> None:
    medic, cell = fresh_house.person("medic"), fresh_house.person("casevac_cell")
    fresh_house.accounts.set_disabled(medic.me["user"], True)
    late = (NOON + timedelta(minutes=1)).isoformat()
    fresh_house.wall.advance(minutes=2)
    entries = [{**a_report(), "rec": late, "author_proof": proof} for proof in (medic.me["grant"], "invented")]
    codes = ["access.grant_revoked", "access.signed_out"]
    assert [(o["outcome"], o["code"]) for o in cell.send(*entries)] == [("rejected", code) for code in codes]
    before = (NOON - timedelta(minutes=1)).isoformat()
    assert cell.send({**a_report(), "rec": before, "author_proof": medic.me["grant"]})[0]["outcome"] == "accepted"


def test_a_denied_command_is_in_the_audit_stream_once_a_request(fresh_house: House) -> None:
    commander = fresh_house.person("commander")
    asked = [c.AssignTriage(casualty=SubjectId(new_id()), category="T1", scheme="SIEVE") for _ in range(3)]
    commander.send(*asked)
    sign_in(fresh_house.client, "commander")
    denied = [e for e in fresh_house.events("audit") if e.header.t == "audit.access_denied"]
    assert len(denied) == 1
    assert denied[0].header.by.user == commander.me["user"]
