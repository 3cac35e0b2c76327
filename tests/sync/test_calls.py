"""Calls to a peer behind a link that hangs: whoever gives up leaves nothing open."""

import asyncio
import ssl

import pytest

from dunant.sync.http import Calls
from dunant.sync.tasks import Task


def test_a_call_given_up_in_its_handshake_closes_its_connection() -> None:
    async def both() -> None:
        closed = asyncio.Event()

        async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            """Hears the greeting and never answers."""
            while await reader.read(4096):
                pass
            closed.set()
            writer.close()

        door = await asyncio.start_server(hang, "127.0.0.1", 0)
        calls = Calls("MHQ", f"https://127.0.0.1:{door.sockets[0].getsockname()[1]}", ssl.create_default_context())
        asking = asyncio.create_task(calls.hello(Task(n=1, kind="hello", timeout=30, started=0), "now", 0))
        await asyncio.sleep(0.3)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await asyncio.wait_for(closed.wait(), 5)
        await calls.close()
        door.close()

    asyncio.run(both())
