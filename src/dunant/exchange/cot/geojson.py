"""A message as a GeoJSON Feature and back, with the nine lines and everything else in it.

A peer that keeps only geometry and plain properties still gives a readable event back; what it dropped is then absent,
and absent lines mean no change.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from dunant.exchange.cot.model import CotMessage, Malformed, Node
from dunant.exchange.cot.xml import MAX_DEPTH, NotWellFormed, message_of, metres_text, stripped

_NAME = re.compile(r"[^\W\d][\w.:-]*")
_EVENT = ("type", "how", "time", "start", "stale")


class _Element(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A Node in JSON; attributes as pairs, because their order counts."""

    tag: str
    attributes: list[tuple[str, str]] = []
    text: str = ""
    children: list[_Element] = []
    tail: str = ""


class _Properties(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    type: str = ""
    how: str = ""
    time: str = ""
    start: str = ""
    stale: str = ""
    callsign: str = ""
    remarks: str = ""
    medevac: _Element | None = None
    event: _Element | None = None


class _Geometry(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="Point"):
    coordinates: list[float]


class Feature(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="Feature"):
    """`properties.medevac` is the whole `_medevac_`; `properties.event` the rest of the tree, for the way back."""

    id: str
    properties: _Properties
    geometry: _Geometry | None = None


def write_feature(message: CotMessage) -> Feature:
    root = stripped(message).root
    medevac = message.in_detail("_medevac_")
    remarks = message.in_detail("remarks")
    return Feature(
        id=message.uid,
        geometry=_geometry(message),
        properties=_Properties(
            **{name: root.get(name) for name in _EVENT},
            callsign=message.callsign,
            remarks=remarks.text if remarks is not None else "",
            medevac=_element(medevac) if medevac is not None else None,
            event=_element(_hollow(root)),
        ),
    )


def write_geojson(message: CotMessage) -> bytes:
    return msgspec.json.encode(write_feature(message))


def parse_geojson(data: bytes) -> CotMessage | Malformed:
    """Read a Feature, ours or a peer's; never raises on what a peer can send."""
    try:
        return read_feature(msgspec.json.decode(data, type=Feature))
    except (msgspec.MsgspecError, NotWellFormed, RecursionError) as broken:
        reason = str(broken) if isinstance(broken, NotWellFormed) else "not_geojson"
        return Malformed(raw=data, reason=reason)


def read_feature(feature: Feature) -> CotMessage:
    """The message of a Feature.

    Raises
    ------
    NotWellFormed
        No uid or no type.
    """
    properties = feature.properties
    root = _node(properties.event) if properties.event is not None else _plain(feature)
    attributes = {"version": "2.0", **root.attributes, "uid": feature.id}
    attributes |= {name: value for name in _EVENT if (value := getattr(properties, name))}
    root = msgspec.structs.replace(root, attributes={name: attributes[name] for name in _ordered(root, attributes)})
    detail = root.find("detail")
    if properties.medevac is not None:
        root = root.with_child((detail or Node(tag="detail")).with_child(_node(properties.medevac)))
    elif detail is not None:
        kept = tuple(child for child in detail.children if child.tag != "_medevac_")
        root = root.with_child(detail.with_children(kept))
    return message_of(root)


def _ordered(root: Node, attributes: dict[str, str]) -> list[str]:
    return [*root.attributes, *(name for name in attributes if name not in root.attributes)]


def _geometry(message: CotMessage) -> _Geometry | None:
    point = message.point
    if point is None:
        return None
    height = [] if point.hae is None else [point.hae]
    return _Geometry(coordinates=[point.lon, point.lat, *height])


def _hollow(root: Node) -> Node:
    """`_medevac_` is hollow here: it stands once, under its own name."""
    detail = root.find("detail")
    if detail is None or detail.find("_medevac_") is None:
        return root
    tail = next(child.tail for child in detail.children if child.tag == "_medevac_")
    return root.with_child(detail.with_child(Node(tag="_medevac_", tail=tail)))


def _plain(feature: Feature) -> Node:
    children: list[Node] = []
    if feature.geometry is not None and len(feature.geometry.coordinates) >= 2:
        lon, lat, *height = feature.geometry.coordinates
        unknown = metres_text(None)
        hae = metres_text(height[0] if height else None)
        point = {"lat": repr(lat), "lon": repr(lon), "hae": hae, "ce": unknown, "le": unknown}
        children.append(Node(tag="point", attributes=point))
    details: list[Node] = []
    if feature.properties.callsign:
        details.append(Node(tag="contact", attributes={"callsign": feature.properties.callsign}))
    if feature.properties.remarks:
        details.append(Node(tag="remarks", text=feature.properties.remarks))
    children.append(Node(tag="detail", children=tuple(details)))
    return Node(tag="event", children=tuple(children))


def _element(node: Node) -> _Element:
    return _Element(
        tag=node.tag,
        attributes=list(node.attributes.items()),
        text=node.text,
        children=[_element(child) for child in node.children],
        tail=node.tail,
    )


def _node(element: _Element, depth: int = 0) -> Node:
    if depth > MAX_DEPTH:
        raise NotWellFormed("too_deep")
    if not all(_NAME.fullmatch(name) for name in (element.tag, *(name for name, _ in element.attributes))):
        raise NotWellFormed("not_a_name")
    return Node(
        tag=element.tag,
        attributes=dict(element.attributes),
        text=element.text,
        children=tuple(_node(child, depth + 1) for child in element.children),
        tail=element.tail,
    )


def as_builtins(message: CotMessage) -> Any:
    """The Feature as plain lists and maps, for a caller that puts it into a larger document."""
    return msgspec.to_builtins(write_feature(message))
