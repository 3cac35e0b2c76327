"""The demonstration's link is cut and mended, and both rooms say what is where. No answer here is made up."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dunant.casualty import commands as c
from tests.builders import a_subject
from tests.journeys.conftest import OpenDesk
from tests.journeys.desk import NARROW, WIDE, Desk
from tests.journeys.people import with_person
from tests.journeys.phone import PHONE, Phone
from tests.journeys.test_accessibility import grave, sticks_out
from tests.journeys.two_sites import HEADQUARTERS, Post, TwoSites

FIELD = "BENTIU"
WINDOWS = {"en": WIDE, "ar": NARROW}
# What a link of 600 ms needs, on a machine that does other things too.
SOON_MS = 20_000
# Until a link that hangs is given up, or a site counts as silent, or a list is read again.
LATER_MS = 40_000


@pytest.fixture(scope="module")
def pair(built_ui: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoSites]:
    opened = TwoSites(tmp_path_factory.mktemp("two-sites"), "20:00")
    yield opened
    opened.close()


@pytest.fixture
def two(pair: TwoSites) -> Iterator[TwoSites]:
    """The link is up at the beginning, whatever the test before left."""
    yield pair
    pair.mend()


def rooms(two: TwoSites, desk: OpenDesk, **options: str) -> tuple[list[Desk], list[Desk]]:
    """A window in English and one in Arabic at each site."""
    here, there = (
        [desk(post, language=language, size=size, **options) for language, size in WINDOWS.items()]
        for post in (two.field, two.hq)
    )
    return here, there


def peer(room: Desk, code: str = HEADQUARTERS) -> Locator:
    return room.page.locator(f'[data-peer="{code}"]')


def turn(room: Desk) -> None:
    """The switch, by keyboard."""
    room.page.get_by_role("switch").focus()
    room.page.keyboard.press("Space")


def tag_of(post: Post, subject: str) -> str:
    return str(next(row["tag"] for row in post.rows("board") if row["subject"] == subject))


def of_day(at: str) -> str:
    """The time as the desk writes it."""
    return f"{at[11:16]}Z"


def new_casualty(post: Post, login: str = "medic") -> str:
    subject = a_subject()
    post.post(login, {"t": "casualty.report_casualty", "casualty": subject, "exercise": True})
    return subject


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Ask the other site until it knows; the browser goes on meanwhile."""
    for _ in range(SOON_MS // 200):
        if holds():
            return
        page.wait_for_timeout(200)
    raise AssertionError("not within the time that a link of 600 ms needs")


def badge(room: Desk, tag: str) -> Locator:
    return room.card(tag).locator("[data-delivery]")


def test_the_link_is_cut_and_mended_and_both_rooms_see_what_is_where(two: TwoSites, desk: OpenDesk) -> None:
    field, hq = two.field, two.hq
    here, there = rooms(two, desk)
    for room in (*here, *there):
        room.open()
    for room in here:
        expect(peer(room)).to_have_attribute("data-peer-state", "up", timeout=SOON_MS)
    for room in there:
        expect(room.page.locator("[data-card]")).to_have_count(len(field.rows("board")), timeout=SOON_MS)
    shown = there[0].page.locator("[data-card]").count()

    turn(here[0])
    for room in here:
        expect(room.page.locator(".link-switch")).to_contain_text(room.say("link.switch_down"))
    before = hq.arrivals(FIELD)[-1][0]
    treated = field.rows("board")[0]["subject"]
    for _ in range(20):
        field.tell(c.AssignTriage(casualty=treated, category="T1", scheme="SIEVE"))
        field.tell(c.AssignTriage(casualty=treated, category="T2", scheme="SIEVE"))
    subject, alert = new_casualty(field), a_subject()
    field.tell(c.RecordAlert(alert=alert, channel="VOICE", callsign="ALPHA 6", exercise=True))
    tag = tag_of(field, subject)
    for room in here:
        expect(badge(room, tag)).to_have_attribute("data-delivery", "AT_SITE")
        expect(badge(room, tag)).to_contain_text(re.compile(FIELD))
        expect(peer(room)).to_contain_text(room.say("lane_name.0"))
        expect(peer(room)).to_contain_text(room.say("lane_name.1"))

    # Apart for longer than the mission allows: overdue here, and nobody heard there; nothing disappears.
    for room in there:
        expect(room.page.locator(".notes")).to_contain_text(FIELD, timeout=LATER_MS)
        expect(room.page.locator(".notes")).to_contain_text(room.about("state.partial"))
        expect(peer(room, FIELD)).to_have_attribute("data-peer-state", "down", timeout=SOON_MS)
        expect(room.page.locator("[data-card]")).to_have_count(shown)
        assert tag not in room.page.content()
    for room in here:
        expect(badge(room, tag)).to_have_attribute("data-overdue", "true", timeout=LATER_MS)
        expect(badge(room, tag)).to_contain_text(room.say("delivery.overdue"))
        expect(peer(room)).to_have_attribute("data-peer-state", "down", timeout=LATER_MS)
        expect(peer(room)).to_contain_text(room.say("peer_state.down"))
    for room in (here[0], there[1]):
        assert grave(room) == []
        assert not sticks_out(room)

    turn(here[1])
    for room in there:
        expect(room.card(tag)).to_have_count(1, timeout=SOON_MS)
    came = [stream for _, stream in hq.arrivals(FIELD, before) if stream in {"alert", "casualty"}]
    assert came == sorted(came), "alerts first"
    for room in here:
        expect(badge(room, tag)).to_have_attribute("data-delivery", "AT_DESTINATION", timeout=SOON_MS)
        expect(peer(room)).to_have_attribute("data-peer-state", "up")
        [received] = field.delivery("board", subject)["received"]
        assert received["site"] == HEADQUARTERS
        expect(badge(room, tag)).to_contain_text(room.about("delivery.received"))
        expect(badge(room, tag)).to_contain_text(HEADQUARTERS)
        expect(badge(room, tag)).to_contain_text(of_day(received["at"]))

    # The duty officer at headquarters takes the alert; the field room sees that it has been read.
    room = there[0].open("/desk/alerts")
    raised = room.page.locator(".tile").filter(has_text="ALPHA 6")
    raised.get_by_role("button", name=room.say("alert.acknowledge")).click()
    for room in here:
        mark = room.open("/desk/alerts").page.locator(".tile").filter(has_text="ALPHA 6").locator("[data-delivery]")
        expect(mark).to_contain_text(room.say("role.duty_officer"), timeout=SOON_MS)
        [read] = field.delivery("alerts", alert)["read"]
        expect(mark).to_contain_text(room.about("delivery.read"))
        expect(mark).to_contain_text(of_day(read["at"]))


def test_what_two_people_said_while_apart_is_settled_once_for_both_sites(two: TwoSites, desk: OpenDesk) -> None:
    field, hq = two.field, two.hq
    tag = tag_of(field, new_casualty(field))
    here, there = desk(field, "cell").open(), desk(hq, language="ar").open()
    expect(there.card(tag)).to_have_count(1, timeout=SOON_MS)
    two.link.turn(up=False)
    for room, category in ((here, "T1"), (there, "T3")):
        room.choose(tag)
        room.page.get_by_role("radio", name=room.say(f"triage.{category}")).click(force=True)
        expect(room.card(tag)).to_have_attribute("data-triage", category)
        expect(room.card(tag)).not_to_have_attribute("data-conflict", "true")
    two.mend()
    for room in (here, there):
        expect(room.card(tag)).to_have_attribute("data-conflict", "true", timeout=SOON_MS)

    there.open("/desk/conflicts")
    both = there.page.locator("[data-conflict]").filter(has_text=tag).locator('[data-conflict-field="triage"]')
    expect(both.locator(".conflict-value")).to_have_count(2)
    expect(both).to_contain_text(FIELD)
    expect(both).to_contain_text(HEADQUARTERS)
    both.get_by_label(there.say("conflict.reason")).fill("seen again by the surgeon")
    value = both.locator(".conflict-value").filter(has_text=there.say("triage.T1"))
    value.get_by_role("button", name=there.about("conflict.take")).click()
    expect(there.page.locator("[data-conflict]").filter(has_text=tag)).to_have_count(0)

    expect(here.card(tag)).not_to_have_attribute("data-conflict", "true", timeout=SOON_MS)
    expect(here.card(tag)).to_have_attribute("data-triage", "T1")
    here.open("/desk/conflicts").page.locator(".settled summary").click()
    expect(here.page.locator("[data-settled]").filter(has_text=tag)).to_contain_text("seen again by the surgeon")


def carried(source: Desk, target: Desk, code: str) -> None:
    """One way of a stick: written on one screen, read on the other, which says what became of it."""
    source.page.locator(".choice").filter(has_text=code).click()
    with source.page.expect_download() as stick:
        source.button("exchange.export").click()
    expect(source.page.get_by_text(source.say("exchange.written"))).to_be_visible()
    assert stick.value.suggested_filename.endswith(".dunant")
    target.page.locator('input[type="file"][accept=".dunant"]').set_input_files(stick.value.path())
    expect(target.page.get_by_text(target.about("exchange.report"))).to_be_visible(timeout=SOON_MS)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_stick_carries_a_record_over_and_its_receipt_back(two: TwoSites, desk: OpenDesk, language: str) -> None:
    field, hq = two.field, two.hq
    here, there = (desk(post, with_person(post, "administrator"), language=language) for post in (field, hq))
    two.link.turn(up=False)
    subject = new_casualty(field)
    for room in (here, there):
        room.ear.expect(r"^403 .*/api/v1/views/", "status of 403")
        room.open("/desk/site").is_in("ready", "partial")
    assert field.delivery("board", subject)["state"] == "AT_SITE"
    carried(here, there, HEADQUARTERS)
    assert subject in {row["subject"] for row in hq.rows("board")}
    assert field.delivery("board", subject)["state"] == "AT_SITE"
    carried(there, here, FIELD)
    delivery = field.delivery("board", subject)
    assert [one["site"] for one in delivery["received"]] == [HEADQUARTERS]
    assert not delivery["overdue"]
    room = desk(field, language=language).open()
    expect(badge(room, tag_of(field, subject))).to_contain_text(room.about("delivery.received"))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_a_phone_recorded_without_a_network_arrives_at_headquarters(
    two: TwoSites, browser: Browser, language: str
) -> None:
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale=language)
    phone = Phone(context, two.field, language).open().sign_in("medic").is_ready_without_a_network()
    known = {row["subject"] for row in two.field.rows("board")}
    context.set_offline(True)
    phone.record("T2")
    expect(phone.cards.first).to_have_attribute("data-unsent", "true")
    assert {row["subject"] for row in two.field.rows("board")} == known
    context.set_offline(False)
    expect(phone.cards.first).not_to_have_attribute("data-unsent", "true", timeout=SOON_MS)
    [new] = {row["subject"] for row in two.field.rows("board")} - known
    room = phone.page
    until(room, lambda: new in {row["subject"] for row in two.hq.rows("board")})
    until(room, lambda: two.field.delivery("board", new)["state"] == "AT_DESTINATION")
    assert phone.ear.complaints() == []
    context.close()
