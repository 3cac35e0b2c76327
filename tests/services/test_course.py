"""What legs say of a request, through a real site: once, and in the request's own facts."""

from typing import Any

import msgspec
import pytest

from dunant.casualty import commands as c
from dunant.services.asked import Outcome
from dunant.services.build import Site
from dunant.services.reading import Query
from tests.builders import a_subject, as_actor, as_author, new_id, send

REQUEST, OTHER, ONE, TWO, LEG = (a_subject(n) for n in range(750, 755))


@pytest.fixture
def engine() -> str:
    return "sqlite"


def request(site: Site, subject: str = REQUEST) -> dict[str, Any]:
    rows = site.pages.read(as_actor("casevac_cell@HQ"), Query(view="requests")).rows
    return next(row for row in rows if row["subject"] == subject)


def asked_for(site: Site) -> None:
    outcomes = send(
        site,
        c.ReportCasualty(casualty=ONE),
        c.ReportCasualty(casualty=TWO),
        c.RequestEvacuation(request=REQUEST, kind="CASEVAC", dialect="UN", casualties=(ONE,)),
        c.RequestEvacuation(request=OTHER, kind="CASEVAC", dialect="UN", casualties=(TWO,)),
    )
    decisions = [c.Decide(request=one, step="LAUNCH", decision="APPROVED") for one in (REQUEST, OTHER)]
    outcomes += send(site, *decisions, author=as_author("duty_officer@HQ"))
    outcomes += send(site, c.PlanLeg(leg=LEG, request=REQUEST, casualties=(ONE, TWO)))
    assert {one.outcome for one in outcomes} == {"accepted"}


def test_a_leg_takes_along_every_request_whose_patients_it_carries(site: Site) -> None:
    asked_for(site)
    assert request(site)["status"] == "AUTHORISED"
    for state, reached in (
        ("NOTIFIED", "TASKED"),
        ("LAUNCHED", "EXECUTING"),
        ("PATIENT_LOADED", "EXECUTING"),
        ("ARRIVED", "EXECUTING"),
        ("HANDED_OVER", "COMPLETED"),
    ):
        send(site, c.ReportLeg(leg=LEG, state=state))  # type: ignore[arg-type]
        assert request(site)["status"] == reached, state
    assert request(site, OTHER)["status"] == "COMPLETED"
    assert list(request(site)["states"]) == ["AUTHORISED", "COMPLETED", "EXECUTING", "SUBMITTED", "TASKED"]


def test_nobody_says_at_a_door_what_only_a_leg_can_say(site: Site) -> None:
    asked_for(site)
    for command in (
        {"t": "casualty.progress_request", "request": REQUEST, "state": "COMPLETED"},
        {"t": "casualty.escalate_decision", "request": REQUEST, "step": "LAUNCH", "to_role": "commander", "attempt": 1},
        {"t": "casualty.escalate_alert", "alert": OTHER, "to_role": "commander", "attempt": 1},
    ):
        (read,) = site.reader.read(msgspec.json.encode([{"id": new_id(), "command": command}]))
        assert isinstance(read, Outcome) and read.code == "command.unknown_type"


def test_what_carries_somebody_is_handed_over_before_its_request_is_cancelled(site: Site) -> None:
    asked_for(site)
    send(site, c.ReportLeg(leg=LEG, state="PATIENT_LOADED"))
    (refused,) = send(site, c.CancelRequest(request=REQUEST, reason="walked"))
    assert (refused.code, refused.params["missing"]) == ("casualty.still_aboard", ["HANDED_OVER"])


def test_a_draft_is_nobody_elses_request_yet(site: Site) -> None:
    send(site, c.ReportCasualty(casualty=ONE))
    send(site, c.RequestEvacuation(request=REQUEST, kind="CASEVAC", dialect="UN", casualties=(ONE,), draft=True))
    (row,) = site.pages.read(as_actor("casevac_cell@HQ"), Query(view="board")).rows
    assert row["request"] is None
    assert request(site)["missing"] == ["pickup", "freq|title", "counts", "equipment", "litter|ambulatory"]
    assert site.pages.read(as_actor("duty_officer@HQ"), Query(view="decisions")).rows == []


def test_the_cell_sees_what_a_patient_needs_and_never_why(site: Site) -> None:
    said = c.Referral(diagnosis_class="PSYCH", reason="acute psychosis", mobility="WALKS", escort="nurse", risk="SELF")
    send(site, c.ReportCasualty(casualty=ONE))
    send(
        site,
        c.RequestEvacuation(
            request=REQUEST, kind="MEDEVAC_EMERG", dialect="REFERRAL", casualties=(ONE,), referral=said
        ),
        author=as_author("clinician@L2"),
    )

    def seen(who: str, view: str) -> list[dict[str, Any]]:
        return site.pages.read(as_actor(who), Query(view=view)).rows

    assert seen("casevac_cell@HQ", "requests")[0]["referral"] == {
        "mobility": "WALKS",
        "escort": "nurse",
        "risk": "SELF",
    }
    assert "referral" not in seen("commander@SECTOR", "requests")[0]
    for who in ("casevac_cell@HQ", "duty_officer@HQ"):
        for view in ("requests", "referrals", "decisions", "pipeline", "board"):
            assert "PSYCH" not in repr(seen(who, view)) and "psychosis" not in repr(seen(who, view)), view
    (why,) = seen("force_medical_officer@HQ", "referrals")
    assert (why["diagnosis_class"], why["reason"]) == ("PSYCH", "acute psychosis")
