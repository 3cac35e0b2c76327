"""The other ways in and out: servers that we call, a mesh without a server, and what each peer can read."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from dunant.exchange.cot.dialling import Caller, Server, server_of
from dunant.exchange.cot.listener import CotListener
from dunant.exchange.cot.medevac import medevac_of
from dunant.exchange.cot.mesh import CotMesh, MeshAddress, mesh_of
from dunant.exchange.cot.model import CotMessage
from dunant.exchange.cot.peers import AllowList
from dunant.exchange.cot.proto import write_frame
from dunant.exchange.cot.relay import rewritten
from dunant.exchange.cot.split import parse_message
from dunant.exchange.cot.write import OwnRequest, write_request
from dunant.exchange.cot.xml import write_event
from tests.exchange.cot.builders import sample
from tests.exchange.cot.stations import Desk, a_listener, run, stations, until
from tests.fakes import NOON

COUNTS = {"URGENT_SURGICAL": 1, "URGENT": 2, "CONVENIENCE": 1, "ROUTINE": 1}


def ours(profile: str = "EXTENDED") -> CotMessage:
    own = OwnRequest(id="own-1", callsign="DUSTOFF", at=NOON, lines={"counts": COUNTS})
    return write_request(own, NOON, profile)  # type: ignore[arg-type]


def read(data: bytes) -> CotMessage:
    found = parse_message(data)
    assert isinstance(found, CotMessage)
    return found


# -- what each peer can read -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extended", "counts"),
    [((), {"URGENT": 3, "ROUTINE": 2}), (("loopback",), COUNTS)],
)
def test_surgical_is_added_into_urgent_for_peers_that_know_no_better(
    extended: tuple[str, ...], counts: dict[str, int]
) -> None:
    async def story() -> None:
        async with a_listener(Desk(), extended=extended) as listener, stations(listener, 1) as (peer,):
            listener.broadcast(ours(), ours("ATAK_CIV"))
            (heard,) = await peer.hear(1)
            medevac = medevac_of(heard)
            assert medevac is not None
            assert medevac.counts == counts

    run(story)


def test_what_a_peer_said_is_passed_on_without_words_that_may_not_be_told() -> None:
    async def story() -> None:
        async with a_listener(Desk()) as listener, stations(listener, 2) as (one, other):
            listener.release = lambda message: rewritten(message, lambda text: text.replace("IR strobe", "…"))
            await one.send(sample())
            (heard,) = await other.hear(1)
            medevac = medevac_of(heard)
            assert medevac is not None
            assert (medevac.marking_text, len(medevac.zmists)) == ("…", 2)

    run(story)


# -- a server that we call ---------------------------------------------------------------------------------------------


@asynccontextmanager
async def calling(listener: CotListener, port: int) -> AsyncIterator[Caller]:
    caller = Caller(listener, Server(host="127.0.0.1", port=port))
    task = asyncio.create_task(caller.run())
    try:
        yield caller
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_a_server_we_call_gets_what_is_ours_and_gives_what_it_has() -> None:
    async def story() -> None:
        server, site = Desk(sample()), Desk(write_event(ours()))
        async with a_listener(server) as theirs, a_listener(site, port=-1) as listener, calling(listener, theirs.port):
            await until(lambda: site.uids == [read(sample()).uid] and server.uids == ["own-1"])
            assert site.taken[0][0].name == f"127.0.0.1:{theirs.port}"
            listener.broadcast(ours())
            await until(lambda: server.uids == ["own-1", "own-1"])

    run(story)


def test_two_sites_that_call_each_other_pass_a_message_on_once() -> None:
    async def story() -> None:
        one, other = Desk(), Desk()
        async with (
            a_listener(one) as first,
            a_listener(other) as second,
            calling(first, second.port),
            calling(second, first.port),
        ):
            await until(lambda: len(first.connections) == len(second.connections) == 2)
            async with stations(first, 1) as (client,):
                await client.send(sample())
                await until(lambda: len(one.uids) == 1)
                await asyncio.sleep(0.3)
            assert (len(one.uids), len(other.uids)) == (1, 1)

    run(story)


def test_a_line_that_breaks_is_called_again() -> None:
    async def story() -> None:
        site = Desk()
        async with a_listener(Desk()) as theirs, a_listener(site, port=-1) as listener, calling(listener, theirs.port):
            await until(lambda: len(theirs.connections) == 1)
            for connection in tuple(theirs.connections):
                connection.transport.abort()
            await until(lambda: len(theirs.connections) == 0)
            await until(lambda: len(theirs.connections) == 1)

    run(story)


def test_a_server_that_is_not_there_is_tried_again_later() -> None:
    async def story() -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            async with a_listener(Desk(), port=-1) as listener:
                async with calling(listener, taken.getsockname()[1]) as caller:
                    await until(lambda: caller.attempts == 2)
                assert listener.counters.connections == 0

    run(story)


@pytest.mark.parametrize("text", ["", "host", "host:0", "host:70000", "udp://host:1", "http://host:80"])
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        server_of(text)


def test_an_address_says_whether_the_line_is_encrypted() -> None:
    assert server_of("tls://tak.example:8089") == Server(host="tak.example", port=8089, is_tls=True)
    assert server_of("10.0.0.1:8087").is_tls is False
    assert server_of("[::1]:8087").host == "::1"


# -- a mesh ------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def a_mesh(listener: CotListener) -> AsyncIterator[tuple[CotMesh, socket.socket]]:
    """Ours on a free port, and a neighbour that we send to."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as neighbour:
        neighbour.bind(("127.0.0.1", 0))
        neighbour.settimeout(10)
        mesh = CotMesh(listener, MeshAddress(group="127.0.0.1", port=0))
        await mesh.open("127.0.0.1")
        mesh._address = MeshAddress(group="127.0.0.1", port=neighbour.getsockname()[1])
        try:
            yield mesh, neighbour
        finally:
            mesh.close()


