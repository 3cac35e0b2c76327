"""Assets and facilities, and the messages that came from other systems."""

from collections.abc import Sequence

from dunant.casualty import events as e
from dunant.casualty.model import Asset, Facility
from dunant.casualty.views.shapes import moment_of, position_row
from dunant.kernel.facts import Facts
from dunant.kernel.views import Column, Row, View


def assets() -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        asset = Asset(facts)
        known = asset.registered
        return [
            {
                "subject": facts.subject,
                "callsign": known.callsign if known else "",
                "kind": known.kind if known else None,
                "state": asset.state.value or "UNKNOWN",
                "position": position_row(asset.tracked.position if asset.tracked else None, asset.position),
                "litters": known.litters if known else None,
                "seats": known.seats if known else None,
                "ntm_day_min": known.ntm_day_min if known else None,
                "ntm_night_min": known.ntm_night_min if known else None,
                "night_capable": known.night_capable if known else None,
                "caveats": known.caveats if known else (),
                "cruise_km_h": known.cruise_km_h if known else None,
                "hoist": known.hoist if known else None,
                "ifr": known.ifr if known else None,
                "nvg": known.nvg if known else None,
                "amet": known.amet if known else None,
                "range_km": known.range_km if known else None,
                "armed_escort_needed": known.armed_escort_needed if known else None,
                "clearance_lead_min": known.clearance_lead_min if known else None,
                "phone": known.phone if known else "",
                "exercise": known.exercise if known else None,
            }
        ]

    return View(
        name="assets",
        version=2,
        resource="capacity",
        rows={"asset": rows},
        order=("callsign",),
        columns=(
            Column(name="subject", key=True),
            Column(name="callsign"),
            Column(name="kind", group="status"),
            Column(name="state", group="status"),
            Column(name="position", type="json", group="place"),
            Column(name="litters", type="integer", group="detail"),
            Column(name="seats", type="integer", group="detail"),
            Column(name="ntm_day_min", type="real", group="detail"),
            Column(name="ntm_night_min", type="real", group="detail"),
            Column(name="night_capable", type="bool", group="detail"),
            Column(name="caveats", type="json", group="detail"),
            Column(name="cruise_km_h", type="real", group="detail"),
            Column(name="hoist", type="bool", group="detail"),
            Column(name="ifr", type="bool", group="detail"),
            Column(name="nvg", type="bool", group="detail"),
            Column(name="amet", type="bool", group="detail"),
            Column(name="range_km", type="real", group="detail"),
            Column(name="armed_escort_needed", type="bool", group="detail"),
            Column(name="clearance_lead_min", type="real", group="detail"),
            Column(name="phone", group="detail"),
            Column(name="exercise", type="bool"),
        ),
    )


def facilities() -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        facility = Facility(facts)
        if facility.registered is None:
            return []
        return [
            {
                "subject": facts.subject,
                "name": facility.registered.name,
                "level": facility.registered.level,
                "position": facility.registered.position,
                "modules": [{"code": code, "status": status} for code, status in sorted(facility.modules.items())],
                "status": facility.status.value,
                "reported_at": moment_of(facility.reports[-1]) if facility.reports else None,
                "mci": facility.mci,
                "divert": facility.asks_to_divert,
                "hlz": facility.registered.hlz,
                "hours": facility.registered.hours,
                "accepts": facility.registered.accepts,
                "phone": facility.registered.phone,
                "external": facility.registered.external,
                "exercise": facility.registered.exercise,
            }
        ]

    return View(
        name="facilities",
        version=2,
        resource="capacity",
        rows={"facility": rows},
        order=("name",),
        columns=(
            Column(name="subject", key=True),
            Column(name="name"),
            Column(name="level", group="status"),
            Column(name="position", type="json", group="place"),
            Column(name="modules", type="json", group="detail"),
            Column(name="status", group="status"),
            Column(name="reported_at", group="status"),
            Column(name="mci", type="json", group="detail"),
            Column(name="divert", type="bool", group="status"),
            Column(name="hlz", type="json", group="detail"),
            Column(name="hours", group="detail"),
            Column(name="accepts", type="json", group="detail"),
            Column(name="phone", group="detail"),
            Column(name="external", type="bool", group="status"),
            Column(name="exercise", type="bool"),
        ),
    )


def foreign_messages() -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        last = facts.last(e.ForeignMessageReceived)
        if last is None or not isinstance(last.body, e.ForeignMessageReceived):
            return []
        return [
            {
                "subject": facts.subject,
                "dialect": last.body.dialect,
                "peer": last.body.peer,
                "uid": last.body.uid,
                "about": last.body.about,
                "unknown": last.body.unknown,
                "blob": last.header.bl[0] if last.header.bl else None,
                "received_at": moment_of(last),
                "versions": len(facts.of(e.ForeignMessageReceived)),
            }
        ]

    return View(
        name="foreign_messages",
        version=1,
        resource="evacuation",
        rows={"foreign_message": rows},
        order=("received_at",),
        descending=True,
        columns=(
            Column(name="subject", key=True),
            Column(name="dialect", group="raw"),
            Column(name="peer", group="raw"),
            Column(name="uid", group="raw"),
            Column(name="about", group="raw", indexed=True),
            Column(name="unknown", type="json", group="raw"),
            Column(name="blob", group="raw"),
            Column(name="received_at", group="raw"),
            Column(name="versions", type="integer", group="raw"),
        ),
    )
