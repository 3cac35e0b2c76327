"""TAK protocol version 1: the protobuf form of an event, STREAM and MESH framing.

What has no field of its own goes into xmlDetail; fields we do not know are kept and written back.
One field is ours (`SHELL`): the spelling of the XML it was written from, where protobuf would lose it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from dunant.exchange.cot import wire
from dunant.exchange.cot.model import UNKNOWN_METRES, CotMessage, Malformed, Node
from dunant.exchange.cot.wire import Field, WireError, bytes_field, read_fields, text_field
from dunant.exchange.cot.xml import (
    MAX_EVENT_BYTES,
    NotWellFormed,
    finite,
    instant,
    instant_text,
    message_of,
    parse_tree,
    stripped,
    write_tree,
)

MAGIC = 0xBF
MESH = b"\xbf\x01\xbf"
SHELL = 1900
_TAK_CONTROL, _COT_EVENT, _DETAIL = 1, 2, 15
_FIRST_KEYS = (0x0A, 0x12)

_EVENT_TEXTS = {1: "type", 2: "access", 3: "qos", 4: "opex", 5: "uid", 9: "how"}
_EVENT_TIMES = {6: "time", 7: "start", 8: "stale"}
_POINT = {10: "lat", 11: "lon", 12: "hae", 13: "ce", 14: "le"}
_EVENT_ORDER = ("version", "uid", "type", "time", "start", "stale", "how", "access", "qos", "opex")

Kind = Literal["text", "integer", "double"]
_PARTS: dict[int, tuple[str, dict[int, tuple[str, Kind]]]] = {
    2: ("contact", {1: ("endpoint", "text"), 2: ("callsign", "text")}),
    3: ("__group", {1: ("name", "text"), 2: ("role", "text")}),
    4: ("precisionlocation", {1: ("geopointsrc", "text"), 2: ("altsrc", "text")}),
    5: ("status", {1: ("battery", "integer")}),
    6: ("takv", {1: ("device", "text"), 2: ("platform", "text"), 3: ("os", "text"), 4: ("version", "text")}),
    7: ("track", {1: ("speed", "double"), 2: ("course", "double")}),
}
_NUMBER_OF = {tag: number for number, (tag, _) in _PARTS.items()}


class ProtoError(ValueError):
    """Why the bytes are no TAK message; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def frame_at(data: bytes | bytearray, at: int) -> int | None:
    """Where the frame that begins here ends; None while more bytes are needed.

    Raises
    ------
    ProtoError
        No frame begins here.
    """
    try:
        if data[at : at + 3] == MESH:
            return _mesh_end(data, at + 3)
        length = wire.read_varint(data, at + 1)
        if length is None:
            return None
        if length[0] > MAX_EVENT_BYTES:
            raise ProtoError("too_large")
        end = length[1] + length[0]
        _check_first(data, length[1], end)
        return end if end <= len(data) else None
    except WireError as broken:
        raise ProtoError("not_protobuf") from broken


def _check_first(data: bytes | bytearray, begin: int, end: int) -> None:
    """Garbage rarely survives this: the first field must be one of ours and end within the frame."""
    if begin >= len(data):
        return
    if data[begin] not in _FIRST_KEYS:
        raise ProtoError("not_protobuf")
    length = wire.read_varint(data, begin + 1)
    if length is not None and length[1] + length[0] > end:
        raise ProtoError("not_protobuf")


def _mesh_end(data: bytes | bytearray, at: int) -> int | None:
    """A MESH frame has no length (it is meant for datagrams): it ends behind its event."""
    begin = at
    while at < len(data):
        if data[at] not in _FIRST_KEYS:
            raise ProtoError("not_protobuf")
        length = wire.read_varint(data, at + 1)
        if length is None:
            return None
        if length[0] > MAX_EVENT_BYTES:
            raise ProtoError("too_large")
        end = length[1] + length[0]
        if data[at] == 0x12 or end - begin > MAX_EVENT_BYTES:
            return end if end <= len(data) else None
        at = end
    return None


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
        if field.number == _COT_EVENT:
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
    point = dict.fromkeys(_POINT.values(), "0.0")
    detail, shell = Node(tag="detail"), None
    for field in read_fields(data):
        if name := _EVENT_TEXTS.get(field.number):
            found[name] = field.text
        elif name := _EVENT_TIMES.get(field.number):
            found[name] = _time_text(field.integer)
        elif name := _POINT.get(field.number):
            point[name] = repr(field.double)
        elif field.number == _DETAIL:
            detail = _read_detail(field.bytes, extras)
        elif field.number == SHELL and shell is None:
            shell = _read_shell(field)
        else:
            _keep(extras, "event", field)
    attributes = {name: found[name] for name in _EVENT_ORDER if name in found}
    root = Node(tag="event", attributes=attributes, children=(Node(tag="point", attributes=point), detail))
    return _respelled(root, shell) if shell is not None else root


def _time_text(milliseconds: int) -> str:
    try:
        return instant_text(datetime.fromtimestamp(milliseconds / 1000, UTC))
    except (ValueError, OverflowError, OSError):
        return str(milliseconds)


def _read_detail(data: bytes, extras: dict[str, bytes]) -> Node:
    children: list[Node] = []
    typed: list[Node] = []
    for field in read_fields(data):
        if field.number == 1:
            fragment = parse_tree(b"<detail>" + field.bytes + b"</detail>")
            if fragment.tag != "detail":
                raise NotWellFormed("not_well_formed")
            children.extend(fragment.children)
        elif field.number in _PARTS:
            typed.append(_read_part(field, extras))
        else:
            _keep(extras, "event.detail", field)
    return Node(tag="detail", children=(*typed, *children))


