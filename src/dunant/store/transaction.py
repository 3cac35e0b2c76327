"""One transaction of the log: facts are written or received, subjects refolded, views refreshed, all or nothing.

A `Transaction` gathers in memory and writes once, at `flush`. So a job that fails can be undone by forgetting it,
while its neighbours in the same commit go on.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Executable, insert, select, update
from sqlalchemy.sql.dml import UpdateBase

from dunant.kernel import clock, log
from dunant.kernel.errors import TooLarge
from dunant.kernel.events import At, By, Event, Fact, Header, Reference, Registry, canonical, encode_header
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, SubjectId, Tag, tag
from dunant.kernel.log import Checkpoint, LogName, Stored, Tip
from dunant.kernel.replication import Verified
from dunant.store import rows
from dunant.store.engine import Database
from dunant.store.schema import salt_block, site
from dunant.store.tables import Change, Rows, ViewTables

# Sync E10: what a body may weigh; alerts are sent first and so must be small.
MAX_BODY = 16 * 1024
MAX_ALERT_BODY = 2 * 1024
# Subjects kept folded in memory between transactions; about 20 kB each with a full history.
KEPT_SUBJECTS = 20_000
# Events of other processes beyond which reading what is needed is cheaper than reading all that came.
FAR_BEHIND = 5_000
# Tags that a new epoch leaves out: those of a lost end are on paper and in ears.
TAGS_LEFT_OUT = 500


class NotAlone(Exception):
    """The work needs a transaction of its own."""


class Draft(Struct, frozen=True, kw_only=True):
    """A fact with everything the envelope needs except its place in a log."""

    id: EventId
    fact: Fact
    stream: str
    label: str
    at: At
    rec: datetime
    by: By
    dev: str
    src: str
    base: tuple[EventId, ...]


class Pen(Struct, frozen=True, kw_only=True):
    """What this site writes with: its name, its mission, and the key that signs its checkpoints."""

    site: str
    mission: str
    key_id: str
    sign: Callable[[bytes], bytes]


class Mark(Struct, frozen=True, kw_only=True):
    """A place inside a transaction to come back to."""

    events: int
    blocks: int
    points: int
    attached: int
    savepoints: int
    tags: int
    h: int
    epoch: str


class Memory:
    """Folded subjects, log tips and the view rows as stored, as of a number of commits.

    What other processes have committed since is read and added. Facts only grow, so that is enough; only where events
    were withdrawn is everything forgotten.
    """

    def __init__(self) -> None:
        self.commits = -1
        # The last place of arrival seen, and the last withdrawal.
        self.place = 0
        self.withdrawal = 0
        self.tips: dict[LogName, Tip] = {}
        self.blocks: dict[tuple[LogName, int], bytes] = {}
        self.subjects: OrderedDict[SubjectId, Facts] = OrderedDict()
        self.shown: dict[SubjectId, dict[str, Rows]] = {}

    def clear(self) -> None:
        self.commits = -1
        self.tips.clear()
        self.blocks.clear()
        self.subjects.clear()
        self.shown.clear()

    def catch_up(self, connection: Connection, registry: Registry, commits: int) -> None:
        """Take in what others have committed since; far behind, nothing is kept and all is read when needed."""
        withdrawal = rows.last_withdrawal(connection)
        news: list[rows.Arrival] = []
        if self.commits >= 0 and withdrawal == self.withdrawal:
            news = rows.after_place(connection, self.place, FAR_BEHIND)
        if 0 < len(news) < FAR_BEHIND:
            self._add(connection, registry, news)
            self.place = news[-1].pos
        elif self.commits < 0 or withdrawal != self.withdrawal or news:
            self.clear()
            self.place = rows.last_place(connection)
        self.commits, self.withdrawal = commits, withdrawal

    def _add(self, connection: Connection, registry: Registry, news: Sequence[rows.Arrival]) -> None:
        """Other processes mostly write of other subjects, and those facts need not be read before somebody asks."""
        for row in news:
            self.tips[row.log] = Tip(row.q, row.head)
            self.shown.pop(SubjectId(row.s), None)
        wanted = [row.pos for row in news if SubjectId(row.s) in self.subjects]
        for event in rows.events_at(connection, registry, wanted):
            self.subjects[event.header.s].add(event)

    def forget(self, subject: SubjectId) -> None:
        self.subjects.pop(subject, None)

    def trim(self) -> None:
        while len(self.subjects) > KEPT_SUBJECTS:
            subject, _ = self.subjects.popitem(last=False)
            self.shown.pop(subject, None)


class Transaction:
    """Reading and writing inside one commit. Used by one thread."""

    def __init__(
        self,
        database: Database,
        connection: Connection,
        memory: Memory,
        registry: Registry,
        views: ViewTables,
        pen: Pen,
        now: datetime,
        *,
        is_alone: bool = False,
    ) -> None:
        self._database = database
        self._connection = connection
        self._memory = memory
        self._registry = registry
        self._views = views
        self.pen = pen
        self._now = now
        self._rx = clock.rfc3339(now)
        self._wall_ms = clock.unix_ms(now)
        self._pending: list[Stored] = []
        self._events: list[Event] = []
        self._ids: set[str] = set()
        self._savepoints = 0
        self._new_blocks: list[tuple[LogName, int, bytes]] = []
        # Ends of other sites' logs, as their origins signed them.
        self._points: list[Checkpoint] = []
        # Attachments that received facts speak of.
        self._attached: list[tuple[str, str]] = []
        # Subjects whose view rows may differ from their facts.
        self._touched: dict[SubjectId, None] = {}
        self._is_alone = is_alone
        self._is_changed = False
        # Something came that is no event of the log, and that a reader is shown all the same.
        self.has_arrivals = False
        state = connection.execute(select(site).with_for_update()).one()
        self._commits: int = state.commits
        if state.commits != memory.commits:
            memory.catch_up(connection, registry, state.commits)
        # Asked anew each time: another process may have begun an epoch, and an old one is never written again.
        self._epoch: str = state.epoch
        self._last_h = clock.from_text(state.last_h)
        self._tag_block, self._tag_count = state.tag_block, state.tag_count

    # ── reading ──

    @property
    def rx(self) -> str:
        """When this transaction began, as arrivals are stamped."""
        return self._rx

    @property
    def epoch(self) -> str:
        return self._epoch

    @property
    def connection(self) -> Connection:
        """For the store's own reading of tables that this transaction does not gather."""
        return self._connection

    @property
    def is_sqlite(self) -> bool:
        return self._database.is_sqlite

    def facts(self, subject: SubjectId) -> Facts:
        """All that is known of a subject, this transaction's own events included."""
        held = self._memory.subjects.get(subject)
        if held is None:
            held = self._fold(subject, rows.events_of(self._connection, self._registry, subject))
        else:
            self._memory.subjects.move_to_end(subject)
        return held

    def preload(self, subjects: Iterable[SubjectId]) -> None:
        """Read many subjects in few queries; worth it before a batch."""
        cold = [subject for subject in dict.fromkeys(subjects) if subject not in self._memory.subjects]
        for subject, events in rows.events_of_many(self._connection, self._registry, cold).items():
            self._fold(subject, events)

    def _fold(self, subject: SubjectId, stored: Iterable[Event]) -> Facts:
        held = Facts(subject, stored)
        for event in self._events:
            if event.header.s == subject:
                held.add(event)
        self._memory.subjects[subject] = held
        return held

    def seen(self, commands: Sequence[str]) -> set[str]:
        """Which of these commands already became events here. The first event of a command carries its id."""
        return rows.known_ids(self._connection, commands) | self._ids.intersection(commands)

    def execute(self, statement: Executable) -> Any:
        """A statement on the local tables, in the same commit; undone with the job that asked for it."""
        if isinstance(statement, UpdateBase):
            self._save()
        return self._connection.execute(statement)

    def _save(self) -> None:
        self._savepoints += 1
        self._connection.exec_driver_sql(f"SAVEPOINT local_{self._savepoints}")

    def rows(self, view: str, **equal: Any) -> list[dict[str, Any]]:
        """Rows of a view, with what this transaction has written."""
        self._refresh(self._feeding(view))
        return self._views.select(self._connection, view, equal=equal)

    @property
    def has_changed(self) -> bool:
        """Somebody who looks again will see something else."""
        return bool(self._events) or self._is_changed or self.has_arrivals

    @property
    def events(self) -> Sequence[Event]:
        """What has been written so far in this transaction, in order."""
        return self._events

    # ── writing ──

    def next_tag(self, exercise: bool) -> Tag:
        self._tag_count += 1
        return tag("X" if exercise else "D", self._tag_block, self._tag_count)

    def write(self, draft: Draft) -> Event:
        """Give a fact its place in this site's own log (sync I1) and fold it into its subject."""
        body = draft.fact.body
        name: LogName = (self.pen.site, self._epoch, draft.stream)
        tip = self._tip(name)
        self._last_h = clock.tick(self._last_h, self._wall_ms)
        header = Header(
            o=name[0],
            e=name[1],
            st=name[2],
            q=tip.q + 1,
            id=draft.id,
            h=clock.as_text(self._last_h),
            at=draft.at,
            rec=draft.rec,
            by=draft.by,
            t=body.TYPE,
            v=body.VERSION,
            s=draft.fact.subject,
            m=self.pen.mission,
            c=draft.label,
            p=body.URGENCY,
            dev=draft.dev,
            src=draft.src,
            base=draft.base,
            x=draft.fact.x,
            bl=draft.fact.blobs,
        )
        body_bytes = canonical(body)
        if len(body_bytes) > (MAX_ALERT_BODY if draft.stream == "alert" else MAX_BODY):
            raise TooLarge(field="command", rule="max_bytes")
        # Folds see what a reader of the log will see, to the last digit: the body comes from its bytes.
        event = Event(header, self._registry.decode(header.t, header.v, body_bytes))
        self._append(name, header, event, body_bytes)
        return event

    def _append(self, name: LogName, header: Header, event: Event, body: bytes) -> None:
        header_bytes = encode_header(header)
        digest = log.body_digest(log.salt(self._block_key(name, header.q), header.q), body)
        head = log.link(self._tip(name).head, header_bytes, digest)
        self._take(event, name, header_bytes, body, digest, head)

    def take(
        self,
        name: LogName,
        events: Sequence[Verified],
        keys: Mapping[int, bytes],
        checkpoint: Checkpoint,
        read: Mapping[bytes, Event] | None = None,
    ) -> None:
        """Take in events that continue somebody's log (or our own of an earlier life). The caller has verified them.

        Parameters
        ----------
        read : those that have been read already, by their heads
        """
        known = read or {}
        for block, key in keys.items():
            if self._known_block(name, block) is None:
                self._add_block(name, block, key)
        self.preload(one.header.s for one in events)
        for one in events:
            self._last_h = clock.receive(self._last_h, clock.from_text(one.header.h), self._wall_ms)
            event = known.get(one.head) or self._registry.read(one.header, one.body)
            self._take(event, name, one.header_bytes, one.body, one.digest, one.head)
            self._attached += [(blob, one.header.st) for blob in one.header.bl]
        self._points.append(checkpoint)

    def reissue(self, old: Header, body: bytes) -> None:
        """Write a fact of a lost branch again, under its old id, in this site's log of now (sync C4)."""
        name: LogName = (self.pen.site, self._epoch, old.st)
        self._last_h = clock.tick(self._last_h, self._wall_ms)
        header = replace(
            old,
            o=name[0],
            e=name[1],
            q=self._tip(name).q + 1,
            h=clock.as_text(self._last_h),
            # What corrects or retracts another fact goes on doing so.
            x=old.x or Reference(op="reissues", ref=old.id),
        )
        self._append(name, header, self._registry.read(header, body), body)

    def is_written_here(self, event: EventId) -> bool:
        """One of this site's own logs holds an event with this id."""
        fresh = any(row.id == event and row.o == self.pen.site for row in self._pending)
        return fresh or rows.is_written(self._connection, self.pen.site, event)

    def withdraw(self, name: LogName, after: int, rule: str) -> list[Stored]:
        """Take what is beyond a sequence out of a log; the events are kept aside, the views follow.

        Raises
        ------
        NotAlone
            Others share this transaction, and what they wrote cannot be told apart any more. Ask again, alone.
        """
        if not self._is_alone or self._pending:
            raise NotAlone
        self._save()
        lost = rows.withdraw(self._connection, name, after, rule, self._rx)
        self._memory.clear()
        self._memory.catch_up(self._connection, self._registry, self._commits)
        self._touched.update(dict.fromkeys(SubjectId(row.s) for row in lost))
        self._is_changed = True
        return lost

    def begin_epoch(self, epoch: str) -> None:
        """From here on this site writes new logs (sync I2)."""
        self._epoch = epoch
        self._tag_count += TAGS_LEFT_OUT
        self.execute(update(site).values(epoch=epoch, tag_count=self._tag_count))

    def _take(self, event: Event, name: LogName, header: bytes, body: bytes, digest: bytes, head: bytes) -> None:
        subject = self.facts(event.header.s)
        self._pending.append(self._stored(event, name, header, body, digest, head))
        self._events.append(event)
        self._ids.add(event.id)
        self._memory.tips[name] = Tip(event.header.q, head)
        self._touched[event.header.s] = None
        subject.add(event)

    def _stored(self, event: Event, name: LogName, header: bytes, body: bytes, digest: bytes, head: bytes) -> Stored:
        h = event.header
        return Stored(*name, h.q, h.id, h.h, h.t, h.v, h.s, h.m, h.c, header, body, digest, head, self._rx)

    def tip(self, name: LogName) -> Tip:
        """Where a log ends, with what this transaction has written; 0 and the genesis for one not held."""
        return self._tip(name)

    def head_at(self, name: LogName, q: int) -> bytes | None:
        """Head of a log at a sequence, this transaction's own events included; None beyond its end."""
        if q == 0:
            return log.genesis(name)
        fresh = (row.head for row in self._pending if row.identity == (*name, q))
        return next(fresh, None) or rows.head(self._connection, name, q)

    def block_key(self, name: LogName, block: int) -> bytes | None:
        return self._known_block(name, block)

    @property
    def reading(self) -> int:
        """What this site's logical clock shows now; looking does not turn it."""
        return clock.tick(self._last_h, self._wall_ms)

    def _tip(self, name: LogName) -> Tip:
        known = self._memory.tips.get(name)
        if known is None:
            known = rows.tip(self._connection, name) or Tip(0, log.genesis(name))
            self._memory.tips[name] = known
        return known

    def _block_key(self, name: LogName, q: int) -> bytes:
        block = log.block_of(q)
        return self._known_block(name, block) or self._add_block(name, block, secrets.token_bytes(32))

    def _known_block(self, name: LogName, block: int) -> bytes | None:
        key = self._memory.blocks.get((name, block))
        if key is None:
            key = rows.block_key(self._connection, name, block)
            if key is not None:
                self._memory.blocks[name, block] = key
        return key

    def _add_block(self, name: LogName, block: int, key: bytes) -> bytes:
        self._new_blocks.append((name, block, key))
        self._memory.blocks[name, block] = key
        return key

    # ── all or nothing ──

    def mark(self) -> Mark:
        """A place to come back to."""
        return Mark(
            events=len(self._pending),
            blocks=len(self._new_blocks),
            points=len(self._points),
            attached=len(self._attached),
            savepoints=self._savepoints,
            tags=self._tag_count,
            h=self._last_h,
            epoch=self._epoch,
        )

    def undo(self, mark: Mark) -> None:
        """Forget everything written since the mark, as if it had never been asked."""
        self._tag_count, self._last_h, self._epoch = mark.tags, mark.h, mark.epoch
        self._undo_local(mark)
        undone = self._events[mark.events :]
        for event in undone:
            self._memory.forget(event.header.s)
            self._memory.tips.pop((event.header.o, event.header.e, event.header.st), None)
            self._touched[event.header.s] = None
        for name, block, _ in self._new_blocks[mark.blocks :]:
            self._memory.blocks.pop((name, block), None)
        del self._pending[mark.events :], self._events[mark.events :], self._new_blocks[mark.blocks :]
        del self._points[mark.points :], self._attached[mark.attached :]
        if undone:
            self._ids = {event.id for event in self._events}
            for stored in self._pending:
                self._memory.tips[stored.o, stored.e, stored.st] = Tip(stored.q, stored.head)

    def _undo_local(self, mark: Mark) -> None:
        if self._savepoints == mark.savepoints:
            return
        self._connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT local_{mark.savepoints + 1}")
        self._savepoints = mark.savepoints
        if self._is_changed:
            # Events that were withdrawn are back, and nobody shares this transaction.
            self._is_changed = False
            self._touched.clear()
            self._memory.clear()
        # View rows refreshed since then have gone with it.
        for event in self._events:
            self._memory.shown.pop(event.header.s, None)
            self._touched[event.header.s] = None

    def flush(self) -> None:
        """Write events, tips, checkpoints and refreshed views. The caller commits."""
        self._refresh(list(self._touched))
        if not self._pending:
            if self._is_changed:
                self._connection.execute(update(site).values(commits=self._commits + 1))
            return
        connection = self._connection
        self._memory.place = rows.insert_events(connection, self._database.mark, self._memory.place, self._pending)
        rows.want_blobs(connection, set(self._attached), self._rx)
        if self._new_blocks:
            connection.execute(
                insert(salt_block),
                [
                    dict(zip(("o", "e", "st"), name, strict=True), block=block, key=key)
                    for name, block, key in self._new_blocks
                ],
            )
        ends = {(row.o, row.e, row.st): row for row in self._pending}.values()
        rows.save_tips(connection, ends)
        ours = (self.pen.site, self._epoch)
        rows.save_checkpoints(
            connection, [*self._points, *(self._signed(row) for row in ends if (row.o, row.e) == ours)]
        )
        connection.execute(
            update(site).values(
                last_h=clock.as_text(self._last_h), tag_count=self._tag_count, commits=self._commits + 1
            )
        )

    def committed(self) -> None:
        if self._pending or self._is_changed:
            self._memory.commits = self._commits + 1
        self._memory.trim()

    def _signed(self, row: Stored) -> Checkpoint:
        point = Checkpoint(o=row.o, e=row.e, st=row.st, q=row.q, head=row.head, h=row.h, key=self.pen.key_id)
        return Checkpoint(
            o=row.o,
            e=row.e,
            st=row.st,
            q=row.q,
            head=row.head,
            h=row.h,
            key=point.key,
            sig=self.pen.sign(log.signed_bytes(point)),
        )

    def _feeding(self, view: str) -> list[SubjectId]:
        """Touched subjects that may have rows in a view; all of them where the fact that told the kind may be gone."""
        if self._is_changed:
            return list(self._touched)
        kinds = self._views.views[view].rows
        return [subject for subject in self._touched if any(kind in kinds for kind in self.facts(subject).kinds)]

    def _refresh(self, subjects: Sequence[SubjectId]) -> None:
        """Bring the views in line with the facts of touched subjects; rows that stay the same are left alone."""
        changed: dict[str, list[Change]] = {}
        for subject in subjects:
            facts = self.facts(subject)
            shown = self._memory.shown.setdefault(subject, {})
            # Where facts were withdrawn, what was shown of a subject is no longer known, and nothing of it may be left.
            made = dict.fromkeys(self._views.views if self._is_changed else shown, ()) | self._views.of(facts)
            for name, fresh in made.items():
                if shown.get(name) != fresh:
                    changed.setdefault(name, []).append(Change(subject, shown.get(name), fresh))
            self._memory.shown[subject] = made
        for name, changes in changed.items():
            self._views.replace(self._connection, name, changes)
        for subject in subjects:
            self._touched.pop(subject, None)
