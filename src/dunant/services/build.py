"""Wires a site: database, log, views, policy, write path. Everything else is handed the result."""

import secrets
from collections.abc import Sequence
from concurrent.futures import Future

from dunant.casualty import CASUALTY_EVENTS, RULES, casualty_views
from dunant.config import Settings
from dunant.kernel.clock import Clock
from dunant.kernel.events import Registry
from dunant.kernel.links import LINK_EVENTS
from dunant.kernel.merge import KERNEL_EVENTS
from dunant.services.asked import Asked, Outcome, Reader
from dunant.services.clock import SystemClock
from dunant.services.handle import Author, Handler
from dunant.services.keys import SiteKey, load_key
from dunant.services.policies import Policies, load_policies
from dunant.services.reactions import REACTIONS
from dunant.services.reading import Pages
from dunant.store import Database, GroupCommit, Pen, open_database
from dunant.store.boot import SiteRow, is_empty, migrate, name_site, site_of
from dunant.store.engine import sqlite_url
from dunant.store.rebuild import Progress, outdated, rebuild
from dunant.store.tables import ViewTables

DATABASE_FILE = "dunant.sqlite3"


class Site:
    """A running site. Opening it brings database and views up to date; closing it finishes what is queued."""

    def __init__(
        self, settings: Settings, clock: Clock | None = None, progress: Progress = lambda _d, _a: None
    ) -> None:
        settings.data.mkdir(parents=True, exist_ok=True)
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.policies: Policies = load_policies(settings.mission, settings.packs)
        self.policy = self.policies.roles.policy()
        self.registry = Registry((*KERNEL_EVENTS, *LINK_EVENTS, *CASUALTY_EVENTS))
        self.database: Database = open_database(settings.db or sqlite_url(settings.data / DATABASE_FILE))
        self.key: SiteKey = load_key(settings.data)
        self.row: SiteRow = self._boot()
        self.views = ViewTables(casualty_views(self.policies.casualty), self.database.mark)
        rebuild(self.database, self.registry, self.views, outdated(self.database, self.views), progress)
        self.reader = Reader(RULES)
        self.handler = Handler(
            RULES, self.policy, self.policies.labels, REACTIONS, self.clock, exercise=self.row.exercise
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
        self.commit = GroupCommit(self.database, self.registry, self.views, self._pen(), self.clock)

    def send(self, entries: Sequence[tuple[Asked, Author]]) -> Future[list[Outcome]]:
        """Hand entries to the one writer; the answer comes after they are durable."""
        return self.commit.submit(lambda transaction: self.handler.handle(transaction, entries))

    def close(self) -> None:
        self.commit.close()
        self.database.close()

    def _boot(self) -> SiteRow:
        if is_empty(self.database):
            migrate(self.database)
            name_site(self.database, self._new_row())
        else:
            migrate(self.database)
        row = site_of(self.database)
        if row is None:
            row = self._new_row()
            name_site(self.database, row)
        return row

    def _new_row(self) -> SiteRow:
        return SiteRow(
            code=self.settings.site,
            epoch=secrets.token_hex(4),
            mission=self.policies.mission.mission.code,
            exercise=self.settings.exercise or self.policies.mission.mission.exercise,
            tag_block=self.settings.tag_block,
        )

    def _pen(self) -> Pen:
        return Pen(
            site=self.row.code,
            epoch=self.row.epoch,
            mission=self.row.mission,
            key_id=self.key.id,
            sign=self.key.sign,
        )
