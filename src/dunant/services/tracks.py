"""What of ours besides 9-lines peers may see on their maps: assets, facilities, alerts; and what is taken off again."""

from collections.abc import Callable, Iterable, Iterator, Mapping
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
CHANNEL = "COT"
CLOSED = "CLOSED"
ENDED = {"CANCELLED", "COMPLETED", "SUPERSEDED"}


def tracks_of(look: Snapshot, found: Iterable[tuple[SubjectId, str]], now: datetime) -> Iterator[CotMessage]:
    """Messages that these changes (subject, event type) ask for; what peers send in a burst costs one look a kind."""
    by_view: dict[str, list[SubjectId]] = {}
    for subject, kind in found:
        if kind in _VIEWS and subject not in by_view.setdefault(_VIEWS[kind], []):
            by_view[_VIEWS[kind]].append(subject)
    for view, subjects in by_view.items():
        for row in look.rows_of(view, subjects):
            yield from _WRITERS[view](look, row, now)


def standing(look: Snapshot, now: datetime) -> Iterator[CotMessage]:
    """What a late joiner is shown of assets, facilities and alerts as they are now."""
    for view in ("facilities", "assets", "alerts"):
        for row in look.rows(view):
            if row.get("status") not in ("CANCELLED", CLOSED):
                yield from _WRITERS[view](look, row, now)


def _asset(look: Snapshot, row: Row, _now: datetime) -> Iterator[CotMessage]:
    """Registered here, and where we have it from is not a peer."""
    if row["position"] is None or not row["kind"]:
        return
    last = _last(look, row, AssetPositionReported.TYPE)
    if last is not None and last.header.src != FOREIGN:
        at = _time_of(row["position"].get("at"), last)
        message = write_asset(_marker(row, row["callsign"], at, kind=row["kind"]))
        if message is not None:
            yield message


def _facility(_look: Snapshot, row: Row, now: datetime) -> Iterator[CotMessage]:
    if row["position"] is None:
        return
    if row["status"] == CLOSED:
        yield withdraw(row["subject"], core_codes().types["hospital"], now)
    else:
        yield write_facility(_marker(row, row["name"], now), now)


def _alert(_look: Snapshot, row: Row, now: datetime) -> Iterator[CotMessage]:
    """An alert without a position has no place on a map; a cancelled one is called off, then taken away."""
    if row["position"] is None or row["channel"] == CHANNEL:
        return
    cancelled = row["status"] == "CANCELLED"
    marker = _marker(row, row["callsign"], datetime.fromisoformat(row["received_at"]))
    yield write_alert(marker, now, cancelled=cancelled)
    if cancelled:
        yield withdraw(row["subject"], core_codes().types["alert"], now)


def _ended(_look: Snapshot, row: Row, now: datetime) -> Iterator[CotMessage]:
    """Our own 9-line leaves the maps when it has ended; a peer's is the peer's to take away."""
    if not row["peer"] and row["status"] in ENDED:
        yield withdraw(row["subject"], core_codes().types["medevac"], now)


_VIEWS = {
    AssetRegistered.TYPE: "assets",
    AssetPositionReported.TYPE: "assets",
    FacilityRegistered.TYPE: "facilities",
    FacilityStatusReported.TYPE: "facilities",
    AlertReceived.TYPE: "alerts",
    AlertCancelled.TYPE: "alerts",
    EvacRequestClosed.TYPE: "requests",
    EvacSuperseded.TYPE: "requests",
    EvacProgressed.TYPE: "requests",
}
_WRITERS: Mapping[str, Callable[[Snapshot, Row, datetime], Iterator[CotMessage]]] = {
    "assets": _asset,
    "facilities": _facility,
    "alerts": _alert,
    "requests": _ended,
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


def _last(look: Snapshot, row: Row, kind: str) -> Event | None:
    found = [event for event, _ in look.events(SubjectId(row["subject"])) if event.header.t == kind]
    return found[-1] if found else None
