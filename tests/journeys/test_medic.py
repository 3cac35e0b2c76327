"""The medic's phone at work: the quick record, the whole card, the request, the hand-over, all without a network."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.barriers import free_of_barriers
from tests.journeys.conftest import Missions, OpenPhone
from tests.journeys.desk import UI
from tests.journeys.mission import Mission, Row
from tests.journeys.phone import SMALL, Phone

# Where the time of the quick record is left, for the table of performance; nothing is asserted of it.
MEASURED = UI.parent / "build" / "quick_record.json"
PICTURES = UI.parent / "build" / "pictures"
# A code of another mission, too long for one symbol.
VECTORS = json.loads((UI.parent / "tests" / "references" / "handover.json").read_text(encoding="utf-8"))
IN_PARTS: list[str] = next(one["texts"] for one in VECTORS["good"] if len(one["texts"]) > 1)
HERE = {"latitude": 9.23, "longitude": 29.8}
MOST_TAPS = 6


@pytest.fixture(scope="module")
def mission(missions: Missions) -> Mission:
    return missions.at("20:40")


def clinical(mission: Mission, view: str, subject: str) -> list[Row]:
    with mission.api("medic") as client:
        rows: list[Row] = client.get(f"/api/v1/views/{view}", params={"subject": subject}).json()["rows"]
    return rows


def by_part(here: Phone, attribute: str, value: str) -> Locator:
    return here.page.locator(f'[data-{attribute}="{value}"]')


def came_back(here: Phone) -> None:
    here.page.evaluate("dispatchEvent(new Event('online'))")
    expect(here.strip).to_contain_text(here.say("strip.online"), timeout=30_000)
    expect(here.page.locator(".strip")).to_have_attribute("data-tone", "quiet", timeout=30_000)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_minimal_record_takes_six_taps_at_most_on_one_screen(
    mission: Mission, phone: OpenPhone, language: str
) -> None:
    """Tag (the site's own), category, position, time of injury; each target is uncovered without scrolling."""
    here = phone(mission, language=language, size=SMALL, geolocation=HERE, permissions=["geolocation"])
    here.open().sign_in("medic")
    taps = 0

    def tap(target: Locator) -> None:
        nonlocal taps
        taps += 1
        assert target.evaluate(
            """(one) => {
              const box = one.getBoundingClientRect()
              const found = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
              const isWhole = box.top >= 0 && box.bottom <= innerHeight
              return scrollY === 0 && isWhole && (one === found || one.contains(found))
            }"""
        ), f"tap {taps} needs scrolling"
        target.click()

    tap(here.button("field.new_casualty"))
    began = here.page.evaluate("performance.now()")
    tap(by_part(here, "choice", "T1"))
    tap(by_part(here, "choice", "10"))
    tap(here.page.get_by_role("button", name=here.say("medic.here"), exact=True))
    expect(here.page.locator(".kept")).to_have_attribute("data-kept", "4")
    took = here.page.evaluate("performance.now()") - began
    tap(here.button("field.save"))
    assert taps <= MOST_TAPS
    here.is_at("home")
    came_back(here)
    expect(here.cards.first).not_to_have_attribute("data-casualty", "untagged")
    tag = str(here.cards.first.get_attribute("data-casualty"))
    row = mission.row(tag)
    assert (row["triage"], row["position"]["lat"]) == ("T1", HERE["latitude"])
    assert mission.happened(tag, "casualty.injury_time_estimated")
    MEASURED.parent.mkdir(exist_ok=True)
    known = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    MEASURED.write_text(json.dumps({**known, language: {"taps": taps, "app_ms": round(took)}}))


def test_a_card_made_without_a_network_arrives_whole(mission: Mission, phone: OpenPhone) -> None:
    here = phone(mission, size=SMALL).open().sign_in("medic").is_ready_without_a_network()
    mission.stop()
    try:
        here.button("field.new_casualty").click()
        here.is_at("new")
        by_part(here, "choice", "T2").click()
        by_part(here, "part", "LEG_LOWER-L").click()
        by_part(here, "kind", "AMPUTATION").click()
        by_part(here, "code", "TQ").click()
        by_part(here, "limb", "LL").click()
        expect(by_part(here, "tourniquet", "LL")).to_be_visible()
        by_part(here, "code", "NPA").click()
        here.button("medic.undo").click()
        by_part(here, "sign", "hr").get_by_role("textbox").fill("1200")
        expect(by_part(here, "sign", "hr").locator(".refusal")).to_contain_text("1200")
        by_part(here, "sign", "hr").get_by_role("textbox").fill("132")
        by_part(here, "keep", "vitals").click()
        subject = str(here.page.locator(".care").get_attribute("data-subject"))
        here.button("field.save").click()
        expect(here.cards.first).to_contain_text("HR 132")
    finally:
        mission.start()
    came_back(here)
    assert [row["kind"] for row in clinical(mission, "injuries", subject)] == ["AMPUTATION"]
    assert [(row["code"], row["limb"]) for row in clinical(mission, "interventions", subject)] == [("TQ", "LL")]
    assert [row["hr"] for row in clinical(mission, "vitals", subject)] == [132]


def test_a_practice_casualty_is_never_sent(mission: Mission, phone: OpenPhone) -> None:
    here = phone(mission, size=SMALL).open().sign_in("medic2")
    here.button("field.practice").first.click()
    here.is_at("practice")
    by_part(here, "choice", "T1").click()
    by_part(here, "code", "NPA").click()
    expect(here.page.locator(".kept")).to_have_attribute("data-kept", "3")
    here.button("field.save").click()
    here.is_at("home")
    expect(here.cards).to_have_count(0)
    assert here.stored() == []


@pytest.mark.slow
def test_a_request_without_a_link_is_read_aloud_and_follows(mission: Mission, phone: OpenPhone) -> None:
    here = phone(mission, language="ar", size=SMALL).open().sign_in("medic").is_ready_without_a_network()
    mission.stop()
    try:
        here.record("T1")
        here.cards.first.locator("button").click()
        here.button("medic.ask_evacuation").click()
        here.is_at("request")
        expect(here.state).to_have_attribute("data-state", "offline_queue")
        expect(here.page.locator("[data-lacking]")).to_be_visible()
        by_part(here, "counter", "counts.PRIORITY").get_by_role("button").last.click()
        expect(here.page.locator("[data-mismatch]")).to_be_visible()
        here.button("medic.keep_and_read").first.click()
        here.is_at("read")
        aloud = here.page.locator(".aloud")
        # The radio speaks its own language, whatever the screen speaks.
        expect(aloud).to_have_attribute("lang", "en")
        here.button("medic.next_line").click()
        expect(aloud).to_contain_text("Four-line report")
        here.button("field.back").click()
        expect(here.page.locator("[data-request]")).to_have_attribute("data-request", "waiting")
    finally:
        mission.start()
    came_back(here)
    mine = here.page.locator("[data-request]").first
    expect(mine).to_have_attribute("data-request", "SUBMITTED")
    # Now it has a tag, and with it a line for those who have nothing but text.
    mine.get_by_role("button").click()
    here.is_at("read").page.locator("summary").click()
    expect(here.page.locator(".dn1")).to_contain_text("DN1")
    expect(here.page.locator(".picture")).to_be_visible()


def test_two_phones_hand_over_without_a_network(mission: Mission, phone: OpenPhone, tmp_path: Path) -> None:
    giver = phone(mission, size=SMALL).open().sign_in("medic").is_ready_without_a_network()
    taker = phone(mission, language="ar", size=SMALL).open().sign_in("medic2").is_ready_without_a_network()
    mission.stop()
    try:
        giver.record("T1")
        giver.cards.first.locator("button").click()
        subject = str(giver.page.locator(".care").get_attribute("data-subject"))
        giver.button("medic.hand_over").click()
        picture = giver.page.locator(".picture")
        offer = str(picture.get_attribute("data-code"))
        picture.screenshot(path=tmp_path / "offer.png")
        taker.button("field.take_over").click()
        _read(taker, offer[:-4])
        expect(taker.page.locator("[data-fault]")).to_have_attribute("data-fault", "exchange.damaged")
        one, two, three, four = IN_PARTS
        _read(taker, "\n".join([three, one, two]))
        expect(taker.page.locator("[data-scanned]")).to_have_text(taker.say("medic.read_of", have=_ltr(3), of=_ltr(4)))
        _read(taker, four)
        expect(taker.page.locator("[data-fault]")).to_have_attribute("data-fault", "exchange.foreign_key")
        # What the other phone's camera would see.
        taker.page.locator("input[type=file]").set_input_files(tmp_path / "offer.png")
        expect(by_part(taker, "take", "review").locator("[data-triage]")).to_have_attribute("data-triage", "T1")
        taker.button("medic.accept").click()
        answer = str(taker.page.locator(".picture").get_attribute("data-code"))
        giver.button("medic.scan_answer_button").click()
        _read(giver, answer)
        expect(by_part(giver, "give", "taken")).to_be_visible()
        taker.button("medic.open_card").click()
        taker.is_at("casualty")
    finally:
        mission.start()
    came_back(giver)
    came_back(taker)
    row = next(row for row in mission.rows("board") if row["subject"] == subject)
    taken_by = next(one.user for one in mission._accounts().list() if one.login == "medic2")
    assert (row["custody"], row["holder"]) == ("HELD", taken_by)
    giver.page.goto(f"{mission.url}/field/#casualty/{subject}")
    expect(giver.state).to_have_attribute("data-state", "read_only")


def _ltr(number: int) -> str:
    return f"\u2066{number}\u2069"


def _read(here: Phone, text: str) -> None:
    if not here.page.locator("textarea").is_visible():
        here.page.locator("summary").first.click()
    here.page.locator("textarea").fill(text)
    here.button("medic.use_text").click()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "theme"), [("ar", "sun"), ("en", "night")], ids=["ar-sun", "en-night"])
