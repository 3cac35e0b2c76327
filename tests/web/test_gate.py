"""While a release hold stands: every role at every page, filter, route, export and message, and the name nowhere.

Written over what is registered, so that a page, a route or an export that is added tomorrow is held to it as well.
"""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from litestar.routes import HTTPRoute

from dunant.casualty import commands as c
from dunant.exchange.cot.model import CotMessage
from dunant.exchange.cot.proto import write_frame
from dunant.exchange.cot.relay import wire_xml
from dunant.exchange.cot.split import parse_message
from dunant.exchange.cot.xml import write_event
from dunant.kernel.access import Actor
from dunant.kernel.errors import DunantError
from dunant.kernel.ids import SubjectId
from dunant.kernel.places import Position
from dunant.services import export
from dunant.services.gateway import CotGateway
from dunant.services.reading import Query
from dunant.services.reading.computed import COMPUTED
from dunant.store.live import latest
from dunant.web.live import stream
from dunant.web.print import DOCUMENTS
from dunant.web.routes import prints
from dunant.web.state import Doors
from tests.builders import a_subject, as_author, asked, new_id, send
from tests.web.house import House
from tests.web.test_roles import CHILDREN, ROLES, like

NAME, INDEX, SERVICE, ZAP, PHOTO = "Planted-Umberto-Quill", "UN-7741903", "SRV-55120", "ZAPQUILL77", "f07a" * 16
COUNTRY = "XQZ"
KINDS: dict[Any, str] = {"NAME": NAME, "UN_INDEX": INDEX, "TCC_SERVICE_NO": SERVICE, "ZAP": ZAP, "PHOTO_HASH": PHOTO}
# Written by hand, as the copy in test_roles.py: for whom the gate stays open.
TREATING, NOTIFYING = {"medic", "clinician"}, {"force_medical_officer", "personnel_focal_point", "registrar"}
SHUT_OUT = [role for role in ROLES if not {role, like(role)} & (TREATING | NOTIFYING)]
# A role that reads as another does is tried once.
READERS_SHUT_OUT = [role for role in SHUT_OUT if role not in CHILDREN]
INSIDE = [role for role in ROLES if role not in SHUT_OUT]
DEAD, TWIN, INCIDENT, REQUEST = a_subject(7101), a_subject(7102), a_subject(7103), a_subject(7104)

WHERE: dict[str, Any] = {"casualty": DEAD, "position": Position(lat=9.3, lon=29.9)}


def words(told: Any) -> str:
    return str(told.headers) + told.text if hasattr(told, "headers") else msgspec.json.encode(told).decode()


def leaks(text: str) -> list[str]:
    return [one for one in (*KINDS.values(), COUNTRY) if one.casefold() in text.casefold()]


def fill(house: House) -> None:
    """Somebody dies of whom all is known, and whose name people have typed where no name belongs."""
    at = Position(lat=9.2, lon=29.8)
    cell, doctor = as_author("casevac_cell@HQ"), as_author("duty_officer@HQ")
    person = [
        c.ReportCasualty(casualty=DEAD, incident=INCIDENT, position=at, affiliation=f"UN_MIL:{COUNTRY}", label=NAME),
        c.RecordDetails(casualty=DEAD, contingent=COUNTRY, cause="BATTLE"),
        c.AssignTriage(casualty=DEAD, category="T1", scheme="SIEVE"),
        *(c.AssertIdentity(casualty=DEAD, kind=kind, value=value, state="VERIFIED") for kind, value in KINDS.items()),
        c.AssertIdentity(casualty=DEAD, kind="NAME", value=f"{NAME} junior", state="VERIFIED"),
        c.ReportMist(casualty=DEAD, title=NAME, signs=f"{NAME} is pale", treatment=f"asked for {SERVICE}"),
        c.RequestEvacuation(
            request=REQUEST, kind="CASEVAC", dialect="UN_9LINE", casualties=(DEAD,), incident=INCIDENT, pickup=at,
            lines={"remarks": f"{NAME}, index {INDEX}", "title": f"FOR {NAME}", "marking_text": NAME},
        ),
        c.ReportCasualty(casualty=TWIN, affiliation=f"UN_MIL:{COUNTRY}"),
        c.RecordDetails(casualty=TWIN, contingent=COUNTRY),
        c.AssertIdentity(casualty=TWIN, kind="NAME", value=NAME),
        c.LinkSubjects(casualty=DEAD, other=TWIN),
    ]  # fmt: skip
    house.happened(cell, c.OpenIncident(incident=INCIDENT, type="IED", position=at, estimate=2), *person)
    # Two who did not know of each other.
    house.happened(cell, asked(c.RecordDetails(casualty=DEAD, contingent=f"{COUNTRY}-2"), base=()))
    [died] = send(house.site, c.PronounceDeath(casualty=DEAD, place="R2"), author=doctor)
    assert died.outcome == "accepted"


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("held")) as house:
        fill(house)
        yield house


