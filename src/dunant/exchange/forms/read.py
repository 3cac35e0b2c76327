"""From a text message to commands. Nobody proved who sent it: the alert sounds, and somebody calls back.

Ids are derived from sender and tag, so that the same line is the same request on every site, however often it comes.
"""

import hashlib
from typing import Literal

from msgspec import Struct

from dunant.casualty.commands import (
    AssignTriage,
    ReceiveRequest,
    RecordAlert,
    ReportCasualty,
    ReportMist,
)
from dunant.casualty.forms import FormPack
from dunant.exchange.forms.dn1 import Damaged, PatientLine, Place, RequestLine, is_dn1, read_dn1
from dunant.kernel.events import Command
from dunant.kernel.ids import SubjectId, derived, is_tag
from dunant.kernel.places import Position

Channel = Literal["SMS", "EMAIL"]
Use = Literal["request", "patient", "damaged", "free_text"]
DIALECTS = {"9": "DN1", "4": "DN1_4"}
# What reads best from afar, and says itself how it was found.
SCHEME = "CLINICAL"


class TextReading(Struct, frozen=True, kw_only=True):
    """`tag`: whom or what the line is about, where it says. `reason`: why nothing could be read out of it."""

    use: Use
    commands: tuple[Command, ...]
    tag: str = ""
    reason: str = ""


def read_text(text: str, peer: str, pack: FormPack, channel: Channel = "SMS") -> TextReading:
    """What a message asks for; every message is at least an alert."""
    if not is_dn1(text):
        return TextReading(use="free_text", commands=(_alert(text, peer, channel),), reason="free_text")
    said = read_dn1(text, pack)
    if isinstance(said, Damaged):
        return TextReading(use="damaged", commands=(_alert(text, peer, channel, damaged=True),), reason=said.reason)
    if isinstance(said, PatientLine):
        return TextReading(use="patient", commands=_patient(said, text, peer, channel), tag=said.tag)
    return TextReading(use="request", commands=(_request(said, text, peer, channel),), tag=said.tag)


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
