"""Who belongs to the mission and what each site may hold, write and carry: decisions over plain values."""

from collections.abc import Mapping

from msgspec import Struct

from dunant.kernel.log import LogName
from dunant.kernel.streams import Stream, Streams

# Cut-off of a log that the authority did not hold when it revoked the site: whatever is held then stays, nothing more.
FROZEN = -1
_STANDING = {
    "INVITED": "site_unknown",
    "SUSPENDED": "site_suspended",
    "REVOKED": "site_revoked",
    "RETIRED": "site_revoked",
}


class SiteTrust(Struct, frozen=True, kw_only=True):
    """One site as the authority says.

    `cutoffs`: (epoch, stream) → last sequence that is its word. `ends`: of a replaced key, by its id, the last tick of
    the hybrid clock that it may sign; a key without an end is in use. `tls_before`: pins that are let in besides `tls`.
    """

    code: str
    state: str = "ACTIVE"
    keys: Mapping[str, bytes] = {}
    seal_key: bytes = b""
    tls: str = ""
    tls_before: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    address: str = ""
    cutoffs: Mapping[tuple[str, str], int] = {}
    ends: Mapping[str, str] = {}


class Trust:
    """The mission's sites, ready to answer."""

    def __init__(
        self,
        sites: Mapping[str, SiteTrust],
        authority: str,
        streams: Streams,
        satisfies: Mapping[str, tuple[str, ...]],
        closed: Mapping[LogName, tuple[int, bytes]] | None = None,
    ) -> None:
        self.sites = sites
        self.authority = authority
        self.closed = dict(closed or {})
        self._streams: dict[str, Stream] = {row.alias: row for row in streams.stream}
        self._satisfies = satisfies
        self._held = {code: self._streams_of(site) for code, site in sites.items()}
        self._keys = {key: (site.code, public) for site in sites.values() for key, public in site.keys.items()}

    def site(self, code: str) -> SiteTrust | None:
        return self.sites.get(code)

    def key(self, key_id: str, h: str = "") -> tuple[str, bytes] | None:
        """Whose key it is, and its public half; None if nobody's, or replaced too long before `h` was signed."""
        found = self._keys.get(key_id)
        if found is None or h > self.sites[found[0]].ends.get(key_id, h):
            return None
        return found

    def may_hold(self, site: str, stream: str) -> bool:
        return stream in self._held.get(site, ())

    def _streams_of(self, site: SiteTrust) -> frozenset[str]:
        if site.state not in ("ACTIVE", "ENROLLED"):
            return frozenset()
        mine = {"mission_sites", "operational_sites", *site.roles}
        for role in site.roles:
            mine.update(self._satisfies.get(role, ()))
        given = (name for name, row in self._streams.items() if mine.intersection(row.recipients))
        return frozenset([*site.streams, *given])

    def may_write(self, origin: str, stream: str) -> bool:
        row = self._streams.get(stream)
        if row is None or origin not in self.sites:
            return False
        if row.alias == "config":
            return origin == self.authority
        return row.kind != "wellbeing" or stream in self.sites[origin].streams

    def may_relay(self, peer: str, origin: str, stream: str) -> bool:
        return peer == origin or self.may_hold(peer, stream)

    def refusal(self, peer: str | None, log: LogName, we: str) -> str | None:
        """Code of why a log is not taken from a peer (None: out of a file); None if it is."""
        origin, _, stream = log
        if origin not in self.sites:
            return "site_unknown"
        if peer is not None and (code := self.standing(peer)):
            return code
        if not self.may_write(origin, stream) or not (origin == we or self.may_hold(we, stream)):
            return "stream_not_authorised"
        if peer is not None and not (origin == we or self.may_relay(peer, origin, stream)):
            return "stream_not_authorised"
        return None

    def standing(self, peer: str) -> str | None:
        known = self.sites.get(peer)
        if known is None:
            return "site_unknown"
        return _STANDING.get(known.state)

    def door(self, peer: str, tls: str) -> str | None:
        """Why a caller with this certificate key is not let in."""
        known = self.sites.get(peer)
        if known is None or (known.tls and tls not in (known.tls, *known.tls_before)):
            return "site_unknown"
        return self.standing(peer)

    def cutoff(self, log: LogName) -> int | None:
        """Last sequence of a log that counts as its origin's word; None if there is no limit, FROZEN for no more."""
        known = self.sites.get(log[0])
        if known is None or known.state != "REVOKED":
            return None
        return known.cutoffs.get((log[1], log[2]), FROZEN)

    def is_closed(self, log: LogName) -> bool:
        return log in self.closed
