"""What comes as a text message: it sounds, nobody has proved it, and nothing is read out of a damaged one."""

from pathlib import Path
from typing import Any

import pytest

from dunant.casualty import commands as c
from dunant.casualty.forms import FormPack
from dunant.exchange.forms.dn1 import RequestLine, write_dn1
from dunant.services.build import Site
from dunant.services.texting import take_text, take_texts
from dunant.store import PackShelf
from dunant.store.trays import tray
from tests.builders import a_subject, send

PACK = PackShelf().read("forms.toml", FormPack)
NINE = "DN1 9 4KQ2MB @9.45000,29.55000~50 F46.55 P1.1.1.0.0 QHX L2.1.0 S1 M4:IR strobe Nm2,c1 K0 *0A92"
PATIENT = "DN1 M 7B01F8 T1 m=BLAST i=AMP.LEG.L+BLEED s=HR130,RR28,RAD0,A t=TQ.LL.1955Z *6D29"


@pytest.fixture
def engine() -> str:
    """The way in does not know its database; both engines are proved by the tests of the store."""
    return "sqlite"


def rows(site: Site, view: str, **equal: Any) -> list[dict[str, Any]]:
    with site.database.reading() as connection:
        return [dict(row) for row in site.views.select(connection, view, equal=equal)]


def kept(site: Site) -> list[tuple[str, str]]:
    with site.database.reading() as connection:
        return [(row["dialect"], row["rule"]) for row in tray(connection)]


def test_a_request_by_text_is_a_request_an_alert_and_people_to_account_for(site: Site) -> None:
    assert take_text(site, NINE, "+211900") == "accepted"
    (request,) = rows(site, "requests")
    assert (request["tag"], request["dialect"], request["source"]) == ("D-4KQ2M-B", "DN1", "sms")
    assert request["lines"]["equipment"] == ["EXTRACTION", "HOIST"]
    assert request["pickup"]["lat"] == 9.45
    (alert,) = rows(site, "alerts")
    assert (alert["channel"], alert["unverified"], alert["status"]) == ("SMS", True, "OPEN")
    assert alert["flags"] == ["call_back"]
    assert rows(site, "incidents")[0]["estimate"] == 3


def test_the_same_text_again_says_nothing_new_and_a_changed_one_amends(site: Site) -> None:
    take_text(site, NINE, "+211900")
    assert take_text(site, NINE, "+211900") == "duplicate"
    form = RequestLine(tag="D-4KQ2M-B", lines={"litter": 4})
    assert take_text(site, write_dn1(form, PACK), "+211900") == "amended"
    (request,) = rows(site, "requests")
    assert (request["lines"]["litter"], request["lines"]["freq"]) == (4, "46.55")


def test_a_damaged_line_sounds_is_kept_and_is_not_read(site: Site) -> None:
    assert take_text(site, NINE.replace("46.55", "46.65"), "+211900") == "damaged"
    assert rows(site, "requests") == []
    (alert,) = rows(site, "alerts")
    assert alert["flags"] == ["call_back", "damaged"]
    assert kept(site) == [("sms", "exchange.checksum")]


def test_a_text_in_plain_words_sounds_and_is_kept(site: Site) -> None:
    assert take_text(site, "convoy hit at the ford, three wounded", "+211900") == "free text"
    assert rows(site, "alerts")[0]["unverified"]
    assert kept(site) == [("sms", "exchange.free_text")]
    assert take_text(site, "convoy hit at the ford, three wounded", "+211900") == "duplicate"


def test_a_patient_by_text_is_a_casualty_under_the_tag_on_the_card(site: Site) -> None:
    assert take_text(site, PATIENT, "+211900") == "accepted"
    (casualty,) = rows(site, "board")
    assert (casualty["tag"], casualty["triage"]) == ("D-7B01F-8", "T1")
    (mist,) = rows(site, "mists")
    assert (mist["mechanism_text"], mist["injuries"]) == ("BLAST", ["AMPUTATION", "BLEEDING"])
    assert take_text(site, PATIENT, "+211900") == "duplicate"


def test_a_casualty_that_a_medic_has_opened_gets_no_twin(site: Site) -> None:
    casualty = a_subject()
    send(site, c.ReportCasualty(casualty=casualty, tag="D-7B01F-8"))
    assert take_text(site, PATIENT, "+211900") == "accepted"
    (row,) = rows(site, "board")
    assert (row["subject"], row["triage"]) == (casualty, None)
    assert rows(site, "mists")[0]["subject"] == casualty


