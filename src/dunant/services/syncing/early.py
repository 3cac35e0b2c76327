"""Urgent facts that wait for what comes before them in their log, shown as provisional until they have their place.

A parked frame is its origin's signed word already; only the gap before it keeps it out of the log (sync W5).
"""

from collections.abc import Mapping
from typing import Any

from dunant.kernel.events import Event
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId
from dunant.kernel.views import View
from dunant.services.syncing.station import Station
from dunant.store.snapshot import Snapshot
from dunant.sync.errors import BadFrame
from dunant.sync.frames import Frame

PROVISIONAL = "provisional"
URGENT = 0


class Early:
    """Folds what is parked in the urgent lane of one site."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._registry = station.site.registry

    def rows(self, look: Snapshot, view: View) -> list[Mapping[str, Any]]:
        """Whole rows about subjects of which the log tells nothing yet; each bears the flag that says so."""
        waiting: dict[SubjectId, list[Event]] = {}
        for event in self._events(look):
            waiting.setdefault(event.header.s, []).append(event)
        known = {row["subject"] for row in look.rows_of(view.name, list(waiting))}
        return [
            {**row, "flags": sorted({*row["flags"], PROVISIONAL})}
            for subject, events in waiting.items()
            if subject not in known
            for facts in [Facts(subject, events)]
            for kind in facts.kinds
            if kind in view.rows
            for row in view.rows[kind](facts)
        ]

    def _events(self, look: Snapshot) -> list[Event]:
        trust = self._station.trust()
        streams = [stream for stream in self._station.streams if self._station.lane_of(stream) == URGENT]
        frames = [frame for raw in look.parked_in(streams) if (frame := self._read(raw)) is not None]
        believed = [frame for frame in frames if trust.refusal(None, frame.log, self._station.we) is None]
        return [self._registry.event(row.header, row.body) for frame in believed for row in frame.rows]

    def _read(self, raw: bytes) -> Frame | None:
        try:
            return self._station.codec.decode(raw)
        except BadFrame:
            # It could be read when it came; a later version may have lost a dictionary, and the tray still lists it.
            return None