@pytest.mark.parametrize("framing", ["MESH", "STREAM", "XML"])
def test_a_datagram_is_a_message_like_any_other(framing: str) -> None:
    async def story() -> None:
        desk, message = Desk(), read(sample())
        data = sample() if framing == "XML" else write_frame(message, framing)  # type: ignore[arg-type]
        async with (
            a_listener(desk) as listener,
            a_mesh(listener) as (mesh, neighbour),
            stations(listener, 1) as (peer,),
        ):
            neighbour.sendto(data, ("127.0.0.1", mesh.port))
            (heard,) = await peer.hear(1)
            assert heard.uid == message.uid
            await until(lambda: desk.uids == [message.uid])

    run(story)


def test_garbage_on_the_mesh_is_kept_and_the_next_datagram_is_read() -> None:
    async def story() -> None:
        desk = Desk()
        async with a_listener(desk) as listener, a_mesh(listener) as (mesh, neighbour):
            for data in (b"\xbf\x01\xbfrubbish", b"hello", sample()):
                neighbour.sendto(data, ("127.0.0.1", mesh.port))
            await until(lambda: len(desk.taken) == 3)
            assert listener.counters.malformed == 2
            assert desk.uids == [read(sample()).uid]

    run(story)


def test_what_is_ours_goes_to_the_mesh_in_its_framing() -> None:
    async def story() -> None:
        async with a_listener(Desk()) as listener, a_mesh(listener) as (_, neighbour):
            listener.broadcast(ours(), ours("ATAK_CIV"))
            data, _ = await asyncio.to_thread(neighbour.recvfrom, 1 << 16)
            assert data.startswith(b"\xbf\x01\xbf")
            medevac = medevac_of(read(data))
            assert medevac is not None
            assert medevac.counts == {"URGENT": 3, "ROUTINE": 2}

    run(story)


def test_what_a_peer_said_stays_off_the_mesh() -> None:
    async def story() -> None:
        desk = Desk()
        async with a_listener(desk) as listener, a_mesh(listener) as (_, neighbour), stations(listener, 1) as (peer,):
            await peer.send(sample())
            await until(lambda: len(desk.taken) == 1)
            neighbour.settimeout(0.2)
            with pytest.raises(TimeoutError):
                await asyncio.to_thread(neighbour.recvfrom, 1 << 16)

    run(story)


def test_a_stranger_on_the_mesh_is_not_heard() -> None:
    class Nobody(AllowList):
        def admit(self, address: str, certificate: object = None) -> None:
            return None

    async def story() -> None:
        desk = Desk()
        async with a_listener(desk, allow=Nobody()) as listener, a_mesh(listener) as (mesh, neighbour):
            neighbour.sendto(sample(), ("127.0.0.1", mesh.port))
            await until(lambda: listener.counters.refused == 1)
            assert desk.taken == []

    run(story)


def test_a_mesh_is_a_group_or_an_address() -> None:
    assert mesh_of("239.2.3.1") == MeshAddress(group="239.2.3.1", port=6969)
    assert mesh_of("239.2.3.1").is_multicast
    assert mesh_of("10.0.0.255:17012").port == 17012
    for wrong in ("", "host:1", "::1", "10.0.0.1:99999"):
        with pytest.raises(ValueError, match=r".+"):
            mesh_of(wrong)
