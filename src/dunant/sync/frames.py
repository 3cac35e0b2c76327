"""The frame, `DUN1`: a stretch of one log with what is needed to believe it. The same bytes in HTTP, file and QR.

Magic · header length · header (MessagePack) · payload. Hashes and salts are not sent; the receiver recomputes them.
"""

from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from dunant.kernel.log import Checkpoint, LogName
from dunant.sync.columnar import decode as decode_columns
from dunant.sync.columnar import encode as columnar_rows
from dunant.sync.compress import compressed, decompressed, dictionary_id
from dunant.sync.errors import BadFrame
from dunant.sync.rows import Row

__all__ = ["Codec", "Frame", "FrameHead", "Row"]

MAGIC = b"DUN1"
MAX_HEADER = 256 * 1024
PLAIN, TRAINED, COLUMNS, SEALED = range(4)
# Packed columns unfold into many small objects before their rows are counted; frames for a link stay far below this.
MAX_COLUMNS = 4 * 1024 * 1024
# From here on columns beat rows, and a dictionary has less to say than the frame itself.
MANY = 24


class Frame(Struct, frozen=True, kw_only=True):
    """Events `q_from` to `q_to` of one log. A frame without events has neither and may carry receipts."""

    o: str
    e: str
    st: str
    q_from: int
    q_to: int
    prev: bytes = b""
    checkpoint: Checkpoint | None = None
    keys: dict[int, bytes] = {}
    rows: tuple[Row, ...] = ()
    receipts: tuple[bytes, ...] = ()
    to: tuple[str, ...] = ()
    pv: int = 1

    @property
    def log(self) -> LogName:
        return (self.o, self.e, self.st)


_KEYS = {
    "q_from": "f",
    "q_to": "t",
    "prev": "p",
    "checkpoint": "c",
    "enc": "x",
    "dict": "d",
    "raw_len": "l",
    "packed_rows": "w",
}


class FrameHead(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=_KEYS):
    """The header as it travels, in short keys; unknown ones are ignored. `packed_rows`: rows not fit for lines."""

    o: str = ""
    e: str = ""
    st: str = ""
    q_from: int = 0
    q_to: int = 0
    prev: bytes = b""
    checkpoint: tuple[bytes, bytes, bytes, bytes] | None = None
    k: dict[int, bytes] = {}
    enc: int = 0
    dict: bytes = b""
    n: int = 0
    raw_len: int = 0
    packed_rows: bool = False
    r: tuple[bytes, ...] = ()
    to: tuple[str, ...] = ()
    pv: int = 1


class Codec:
    """Encodes and decodes frames. What it encodes, it decodes and compares before it lets it go (sync W1)."""

    @property
    def dictionaries(self) -> tuple[str, ...]:
        """Named in hello; a peer that does not know one is sent encoding 0."""
        return (dictionary_id(),)

    def encode(
        self, frame: Frame, *, level: int = 19, dictionary: str | None = None, columnar: bool | None = None
    ) -> bytes:
        """Bytes of a frame.

        Parameters
        ----------
        dictionary : the one to use for rows; the shipped one if None, none at all if empty
        columnar : columns or rows; by the number of rows if None
        """
        wanted = len(frame.rows) >= MANY if columnar is None else columnar
        columns = columnar_rows(frame.rows) if wanted and frame.rows else None
        if columns is not None and len(columns) <= MAX_COLUMNS and _survives(columns, frame.rows):
            return _written(frame, COLUMNS, columns, compressed(columns, level))
        raw, is_lines = _lines(frame.rows)
        if is_lines and dictionary != "":
            return _written(frame, TRAINED, raw, compressed(raw, level, with_dictionary=True))
        return _written(frame, PLAIN, raw, compressed(raw, level), is_lines=is_lines)

    def decode(self, raw: bytes) -> Frame:
        """The frame.

        Raises
        ------
        BadFrame
            undecodable, too_large, ratio or unknown_dictionary.
        """
        head, packed = _split(raw)
        if head.dict and head.dict.hex() not in self.dictionaries:
            raise BadFrame("unknown_dictionary")
        rows: tuple[Row, ...] = ()
        if head.enc == COLUMNS and head.raw_len > MAX_COLUMNS:
            raise BadFrame("too_large")
        if head.n:
            content = decompressed(packed, head.raw_len, with_dictionary=head.enc == TRAINED)
            rows = _rows(head, content)
        if len(rows) != head.n:
            raise BadFrame("undecodable")
        return Frame(
            o=head.o,
            e=head.e,
            st=head.st,
            q_from=head.q_from,
            q_to=head.q_to,
            prev=head.prev,
            checkpoint=_checkpoint(head),
            keys=head.k,
            rows=rows,
            receipts=head.r,
            to=head.to,
            pv=head.pv,
        )

    def read_header(self, raw: bytes) -> FrameHead:
        """What a carrier may know, without unpacking anything."""
        return _split(raw)[0]

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
        """How many of the rows were taken, and the frame.

        It ends at one of `ends`, or anywhere if None, near `target_bytes` when compressed: within a sixth, unless the
        first end is farther than that.
        """
        taken = self._estimate(head, rows, target_bytes)
        for attempt in range(3):
            taken = _to_end(head.q_from, taken, len(rows), ends)
            q_to = head.q_from + taken - 1
            frame = replace(head, q_to=q_to, rows=tuple(rows[:taken]), checkpoint=checkpoint_at(q_to))
            raw = self.encode(frame, level=level)
            wanted = int(taken * target_bytes / len(raw))
            close = len(raw) <= 1.15 * target_bytes and (taken == len(rows) or wanted <= 1.15 * taken)
            if close or attempt == 2 or _to_end(head.q_from, wanted, len(rows), ends) == taken:
                break
            taken = wanted
        return taken, raw

    def _estimate(self, head: Frame, rows: Sequence[Row], target_bytes: int) -> int:
        """By what the first rows weigh when compressed quickly; the rest weighs a little less for each."""
        if sum(len(row.header) + len(row.body) for row in rows[:MANY]) <= 2 * target_bytes and len(rows) <= MANY:
            return len(rows)
        sample = rows[: 4 * MANY]
        quick = len(self.encode(replace(head, q_to=head.q_from + len(sample) - 1, rows=tuple(sample)), level=3))
        return max(1, min(len(rows), int(target_bytes / (0.7 * quick / len(sample)))))


