"""Cut a TCP byte stream into messages; XML or protobuf is decided per message from its first byte.

Nothing a peer sends raises here: what is no message comes out as Malformed, and reading goes on behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dunant.exchange.cot.frames import MAGIC, ProtoError, frame_at
from dunant.exchange.cot.model import CotMessage, Malformed
from dunant.exchange.cot.proto import parse_frame
from dunant.exchange.cot.xml import MAX_EVENT_BYTES, is_well_formed_start, parse_event

_START = re.compile(rb"<\?xml[\s?]|<!DOCTYPE[\s\[]|<event[\s/>]|\xbf")
_EVENT = re.compile(rb"<event[\s/>]")
_OPENING = re.compile(rb"""<event(?:\s+[^\s=<>/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(/?)>""")
_PROLOG = re.compile(rb"<\?xml[^<>]*\?>\s*(?:<!--.*?-->\s*|<\?[^<>]*\?>\s*)*", re.DOTALL)
_CLOSE = re.compile(rb"</event\s*>")
_STEP = re.compile(rb"<!--|<!\[CDATA\[|</event\s*>|<event(?=[\s/>])")
_CLOSERS = {b"<!--": b"-->", b"<![CDATA[": b"]]>"}
_NEXT_MESSAGE = re.compile(rb"\s*(?:<\?xml|<event[\s/>]|\xbf)")
_BLANK = b" \t\r\n\x00"
_BOM = b"\xef\xbb\xbf"
_LONGEST_MARK = 10
_LONGEST_OPENING = 16 * 1024
_MOST_NESTED = 8


class Splitter:
    """Feed bytes, get messages. `bad_bytes` counts what was none."""

    def __init__(self) -> None:
        self.bad_bytes = 0
        self._buffer = bytearray()
        self._searched = 0
        self._skipping = False

    def feed(self, data: bytes) -> Iterator[CotMessage | Malformed]:
        self._buffer += data
        while self._buffer:
            before = len(self._buffer)
            found = self._next()
            if isinstance(found, Malformed):
                self.bad_bytes += before - len(self._buffer)
            if found is not None:
                yield found
            elif len(self._buffer) == before:
                break

    def close(self) -> Malformed | None:
        """What was left unfinished when the peer went away."""
        rest = bytes(self._buffer).strip(_BLANK)
        self._buffer.clear()
        return self._bad(rest, "unfinished") if rest and not self._skipping else None

    def _bad(self, raw: bytes, reason: str) -> Malformed:
        return Malformed(raw=raw[:MAX_EVENT_BYTES], reason=reason)

    def _take(self, count: int) -> bytes:
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        self._searched = 0
        return taken

    def _next(self) -> CotMessage | Malformed | None:
        first = self._buffer[0]
        if first == MAGIC and not self._skipping:
            return self._proto()
        if first == 0x3C and not self._skipping and _START.match(self._buffer):
            return self._xml()
        return self._garbage()

    def _garbage(self, known: int = 0) -> Malformed | None:
        """Drop up to the next thing that may begin a message; blanks and byte order marks are no offence."""
        start = self._next_start(known)
        if start is not None and self._skipping:
            self._skipping = False
            self.bad_bytes += start
            self._take(start)
            return None
        if start is None:
            start = len(self._buffer) - self._possible_mark()
        rest = self._take(start).strip(_BLANK).removesuffix(_BOM).strip(_BLANK)
        if self._skipping:
            self.bad_bytes += start
            return None
        return self._bad(rest, "garbage") if rest else None

    def _next_start(self, begin: int) -> int | None:
        for match in _START.finditer(self._buffer, begin):
            if self._buffer[match.start()] != MAGIC:
                return match.start()
            if self._buffer[max(0, match.start() - 2) : match.start() + 1] == _BOM:
                continue
            try:
                frame_at(self._buffer, match.start())
            except ProtoError:
                continue
            return match.start()
        return None

    def _possible_mark(self) -> int:
        """How many bytes at the end may be the beginning of a mark."""
        at = self._buffer.rfind(b"<", max(0, len(self._buffer) - _LONGEST_MARK))
        if at >= 0 and any(mark.startswith(self._buffer[at:]) for mark in (b"<?xml ", b"<!DOCTYPE ", b"<event ")):
            return len(self._buffer) - at
        return 0

    def _proto(self) -> CotMessage | Malformed | None:
        try:
            end = frame_at(self._buffer, 0)
        except ProtoError:
            return self._garbage(known=1)
        if end is None:
            return None
        read = parse_frame(bytes(self._buffer[:end]))
        if isinstance(read, Malformed):
            inner = _START.search(self._buffer, 1, end)
            return self._bad(self._take(inner.start() if inner else end), read.reason)
        self._take(end)
        return read

    def _xml(self) -> CotMessage | Malformed | None:
        event = _EVENT.search(self._buffer)
        if event is None:
            return self._too_large() if len(self._buffer) > MAX_EVENT_BYTES else None
        if event.start() and not self._is_prolog(event.start()):
            return self._bad(self._take(event.start()), "garbage")
        end = self._event_end(event.start())
        if end is None:
            return self._too_large() if len(self._buffer) > MAX_EVENT_BYTES else None
        if end < 0:
            return self._bad(self._take(-end), "unfinished")
        return parse_event(self._take(end))

    def _is_prolog(self, end: int) -> bool:
        """A DTD stays with its event, so that the event is refused with it."""
        before = bytes(self._buffer[:end])
        return b"<!DOCTYPE" in before or _PROLOG.fullmatch(before) is not None

    def _too_large(self) -> Malformed:
        self._skipping = True
        return self._bad(self._take(len(self._buffer)), "too_large")

    def _event_end(self, start: int) -> int | None:
        """Where the event stops; None: more bytes needed; -n: its first n bytes were cut off by a new event."""
        close = _CLOSE.search(self._buffer, max(start, self._searched))
        if close is None:
            self._searched = max(0, len(self._buffer) - _LONGEST_MARK)
            return self._opening_end(start)
        if (
            self._buffer.find(b"<!", start, close.start()) < 0
            and self._buffer.find(b"<event", start + 1, close.start()) < 0
        ):
            return close.end()
        end = self._opening_end(start) or self._walk(start)
        if end is None:
            self._searched = max(0, len(self._buffer) - _LONGEST_MARK)
        return end

    def _opening_end(self, start: int) -> int | None:
        opening = _OPENING.match(self._buffer, start, start + _LONGEST_OPENING)
        return opening.end() if opening and opening.group(1) else None

    def _walk(self, start: int) -> int | None:
        """The slow way, for comments, CDATA and an event inside an event."""
        depth, position, nested = 0, start, list[int]()
        while step := _STEP.search(self._buffer, position):
            position = step.end()
            if closer := _CLOSERS.get(step.group()):
                position = self._buffer.find(closer, position) + len(closer)
                if position < len(closer):
                    return None
            elif step.group().startswith(b"</"):
                depth -= 1
                if depth == 0:
                    return position
                if nested and _NEXT_MESSAGE.match(self._buffer, position):
                    return -nested[0]
            else:
                if depth:
                    nested.append(step.start())
                    before = bytes(self._buffer[start : step.start()])
                    if len(nested) > _MOST_NESTED or not is_well_formed_start(before):
                        return -nested[0]
                depth += 1
        return None


def parse_message(data: bytes) -> CotMessage | Malformed:
    """Read one whole message of either form, as it was kept; never raises on what a peer can send."""
    return parse_frame(data) if data[:1] == bytes((MAGIC,)) else parse_event(data)


def split_all(data: bytes) -> list[CotMessage | Malformed]:
    """All messages of a file, with what was none of them."""
    splitter = Splitter()
    rest = [*splitter.feed(data), splitter.close()]
    return [found for found in rest if found is not None]
