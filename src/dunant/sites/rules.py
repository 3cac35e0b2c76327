"""Who may be invited, taken in, suspended and sent away. Decided at the authority site and nowhere else."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from typing import Any

from msgspec import Struct

from dunant.kernel.deciding import Context, Rule, Rules
from dunant.kernel.errors import Invalid, NotFound
from dunant.kernel.events import Command, Fact
from dunant.kernel.facts import Facts
from dunant.sites import commands as c
from dunant.sites import events as e
from dunant.sites.errors import NotTheAuthority, OrderOfSiteStates, RequestInvalid, TokenExpired, TokenUsed
from dunant.sites.model import Site, site_subject

# Cut-offs in one notice: its bytes are limited like those of any alert (sync E10).
PIECE = 30


def _nothing(_code: str) -> tuple[e.Cutoff, ...]:
    return ()


class Here(Struct, frozen=True, kw_only=True):
    """Where a decision is taken. `held`: up to where the logs of a site are held there."""

    site: str
    authority: str
    mission: str
    streams: tuple[str, ...] = ()
    held: Callable[[str], tuple[e.Cutoff, ...]] = _nothing


def invite(asked: c.InviteSite, site: Site, context: Context, here: Here) -> Iterator[Fact]:
    _named(asked.site, asked.code, here)
    if asked.code == here.authority or site.status not in ("", "INVITED"):
        raise OrderOfSiteStates(field="site", rule="must_be_new")
    if asked.expires <= context.rec:
        raise Invalid(field="expires", rule="in_the_future")
    body = e.SiteInvited(
        site=asked.code, roles=asked.roles, token_hash=asked.token_hash, expires=asked.expires.astimezone(UTC)
    )
    yield Fact(subject=asked.site, body=body, base=context.seen(site.state))


def enrol(asked: c.EnrolSite, site: Site, context: Context, here: Here) -> Iterator[Fact]:
    """Raises TokenUsed, TokenExpired or RequestInvalid if the token is of no live invitation to this very site."""
    _named(asked.site, asked.code, here)
    roles = asked.roles
    if asked.code == here.authority:
        if site.status:
            raise OrderOfSiteStates(field="site", rule="must_be_new")
    else:
        roles = _invitation(asked, site, context).roles
    if site.status not in ("", "INVITED"):
        raise OrderOfSiteStates(field="site", rule="must_be_invited")
    body = e.SiteEnrolled(
        site=asked.code,
        roles=roles,
        address=asked.address,
        sign_key=asked.sign_key,
        seal_key=asked.seal_key,
        tls=asked.tls,
        token_hash=asked.token_hash,
    )
    yield Fact(subject=asked.site, body=body, base=context.seen(site.state))


def _invitation(asked: c.EnrolSite, site: Site, context: Context) -> e.SiteInvited:
    if asked.token_hash in site.tokens_used:
        raise TokenUsed(field="token", rule="once")
    for invited in site.invitations:
        if invited.token_hash == asked.token_hash:
            if invited.expires <= context.rec:
                raise TokenExpired(field="token", rule="not_expired")
            return invited
    raise RequestInvalid(field="token", rule="of_an_invitation")


def suspend(asked: c.SuspendSite, site: Site, context: Context, here: Here) -> Iterator[Fact]:
    _state(site, "ACTIVE")
    _another(site, here)
    yield Fact(subject=asked.site, body=e.SiteSuspended(reason=asked.reason), base=context.seen(site.state))


def resume(asked: c.ResumeSite, site: Site, context: Context, here: Here) -> Iterator[Fact]:
    _state(site, "SUSPENDED")
    yield Fact(subject=asked.site, body=e.SiteResumed(reason=asked.reason), base=context.seen(site.state))


def rotate(asked: c.RotateSiteKey, site: Site, context: Context, here: Here) -> Iterator[Fact]:
    _state(site, "ACTIVE", "SUSPENDED")
    given = [name for name in ("sign_key", "seal_key", "tls") if getattr(asked, name)]
    if not given:
        raise Invalid(field="*", rule="at_least_one_field")
    if asked.sign_key:
        # Nobody could learn of it: what tells of the new key would be signed with the new key.
        _another(site, here)
    body = e.SiteKeyRotated(sign_key=asked.sign_key, seal_key=asked.seal_key, tls=asked.tls)
    yield Fact(subject=asked.site, body=body, base=context.seen(*(site.key(name) for name in given)))


def revoke(asked: c.RevokeSite, site: Site, context: Context, here: Here) -> Iterator[Fact]:
    """The fact for the record, and its copy that overtakes everything, in pieces that fit among alerts."""
    _state(site, "INVITED", "ACTIVE", "SUSPENDED", "RETIRED")
    _another(site, here)
    base, cutoffs = context.seen(site.state), asked.cutoffs or here.held(site.code)
    yield Fact(subject=asked.site, body=e.SiteRevoked(cutoffs=cutoffs, reason=asked.reason), base=base)
    for first in range(0, max(1, len(cutoffs)), PIECE):
        notice = e.SiteRevokedNotice(site=site.code, cutoffs=cutoffs[first : first + PIECE])
        yield Fact(subject=asked.site, body=notice, base=base)


def retire(asked: c.RetireSite, site: Site, context: Context, here: Here) -> Iterator[Fact]:
    _state(site, "ACTIVE", "SUSPENDED")
    _another(site, here)
    yield Fact(subject=asked.site, body=e.SiteRetired(reason=asked.reason), base=context.seen(site.state))


def grant(asked: c.GrantStream, site: Site, context: Context, here: Here) -> Iterator[Fact]:
    _state(site, "ACTIVE", "SUSPENDED")
    if asked.stream not in here.streams:
        raise Invalid(field="stream", rule="known_stream")
    held = site.granted(asked.stream)
    if not held.value:
        body = e.StreamGranted(stream=asked.stream, reason=asked.reason)
        yield Fact(subject=asked.site, body=body, base=context.seen(held))


def withdraw(asked: c.WithdrawStream, site: Site, context: Context, here: Here) -> Iterator[Fact]:
    held = site.granted(asked.stream)
    if not held.value:
        raise OrderOfSiteStates(field="stream", rule="must_be_granted")
    body = e.StreamWithdrawn(stream=asked.stream, reason=asked.reason)
    yield Fact(subject=asked.site, body=body, base=context.seen(held))


def close_fork(asked: c.CloseFork, site: Site, context: Context, here: Here) -> Iterator[Fact]:
    """Raises OrderOfSiteStates if no fork of this log is known, or it was closed before."""
    alarms = [event.body for event in site.facts.of(e.LogForkDetected)]
    forked = [a for a in alarms if isinstance(a, e.LogForkDetected) and (a.e, a.st) == (asked.e, asked.st)]
    if not site.status or not forked:
        raise NotFound(field="st", rule="forked")
    if any((closed.e, closed.st) == (asked.e, asked.st) for closed in site.closings):
        raise OrderOfSiteStates(field="st", rule="must_be_open")
    body = e.ForkClosed(o=site.code, e=asked.e, st=asked.st, q=asked.q, head=asked.head, reason=asked.reason)
    yield Fact(subject=asked.site, body=body)


def raise_fork(asked: c.RaiseForkAlarm, known: Facts, context: Context, here: Here) -> Iterator[Fact]:
    """Once for each log: a fork does not become truer by being seen again."""
    _named(asked.site, asked.o, here)
    for event in known.of(e.LogForkDetected):
        body = event.body
        if isinstance(body, e.LogForkDetected) and (body.e, body.st) == (asked.e, asked.st):
            return
    yield Fact(
        subject=asked.site,
        body=e.LogForkDetected(
            o=asked.o,
            e=asked.e,
            st=asked.st,
            q=asked.q,
            ours=asked.ours,
            theirs=asked.theirs,
            ours_signed=asked.ours_signed,
            theirs_signed=asked.theirs_signed,
        ),
    )


def raise_clock(asked: c.RaiseClockAlarm, known: Facts, context: Context, here: Here) -> Iterator[Fact]:
    _named(asked.site, asked.code, here)
    yield Fact(subject=asked.site, body=e.ClockSuspect(site=asked.code, diff_ms=asked.diff_ms))


def _named(subject: str, code: str, here: Here) -> None:
    if subject != site_subject(here.mission, code):
        raise Invalid(field="site", rule="id_of_the_code")


def _state(site: Site, *allowed: str) -> None:
    if not site.status:
        raise NotFound(field="site", rule="exists")
    if site.status not in allowed:
        raise OrderOfSiteStates(field="site", rule="state", state=site.status)


def _another(site: Site, here: Here) -> None:
    """The authority cannot send itself away: nobody could say anything after that."""
    if site.code == here.authority:
        raise OrderOfSiteStates(field="site", rule="not_the_authority")


_MANAGING: dict[type[Command], Callable[..., Iterable[Fact]]] = {
    c.InviteSite: invite,
    c.EnrolSite: enrol,
    c.SuspendSite: suspend,
    c.ResumeSite: resume,
    c.RotateSiteKey: rotate,
    c.RevokeSite: revoke,
    c.RetireSite: retire,
    c.GrantStream: grant,
    c.WithdrawStream: withdraw,
    c.CloseFork: close_fork,
}
_ALARMS: dict[type[Command], Callable[..., Iterable[Fact]]] = {
    c.RaiseForkAlarm: raise_fork,
    c.RaiseClockAlarm: raise_clock,
}
# What people may ask for, if their role lets them. Alarms are raised by the site itself and by nobody at a door.
SITE_COMMANDS: tuple[type[Command], ...] = tuple(_MANAGING)


def site_rules(here: Here) -> Rules:
    """The rules as they stand at this site: what only the authority may say, every other site refuses."""
    managing = {command: _at_authority(rule, here) for command, rule in _MANAGING.items()}
    return {**managing, **{command: _anywhere(rule, here) for command, rule in _ALARMS.items()}}


def _at_authority(rule: Callable[..., Iterable[Fact]], here: Here) -> Rule:
    def decide(asked: Any, known: Facts, context: Context) -> Iterable[Fact]:
        if not here.authority or here.site != here.authority:
            raise NotTheAuthority(field="site", rule="authority_only", authority=here.authority)
        return rule(asked, Site(known, here.authority), context, here)

    return decide


def _anywhere(rule: Callable[..., Iterable[Fact]], here: Here) -> Rule:
    return lambda asked, known, context: rule(asked, known, context, here)
