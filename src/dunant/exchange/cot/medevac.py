"""The `_medevac_` element and the nine lines: forty attributes of ATAK, two of extended peers, 0..N patients.

Writing changes only what differs from what was read: spellings, unknown parts and their order stay.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from dunant.exchange.cot.codes import CotCodes, core_codes
from dunant.exchange.cot.model import (
    CotMessage,
    HlzBrief,
    Medevac,
    Node,
    Profile,
    ProtectedZone,
    Unknown,
    ZMist,
)
from dunant.exchange.cot.xml import limited

ATAK_ATTRIBUTES = (
    *("casevac", "title", "medline_remarks", "freq"),
    *("urgent", "priority", "routine"),
    *("equipment_none", "hoist", "extraction_equipment", "ventilator", "equipment_other", "equipment_detail"),
    *("litter", "ambulatory", "security", "hlz_marking", "hlz_other"),
    *("us_military", "us_civilian", "nonus_civilian", "nonus_military", "epw", "child"),
    *("terrain_none", "terrain_slope", "terrain_rough", "terrain_loose", "terrain_other"),
    *("terrain_other_detail", "terrain_slope_dir"),
    *("zone_protected_coord", "zone_prot_marker", "zone_prot_selection", "marked_by", "obstacles"),
    *("winds_are_from", "friendlies", "enemy", "hlz_remarks"),
)
EXTENDED_ATTRIBUTES = ("urgent_surgical", "convenience")
KNOWN_ATTRIBUTES = frozenset((*ATAK_ATTRIBUTES, *EXTENDED_ATTRIBUTES))
_WRITING_ORDER = (*ATAK_ATTRIBUTES[:5], "urgent_surgical", *ATAK_ATTRIBUTES[5:7], "convenience", *ATAK_ATTRIBUTES[7:])

_NATIONALITY = ("us_military", "us_civilian", "nonus_civilian", "nonus_military", "epw", "child")
_ZMIST = ("title", "z", "m", "i", "s", "t")
_MOST_PATIENTS = 10_000


class _Reader:
    """Takes attributes of one element and remembers what it did not understand."""

    def __init__(self, node: Node) -> None:
        self.attributes = node.attributes
        self.unknown: list[Unknown] = []

    def text(self, name: str) -> str | None:
        return self.attributes.get(name)

    def count(self, name: str) -> int | None:
        value = self.attributes.get(name)
        if value is None or value.strip() == "":
            return None
        digits = value.strip()
        if digits.isascii() and digits.isdigit() and len(digits) < 10 and int(digits) <= _MOST_PATIENTS:
            return int(digits)
        self._not_understood(name, value)
        return None

    def flag(self, name: str) -> bool | None:
        value = self.attributes.get(name)
        if value is None or value.strip().casefold() in ("true", "false"):
            return None if value is None else value.strip().casefold() == "true"
        self._not_understood(name, value)
        return None

    def code(self, name: str, table: dict[str, str]) -> str | None:
        value = self.attributes.get(name)
        if value is None or (value.strip() in table and value.strip() != "source"):
            return None if value is None else table[value.strip()]
        self._not_understood(name, value)
        return None

    def counts(self, names: Iterable[str]) -> dict[str, int]:
        read = {name: self.count(name) for name in names}
        return {name: count for name, count in read.items() if count is not None}

    def flags(self, table: dict[str, str]) -> frozenset[str]:
        return frozenset(code for name, code in _rows(table) if self.flag(name))

    def _not_understood(self, name: str, value: str) -> None:
        self.unknown.append(Unknown(path=f"_medevac_@{name}", value=value))


def _rows(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, code) for name, code in table.items() if name != "source"]


def medevac_of(message: CotMessage, codes: CotCodes | None = None) -> Medevac | None:
    """The nine lines of a message; None when it has none, which is not the same as empty lines."""
    node = message.in_detail("_medevac_")
    return read_medevac(node, codes) if node is not None else None


def read_medevac(node: Node, codes: CotCodes | None = None) -> Medevac:
    codes = codes or core_codes()
    take = _Reader(node)
    by_attribute = take.counts(name for name, _ in _rows(codes.line3))
    zmists, unknown_children = _read_children(node)
    medevac = Medevac(
        casevac=take.flag("casevac"),
        title=take.text("title"),
        freq=take.text("freq"),
        counts={codes.line3[name]: count for name, count in by_attribute.items()},
        equipment=take.flags(codes.line4),
        equipment_detail=take.text("equipment_detail"),
        litter=take.count("litter"),
        ambulatory=take.count("ambulatory"),
        security=take.code("security", codes.line6),
        marking=take.code("hlz_marking", codes.line7),
        marking_text=take.text("hlz_other"),
        marked_by=take.text("marked_by"),
        nationality=take.counts(_NATIONALITY),
        terrain=take.flags(codes.line9),
        slope_direction=take.text("terrain_slope_dir"),
        terrain_detail=take.text("terrain_other_detail"),
        obstacles=take.text("obstacles"),
        protected_zone=ProtectedZone(
            selection=take.text("zone_prot_selection"),
            marker=take.text("zone_prot_marker"),
            coordinate=take.text("zone_protected_coord"),
        ),
        hlz=HlzBrief(
            winds_from=take.text("winds_are_from"),
            friendlies=take.text("friendlies"),
            enemy=take.text("enemy"),
            remarks=take.text("hlz_remarks"),
        ),
        remarks=take.text("medline_remarks"),
        zmists=zmists,
        source=node,
    )
    return msgspec.structs.replace(medevac, unknown=(*_foreign_attributes(node), *take.unknown, *unknown_children))


def _foreign_attributes(node: Node) -> list[Unknown]:
    return [
        Unknown(path=f"_medevac_@{name}", value=value)
        for name, value in node.attributes.items()
        if name not in KNOWN_ATTRIBUTES
    ]


def _read_children(node: Node) -> tuple[tuple[ZMist, ...], list[Unknown]]:
    zmists: list[ZMist] = []
    unknown: list[Unknown] = []
    for child in node.children:
        if child.tag != "zMistsMap":
            unknown.append(Unknown(path=f"_medevac_/{child.tag}", value=_summary(child)))
            continue
        for index, patient in enumerate(child.children):
            path = f"_medevac_/zMistsMap/{patient.tag}[{index}]"
            if patient.tag != "zMist":
                unknown.append(Unknown(path=path, value=_summary(patient)))
                continue
            zmists.append(ZMist(**{name: patient.get(name) for name in _ZMIST}))
            unknown.extend(
                Unknown(path=f"{path}@{name}", value=value)
                for name, value in patient.attributes.items()
                if name not in _ZMIST
            )
    return tuple(zmists), unknown


def _summary(node: Node) -> str:
    pairs = [f"{name}={value}" for name, value in node.attributes.items()]
    return " ".join([*pairs, node.text.strip()]).strip()


# -- writing ----------------------------------------------------------------------------------------------------------


def write_medevac(medevac: Medevac, profile: Profile = "EXTENDED", codes: CotCodes | None = None) -> Node:
    """The element for a peer of this profile; starts from the element it was read from, when there is one."""
    codes = codes or core_codes()
    wanted = _rendered(medevac, profile, codes)
    if medevac.source is None:
        base, before, read = Node(tag="_medevac_"), dict[str, str](), Medevac()
    else:
        base = medevac.source
        read = read_medevac(base, codes)
        before = _rendered(read, "EXTENDED", codes)
    attributes = _merged(base.attributes, before, wanted)
    if medevac.zmists == read.zmists:
        return msgspec.structs.replace(base, attributes=attributes)
    return _with_zmists(msgspec.structs.replace(base, attributes=attributes), medevac.zmists)


def _merged(base: dict[str, str], before: dict[str, str], wanted: dict[str, str]) -> dict[str, str]:
    """Keep the base's spelling where the meaning is unchanged; drop what is gone; append what is new."""
    out: dict[str, str] = {}
    for name, value in base.items():
        if name not in KNOWN_ATTRIBUTES or wanted.get(name) == before.get(name):
            out[name] = value
        elif name in wanted:
            out[name] = wanted[name]
    for name in _WRITING_ORDER:
        if name in wanted and name not in out and wanted[name] != before.get(name):
            out[name] = wanted[name]
    return out