def questions(house: House, view: str) -> Iterator[dict[str, str]]:
    """What can be asked with a page: what it needs, and each subject that it may be about."""
    asks = {"subject": str(DEAD), "incident": str(INCIDENT), "request": str(REQUEST), "casualty": str(DEAD)}
    page = COMPUTED.get(view)
    known = {**asks, "at": "2026-03-14T12:00:00Z"}
    needs = {name: known.get(name, str(DEAD)) for name in (page.needs if page else ())}
    yield needs
    yield from ({**needs, name: value} for name, value in asks.items() if name not in needs)


def ask(house: House, role: str, view: str, query: dict[str, str]) -> Any:
    """A page as its rows and its error, without the transport: the doors only pass it on."""
    actor = Actor(user="u-asks", role=role, unit="INDBATT", contingent=COUNTRY, facility=str(a_subject(2)))
    try:
        return msgspec.to_builtins(house.site.pages.read(actor, Query(view=view, limit=1000, equal=query)))
    except DunantError as error:
        return {"code": error.code, "params": {name: str(value) for name, value in error.params.items()}}


@pytest.mark.parametrize("role", READERS_SHUT_OUT)
def test_no_page_tells_a_name_to_a_role_that_neither_treats_nor_notifies(held: House, role: str) -> None:
    for view in held.site.pages.names:
        for query in questions(held, view):
            told = ask(held, role, view, query)
            assert leaks(words(told)) == [], (view, query)


@pytest.mark.parametrize("role", READERS_SHUT_OUT)
def test_a_search_by_name_or_country_is_answered_as_for_a_name_that_nobody_has(held: House, role: str) -> None:
    for view, declared in held.site.views.views.items():
        if ask(held, role, view, {}).get("code") == "access.denied":
            continue
        for column in (column.name for column in declared.columns if column.type == "text" and not column.key):
            nobody = ask(held, role, view, {column: "Nobody-At-All"})
            if "code" in nobody:
                continue
            for planted in (NAME, COUNTRY, f"UN_MIL:{COUNTRY}"):
                found = ask(held, role, view, {column: planted})
                assert {**found, "as_of": ""} == {**nobody, "as_of": ""}, (view, column)


def test_no_listing_is_sorted_by_what_a_hold_covers(held: House) -> None:
    covered = set(held.site.policies.notification.covers)
    assert [view for view in held.site.views.views if covered & set(held.site.views.order(view))] == []


