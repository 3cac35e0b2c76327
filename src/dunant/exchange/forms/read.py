"""From a text message to commands. Nobody proved who sent it: the alert sounds, and somebody calls back.

Ids are derived from sender and tag, so that the same line is the same request on every site, however often it comes.
"""

import hashlib
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from dunant.casualty.commands import (
    AssignTriage,
    OpenIncident,
    ReceiveRequest,
    RecordAlert,
    ReportCasualty,
    ReportMist,
)
from dunant.casualty.errors import DialectRequired
from dunant.casualty.forms import FormPack
from dunant.exchange.forms.dn1 import Damaged, PatientLine, Place, RequestLine, is_dn1, read_dn1
from dunant.exchange.forms.text import FormText, Writing, read_form
from dunant.kernel.events import Command
from dunant.kernel.ids import SubjectId, derived, is_tag
from dunant.kernel.places import Position

Channel = Literal["SMS", "EMAIL"]
Use = Literal["request", "patient", "incident", "damaged", "free_text"]
DIALECTS = {"9": "DN1", "4": "DN1_4"}
# What reads best from afar, and says itself how it was found.
SCHEME = "CLINICAL"
# What METHANE says and an incident has no field for.
_TOLD = ("title", "place", "hazards", "access", "services_present", "services_needed")


class TextReading(Struct, frozen=True, kw_only=True):
    """`tag`: whom or what the line is about, where it says. `reason`: why nothing could be read out of it."""

    use: Use
    commands: tuple[Command, ...]
    tag: str = ""
    reason: str = ""


def read_text(text: str, peer: str, by: Writing, channel: Channel = "SMS") -> TextReading:
    """What a message asks for: a DN1 line, a form, or words; every message is at least an alert."""
    form = read_form(text, by)
    if form is not None:
        return _form(form, text, peer, by.forms, channel)
    if not is_dn1(text):
        return TextReading(use="free_text", commands=(_alert(text, peer, channel),), reason="free_text")
    said = read_dn1(text, by.forms)
    if isinstance(said, Damaged):
        return TextReading(use="damaged", commands=(_alert(text, peer, channel, damaged=True),), reason=said.reason)
    if isinstance(said, PatientLine):
        return TextReading(use="patient", commands=_patient(said, text, peer, channel), tag=said.tag)
    return TextReading(use="request", commands=(_request(said, text, peer, channel),), tag=said.tag)


def _form(said: FormText, text: str, peer: str, pack: FormPack, channel: Channel) -> TextReading:
    """What of the form could not be read stands beside it, as it came."""
    shape = pack.form_of(said.form)
    unread = tuple(f"{one.line}: {one.text} ({one.rule})"[:2000] for one in said.unread)[:200]
    lines = {name: value for name, value in said.lines.items() if name != "pickup"}
    place = _spot(said.lines.get("pickup"))
    if shape is None or shape.about == "request":
        command = _received(said, text, peer, channel, lines, place, unread)
        return TextReading(use="request", commands=(*_doubtful(said, command), command), tag=said.tag)
    alert = _alert(text, peer, channel, exercise=said.exercise)
    if shape.about == "casualty":
        return TextReading(use="patient", commands=(alert, *_described(said, text, peer, lines)), tag=said.tag)
    estimate = lines.get("estimate")
    told = [f"{name}: {lines[name]}" for name in _TOLD if lines.get(name)]
    incident = OpenIncident(
        incident=SubjectId(derived("text", "incident", peer, _digest(text))),
        type=str(lines.get("incident_type") or "OTHER"),
        position=place,
        threat=str(lines["security"]) if lines.get("security") else None,
        remarks="; ".join((*told, *unread))[:2000],
        estimate=estimate if isinstance(estimate, int) else _sum(lines.get("counts")) or None,
        exercise=said.exercise,
    )
    return TextReading(use="incident", commands=(replace(alert, incident=incident.incident), incident))


def _doubtful(said: FormText, command: ReceiveRequest) -> list[Command]:
    """The alert of this request with the letter that nobody can read yet: it counts as the higher of its readings."""
    letters = [one.text.partition(" ")[0] for one in said.unread if one.rule == DialectRequired.code]
    if not letters:
        return []
    return [
        RecordAlert(
            alert=SubjectId(derived("alert", command.request)),
            channel=command.channel,
            incident=SubjectId(derived("incident", command.request)),
            request=command.request,
            callsign=command.callsign,
            position=command.position,
            category=letters[0][:8],
            exercise=command.exercise,
        )
    ]


