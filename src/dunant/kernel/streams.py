"""The registry of streams: what confidentiality, lane and recipients an event has is decided by its type.

The registry is a pack (`streams.toml`). A more exact pattern wins over a wider one, so `casualty.alert_received`
belongs to `alert` although `casualty.*` belongs to `casualty`.
"""

from collections.abc import Iterator
from typing import Literal

from dunant.kernel.errors import PackInvalid
from dunant.kernel.policy import Pack, Sourced, repeated

Kind = Literal["alert", "casualty", "clinical", "wellbeing", "surveillance", "logistics", "config", "audit"]
Label = Literal["N", "R", "V"]
Direction = Literal["up", "down", "across"]


class Stream(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of the registry.

    `lane` 0 is sent first, 3 last. `label` is the confidentiality code (HL7 v3: N normal, R restricted, V very
    restricted). `alias` is the only name that appears on the wire, in logs and in file names. `sealed`: the server
    stores what it cannot read. `unlinkable`: ids, actors and times are chosen so that entries cannot be tied together.
    """

    name: str
    alias: str
    kind: Kind
    lane: Literal[0, 1, 2, 3]
    label: Label
    sealed: bool = False
    unlinkable: bool = False
    event_types: tuple[str, ...]
    directions: tuple[Direction, ...]
    recipients: tuple[str, ...]
    retention: str


class Streams(Pack, frozen=True, kw_only=True, forbid_unknown_fields=True):
    stream: tuple[Stream, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from repeated("stream.name", (row.name for row in self.stream))
        yield from repeated("stream.alias", (row.alias for row in self.stream))
        yield from repeated("stream.event_types", (p for row in self.stream for p in row.event_types))
        for position, row in enumerate(self.stream):
            if row.name.split(".")[0] != row.kind:
                yield f"stream[{position}].name", "name_begins_with_kind"

    def get(self, name: str) -> Stream:
        """Row of a stream by its name or its alias."""
        for row in self.stream:
            if name in (row.name, row.alias):
                return row
        raise PackInvalid(file=self.pack.name, field=name, rule="missing")

    def stream_of(self, event_type: str) -> Stream | None:
        """Stream of an event type such as `casualty.triage_assigned`.

        None for types no row claims: kernel types follow the event or subject they refer to.
        """
        matches = [(len(p), row) for row in self.stream for p in row.event_types if _matches(p, event_type)]
        return max(matches, key=lambda match: match[0])[1] if matches else None


def _matches(pattern: str, event_type: str) -> bool:
    return event_type.startswith(pattern[:-1]) if pattern.endswith("*") else event_type == pattern
