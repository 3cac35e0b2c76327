"""From rows of views to messages: what peers may see of ours. Tags, never names; an exercise says so first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from dunant.exchange.cot.codes import CotCodes, core_codes
from dunant.exchange.cot.lines import medevac_of_lines
from dunant.exchange.cot.medevac import with_medevac, write_medevac
from dunant.exchange.cot.model import CotMessage, Medevac, Node, Point, Profile, ZMist
from dunant.exchange.cot.unfold import line8_target
from dunant.exchange.cot.xml import instant_text, limited, message_of, metres_text, refreshed, stripped

_CALLSIGN, _REMARKS = 64, 2000


class OwnPatient(msgspec.Struct, frozen=True, kw_only=True):
    """A casualty as a peer may see it: by tag."""

    tag: str
    mechanism: str | None = None
    injuries: tuple[str, ...] = ()
    signs: str = ""
    treatment: str = ""


class OwnRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the view of requests. `lines` by the names of `lines.LINE_NAMES`."""

    id: str
    callsign: str
    at: datetime
    pickup: Point | None = None
    lines: Mapping[str, object] = {}
    patients: tuple[OwnPatient, ...] = ()
    exercise: bool = False


class OwnMarker(msgspec.Struct, frozen=True, kw_only=True):
    """An asset (`kind` from the pack), a facility or an alert: one point with a callsign."""

    id: str
    callsign: str
    at: datetime
    position: Point | None
    kind: str = ""
    exercise: bool = False


def write_request(
    request: OwnRequest, now: datetime, profile: Profile = "EXTENDED", codes: CotCodes | None = None
) -> CotMessage:
    """Our 9-line; its uid is the request's id, so that a peer's edit finds back."""
    codes = codes or core_codes()
    said = medevac_of_lines(request.lines)
    title = _callsign(said.title or request.callsign, request.exercise, codes)
    medevac = msgspec.structs.replace(
        said,
        nationality=people_on_line_8(said.nationality, codes),
        casevac=said.casevac if said.casevac is not None else True,
        title=title,
        remarks=_prefixed(said.remarks, request.exercise, codes),
        zmists=tuple(_zmist(patient, number, codes) for number, patient in enumerate(request.patients, start=1)),
    )
    details = (
        _contact(title),
        Node(tag="status", attributes={"readiness": "false"}),
        Node(tag="archive"),
        write_medevac(medevac, profile, codes),
    )
    return _event(
        uid=request.id,
        cot_type=codes.types["medevac"],
        how="h-g-i-g-o",
        at=request.at,
        stale=now + _fresh("medevac", codes),
        point=request.pickup,
        details=details,
    )


def reissue(
    message: CotMessage,
    now: datetime,
    *,
    medevac: Medevac | None = None,
    profile: Profile = "EXTENDED",
    codes: CotCodes | None = None,
) -> CotMessage:
    """A peer's message sent on later: fresh, without transport marks, with our amendments, all else as it came."""
    codes = codes or core_codes()
    if medevac is not None:
        people = people_on_line_8(medevac.nationality, codes)
        medevac = msgspec.structs.replace(medevac, nationality=people)
    amended = message if medevac is None else with_medevac(message, medevac, profile)
    return refreshed(stripped(amended), now + _fresh("medevac", codes))


def write_asset(asset: OwnMarker, codes: CotCodes | None = None) -> CotMessage | None:
    """None for a kind peers have no symbol for. Stale counts from when the position was true: an old one looks old."""
    codes = codes or core_codes()
    cot_type = codes.assets.get(asset.kind)
    if cot_type is None or asset.kind == "source":
        return None
    return _marker(asset, cot_type, "m-g", asset.at + _fresh("asset", codes), codes)


def write_facility(facility: OwnMarker, now: datetime, codes: CotCodes | None = None) -> CotMessage:
    codes = codes or core_codes()
    return _marker(facility, codes.types["hospital"], "h-g-i-g-o", now + _fresh("facility", codes), codes)


def write_alert(
    alert: OwnMarker, now: datetime, *, cancelled: bool = False, codes: CotCodes | None = None
) -> CotMessage:
    codes = codes or core_codes()
    cot_type = codes.types["alert_cancelled" if cancelled else "alert"]
    callsign = _callsign(alert.callsign, alert.exercise, codes)
    attributes = {"cancel": "true"} if cancelled else {"type": "911 Alert"}
    emergency = Node(tag="emergency", attributes=attributes, text=callsign)
    return _marker(alert, cot_type, "m-r", now + _fresh("alert", codes), codes, emergency)


