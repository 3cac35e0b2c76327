"""The listener: everybody hears everything once, in order; nobody can break it for the others."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from dunant.exchange.cot.listener import Limits
from dunant.exchange.cot.model import CotMessage, Malformed, Profile
from dunant.exchange.cot.peers import AllowList, Peer
from dunant.exchange.cot.proto import write_frame
from dunant.exchange.cot.write import reissue
from dunant.exchange.cot.xml import instant, write_event
from tests.exchange.cot.builders import a_message, a_position, an_event, lines_of_message, sample, uids, understood
from tests.exchange.cot.stations import Desk, Station, a_listener, run, stations, until


def test_a_nine_line_reaches_the_desk_and_every_other_client_whole() -> None:
    async def story() -> None:
        desk = Desk()
        async with a_listener(desk) as listener, stations(listener, 3) as (sender, one, two):
            await sender.send(sample("medevac_all_attributes.xml"))
            for station in (one, two):
                (heard,) = await station.hear(1)
                assert heard.raw == sample("medevac_all_attributes.xml")
            assert await sender.hear_nothing()
            await until(lambda: len(desk.taken) == 1)
            peer, raw, message = desk.taken[0]
            assert peer == Peer(name="loopback", proof="loopback")
            assert raw == sample("medevac_all_attributes.xml")
            assert isinstance(message, CotMessage)

    run(story)


def test_transport_marks_are_stripped_and_both_patients_relayed() -> None:
    async def story() -> None:
        async with a_listener(Desk()) as listener, stations(listener, 2) as (sender, hearer):
            await sender.send(b"<?xml version='1.0' encoding='UTF-8'?>\n" + sample())
            (heard,) = await hearer.hear(1)
            assert heard.in_detail("_flow-tags_") is None
            assert heard.raw == write_event(a_message())
            assert len(lines_of_message(heard).zmists) == 2

    run(story)


def test_the_first_message_after_connecting_is_delivered() -> None:
    """R9: pytak issue 44."""

    async def story() -> None:
        desk = Desk()
        async with a_listener(desk) as listener:
            async with stations(listener, 1) as (hearer,):
                _, writer = await asyncio.open_connection("127.0.0.1", listener.port)
                writer.write(a_position("first"))
                writer.close()
                assert uids(await hearer.hear(1)) == ["first"]
            await until(lambda: desk.uids == ["first"])

    run(story)


def test_a_message_that_is_already_stale_is_late_and_not_lost() -> None:
    """A11."""

    async def story() -> None:
        desk = Desk()
        async with a_listener(desk) as listener, stations(listener, 2) as (sender, hearer):
            old = an_event(uid="late", time="2020-01-01T00:00:00Z", stale="2020-01-01T00:05:00Z").raw
            await sender.send(old)
            assert (await hearer.hear(1))[0].raw == old
            await until(lambda: desk.uids == ["late"])

    run(story)


@pytest.mark.parametrize("count", [500, 10_000])
@pytest.mark.parametrize("dialect", ["XML", "PROTO"])
def test_a_burst_reaches_five_listeners_without_loss_and_in_order(count: int, dialect: str) -> None:
    """A9 and R8: FreeTAKServer issue 268 delivers one or two of a burst."""

    async def story() -> None:
        desk = Desk()
        async with a_listener(desk) as listener, stations(listener, 6) as (sender, *hearers):
            burst = [a_position(f"unit-{n % 50}", n) for n in range(count)]
            if dialect == "PROTO":
                burst = [write_frame(understood(event)) for event in burst]
            heard = asyncio.gather(*(hearer.hear(count) for hearer in hearers))
            await sender.send(b"".join(burst))
            for messages in await heard:
                assert [remark(message) for message in messages] == list(range(count))
            await until(lambda: len(desk.taken) == count)
            assert desk.uids == [f"unit-{n % 50}" for n in range(count)]
            assert listener.counters.dropped == 0
            assert listener.counters.messages_out == 5 * count

    run(story)


def remark(message: CotMessage) -> int:
    remarks = message.in_detail("remarks")
    assert remarks is not None
    return int(remarks.text)


def test_each_client_is_answered_in_the_dialect_it_speaks() -> None:
    async def story() -> None:
        async with a_listener(Desk()) as listener, stations(listener, 3) as (xml, proto, other):
            await proto.send(write_frame(a_message("asset_helicopter.xml")))
            assert (await xml.hear(1))[0].framing == "XML"
            await xml.send(sample())
            (heard,) = await proto.hear(1)
            assert heard.framing == "STREAM"
            assert write_event(heard) == write_event(a_message())
            assert [message.framing for message in await other.hear(2)] == ["XML", "XML"]
            await proto.send(a_position("back to XML"))
            await other.hear(3)
            await xml.send(sample())
            assert (await proto.hear(2))[1].framing == "XML"

    run(story)


def test_a_client_that_asks_for_protocol_version_one_gets_it() -> None:
    async def story() -> None:
        async with a_listener(Desk()) as listener, stations(listener, 2) as (asker, sender):
            request = (
                b'<event version="2.0" uid="p" type="t-x-takp-q"><point lat="0" lon="0" hae="0" ce="0" le="0"/>'
                b'<detail><TakControl><TakRequest version="%s"/></TakControl></detail></event>'
            )
            await asker.send(request % b"9")
            await asker.send(request % b"1")
            refused, accepted = await asker.hear(2)
            assert b'status="false"' in refused.raw and b'status="true"' in accepted.raw
            assert refused.framing == accepted.framing == "XML"
            await sender.send(sample())
            assert (await asker.hear(3))[2].framing == "STREAM"

    run(story)


def test_a_ping_is_answered_and_told_to_nobody() -> None:
    async def story() -> None:
        desk = Desk()
        async with a_listener(desk) as listener, stations(listener, 2) as (sender, hearer):
            await sender.send(sample("ping.xml"))
            (pong,) = await sender.hear(1)
            assert pong.type == "t-x-c-t-r"
            assert await hearer.hear_nothing()
            assert desk.taken == []

    run(story)


def test_garbage_and_broken_messages_are_kept_counted_and_do_not_end_the_connection() -> None:
    """A11 and casualty specification section 17."""

    async def story() -> None:
        desk = Desk()
        async with a_listener(desk) as listener, stations(listener, 2) as (sender, hearer):
            broken = a_position("x").replace(b"</remarks>", b"</r>")
            await sender.send(b"\x00garbage\xff" + a_position("one") + broken + a_position("two"))
            assert uids(await hearer.hear(2)) == ["one", "two"]
            await until(lambda: len(desk.taken) == 4)
            kept = [message for _, _, message in desk.taken if isinstance(message, Malformed)]
            assert [one.reason for one in kept] == ["garbage", "not_well_formed"]
            assert kept[1].raw == broken
            assert listener.counters.malformed == 2
            assert listener.counters.bad_bytes >= len(broken) + 9

    run(story)


# -- late joiners -----------------------------------------------------------------------------------------------------


def test_a_late_joiner_gets_the_open_nine_lines_fresh() -> None:
    """A4."""

    async def story() -> None:
        now = instant("2026-11-25T10:00:00Z")
        assert now is not None
        event = write_event(reissue(a_message(), now))
        async with a_listener(Desk(event)) as listener, stations(listener, 1) as (late,):
            (heard,) = await late.hear(1)
            assert heard.stale is not None and heard.stale > now
            assert len(lines_of_message(heard).zmists) == 2

    run(story)


def test_what_happens_during_the_replay_comes_after_it() -> None:
    async def story() -> None:
        gate = asyncio.Event()

        class SlowDesk(Desk):
            async def replay(self, _profile: Profile = "ATAK_CIV") -> AsyncIterator[bytes]:
                yield a_position("unit", 1)
                await gate.wait()
                yield a_position("unit", 2)

        async with a_listener(SlowDesk()) as listener, stations(listener, 2) as (sender, late):
            await late.hear(1)
            await sender.send(a_position("unit", 3))
            await until(lambda: listener.counters.messages_in == 1)
            gate.set()
            assert [remark(message) for message in await late.hear(3)] == [1, 2, 3]

    run(story)


def test_a_replay_that_fails_leaves_the_connection_usable() -> None:
    async def story() -> None:
        class BrokenDesk(Desk):
            async def replay(self, _profile: Profile = "ATAK_CIV") -> AsyncIterator[bytes]:
                yield a_position("unit", 1)
                raise OSError("view gone")

        async with a_listener(BrokenDesk()) as listener, stations(listener, 2) as (sender, late):
            await sender.send(a_position("unit", 2))
            assert [remark(message) for message in await late.hear(2)] == [1, 2]
            assert listener.counters.failed == 2

    run(story)


# -- clients that misbehave -------------------------------------------------------------------------------------------


def test_a_client_that_never_reads_loses_its_oldest_messages_and_delays_nobody() -> None:
    async def story() -> None:
        limits = Limits(queue_bytes=400_000)
        async with a_listener(Desk(), limits=limits) as listener, stations(listener, 2) as (sender, hearer):
            asleep = socket.socket()
            asleep.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            asleep.connect(("127.0.0.1", listener.port))
            await until(lambda: listener.counters.connections == 3)
            count = 120
            heavy = a_position("unit").replace(b"<remarks>", b'<pad x="' + b"y" * 100_000 + b'"/><remarks>')
            heard = asyncio.create_task(hearer.hear(count))
            for n in range(count):
                await sender.send(heavy.replace(b"<remarks>0", b"<remarks>%d" % n))
                await asyncio.sleep(0)
            assert [remark(message) for message in await heard] == list(range(count))
            assert listener.counters.dropped > 0
            asleep.close()

    run(story)


def test_a_client_that_reads_slowly_loses_nothing_and_does_not_slow_the_sender() -> None:
    async def story() -> None:
        async with a_listener(Desk()) as listener, stations(listener, 2) as (sender, slow):
            count = 150
            heavy = a_position("unit").replace(b"<remarks>", b'<pad x="' + b"y" * 50_000 + b'"/><remarks>')
            await sender.send(b"".join(heavy.replace(b"<remarks>0", b"<remarks>%d" % n) for n in range(count)))
            await until(lambda: listener.counters.messages_in == count)
            assert listener.counters.messages_out < count
            heard: list[CotMessage] = []
            while len(heard) < count:
                heard = await slow.hear(len(heard) + 1)
                await asyncio.sleep(0.001)
            assert [remark(message) for message in heard] == list(range(count))
            assert listener.counters.dropped == 0

    run(story)


def test_a_client_that_vanishes_is_forgotten_and_the_others_are_served() -> None:
    async def story() -> None:
        desk = Desk()
        async with a_listener(desk) as listener, stations(listener, 3) as (sender, gone, hearer):
            await gone.send(a_position("whole") + a_position("half")[:40])
            await until(lambda: desk.uids == ["whole"])
            gone.vanish()
            await until(lambda: listener.counters.connections == 2)
            await sender.send(a_position("after"))
            assert uids(await hearer.hear(2)) == ["whole", "after"]
            await until(lambda: len(desk.taken) == 3)
            fragments = [message.reason for _, _, message in desk.taken if isinstance(message, Malformed)]
            assert fragments == ["unfinished"]

    run(story)


def test_a_half_open_connection_is_noticed_by_the_kernel_within_about_a_minute() -> None:
    """A11: a peer that went out of reach says nothing; keepalive has to ask."""

    async def story() -> None:
        async with a_listener(Desk()) as listener, stations(listener, 1):
            (connection,) = listener.connections
            kernel = connection.transport.get_extra_info("socket")
            assert kernel.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            option = kernel.getsockopt
            idle, interval, probes = (
                option(socket.IPPROTO_TCP, code)
                for code in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
            )
            assert idle + interval * probes <= 60
            assert option(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) <= 60_000

    run(story)


def test_a_desk_that_fails_on_one_message_gets_the_next() -> None:
    async def story() -> None:
        class Choosy(Desk):
            async def submit(self, peer: Peer, raw: bytes, message: CotMessage | Malformed) -> None:
                if isinstance(message, CotMessage) and message.uid == "bad":
                    raise ValueError(message.uid)
                await super().submit(peer, raw, message)

        desk = Choosy()
        async with a_listener(desk) as listener, stations(listener, 1) as (sender,):
            await sender.send(a_position("bad") + a_position("good"))
            await until(lambda: desk.uids == ["good"])
            assert listener.counters.failed == 1

    run(story)


def test_a_slow_desk_holds_the_sender_back_and_loses_nothing() -> None:
    async def story() -> None:
        class SlowDesk(Desk):
            async def submit(self, peer: Peer, raw: bytes, message: CotMessage | Malformed) -> None:
                await asyncio.sleep(0)
                await super().submit(peer, raw, message)

        desk = SlowDesk()
        async with a_listener(desk, limits=Limits(backlog=10)) as listener, stations(listener, 1) as (sender,):
            await sender.send(b"".join(a_position("unit", n) for n in range(3000)))
            await until(lambda: len(desk.taken) == 3000)

    run(story)


def test_what_was_received_is_handed_over_before_the_listener_closes() -> None:
    async def story() -> None:
        class SlowDesk(Desk):
            async def submit(self, peer: Peer, raw: bytes, message: CotMessage | Malformed) -> None:
                await asyncio.sleep(0.01)
                await super().submit(peer, raw, message)

        desk = SlowDesk()
        async with a_listener(desk) as listener:
            reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
            writer.write(b"".join(a_position("unit", n) for n in range(20)))
            await until(lambda: listener.counters.messages_in == 20)
            await listener.close()
            assert len(desk.taken) == 20
            assert await Station(reader, writer).is_closed()
            writer.close()

    run(story)


def test_our_own_messages_go_to_everybody() -> None:
    async def story() -> None:
        async with a_listener(Desk()) as listener, stations(listener, 2) as (xml, proto):
            await proto.send(write_frame(understood(a_position("hello"))))
            await xml.hear(1)
            listener.broadcast(an_event(uid="ours", type="a-f-A-M-H-O"))
            assert uids(await xml.hear(2)) == ["hello", "ours"]
            assert uids(await proto.hear(1)) == ["ours"]
            assert proto.heard[0].framing == "STREAM"

    run(story)


# -- who may connect --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("127.0.0.1", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("10.7.1.20", "sector south"),
        ("::ffff:10.7.1.20", "sector south"),
        ("fd00::7", "fd00::7"),
        ("10.8.1.20", None),
        ("192.0.2.1", None),
        ("fe80::1%eth0", None),
        ("", None),
    ],
)
def test_only_loopback_and_listed_networks_may_connect(address: str, name: str | None) -> None:
    allow = AllowList({"10.7.0.0/16": "sector south", "fd00::/64": ""})
    peer = allow.admit(address)
    assert (peer.name if peer else None) == name


def test_nobody_but_loopback_is_listed_by_default() -> None:
    assert AllowList().admit("10.0.0.1") is None


def test_a_peer_that_is_not_listed_is_turned_away_and_counted() -> None:
    class Nobody(AllowList):
        def admit(self, address: str, certificate: object = None) -> Peer | None:
            return None

    async def story() -> None:
        desk = Desk()
        async with a_listener(desk, allow=Nobody()) as listener:
            station = Station(*await asyncio.open_connection("127.0.0.1", listener.port))
            assert await station.is_closed()
            station.writer.close()
            await until(lambda: listener.counters.refused == 1)
            assert (listener.counters.connections, desk.taken) == (0, [])

    run(story)


def test_more_connections_than_the_limit_are_turned_away() -> None:
    async def story() -> None:
        async with a_listener(Desk(), limits=Limits(connections=1)) as listener, stations(listener, 1):
            station = Station(*await asyncio.open_connection("127.0.0.1", listener.port))
            assert await station.is_closed()
            station.writer.close()
            assert listener.counters.refused == 1

    run(story)


def test_counters_and_logs_hold_nothing_of_a_message(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        class Broken(Desk):
            async def submit(self, peer: Peer, raw: bytes, message: CotMessage | Malformed) -> None:
                raise ValueError("John Canary 46.55")

        async with a_listener(Broken()) as listener, stations(listener, 1) as (sender,):
            await sender.send(sample() + b"John Canary" + a_position("x"))
            await until(lambda: listener.counters.failed == 3)
            assert listener.counters.bytes_in == len(sample()) + 11 + len(a_position("x"))

    with caplog.at_level("DEBUG", logger="dunant"):
        run(story)
    assert len(caplog.records) == 3
    assert "Canary" not in caplog.text and "46.55" not in str([vars(record) for record in caplog.records])
