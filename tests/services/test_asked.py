"""What reaches the write door: each entry is read by itself, and a bad one is answered by name and rule."""

import json
from typing import Any

import pytest

from dunant.casualty.rules import RULES
from dunant.kernel.errors import Invalid
from dunant.services.asked import Asked, Outcome, Reader
from tests.builders import new_id

READER = Reader(RULES)
COMMAND = {"t": "casualty.report_casualty", "casualty": "0190abcd-0000-7000-8000-000000000005"}


def read(**change: Any) -> Asked | Outcome:
    (found,) = READER.read(json.dumps([{"id": new_id(), "command": COMMAND, **change}]).encode())
    return found


def rule(found: Asked | Outcome) -> tuple[Any, Any]:
    assert isinstance(found, Outcome)
    assert found.outcome == "rejected"
    return found.params["field"], found.params["rule"]


def test_a_sound_entry_is_read() -> None:
    assert isinstance(read(base=[new_id()], rec="2026-03-14T12:00:00Z"), Asked)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"id": "0190ABCD-0000-7000-8000-000000000005"}, ("id", "uuid")),
        ({"id": "x"}, ("id", "uuid")),
        ({"rec": "2026-03-14T12:00:00"}, ("rec", "zone_required")),
        ({"rec": "0001-01-01T00:00:00+14:00"}, ("rec", "year_1971_to_2199")),
        ({"at": {"t": "9999-12-31T23:59:59Z"}}, ("at.t", "year_1971_to_2199")),
        ({"at": {"lo": "2026-03-14T12:00:00Z", "hi": "2026-03-14T11:00:00Z"}}, ("at", "lo_before_hi")),
        ({"base": [new_id()] * 17}, ("base", "max_items")),
        ({"command": {**COMMAND, "label": "a\0b"}}, ("command", "no_nul")),
        ({"command": {**COMMAND, "label": "x" * 17_000}}, ("command", "max_bytes")),
        ({"command": {"t": "casualty.resurrect"}}, ("command.t", "known_command")),
    ],
)
def test_a_bad_entry_is_named_and_refused(change: dict[str, Any], expected: tuple[str, str]) -> None:
    assert rule(read(**change)) == expected


def test_an_entry_that_claims_to_have_seen_itself_is_refused() -> None:
    name = new_id()
    assert rule(read(id=name, base=[name])) == ("base", "earlier_events")


def test_what_somebody_types_as_an_escape_is_no_nul() -> None:
    assert isinstance(read(command={**COMMAND, "label": "\\u0000"}), Asked)


@pytest.mark.parametrize(
    "bad",
    [
        b'{"id":"\xff"}',
        b'{"id":"%s","command":{"t":"casualty.report_casualty","casualty":"%s","label":"\xff"}}',
        b'{"id":7}',
        b"null",
        b'"\\ud800"',
    ],
)
def test_an_unreadable_entry_costs_its_neighbours_nothing(bad: bytes) -> None:
    name = new_id().encode()
    good = json.dumps({"id": new_id(), "command": COMMAND}).encode()
    found = READER.read(b"[" + bad.replace(b"%s", name) + b"," + good + b"]")
    assert isinstance(found[0], Outcome)
    assert isinstance(found[-1], Asked)


def test_a_body_nested_beyond_all_sense_is_refused_by_name() -> None:
    with pytest.raises(Invalid):
        READER.read(b'[{"id":"x","command":' + b"[" * 5000 + b"]" * 5000 + b"}]")


def test_a_code_nobody_knows_is_not_repeated_in_the_refusal() -> None:
    body = (
        b'[{"id":"019a0000-0000-7000-8000-000000000001","command":{"t":"casualty.record_details",'
        b'"casualty":"019a0000-0000-7000-8000-000000000002","sex":"Umberto Quill"}}]'
    )
    (refused,) = READER.read(body)
    assert isinstance(refused, Outcome)
    assert (refused.code, refused.params) == ("command.invalid", {"field": "command.sex", "rule": "Invalid enum value"})
