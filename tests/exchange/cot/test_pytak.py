"""An unmodified pytak, driven through its worker interface, against our listener."""

import asyncio
import warnings
from configparser import ConfigParser
from typing import Any

import pytest

from dunant.casualty.commands import ReceiveRequest
from dunant.exchange.cot.listener import CotListener
from dunant.exchange.cot.model import CotMessage
from dunant.exchange.cot.read import read_message
from dunant.exchange.cot.write import OwnMarker, withdraw, write_alert, write_asset, write_facility
from dunant.exchange.cot.xml import parse_event
from tests.exchange.cot.builders import a_message, lines_of_message, sample
from tests.exchange.cot.stations import Desk, a_listener, run, stations, until

with warnings.catch_warnings():
    # pytak asks for aiohttp on import; its TCP workers do without.
    warnings.simplefilter("ignore", UserWarning)
    import pytak


class Sender(pytak.QueueWorker):  # type: ignore[misc]
    """Puts the given events on pytak's queue."""

    def __init__(self, queue: Any, config: Any, events: list[bytes]) -> None:
        super().__init__(queue, config)
        self.events = events

    async def handle_data(self, data: bytes) -> None:
        await self.put_queue(data)

    async def run(self, number_of_iterations: int = -1) -> None:
        for event in self.events:
            await self.handle_data(event)


class Client:
    """pytak's CLI tool without its command line."""

    def __init__(self, listener: CotListener, events: list[bytes], **settings: str) -> None:
        parser = ConfigParser()
        parser["cot"] = {
            "COT_URL": f"tcp://127.0.0.1:{listener.port}",
            "PYTAK_NO_HELLO": "1",
            "MAX_OUT_QUEUE": "20000",
            "MAX_IN_QUEUE": "20000",
            **settings,
        }
        self.config = parser["cot"]
        self.tool = pytak.CLITool(self.config)
        self.events = events

    async def __aenter__(self) -> "Client":
        await self.tool.setup()
        self.writers = [worker.writer for worker in self.tool.tasks if hasattr(worker, "writer")]
        self.tool.add_task(Sender(self.tool.tx_queue, self.config, self.events))
        self.running = asyncio.ensure_future(self.tool.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self.running.cancel()
        for task in self.tool.running_tasks:
            task.cancel()
        await asyncio.gather(self.running, *self.tool.running_tasks, return_exceptions=True)
        for writer in self.writers:
            writer.close()
            await writer.wait_closed()

    async def hear(self, count: int) -> list[CotMessage]:
        heard: list[CotMessage] = []
        async with asyncio.timeout(20):
            while len(heard) < count:
                message = parse_event((await self.tool.rx_queue.get()).strip())
                assert isinstance(message, CotMessage)
                heard.append(message)
        return heard


def test_a_nine_line_from_pytak_is_one_request_with_two_patients() -> None:
    """A1 and A2, as far as the codec goes."""

    async def story() -> None:
        desk = Desk()
        edited = sample().replace(b'litter="2"', b'litter="3"')
        async with a_listener(desk) as listener, stations(listener, 1) as (raw,):
            async with Client(listener, [sample()] * 4 + [edited]):
                heard = await raw.hear(5)
            assert [len(lines_of_message(message).zmists) for message in heard] == [2] * 5
            await until(lambda: len(desk.taken) == 5)
        commands = [
            read_message(message, peer.name).commands[0].command
            for peer, _, message in desk.taken
            if isinstance(message, CotMessage)
        ]
        received = [command for command in commands if isinstance(command, ReceiveRequest)]
        assert len({command.request for command in received}) == 1
        assert [command.content == received[0].content for command in received] == [True] * 4 + [False]
        assert len(received[0].patients) == 2 and received[0].estimate == 3

    run(story, "plain")


def test_pytak_in_protobuf_is_read_and_its_nine_lines_relayed_as_xml() -> None:
    async def story() -> None:
        desk = Desk()
        async with a_listener(desk) as listener, stations(listener, 1) as (raw,):
            async with Client(listener, [sample()], TAK_PROTO="1"):
                (heard,) = await raw.hear(1)
            assert heard.in_detail("_medevac_") == a_message().in_detail("_medevac_")
            await until(lambda: len(desk.taken) == 1)
            assert desk.taken[0][1].startswith(b"\xbf")

    run(story, "plain")


def test_pytak_sees_our_tracks_markers_alerts_cancels_and_deletes() -> None:
    """A8."""

    async def story() -> None:
        at = a_message().time
        assert at is not None
        marker = OwnMarker(id="m-1", callsign="UNMO-H1", at=at, position=a_message().point, kind="HELI")
        track = write_asset(marker)
        assert track is not None
        ours = [
            track,
            write_facility(marker, at),
            write_alert(marker, at),
            write_alert(marker, at, cancelled=True),
            withdraw("m-1", track.type, at),
        ]
        async with a_listener(Desk()) as listener, Client(listener, []) as client:
            await until(lambda: listener.counters.connections == 1)
            for message in ours:
                listener.broadcast(message)
            heard = await client.hear(len(ours))
        assert [message.type for message in heard] == [
            "a-f-A-M-H-O",
            "a-f-G-I-X-H",
            "b-a-o-tbl",
            "b-a-o-can",
            "t-x-d-d",
        ]

    run(story, "plain")


@pytest.mark.parametrize("count", [500])
def test_pytak_hears_a_whole_burst_in_order(count: int) -> None:
    async def story() -> None:
        async with a_listener(Desk()) as listener, stations(listener, 1) as (raw,), Client(listener, []) as client:
            await until(lambda: listener.counters.connections == 2)
            burst = [sample().replace(b"c7a1c3c2", b"%08d" % n) for n in range(count)]
            await raw.send(b"".join(burst))
            heard = await client.hear(count)
        assert [message.uid[:8] for message in heard] == [f"{n:08d}" for n in range(count)]

    run(story, "plain")


def test_pytak_that_joins_late_hears_the_replay_first() -> None:
    async def story() -> None:
        async with a_listener(Desk(sample())) as listener, Client(listener, []) as client:
            (heard,) = await client.hear(1)
            assert heard.uid == a_message().uid

    run(story, "plain")
