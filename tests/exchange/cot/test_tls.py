"""Over TLS a peer is who its certificate says, wherever it calls from."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dunant.exchange.cot.dialling import Caller, Server
from dunant.exchange.cot.listener import CotListener
from dunant.exchange.cot.peers import AllowList, Peer
from tests.exchange.cot.builders import a_message, sample, uids
from tests.exchange.cot.certificates import Authority
from tests.exchange.cot.stations import Desk, Station, a_listener, run, stations, until


def test_a_peer_with_a_certificate_goes_by_its_common_name(tmp_path: Path) -> None:
    async def story() -> None:
        authority, desk = Authority(tmp_path), Desk()
        client = authority.client("tak-sector-north")
        async with (
            a_listener(desk, tls=authority.server()) as listener,
            stations(listener, 2, tls=client) as (sender, hearer),
        ):
            await sender.send(sample())
            assert uids(await hearer.hear(1)) == [a_message().uid]
            await until(lambda: len(desk.taken) == 1)
            assert desk.taken[0][0] == Peer(name="tak-sector-north", proof="certificate")

    run(story)


def test_a_peer_without_a_certificate_is_not_heard(tmp_path: Path) -> None:
    async def story() -> None:
        authority, desk = Authority(tmp_path), Desk()
        async with a_listener(desk, tls=authority.server()) as listener:
            try:
                streams = await asyncio.open_connection("127.0.0.1", listener.port, ssl=authority.client(None))
                station = Station(*streams)
                station.writer.write(sample())
                assert await station.is_closed()
                station.writer.close()
            except (ssl.SSLError, ConnectionError):
                pass
            assert (listener.counters.messages_in, desk.taken) == (0, [])

    run(story)


def test_plain_bytes_on_the_tls_port_are_not_heard(tmp_path: Path) -> None:
    async def story() -> None:
        desk = Desk()
        async with a_listener(desk, tls=Authority(tmp_path).server()) as listener:
            station = Station(*await asyncio.open_connection("127.0.0.1", listener.port))
            await station.send(sample())
            await station.reader.read()
            station.writer.close()
            assert (listener.counters.messages_in, desk.taken) == (0, [])

    run(story)


def test_a_verified_certificate_opens_the_door_from_any_address() -> None:
    certificate = {"subject": ((("countryName", "SS"),), (("commonName", "tak-sector-north"),))}
    assert AllowList().admit("192.0.2.7", certificate) == Peer(name="tak-sector-north", proof="certificate")
    assert AllowList().admit("192.0.2.7", {}) is None


@asynccontextmanager
async def calling(listener: CotListener, port: int, tls: ssl.SSLContext) -> AsyncIterator[Caller]:
    caller = Caller(listener, Server(host="127.0.0.1", port=port, is_tls=True), tls)
    task = asyncio.create_task(caller.run())
    try:
        yield caller
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_a_server_is_called_over_tls_with_our_certificate(tmp_path: Path) -> None:
    async def story() -> None:
        authority, theirs, ours = Authority(tmp_path), Desk(), Desk()
        async with (
            a_listener(theirs, tls=authority.server()) as server,
            a_listener(ours, port=-1) as listener,
            calling(listener, server.port, authority.client("bentiu")),
        ):
            await until(lambda: len(server.connections) == 1)
            await until(lambda: len(listener.connections) == 1)
            listener.broadcast(a_message())
            await until(lambda: theirs.uids == [a_message().uid])
            assert theirs.taken[0][0] == Peer(name="bentiu", proof="certificate")

    run(story)


def test_a_server_of_another_authority_is_not_spoken_with(tmp_path: Path) -> None:
    async def story() -> None:
        (tmp_path / "other").mkdir()
        authority, other = Authority(tmp_path), Authority(tmp_path / "other")
        async with (
            a_listener(Desk(), tls=authority.server()) as server,
            a_listener(Desk(), port=-1) as listener,
            calling(listener, server.port, other.client("bentiu")) as caller,
        ):
            await until(lambda: caller.attempts == 2)
            assert server.counters.messages_in == 0
            assert listener.counters.connections == 0

    run(story)
