"""Contradictions as people settle them, records of one person, and what waits: as the screens read it, role by role."""

import hashlib
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dunant.casualty import commands as c
from dunant.config import Settings
from dunant.kernel.clock import rfc3339
from dunant.kernel.errors import Denied
from dunant.kernel.places import Position
from dunant.services.asked import Asked, Outcome
from dunant.services.build import Site
from dunant.services.policies import load_policies
from dunant.services.reading import Query
from dunant.services.reading.settling import ClockQuality
from dunant.sites import commands as sites
from dunant.sites.model import site_subject
from dunant.store.contacts import keep_in_tray
from tests.builders import a_subject, as_actor, as_author, asked, send
from tests.fakes import NOON, FixedClock

CAS, OTHER = a_subject(700), a_subject(701)


@pytest.fixture
def engine() -> str:
    """What the screens read does not depend on the engine; the store's own tests cover both."""
    return "sqlite"


def rows(site: Site, view: str, who: str = "casevac_cell@HQ", **equal: str) -> list[dict[str, Any]]:
    return site.pages.read(as_actor(who), Query(view=view, equal=equal)).rows


def apart(command: Any, *seen: str) -> Asked:
    """An entry whose author had seen these events of the field and no other."""
    return asked(command, base=tuple(seen))


def tell(site: Site, *entries: Any, who: str = "medic@ALPHA") -> list[str]:
    outcomes: list[Outcome] = send(site, *entries, author=as_author(who, "medic"))
    assert [one for one in outcomes if one.outcome != "accepted"] == []
    return [one.events[0] for one in outcomes]


def triage(category: Any) -> c.AssignTriage:
    return c.AssignTriage(casualty=CAS, category=category, scheme="SIEVE")


@pytest.fixture
def divided(site: Site) -> tuple[Site, list[str]]:
    """Two people who had both seen T3 say T1 and T2, not knowing of each other."""
    _, first = tell(site, c.ReportCasualty(casualty=CAS), triage("T3"))
    one = tell(site, apart(triage("T1"), first))
    other = tell(site, apart(triage("T2"), first), who="clinician@R2")
    return site, [first, *one, *other]


def test_both_values_stand_with_who_when_from_where_and_what_each_had_seen(divided: tuple[Site, list[str]]) -> None:
    site, (_, one, other) = divided
    site.pages.clock_quality = lambda: {site.row.code: ClockQuality(diff_ms=1200, suspect=False)}
    [row] = rows(site, "conflicts")
    joined = "\x1f".join((CAS, "triage", *sorted((one, other))))
    assert row["id"] == hashlib.sha256(joined.encode()).hexdigest()
    assert (row["state"], row["several"], row["settled"]) == ("OPEN", False, None)
    said = {value["value"]: value for value in row["values"]}
    assert {name: value["seen"] for name, value in said.items()} == {"T1": ["T3"], "T2": ["T3"]}
    assert {name: value["by_role"] for name, value in said.items()} == {"T1": "medic", "T2": "clinician"}
    for value in said.values():
        assert value["origin"] == site.row.code and value["rx"] and value["rec"] and value["p"] == "EXACT"
        assert value["clock"] == {"diff_ms": 1200, "suspect": False} and "device" in value
    assert rows(site, "board")[0]["conflicts"][0]["values"] == row["values"]


def test_it_is_open_then_resolved_by_who_saw_all_and_reopened_by_a_late_value(divided: tuple[Site, list[str]]) -> None:
    site, (first, one, other) = divided
    [before] = rows(site, "conflicts")
    settle = c.ResolveConflict(subject_id=CAS, field="triage", value="T1", reason="seen by the flight medic")
    tell(site, apart(settle, one, other), who="casevac_cell@HQ")
    [settled] = rows(site, "conflicts")
    assert (settled["id"], settled["state"]) == (before["id"], "RESOLVED")
    assert (settled["settled"]["value"], settled["settled"]["reason"]) == ("T1", "seen by the flight medic")
    assert {value["value"] for value in settled["values"]} == {"T1", "T2"}
    assert rows(site, "board")[0]["conflicts"] == []
    tell(site, apart(triage("DEAD"), first))
    [again] = rows(site, "conflicts")
    assert again["state"] == "REOPENED" and again["id"] != before["id"]
    assert {value["value"] for value in again["values"]} == {"T1", "DEAD"}
    assert again["settled"]["reason"] == "seen by the flight medic"


def test_any_edit_that_saw_all_values_settles_it_too(divided: tuple[Site, list[str]]) -> None:
    site, (_, one, other) = divided
    tell(site, apart(triage("T2"), one, other))
    assert rows(site, "conflicts") == []