def test_every_screen_of_the_medic_is_free_of_barriers(
    mission: Mission, phone: OpenPhone, language: str, theme: str
) -> None:
    here = phone(mission, language=language, theme=theme, size=SMALL).open().sign_in("medic")
    here.page.route("**/api/v1/outbox", lambda route: route.abort())

    def go(place: str, *, ready: str = "main h1") -> None:
        here.page.goto(f"{mission.url}/field/#{place}")
        here.is_at(place.partition("/")[0])
        here.page.wait_for_selector(ready)
        free_of_barriers(here)

    go("new", ready=".bar")
    by_part(here, "choice", "T1").click()
    by_part(here, "part", "CHEST-R").click()
    free_of_barriers(here)
    by_part(here, "kind", "GSW").click()
    by_part(here, "code", "TQ").click()
    free_of_barriers(here)
    by_part(here, "limb", "RA").click()
    subject = str(here.page.locator(".care").get_attribute("data-subject"))
    here.page.locator(".schemes summary").click()
    free_of_barriers(here)
    go(f"request/{subject}")
    here.button("medic.keep_and_read").first.click()
    free_of_barriers(here.is_at("read"))
    go(f"give/{subject}", ready=".picture")
    for place in ("take", "incident", "legs"):
        go(place)
    leg: dict[str, Any] = next(row for row in mission.rows("legs") if row["active"])
    go(f"leg/{leg['subject']}")