def _read_part(field: Field, extras: dict[str, bytes]) -> Node:
    tag, names = _PARTS[field.number]
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


# -- the shell: spelling and order of the XML it came from ------------------------------------------------------------


def _read_shell(field: Field) -> Node | None:
    try:
        return parse_tree(field.bytes)
    except (NotWellFormed, WireError):
        return None


def _shell(root: Node) -> Node:
    """The event without the contents of its detail: children are named for their order, typed ones spelled out."""
    return root.with_children(
        tuple(
            child.with_children(tuple(_shell_part(part) for part in child.children)) if child.tag == "detail" else child
            for child in root.children
        )
    )


def _shell_part(part: Node) -> Node:
    return Node(tag=part.tag, attributes=part.attributes if part.tag in _NUMBER_OF else {}, tail=part.tail)


def _respelled(root: Node, shell: Node) -> Node:
    """Use the shell's spelling wherever a peer in between has not changed the value."""
    point, detail = root.find("point"), root.find("detail")
    children: list[Node] = []
    for child in shell.children:
        if child.tag == "point" and point is not None:
            children.append(_respelled_attributes(child, point, _metres_or_degrees))
            point = None
        elif child.tag == "detail" and detail is not None:
            ordered = _reordered(detail.children, child)
            children.append(child.with_children(ordered))
            detail = None
        elif child.tag not in ("point", "detail"):
            children.append(child)
    children.extend(node for node in (point, detail) if node is not None and (node.tag == "point" or node.children))
    event = _respelled_attributes(shell, root, _milliseconds)
    return Node(tag="event", attributes=event.attributes, text=shell.text, children=tuple(children))


def _respelled_attributes(shell: Node, node: Node, meaning: Callable[[str, str], object]) -> Node:
    attributes = dict(shell.attributes)
    for name, value in node.attributes.items():
        old = attributes.get(name)
        if old != value and meaning(name, old or "") != meaning(name, value):
            attributes[name] = value
    return Node(tag=node.tag, attributes=attributes, text=shell.text, children=shell.children, tail=shell.tail)


def _milliseconds(name: str, text: str) -> object:
    """What protobuf carries of an attribute of the event; the version is fixed."""
    if name == "version":
        return None
    at = instant(text) if name in _EVENT_TIMES.values() else None
    return text if at is None else round(at.timestamp() * 1000)


def _metres_or_degrees(name: str, text: str) -> float:
    """What protobuf carries of an attribute of the point: it has no absent numbers, only unknown ones."""
    value = finite(text)
    return value if value is not None else 0.0 if name in ("lat", "lon") else UNKNOWN_METRES


def _reordered(children: tuple[Node, ...], order: Node) -> tuple[Node, ...]:
    left = list(children)
    out: list[Node] = []
    for wanted in order.children:
        index = next((index for index, child in enumerate(left) if child.tag == wanted.tag), None)
        if index is not None:
            out.append(_respelled_part(left.pop(index), wanted).with_tail(wanted.tail))
    return (*out, *left)


def _respelled_part(part: Node, spelled: Node) -> Node:
    number = _NUMBER_OF.get(part.tag)
    if number is None or not spelled.attributes:
        return part
    doubles = {name for name, kind in _PARTS[number][1].values() if kind == "double"}
    attributes = {name: value for name, value in spelled.attributes.items() if name in part.attributes}
    for name, value in part.attributes.items():
        old = attributes.get(name, "")
        if not (name in doubles and finite(old) == finite(value) is not None):
            attributes[name] = value
    return Node(tag=part.tag, attributes=attributes, text=part.text, children=part.children)


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
        event += bytes_field(SHELL, write_tree(_shell(message.root)))
    return message.extras.get("", b"") + bytes_field(_COT_EVENT, event)


def _write_event(message: CotMessage) -> bytes:
    root, extras = message.root, message.extras
    point = root.find("point") or Node(tag="point")
    out = [text_field(number, root.get(name)) for number, name in list(_EVENT_TEXTS.items())[:5]]
    for number, at in zip(_EVENT_TIMES, (message.time, message.start, message.stale), strict=True):
        out.append(wire.integer_field(number, max(0, round(at.timestamp() * 1000)) if at else 0))
    out.append(text_field(9, message.how))
    out.extend(wire.double_field(number, _metres_or_degrees(name, point.get(name))) for number, name in _POINT.items())
    if message.detail is not None:
        out.append(bytes_field(_DETAIL, _write_detail(message.detail, extras)))
    return b"".join(out) + extras.get("event", b"")


def _write_detail(detail: Node, extras: dict[str, bytes]) -> bytes:
    typed: dict[int, bytes] = {}
    others: list[bytes] = []
    seen: set[str] = set()
    for child in detail.children:
        number = None if child.tag in seen else _NUMBER_OF.get(child.tag)
        seen.add(child.tag)
        part = _write_part(child, _PARTS[number][1]) if number else None
        if number and part is not None:
            typed[number] = part + extras.get(f"event.detail.{child.tag}", b"")
        else:
            others.append(write_tree(child.with_tail("")))
    xml_detail = bytes_field(1, b"".join(others)) if others else b""
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