def test_it_goes_to_the_role_of_its_kind_and_after_a_day_one_level_up(
    divided: tuple[Site, list[str]], clock: FixedClock
) -> None:
    site, _ = divided
    [row] = rows(site, "conflicts", "clinician@R2")
    assert row["route"] == {
        "kind": "clinical", "role": "clinician", "climbed": False, "since": rfc3339(NOON), "yours": True,
    }  # fmt: skip
    [row] = rows(site, "conflicts", "casevac_cell@HQ")
    assert not row["route"]["yours"]
    clock.advance(minutes=24 * 60 + 1)
    [row] = rows(site, "conflicts", "chief_medical_officer@HQ")
    assert (row["route"]["role"], row["route"]["climbed"], row["route"]["yours"]) == (
        "force_medical_officer", True, True,
    )  # fmt: skip


def test_a_commander_learns_that_there_is_a_conflict_and_no_value(divided: tuple[Site, list[str]]) -> None:
    [row] = rows(divided[0], "conflicts", "commander@A")
    assert set(row) == {"id", "subject", "kind", "field", "state", "several", "route"}


# ── identity ──


def name(value: str, state: Any = "VERIFIED") -> c.AssertIdentity:
    return c.AssertIdentity(casualty=CAS, kind="NAME", value=value, state=state)


def test_two_verified_names_said_apart_are_a_conflict_for_those_who_may_see_names(site: Site) -> None:
    tell(site, c.ReportCasualty(casualty=CAS))
    tell(site, apart(name("Amal Deng")))
    tell(site, apart(name("Amina Deng")), who="registrar@HQ")
    tell(site, apart(name("somebody", "PROVISIONAL")))
    [row] = rows(site, "identity_conflicts", "registrar@HQ")
    assert (row["field"], row["several"], row["route"]["role"]) == ("identity.NAME", True, "registrar")
    # Shown first: the word of the role that ranks higher.
    assert [value["value"] for value in row["values"]] == ["Amina Deng", "Amal Deng"]
    assert rows(site, "conflicts") == [] and "Deng" not in str(rows(site, "board"))
    with pytest.raises(Denied):
        rows(site, "identity_conflicts", "auditor@HQ")
    assert rows(site, "identity_conflicts") == [{"id": row["id"]}] or rows(site, "identity_conflicts") == []


def test_a_later_verified_name_by_who_saw_the_first_is_none_and_guesses_pile_up(site: Site) -> None:
    tell(site, c.ReportCasualty(casualty=CAS), name("Amal"), name("Amina"), name("A", "PROVISIONAL"))
    assert rows(site, "identity_conflicts", "registrar@HQ") == []
    assert len(rows(site, "identities", "registrar@HQ")) == 3


def test_names_are_settled_by_who_may_and_all_of_them_can_be_true(site: Site) -> None:
    tell(site, c.ReportCasualty(casualty=CAS))
    seen = [*tell(site, apart(name("Amal"))), *tell(site, apart(name("Amina")))]
    both = c.ResolveIdentity(casualty=CAS, kind="NAME", value=("Amal", "Amina"), reason="both in the passport")
    [refused] = send(site, apart(both, *seen), author=as_author("casevac_cell@HQ"))
    assert refused.code == "access.denied"
    [blind] = send(site, both, author=as_author("registrar@HQ"))
    assert blind.code == "command.invalid"
    tell(site, apart(both, *seen), who="registrar@HQ")
    [row] = rows(site, "identity_conflicts", "registrar@HQ")
    assert (row["state"], row["settled"]["value"]) == ("RESOLVED", ["Amal", "Amina"])
    told = rows(site, "timeline", "casevac_cell@HQ", subject=CAS)
    assert "kernel.conflict_resolved" not in {row["t"] for row in told} and "Amal" not in str(told)


# ── one person, two records ──


def test_two_records_under_one_tag_are_proposed_linked_and_separated_again(site: Site) -> None:
    tell(site, c.ReportCasualty(casualty=CAS))
    tag = rows(site, "board")[0]["tag"]
    tell(site, c.ReportCasualty(casualty=OTHER, tag=tag))
    [pair] = rows(site, "duplicates")
    assert (pair["why"], pair["said"]) == ("same_tag", [])
    assert [record["tag"] for record in pair["records"]] == [tag, tag]
    tell(site, c.LinkSubjects(casualty=CAS, other=OTHER, reason="same wound, same name tape"), who="casevac_cell@HQ")
    [pair] = rows(site, "duplicates")
    assert (pair["why"], pair["said"][0]["reason"]) == ("linked", "same wound, same name tape")
    assert {row["status"] for row in rows(site, "board")} == {"REPORTED", "DUPLICATE"}
    tell(site, c.UnlinkSubjects(casualty=OTHER, other=CAS, reason="two brothers"), who="casevac_cell@HQ")
    [pair] = rows(site, "duplicates")
    assert pair["why"] == "same_tag" and {row["status"] for row in rows(site, "board")} == {"REPORTED"}
    assert [one["linked"] for one in pair["said"]] == [True, False]


