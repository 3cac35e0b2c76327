"""What a Cursor-on-Target message says, once read.

The tree of the message is kept whole and in order, so that what we do not understand leaves as it came.
"""

from datetime import datetime
from typing import Literal

import msgspec

Profile = Literal["ATAK_CIV", "EXTENDED"]
Framing = Literal["XML", "STREAM", "MESH"]

UNKNOWN_METRES = 9999999.0


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """An XML element: attribute order, child order and text are kept."""

    tag: str
    attributes: dict[str, str] = {}
    text: str = ""
    children: tuple["Node", ...] = ()
    tail: str = ""

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def find(self, tag: str) -> "Node | None":
        return next((child for child in self.children if child.tag == tag), None)

    def with_attributes(self, **changed: str) -> "Node":
        return msgspec.structs.replace(self, attributes={**self.attributes, **changed})

    def with_children(self, children: tuple["Node", ...]) -> "Node":
        return msgspec.structs.replace(self, children=children)

    def with_tail(self, tail: str) -> "Node":
        return self if self.tail == tail else msgspec.structs.replace(self, tail=tail)

    def with_child(self, replacement: "Node") -> "Node":
        """Put the child in place of the first one with its tag, or at the end."""
        for index, child in enumerate(self.children):
            if child.tag == replacement.tag:
                return self.with_children((*self.children[:index], replacement, *self.children[index + 1 :]))
        return self.with_children((*self.children, replacement))


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """Degrees WGS84 and metres; None where the wire says 9999999."""

    lat: float
    lon: float
    hae: float | None = None
    ce: float | None = None
    le: float | None = None


class CotMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One event. `root` is the whole tree; the other fields are read from it."""

    uid: str
    type: str
    how: str
    time: datetime | None
    start: datetime | None
    stale: datetime | None
    point: Point | None
    root: Node
    raw: bytes = b""
    framing: Framing = "XML"
    extras: dict[str, bytes] = {}
    """Protobuf fields we do not know, by message path, kept for re-emission."""

    @property
    def detail(self) -> Node | None:
        return self.root.find("detail")

    def in_detail(self, tag: str) -> Node | None:
        detail = self.detail
        return detail.find(tag) if detail is not None else None

    @property
    def callsign(self) -> str:
        contact = self.in_detail("contact")
        return contact.get("callsign") if contact is not None else ""


class Malformed(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that are no message; kept for the import tray. `reason` is a code."""

    raw: bytes
    reason: str
    code: str = "exchange.malformed"


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a message that was not understood: where it stood and what it said."""

    path: str
    value: str


class ZMist(msgspec.Struct, frozen=True, kw_only=True):
    """One patient of a 9-line: zap number, mechanism, injuries, signs, treatment; text as sent."""

    title: str = ""
    z: str = ""
    m: str = ""
    i: str = ""
    s: str = ""
    t: str = ""


class ProtectedZone(msgspec.Struct, frozen=True, kw_only=True):
    selection: str | None = None
    marker: str | None = None
    coordinate: str | None = None


class HlzBrief(msgspec.Struct, frozen=True, kw_only=True):
    winds_from: str | None = None
    friendlies: str | None = None
    enemy: str | None = None
    remarks: str | None = None


class Medevac(msgspec.Struct, frozen=True, kw_only=True):
    """The nine lines, in canonical codes. Absent is None, an empty set or an empty map: never a zero."""

    casevac: bool | None = None
    title: str | None = None
    freq: str | None = None
    counts: dict[str, int] = {}
    equipment: frozenset[str] = frozenset()
    equipment_detail: str | None = None
    litter: int | None = None
    ambulatory: int | None = None
    escort: int | None = None
    security: str | None = None
    marking: str | None = None
    marking_text: str | None = None
    marked_by: str | None = None
    nationality: dict[str, int] = {}
    terrain: frozenset[str] = frozenset()
    slope_direction: str | None = None
    terrain_detail: str | None = None
    obstacles: str | None = None
    protected_zone: ProtectedZone = ProtectedZone()
    hlz: HlzBrief = HlzBrief()
    remarks: str | None = None
    zmists: tuple[ZMist, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    source: Node | None = None
    """The `_medevac_` element it was read from; its unknown parts and spellings are written back."""
