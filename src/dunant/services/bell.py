"""The writer's word to the event loop: something was committed."""

import asyncio


class Bell:
    """Rings in the event loop when the writer has committed; every live stream listens.

    `count` is how often it has rung. Whoever notes it before looking, and hands it to `wait`, misses nothing that was
    committed while it looked.
    """

    def __init__(self) -> None:
        self.count = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: set[asyncio.Event] = set()

    def attach(self) -> None:
        self._loop = asyncio.get_running_loop()

    def ring(self) -> None:
        """From any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self.count += 1
        for event in self._waiting:
            event.set()

    async def wait(self, timeout: float, heard: int | None = None) -> bool:
        """True when it rang (since `heard`), False when nothing happened for so long."""
        if heard is not None and heard != self.count:
            return True
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            # Not `wait_for`: on Python 3.11 it forgets a cancellation that comes together with the ring.
            async with asyncio.timeout(timeout):
                await event.wait()
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(event)
        return True
