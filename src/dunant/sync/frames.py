"""The frame, `DUN1`: a stretch of one log with what is needed to believe it. The same bytes in HTTP, file and QR.

Magic · header length · header (MessagePack) · payload. Hashes and salts are not sent; the receiver recomputes them.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from dunant.kernel.log import Checkpoint, LogName
from dunant.sync.compress import compressed, decompressed
from dunant.sync.errors import BadFrame

MAGIC = b"DUN1"
MAX_HEADER = 256 * 1024
MAX_RAW = 16 * 1024 * 1024


class Row(Struct, frozen=True, array_like=True):
    """One event on the wire: the exact bytes its origin wrote."""

    header: bytes
    body: bytes


class Frame(Struct, frozen=True, kw_only=True):
    """Events `q_from` to `q_to` of one log. A frame without events has neither and may carry receipts."""

    o: str
    e: str
    st: str
    q_from: int
    q_to: int
    prev: bytes = b""
    checkpoint: Checkpoint | None
    keys: dict[int, bytes]
    rows: tuple[Row, ...]
    receipts: tuple[bytes, ...] = ()
    to: tuple[str, ...] = ()
    pv: int = 1

    @property
    def log(self) -> LogName:
        return (self.o, self.e, self.st)


class FrameHead(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The header as it travels; unknown keys are ignored."""

    o: str = ""
    e: str = ""
    st: str = ""
    q_from: int = 0
    q_to: int = 0
    prev: bytes = b""
    checkpoint: tuple[int, bytes, str, str, bytes] | None = None
    k: dict[int, bytes] = {}
    enc: int = 0
    dict: str = ""
    n: int = 0
    raw_len: int = 0
    r: tuple[bytes, ...] = ()
    to: tuple[str, ...] = ()
    pv: int = 1


class Codec:
    """Encodes and decodes frames."""

    dictionaries: tuple[str, ...] = ()

    def encode(
        self, frame: Frame, *, level: int = 19, dictionary: str | None = None, columnar: bool | None = None
    ) -> bytes:
        raw = msgspec.msgpack.encode(frame.rows) if frame.rows else b""
        point = frame.checkpoint
        head = FrameHead(
            o=frame.o,
            e=frame.e,
            st=frame.st,
            q_from=frame.q_from,
            q_to=frame.q_to,
            prev=frame.prev,
            checkpoint=(point.q, point.head, point.h, point.key, point.sig) if point else None,
            k=frame.keys,
            n=len(frame.rows),
            raw_len=len(raw),
            r=frame.receipts,
            to=frame.to,
            pv=frame.pv,
        )
        header = msgspec.msgpack.encode(head)
        return MAGIC + len(header).to_bytes(4, "big") + header + compressed(raw, level)

    def decode(self, raw: bytes) -> Frame:
        head = self.read_header(raw)
        size = int.from_bytes(raw[4:8], "big")
        rows: tuple[Row, ...] = ()
        try:
            if head.n:
                rows = msgspec.msgpack.decode(decompressed(raw[8 + size :], head.raw_len), type=tuple[Row, ...])
        except (msgspec.MsgspecError, RecursionError):
            raise BadFrame("undecodable") from None
        if len(rows) != head.n:
            raise BadFrame("undecodable")
        point = head.checkpoint
        checkpoint = Checkpoint(
            o=head.o, e=head.e, st=head.st, q=point[0], head=point[1], h=point[2], key=point[3], sig=point[4]
        ) if point else None
        return Frame(
            o=head.o, e=head.e, st=head.st, q_from=head.q_from, q_to=head.q_to, prev=head.prev, checkpoint=checkpoint,
            keys=head.k, rows=rows, receipts=head.r, to=head.to, pv=head.pv,
        )

    def read_header(self, raw: bytes) -> FrameHead:
        size = int.from_bytes(raw[4:8], "big")
        if raw[:4] != MAGIC or size > MAX_HEADER or len(raw) < 8 + size:
            raise BadFrame("undecodable")
        try:
            head = msgspec.msgpack.decode(raw[8 : 8 + size], type=FrameHead)
        except (msgspec.MsgspecError, RecursionError):
            raise BadFrame("undecodable") from None
        if head.raw_len > MAX_RAW:
            raise BadFrame("too_large")
        return head

    def fill(
        self,
        head: Frame,
        rows: Sequence[Row],
        ends: Sequence[int] | None,
        target_bytes: int,
        checkpoint_at: Callable[[int], Checkpoint],
        *,
        level: int = 19,
    ) -> tuple[int, bytes]:
        """How many rows were taken, and the frame. It ends at one of `ends`, or anywhere if None."""
        most, size = 0, 0
        for row in rows:
            size += (len(row.header) + len(row.body)) // 6
            most += 1
            if size >= target_bytes:
                break
        taken = most
        if ends is not None:
            allowed = [q for q in ends if q <= head.q_from + most - 1] or list(ends[:1])
            taken = allowed[-1] - head.q_from + 1
        q_to = head.q_from + taken - 1
        frame: Any = msgspec.structs.replace(
            head, q_to=q_to, rows=tuple(rows[:taken]), checkpoint=checkpoint_at(q_to)
        )
        return taken, self.encode(frame, level=level)
