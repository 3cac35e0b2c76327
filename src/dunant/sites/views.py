"""The sites of the mission as a table, and the alarms that sites raised about each other."""

from collections.abc import Sequence

from dunant.kernel.clock import rfc3339
from dunant.kernel.events import Event, digest_of
from dunant.kernel.facts import Facts
from dunant.kernel.views import Column, Row, View
from dunant.sites import events as e
from dunant.sites.model import Site

SITES, ALARMS = "sites", "sync_alarms"


def site_views(authority: str) -> tuple[View, ...]:
    """Who is believed is part of what a row means."""
    return _sites(authority), _alarms(authority)


def _sites(authority: str) -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        site = Site(facts, authority)
        if not site.status:
            return []
        shown = site.state.shown
        return [
            {
                "subject": facts.subject,
                "site": site.code,
                "state": site.status,
                "is_authority": site.code == authority,
                "roles": site.roles,
                "streams": site.streams,
                "address": site.address,
                "sign_key": site.key("sign_key").value or "",
                "sign_keys": site.sign_keys,
                "replaced": site.replaced("sign_key"),
                "replaced_tls": site.replaced("tls"),
                "seal_key": site.key("seal_key").value or "",
                "tls": site.key("tls").value or "",
                "cutoffs": [[epoch, stream, q] for (epoch, stream), q in sorted(site.cutoffs.items())],
                "closed": [[one.e, one.st, one.q, one.head] for one in site.closings],
                "since": rfc3339(shown.header.rec) if shown else "",
                "expires": _expires(site),
            }
        ]

    return View(
        name=SITES,
        version=3,
        policy=digest_of(authority),
        resource="site",
        rows={"site": rows},
        order=("site",),
        columns=(
            Column(name="subject", key=True, group="state"),
            Column(name="site", group="state"),
            Column(name="state", group="state"),
            Column(name="is_authority", type="bool", group="state"),
            Column(name="roles", type="json", group="state"),
            Column(name="streams", type="json", group="state"),
            Column(name="address", group="state"),
            Column(name="sign_key", group="state"),
            Column(name="sign_keys", type="json", group="state"),
            Column(name="replaced", type="json", group="state"),
            Column(name="replaced_tls", type="json", group="state"),
            Column(name="seal_key", group="state"),
            Column(name="tls", group="state"),
            Column(name="cutoffs", type="json", group="state"),
            Column(name="closed", type="json", group="state"),
            Column(name="since", group="state"),
            Column(name="expires", group="state"),
        ),
    )


def _expires(site: Site) -> str | None:
    if site.status != "INVITED":
        return None
    return max((rfc3339(invited.expires) for invited in site.invitations), default=None)


def _alarms(authority: str) -> View:
    def rows(facts: Facts) -> Sequence[Row]:
        closed = {(one.e, one.st) for one in Site(facts, authority).closings}
        return [_alarm(facts, event, closed) for event in facts.of(e.LogForkDetected, e.ClockSuspect)]

    return View(
        name=ALARMS,
        version=1,
        policy=digest_of(authority),
        resource="site",
        rows={"site": rows},
        order=("raised_at",),
        descending=True,
        columns=(
            Column(name="subject", group="state"),
            Column(name="event", key=True, group="state"),
            Column(name="kind", group="state"),
            Column(name="site", group="state"),
            Column(name="raised_by", group="state"),
            Column(name="raised_at", group="state"),
            Column(name="epoch", group="state"),
            Column(name="stream", group="state"),
            Column(name="q", type="integer", group="state"),
            Column(name="ours", group="state"),
            Column(name="theirs", group="state"),
            Column(name="diff_ms", type="integer", group="state"),
            Column(name="is_closed", type="bool", group="state"),
        ),
    )


def _alarm(facts: Facts, event: Event, closed: set[tuple[str, str]]) -> Row:
    row: dict[str, object] = {
        "subject": facts.subject,
        "event": event.id,
        "raised_by": event.header.o,
        "raised_at": rfc3339(event.header.rec),
        "is_closed": False,
    }
    body = event.body
    if isinstance(body, e.ClockSuspect):
        return {**row, "kind": "clock", "site": body.site, "diff_ms": body.diff_ms}
    assert isinstance(body, e.LogForkDetected)
    return {
        **row,
        "kind": "fork",
        "site": body.o,
        "epoch": body.e,
        "stream": body.st,
        "q": body.q,
        "ours": body.ours,
        "theirs": body.theirs,
        "is_closed": (body.e, body.st) in closed,
    }