def _received(
    said: FormText,
    text: str,
    peer: str,
    channel: Channel,
    lines: dict[str, object],
    place: Position | None,
    unread: tuple[str, ...],
) -> ReceiveRequest:
    uid = said.tag or _digest(text)
    title = lines.get("title")
    return ReceiveRequest(
        request=text_request_id(peer, uid),
        peer=peer,
        uid=uid,
        dialect=said.dialect or said.form,
        channel=channel,
        tag=said.tag if is_tag(said.tag) else None,
        callsign=str(title or "")[:200],
        position=place,
        estimate=_sum(lines.get("counts")),
        lines=lines,
        exercise=said.exercise,
        content=_digest(text),
        unknown=unread,
    )


def _described(said: FormText, text: str, peer: str, lines: dict[str, object]) -> tuple[Command, ...]:
    uid = said.tag or _digest(text)
    casualty = text_casualty_id(peer, uid)
    tag = said.tag if is_tag(said.tag) else None
    injuries = lines.get("injuries")
    codes = [str(one) for one in injuries] if isinstance(injuries, list) else []
    words = [str(lines[name]) for name in ("mechanism", "mechanism_text") if lines.get(name)]
    return (
        ReportCasualty(casualty=casualty, tag=tag, exercise=said.exercise, label=uid[:200]),
        ReportMist(
            casualty=casualty,
            mechanism_text=" ".join(words)[:2000],
            injuries=tuple(dict.fromkeys(codes)),
            injuries_text=str(lines.get("injuries_text") or ", ".join(codes))[:2000],
            signs=str(lines.get("signs") or "")[:2000],
            treatment=str(lines.get("treatment") or "")[:2000],
        ),
    )


def _spot(value: object) -> Position | None:
    """Degrees; a grid reference stays among the words."""
    if not isinstance(value, dict):
        return None
    lat, lon, ce = value.get("lat"), value.get("lon"), value.get("ce")
    if not isinstance(lat, float) or not isinstance(lon, float) or abs(lat) > 90 or abs(lon) > 180:
        return None
    return Position(lat=lat, lon=lon, ce=ce if isinstance(ce, float) else None)


def _sum(counts: object) -> int:
    return sum(counts.values()) if isinstance(counts, dict) else 0


def text_request_id(peer: str, uid: str) -> SubjectId:
    return SubjectId(derived("text", "request", peer, uid))


def text_casualty_id(peer: str, uid: str) -> SubjectId:
    return SubjectId(derived("text", "casualty", peer, uid))


def _request(said: RequestLine, text: str, peer: str, channel: Channel) -> ReceiveRequest:
    uid = said.tag or _digest(text)
    counts = said.lines.get("counts")
    title = said.lines.get("title")
    return ReceiveRequest(
        request=text_request_id(peer, uid),
        peer=peer,
        uid=uid,
        dialect=DIALECTS[said.kind],
        channel=channel,
        tag=said.tag if is_tag(said.tag) else None,
        callsign=title if isinstance(title, str) else "",
        position=_position(said.pickup),
        estimate=sum(counts.values()) if isinstance(counts, dict) else 0,
        lines=said.lines,
        exercise=said.exercise,
        content=_digest(text),
        unknown=tuple(f"{name}: cut" for name in said.cut),
    )


def _patient(said: PatientLine, text: str, peer: str, channel: Channel) -> tuple[Command, ...]:
    uid = said.tag or _digest(text)
    casualty = text_casualty_id(peer, uid)
    tag = said.tag if is_tag(said.tag) else None
    found: list[Command] = [
        _alert(text, peer, channel, exercise=said.exercise),
        ReportCasualty(casualty=casualty, tag=tag, exercise=said.exercise, label=uid[:200]),
    ]
    if said.category in ("T1", "T2", "T3", "T4", "DEAD"):
        found.append(AssignTriage(casualty=casualty, category=said.category, scheme=SCHEME))  # type: ignore[arg-type]
    injuries = [".".join(part for part in (one.kind, one.region, one.side) if part) for one in said.injuries]
    treatments = [" ".join(part for part in (one.code, one.limb, one.at) if part) for one in said.treatments]
    return (
        *found,
        ReportMist(
            casualty=casualty,
            mechanism_text=said.mechanism or "",
            injuries=tuple(dict.fromkeys(one.kind for one in said.injuries)),
            injuries_text=", ".join(injuries),
            signs=", ".join(said.signs),
            treatment=", ".join(treatments),
        ),
    )


def _alert(text: str, peer: str, channel: Channel, *, damaged: bool = False, exercise: bool = False) -> RecordAlert:
    alert = SubjectId(derived("text", "alert", peer, _digest(text)))
    return RecordAlert(alert=alert, channel=channel, damaged=damaged, exercise=exercise)


def _position(place: Place | None) -> Position | None:
    return Position(lat=place.lat, lon=place.lon, ce=place.ce) if place else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()