@pytest.mark.slow
def test_a_crew_stamps_a_step_with_one_button_and_says_who_is_aboard(mission: Mission, phone: OpenPhone) -> None:
    here = phone(mission, size=SMALL).open().sign_in("medic")
    here.button("field.legs").click()
    here.is_at("legs").page.locator("[data-leg] button").first.click()
    step = here.is_at("leg").page.locator("[data-next]")
    expect(step).to_be_enabled()
    stamped = str(step.get_attribute("data-next"))
    step.click()
    expect(by_part(here, "step", stamped)).to_be_visible()
    expect(step).not_to_have_attribute("data-next", stamped)
    here.button("medic.load.LITTER").first.click()
    expect(by_part(here, "aboard", "LITTER")).to_have_count(1)
    came_back(here)
    subject = here.page.url.rpartition("/")[2]
    leg = next(row for row in mission.rows("legs") if row["subject"] == subject)
    assert stamped in leg["actual"]
    assert [one["place"] for one in leg["aboard"]] == ["LITTER"]


@pytest.mark.slow
def test_somebody_of_whom_nothing_is_known_is_added_to_an_incident_and_the_estimate_set(
    mission: Mission, phone: OpenPhone
) -> None:
    here = phone(mission, language="ar", size=SMALL).open().sign_in("medic")
    here.button("field.incident").click()
    here.is_at("incident").page.locator("main li button").first.click()
    tracked = here.page.locator("[data-figure=tracked] dd")
    before = int(tracked.inner_text())
    here.button("medic.add_unknown").click()
    by_part(here, "counter", "total").get_by_role("button").last.click()
    here.button("medic.set_estimate").click()
    came_back(here)
    expect(tracked).to_have_text(str(before + 1))
    subject = str(here.state.get_attribute("data-incident"))
    row = next(row for row in mission.rows("incidents") if row["subject"] == subject)
    assert (row["tracked"], row["estimate"]) == (before + 1, before + 1)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "theme"), [("en", "sun"), ("ar", "night")], ids=["en-sun", "ar-night"])
def test_pictures(mission: Mission, phone: OpenPhone, language: str, theme: str) -> None:
    """For people to look at before a release, beside those of the first screens."""
    here = phone(mission, language=language, theme=theme, size=SMALL).open().sign_in("medic")
    here.page.route("**/api/v1/outbox", lambda route: route.abort())
    PICTURES.mkdir(parents=True, exist_ok=True)

    def picture(screen: str) -> None:
        state = here.state.get_attribute("data-state")
        name = f"{screen}.{state}.{language}.{SMALL[0]}.{theme}.png"
        here.page.screenshot(path=PICTURES / name, full_page=True)

    def go(place: str) -> None:
        here.page.goto(f"{mission.url}/field/#{place}")
        here.is_at(place.partition("/")[0])
        expect(here.page.locator("main h1")).to_be_attached()

    go("new")
    by_part(here, "choice", "T1").click()
    by_part(here, "part", "LEG_LOWER-L").click()
    by_part(here, "kind", "AMPUTATION").click()
    by_part(here, "code", "TQ").click()
    by_part(here, "limb", "LL").click()
    picture("F2")
    subject = str(here.page.locator(".care").get_attribute("data-subject"))
    go(f"request/{subject}")
    picture("F3")
    here.button("medic.keep_and_read").first.click()
    here.is_at("read")
    picture("F4")
    go(f"give/{subject}")
    expect(here.page.locator(".picture")).to_be_visible()
    picture("F5-give")
    go("take")
    picture("F5-take")
    go("incident")
    here.page.locator("main li button").first.click()
    expect(here.page.locator(".figures")).to_be_visible()
    picture("F7")
    leg = next(row for row in mission.rows("legs") if row["active"])
    go(f"leg/{leg['subject']}")
    picture("F9")
    go("practice")
    picture("F12-practice")