def _rendered(medevac: Medevac, profile: Profile, codes: CotCodes) -> dict[str, str]:
    """All known attributes as text, in the order ATAK writes them."""
    counts = _folded_counts(medevac.counts, codes) if profile == "ATAK_CIV" else medevac.counts
    found: dict[str, str | None] = {
        "casevac": None if medevac.casevac is None else str(medevac.casevac).lower(),
        "title": medevac.title,
        "medline_remarks": medevac.remarks,
        "freq": medevac.freq,
        "equipment_detail": medevac.equipment_detail,
        "litter": _number(medevac.litter),
        "ambulatory": _number(medevac.ambulatory),
        "security": _inverse(codes.line6, medevac.security),
        "hlz_marking": _inverse(codes.line7, medevac.marking),
        "hlz_other": medevac.marking_text,
        "marked_by": medevac.marked_by,
        "terrain_slope_dir": medevac.slope_direction,
        "terrain_other_detail": medevac.terrain_detail,
        "obstacles": medevac.obstacles,
        "zone_prot_selection": medevac.protected_zone.selection,
        "zone_prot_marker": medevac.protected_zone.marker,
        "zone_protected_coord": medevac.protected_zone.coordinate,
        "winds_are_from": medevac.hlz.winds_from,
        "friendlies": medevac.hlz.friendlies,
        "enemy": medevac.hlz.enemy,
        "hlz_remarks": medevac.hlz.remarks,
    }
    found |= {name: _number(counts.get(code)) for name, code in _rows(codes.line3)}
    found |= {name: "true" if code in medevac.equipment else None for name, code in _rows(codes.line4)}
    found |= {name: "true" if code in medevac.terrain else None for name, code in _rows(codes.line9)}
    found |= {name: _number(medevac.nationality.get(name)) for name in _NATIONALITY}
    return {name: limited(value) for name in _WRITING_ORDER if (value := found.get(name)) is not None}


