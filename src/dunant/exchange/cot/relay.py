"""The bytes that pass a message on: as they came where nothing must change, rewritten where something must."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

import msgspec

from dunant.exchange.cot.model import CotMessage, Node
from dunant.exchange.cot.proto import write_frame
from dunant.exchange.cot.xml import TRANSPORT_MARKS, message_of, write_event

_MARKS = tuple(mark.encode() for mark in TRANSPORT_MARKS)
_EVENT = re.compile(rb"<event[\s/>]")
_MARK = re.compile(rb"<_flow-tags_(?:\s[^<>]*)?/>")
_PLAIN_PROLOG = re.compile(rb"""\s*(?:<\?xml(?:(?!encoding)[^>]|encoding\s*=\s*["'](?i:utf-8|us-ascii)["'])*\?>)?\s*""")

PROTOCOL_REQUEST = "t-x-takp-q"
_PING, _PONG = "t-x-c-t", "t-x-c-t-r"
_NEIGHBOURLY = (_PING, _PONG, PROTOCOL_REQUEST)


def is_between_neighbours(message: CotMessage) -> bool:
    """Pings and protocol requests concern one connection: not relayed, not recorded."""
    return message.type in _NEIGHBOURLY


def wire_xml(message: CotMessage) -> bytes:
    """The event for XML clients, without a prolog, without transport marks."""
    if message.framing == "XML" and message.raw:
        event = _EVENT.search(message.raw)
        if event is not None and _PLAIN_PROLOG.fullmatch(message.raw, 0, event.start()):
            raw = message.raw[event.start() :] if event.start() else message.raw
            if b"_flow-tags_" in raw and b"<!" not in raw:
                raw = _MARK.sub(b"", raw)
            if not _has_marks(raw):
                return raw
    return write_event(message)


def _has_marks(raw: bytes) -> bool:
    return any(mark in raw for mark in _MARKS)


def wire_proto(message: CotMessage) -> bytes:
    """The event for protobuf clients, STREAM framing."""
    raw = message.raw
    if message.framing == "STREAM" and raw and not _has_marks(raw):
        return raw
    return write_frame(message)


def answer_of(message: CotMessage) -> CotMessage | None:
    """Our answer to a neighbour: a pong, or yes to TAK protocol 1."""
    if message.type == _PING:
        return _answered(message, _PONG, Node(tag="detail"))
    if message.type == PROTOCOL_REQUEST:
        control = message.in_detail("TakControl")
        request = control.find("TakRequest") if control is not None else None
        accepted = request is not None and request.get("version") == "1"
        response = Node(tag="TakResponse", attributes={"status": str(accepted).lower()})
        detail = Node(tag="detail", children=(Node(tag="TakControl", children=(response,)),))
        return _answered(message, "t-x-takp-r", detail)
    return None


def is_protocol_accepted(answer: CotMessage) -> bool:
    control = answer.in_detail("TakControl")
    response = control.find("TakResponse") if control is not None else None
    return response is not None and response.get("status") == "true"


def _answered(message: CotMessage, cot_type: str, detail: Node) -> CotMessage:
    root = message.root.with_attributes(type=cot_type, how="m-g")
    children = tuple(child for child in root.children if child.tag != "detail")
    return message_of(root.with_children((*children, detail)))


def rewritten(message: CotMessage, change: Callable[[str], str]) -> CotMessage:
    """The message with every text passed through `change`; itself where nothing changes."""
    root = _rewritten(message.root, change)
    if root == message.root and not message.extras:
        return message
    said = b"".join(message.extras.values()).decode("utf-8", "replace")
    extras = message.extras if change(said) == said else {}
    if root == message.root and extras == message.extras:
        return message
    return msgspec.structs.replace(message_of(root), framing=message.framing, extras=extras)


def differences(before: Node, after: Node, path: str = "event") -> list[str]:
    """Where two trees of one shape say different things: paths of attributes and texts, never their values."""
    found = [f"{path}@{name}" for name, value in before.attributes.items() if after.attributes.get(name) != value]
    found += [path] if (before.text, before.tail) != (after.text, after.tail) else []
    for one, other in zip(before.children, after.children, strict=True):
        found += differences(one, other, f"{path}/{one.tag}")
    return found


def _rewritten(node: Node, change: Callable[[str], str]) -> Node:
    return Node(
        tag=node.tag,
        attributes={name: change(value) for name, value in node.attributes.items()},
        text=change(node.text),
        children=tuple(_rewritten(child, change) for child in node.children),
        tail=change(node.tail),
    )


class Outgoing:
    """One message for many clients; each dialect is written when the first client needs it."""

    def __init__(self, message: CotMessage) -> None:
        self.message = message

    @cached_property
    def xml(self) -> bytes:
        return wire_xml(self.message)

    @cached_property
    def proto(self) -> bytes:
        return wire_proto(self.message)
