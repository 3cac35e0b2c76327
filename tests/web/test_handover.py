"""Custody proven without a network: the receiver signs, the giver's phone brings it, the site checks it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from nacl.signing import SigningKey

from dunant.casualty import commands as c
from dunant.exchange.handover.model import Record
from dunant.exchange.handover.signing import IssuedPass, key_id, signed, unpadded
from dunant.kernel.clock import unix_ms
from tests.builders import a_subject, new_id
from tests.fakes import NOON
from tests.web.house import SECRET, House, Person

HOSPITAL = a_subject(870_001)
OFFER = "offer-0001"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("handover")) as opened:
        yield opened


def phone(house: House, login: str, role: str, key: SigningKey, **where: str) -> Person:
    """Somebody who signs in on a phone that has made a key for its grant."""
    if login not in {account.login for account in house.accounts.list()}:
        house.account(login, role, **where)
    given = {"user": login, "password": SECRET, "device": new_id(), "sign_key": unpadded(bytes(key.verify_key))}
    answer = house.client.post("/api/v1/login", json=given)
    assert answer.status_code == 200, answer.text
    house.client.cookies.clear()
    return Person(house.client, answer.headers["set-cookie"].partition(";")[0], answer.json())


class Scene:
    """A giver with a casualty, and a doctor who takes it over where there is no network."""

    def __init__(self, house: House, number: int) -> None:
        self.casualty = a_subject(871_000 + number)
        self.doctor_key = SigningKey.generate()
        self.giver = phone(house, "giver", "medic", SigningKey.generate(), unit="INDBATT")
        self.doctor = phone(house, "doctor", "clinician", self.doctor_key, facility=HOSPITAL)
        offer = c.OfferCustody(casualty=self.casualty, nonce=OFFER, mode="QR")
        outcomes = self.giver.send(c.ReportCasualty(casualty=self.casualty), offer)
        assert {outcome["outcome"] for outcome in outcomes} == {"accepted"}

    def word(self, key: SigningKey | None = None, issued: str = "", **said: Any) -> str:
        record = Record(
            **{
                "kind": "a", "casualty": self.casualty, "at_ms": unix_ms(NOON), "nonce": OFFER, "mode": "QR",
                "facility": HOSPITAL, **said,
            }
        )  # fmt: skip
        told = IssuedPass.of(issued or self.doctor.me["handover_pass"])
        return unpadded(signed(record, told, key or self.doctor_key))

    def brought(self, proof: str) -> dict[str, Any]:
        command = c.AcceptCustody(casualty=self.casualty, nonce=OFFER, mode="QR", facility=HOSPITAL, proof=proof)
        [outcome] = self.giver.send(command)
        return outcome

    def custody(self) -> tuple[str, str]:
        [row] = self.giver.view("casualty", subject=self.casualty).json()["rows"]
        return row["custody"], row["holder"]


def test_a_site_vouches_for_the_key_of_a_phone_and_says_whose_word_counts(house: House) -> None:
    scene = Scene(house, 1)
    me = scene.doctor.me
    assert me["handover"]["issuers"][house.site.key.id]["site"] == "ALPHA"
    assert me["handover"]["revoked"] == []
    # It is told once, with the grant; a browser without a key gets none.
    again = scene.doctor.get("/api/v1/me").json()
    assert again["handover_pass"] is None and again["handover"] == me["handover"]
    assert house.person("clinician", "at_a_desk").me["handover_pass"] is None


def test_the_receivers_word_brought_by_the_giver_makes_the_receiver_the_holder(house: House) -> None:
    scene = Scene(house, 2)
    outcome = scene.brought(scene.word())
    assert outcome["outcome"] == "accepted", outcome
    assert scene.custody() == ("HELD", scene.doctor.me["user"])
    # The doctor's own phone comes into reach later and says the same.
    [late] = scene.doctor.send(c.AcceptCustody(casualty=scene.casualty, nonce=OFFER, mode="QR", facility=HOSPITAL))
    assert late["outcome"] == "accepted"
    chain = scene.giver.view("custody", subject=scene.casualty).json()["rows"]
    assert [link["state"] for link in chain if link["state"] != "OFFERED"] == ["REPORTED", "ACCEPTED"]


def test_a_word_that_does_not_count_changes_nothing(house: House) -> None:
    scene = Scene(house, 3)
    stranger = SigningKey.generate()
    raw = bytearray(msgspec.json.encode(scene.word()))
    raw[40] = ord("A") if raw[40] != ord("A") else ord("B")
    cases = {
        "exchange.damaged": msgspec.json.decode(bytes(raw)),
        "exchange.bad_signature": scene.word(key=stranger),
        "exchange.expired_key": scene.word(at_ms=unix_ms(NOON + timedelta(days=90))),
    }
    for code, proof in cases.items():
        assert scene.brought(proof)["code"] == code
    others = {"another_offer": scene.word(nonce="offer-9999"), "another": scene.word(casualty=a_subject(1))}
    for proof in others.values():
        assert scene.brought(proof)["params"]["rule"] == "of_this_acceptance"
    assert scene.brought(scene.word(facility=""))["params"]["rule"] == "of_this_place"
    assert scene.brought(scene.word(kind="o"))["params"]["rule"] == "of_this_acceptance"
    assert scene.custody() == ("OFFERED", scene.giver.me["user"])


def test_a_key_whose_device_was_lost_signs_nothing_any_more(house: House) -> None:
    scene = Scene(house, 4)
    proof = scene.word()
    for device in house.accounts.devices():
        if device.login == "doctor" and not device.revoked:
            house.accounts.revoke_device(device.id)
    assert scene.brought(proof)["code"] == "exchange.revoked_key"
    # Phones learn of it with their next look at who they are.
    shut = scene.giver.get("/api/v1/me").json()["handover"]["revoked"]
    assert key_id(bytes(scene.doctor_key.verify_key)) in shut


def test_a_key_must_be_one(house: House) -> None:
    for key in ("x", "é" * 43, 5):
        answer = house.client.post("/api/v1/login", json={"user": "a", "password": "b", "sign_key": key})
        assert answer.status_code == 422
