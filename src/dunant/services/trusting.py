"""Whom this site believes: the authority's word as it stands here, ready for the protocol to ask."""

import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from dunant.kernel.clock import later, ticked_at
from dunant.kernel.log import LogName
from dunant.services.build import Site
from dunant.services.keys import key_id
from dunant.store import Transaction
from dunant.store.snapshot import snapshot
from dunant.sync.trust import SiteTrust, Trust

# Another process on the same database may have written; it cannot tell us.
FRESH_S = 1.0


class Trusting:
    """Trust of one site, kept until something has been committed."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._kept: tuple[float, Trust] | None = None
        site.commit.listen(self._forget)

    def _forget(self) -> None:
        self._kept = None

    def now(self) -> Trust:
        kept, now = self._kept, time.monotonic()
        if kept is not None and now - kept[0] < FRESH_S:
            return kept[1]
        with snapshot(self._site.database, self._site.views, self._site.registry) as look:
            made = self._trust(look.rows("sites"))
        self._kept = (now, made)
        return made

    def of(self, transaction: Transaction) -> Trust:
        """With what this transaction has written."""
        return self._trust(transaction.rows("sites"))

    def _trust(self, rows: Iterable[Mapping[str, Any]]) -> Trust:
        site, mission = self._site, self._site.policies.mission.mission
        overlap, now = timedelta(days=site.policies.sites.overlap_days), site.clock.now()
        known: dict[str, SiteTrust] = {}
        closed: dict[LogName, tuple[int, bytes]] = {}
        for row in rows:
            known[row["site"]] = _site_trust(row, overlap, now)
            for epoch, stream, q, head in row["closed"]:
                closed[row["site"], epoch, stream] = (q, bytes.fromhex(head))
        # A site always knows itself, enrolled or not.
        known.setdefault(site.row.code, _alone(site))
        return Trust(known, mission.authority, site.policies.streams, site.policies.sites.satisfies, closed)


def _site_trust(row: Mapping[str, Any], overlap: timedelta, now: datetime) -> SiteTrust:
    publics = [bytes.fromhex(key) for key in row["sign_keys"]]
    return SiteTrust(
        code=row["site"],
        state=row["state"],
        keys={key_id(public): public for public in publics},
        seal_key=bytes.fromhex(row["seal_key"]),
        tls=row["tls"],
        tls_before=tuple(pin for pin, h in sorted(row["replaced_tls"].items()) if ticked_at(later(h, overlap)) > now),
        roles=tuple(row["roles"]),
        streams=tuple(row["streams"]),
        address=row["address"],
        cutoffs={(epoch, stream): q for epoch, stream, q in row["cutoffs"]},
        ends={key_id(bytes.fromhex(key)): later(h, overlap) for key, h in row["replaced"].items()},
    )


def _alone(site: Site) -> SiteTrust:
    return SiteTrust(code=site.row.code, keys={site.key.id: bytes(site.key.public)}, seal_key=site.seal_key.public)