def test_a_request_that_came_from_its_origin_is_not_opened_again(site: Site) -> None:
    request = a_subject()
    send(site, c.RequestEvacuation(request=request, kind="CASEVAC", dialect="UN_9LINE", lines={"litter": 2}))
    (own,) = rows(site, "requests")
    line = write_dn1(RequestLine(tag=own["tag"], exercise=own["exercise"], lines={"litter": 2}), PACK)
    assert take_text(site, line, "+211900") == "already here"
    assert len(rows(site, "requests")) == 1


def test_an_exercise_by_text_stays_one(site: Site) -> None:
    line = write_dn1(RequestLine(tag="X-4KQ2M-B", exercise=True, lines={"litter": 1}), PACK)
    take_text(site, line, "+211900")
    assert rows(site, "requests")[0]["exercise"]
    assert rows(site, "alerts")[0]["exercise"]


def test_the_lines_of_a_mail_are_found_between_its_words(site: Site, tmp_path: Path) -> None:
    mail = tmp_path / "mail.txt"
    mail.write_text(f"Dear cell,\n\n  {NINE}\r\nregards\n{PATIENT}\n", encoding="utf-8")
    assert take_texts(site, mail, "hf", "EMAIL", only_dn1=True, dry_run=True) == ["accepted", "accepted"]
    assert rows(site, "requests") == []
    assert take_texts(site, mail, "hf", "EMAIL", only_dn1=True) == ["accepted", "accepted"]
    assert {alert["channel"] for alert in rows(site, "alerts")} == {"EMAIL"}


def test_placeholders_take_up_those_who_were_only_counted(site: Site) -> None:
    take_text(site, NINE, "+211900")
    (request,) = rows(site, "requests")
    incident = request["incident"]
    (refused,) = send(site, c.CreatePlaceholders(incident=incident, count=4))
    assert (refused.code, refused.params["unaccounted"]) == ("casualty.unaccounted", 3)
    (done,) = send(site, c.CreatePlaceholders(incident=incident, count=3, request=request["subject"]))
    assert done.outcome == "accepted"
    found = rows(site, "board", incident=incident)
    assert len({row["tag"] for row in found}) == 3
    assert sorted(rows(site, "requests")[0]["casualties"]) == sorted(row["subject"] for row in found)
    (again,) = send(site, c.CreatePlaceholders(incident=incident, count=1))
    assert again.params["unaccounted"] == 0


def test_forms_of_a_mail_become_what_they_are_about(site: Site, tmp_path: Path) -> None:
    mail = tmp_path / "forms.txt"
    mail.write_text(
        'NINE_LINE NATO D-4KQ2M-B\n1. 9.45000,29.55000\n2. "46.55"\n3. B 1, A 1 URGENT_SURGICAL\n5. L2; A0\n\n'
        'AT_MIST AT_MIST D-7B01F-8\nM. BLAST\nI. AMPUTATION\nS. "pale"\nT2. "TQ"\n\r\n'
        'METHANE - -\nM. yes\nE1. -1.67000,29.23000\nT. RTA\nH. N; TEXT="fuel"\nA. "road B2"\nN. N15\n\n'
        "With kind regards\n",
        encoding="utf-8",
    )
    assert take_texts(site, mail, "hf", "EMAIL", whole=True) == ["accepted", "accepted", "accepted", "free text"]
    (request,) = rows(site, "requests")
    assert request["lines"]["counts"] == {"PRIORITY": 1, "URGENT_SURGICAL": 1}
    assert (request["dialect"], request["tag"]) == ("NATO", "D-4KQ2M-B")
    assert [row["tag"] for row in rows(site, "board")] == ["D-7B01F-8"]
    incident = next(row for row in rows(site, "incidents") if row["type"] == "RTA")
    assert (incident["estimate"], incident["position"]["lat"]) == (15, -1.67)
    assert len(rows(site, "alerts")) == 4
    assert take_texts(site, mail, "hf", "EMAIL", whole=True) == ["duplicate"] * 4


def test_a_letter_nobody_can_read_stays_beside_the_request_and_stops_nothing(site: Site) -> None:
    assert take_text(site, "NINE_LINE - D-4KQ2M-B\n3. B 1\n5. L1", "hf", "EMAIL") == "accepted"
    (request,) = rows(site, "requests")
    assert request["lines"] == {"litter": 1}
    (message,) = rows(site, "foreign_messages")
    assert message["unknown"] == ["3: B 1 (casualty.dialect_required)"]
    (alert,) = rows(site, "alerts")
    assert (alert["request"], alert["incident"]) == (request["subject"], request["incident"])
    assert (alert["category"], "dialect_required" in alert["flags"]) == ("URGENT_SURGICAL", True)
