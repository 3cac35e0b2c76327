"""Handing over the watch: one leaves a screen, the next sits down at it, and what was open is on the record."""

from msgspec import Struct

from dunant.kernel.access import Actor, Policy
from dunant.services.build import Site
from dunant.store.snapshot import Snapshot, snapshot


class Open(Struct, frozen=True, kw_only=True):
    """What was open when the watch changed hands; None where the next person may not know."""

    alerts: int | None
    casualties: int | None


def open_now(site: Site, reader: Actor) -> Open:
    """Alerts that nobody has answered, and casualties who are not yet where they should be."""
    with snapshot(site.database, site.views, site.registry) as look:
        return Open(
            alerts=_count(look, site.policy, reader, "alerts", "status", {"OPEN", "ESCALATED"}),
            casualties=_count(look, site.policy, reader, "board", "lane", {"reported", "en_route"}),
        )


def _count(look: Snapshot, policy: Policy, reader: Actor, view: str, column: str, values: set[str]) -> int | None:
    resource = {"alerts": "alert", "board": "evacuation"}[view]
    if not policy.sight(reader, resource).sees_every_row:
        return None
    return sum(1 for row in look.rows(view) if row[column] in values)
