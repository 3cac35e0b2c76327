"""From a message to commands, and what of it was not understood.

Ids are derived from peer and uid, so that the same message is the same request on every site.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from dunant.casualty.commands import CancelAlert, Patient, ReceiveRequest, RecordAlert, ReportAssetPosition
from dunant.exchange.cot.codes import CotCodes, core_codes
from dunant.exchange.cot.lines import lines_of
from dunant.exchange.cot.medevac import medevac_of
from dunant.exchange.cot.model import CotMessage, Medevac, Node, Unknown, ZMist
from dunant.exchange.cot.xml import limited, write_tree
from dunant.kernel.events import Command
from dunant.kernel.ids import SubjectId, derived
from dunant.kernel.places import Box, Position, seems_swapped

Use = Literal["medevac", "alert", "alert_cancelled", "asset", "hospital", "delete", "ping", "pong", "other"]

DIALECT = "ATAK"
_EVENT_ATTRIBUTES = frozenset(("version", "uid", "type", "time", "start", "stale", "how", "access", "qos", "opex"))
_LABEL, _NOTE, _MOST_PATIENTS, _MOST_UNKNOWN = 200, 2000, 200, 200
_CLOCK_TOLERANCE = timedelta(minutes=5)


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A command and when, by the message, it happened; None when the message gives no usable time."""

    command: Command
    at: datetime | None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a message asks for. `warnings` are codes: shown, blocking nothing."""

    use: Use
    commands: tuple[Incoming, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    warnings: tuple[str, ...] = ()
    medevac: Medevac | None = None


def read_message(
    message: CotMessage,
    peer: str,
    *,
    codes: CotCodes | None = None,
    own: Container[str] = (),
    box: Box | None = None,
    received: datetime | None = None,
) -> Reading:
    """Read a message into commands.

    Parameters
    ----------
    own
        Uids of requests we have sent: an edited one that comes back amends ours.
    box
        The mission's; a position outside it is kept and has to be confirmed.
    received
        When it came in; a message from the future is kept and flagged.
    """
    codes = codes or core_codes()
    use = use_of(message, codes)
    medevac = medevac_of(message, codes) if use == "medevac" else None
    return Reading(
        use=use,
        commands=tuple(
            Incoming(command=command, at=message.time) for command in _commands(message, use, peer, medevac, codes, own)
        ),
        unknown=(*_unknown_parts(message, codes), *(medevac.unknown if medevac is not None else ())),
        warnings=tuple(_warnings(message, use, medevac, box, received)),
        medevac=medevac,
    )


def use_of(message: CotMessage, codes: CotCodes) -> Use:
    cot_type, types = message.type, codes.types
    named: dict[str, Use] = {
        types["medevac"]: "medevac",
        types["alert_cancelled"]: "alert_cancelled",
        types["delete"]: "delete",
        types["ping"]: "ping",
        types["pong"]: "pong",
        types["hospital"]: "hospital",
    }
    if cot_type in named:
        return named[cot_type]
    if cot_type in codes.alerts_accepted:
        return "alert_cancelled" if _is_cancelled(message) else "alert"
    return "asset" if codes.asset_kind(cot_type) else "other"


def _is_cancelled(message: CotMessage) -> bool:
    emergency = message.in_detail("emergency")
    return emergency is not None and emergency.get("cancel") == "true"


def request_id(peer: str, uid: str) -> SubjectId:
    return SubjectId(derived("cot", "request", peer, uid))


def alert_id(peer: str, uid: str) -> SubjectId:
    return SubjectId(derived("cot", "alert", peer, uid))


def asset_id(peer: str, uid: str) -> SubjectId:
    return SubjectId(derived("cot", "asset", peer, uid))


def _commands(
    message: CotMessage, use: Use, peer: str, medevac: Medevac | None, codes: CotCodes, own: Container[str]
) -> list[Command]:
    callsign = limited(message.callsign, _LABEL)
    position = position_of(message)
    if medevac is not None:
        request = SubjectId(message.uid) if message.uid in own else request_id(peer, message.uid)
        return [_received(message, request, peer, medevac, codes)]
    if use == "alert":
        alert = alert_id(peer, message.uid)
        exercise = _is_exercise((callsign,), codes)
        return [RecordAlert(alert=alert, channel="COT", callsign=callsign, position=position, exercise=exercise)]
    if use == "alert_cancelled":
        return [CancelAlert(alert=alert_id(peer, message.uid), reason="cancelled by the sender")]
    if use == "asset" and position is not None:
        asset = asset_id(peer, message.uid)
        kind = codes.asset_kind(message.type)
        return [ReportAssetPosition(asset=asset, position=position, callsign=callsign, kind=kind)]
    return []


def _received(message: CotMessage, request: SubjectId, peer: str, medevac: Medevac, codes: CotCodes) -> ReceiveRequest:
    unknown = (*_unknown_parts(message, codes), *medevac.unknown)
    beyond = medevac.zmists[_MOST_PATIENTS:]
    notes = [limited(f"{part.path}={part.value}", _NOTE) for part in unknown[:_MOST_UNKNOWN]]
    notes += [f"{len(beyond)} more zMist"] if beyond else []
    return ReceiveRequest(
        request=request,
        peer=peer,
        uid=limited(message.uid, 500),
        dialect=DIALECT,
        kind="MEDEVAC_EMERG" if medevac.casevac is False else "CASEVAC",
        callsign=limited(message.callsign or medevac.title or "", _LABEL),
        position=position_of(message),
        estimate=sum(medevac.counts.values()),
        lines=lines_of(medevac),
        patients=_patients(medevac.zmists[:_MOST_PATIENTS], codes),
        exercise=_is_exercise((message.callsign, medevac.title, medevac.remarks), codes),
        content=content_of(message),
        blob=hashlib.sha256(message.raw).hexdigest() if message.raw else None,
        unknown=tuple(notes),
    )


def _patients(zmists: tuple[ZMist, ...], codes: CotCodes) -> tuple[Patient, ...]:
    seen: dict[str, int] = {}
    patients: list[Patient] = []
    for index, zmist in enumerate(zmists, start=1):
        title = limited(zmist.title, 190) or f"#{index}"
        seen[title] = seen.get(title, 0) + 1
        key = title if seen[title] == 1 else f"{title}#{seen[title]}"
        patients.append(_patient(key, zmist, codes))
    return tuple(patients)


def _patient(key: str, zmist: ZMist, codes: CotCodes) -> Patient:
    """Texts are kept whole beside the codes: a code of ours must not stand for words it does not cover."""
    return Patient(
        key=key,
        zap=limited(zmist.z, _LABEL),
        mechanism=_mechanism(zmist.m, codes),
        mechanism_text=limited(zmist.m, _NOTE),
        injuries=codes.injury.read_all(zmist.i)[0],
        injuries_text=limited(zmist.i, _NOTE),
        signs=limited(zmist.s, _NOTE),
        treatment=limited(zmist.t, _NOTE),
    )


def _mechanism(text: str, codes: CotCodes) -> str | None:
    if not text.strip():
        return None
    whole = codes.mechanism.read(text)
    if whole.matched:
        return whole.code
    found, is_complete = codes.mechanism.read_all(text)
    return found[0] if is_complete and len(found) == 1 else codes.mechanism.fallback


def position_of(message: CotMessage) -> Position | None:
    point = message.point
    if point is None:
        return None
    try:
        return Position(lat=point.lat, lon=point.lon, ce=point.ce if point.ce and point.ce > 0 else None)
    except ValueError:
        return None


def _is_exercise(texts: tuple[str | None, ...], codes: CotCodes) -> bool:
    mark = codes.remarks["exercise"].strip().casefold()
    return any((text or "").strip().casefold().startswith(mark) for text in texts)


# -- what was not understood ------------------------------------------------------------------------------------------


def _unknown_parts(message: CotMessage, codes: CotCodes) -> list[Unknown]:
    root = message.root
    found = [
        Unknown(path=f"event@{name}", value=value)
        for name, value in root.attributes.items()
        if name not in _EVENT_ATTRIBUTES
    ]
    found += [_unknown("event", child) for child in root.children if child.tag not in ("point", "detail")]
    detail = message.detail
    known = codes.known_details.tags
    found += [_unknown("detail", child) for child in (detail.children if detail else ()) if child.tag not in known]
    return found


def _unknown(parent: str, node: Node) -> Unknown:
    return Unknown(path=f"{parent}/{node.tag}", value=write_tree(node.with_tail("")).decode())


def _warnings(
    message: CotMessage, use: Use, medevac: Medevac | None, box: Box | None, received: datetime | None
) -> list[str]:
    position = position_of(message)
    found: list[str] = []
    if use in ("medevac", "alert", "asset") and (position is None or not _is_plausible(position, box)):
        found.append("confirm_position")
    if message.time is None:
        found.append("time_unclear" if message.root.get("time") else "time_missing")
    elif received is not None and message.time > received + _CLOCK_TOLERANCE:
        found.append("time_in_future")
    if medevac is not None and "NONE" in medevac.equipment and len(medevac.equipment) > 1:
        found.append("equipment_contradiction")
    if medevac is not None and _counts_disagree(medevac):
        found.append("counts_disagree")
    return found


def _is_plausible(position: Position, box: Box | None) -> bool:
    return box is None or (box.holds(position) and not seems_swapped(position, box))


def _counts_disagree(medevac: Medevac) -> bool:
    """Sums of lines 3, 5 and 8, as far as they were filled in."""
    line5 = [count for count in (medevac.litter, medevac.ambulatory) if count is not None]
    filled = [counts for counts in (list(medevac.counts.values()), line5, list(medevac.nationality.values())) if counts]
    return len({sum(counts) for counts in filled}) > 1


# -- is it the same message? ------------------------------------------------------------------------------------------


def content_of(message: CotMessage) -> str:
    """A digest of what is said: one over XML and protobuf, whatever the time stamps and the spelling of numbers."""
    point = message.point
    place = [] if point is None else [point.lat, point.lon, point.hae, point.ce, point.le]
    details = message.detail.children if message.detail is not None else ()
    said = [_said(child) for child in details if child.tag not in ("_flow-tags_", "archive")]
    return hashlib.sha256(msgspec.json.encode([message.type, place, sorted(said)])).hexdigest()


def _said(node: Node) -> str:
    attributes = sorted((name, value) for name, value in node.attributes.items() if name != "production_time")
    children = [_said(child) for child in node.children]
    return msgspec.json.encode([node.tag, attributes, node.text.strip(), children, node.tail.strip()]).decode()
