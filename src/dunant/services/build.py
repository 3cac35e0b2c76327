"""Wires a site: database, log, views, policy, write path. Everything else is handed the result."""

import logging
import secrets
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from dunant.casualty import CASUALTY_EVENTS, DERIVED_RULES, RULES, UPCASTERS, casualty_views
from dunant.config import Settings, SettingsInvalid
from dunant.kernel.audit import AUDIT_EVENTS
from dunant.kernel.clock import Clock
from dunant.kernel.deciding import Rules
from dunant.kernel.events import Registry
from dunant.kernel.links import LINK_EVENTS, LINK_UPCASTERS
from dunant.kernel.merge import KERNEL_EVENTS
from dunant.kernel.views import View
from dunant.services.asked import Asked, Outcome, Reader
from dunant.services.audit import Audit
from dunant.services.clock import SystemClock
from dunant.services.handle import Author, Handler
from dunant.services.health import Health
from dunant.services.keys import SiteKey, load_key
from dunant.services.policies import Policies, load_policies
from dunant.services.reactions import REACTIONS
from dunant.services.reading import Pages
from dunant.services.sealing import SealKey, load_seal_key
from dunant.services.watching import Watching
from dunant.sites import SITE_COMMANDS, SITE_EVENTS, Here, site_rules, site_views
from dunant.sites.events import Cutoff
from dunant.store import Database, GroupCommit, Pen, open_database, replica, witness
from dunant.store.boot import SiteKeyRow, SiteRow, begin_epoch, know_key, migrate, name_site, site_of
from dunant.store.engine import sqlite_url
from dunant.store.rebuild import Progress, outdated, rebuild
from dunant.store.tables import ViewTables

DATABASE_FILE = "dunant.sqlite3"
WITNESS_FILE = "witness.json"
_log = logging.getLogger(__name__)


UPCASTED = {**LINK_UPCASTERS, **UPCASTERS}


def event_registry() -> Registry:
    """Every event type that this version knows."""
    return Registry((*KERNEL_EVENTS, *LINK_EVENTS, *AUDIT_EVENTS, *SITE_EVENTS, *CASUALTY_EVENTS), UPCASTED)


def views_of(policies: Policies) -> tuple[View, ...]:
    """Every view that this version shows."""
    return (*casualty_views(policies.casualty), *site_views(policies.mission.mission.authority))


def view_tables(policies: Policies, database: Database) -> ViewTables:
    return ViewTables(views_of(policies), database.mark)


def store_of(settings: Settings) -> Database:
    """Where a site keeps its log: the database named in its settings, or a file in its folder."""
    return open_database(settings.db or sqlite_url(settings.data / DATABASE_FILE))


class Site:
    """A running site. Opening it brings database and views up to date; closing it finishes what is queued."""

    def __init__(
        self, settings: Settings, clock: Clock | None = None, progress: Progress = lambda _d, _a: None
    ) -> None:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.policies: Policies = load_policies(settings.mission, settings.packs)
        self.policy = self.policies.roles.policy()
        self.registry = event_registry()
        self.database: Database = store_of(settings)
        self.key: SiteKey = load_key(settings.data)
        self.seal_key: SealKey = load_seal_key(settings.data)
        self.row: SiteRow = self._boot()
        self.views = view_tables(self.policies, self.database)
        rebuild(self.database, self.registry, self.views, outdated(self.database, self.views), progress)
        self.rules = self._rules()
        self.reader = Reader((*RULES, *SITE_COMMANDS), self.policies.vocabulary, self.seal_key.open)
        self.handler = Handler(
            self.rules,
            self.policy,
            self.policies.labels,
            REACTIONS,
            self.clock,
            exercise=self.row.exercise,
            packs=self.policies.pack,
        )
        self.pages = Pages(
            self.database,
            self.views,
            self.registry,
            self.policies,
            self.policy,
            self.clock,
            self.row.code,
            bytes(self.key.secret),
        )
        self.pen = self._pen()
        self.commit = GroupCommit(self.database, self.registry, self.views, self.pen, self.clock)
        self.audit = Audit(self.commit, self.clock, self.policies.labels["audit"])
        self.health = Health(self.database)
        self._watching = Watching(self.database, self._witness, self.row.code, self.row.epoch)
        self.commit.listen(self._watching.heard)

    def send(self, entries: Sequence[tuple[Asked, Author]]) -> Future[list[Outcome]]:
        """Hand entries to the one writer; the answer comes after they are durable."""
        return self.commit.submit(lambda transaction: self.handler.handle(transaction, entries))

    def close(self) -> None:
        self.commit.close()
        self._watching.close()
        self.database.close()

    def _boot(self) -> SiteRow:
        migrate(self.database)
        row = site_of(self.database) or name_site(self.database, self._new_row())
        know_key(self.database, SiteKeyRow(id=self.key.id, site=row.code, public=bytes(self.key.public)))
        seen = witness.read(self._witness)
        if seen is None or seen.site != row.code or not witness.is_ahead(seen, self.database):
            return row
        _log.warning("the database is older than its witness, as after a restore: the site begins a new epoch")
        with self.database.writing() as connection:
            begin_epoch(connection, secrets.token_hex(4))
        return site_of(self.database) or row

    @property
    def _witness(self) -> Path:
        return self.settings.data / WITNESS_FILE

    def _new_row(self) -> SiteRow:
        exercise, said = self.policies.mission.mission.exercise, self.settings.exercise
        if exercise and said is False:
            raise SettingsInvalid(field="exercise", rule="the mission pack is an exercise")
        return SiteRow(
            code=self.settings.site,
            epoch=secrets.token_hex(4),
            mission=self.policies.mission.mission.code,
            exercise=exercise or bool(said),
            tag_block=self.settings.tag_block,
        )

    def _rules(self) -> Rules:
        """Every rule, as it stands at this site: who belongs to the mission is decided at its authority only."""
        mission = self.policies.mission.mission
        streams = tuple(stream.alias for stream in self.policies.streams.stream)
        here = Here(
            site=self.row.code,
            authority=mission.authority,
            mission=self.row.mission,
            streams=streams,
            held=self._held,
        )
        return {**RULES, **DERIVED_RULES, **site_rules(here)}

    def _held(self, code: str) -> tuple[Cutoff, ...]:
        with replica.look(self.database) as look:
            return tuple((log[1], log[2], tip.q) for log, tip in sorted(look.vector().items()) if log[0] == code)

    def _pen(self) -> Pen:
        return Pen(
            site=self.row.code,
            mission=self.row.mission,
            key_id=self.key.id,
            sign=self.key.sign,
        )
