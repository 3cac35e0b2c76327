"""What goes out to one client: a queue bounded in bytes, written in large pieces, oldest dropped when nobody reads."""

from __future__ import annotations

import asyncio
from collections import deque

_PIECE_BYTES = 256 * 1024
_NAP_S = 0.02


class Outlet:
    """A slow client is bounded, never waited for: one satellite link must not set the pace of all others.

    Live messages wait while the replay to a late joiner runs, so that the newest word on a uid comes last.
    """

    def __init__(self, transport: asyncio.Transport, limit_bytes: int) -> None:
        transport.set_write_buffer_limits(high=2 * _PIECE_BYTES)
        self.dropped = 0
        self.sent_bytes = 0
        self.sent = 0
        self._transport = transport
        self._limit = limit_bytes
        self._loop = asyncio.get_running_loop()
        self._queue: deque[bytes] = deque()
        self._live: deque[bytes] | None = None
        self._waiting_bytes = 0
        self._is_paused = False
        self._is_scheduled = False

    def push(self, data: bytes) -> None:
        """Send a live message."""
        self._enqueue(self._queue if self._live is None else self._live, data)

    def hold(self) -> None:
        self._live = deque()

    async def push_replay(self, data: bytes) -> None:
        while self._waiting_bytes > self._limit // 4 and not self._transport.is_closing():
            await asyncio.sleep(_NAP_S)
        self._enqueue(self._queue, data)

    def release(self) -> None:
        if self._live is not None:
            self._queue.extend(self._live)
            self._live = None
        self._schedule()

    def pause(self) -> None:
        self._is_paused = True

    def resume(self) -> None:
        self._is_paused = False
        self._flush()

    def clear(self) -> None:
        self._queue.clear()
        self._live = None
        self._waiting_bytes = 0

    def _enqueue(self, queue: deque[bytes], data: bytes) -> None:
        queue.append(data)
        self._waiting_bytes += len(data)
        while self._waiting_bytes > self._limit:
            oldest = self._queue or self._live
            if not oldest:
                break
            self._waiting_bytes -= len(oldest.popleft())
            self.dropped += 1
        self._schedule()

    def _schedule(self) -> None:
        if not self._is_scheduled and not self._is_paused:
            self._is_scheduled = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._is_scheduled = False
        while self._queue and not self._is_paused and not self._transport.is_closing():
            piece: list[bytes] = []
            size = 0
            while self._queue and size < _PIECE_BYTES:
                data = self._queue.popleft()
                piece.append(data)
                size += len(data)
            self._waiting_bytes -= size
            self.sent_bytes += size
            self.sent += len(piece)
            self._transport.write(b"".join(piece))
