"""A site, read from the facts about it: its state, keys, roles, grants and what of its logs counts."""

from functools import cached_property
from itertools import pairwise

from msgspec import Struct

from dunant.kernel.events import Body, Event
from dunant.kernel.facts import Facts, recorded_order
from dunant.kernel.ids import SubjectId, derived
from dunant.kernel.merge import Entry, Reading, register
from dunant.sites import events as e

# Of two states said apart the graver one is shown: a site is let in only if nothing speaks against it.
_SEVERITY = {"INVITED": 0, "ACTIVE": 1, "SUSPENDED": 2, "RETIRED": 3, "REVOKED": 4}
_STATES: dict[type[Body], str] = {
    e.SiteInvited: "INVITED",
    e.SiteEnrolled: "ACTIVE",
    e.SiteResumed: "ACTIVE",
    e.SiteSuspended: "SUSPENDED",
    e.SiteRetired: "RETIRED",
    e.SiteRevoked: "REVOKED",
    e.SiteRevokedNotice: "REVOKED",
}


def site_subject(mission: str, code: str) -> SubjectId:
    """The same on every site of the mission, so that nobody needs to be told it."""
    return SubjectId(derived(mission, "site", code))


class Closing(Struct, frozen=True, kw_only=True):
    """Where a forked log was closed, and the head that counts."""

    e: str
    st: str
    q: int
    head: str


class Site:
    """Only what the authority wrote is believed about a site, whoever else claims it."""

    def __init__(self, facts: Facts, authority: str) -> None:
        self.facts = facts
        self._authority = authority

    def said(self, *types: type[Body]) -> list[Event]:
        return [event for event in self.facts.of(*types) if event.header.o == self._authority]

    @cached_property
    def state(self) -> Reading[str]:
        entries = [Entry(_STATES[type(event.body)], event) for event in self.said(*_STATES)]  # type: ignore[index]
        return register(self.facts, "state", entries, rank=lambda entry: _SEVERITY.get(entry.value, 0))

    @cached_property
    def status(self) -> str:
        """ "" if nobody has heard of the site. Gone is gone: no later word brings it back."""
        known = {_STATES[type(event.body)] for event in self.said(*_STATES)}  # type: ignore[index]
        for final in ("REVOKED", "RETIRED"):
            if final in known:
                return final
        return self.state.value or ""

    @cached_property
    def enrolled(self) -> Reading[e.SiteEnrolled]:
        found = self.said(e.SiteEnrolled)
        entries = [Entry(event.body, event) for event in found if isinstance(event.body, e.SiteEnrolled)]
        return register(self.facts, "enrolled", entries)

    @property
    def invitations(self) -> list[e.SiteInvited]:
        return [event.body for event in self.said(e.SiteInvited) if isinstance(event.body, e.SiteInvited)]

    @property
    def tokens_used(self) -> set[str]:
        return {event.body.token_hash for event in self.said(e.SiteEnrolled) if isinstance(event.body, e.SiteEnrolled)}

    @property
    def code(self) -> str:
        """As the authority calls it; the subject's id is made from it."""
        for event in self.said(e.SiteEnrolled, e.SiteInvited, e.SiteRevokedNotice):
            if isinstance(event.body, e.SiteEnrolled | e.SiteInvited | e.SiteRevokedNotice):
                return event.body.site
        return ""

    @property
    def roles(self) -> tuple[str, ...]:
        if self.enrolled.value:
            return self.enrolled.value.roles
        return tuple(sorted({role for invited in self.invitations for role in invited.roles}))

    @property
    def address(self) -> str:
        return self.enrolled.value.address if self.enrolled.value else ""

    def key(self, name: str) -> Reading[str]:
        """The newest `sign_key`, `seal_key` or `tls`."""
        found = self.said(e.SiteEnrolled, e.SiteKeyRotated)
        entries = [Entry(str(getattr(event.body, name)), event) for event in found if getattr(event.body, name)]
        return register(self.facts, name, entries)

    @property
    def sign_keys(self) -> tuple[str, ...]:
        """Every key the site ever signed with: what an old one signed must still be readable by newcomers."""
        return tuple(sorted({key for key, _ in self._named("sign_key")}))

    def replaced(self, name: str) -> dict[str, str]:
        """Of earlier keys: when, by the hybrid clock, the authority named another one."""
        found: dict[str, str] = {}
        for (before, _), (after, h) in pairwise(self._named(name)):
            found[before] = h
            found.pop(after, None)
        return found

    def _named(self, name: str) -> list[tuple[str, str]]:
        """Keys, each with when it was named, in that order: the authority writes one log."""
        found = sorted(self.said(e.SiteEnrolled, e.SiteKeyRotated), key=recorded_order)
        named = [(str(getattr(event.body, name)), event.header.h) for event in found]
        return [(key, h) for key, h in named if key]

    def granted(self, stream: str) -> Reading[bool]:
        """Of a grant and a withdrawal made apart the withdrawal holds."""
        yes = [Entry(True, one) for one in self.said(e.StreamGranted) if getattr(one.body, "stream", "") == stream]
        no = [Entry(False, one) for one in self.said(e.StreamWithdrawn) if getattr(one.body, "stream", "") == stream]
        return register(self.facts, f"stream.{stream}", [*yes, *no], rank=lambda entry: not entry.value)

    @property
    def streams(self) -> tuple[str, ...]:
        named = {event.body.stream for event in self.said(e.StreamGranted) if isinstance(event.body, e.StreamGranted)}
        return tuple(sorted(stream for stream in named if self.granted(stream).value))

    @property
    def cutoffs(self) -> dict[tuple[str, str], int]:
        """Of two revocations the one that lets less count."""
        found: dict[tuple[str, str], int] = {}
        for event in self.said(e.SiteRevoked, e.SiteRevokedNotice):
            if isinstance(event.body, e.SiteRevoked | e.SiteRevokedNotice):
                for epoch, stream, q in event.body.cutoffs:
                    found[epoch, stream] = min(q, found.get((epoch, stream), q))
        return found

    @property
    def closings(self) -> tuple[Closing, ...]:
        """The chosen end of each forked log; the earliest place at which a choice was made."""
        found: dict[tuple[str, str], tuple[int, str]] = {}
        for event in self.said(e.ForkClosed):
            body = event.body
            if isinstance(body, e.ForkClosed):
                found[body.e, body.st] = min((body.q, body.head), found.get((body.e, body.st), (body.q, body.head)))
        return tuple(Closing(e=epoch, st=st, q=q, head=head) for (epoch, st), (q, head) in sorted(found.items()))