def _to_end(q_from: int, taken: int, most: int, ends: Sequence[int] | None) -> int:
    taken = max(1, min(taken, most))
    if ends is None:
        return taken
    allowed = [q for q in ends if q <= q_from + taken - 1]
    return (allowed[-1] if allowed else ends[0]) - q_from + 1


def _written(frame: Frame, enc: int, raw: bytes, packed: bytes, *, is_lines: bool = True) -> bytes:
    point = frame.checkpoint
    head = FrameHead(
        o=frame.o,
        e=frame.e,
        st=frame.st,
        q_from=frame.q_from,
        q_to=frame.q_to,
        prev=frame.prev,
        checkpoint=_short(frame, point) if point else None,
        k=frame.keys,
        enc=enc,
        dict=bytes.fromhex(dictionary_id()) if enc == TRAINED and frame.rows else b"",
        n=len(frame.rows),
        raw_len=len(raw),
        packed_rows=not is_lines,
        r=frame.receipts,
        to=frame.to,
        pv=frame.pv,
    )
    header = msgspec.msgpack.encode(head)
    return MAGIC + len(header).to_bytes(4, "big") + header + (packed if frame.rows else b"")


def _split(raw: bytes) -> tuple[FrameHead, bytes]:
    size = int.from_bytes(raw[4:8], "big")
    if raw[:4] != MAGIC or size > MAX_HEADER or len(raw) < 8 + size:
        raise BadFrame("undecodable")
    try:
        return msgspec.msgpack.decode(raw[8 : 8 + size], type=FrameHead), raw[8 + size :]
    except (msgspec.MsgspecError, RecursionError, ValueError):
        raise BadFrame("undecodable") from None


def _survives(columns: bytes, rows: Sequence[Row]) -> bool:
    """Whether the columns give these rows back, and within the limits of a receiver."""
    try:
        return decode_columns(columns) == tuple(rows)
    except BadFrame:
        return False


def _lines(rows: Sequence[Row]) -> tuple[bytes, bool]:
    """Header and body of each event on lines of their own, which `zstdcat | jq` can read; else packed as they are."""
    if any(b"\n" in row.header or b"\n" in row.body for row in rows):
        return msgspec.msgpack.encode(rows), False
    return b"".join(row.header + b"\n" + row.body + b"\n" for row in rows), True


def _rows(head: FrameHead, content: bytes) -> tuple[Row, ...]:
    if head.enc == COLUMNS:
        return decode_columns(content)
    if head.enc not in (PLAIN, TRAINED):
        raise BadFrame("undecodable")
    if head.packed_rows:
        try:
            return msgspec.msgpack.decode(content, type=tuple[Row, ...])
        except (msgspec.MsgspecError, RecursionError, ValueError):
            raise BadFrame("undecodable") from None
    lines = content.split(b"\n")
    if len(lines) != 2 * head.n + 1:
        raise BadFrame("undecodable")
    return tuple(Row(header, body) for header, body in zip(lines[:-1:2], lines[1::2], strict=True))


def _short(frame: Frame, point: Checkpoint) -> tuple[bytes, bytes, bytes, bytes]:
    """Head, clock, key and signature. The rest of a checkpoint is the frame's own; with rows the head is too."""
    return (b"" if frame.rows else point.head), bytes.fromhex(point.h), bytes.fromhex(point.key), point.sig


def _checkpoint(head: FrameHead) -> Checkpoint | None:
    if head.checkpoint is None:
        return None
    end, h, key, sig = head.checkpoint
    return Checkpoint(o=head.o, e=head.e, st=head.st, q=head.q_to, head=end, h=h.hex(), key=key.hex(), sig=sig)
