"""A shared screen: locked it shows and takes nothing, a PIN opens it, and the watch changes hands in one act."""

from collections.abc import Iterator
from typing import Any

import pytest

from dunant.casualty import commands as c
from tests.builders import a_subject, new_id
from tests.web.house import SECRET, House, Person, sign_in

PIN = "482913"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("locking")) as opened:
        opened.account("nurse", "clinician")
        opened.account("doctor", "clinician")
        opened.account("sister", "mission_hq")
        yield opened


@pytest.fixture
def nurse(house: House) -> Person:
    return sign_in(house.client, "nurse")


def code(answer: Any) -> str:
    return str(answer.json()["code"])


def test_a_locked_screen_shows_nothing_and_takes_nothing(nurse: Person) -> None:
    assert nurse.post("/api/v1/session/lock", json={"pin": PIN}).status_code == 204
    for path in ("/api/v1/views/board", "/api/v1/views/alerts", "/api/v1/policy", "/api/v1/boundaries"):
        assert (nurse.get(path).status_code, code(nurse.get(path))) == (423, "access.locked"), path
    entry = {"id": new_id(), "command": {"t": "casualty.report_casualty", "casualty": a_subject()}}
    assert nurse.post("/api/v1/commands", json=[entry]).status_code == 423
    given = {"user": "doctor", "password": SECRET}
    assert nurse.post("/api/v1/session/watch", json=given).status_code == 423
    # It still says whose it is, so that the page can ask for the right PIN after it was loaded anew.
    assert nurse.get("/api/v1/me").json()["session"]["locked"] is True


def test_the_pin_of_whoever_locked_it_opens_it_again(nurse: Person) -> None:
    nurse.post("/api/v1/session/lock", json={"pin": PIN})
    opened = nurse.post("/api/v1/session/unlock", json={"pin": PIN})
    assert (opened.status_code, opened.json()["user"]) == (200, nurse.me["user"])
    assert nurse.view("board").status_code == 200
    # The next time nothing has to be chosen.
    assert opened.json()["session"]["has_pin"] is True
    assert nurse.post("/api/v1/session/lock", json={}).status_code == 204
    assert nurse.view("board").status_code == 423


def test_five_wrong_tries_end_the_session_and_a_right_one_gives_all_back(nurse: Person) -> None:
    nurse.post("/api/v1/session/lock", json={"pin": PIN})
    for left in (4, 3, 2):
        refused = nurse.post("/api/v1/session/unlock", json={"pin": "000000"})
        assert (code(refused), refused.json()["params"]["tries"]) == ("access.pin_wrong", left)
    assert nurse.post("/api/v1/session/unlock", json={"pin": PIN}).status_code == 200
    nurse.post("/api/v1/session/lock", json={})
    answers = [nurse.post("/api/v1/session/unlock", json={"pin": "000000"}) for _ in range(5)]
    assert [code(one) for one in answers] == ["access.pin_wrong"] * 4 + ["access.signed_out"]
    # The PIN is gone with the session: the right one opens nothing.
    assert nurse.post("/api/v1/session/unlock", json={"pin": PIN}).status_code == 401


def test_a_pin_is_six_digits_at_least_and_there_must_be_one(nurse: Person) -> None:
    assert code(nurse.post("/api/v1/session/lock", json={})) == "command.invalid"
    for pin in ("12345", "1234567890123", "abcdef", "٤٨٢٩١٣", ""):
        assert code(nurse.post("/api/v1/session/lock", json={"pin": pin})) == "command.invalid", pin
    assert nurse.view("board").status_code == 200


def test_a_pin_is_of_one_session_and_opens_no_other(house: House, nurse: Person) -> None:
    other = sign_in(house.client, "nurse")
    nurse.post("/api/v1/session/lock", json={"pin": PIN})
    other.post("/api/v1/session/lock", json={"pin": "111111"})
    assert code(other.post("/api/v1/session/unlock", json={"pin": PIN})) == "access.pin_wrong"


def test_the_pin_itself_is_nowhere_in_the_database(house: House, nurse: Person) -> None:
    nurse.post("/api/v1/session/lock", json={"pin": "73915826"})
    with house.site.database.reading() as connection:
        kept = connection.exec_driver_sql("SELECT pin FROM session WHERE pin IS NOT NULL").scalars().all()
    assert kept and all(one.startswith("$argon2id$") and "73915826" not in one for one in kept)


def test_the_watch_changes_hands_in_one_act_that_says_what_was_open(house: House, nurse: Person) -> None:
    casualty, alert = a_subject(890_001), a_subject(890_002)
    nurse.send(c.ReportCasualty(casualty=casualty), c.RecordAlert(alert=alert, channel="VOICE"))
    taken = nurse.post("/api/v1/session/watch", json={"user": "doctor", "password": SECRET})
    assert taken.status_code == 200, taken.text
    watch = taken.json()
    assert (watch["open_alerts"], watch["open_casualties"]) == (1, 1)
    doctor = Person(house.client, taken.headers["set-cookie"].partition(";")[0], watch["me"])
    house.client.cookies.clear()
    assert doctor.view("board").status_code == 200
    assert nurse.view("board").status_code == 401
    entry = [event for event in house.events("audit") if event.header.t == "audit.watch_handed_over"][-1]
    assert (entry.header.by.user, entry.body.to) == (nurse.me["user"], doctor.me["user"])  # type: ignore[union-attr]
    assert (entry.body.open_alerts, entry.body.open_casualties) == (1, 1)  # type: ignore[union-attr]


def test_nobody_takes_over_who_is_not_let_in_or_is_the_same_person(house: House, nurse: Person) -> None:
    wrong = nurse.post("/api/v1/session/watch", json={"user": "doctor", "password": "not the password"})
    assert code(wrong) == "access.login_failed"
    same = nurse.post("/api/v1/session/watch", json={"user": "nurse", "password": SECRET})
    assert same.json()["params"]["rule"] == "another_person"
    house.client.cookies.clear()
    assert nurse.view("board").status_code == 200


def test_who_may_not_see_a_view_is_told_no_number_of_it(house: House, nurse: Person) -> None:
    house.account("clerk", "registrar")
    taken = nurse.post("/api/v1/session/watch", json={"user": "clerk", "password": SECRET}).json()
    assert (taken["open_alerts"], taken["open_casualties"]) == (None, None)
    house.client.cookies.clear()
