"""The live stream on a real server: nothing lost, nothing told to the wrong reader, and an end when it is time."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from dunant.casualty import commands as c
from dunant.config import Settings
from dunant.kernel.ids import SubjectId
from dunant.services.accounts import Accounts, Session
from dunant.services.build import Site
from dunant.web import live
from tests.builders import a_subject, as_author, send
from tests.fakes import FixedClock
from tests.web.conftest import people
from tests.web.house import Person, Street, sign_in


@pytest.fixture(autouse=True)
def _a_quick_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "CLOCK_EVERY_S", 0.5)


@pytest.fixture
def site(plain_settings: Settings) -> Iterator[Site]:
    opened = Site(plain_settings, FixedClock())
    people(opened, plain_settings)
    yield opened
    opened.close()


@pytest.fixture
def street(site: Site, plain_settings: Settings) -> Iterator[Street]:
    with Street(site, plain_settings) as made:
        yield made


def follow(person: Person, resume: str = "") -> Any:
    headers = {"Cookie": person.cookie, **({"Last-Event-ID": resume} if resume else {})}
    return person.client.stream("GET", "/api/v1/live", headers=headers)


def messages(answer: httpx.Response) -> Iterator[tuple[str, dict[str, Any], str]]:
    """(event, data, id) as a browser would read them."""
    event = data = mark = ""
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if not line and event:
            yield event, json.loads(data), mark
            event = data = mark = ""
        elif name == "event":
            event = value
        elif name == "data":
            data = value
        elif name == "id":
            mark = value


def until(found: Iterator[tuple[str, dict[str, Any], str]], event: str) -> tuple[dict[str, Any], str]:
    return next((data, mark) for name, data, mark in found if name == event)


def report(site: Site, *subjects: SubjectId) -> None:
    send(site, *(c.ReportCasualty(casualty=subject) for subject in subjects))


def test_a_change_is_told_by_name_and_tag_and_nothing_else(site: Site, street: Street) -> None:
    with street.client() as client, follow(sign_in(client, "casevac_cell")) as answer:
        found, subject = messages(answer), a_subject()
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        until(found, "clock")
        report(site, subject)
        change, mark = until(found, "change")
        assert set(change) == {"subject", "tag", "views", "version"}
        assert (change["subject"], change["tag"][1], bool(mark)) == (subject, "-", True)
        assert {"board", "casualty", "timeline"} <= set(change["views"])


def test_a_stream_that_broke_off_anywhere_resumes_without_a_loss(site: Site, street: Street) -> None:
    with street.client() as client:
        cell, subjects = sign_in(client, "casevac_cell"), [a_subject() for _ in range(6)]
        with follow(cell) as answer:
            mark = until(messages(answer), "clock")[1]
        report(site, *subjects)
        for broken_after in (1, 3, 6):
            with follow(cell, mark) as answer:
                told = [data["subject"] for name, data, _ in _first(messages(answer), "change", broken_after)]
                last = ""
            with follow(cell, last or mark) as answer:
                told += [data["subject"] for name, data, _ in _first(messages(answer), "change", 6)]
            assert set(told) == set(subjects)


def test_only_the_last_of_a_batch_moves_the_mark(site: Site, street: Street) -> None:
    with street.client() as client:
        cell = sign_in(client, "casevac_cell")
        with follow(cell) as answer:
            mark = until(messages(answer), "clock")[1]
        report(site, *(a_subject() for _ in range(4)))
        with follow(cell, mark) as answer:
            marks = [m for _, _, m in _first(messages(answer), "change", 4)]
        assert [bool(m) for m in marks] == [False, False, False, True]


def test_a_mark_that_nobody_gave_means_reading_everything_again(street: Street) -> None:
    with street.client() as client, follow(sign_in(client, "casevac_cell"), "no-such-mark") as answer:
        assert until(messages(answer), "reset")[0] == {}


def test_a_reader_hears_only_of_what_may_be_read(site: Site, street: Street) -> None:
    subject = a_subject()
    report(site, subject)
    with street.client() as client:
        registrar, medic = sign_in(client, "registrar"), sign_in(client, "medic")
        with follow(registrar) as names, follow(medic) as board:
            hears, sees = messages(names), messages(board)
            until(hears, "clock")
            until(sees, "clock")
            send(site, c.AssignTriage(casualty=subject, category="T2", scheme="SIEVE"), author=as_author("medic@A"))
            assert "board" in until(sees, "change")[0]["views"]
            assert next(name for name, _, _ in hears) == "clock"
            name = c.AssertIdentity(casualty=subject, kind="NAME", value="A Name")
            send(site, name, author=as_author("registrar@HQ"))
            change = until(hears, "change")[0]
            assert (change["views"], change["tag"]) == (["identities"], None)


def test_what_is_settled_or_taken_back_is_told_too(site: Site, street: Street) -> None:
    subject, other = a_subject(), a_subject()
    report(site, subject, other)
    with street.client() as client, follow(sign_in(client, "casevac_cell")) as answer:
        found = messages(answer)
        until(found, "clock")
        assert send(site, c.LinkSubjects(casualty=subject, other=other))[0].outcome == "accepted"
        assert "board" in until(found, "change")[0]["views"]


def test_signing_out_ends_the_stream_at_once(street: Street) -> None:
    with street.client() as client:
        cell = sign_in(client, "casevac_cell")
        with follow(cell) as answer:
            found = messages(answer)
            until(found, "clock")
            cell.post("/api/v1/logout")
            assert until(found, "signed_out")[0] == {}
            assert list(found) == []


def test_following_alone_does_not_keep_a_session_alive(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    touched: list[bool] = []
    look = Accounts.session

    def counted(accounts: Accounts, token: str, *, touch: bool = True) -> Session | None:
        touched.append(touch)
        return look(accounts, token, touch=touch)

    with street.client() as client:
        cell = sign_in(client, "casevac_cell")
        monkeypatch.setattr(Accounts, "session", counted)
        with follow(cell) as answer:
            found = messages(answer)
            for _ in range(3):
                until(found, "clock")
    assert touched.count(True) == 1 < len(touched)


def test_a_server_with_open_streams_stops_within_three_seconds(street: Street) -> None:
    with street.client() as client:
        cell = sign_in(client, "casevac_cell")
        with follow(cell) as one, follow(cell) as two:
            until(messages(one), "clock")
            until(messages(two), "clock")
            assert street.stop() < 3


def test_two_servers_on_one_database_hear_of_both(postgres: Any, plain_settings: Settings) -> None:
    settings = replace(plain_settings, db=postgres.fresh())
    sites = [Site(settings, FixedClock()) for _ in range(2)]
    people(sites[0], settings)
    left, right = Street(sites[0], settings), Street(sites[1], settings)
    with left, right, left.client() as here, right.client() as there:
        cells = [sign_in(here, "casevac_cell"), sign_in(there, "casevac_cell")]
        with follow(cells[0]) as one, follow(cells[1]) as two:
            streams, subjects = [messages(one), messages(two)], [a_subject(), a_subject()]
            for found in streams:
                until(found, "clock")
            for cell, subject in zip(cells, subjects, strict=True):
                assert cell.send(c.ReportCasualty(casualty=subject))[0]["outcome"] == "accepted"
            for found in streams:
                assert {until(found, "change")[0]["subject"] for _ in subjects} == set(subjects)
        assert len(cells[0].view("board").json()["rows"]) == 2
    for site in sites:
        site.close()


def _first(
    found: Iterator[tuple[str, dict[str, Any], str]], event: str, count: int
) -> list[tuple[str, dict[str, Any], str]]:
    kept: list[tuple[str, dict[str, Any], str]] = []
    for message in found:
        if message[0] == event:
            kept.append(message)
            if len(kept) == count:
                break
    return kept
