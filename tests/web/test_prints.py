"""What comes onto paper: as much as the reader sees on a screen, in every language, with the marks it must carry."""

import re
import zlib
from datetime import timedelta
from typing import Any

import pytest

from dunant.casualty import commands as c
from dunant.web.print import DOCUMENTS, typeset
from dunant.web.print.words import LANGUAGES, words
from tests.builders import a_subject, as_author
from tests.fakes import NOON
from tests.web.house import House

INCIDENT, HURT, REQUEST = a_subject(950_001), a_subject(950_002), a_subject(950_003)


@pytest.fixture(scope="module")
def told(house: House) -> House:
    house.happened(
        as_author("medic@A", "medic"),
        c.OpenIncident(incident=INCIDENT, type="IED", estimate=2),
        c.ReportCasualty(casualty=HURT, incident=INCIDENT),
        c.AssignTriage(casualty=HURT, category="T1", scheme="SIEVE"),
        c.EstimateInjuryTime(casualty=HURT),
        c.RecordIntervention(casualty=HURT, code="TQ", limb="LL", performer="MEDIC"),
        c.RecordVitals(casualty=HURT, hr=130, rr=28, avpu="A"),
        c.RecordInjury(casualty=HURT, kind="AMPUTATION", region="LEG_LOWER", side="L"),
        c.RequestEvacuation(request=REQUEST, kind="CASEVAC", dialect="UN", casualties=(HURT,), lines={"litter": 1}),
    )
    return house


ASKED: dict[str, dict[str, str]] = {
    "ledger": {"incident": INCIDENT},
    "after_action": {"incident": INCIDENT, "at": (NOON + timedelta(hours=1)).isoformat()},
    "nine_line": {"subject": REQUEST},
    "handover": {"subject": HURT},
}


def fetch(house: House, role: str, name: str, **asked: str) -> Any:
    return house.person(role).get(f"/api/v1/prints/{name}", params=asked)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_refused_to_who_may_not_open_its_pages(told: House, name: str) -> None:
    for role in ("registrar", "counsellor", "administrator"):
        answer = fetch(told, role, name, **ASKED[name])
        assert (answer.status_code, answer.json()["code"]) == (403, "access.denied")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_set_in_each_language(told: House, name: str, language: str) -> None:
    answer = fetch(told, "casevac_cell", name, language=language, **ASKED[name])
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")
    fonts = set(re.findall(rb"/FontName\s*/[A-Z]{6}\+([A-Za-z]+)", plain(answer.content)))
    wanted = {"ar": b"NotoNaskhArabic", "zh": b"NotoSansHans"}.get(language, b"NotoSans")
    assert any(font.startswith(wanted) for font in fonts), fonts


def plain(pdf: bytes) -> bytes:
    """The file with its compressed parts opened."""
    found = [pdf]
    for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(part))
        except zlib.error:
            continue
    return b"\n".join(found)


def test_what_is_missing_or_strange_is_named(told: House) -> None:
    asked: dict[str, str]
    for asked, field in (
        ({"language": "en"}, "incident"),
        ({"incident": INCIDENT, "language": "xx"}, "language"),
        ({"incident": INCIDENT, "colour": "x"}, "colour"),
    ):
        answer = fetch(told, "casevac_cell", "ledger", **asked)
        assert (answer.status_code, answer.json()["params"]["field"]) == (422, field)
    assert fetch(told, "casevac_cell", "ledger", incident=a_subject(1)).status_code == 404


def test_every_word_a_template_asks_for_is_there_in_six_languages() -> None:
    from dunant.web.print.typesetting import TEMPLATES

    asked = {name for file in TEMPLATES.glob("*.typ") for name in re.findall(r't\("([a-z_.]+)"', file.read_text())}
    assert len(asked) > 20
    for language in LANGUAGES:
        own = {name for name in words(language) if name.startswith("print.")}
        assert {name for name in asked if name.startswith("print.")} <= own, language


def test_a_print_of_an_exercise_says_so() -> None:
    empty = {"as_of": "2026-03-14T12:00:00Z", "site": "A", "definition": "C", "asked": {}, "board": []}
    incident = {"tag": "X-4KQ2M-B", "type": "IED", "status": "OPEN"}
    real, drill = (
        typeset("ledger.typ", {**empty, "incidents": [incident], "exercise": exercise}, "en")
        for exercise in (False, True)
    )
    assert len(drill) > len(real)
