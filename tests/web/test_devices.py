"""A lost device is shut and what it still sends is judged, by whoever keeps the site and by nobody else."""

from typing import Any

import pytest

from dunant.kernel.errors import DeviceRevoked
from tests.builders import new_id
from tests.web.house import House
from tests.web.test_outbox import PHONE, an_entry, author_of, deliver, sign_in_on

DOORS = [
    ("/api/v1/devices/shut", {"device": PHONE}),
    ("/api/v1/held/judge", {"entry": new_id(), "verdict": "DISCARDED"}),
]


@pytest.mark.parametrize(("path", "body"), DOORS)
def test_nobody_but_the_keeper_of_the_site_may(house: House, path: str, body: dict[str, Any]) -> None:
    for role in ("medic", "casevac_cell", "auditor", "registrar"):
        answer = house.person(role).post(path, json=body)
        assert (answer.status_code, answer.json()["params"]["who_can"]) == (403, ["administrator"])


@pytest.mark.parametrize(("path", "body"), DOORS)
def test_what_is_not_there_is_not_found_and_a_misspelt_wish_is_invalid(
    house: House, path: str, body: dict[str, Any]
) -> None:
    keeper = house.person("administrator")
    assert keeper.post(path, json=body).status_code == 404
    assert keeper.post(path, json={**body, "more": 1}).status_code == 422
    as_json = {"Content-Type": "application/json"}
    assert keeper.post(path, content=b"\xff", headers=as_json).status_code == 422


def test_a_device_is_shut_what_it_sends_is_listed_without_its_words_and_judged(fresh_house: House) -> None:
    house = fresh_house
    house.account("medic", "medic")
    signed = sign_in_on(house, "medic")
    good, bad = an_entry(signed["grant"]), an_entry(signed["grant"])
    keeper = house.person("administrator")
    [device] = keeper.view("site_devices").json()["rows"]
    assert (device["id"], device["login"], device["revoked"]) == (PHONE, "medic", None)
    assert keeper.post("/api/v1/devices/shut", json={"device": PHONE}).status_code == 204
    assert keeper.view("site_devices").json()["rows"][0]["revoked"]

    assert {o["code"] for o in deliver(house, good, bad)} == {DeviceRevoked.code}
    page = keeper.view("held_entries")
    assert [(row["login"], row["device"], row["rule"]) for row in page.json()["rows"]] == [
        ("medic", PHONE, DeviceRevoked.code)
    ] * 2
    assert good["command"]["casualty"] not in page.text
    release = {"entry": good["id"], "verdict": "RELEASED"}
    assert keeper.post("/api/v1/held/judge", json=release).json()["outcome"] == "accepted"
    assert author_of(house, good) == signed["user"]
    assert keeper.post("/api/v1/held/judge", json={"entry": bad["id"], "verdict": "DISCARDED"}).status_code == 200
    assert keeper.view("held_entries").json()["rows"] == []
    told = [event.header.t for event in house.events("audit")]
    assert [t for t in told if t in {"audit.device_shut", "audit.entry_judged"}] == [
        "audit.device_shut", "audit.entry_judged", "audit.entry_judged",
    ]  # fmt: skip
