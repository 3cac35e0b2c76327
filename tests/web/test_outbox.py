"""The door of an outbox: no session, each entry signed by its author; what comes from revoked things is held."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from dunant.kernel.errors import DeviceRevoked, GrantRevoked, SignedOut
from dunant.services import passes
from dunant.services.build import Site
from dunant.services.sealing import FILE, Sealed, load_seal_key, outbox_key, seal
from dunant.services.taking import import_outbox, release
from dunant.sync import bundle
from dunant.sync.trust import Trust
from tests.builders import new_id
from tests.fakes import NOON
from tests.web.house import SECRET, House

PHONE = "0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3"


def an_entry(grant: str, **more: Any) -> dict[str, Any]:
    command = {"t": "casualty.report_casualty", "casualty": new_id()}
    return {"id": new_id(), "command": command, "author_proof": grant, **more}


def deliver(house: House, *entries: dict[str, Any]) -> list[dict[str, Any]]:
    answer = house.client.post("/api/v1/outbox", json=list(entries))
    assert answer.status_code == 200, answer.text
    outcomes: list[dict[str, Any]] = answer.json()
    return outcomes


def sealed_for(house: House, entry: dict[str, Any]) -> dict[str, Any]:
    key = outbox_key("ALPHA", house.site.seal_key.public)
    made = seal(entry["id"], json.dumps(entry).encode(), [key])
    return {"id": entry["id"], "sealed": msgspec.to_builtins(made)}


def sign_in_on(house: House, login: str, device: str = PHONE) -> dict[str, Any]:
    answer = house.client.post("/api/v1/login", json={"user": login, "password": SECRET, "device": device})
    house.client.cookies.clear()
    return {"status": answer.status_code, "cookie": answer.headers.get("set-cookie", ""), **answer.json()}


def author_of(house: House, entry: dict[str, Any]) -> str:
    return next(event.header.by.user for event in house.events("casualty") if event.id == entry["id"])


def test_an_entry_with_its_grant_arrives_without_a_session_and_is_its_authors(house: House) -> None:
    medic = house.person("medic")
    entry = an_entry(medic.me["grant"])
    assert [o["outcome"] for o in deliver(house, entry)] == ["accepted"]
    assert [o["outcome"] for o in deliver(house, entry)] == ["duplicate"]
    assert author_of(house, entry) == medic.me["user"]


def test_a_sealed_entry_is_opened_by_its_site_and_counts_once_beside_the_open_one(house: House) -> None:
    medic = house.person("medic")
    entry = an_entry(medic.me["grant"])
    assert [o["outcome"] for o in deliver(house, sealed_for(house, entry), entry)] == ["accepted", "duplicate"]


def test_the_next_person_carries_a_sealed_entry_and_does_not_sign_it(house: House) -> None:
    medic, cell = house.person("medic"), house.person("casevac_cell")
    entry = an_entry(medic.me["grant"])
    assert [o["outcome"] for o in cell.send(sealed_for(house, entry))] == ["accepted"]
    assert author_of(house, entry) == medic.me["user"]


def test_without_a_grant_nothing_is_taken(house: House) -> None:
    entry = an_entry("")
    del entry["author_proof"]
    outcomes = deliver(house, entry, an_entry("no such grant"))
    assert [(o["outcome"], o["code"]) for o in outcomes] == [("rejected", "access.signed_out")] * 2


def test_what_is_sealed_for_another_or_damaged_is_named_and_harms_no_neighbour(house: House) -> None:
    medic = house.person("medic")
    good, other, hurt, swapped = (an_entry(medic.me["grant"]) for _ in range(4))
    foreign = seal(other["id"], json.dumps(other).encode(), [outbox_key("BETA", bytes(range(32)))])
    broken = sealed_for(house, hurt)
    broken["sealed"]["box"] = broken["sealed"]["box"][:-8] + "AAAAAAA="
    misnamed = {**sealed_for(house, swapped), "id": new_id()}
    outcomes = deliver(
        house, {"id": other["id"], "sealed": msgspec.to_builtins(foreign)}, broken, misnamed, sealed_for(house, good)
    )
    assert [(o["outcome"], o.get("params", {}).get("rule")) for o in outcomes] == [
        ("rejected", "for_this_site"),
        ("rejected", "undamaged"),
        ("rejected", "undamaged"),
        ("accepted", None),
    ]
    assert {o["code"] for o in outcomes[:3]} == {"outbox.cannot_open"}


def test_a_revoked_device_is_signed_out_shut_and_what_it_still_sends_is_held(fresh_house: House) -> None:
    house = fresh_house
    house.account("medic", "medic")
    signed = sign_in_on(house, "medic")
    cookie = signed["cookie"].partition(";")[0]
    before = an_entry(signed["grant"])
    house.accounts.revoke_device(PHONE)
    assert house.client.get("/api/v1/me", headers={"Cookie": cookie}).status_code == 401
    again = sign_in_on(house, "medic")
    assert (again["status"], again["code"]) == (403, DeviceRevoked.code)
    assert sign_in_on(house, "medic", PHONE.replace("0192", "0193"))["status"] == 200
    assert [(o["outcome"], o["code"]) for o in deliver(house, before, before)] == [("rejected", DeviceRevoked.code)] * 2
    assert [one.id for one in house.accounts.held()] == [before["id"]]
    with house.site.database.reading() as connection:
        assert signed["grant"].encode() not in connection.exec_driver_sql("SELECT body FROM held").scalar_one()
    assert release(house.site, house.accounts, before["id"]).outcome == "accepted"
    assert house.accounts.held() == ()
    assert author_of(house, before) == signed["user"]


def test_a_revoked_grant_is_good_for_what_was_made_before(fresh_house: House) -> None:
    house = fresh_house
    house.account("medic", "medic")
    signed = sign_in_on(house, "medic")
    earlier = an_entry(signed["grant"], rec="2026-03-01T08:00:00Z")
    grant = house.accounts.grants(signed["user"])[0]
    house.accounts.revoke_grant(signed["user"], grant.id)
    later = an_entry(signed["grant"], rec="2036-03-01T08:00:00Z")
    assert [o.get("code") for o in deliver(house, earlier, later)] == [None, GrantRevoked.code]
    assert [one.id for one in house.accounts.held()] == [later["id"]]


def test_an_exported_outbox_is_imported_once_and_a_damaged_part_costs_only_itself(fresh_house: House) -> None:
    house = fresh_house
    medic = house.person("medic")
    entries = [an_entry(medic.me["grant"]) for _ in range(3)]
    contents = [(bundle.ENTRY, json.dumps(sealed_for(house, entry)).encode()) for entry in entries]
    file = b"".join(bundle.written(contents))
    outcomes, damaged = import_outbox(house.site, house.accounts, file)
    assert ([o.outcome for o in outcomes], damaged) == (["accepted"] * 3, 0)
    hurt = file[:-5] + b"XXXXX"
    outcomes, damaged = import_outbox(house.site, house.accounts, hurt)
    assert ([o.outcome for o in outcomes], damaged) == (["duplicate"] * 2, 1)
    assert len(house.events("casualty")) == 3


class Neighbours:
    """What a site knows of the others: their keys, and that they are in good standing."""

    def __init__(self, *sites: Site, standing: str | None = None) -> None:
        self._keys = {site.key.id: (site.row.code, bytes(site.key.public)) for site in sites}
        self._standing = standing

    def key(self, key_id: str, _h: str = "") -> tuple[str, bytes] | None:
        return self._keys.get(key_id)

    def standing(self, _site: str) -> str | None:
        return self._standing


def trusting(*sites: Site, standing: str | None = None) -> Trust:
    return cast(Trust, Neighbours(*sites, standing=standing))


def test_an_outbox_is_taken_in_at_another_site_of_the_mission_in_its_authors_name(house: House, tmp_path: Path) -> None:
    medic = house.person("medic")
    entry = an_entry(medic.me["grant"])
    with House(tmp_path / "other") as other:
        keys = [outbox_key(code, one.site.seal_key.public) for code, one in (("ALPHA", house), ("BETA", other))]
        sealed = msgspec.to_builtins(seal(entry["id"], json.dumps(entry).encode(), keys))
        part = {"id": entry["id"], "sealed": sealed, "grant_pass": medic.me["grant_pass"]}
        file = b"".join(bundle.written([(bundle.ENTRY, json.dumps(part).encode())]))

        def imported(trust: Trust | None) -> str:
            return import_outbox(other.site, other.accounts, file, trust)[0][0].outcome

        assert imported(None) == "rejected"
        assert imported(trusting()) == "rejected"
        assert imported(trusting(house.site, standing="site_revoked")) == "rejected"
        assert imported(trusting(house.site)) == "accepted"
        assert imported(trusting(house.site)) == "duplicate"
        assert author_of(other, entry) == medic.me["user"]


def test_a_pass_is_good_for_its_own_grant_and_its_own_time_only(house: House) -> None:
    medic, cell = house.person("medic"), house.person("casevac_cell")
    shown, grant, trust = medic.me["grant_pass"], medic.me["grant"], trusting(house.site)
    assert passes.author(shown, grant, NOON, trust).user == medic.me["user"]
    late, early = NOON + timedelta(days=31), NOON - timedelta(days=1)
    for wrong, when in ((cell.me["grant"], NOON), (grant, late), (grant, early)):
        with pytest.raises(SignedOut):
            passes.author(shown, wrong, when, trust)
    for broken in ("", ".", shown[:-4] + "AAAA", shown.partition(".")[0] + ".", "x" * 500):
        with pytest.raises(SignedOut):
            passes.author(broken, grant, NOON, trust)


def test_the_sealing_key_is_made_once_for_its_owner_only(fresh_house: House) -> None:
    file = fresh_house.settings.data / FILE
    assert file.stat().st_mode & 0o077 == 0
    assert load_seal_key(fresh_house.settings.data).public == fresh_house.site.seal_key.public
    assert isinstance(seal("a", b"b", []), Sealed)
