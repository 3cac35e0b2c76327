"""The demonstration's link is cut and mended, and both screens say what is where. Nothing here is made up by a test."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dunant.casualty import commands as c
from tests.builders import a_subject
from tests.journeys.conftest import OpenDesk
from tests.journeys.desk import NARROW, WIDE, Desk
from tests.journeys.people import with_person
from tests.journeys.phone import Phone
from tests.journeys.test_accessibility import grave, sticks_out
from tests.journeys.two_sites import HEADQUARTERS, Post, TwoSites

LANGUAGES = pytest.mark.parametrize(("language", "size"), [("en", WIDE), ("ar", NARROW)], ids=["en-1400", "ar-412"])
# What a link of 600 ms needs, on a machine that does other things too.
SOON_MS = 20_000


@pytest.fixture(scope="module")
def pair(built_ui: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoSites]:
    opened = TwoSites(tmp_path_factory.mktemp("two-sites"), "20:00")
    yield opened
    opened.close()


@pytest.fixture
def two(pair: TwoSites) -> Iterator[TwoSites]:
    yield pair
    pair.mend()


def peer(here: Desk, code: str = HEADQUARTERS) -> Locator:
    return here.page.locator(f'.link-strip [data-peer="{code}"]')


def turn(here: Desk) -> None:
    """The switch, by keyboard."""
    here.page.get_by_role("switch").focus()
    here.page.keyboard.press("Space")


def tag_of(post: Post, subject: str) -> str:
    return str(next(row["tag"] for row in post.rows("board") if row["subject"] == subject))


def clock(at: str) -> str:
    """As the desk writes the time of day."""
    return f"{at[11:16]}Z"


def new_casualty(post: Post, login: str = "medic") -> str:
    subject = a_subject()
    post.post(login, {"t": "casualty.report_casualty", "casualty": subject, "exercise": True})
    return subject


def wait_for(page: Page, said: "Locator") -> None:
    expect(said).to_be_visible(timeout=SOON_MS)


@LANGUAGES
def test_the_link_is_cut_and_mended_and_both_rooms_see_what_is_where(
    two: TwoSites, desk: OpenDesk, language: str, size: tuple[int, int]
) -> None:
    field, hq = two.field, two.hq
    here = desk(field, language=language, size=size).open().is_in("ready", "conflict", "partial")
    there = desk(hq, language=language, size=size).open().is_in("ready", "conflict", "partial", timeout_s=30)
    expect(peer(here)).to_have_attribute("data-peer-state", "up", timeout=SOON_MS)
    expect(there.page.locator("[data-card]")).to_have_count(len(field.rows("board")), timeout=SOON_MS)
    shown = there.page.locator("[data-card]").count()

    turn(here)
    expect(here.page.locator(".link-switch")).to_contain_text(here.say("link.switch_down"))
    marker = hq.arrivals(field.site.row.code)[-1][0]
    first = field.rows("board")[0]
    for number in range(40):
        told = c.AssignTriage(casualty=first["subject"], category=("T1", "T2")[number % 2], scheme="SIEVE")
        field.tell(told, "medic@ALPHA-BATT")
    subject, alert, callsign = new_casualty(field), a_subject(), f"ALPHA 6 {language}"
    field.tell(c.RecordAlert(alert=alert, channel="VOICE", callsign=callsign, exercise=True))
    tag = tag_of(field, subject)
    record = here.card(tag).locator("[data-delivery]")
    expect(record).to_have_attribute("data-delivery", "AT_SITE")
    expect(record).to_contain_text(re.compile("BENTIU"))
    expect(peer(here)).to_contain_text(here.say("lane_name.0"))
    expect(peer(here)).to_contain_text(here.say("lane_name.1"))

    # Apart for longer than the mission allows: the record is overdue here, and there nobody hears of us.
    expect(there.page.locator(".notes")).to_contain_text("BENTIU", timeout=30_000)
    expect(there.page.locator(".notes")).to_contain_text(there.about("state.partial"))
    expect(there.page.locator("[data-card]")).to_have_count(shown)
    expect(record).to_have_attribute("data-overdue", "true", timeout=30_000)
    expect(record).to_contain_text(here.say("delivery.overdue"))
    expect(peer(here)).to_have_attribute("data-peer-state", re.compile("down|connecting"), timeout=30_000)
    expect(peer(here)).to_contain_text(here.say("peer_state.down"), timeout=30_000)
    for desk_of in (here, there):
        assert grave(desk_of) == []
        assert not sticks_out(desk_of)
    assert tag not in there.page.content()

    turn(here)
    expect(here.page.locator(".link-switch")).to_contain_text(here.say("link.switch_up"))
    expect(there.card(tag)).to_have_count(1, timeout=SOON_MS)
    came = [stream for _, stream in hq.arrivals(field.site.row.code, marker) if stream in {"alert", "casualty"}]
    assert came[0] == "alert", came
    assert "alert" not in came[came.index("casualty") :], came
    expect(record).to_have_attribute("data-delivery", "AT_DESTINATION", timeout=SOON_MS)
    received = field.delivery("board", subject)["received"]
    assert [one["site"] for one in received] == [HEADQUARTERS]
    expect(record).to_contain_text(HEADQUARTERS)
    expect(record).to_contain_text(clock(received[0]["at"]))
    expect(record).to_contain_text(here.about("delivery.received"))
    expect(record).not_to_have_attribute("data-overdue", "true")

    # The duty officer at headquarters takes the alert; the field room sees that it was read.
    there.open("/desk/alerts")
    raised = there.page.locator(".tile").filter(has_text=callsign)
    raised.get_by_role("button", name=there.say("alert.acknowledge")).click()
    here.open("/desk/alerts")
    mark = here.page.locator(".tile").filter(has_text=callsign).locator("[data-delivery]")
    expect(mark).to_contain_text(here.say("role.duty_officer"), timeout=SOON_MS)
    read = field.delivery("alerts", alert)["read"]
    expect(mark).to_contain_text(clock(read[0]["at"]))
    expect(mark).to_contain_text(here.about("delivery.read"))
