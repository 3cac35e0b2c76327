"""The spelling and order of the XML a message came from, where protobuf would lose them.

The shell is the event without the contents of its detail, sent in a field of ours. A value that a peer has changed in
between wins over it.
"""

from __future__ import annotations

from collections.abc import Callable

from dunant.exchange.cot.fields import EVENT_TIMES, NUMBER_OF, PARTS
from dunant.exchange.cot.model import UNKNOWN_METRES, Node
from dunant.exchange.cot.wire import Field, WireError
from dunant.exchange.cot.xml import NotWellFormed, finite, instant, parse_tree


def read_shell(field: Field) -> Node | None:
    try:
        return parse_tree(field.bytes)
    except (NotWellFormed, WireError):
        return None


def shell(root: Node) -> Node:
    """The event without the contents of its detail: children are named for their order, typed ones spelled out."""
    return root.with_children(
        tuple(
            child.with_children(tuple(_shell_part(part) for part in child.children)) if child.tag == "detail" else child
            for child in root.children
        )
    )


def _shell_part(part: Node) -> Node:
    return Node(tag=part.tag, attributes=part.attributes if part.tag in NUMBER_OF else {}, tail=part.tail)


def respelled(root: Node, shell: Node) -> Node:
    """Use the shell's spelling wherever a peer in between has not changed the value."""
    point, detail = root.find("point"), root.find("detail")
    children: list[Node] = []
    for child in shell.children:
        if child.tag == "point" and point is not None:
            children.append(_respelled_attributes(child, point, metres_or_degrees))
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
    at = instant(text) if name in EVENT_TIMES.values() else None
    return text if at is None else round(at.timestamp() * 1000)


def metres_or_degrees(name: str, text: str) -> float:
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
    number = NUMBER_OF.get(part.tag)
    if number is None or not spelled.attributes:
        return part
    doubles = {name for name, kind in PARTS[number][1].values() if kind == "double"}
    attributes = {name: value for name, value in spelled.attributes.items() if name in part.attributes}
    for name, value in part.attributes.items():
        old = attributes.get(name, "")
        if not (name in doubles and finite(old) == finite(value) is not None):
            attributes[name] = value
    return Node(tag=part.tag, attributes=attributes, text=part.text, children=part.children)
