"""A site's part in the mission's exchange: whom it believes, whom it calls, who may call it."""

import time
from concurrent.futures import Future
from datetime import datetime, timedelta

from dunant.config import SettingsInvalid
from dunant.kernel.clock import rfc3339
from dunant.services.build import Site
from dunant.services.identity import Identity, identity
from dunant.services.reading.settling import ClockQuality
from dunant.services.syncing.alarms import Alarms
from dunant.services.syncing.calling import Calling, Conversation, Route
from dunant.services.syncing.delivery import Deliveries
from dunant.services.syncing.early import Early
from dunant.services.syncing.mending import Nightly
from dunant.services.syncing.station import Station
from dunant.services.trusting import Trusting
from dunant.sync.frames import Codec
from dunant.sync.http import client_context
from dunant.sync.profile import Profile
from dunant.sync.trust import Trust


class Syncing:
    """Open while the site is. A site that nobody has enrolled keeps to itself and loses nothing by it."""

    def __init__(self, site: Site, *, calls: bool = True) -> None:
        codec = Codec()
        self.site = site
        self.trusting = Trusting(site)
        self.alarms = Alarms(site, self.trusting, codec)
        self.station = Station(site, codec, _profile(site), self.trusting, self.alarms)
        self.identity: Identity | None = identity(site.settings)
        site.pages.deliveries = Deliveries(site, self.trusting).of
        site.pages.out_of_turn = Early(self.station).rows
        site.pages.clock_quality = self._clocks
        site.pages.contacts = self.contacts
        self._silent = timedelta(minutes=site.policies.thresholds.number("site.silent_min"))
        self._extra: dict[str, str] = {}
        self._calling: Calling | None = None
        self._settled: object = None
        found = self.identity
        self._nightly = Nightly(site) if calls else None
        if found is not None and calls:
            self._calling = Calling(
                self.station, lambda: client_context(found.authority, found.cert, found.key), self.routes
            )

    def call(self, peer: str, address: str) -> None:
        """Call a peer at an address, until the site closes; instead of where it would have been called."""
        self._extra[peer] = address
        self.wake()

    def routes(self) -> list[Route]:
        """Peers to call: those of the settings, and the authority where the enrolment named its address."""
        found = dict(route.split("=", 1) for route in self.site.settings.sync_peers)
        trust = self.trusting.now()
        self._settle(trust)
        authority = trust.site(trust.authority)
        if authority is not None and authority.address and trust.authority != self.site.row.code:
            found.setdefault(authority.code, authority.address)
        found.update(self._extra)
        return [Route(peer=peer, address=address) for peer, address in sorted(found.items())]

    def _settle(self, trust: Trust) -> None:
        """Orders of the authority may come by any process of this site, the command line's included."""
        orders = (trust.closed, {code: known.cutoffs for code, known in trust.sites.items()}, len(trust.sites))
        if orders != self._settled:
            self._settled = orders
            self.site.commit.submit(self.alarms.settle, alone=True).add_done_callback(self._settled_or_not)

    def _settled_or_not(self, done: Future[None]) -> None:
        """What could not be done, on a full disk say, is tried again."""
        if done.exception() is not None:
            self._settled = None

    def _clocks(self) -> dict[str, ClockQuality]:
        known = self.alarms.clocks
        return {peer: ClockQuality(diff_ms=ms, suspect=self.alarms.is_suspect(peer)) for peer, ms in known.items()}

    def contacts(self) -> dict[str, str]:
        """When each peer was last spoken with: one that answers is heard, even if it has nothing new to say."""
        clock, now = self.site.clock, time.monotonic()
        found = {peer: rfc3339(heard) for peer, heard in self.station.heard.items()}
        for talk in self.conversations():
            if talk.dialler.last_contact is not None:
                ago = timedelta(seconds=now - talk.dialler.last_contact) * clock.speed
                found[talk.route.peer] = max(rfc3339(clock.now() - ago), found.get(talk.route.peer, ""))
        return found

    def is_silent(self, heard: datetime) -> bool:
        """Longer ago than the mission lets a site be silent."""
        return self.site.clock.now() - heard > self._silent

    def conversations(self) -> list[Conversation]:
        return self._calling.conversations() if self._calling else []

    def wake(self) -> None:
        """The link may be back: try everybody at once."""
        if self._calling:
            self._calling.wake()

    def close(self) -> None:
        if self._nightly:
            self._nightly.close()
        if self._calling:
            self._calling.close()


def open_syncing(site: Site) -> Syncing:
    """Begin to call and to be called.

    Raises
    ------
    SettingsInvalid
        The link profile is not in the pack.
    """
    return Syncing(site)


def _profile(site: Site) -> Profile:
    found = site.policies.links.get(site.settings.sync_profile)
    if found is None:
        raise SettingsInvalid(field="sync_profile", rule="a profile of the pack link.toml")
    return found
