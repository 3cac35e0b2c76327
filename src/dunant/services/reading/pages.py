"""A page of a view as one reader may see it: rows, columns, order and filters all under the same policy."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dunant.kernel.access import Actor, Policy, Sight
from dunant.kernel.clock import Clock, rfc3339
from dunant.kernel.disclosure import released, visible
from dunant.kernel.errors import Denied, Invalid, NotFound
from dunant.kernel.events import Registry
from dunant.kernel.gate import HIDDEN, Gate
from dunant.kernel.ids import SubjectId
from dunant.kernel.views import View
from dunant.services.policies import Policies
from dunant.services.reading.asking import Asking, checked
from dunant.services.reading.authority import standing_at, with_authority
from dunant.services.reading.board import Here, board_page
from dunant.services.reading.care import with_care
from dunant.services.reading.computed import COMPUTED
from dunant.services.reading.cursors import Cursors
from dunant.services.reading.duplicates import duplicates
from dunant.services.reading.forms import with_form
from dunant.services.reading.gate import Gates, gate_outside
from dunant.services.reading.ledger import with_ledger
from dunant.services.reading.moving import with_beds, with_guards, with_position_age
from dunant.services.reading.rates import RATES
from dunant.services.reading.settling import Circumstances, ClockQuality, heads_of, settled_page
from dunant.services.reading.stale import with_age
from dunant.services.reading.timeline import timeline
from dunant.services.reading.trays import TRAYS
from dunant.store import Database
from dunant.store.snapshot import Snapshot, snapshot
from dunant.store.tables import ViewTables

DEFAULT_LIMIT = 200
# Columns that can be asked for by value, and how such a value may look.
FILTERS = {"text", "integer", "bool"}
INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
LONGEST_FILTER = 200
MAX_LIMIT = 1000
# Pages that are not a table of their own: which table they are read from.
COMPOSED = {"casualty": "board", "duplicates": "board", "ledger": "incidents", "timeline": "board"}
# Of these, what is listed whole and cannot be filtered.
WHOLE = frozenset({"duplicates"})
# Pages of this machine's own tables, which are no views of the log.
LOCAL = {**TRAYS, **RATES}
# The view of who belongs to the mission, and the states in which a site is expected to speak.
SITES, MEMBERS = "sites", frozenset({"ACTIVE", "SUSPENDED"})
# What a screen may want to do with a page; each answer says whether this reader may, and who else.
OFFERED = {
    "alerts": ("casualty.acknowledge_alert", "casualty.cancel_alert"),
    "board": (
        "casualty.accept_custody",
        "casualty.assign_triage",
        "casualty.estimate_injury_time",
        "casualty.offer_custody",
        "casualty.plan_leg",
        "casualty.resolve_conflict",
    ),
    "conflicts": ("casualty.resolve_conflict",),
    "duplicates": ("casualty.link_subjects", "casualty.unlink_subjects"),
    "identity_conflicts": ("casualty.resolve_identity",),
    "identities": ("casualty.assert_identity", "casualty.verify_identity", "casualty.dispute_identity"),
    "notifications": (
        "casualty.progress_noticas",
        "casualty.place_release_hold",
        "casualty.lift_release_hold",
        "noticas.clear",
        "noticas.send",
    ),
    "held_entries": ("account.manage",),
    "site_devices": ("account.manage",),
    "incidents": ("casualty.open_incident", "casualty.report_estimate", "casualty.close_incident"),
    "legs": (
        "casualty.report_leg",
        "casualty.abort_leg",
        "casualty.divert_leg",
        "casualty.load_casualty",
        "casualty.unload_casualty",
    ),
    "arrivals": ("casualty.progress_reservation", "casualty.admit", "casualty.accept_custody", "casualty.divert_leg"),
    "capacity": ("casualty.report_capacity", "casualty.change_capacity", "casualty.report_facility"),
    "options": ("casualty.plan_leg", "casualty.progress_reservation"),
    "reservations": ("casualty.progress_reservation",),
    "admissions": ("casualty.admit", "casualty.close_admission"),
    "theatre": ("casualty.report_theatre",),
    "requests": (
        "casualty.decide",
        "casualty.amend_request",
        "casualty.cancel_request",
        "casualty.submit_request",
        "casualty.validate_request",
        "casualty.hold_request",
        "casualty.self_authorise",
    ),
    "decisions": ("casualty.decide", "casualty.acknowledge_alert", "casualty.contact_role"),
    "postures": ("casualty.set_posture",),
    "assets": ("casualty.report_asset",),
    "facilities": ("casualty.report_facility",),
}


class Query(Struct, frozen=True, kw_only=True):
    """What a reader asks for. `equal` filters by columns the reader may see."""

    view: str
    limit: int = DEFAULT_LIMIT
    after: str | None = None
    equal: Mapping[str, str] = {}


class Offer(Struct, frozen=True, kw_only=True):
    """Something the screen may let this reader do, or say who can."""

    name: str
    allowed: bool
    reason: str | None
    who_can: list[str]


class Source(Struct, frozen=True, kw_only=True):
    """A site of the mission; `last_heard` is null as long as nobody has heard of it."""

    site: str
    last_heard: str | None


class Change(Struct, frozen=True, kw_only=True):
    """A subject whose rows changed. `version` grows with each change at this site."""

    subject: str
    tag: str | None
    views: list[str]
    version: int


class Page(Struct, frozen=True, kw_only=True):
    """Rows, as of when, from whom, and what may be done with them."""

    view: str
    version: int
    as_of: str
    complete_through: str
    sources: list[Source]
    actions: list[Offer]
    suppressed: int
    rows: list[dict[str, Any]]
    next: str | None


class Pages:
    """Reads pages. One instance serves all readers."""

    def __init__(
        self,
        database: Database,
        tables: ViewTables,
        registry: Registry,
        policies: Policies,
        policy: Policy,
        clock: Clock,
        site: str,
        secret: bytes,
    ) -> None:
        self._database = database
        self._tables = tables
        self._registry = registry
        self._policies = policies
        self._policy = policy
        self._clock = clock
        self._site = site
        self._cursors = Cursors(secret)
        self._gates = Gates(policies.notification, policy)
        # What only the exchange with other sites can tell; a site without peers knows nothing of the kind.
        self.clock_quality: Callable[[], Mapping[str, ClockQuality]] = dict
        self.contacts: Callable[[], Mapping[str, str]] = dict
        self.deliveries: Callable[[Snapshot, Sequence[str]], Mapping[str, dict[str, Any]]] = lambda _look, _about: {}
        # Whole rows of what has arrived out of turn, as if it had its place already.
        self.out_of_turn: Callable[[Snapshot, View], Sequence[Mapping[str, Any]]] = lambda _look, _view: ()

    @property
    def names(self) -> list[str]:
        return sorted({*self._tables.views, *COMPOSED, *COMPUTED, *LOCAL})

    def read(self, actor: Actor, query: Query) -> Page:
        """One page.

        Raises
        ------
        NotFound
            No such view, or no such subject for this reader.
        Denied
            The reader's role sees nothing of this view.
        Invalid
            A filter, limit or cursor is off; `field` and `rule` say which.
        """
        now = self._clock.now()
        with snapshot(self._database, self._tables, self._registry) as look:
            policy = self._before(look, actor, now)
            query = _as_may_be_asked(query, policy.gate)
            if query.view in LOCAL:
                version, rows, mark = 1, self._local(look, actor, query), None
            elif query.view in COMPUTED:
                version, rows, mark = 1, self._computed(look, actor, query, now, policy), None
            else:
                view, sight = self._admit(actor, query.view, policy)
                version = view.version
                rows, mark = self._rows(look, actor, query, view, sight, now, policy)
            rows = released(rows, policy.gate, query.equal.get("subject"))
            heard = {**self._heard(look), self._site: rfc3339(now)}
            members = self._members(look)
        return Page(
            view=query.view,
            version=version,
            as_of=rfc3339(now),
            complete_through=min(heard.values()),
            sources=[Source(site=site, last_heard=heard.get(site)) for site in sorted({*heard, *members})],
            actions=[self._offer(actor, action) for action in _offered(query.view)],
            suppressed=0,
            rows=rows,
            next=mark,
        )

    def _before(self, look: Snapshot, actor: Actor, now: datetime) -> Policy:
        """The policy for this reader, before whom the next-of-kin gate may be closed."""
        return self._policy.behind(self._gates.of(look, actor, now))

    def outside(self) -> Gate:
        """The gate of what leaves on paper, whoever asks for it: paper goes on to others (casualty §15)."""
        with snapshot(self._database, self._tables, self._registry) as look:
            return gate_outside(look, self._policies.notification, self._clock.now())

    def _heard(self, look: Snapshot) -> dict[str, str]:
        """Site → when it was last heard, by any news of it or by its own voice."""
        heard = look.last_heard()
        for site, at in self.contacts().items():
            heard[site] = max(at, heard.get(site, ""))
        return heard

    def _members(self, look: Snapshot) -> list[str]:
        """Sites that belong to the mission now: one that has never spoken is missing from every list too."""
        known = look.rows(SITES) if SITES in self._tables.views else []
        return [row["site"] for row in known if row["state"] in MEMBERS]

    def changed(self, actor: Actor, kinds: Mapping[SubjectId, set[str]], version: int) -> list[Change]:
        """What of these changes this reader may know: subjects with a row they could read, and the views it is in."""
        with snapshot(self._database, self._tables, self._registry) as look:
            seen = self._seen(look, actor, kinds)
        return [
            Change(subject=subject, tag=tag, views=sorted(views), version=version)
            for subject, (tag, views) in seen.items()
        ]

    def _seen(
        self, look: Snapshot, actor: Actor, kinds: Mapping[SubjectId, set[str]]
    ) -> dict[SubjectId, tuple[str | None, set[str]]]:
        """Subject → its tag and the views in which this reader can see it; one query per view for all subjects."""
        found: dict[SubjectId, tuple[str | None, set[str]]] = {}
        policy = self._before(look, actor, self._clock.now())
        for view in self._tables.views.values():
            sight = policy.sight(actor, view.resource)
            about = [] if sight.is_blind else [subject for subject, fed in kinds.items() if fed & view.rows.keys()]
            for row in look.rows_of(view.name, about):
                shown = visible(row, view.columns, sight, actor)
                if shown is not None:
                    tag, views = found.setdefault(SubjectId(row["subject"]), (shown.get("tag"), set()))
                    found[SubjectId(row["subject"])] = (tag or shown.get("tag"), views)
                    views.add(view.name)
                    views.update(name for name, table in COMPOSED.items() if table == view.name)
                    views.update(
                        name
                        for name, page in COMPUTED.items()
                        if view.name in page.feeds and policy.may(actor, f"view.{name}")
                    )
        return found

    def _admit(self, actor: Actor, name: str, policy: Policy) -> tuple[View, Sight]:
        view = self._tables.views.get(COMPOSED.get(name, name))
        if view is None:
            raise NotFound(field="view", rule="exists")
        sight = policy.sight(actor, view.resource)
        if sight.is_blind or not self._policy.may(actor, f"view.{name}"):
            raise Denied(action=f"view.{name}", who_can=self._policy.who_may(f"view.{name}"))
        return view, sight

    def _local(self, look: Snapshot, actor: Actor, query: Query) -> list[dict[str, Any]]:
        page, name = LOCAL[query.view], f"view.{query.view}"
        if not self._policy.sight(actor, page.resource).sees_every_row or not self._policy.may(actor, name):
            raise Denied(action=name, who_can=self._policy.who_may(name))
        if query.equal or query.after:
            raise Invalid(field=next(iter(query.equal), "after")[:64], rule="no_such_filter")
        return page.read(look)

    def _computed(
        self, look: Snapshot, actor: Actor, query: Query, now: datetime, policy: Policy
    ) -> list[dict[str, Any]]:
        page, name = COMPUTED[query.view], f"view.{query.view}"
        is_blind = not page.counts and self._policy.sight(actor, page.resource).is_blind
        if is_blind or not self._policy.may(actor, name):
            raise Denied(action=name, who_can=self._policy.who_may(name))
        if query.after:
            raise Invalid(field="after", rule="no_such_filter")
        asking = Asking(
            look=look,
            views=self._tables.views,
            actor=actor,
            policy=policy,
            policies=self._policies,
            now=now,
            site=self._site,
            equal=checked(page, query.equal),
        )
        return page.read(asking)

    def _rows(
        self, look: Snapshot, actor: Actor, query: Query, view: View, sight: Sight, now: datetime, policy: Policy
    ) -> tuple[list[dict[str, Any]], str | None]:
        if query.view in {"timeline", "casualty"} and "subject" not in query.equal:
            raise Invalid(field="subject", rule="required")
        if query.view in WHOLE:
            if query.equal or query.after:
                raise Invalid(field=next(iter(query.equal), "after")[:64], rule="no_such_filter")
            show = partial(visible, columns=view.columns, sight=sight, actor=actor)
            sees_names = any("name" in part.groups for part in policy.sight(actor, "identity").parts if part.anything)
            return duplicates(look, show, self._policies.matching, sees_names), None
        found, mark = self._listing(look, actor, query, view, sight)
        if query.view in {"timeline", "casualty"} and not found:
            raise NotFound(field="subject", rule="exists")
        if query.view == "timeline":
            events = look.events(SubjectId(query.equal["subject"]))
            late_min = self._policies.thresholds.number("late.mark_min")
            return timeline(events, found[0], policy, actor, late_min), None
        if view.name == "board":
            sees_capacity = not self._policy.sight(actor, "capacity").is_blind
            show = partial(visible, columns=view.columns, sight=sight, actor=actor)
            here = Here(site=self._site, now=now, clocks=self.clock_quality())
            return self._delivered(look, board_page(look, found, self._policies, here, show, sees_capacity)), mark
        shown = [row for whole in found if (row := visible(whole, view.columns, sight, actor)) is not None]
        if view.name in {"conflicts", "identity_conflicts"}:
            arrived = look.arrivals(heads_of(found))
            known = Circumstances(arrived=arrived, clocks=self.clock_quality(), now=now)
            return settled_page(shown, known, self._policies, self._policy, actor), mark
        if view.name == "alerts":
            early = [] if query.after else self._early(look, actor, view, sight, query.equal)
            return [*early, *self._delivered(look, shown)], mark
        if view.name == "incidents":
            return with_ledger(shown, look), mark
        if view.name == "requests":
            formed = with_form(shown, look, self._policies.precedence)
            return with_authority(formed, found, standing_at(look, self._policies, now, found)), mark
        if view.name == "legs":
            return with_guards(shown, look, self._policies, now), mark
        if view.name == "admissions":
            return with_beds(shown, look), mark
        if view.name == "assets":
            return with_position_age(shown, self._policies.thresholds, now), mark
        aged = with_age(view.name, shown, self._policies.thresholds, now)
        return with_care(view.name, aged, self._policies, now), mark

    def early(self, actor: Actor) -> frozenset[SubjectId]:
        """Alerts that this reader is shown before their turn."""
        view = self._tables.views["alerts"]
        if self._policy.sight(actor, view.resource).is_blind:
            return frozenset()
        with snapshot(self._database, self._tables, self._registry) as look:
            sight = self._before(look, actor, self._clock.now()).sight(actor, view.resource)
            return frozenset(SubjectId(row["subject"]) for row in self._early(look, actor, view, sight, {}))

    def _early(
        self, look: Snapshot, actor: Actor, view: View, sight: Sight, equal: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        """An alert never waits for a gap in its log (sync W5): newest first, before all that have their place."""
        seen = (visible(row, view.columns, sight, actor) for row in self.out_of_turn(look, view))
        typed = {name: self._typed(view, name, value) for name, value in equal.items()}
        found = [row for row in seen if row is not None and all(row.get(name) == typed[name] for name in typed)]
        return sorted(found, key=lambda row: str(row.get("received_at", "")), reverse=True)

    def _delivered(self, look: Snapshot, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """How far each of these has come, for readers who see its status."""
        about = [row["subject"] for row in rows if "status" in row]
        found = self.deliveries(look, about) if about else {}
        return [{**row, "delivery": found[row["subject"]]} if row["subject"] in found else row for row in rows]

    def _listing(
        self, look: Snapshot, actor: Actor, query: Query, view: View, sight: Sight
    ) -> tuple[list[dict[str, Any]], str | None]:
        open_to_all = frozenset.intersection(*(part.groups for part in sight.parts))
        known = {
            column.name
            for column in view.columns
            if column.key or column.name == "subject" or column.group in open_to_all
        }
        filters = {column.name for column in view.columns if column.type in FILTERS} & known
        for name in query.equal:
            if name not in filters:
                raise Invalid(field=name[:64], rule="no_such_filter")
        if not 1 <= query.limit <= MAX_LIMIT:
            raise Invalid(field="limit", rule=f"between 1 and {MAX_LIMIT}")
        # A listing sorted by a column that is hidden would tell it.
        order = [name for name in self._tables.order(view.name) if name in known and name not in sight.gate.covers]
        listing = f"{query.view}?{sorted(query.equal.items())}&{order}"
        after = self._cursors.open(listing, query.after) if query.after else None
        equal = {name: self._typed(view, name, value) for name, value in query.equal.items()}
        rows = look.page(
            view.name, sight=sight, actor=actor, equal=equal, order=order, after=after, limit=query.limit + 1
        )
        more = len(rows) > query.limit
        rows = rows[: query.limit]
        return rows, self._cursors.seal(listing, [rows[-1][name] for name in order]) if more else None

    def _typed(self, view: View, name: str, value: str) -> Any:
        kind = next(column.type for column in view.columns if column.name == name)
        if kind == "bool":
            if value not in {"true", "false"}:
                raise Invalid(field=name, rule="true or false")
            return value == "true"
        if kind == "integer":
            if not INTEGER.fullmatch(value):
                raise Invalid(field=name, rule="integer")
            return int(value)
        if len(value) > LONGEST_FILTER or "\0" in value:
            raise Invalid(field=name, rule="text")
        return value

    def _offer(self, actor: Actor, action: str) -> Offer:
        allowed = self._policy.may(actor, action)
        who = [] if allowed else self._policy.who_may(action)
        return Offer(name=action, allowed=allowed, reason=None if allowed else "access.denied", who_can=who)


def _as_may_be_asked(query: Query, gate: Gate) -> Query:
    """A name that is held back finds nothing, as one that nobody has: neither the person nor that it was typed."""
    if not any(gate.names(value) for value in query.equal.values()):
        return query
    equal = {name: HIDDEN * len(value) if gate.names(value) else value for name, value in query.equal.items()}
    return replace(query, equal=equal)


def _offered(view: str) -> tuple[str, ...]:
    return OFFERED.get(view) or OFFERED.get(COMPOSED.get(view, view), ())
