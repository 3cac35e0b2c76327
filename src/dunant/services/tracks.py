"""What of ours besides 9-lines peers may see on their maps: assets, facilities, alerts; and what is taken off again."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from dunant.casualty.events import (
    AlertCancelled,
    AlertReceived,
    AssetPositionReported,
    AssetRegistered,
    EvacProgressed,
    EvacRequestClosed,
    EvacSuperseded,
    FacilityRegistered,
    FacilityStatusReported,
)
from dunant.exchange.cot.codes import core_codes
from dunant.exchange.cot.model import CotMessage, Point
from dunant.exchange.cot.write import OwnMarker, withdraw, write_alert, write_asset, write_facility
from dunant.kernel.events import Event
from dunant.kernel.ids import SubjectId
from dunant.store.snapshot import Snapshot

Row = Mapping[str, Any]
# What another system has told us is its own to show.
FOREIGN = "cot"
CLOSED = "CLOSED"
ENDED = {"CANCELLED", "COMPLETED", "SUPERSEDED"}


def tracks_of(look: Snapshot, subject: SubjectId, kind: str, now: datetime) -> Iterator[CotMessage]:
    """Messages that a change of this kind of subject (an event type) asks for."""
    write = _WRITERS.get(kind)
    if write is not None:
        yield from write(look, subject, now)


def standing(look: Snapshot, now: datetime) -> Iterator[CotMessage]:
    """What a late joiner is shown of assets, facilities and alerts as they are now."""
    for row in look.rows("facilities"):
        yield from _facility(look, SubjectId(row["subject"]), now)
    for row in look.rows("assets"):
        yield from _asset(look, SubjectId(row["subject"]), now)
    for row in look.rows("alerts"):
        if row["status"] != "CANCELLED":
            yield from _alert(look, SubjectId(row["subject"]), now)


def _asset(look: Snapshot, subject: SubjectId, _now: datetime) -> Iterator[CotMessage]:
    for row in look.rows("assets", subject=subject):
        last = _last(look, subject, AssetPositionReported.TYPE)
        if row["position"] and row["kind"] and last is not None and last.header.src != FOREIGN:
            marker = _marker(row, row["callsign"], _time_of(row["position"].get("at"), last), kind=row["kind"])
            message = write_asset(marker)
            if message is not None:
                yield message


def _facility(look: Snapshot, subject: SubjectId, now: datetime) -> Iterator[CotMessage]:
    for row in look.rows("facilities", subject=subject):
        registered = _last(look, subject, FacilityRegistered.TYPE)
        if row["position"] is None or registered is None:
            continue
        if row["status"] == CLOSED:
            yield withdraw(subject, core_codes().types["hospital"], now)
        else:
            yield write_facility(_marker(row, row["name"], now), now)


def _alert(look: Snapshot, subject: SubjectId, now: datetime) -> Iterator[CotMessage]:
    """An alert without a position has no place on a map; a cancelled one is called off, then taken away."""
    for row in look.rows("alerts", subject=subject):
        received = _last(look, subject, AlertReceived.TYPE)
        if row["position"] is None or received is None or received.header.src == FOREIGN:
            continue
        cancelled = row["status"] == "CANCELLED"
        marker = _marker(row, row["callsign"], datetime.fromisoformat(row["received_at"]))
        yield write_alert(marker, now, cancelled=cancelled)
        if cancelled:
            yield withdraw(subject, core_codes().types["alert"], now)


def _request_ended(look: Snapshot, subject: SubjectId, now: datetime) -> Iterator[CotMessage]:
    """Our own 9-line leaves the maps when it has ended; a peer's is the peer's to take away."""
    for row in look.rows("requests", subject=subject):
        if not row["peer"] and row["status"] in ENDED:
            yield withdraw(subject, core_codes().types["medevac"], now)


_WRITERS: Mapping[str, Callable[[Snapshot, SubjectId, datetime], Iterator[CotMessage]]] = {
    AssetRegistered.TYPE: _asset,
    AssetPositionReported.TYPE: _asset,
    FacilityRegistered.TYPE: _facility,
    FacilityStatusReported.TYPE: _facility,
    AlertReceived.TYPE: _alert,
    AlertCancelled.TYPE: _alert,
    EvacRequestClosed.TYPE: _request_ended,
    EvacSuperseded.TYPE: _request_ended,
    EvacProgressed.TYPE: _request_ended,
}


def _marker(row: Row, callsign: str, at: datetime, kind: str = "") -> OwnMarker:
    where = row["position"]
    return OwnMarker(
        id=row["subject"],
        callsign=callsign,
        at=at,
        position=Point(lat=where["lat"], lon=where["lon"], ce=where.get("ce")),
        kind=kind,
        exercise=bool(row["exercise"]),
    )


def _time_of(said: str | None, last: Event) -> datetime:
    return datetime.fromisoformat(said) if said else last.header.rec


def _last(look: Snapshot, subject: SubjectId, kind: str) -> Event | None:
    found = [event for event, _ in look.events(subject) if event.header.t == kind]
    return found[-1] if found else None
