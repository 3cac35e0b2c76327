"""Cursor-on-Target as XML: parse and write, element and attribute order kept; no DTD, no entity, no network."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Any
from xml.parsers import expat

from dunant.exchange.cot.model import UNKNOWN_METRES, CotMessage, Malformed, Node, Point

MAX_EVENT_BYTES = 256 * 1024
MAX_DEPTH = 100
MAX_TEXT = 8_000
TRANSPORT_MARKS = frozenset({"_flow-tags_"})

_ESCAPE = re.compile('[&<>"\t\n\r\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]')
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


class NotWellFormed(ValueError):
    """Why the bytes are no event; the argument is the reason code."""


class _Tree:
    """Expat handlers that build Nodes bottom-up."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[tuple[str, dict[str, str], list[Node], list[str]]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise NotWellFormed("too_deep")
        self._open.append((tag, attributes, [], []))

    def text(self, data: str) -> None:
        _, _, children, texts = self._open[-1]
        if children:
            last = children[-1]
            children[-1] = Node(
                tag=last.tag,
                attributes=last.attributes,
                text=last.text,
                children=last.children,
                tail=last.tail + data,
            )
        else:
            texts.append(data)

    def end(self, _tag: str) -> None:
        tag, attributes, children, texts = self._open.pop()
        node = Node(tag=tag, attributes=attributes, text="".join(texts), children=tuple(children))
        if self._open:
            self._open[-1][2].append(node)
        else:
            self.root = node


def _refuse_dtd(*_: Any) -> None:
    raise NotWellFormed("dtd")


def parse_tree(data: bytes) -> Node:
    """Read one element.

    Raises
    ------
    NotWellFormed
        Broken XML, a DTD, an entity, or nesting beyond any real message.
    """
    tree = _Tree()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.text
    parser.StartDoctypeDeclHandler = _refuse_dtd
    parser.EntityDeclHandler = _refuse_dtd
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, UnicodeError, LookupError) as broken:
        raise NotWellFormed("not_well_formed") from broken
    if tree.root is None:
        raise NotWellFormed("not_well_formed")
    return tree.root


def is_well_formed_start(data: bytes) -> bool:
    """Whether a new element may open behind these bytes; false when they stop inside a tag."""
    try:
        expat.ParserCreate().Parse(data + b"<e ", False)
    except expat.ExpatError:
        return False
    return True


def parse_event(data: bytes) -> CotMessage | Malformed:
    """Read one event; never raises on what a peer can send."""
    if len(data) > MAX_EVENT_BYTES:
        return Malformed(raw=data, reason="too_large")
    try:
        return message_of(parse_tree(data), raw=data)
    except NotWellFormed as broken:
        return Malformed(raw=data, reason=str(broken))


def message_of(root: Node, raw: bytes = b"") -> CotMessage:
    """Give a tree its typed face.

    Raises
    ------
    NotWellFormed
        Not an event, or one without uid or type.
    """
    attributes = root.attributes
    if root.tag != "event":
        raise NotWellFormed("not_an_event")
    for required in ("uid", "type"):
        if not attributes.get(required):
            raise NotWellFormed(f"{required}_missing")
    return CotMessage(
        uid=attributes["uid"],
        type=attributes["type"],
        how=attributes.get("how", ""),
        time=instant(attributes.get("time", "")),
        start=instant(attributes.get("start", "")),
        stale=instant(attributes.get("stale", "")),
        point=_point(root.find("point")),
        root=root,
        raw=raw,
    )


def instant(text: str) -> datetime | None:
    """Read a CoT time; None when it is none, or when the zone is missing (the zone is asked, never guessed)."""
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def instant_text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def finite(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def metres(text: str) -> float | None:
    value = finite(text)
    return None if value is None or value == UNKNOWN_METRES else value


def metres_text(value: float | None) -> str:
    return repr(UNKNOWN_METRES if value is None else float(value))


def _point(node: Node | None) -> Point | None:
    if node is None:
        return None
    get = node.attributes.get
    lat, lon = finite(get("lat", "")), finite(get("lon", ""))
    if lat is None or lon is None:
        return None
    return Point(lat=lat, lon=lon, hae=metres(get("hae", "")), ce=metres(get("ce", "")), le=metres(get("le", "")))


def write_tree(node: Node) -> bytes:
    parts: list[str] = []
    _write(node, parts)
    return "".join(parts).encode()


def _write(node: Node, parts: list[str]) -> None:
    parts.append(f"<{node.tag}")
    for name, value in node.attributes.items():
        parts.append(f' {name}="{escaped(value)}"')
    if node.text or node.children:
        parts.append(">")
        parts.append(escaped(node.text, in_text=True))
        for child in node.children:
            _write(child, parts)
        parts.append(f"</{node.tag}>")
    else:
        parts.append("/>")
    if node.tail:
        parts.append(escaped(node.tail, in_text=True))


def escaped(text: str, *, in_text: bool = False) -> str:
    """Escape; a character XML cannot carry becomes U+FFFD."""

    def one(match: re.Match[str]) -> str:
        character = match.group()
        if in_text and character in '\t\n"':
            return character
        return _NAMED.get(character, "\ufffd")

    return _ESCAPE.sub(one, text)


def limited(text: str, limit: int = MAX_TEXT) -> str:
    """Cut a text of our own to what a small receiver can show; the cut is visible."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def stripped(message: CotMessage) -> CotMessage:
    """Without the transport marks of earlier servers, which make later ones drop a re-send."""
    detail = message.detail
    if detail is None or not any(child.tag in TRANSPORT_MARKS for child in detail.children):
        return message
    kept = detail.with_children(tuple(child for child in detail.children if child.tag not in TRANSPORT_MARKS))
    return _replaced(message, message.root.with_child(kept))


def refreshed(message: CotMessage, stale: datetime) -> CotMessage:
    """With a new stale time; a re-send without one would vanish from receivers."""
    return _replaced(message, message.root.with_attributes(stale=instant_text(stale)))


def _replaced(message: CotMessage, root: Node) -> CotMessage:
    return CotMessage(
        uid=message.uid,
        type=message.type,
        how=message.how,
        time=message.time,
        start=message.start,
        stale=instant(root.get("stale")),
        point=message.point,
        root=root,
        framing=message.framing,
        extras=message.extras,
    )


def write_event(message: CotMessage) -> bytes:
    """The event as XML, transport marks stripped, everything else as it came."""
    return write_tree(stripped(message).root)
