"""An unmodified pytak against a whole site (casualty §21): one message from the field becomes rows on the board."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import takproto
from msgspec.structs import replace
from sqlalchemy import func, select

from dunant.casualty import commands as c
from dunant.exchange.cot.listener import CotListener
from dunant.exchange.cot.proto import write_frame
from dunant.services.bell import Bell
from dunant.services.build import Site
from dunant.services.gateway import CotGateway
from dunant.services.reading import Query
from dunant.store.schema import event, import_tray
from dunant.web.server import running
from tests.builders import a_subject, as_actor, send
from tests.exchange.cot.builders import lines_of_message, sample, understood
from tests.exchange.cot.stations import Desk, a_listener, run, stations, until
from tests.exchange.cot.test_pytak import Client


@pytest.fixture
def engine() -> str:
    """The gateway does not know its database; both engines are proved by the tests of the store."""
    return "sqlite"


@asynccontextmanager
async def a_gateway(site: Site) -> AsyncIterator[CotListener]:
    gateway, bell = CotGateway(site), Bell()
    bell.attach()
    site.commit.listen(bell.ring)
    listener = CotListener(gateway.submit, gateway.replay, port=0)
    await listener.start()
    following = asyncio.create_task(gateway.follow(listener, bell))
    try:
        yield listener
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await listener.close()
        await gateway.drain()


def rows(site: Site, view: str, **equal: str) -> list[dict[str, Any]]:
    return site.pages.read(as_actor("casevac_cell@HQ"), Query(view=view, equal=equal, limit=1000)).rows


def counted(site: Site, *types: str) -> int:
    """Events of these types, or of any."""
    with site.database.reading() as connection:
        query = select(func.count()).select_from(event)
        return int(connection.execute(query.where(event.c.t.in_(types)) if types else query).scalar_one())


def trayed(site: Site) -> list[str]:
    with site.database.reading() as connection:
        return list(connection.execute(select(import_tray.c.rule)).scalars())


def test_a1_a_nine_line_is_one_request_two_casualties_and_one_unaccounted(site: Site) -> None:
    async def story() -> None:
        async with a_gateway(site) as listener, Client(listener, [sample()]):
            await until(lambda: len(rows(site, "board")) == 2)

    run(story, "plain")
    (request,), (ledger,) = rows(site, "requests"), rows(site, "ledger")
    assert (request["litter"], request["ambulatory"], request["freq"]) == (2, 1, "46.55")
    assert (request["category"], "counts_disagree" in request["flags"]) == ("URGENT", False)
    assert (ledger["estimate"], ledger["tracked"], ledger["unaccounted"]) == (3, 2, 1)
    assert rows(site, "foreign_messages")[0]["blob"]
    assert all(clock["provisional"] for row in rows(site, "board") for clock in row["clocks"])


def test_a2_repeats_are_no_facts_and_an_edit_is_one_amendment(site: Site) -> None:
    edited = sample().replace(b'freq="46.55"', b'freq="47.0 / alt 030.5"')

    async def story() -> None:
        async with a_gateway(site) as listener:
            async with Client(listener, [sample()]):
                await until(lambda: len(rows(site, "board")) == 2)
            before = counted(site)
            async with Client(listener, [sample()] * 3):
                await until(lambda: listener.totals.messages_in >= 4)
                await asyncio.to_thread(lambda: site.commit.submit(lambda _: None).result())
            assert counted(site) == before
            async with Client(listener, [edited]):
                await until(lambda: rows(site, "requests")[0]["freq"] == "47.0 / alt 030.5")

    run(story, "plain")
    assert counted(site, "casualty.evac_request_amended") == 1


def test_a4_and_a5_a_late_joiner_hears_what_is_open_and_protobuf_can_be_read_by_takproto(site: Site) -> None:
    closed = sample().replace(b"c7a1c3c2", b"00000000")

    async def story() -> None:
        async with a_gateway(site) as listener:
            async with Client(listener, [sample(), closed]):
                await until(lambda: len(rows(site, "requests")) == 2)
            await until(lambda: listener.counters.connections == 0)
            over = next(row["subject"] for row in rows(site, "requests") if row["peer_uid"].startswith("0000"))
            await asyncio.to_thread(send, site, c.CancelRequest(request=over, reason="walked in"))
            async with stations(listener, 1) as (late,):
                (heard,) = await late.hear(1)
                assert await late.hear_nothing()
            assert heard.uid == understood(sample()).uid
            assert lines_of_message(heard).marking_text == "IR strobe"
            parsed = takproto.parse_proto(bytearray(write_frame(heard)))
            assert parsed.cotEvent.type == "b-r-f-h-c"
            assert parsed.cotEvent.detail.xmlDetail.count("<zMist ") == 2

    run(story)


@pytest.mark.parametrize("dialect", ["XML", "PROTO"])
def test_a9_five_hundred_in_one_burst_arrive_and_leave_in_order(site: Site, dialect: str) -> None:
    burst = [sample().replace(b"c7a1c3c2", b"%08d" % n) for n in range(500)]
    frames = burst if dialect == "XML" else [write_frame(understood(one)) for one in burst]

    async def story() -> None:
        async with a_gateway(site) as listener, stations(listener, 3) as (sender, one, other):
            await sender.send(b"".join(frames))
            for station in (one, other):
                assert [heard.uid[:8] for heard in await station.hear(500)] == [f"{n:08d}" for n in range(500)]
            await until(lambda: counted(site, "casualty.evac_requested") == 500)

    run(story)


def test_a11_garbage_between_messages_is_kept_and_the_connection_goes_on(site: Site) -> None:
    bad = b'<event uid="x"><detail></event>' + b'<!DOCTYPE a [<!ENTITY b "c">]><event version="2.0"/>'
    second = sample().replace(b"c7a1c3c2", b"00000002")

    async def story() -> None:
        async with a_gateway(site) as listener, stations(listener, 1) as (station,):
            await station.send(b"\x00garbage\xff" + sample() + bad + second)
            await until(lambda: len(rows(site, "requests")) == 2)

    run(story)
    assert trayed(site)


def test_an_unknown_part_is_kept_and_shown_on_request_and_patients(site: Site) -> None:
    invented = sample().replace(b' freq="', b' invented="42" freq="')

    async def story() -> None:
        async with a_gateway(site) as listener:
            async with Client(listener, [invented]):
                await until(lambda: len(rows(site, "board")) == 2)
            await until(lambda: listener.counters.connections == 0)
            async with stations(listener, 1) as (late,):
                (heard,) = await late.hear(1)
            assert b'invented="42"' in heard.raw

    run(story, "plain")
    assert "unknown_field" in rows(site, "requests")[0]["flags"]
    assert all("unknown_field" in row["flags"] for row in rows(site, "board"))


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ((b'lat="9.2570000" lon="29.8030000"', b'lat="29.8030000" lon="9.2570000"'), "confirm_position"),
        ((b'litter="2"', b'litter="9"'), "counts_disagree"),
        ((b'hoist="true"', b'equipment_none="true" hoist="true"'), "equipment_contradiction"),
        ((b'time="2026-11-23T10:00:00.000Z"', b'time="2099-11-23T10:00:00.000Z"'), "time_in_future"),
    ],
)
def test_doubtful_messages_are_taken_and_marked(site: Site, change: tuple[bytes, bytes], flag: str) -> None:
    async def story() -> None:
        async with a_gateway(site) as listener, stations(listener, 1) as (station,):
            await station.send(sample().replace(*change))
            await until(lambda: len(rows(site, "board")) == 2)

    run(story)
    assert flag in rows(site, "requests")[0]["flags"]
    assert all(flag in row["flags"] for row in rows(site, "board"))


def test_r4_an_edit_of_one_of_three_leaves_the_others_as_they_are(site: Site) -> None:
    three = [sample().replace(b"c7a1c3c2", b"%08d" % n) for n in range(3)]

    async def story() -> None:
        async with a_gateway(site) as listener, stations(listener, 1) as (station,):
            await station.send(b"".join(three))
            await until(lambda: len(rows(site, "requests")) == 3)
            before = {row["peer_uid"]: row for row in rows(site, "requests")}
            await station.send(three[1].replace(b'freq="46.55"', b'freq="30.5"'))
            await until(lambda: any(row["freq"] == "30.5" for row in rows(site, "requests")))
            changed = [row["peer_uid"] for row in rows(site, "requests") if row != before[row["peer_uid"]]]
            assert [uid[:8] for uid in changed] == ["00000001"]

    run(story)


def test_a_site_that_only_calls_shows_a_foreign_server_what_is_its_own(site: Site) -> None:
    """No port of its own: the server we call hears of our request, of its edit and of its end; we hear what it has."""
    request = a_subject()
    form = c.RequestEvacuation(request=request, kind="CASEVAC", dialect="UN_9LINE", lines={"litter": 1})

    async def story() -> None:
        desk = Desk(sample())
        async with a_listener(desk) as server:
            settings = replace(
                site.settings, port=0, cot_port=-1, cot_server=(f"127.0.0.1:{server.port}",), sync_port=-1
            )
            async with running(site, settings) as where:
                assert where.cot_port is None
                await until(lambda: len(rows(site, "requests")) == 1)
                await asyncio.to_thread(send, site, form)
                await asyncio.to_thread(send, site, c.AmendRequest(request=request, lines={"litter": 2}))
                await until(lambda: bool(desk.uids) and desk.uids[-1] == request)
                await asyncio.to_thread(send, site, c.CancelRequest(request=request, reason="walked home"))
                await until(lambda: f"{request}.delete" in desk.uids)

    run(story, "plain")
