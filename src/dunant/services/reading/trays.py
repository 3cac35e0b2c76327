"""What waits on this machine for a person: parked and quarantined frames, and messages from outside not taken in.

Tables of this machine, which are no views of the log. Origin, rule, size and time are shown; what a frame or message
holds is not.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from dunant.store.snapshot import Snapshot

Row = dict[str, Any]


class Local(Struct, frozen=True, kw_only=True):
    """A page read from a local table; `resource` is the line of the access policy that guards it."""

    resource: str
    read: Callable[[Snapshot], list[Row]]


def site_parked(look: Snapshot) -> list[Row]:
    """Frames beyond a gap, by the log they belong to. `vouched`: signed by the origin, so shown as provisional."""
    return [
        {
            "id": f"{row['o']}/{row['e']}/{row['st']}/{row['q_from']}",
            "origin": row["o"],
            "stream": row["st"],
            "q_from": row["q_from"],
            "q_to": row["q_to"],
            "bytes": row["size"],
            "vouched": row["vouched"],
            "rx": row["rx"],
        }
        for row in look.parked()
    ]


def site_quarantine(look: Snapshot) -> list[Row]:
    """Frames that did not verify."""
    return [_kept(row, "origin") for row in look.quarantined()]


def import_tray(look: Snapshot) -> list[Row]:
    """Messages from other systems that could not be taken in."""
    return [_kept(row, "dialect", "peer") for row in look.tray()]


def held_entries(look: Snapshot) -> list[Row]:
    """Entries made under something revoked, for somebody to judge."""
    return [
        {
            "id": row["id"],
            "login": row["login"] or "",
            "device": row["device_id"],
            "rule": row["rule"],
            "bytes": row["size"],
            "rx": row["rx"],
        }
        for row in look.held_entries()
    ]


def site_devices(look: Snapshot) -> list[Row]:
    """Browsers that people sign in from."""
    return [{**row, "login": row["login"] or ""} for row in look.devices()]


def _kept(row: Row, *whence: str) -> Row:
    shown = {name: row[name] for name in (*whence, "rule", "rx")}
    return {"id": str(row["n"]), **shown, "bytes": row["size"]}


TRAYS: Mapping[str, Local] = {
    "site_parked": Local(resource="site", read=site_parked),
    "site_quarantine": Local(resource="site", read=site_quarantine),
    "import_tray": Local(resource="tray", read=import_tray),
    "held_entries": Local(resource="account", read=held_entries),
    "site_devices": Local(resource="account", read=site_devices),
}