def test_a_commander_sees_that_two_records_share_a_tag_and_nothing_clinical(site: Site) -> None:
    tell(site, c.ReportCasualty(casualty=CAS), triage("T1"))
    tag = rows(site, "board")[0]["tag"]
    tell(site, c.ReportCasualty(casualty=OTHER, tag=tag))
    [pair] = rows(site, "duplicates", "commander@A")
    assert "said" not in pair
    assert all(set(record) <= {"subject", "tag", "status", "reported_at", "exercise"} for record in pair["records"])


def test_two_records_of_one_person_are_proposed_with_a_score_and_never_merged(site: Site) -> None:
    where = Position(lat=9.2, lon=29.8)
    for subject in (CAS, OTHER):
        tell(
            site,
            c.ReportCasualty(casualty=subject, position=where, affiliation="UN_MIL:XAA"),
            c.RecordDetails(casualty=subject, sex="M"),
            c.AssertIdentity(casualty=subject, kind="ZAP", value="AB1234"),
            c.AssertIdentity(casualty=subject, kind="NAME", value="Amal"),
        )
    [pair] = rows(site, "duplicates")
    assert pair["why"] == "alike" and pair["score"] == 1.0
    assert pair["agrees"] == ["sex", "unit", "place", "time"] and pair["differs"] == []
    assert {row["status"] for row in rows(site, "board")} == {"REPORTED"}
    [seen] = rows(site, "duplicates", "force_medical_officer@HQ")
    assert seen["agrees"] == ["zap", "name", "sex", "unit", "place", "time"]
    [told] = rows(site, "duplicates", "commander@A")
    assert (told["score"], told["agrees"]) == (1.0, [])
    tell(site, c.LinkSubjects(casualty=CAS, other=OTHER, score=pair["score"]), who="casevac_cell@HQ")
    tell(site, c.UnlinkSubjects(casualty=CAS, other=OTHER, reason="two brothers"), who="casevac_cell@HQ")
    assert rows(site, "duplicates") == []


# ── what waits on this machine ──


def test_the_tray_shows_whence_and_why_and_never_what(site: Site) -> None:
    site.commit.submit(
        lambda transaction: keep_in_tray(transaction, "cot", "taky", "exchange.malformed", b"<secret/>", NOON)
    ).result(timeout=30)
    [row] = rows(site, "import_tray")
    assert row == {
        "id": "1", "dialect": "cot", "peer": "taky", "rule": "exchange.malformed", "bytes": 9, "rx": rfc3339(NOON),
    }  # fmt: skip
    assert rows(site, "import_tray", "administrator@A") == [row]
    for view, who in (("import_tray", "medic@A"), ("site_parked", "casevac_cell@HQ"), ("site_quarantine", "auditor@A")):
        with pytest.raises(Denied):
            rows(site, view, who)
    assert rows(site, "site_parked", "administrator@A") == rows(site, "site_quarantine", "administrator@A") == []


def test_an_administrator_sees_how_often_people_contradict_each_other(divided: tuple[Site, list[str]]) -> None:
    site, _ = divided
    by_field = {row["field"]: row for row in rows(site, "conflict_rate", "administrator@A")}
    assert (by_field["triage"]["edits"], by_field["triage"]["conflicts"]) == (3, 1)
    assert by_field["triage"]["per_1000"] == pytest.approx(333.3)
    assert by_field["tag"]["conflicts"] == 0
    with pytest.raises(Denied):
        rows(site, "conflict_rate", "casevac_cell@HQ")


def test_what_came_late_says_how_late_and_from_where(site: Site, clock: FixedClock) -> None:
    clock.advance(minutes=14)
    tell(site, asked(c.ReportCasualty(casualty=CAS), rec=NOON, at=None))
    [row] = rows(site, "board")
    assert (row["late_min"], row["late_from"]) == (14, site.row.code)


def test_a_site_that_belongs_and_has_never_spoken_is_named_as_a_source(tmp_path: Path, clock: FixedClock) -> None:
    """Nothing of it is in any list, so every list says so."""
    mission = load_policies(Settings().mission).mission.mission
    with closing(Site(Settings(data=tmp_path, site=mission.authority), clock)) as authority:
        key, token = "0a" * 32, "0b" * 32
        subject = site_subject(authority.row.mission, "BOR")
        outcomes = send(
            authority,
            sites.InviteSite(site=subject, code="BOR", token_hash=token, expires=NOON + timedelta(days=1)),
            sites.EnrolSite(site=subject, code="BOR", sign_key=key, seal_key=key, tls=key, token_hash=token),
            author=as_author("administrator@A"),
        )
        assert [one.outcome for one in outcomes] == ["accepted", "accepted"]
        page = authority.pages.read(as_actor("casevac_cell@HQ"), Query(view="board"))
        assert {one.site: one.last_heard for one in page.sources}["BOR"] is None
        assert page.complete_through == page.as_of
