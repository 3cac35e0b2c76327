"""TAK protocol version 1: the protobuf form of an event, STREAM and MESH framing.

What has no field of its own goes into xmlDetail; fields we do not know are kept and written back.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from dunant.exchange.cot import wire
from dunant.exchange.cot.fields import (
    COT_EVENT,
    DETAIL,
    EVENT_ORDER,
    EVENT_TEXTS,
    EVENT_TIMES,
    NUMBER_OF,
    PARTS,
    POINT,
    SHELL,
    XML_DETAIL,
    Kind,
)
from dunant.exchange.cot.frames import MAGIC, MESH
from dunant.exchange.cot.model import CotMessage, Malformed, Node
from dunant.exchange.cot.spelling import metres_or_degrees, read_shell, respelled, shell
from dunant.exchange.cot.wire import Field, WireError, bytes_field, read_fields, text_field
from dunant.exchange.cot.xml import (
    NotWellFormed,
    finite,
    instant_text,
    message_of,
    parse_tree,
    stripped,
    write_tree,
)


def parse_frame(data: bytes) -> CotMessage | Malformed:
    """Read one whole frame of either framing; never raises on what a peer can send."""
    is_mesh = data.startswith(MESH)
    try:
        begin = 3 if is_mesh else (wire.read_varint(data, 1) or (0, len(data)))[1]
        message = _read_message(data[begin:])
        return _with_origin(message, data, "MESH" if is_mesh else "STREAM")
    except (WireError, NotWellFormed, OverflowError) as broken:
        reason = str(broken) if isinstance(broken, NotWellFormed) else "not_protobuf"
        return Malformed(raw=data, reason=reason)


def _with_origin(message: CotMessage, raw: bytes, framing: Literal["MESH", "STREAM"]) -> CotMessage:
    return CotMessage(
        uid=message.uid,
        type=message.type,
        how=message.how,
        time=message.time,
        start=message.start,
        stale=message.stale,
        point=message.point,
        root=message.root,
        raw=raw,
        framing=framing,
        extras=message.extras,
    )


def _read_message(data: bytes) -> CotMessage:
    extras: dict[str, bytes] = {}
    event: bytes | None = None
    for field in read_fields(data):
        if field.number == COT_EVENT:
            event = (event or b"") + field.bytes
        else:
            _keep(extras, "", field)
    if event is None:
        raise NotWellFormed("not_an_event")
    root = _read_event(event, extras)
    message = message_of(root)
    return CotMessage(
        uid=message.uid,
        type=message.type,
        how=message.how,
        time=message.time,
        start=message.start,
        stale=message.stale,
        point=message.point,
        root=root,
        extras=extras,
    )


def _keep(extras: dict[str, bytes], path: str, field: Field) -> None:
    extras[path] = extras.get(path, b"") + field.verbatim


def _read_event(data: bytes, extras: dict[str, bytes]) -> Node:
    found: dict[str, str] = {"version": "2.0"}
    point = dict.fromkeys(POINT.values(), "0.0")
    detail, spelled = Node(tag="detail"), None
    for field in read_fields(data):
        if name := EVENT_TEXTS.get(field.number):
            found[name] = field.text
        elif name := EVENT_TIMES.get(field.number):
            found[name] = _time_text(field.integer)
        elif name := POINT.get(field.number):
            point[name] = repr(field.double)
        elif field.number == DETAIL:
            detail = _read_detail(field.bytes, extras)
        elif field.number == SHELL and spelled is None:
            spelled = read_shell(field)
        else:
            _keep(extras, "event", field)
    attributes = {name: found[name] for name in EVENT_ORDER if name in found}
    root = Node(tag="event", attributes=attributes, children=(Node(tag="point", attributes=point), detail))
    return respelled(root, spelled) if spelled is not None else root


def _time_text(milliseconds: int) -> str:
    try:
        return instant_text(datetime.fromtimestamp(milliseconds / 1000, UTC))
    except (ValueError, OverflowError, OSError):
        return str(milliseconds)


def _read_detail(data: bytes, extras: dict[str, bytes]) -> Node:
    children: list[Node] = []
    typed: list[Node] = []
    for field in read_fields(data):
        if field.number == XML_DETAIL:
            fragment = parse_tree(b"<detail>" + field.bytes + b"</detail>")
            if fragment.tag != "detail":
                raise NotWellFormed("not_well_formed")
            children.extend(fragment.children)
        elif field.number in PARTS:
            typed.append(_read_part(field, extras))
        else:
            _keep(extras, "event.detail", field)
    return Node(tag="detail", children=(*typed, *children))


def _read_part(field: Field, extras: dict[str, bytes]) -> Node:
    tag, names = PARTS[field.number]
    attributes: dict[str, str] = {}
    for inner in read_fields(field.bytes):
        name, kind = names.get(inner.number, ("", "text"))
        if not name:
            _keep(extras, f"event.detail.{tag}", inner)
        elif kind == "text":
            attributes[name] = inner.text
        else:
            attributes[name] = str(inner.integer) if kind == "integer" else repr(inner.double)
    return Node(tag=tag, attributes=attributes)


# -- writing ----------------------------------------------------------------------------------------------------------


def write_frame(message: CotMessage, framing: Literal["STREAM", "MESH"] = "STREAM") -> bytes:
    """The event in TAK protocol version 1, transport marks stripped."""
    payload = _write_message(stripped(message))
    if framing == "MESH":
        return MESH + payload
    return bytes((MAGIC,)) + wire.varint(len(payload)) + payload


def _write_message(message: CotMessage) -> bytes:
    event = _write_event(message)
    if write_tree(_read_event(event, {})) != write_tree(message.root):
        event += bytes_field(SHELL, write_tree(shell(message.root)))
    return message.extras.get("", b"") + bytes_field(COT_EVENT, event)


def _write_event(message: CotMessage) -> bytes:
    root, extras = message.root, message.extras
    point = root.find("point") or Node(tag="point")
    out = [text_field(number, root.get(name)) for number, name in list(EVENT_TEXTS.items())[:5]]
    for number, at in zip(EVENT_TIMES, (message.time, message.start, message.stale), strict=True):
        out.append(wire.integer_field(number, max(0, round(at.timestamp() * 1000)) if at else 0))
    out.append(text_field(9, message.how))
    out.extend(wire.double_field(number, metres_or_degrees(name, point.get(name))) for number, name in POINT.items())
    if message.detail is not None:
        out.append(bytes_field(DETAIL, _write_detail(message.detail, extras)))
    return b"".join(out) + extras.get("event", b"")


def _write_detail(detail: Node, extras: dict[str, bytes]) -> bytes:
    typed: dict[int, bytes] = {}
    others: list[bytes] = []
    seen: set[str] = set()
    for child in detail.children:
        number = None if child.tag in seen else NUMBER_OF.get(child.tag)
        seen.add(child.tag)
        part = _write_part(child, PARTS[number][1]) if number else None
        if number and part is not None:
            typed[number] = part + extras.get(f"event.detail.{child.tag}", b"")
        else:
            others.append(write_tree(child.with_tail("")))
    xml_detail = bytes_field(XML_DETAIL, b"".join(others)) if others else b""
    parts = b"".join(bytes_field(number, typed[number]) for number in sorted(typed))
    return xml_detail + parts + extras.get("event.detail", b"")


def _write_part(node: Node, names: dict[int, tuple[str, Kind]]) -> bytes | None:
    """None when the element says more than the message can: then it stays XML, as the protocol asks."""
    numbers = {name: (number, kind) for number, (name, kind) in names.items()}
    if node.text or node.children or not node.attributes or any(name not in numbers for name in node.attributes):
        return None
    out: dict[int, bytes] = {}
    for name, value in node.attributes.items():
        number, kind = numbers[name]
        written = _write_value(number, kind, value)
        if written is None:
            return None
        out[number] = written
    return b"".join(out[number] for number in sorted(out))


def _write_value(number: int, kind: Kind, value: str) -> bytes | None:
    """None for a spelling that would not come back: an empty text, "07", "1e3"."""
    if kind == "text":
        return text_field(number, value) or None
    if kind == "integer":
        small = value.isascii() and value.isdigit() and 0 < int(value) < 1 << 32 and str(int(value)) == value
        return wire.integer_field(number, int(value)) if small else None
    double = finite(value)
    return wire.double_field(number, double) or None if double is not None else None
