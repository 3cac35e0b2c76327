"""What the site says to its peers: its own form without echoes, and never silenced by one odd row."""

from typing import Any

import pytest

from dunant.casualty import commands as c
from dunant.casualty.events import EvacRequestAmended
from dunant.casualty.lines import fitting
from dunant.exchange.cot.peers import Peer
from dunant.exchange.cot.split import parse_message
from dunant.exchange.cot.xml import write_event
from dunant.kernel.events import At, By, Fact
from dunant.kernel.ids import EventId, SubjectId
from dunant.services.build import Site
from dunant.services.gateway import CotGateway
from dunant.store import Draft, Transaction
from tests.builders import a_subject, as_author, new_id, send
from tests.fakes import NOON

PEER = Peer(name="loopback", proof="loopback")


@pytest.fixture
def engine() -> str:
    """The gateway does not know its database; both engines are proved by the tests of the store."""
    return "sqlite"


def a_request(site: Site, **lines: Any) -> SubjectId:
    request = a_subject()
    send(site, c.RequestEvacuation(request=request, kind="CASEVAC", dialect="UN_9LINE", lines=lines))
    return request


def heard(site: Site, raw: bytes) -> None:
    message = parse_message(raw)
    site.commit.submit(lambda transaction: CotGateway(site).take(transaction, PEER, raw, message)).result(10)


def form(site: Site, request: str) -> dict[str, Any]:
    with site.database.reading() as connection:
        (row,) = site.views.select(connection, "requests", equal={"subject": request})
    return dict(row["lines"])


def test_our_own_form_come_back_unchanged_from_a_peer_is_no_edit(site: Site) -> None:
    request = a_request(site, title="DUSTOFF 3", remarks="river ford", litter=2)
    before = form(site, request)
    (sent,) = CotGateway(site).open_requests()
    heard(site, write_event(sent))
    assert form(site, request) == before


def test_a_peer_that_edits_one_line_of_our_form_amends_that_line_only(site: Site) -> None:
    request = a_request(site, title="DUSTOFF 3", remarks="river ford", litter=2)
    (sent,) = CotGateway(site).open_requests()
    heard(site, write_event(sent).replace(b'litter="2"', b'litter="3"'))
    assert form(site, request) == {"title": "DUSTOFF 3", "remarks": "river ford", "litter": 3}


@pytest.mark.parametrize("line", [{"equipment": 5}, {"title": 3}, {"hlz_remarks": 7}, {"litter": "two"}])
def test_a_line_of_the_wrong_shape_is_refused_here(site: Site, line: dict[str, Any]) -> None:
    command = c.RequestEvacuation(request=a_subject(), kind="CASEVAC", dialect="UN_9LINE", lines=line)
    (outcome,) = send(site, command)
    assert (outcome.code, outcome.params["field"]) == ("casualty.value_out_of_range", f"lines.{next(iter(line))}")


def test_a_line_of_the_wrong_shape_from_elsewhere_silences_no_other(site: Site) -> None:
    odd, good = a_request(site, title="ODD"), a_request(site, title="GOOD")
    site.commit.submit(lambda transaction: _write_odd_line(transaction, odd)).result(10)
    titles = [message.uid for message in CotGateway(site).open_requests()]
    assert sorted(titles) == sorted([odd, good])


def test_lines_of_other_forms_pass_as_they_are() -> None:
    assert fitting({"l2_callsign": ["a"], "litter": 1, "title": 3}) == {"l2_callsign": ["a"], "litter": 1}


def _write_odd_line(transaction: Transaction, request: SubjectId) -> None:
    """As a later version of another site might have written it."""
    author = as_author().actor
    transaction.write(
        Draft(
            id=EventId(new_id()),
            fact=Fact(subject=request, body=EvacRequestAmended(lines={"equipment": 5, "title": 3})),
            stream="casualty",
            label="R",
            at=At(t=NOON),
            rec=NOON,
            by=By(user=author.user, role=author.role),
            dev="",
            src="import",
            base=(),
        )
    )
