"""A web server inside an event loop that belongs to somebody else."""

import asyncio
import contextlib
import os
import socket

import uvicorn

from dunant.config import SettingsInvalid


class Server(uvicorn.Server):
    """Signals belong to whoever runs the site."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield

    async def until_started(self, task: "asyncio.Task[None]") -> None:
        while not self.started:
            if task.done():
                await task
                raise SettingsInvalid(field="port", rule="could not listen")
            await asyncio.sleep(0.01)


def bound(field: str, host: str, port: int) -> socket.socket:
    """A socket that waits for a web server; bound here, because the server would end the process over a taken port.

    Raises
    ------
    SettingsInvalid
        The address is not this machine's, or the port is taken.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as wrong:
        raise SettingsInvalid(field=field, rule=told(host, port, wrong)) from None


def told(host: str, port: int, wrong: OSError) -> str:
    reason = os.strerror(wrong.errno) if wrong.errno and wrong.errno > 0 else wrong.strerror
    return f"cannot listen on {host}:{port}: {reason}"