def withdraw(uid: str, cot_type: str, now: datetime, codes: CotCodes | None = None) -> CotMessage:
    """Take a marker of ours off the peers' maps."""
    codes = codes or core_codes()
    link = Node(tag="link", attributes={"uid": uid, "type": cot_type, "relation": "p-p"})
    return _event(
        uid=f"{uid}.delete",
        cot_type=codes.types["delete"],
        how="m-g",
        at=now,
        stale=now + _fresh("delete", codes),
        point=None,
        details=(link, Node(tag="__forcedelete")),
    )


def ping(uid: str, now: datetime, codes: CotCodes | None = None) -> CotMessage:
    codes = codes or core_codes()
    stale = now + _fresh("ping", codes)
    return _event(uid=uid, cot_type=codes.types["ping"], how="m-g", at=now, stale=stale, point=None, details=())


def _marker(marker: OwnMarker, cot_type: str, how: str, stale: datetime, codes: CotCodes, *more: Node) -> CotMessage:
    contact = _contact(_callsign(marker.callsign, marker.exercise, codes))
    return _event(
        uid=marker.id,
        cot_type=cot_type,
        how=how,
        at=marker.at,
        stale=stale,
        point=marker.position,
        details=(contact, *more),
    )


def _event(
    *,
    uid: str,
    cot_type: str,
    how: str,
    at: datetime,
    stale: datetime,
    point: Point | None,
    details: tuple[Node, ...],
) -> CotMessage:
    attributes = {
        "version": "2.0",
        "uid": uid,
        "type": cot_type,
        "time": instant_text(at),
        "start": instant_text(at),
        "stale": instant_text(stale),
        "how": how,
    }
    return message_of(
        Node(tag="event", attributes=attributes, children=(_point(point), Node(tag="detail", children=details)))
    )


def _point(point: Point | None) -> Node:
    """Without a position: 0, 0 with an unknown error, as ATAK writes it."""
    lat, lon = (point.lat, point.lon) if point is not None else (0.0, 0.0)
    hae, ce, le = (point.hae, point.ce, point.le) if point is not None else (None, None, None)
    attributes = {"lat": repr(float(lat)), "lon": repr(float(lon)), "hae": metres_text(hae)}
    return Node(tag="point", attributes=attributes | {"ce": metres_text(ce), "le": metres_text(le)})


def _fresh(what: str, codes: CotCodes) -> timedelta:
    return timedelta(minutes=float(codes.stale_min[what]))


def _contact(callsign: str) -> Node:
    return Node(tag="contact", attributes={"callsign": callsign})


def _callsign(callsign: str, exercise: bool, codes: CotCodes) -> str:
    return limited(_prefixed(callsign, exercise, codes) or "", _CALLSIGN)


def _prefixed(text: str | None, exercise: bool, codes: CotCodes) -> str | None:
    """EXERCISE stands first on everything of an exercise, also where nothing else is said."""
    mark = codes.remarks["exercise"]
    if not exercise or (text or "").casefold().startswith(mark.strip().casefold()):
        return text if text is None else limited(text, _REMARKS)
    return limited(f"{mark}{text or ''}".strip(), _REMARKS)


def people_on_line_8(said: Mapping[str, int], codes: CotCodes) -> dict[str, int]:
    """Line 8 as peers count it: our affiliations added up under their six attributes, a child and a detainee apart."""
    attribute_of = line8_target(codes)
    found: dict[str, int] = {}
    for name, count in said.items():
        attribute = attribute_of(name)
        found[attribute] = found.get(attribute, 0) + count
    return found


def _zmist(patient: OwnPatient, number: int, codes: CotCodes) -> ZMist:
    return ZMist(
        title=f"ZMIST{number}",
        z=patient.tag,
        m=codes.mechanism.write(patient.mechanism) if patient.mechanism else "",
        i=" ".join(codes.injury.write(code) for code in patient.injuries),
        s=limited(patient.signs, _REMARKS),
        t=limited(patient.treatment, _REMARKS),
    )