def _folded_counts(counts: dict[str, int], codes: CotCodes) -> dict[str, int]:
    out: dict[str, int] = {}
    for code, count in counts.items():
        target = codes.line3_folded.get(code, code)
        out[target] = out.get(target, 0) + count
    return out


def _number(count: int | None) -> str | None:
    return None if count is None else str(count)


def _inverse(table: dict[str, str], code: str | None) -> str | None:
    return next((wire for wire, meaning in _rows(table) if meaning == code), None)


def _with_zmists(base: Node, zmists: tuple[ZMist, ...]) -> Node:
    """Patients in order; one whose six texts are unchanged keeps its element, unknown attributes and all."""
    known = base.find("zMistsMap")
    old = [child for child in known.children if child.tag == "zMist"] if known is not None else []
    foreign = [child for child in known.children if child.tag != "zMist"] if known is not None else []
    by_title = {node.get("title"): node for node in old}
    patients = [_write_zmist(zmist, by_title.get(zmist.title)) for zmist in zmists]
    if not patients and known is None:
        return base
    container = known if known is not None else Node(tag="zMistsMap")
    return base.with_child(container.with_children((*patients, *foreign)))


def _write_zmist(zmist: ZMist, base: Node | None) -> Node:
    texts = {name: limited(getattr(zmist, name)) for name in _ZMIST}
    if base is None:
        return Node(tag="zMist", attributes=texts)
    changed = {name: value for name, value in texts.items() if base.get(name) != value}
    return base.with_attributes(**changed)


def with_medevac(message: CotMessage, medevac: Medevac, profile: Profile = "EXTENDED") -> CotMessage:
    """The message with these nine lines in place of its own.

    Lines without a source are taken for an amendment of the message's own element: its unknown parts and spellings
    stay, and so do its patients where the amendment names none.
    """
    detail = message.detail or Node(tag="detail")
    own = detail.find("_medevac_")
    if medevac.source is None and own is not None:
        patients = medevac.zmists or read_medevac(own).zmists
        medevac = msgspec.structs.replace(medevac, source=own, zmists=patients)
    root = message.root.with_child(detail.with_child(write_medevac(medevac, profile)))
    return msgspec.structs.replace(message, root=root, raw=b"")
