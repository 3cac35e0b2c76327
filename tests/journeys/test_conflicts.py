"""Two people contradict each other while apart; the inbox shows both, and a person settles it. Double records too."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from dunant.casualty import commands as c
from dunant.store.contacts import keep_in_tray
from tests.builders import a_subject
from tests.journeys.conftest import Missions, OpenDesk
from tests.journeys.desk import NARROW, WIDE, Desk
from tests.journeys.mission import Mission
from tests.journeys.people import with_person
from tests.journeys.test_accessibility import grave, sticks_out


@pytest.fixture(scope="module")
def mission(missions: Missions) -> Mission:
    return missions.at("20:00")


def divide(mission: Mission, tag: str, *values: tuple[str, str]) -> None:
    """People who had all seen the present category each give another, not knowing of each other."""
    row = mission.row(tag)
    for login, category in values:
        command = {"t": "casualty.assign_triage", "casualty": row["subject"], "category": category, "scheme": "SIEVE"}
        mission.post(login, command, base=[row["triage_event"]])


def tile(here: Desk, tag: str) -> Locator:
    return here.page.locator("[data-conflict]").filter(has_text=tag)


@pytest.mark.parametrize(
    ("language", "size", "tag"), [("en", WIDE, "X-4K008-N"), ("ar", NARROW, "X-4K009-K")], ids=["en-1400", "ar-412"]
)
def test_both_values_stand_with_all_that_is_known_of_them_until_somebody_settles_it(
    mission: Mission, desk: OpenDesk, language: str, size: tuple[int, int], tag: str
) -> None:
    before = mission.row(tag)["triage"]
    divide(mission, tag, ("medic", "T1"), ("cell", "DEAD"))
    here = desk(mission, language=language, size=size).open("/desk/conflicts").is_in("conflict")
    found = tile(here, tag)
    both = found.locator('[data-conflict-field="triage"]')
    expect(both.locator(".conflict-value")).to_have_count(2)
    for value in both.locator(".conflict-value").all():
        expect(value).to_contain_text(here.say("conflict.saw", values=here.say(f"triage.{before}")))
        expect(value).to_contain_text(here.about("conflict.happened"))
        expect(value).to_contain_text(here.about("conflict.arrived"))
        expect(value).to_contain_text("BENTIU")
        expect(value).to_contain_text(here.about("conflict.device"))
    expect(both).to_contain_text(here.say("role.medic"))
    expect(found).to_contain_text(here.say("conflict.for", role=here.say("role.clinician")).replace("{role}", ""))
    expect(both.get_by_role("button", name=here.say("conflict.several"))).to_have_count(0)
    assert grave(here) == []
    assert not sticks_out(here)

    take = both.get_by_role("button", name=here.about("conflict.take")).first
    take.click()
    expect(both).to_contain_text(here.say("conflict.reason_missing"))
    both.get_by_label(here.say("conflict.reason")).fill("seen by the flight medic")
    take.focus()
    here.page.keyboard.press("Enter")
    expect(found).to_have_count(0)
    here.page.locator(".settled summary").click()
    settled = here.page.locator("[data-settled]").filter(has_text=tag)
    expect(settled).to_contain_text("seen by the flight medic")
    assert mission.row(tag)["conflicts"] == []


def test_a_value_that_comes_late_opens_it_again_and_says_what_had_been_decided(
    mission: Mission, desk: OpenDesk
) -> None:
    tag = "X-4K007-Q"
    row = mission.row(tag)
    divide(mission, tag, ("medic", "T1"), ("cell", "T3"))
    heads = [value["event"] for value in mission.row(tag)["conflicts"][0]["values"]]
    settle = c.ResolveConflict(subject_id=row["subject"], field="triage", value="T1", reason="seen on scene")
    mission.tell(settle, "duty_officer@HQ", base=tuple(heads))
    divide_again = c.AssignTriage(casualty=row["subject"], category="DEAD", scheme="SIEVE")
    mission.tell(divide_again, "medic@B", base=(row["triage_event"],))
    here = desk(mission).open("/desk/conflicts").is_in("conflict")
    found = tile(here, tag)
    expect(found).to_contain_text(here.say("conflict.reopened"))
    expect(found).to_contain_text("seen on scene")
    card = desk(mission).open().is_in("conflict").card(tag)
    expect(card).to_have_attribute("data-conflict", "true")
    expect(card).to_contain_text("2 values")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_two_verified_names_are_settled_by_the_registrar_who_sees_no_board(
    mission: Mission, desk: OpenDesk, language: str
) -> None:
    subject = mission.rows("board")[3 if language == "en" else 4]["subject"]
    for name, who in (("Amal Deng", "clinician@R2"), ("Amina Deng", "registrar@HQ")):
        said = c.AssertIdentity(casualty=subject, kind="NAME", value=name, state="VERIFIED")
        mission.tell(said, who, base=())
    here = desk(mission, with_person(mission, "registrar"), language=language).open("/desk/conflicts").is_in("conflict")
    both = here.page.locator('[data-conflict-field="identity.NAME"]').first
    expect(both.locator(".conflict-value")).to_have_count(2)
    expect(both).to_contain_text("Amal Deng")
    assert grave(here) == []
    both.get_by_label(here.say("conflict.reason")).fill("both stand in the passport")
    both.get_by_role("button", name=here.say("conflict.several")).click()
    expect(here.page.locator("[data-conflict]")).to_have_count(0)
    for_others = desk(mission).open("/desk/conflicts")
    expect(for_others.page.locator(".tab-list")).to_be_visible()
    for_others.page.wait_for_timeout(500)
    assert "Deng" not in for_others.page.content()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_two_records_are_linked_with_a_reason_and_separated_again_by_keyboard(
    missions: Missions, desk: OpenDesk, language: str
) -> None:
    mission = missions.at("20:00")
    row = mission.row("X-4K008-N")
    twin = a_subject()
    mission.tell(c.ReportCasualty(casualty=twin, tag=row["tag"], exercise=True, incident=row["incident"]), "medic@B")
    here = desk(mission, language=language).open("/desk/conflicts")
    expect(here.page.get_by_role("tab").first).to_be_visible()
    here.page.get_by_role("tab").first.focus()
    here.page.keyboard.press("ArrowLeft" if language == "ar" else "ArrowRight")
    expect(here.page.get_by_role("tab", name=here.say("inbox.duplicates"))).to_be_focused()
    pair = here.page.locator('[data-pair="same_tag"]')
    expect(pair.locator(".conflict-value")).to_have_count(2)
    assert grave(here) == []
    pair.get_by_label(here.say("conflict.reason")).fill("same wound, same boots")
    pair.get_by_role("button", name=here.say("duplicate.link")).focus()
    here.page.keyboard.press("Enter")
    linked = here.page.locator('[data-pair="linked"]')
    expect(linked).to_contain_text("same wound, same boots")
    assert {one["status"] for one in mission.rows("board") if one["tag"] == row["tag"]} >= {"DUPLICATE"}
    linked.get_by_label(here.say("conflict.reason")).fill("two brothers")
    linked.get_by_role("button", name=here.say("duplicate.unlink")).focus()
    here.page.keyboard.press("Enter")
    expect(here.page.locator('[data-pair="same_tag"]')).to_be_visible()
    assert "DUPLICATE" not in {one["status"] for one in mission.rows("board") if one["tag"] == row["tag"]}


def test_two_verified_numbers_forbid_a_link_and_the_screen_says_why(missions: Missions, desk: OpenDesk) -> None:
    mission = missions.at("20:00")
    tags = [row["tag"] for row in mission.rows("board")[:2]]
    for number, tag in enumerate(tags):
        said = c.AssertIdentity(
            casualty=mission.row(tag)["subject"], kind="UN_INDEX", value=f"90{number}", state="VERIFIED"
        )
        mission.tell(said, "registrar@HQ")
    here = desk(mission).open("/desk/conflicts?tab=duplicates")
    here.page.locator(".link-by-tag summary").click()
    here.page.get_by_label(here.say("duplicate.first_tag")).fill(tags[0].lower().replace("-", ""))
    here.page.get_by_label(here.say("duplicate.second_tag")).fill(tags[1])
    form = here.page.locator(".link-fields")
    form.get_by_label(here.say("conflict.reason")).fill("look alike")
    form.get_by_role("button", name=here.say("duplicate.link")).click()
    expect(form).to_contain_text(here.say("error.casualty.different_people"))
    here.page.get_by_role("tab", name=here.say("inbox.rejected")).click()
    expect(here.page.locator('[data-entry="rejected"]')).to_contain_text(here.say("error.casualty.different_people"))


def test_the_tray_says_whence_and_why_and_never_what(mission: Mission, desk: OpenDesk) -> None:
    now = mission.clock.now()
    mission.site.commit.submit(
        lambda transaction: keep_in_tray(transaction, "cot", "taky", "exchange.malformed", b"<secret-word/>", now)
    ).result(timeout=30)
    for login in ("duty", with_person(mission, "administrator")):
        here = desk(mission, login)
        here.ear.expect(r"^403 .*/api/v1/views/", "status of 403")
        here.open("/desk/conflicts?tab=tray").is_in("ready")
        expect(here.page.locator("[data-kept]")).to_contain_text(here.say("rule.exchange.malformed"))
        assert "secret-word" not in here.page.content()
        assert grave(here) == []
    medic = desk(mission, "medic").open("/desk/conflicts")
    expect(medic.page.get_by_role("tab", name=medic.say("inbox.rejected"))).to_be_visible()
    expect(medic.page.get_by_role("tab", name=medic.say("inbox.tray"))).to_have_count(0)


def test_news_that_waited_for_a_link_says_how_long_and_from_where(missions: Missions, desk: OpenDesk) -> None:
    mission = missions.at("19:30")
    mission.hear_from("BOR", missions.folder("bor-late"))
    mission.play("20:00")
    late = next(row for row in mission.rows("board") if row.get("origin") == "BOR")
    here = desk(mission).open().is_in("partial", "conflict")
    mark = here.say("time.late_from", minutes=round(late["late_min"]), site="").rstrip()
    expect(here.card(late["tag"])).to_contain_text(mark)
    expect(here.card(late["tag"])).to_contain_text("BOR")
    expect(here.page.locator(".notes")).to_contain_text("BOR")
    # Every list says which sites it has not heard, and hides nothing of theirs.
    here.page.keyboard.press("3")
    expect(here.page.locator(".notes").first).to_contain_text("BOR")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_record_says_how_far_it_has_come(missions: Missions, desk: OpenDesk, language: str) -> None:
    mission = missions.at("20:00")
    row = mission.row("X-4K008-N")
    delivery: dict[str, Any] = {
        "state": "AT_DESTINATION", "site": "BENTIU", "relayed": [],
        "received": [{"site": "MHQ", "at": "2026-11-23T20:02:00.000Z"}],
        "read": [{"by_role": "duty_officer", "at": "2026-11-23T20:04:00.000Z"}], "overdue": False,
    }  # fmt: skip
    mission.site.pages.deliveries = lambda _look, about: {one: delivery for one in about if one == row["subject"]}
    here = desk(mission, language=language).open().is_in("ready")
    badge = here.card(row["tag"]).locator("[data-delivery]")
    expect(badge).to_contain_text("MHQ")
    expect(badge).to_contain_text(re.compile(r"20:02Z.*20:04Z", re.DOTALL))
    expect(here.page.locator("[data-card] [data-delivery]")).to_have_count(1)
    delivery.update(state="AT_SITE", received=[], read=[], overdue=True)
    mission.tell(c.AssignTriage(casualty=row["subject"], category="T2", scheme="SIEVE"))
    expect(badge).to_contain_text(here.say("delivery.overdue"))