@pytest.mark.parametrize("role", ["casevac_cell", "commander", "counsellor", "tcc_medical", "auditor", "administrator"])
def test_no_door_tells_a_name(held: House, role: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    person = held.person(role, contingent=COUNTRY)
    paths = sorted({route.path for route in held.app.routes if isinstance(route, HTTPRoute) and "GET" in route.methods})
    assert len(paths) > 30
    for path in paths:
        asked_for = path.replace("{subject:str}", str(DEAD))
        if "{" in asked_for or asked_for.endswith("/live"):
            continue
        for query in ({}, {"subject": str(DEAD)}, {"q": NAME}, {"value": NAME}):
            assert leaks(words(person.get(asked_for, params=query))) == [], (path, query)
    sent = person.send({"id": new_id(), "command": {"t": "casualty.link_subjects", "casualty": DEAD, "other": TWIN}})
    assert leaks(words(sent)) == []
    said = " ".join(f"{entry.getMessage()} {entry.args}" for entry in caplog.records if entry.name.startswith("dunant"))
    assert leaks(said) == []


def test_the_live_stream_tells_no_name(held: House) -> None:
    person = held.person("casevac_cell", contingent=COUNTRY)
    cursor = latest(held.site.database)
    held.happened(as_author(), c.AssertIdentity(casualty=DEAD, kind="NAME", value=NAME), c.LocateCasualty(**WHERE))
    told = asyncio.run(_first(held, person.cookie.partition("=")[2], cursor, 2))
    assert [one.partition(" ")[0] for one in told] == ["clock", "change"] and str(DEAD) in told[1]
    assert leaks(" ".join(told)) == []


async def _first(house: House, token: str, cursor: str, number: int) -> list[str]:
    said: list[str] = []
    async for message in stream(Doors.of(house.app), token, cursor):
        said.append(" ".join(str(part) for part in (message.event, message.data, message.id)))
        if len(said) == number:
            break
    return said


def test_no_export_holds_a_name_or_the_country(held: House) -> None:
    for what, rows in export.WHAT.items():
        for form, write in export.FORMATS.items():
            text = "".join(write(rows(held.site)))
            assert leaks(text) == [], (what, form)
            assert what == "audit" or str(DEAD) in text or what == "requests"


def test_no_byte_to_another_system_holds_a_name(held: House) -> None:
    gateway = CotGateway(held.site)
    sent = gateway.open_requests()
    assert sent
    raw = write_event(sent[0])
    for message in sent:
        for data in (wire_xml(message), write_frame(message)):
            assert leaks(data.decode("utf-8", "replace")) == []
    # What another peer says is passed on without it too, and all else of it stays.
    crew = f'<detail><crew who="{NAME}" seat="2">{INDEX}</crew>'.encode()
    heard = parse_message(raw.replace(b"<detail>", crew))
    assert isinstance(heard, CotMessage)
    passed_on = wire_xml(gateway.released(heard)).decode()
    assert leaks(passed_on) == [] and 'seat="2"' in passed_on


@pytest.mark.parametrize("role", INSIDE)
def test_those_who_treat_or_notify_read_as_much_as_the_table_of_roles_gives_them(held: House, role: str) -> None:
    names = leaks(words(ask(held, role, "identities", {})))
    assert (NAME in names) == ({role, like(role)} & NOTIFYING != set())


def test_the_focal_point_reads_the_name_on_the_page_and_in_the_text_and_each_reading_is_kept(held: House) -> None:
    person = held.person("personnel_focal_point")
    before = len(held.events("audit"))
    [row] = [row for row in person.view("notifications").json()["rows"] if row["subject"] == DEAD]
    assert (row["standing"], row["held"], row["held_until"], row["next"]) == ("DUE", True, None, ["DRAFT"])
    assert NAME in words(row["identities"])
    texts = person.view("notice", subject=DEAD).json()["rows"]
    assert len(texts) == 6 and all(NAME in one["text"] for one in texts)
    written = [event.body for event in held.events("audit")[before:]]
    assert [body.view for body in written if hasattr(body, "view")] == ["notifications", "notice"]


def test_the_cell_knows_that_a_hold_stands_and_reads_no_name_and_no_text(held: House) -> None:
    rows = ask(held, "casevac_cell", "notifications", {})["rows"]
    assert [(row["subject"], row["held"]) for row in rows] == [(DEAD, True)]
    assert ask(held, "casevac_cell", "notice", {"subject": str(DEAD)})["code"] == "kernel.not_found"


def test_a_search_finds_by_part_of_a_name_for_who_may_read_it_and_by_tag_for_all_others(held: House) -> None:
    [found] = [row for row in ask(held, "registrar", "search", {"q": "umberto"})["rows"] if row["subject"] == DEAD]
    assert found["by"] == ["NAME"] and NAME in words(found["identities"])
    for role in ("casevac_cell", "commander", "counsellor"):
        for part in ("umberto", NAME, INDEX[-5:]):
            assert ask(held, role, "search", {"q": part})["rows"] == []
    [board] = ask(held, "casevac_cell", "board", {"subject": str(DEAD)})["rows"]
    [row] = ask(held, "casevac_cell", "search", {"q": board["tag"][2:].lower()})["rows"]
    assert (row["subject"], row["by"]) == (DEAD, ["tag"])
    assert ask(held, "registrar", "search", {"q": "u"})["params"]["field"] == "q"


def test_no_print_holds_a_name_whoever_asks_for_it(held: House, monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[Any] = []

    def typeset(_template: str, content: Any, _language: str) -> bytes:
        printed.append(content)
        return b"%PDF"

    monkeypatch.setattr(prints, "typeset", typeset)
    asks = {"incident": str(INCIDENT), "at": "2026-03-14T12:00:00Z"}
    for name, document in DOCUMENTS.items():
        query = {need: asks.get(need, str(REQUEST if name == "nine_line" else DEAD)) for need in document.needs}
        for role in ("casevac_cell", "force_medical_officer", "clinician"):
            held.person(role).get(f"/api/v1/prints/{name}", params=query)
    assert len(printed) >= 3
    assert leaks(words(printed)) == []


def test_after_release_the_contingent_reads_its_own_and_no_other(tmp_path: Any) -> None:
    with House(tmp_path / "released") as house:
        fill(house)
        clear, tell = as_author("force_medical_officer@HQ"), as_author("personnel_focal_point@HQ")
        for state in ("DRAFT", "MEDICALLY_CLEARED", "SENT_HQ", "TCC_INFORMED", "NOK_CONFIRMED"):
            author = clear if state == "MEDICALLY_CLEARED" else tell
            [one] = send(house.site, asked(c.ProgressNoticas(casualty=DEAD, state=state)), author=author)
            assert one.outcome == "accepted", one
        release = c.ProgressNoticas(casualty=DEAD, state="RELEASED")
        [early] = send(house.site, release, author=tell)
        assert (early.outcome, early.code) == ("rejected", "casualty.under_hold")
        assert NAME not in words(ask(house, "tcc_medical", "identities", {}))
        [lifted] = send(house.site, c.LiftReleaseHold(casualty=DEAD, reason="the family asked for it"), author=tell)
        [out] = send(house.site, release, author=tell)
        assert (lifted.outcome, out.outcome) == ("accepted", "accepted")
        # Two answers to whose contingent it is: the one that is shown is the one it was released to.
        settle = c.ResolveConflict(subject_id=DEAD, field="contingent", value=COUNTRY, reason="roster")
        heads = [one["event"] for one in _conflict(house)["values"]]
        send(house.site, asked(settle, base=tuple(heads)), author=as_author("casevac_cell@HQ"))
        assert NAME in words(ask(house, "tcc_medical", "identities", {}))
        other = Actor(user="u-2", role="tcc_medical", contingent="XAA")
        assert leaks(words(msgspec.to_builtins(house.site.pages.read(other, Query(view="identities"))))) == []


def _conflict(house: House) -> Any:
    actor = Actor(user="u-1", role="casevac_cell")
    rows = house.site.pages.read(actor, Query(view="conflicts", equal={"subject": str(DEAD)})).rows
    return next(row for row in rows if row["field"] == "contingent")


def test_without_the_hold_the_same_pages_would_tell(tmp_path: Any) -> None:
    """The canary sings where nothing keeps it in: the tests above find what they look for."""
    with House(tmp_path / "open") as house:
        fill(house)
        send(
            house.site,
            c.LiftReleaseHold(casualty=DEAD, reason="exercise of this test"),
            author=as_author("personnel_focal_point"),
        )
        told = "".join(words(ask(house, "casevac_cell", view, {})) for view in ("board", "requests", "mists"))
        assert {NAME, COUNTRY, INDEX, SERVICE} <= set(leaks(told))


def test_a_hold_is_placed_with_the_fact_and_once(tmp_path: Any) -> None:
    with House(tmp_path / "once") as house:
        subject = SubjectId(a_subject(7200))
        cell, doctor = as_author("casevac_cell@HQ"), as_author("duty_officer@HQ")
        send(house.site, c.ReportCasualty(casualty=subject), c.ReportMissing(casualty=subject), author=cell)
        send(house.site, c.RecordDetails(casualty=subject, severity="NSI"), author=cell)
        send(house.site, c.RecordDetails(casualty=subject, severity="VSI"), author=cell)
        send(house.site, c.RecordDetails(casualty=subject, severity="VSI", sex="F"), author=cell)
        send(house.site, c.PronounceDeath(casualty=subject, place="R2"), author=doctor)
        [row] = house.site.pages.read(Actor(user="u", role="personnel_focal_point"), Query(view="holds")).rows
        assert [hold["trigger"] for hold in row["holds"]] == ["MISSING", "VSI", "DEATH"]
