"""One site of the simulator: the real protocol on a simulated disk, and a person who records things there."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from msgspec import Struct

from dunant.casualty import CASUALTY_EVENTS, casualty_views
from dunant.casualty import events as e
from dunant.casualty.model import Casualty
from dunant.kernel import log as chain
from dunant.kernel.clock import rfc3339
from dunant.kernel.events import (
    At,
    Body,
    By,
    Event,
    Header,
    Reference,
    Registry,
    canonical,
    decode_header,
    encode_header,
)
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, SubjectId, derived
from dunant.kernel.links import LINK_EVENTS
from dunant.kernel.log import LogName, Stored, Tip
from dunant.kernel.merge import KERNEL_EVENTS, Conflict
from dunant.kernel.replication import Verified
from dunant.services.policies import load_policies
from dunant.store.tables import ViewTables
from dunant.sync import intake
from dunant.sync.answering import Answering, of_receipts, receipts_for
from dunant.sync.compaction import droppable
from dunant.sync.dialler import Dialler
from dunant.sync.frames import Codec
from dunant.sync.intake import Intake, Verdict
from dunant.sync.offer import Built, build
from dunant.sync.profile import Mode, Profile
from dunant.sync.rows import Row
from dunant.sync.settling import settle
from dunant.sync.trust import SiteTrust, Trust
from tests.simulation.disk import Disk
from tests.simulation.watched import watch

# Seven sites check the same signatures; whether one is good does not change.
vars(intake)["_verifies"] = lru_cache(50_000)(vars(intake)["_verifies"])
POLICIES = load_policies("mission_demo.toml")
REGISTRY = Registry((*KERNEL_EVENTS, *LINK_EVENTS, *CASUALTY_EVENTS))
VIEWS = ViewTables(casualty_views(POLICIES.casualty), "?")
LANES = {row.alias: row.lane for row in POLICIES.streams.stream}
PROFILE = Profile(
    code="simulated",
    catch_up=Mode(frame_bytes=1_500, connections=4),
    alert=Mode(frame_bytes=900, connections=2, in_flight_bytes=2_000),
    urgent_bytes=600,
    alert_s=30,
    hello_s=20,
    listen_s=15,
    retry_first_s=1,
    retry_last_s=8,
    retry_silent_s=2,
    timeout_least_s=6,
    timeout_rtts=4,
    floor_low=0.10,
    floor_lowest=0.20,
    floor_window_s=60,
    first_streams=("config",),
    slow_level=1,
    fast_level=1,
    fast_bit_s=1_000_000,
    source="design",
)
BEGIN = datetime(2026, 3, 14, 12, tzinfo=UTC)
AUTHORITY = "MHQ"
REACTS_TO, REACTION = e.CasualtyReported.TYPE, "audit.simulated_reaction"
SUSPECT_MS = 120_000
REVOKED, CLOSED = "config.simulated_revocation", "config.simulated_fork_closed"


def lane_of(stream: str) -> int:
    return LANES.get(stream, 3)


class Fact(Struct, frozen=True):
    """Something that a person wants recorded. `raw` is (body, type, version) of what this version does not know."""

    stream: str
    subject: str
    body: Body | None
    base: tuple[EventId, ...] = ()
    x: Reference | None = None
    raw: tuple[bytes, str, int] = (b"", "", 0)

    @property
    def told(self) -> tuple[bytes, str, int]:
        return self.raw if self.body is None else (canonical(self.body), self.body.TYPE, self.body.VERSION)


class Post:
    """A site. What it remembers outside `disk` is gone after a crash."""

    def __init__(
        self,
        code: str,
        roles: tuple[str, ...],
        disk: Disk,
        sites: Callable[[], dict[str, SiteTrust]],
        dice: Random,
        now: Callable[[], float],
        skew_ms: int,
    ) -> None:
        self.code = code
        self.roles = roles
        self.disk = disk
        self.skew_ms = skew_ms
        # What was seen to be wrong while running.
        self.wrongs: list[str] = []
        self._sites = sites
        self._dice = dice
        self._now = now
        self.codec = Codec()
        self.registry = REGISTRY
        self.streams = ("alert", "casualty", "clinical", "audit", "config")
        self.was_set_back = False
        # Sites whose clock differs by more than a clock may.
        self.suspects: set[str] = set()
        self.diallers: dict[str, Dialler] = {}

    def restart(self) -> None:
        """As after a crash: the disk is what it is, everything else begins anew."""
        self.intake = Intake(self.code, self.codec, lane_of)
        self.answering = Answering(
            self.code, self.codec, self.intake, lane_of, PROFILE, "simulated", f"{self._dice.getrandbits(64):x}"
        )
        self.diallers = {peer: self._dialler(peer) for peer in self.diallers}
        self._trust: tuple[object, Trust] | None = None

    def call(self, peer: str) -> None:
        self.diallers[peer] = self._dialler(peer)

    def _dialler(self, peer: str) -> Dialler:
        made = Dialler(
            self.code,
            peer,
            PROFILE,
            lane_of,
            may_give=lambda log: log[0] == peer or self.trust().may_hold(peer, log[2]),
            may_take=lambda log: log[0] == self.code or self.trust().may_hold(self.code, log[2]),
            jitter=self._dice.random,
        )
        watch(made, self.wrongs)
        return made

    # ── whom to believe ──

    def trust(self) -> Trust:
        """By what this site holds of the authority's config log."""
        logs = self.disk.state.logs
        stamp = (self.disk.state.serial, self.disk.orders)
        if self._trust is None or self._trust[0] != stamp:
            orders = [row for log in logs if (log[0], log[2]) == (AUTHORITY, "config") for row in logs[log]]
            self._trust = (stamp, self._read(orders))
        return self._trust[1]

    def _read(self, orders: list[Stored]) -> Trust:
        sites, closed = dict(self._sites()), {}
        for row in orders:
            body = _body(row)
            if row.t == REVOKED:
                known = sites[body["site"]]
                cutoffs = {(epoch, stream): q for epoch, stream, q in body["cutoffs"]}
                sites[known.code] = SiteTrust(
                    code=known.code, state="REVOKED", keys=known.keys, roles=known.roles, cutoffs=cutoffs
                )
            if row.t == CLOSED:
                closed[body["o"], body["e"], body["st"]] = (body["q"], bytes.fromhex(body["head"]))
        return Trust(sites, AUTHORITY, POLICIES.streams, {}, closed)

    # ── transactions ──

    def do(self, job: Callable[[], Any]) -> Any:
        """One transaction; whatever stops it leaves nothing behind."""
        self.disk.begin()
        try:
            answer = job()
            self.disk.commit()
        except BaseException:
            self.disk.roll_back()
            raise
        return answer

    def take(self, raw: bytes, peer: str | None) -> Verdict:
        def job() -> Verdict:
            verdict = self.intake.take(self.disk, self.trust(), raw, peer)
            if verdict.log is not None and verdict.outcome == "applied":
                self.intake.acknowledge(self.disk, verdict.log)
            self.settle()
            return verdict

        return self.do(job)  # type: ignore[no-any-return]

    def answer(self, raw: bytes, peer: str) -> Any:
        def job() -> Any:
            answer, _ = self.answering.batch(self.disk, self.trust(), peer, raw)
            self.settle()
            return answer

        return self.do(job)

    def settle(self) -> None:
        """What the authority has decided, done to what is held; before its first order there is nothing to do."""
        if not self.disk.orders:
            return
        settle(self.disk, self.trust(), self.codec, self.reissue)

    def reissue(self, lost: Sequence[Row]) -> None:
        """The losing branch of a fork, written again under its old ids."""
        held = self.held()
        for row in lost:
            body, old = row.body, decode_header(row.header)
            if old.id in held:
                continue
            held.add(old.id)
            # What corrects or retracts goes on doing so; its old id says well enough that it was written before.
            x = old.x or Reference(op="reissues", ref=old.id)
            self._write(
                old.st, body, old.t, old.s, old.id, at=old.at, rec=old.rec, by=old.by, base=old.base, x=x, v=old.v
            )

    def held(self) -> set[str]:
        """Ids of all events that stand in a log here."""
        return {row.id for rows in self.disk.state.logs.values() for row in rows}

    # ── a person ──

    def wall_ms(self) -> int:
        return int((BEGIN + timedelta(seconds=self._now())).timestamp() * 1000) + self.skew_ms

    def clock(self) -> str:
        return rfc3339(BEGIN + timedelta(milliseconds=self.wall_ms() - int(BEGIN.timestamp() * 1000)))

    def heard_clock(self, peer: str, told_ms: int) -> None:
        if abs(told_ms - self.wall_ms()) > SUSPECT_MS:
            self.suspects.add(peer)

    def record(self, id: str, fact: Fact) -> None:
        """Recorded once, however often it is said (the outbox of a phone says it again)."""
        if id in self.disk.state.ids:
            return
        self.do(lambda: self._state(id, fact))

    def _state(self, id: str, fact: Fact) -> None:
        body, kind, version = fact.told
        self._write(fact.stream, body, kind, fact.subject, id, base=fact.base, x=fact.x, v=version)
        if kind == REACTS_TO:
            self.react(id, fact.subject)

    def react(self, cause: str, subject: str) -> None:
        """What one fact makes happen, at the site where it was written and nowhere else (sync E7)."""
        self._write("audit", b"{}", REACTION, subject, derived(cause, REACTION), v=1)

    def make_room(self, hub: str) -> None:
        """Forget the bodies that a leaf site need not keep."""
        self.do(lambda: self._drop(hub))

    def _drop(self, hub: str) -> None:
        found = (conflict for subject in self.subjects() for conflict in self.conflicts(subject))
        heads = {entry.event.id for conflict in found for entry in conflict.heads}
        for log, rows in self.disk.state.logs.items():
            received = self.disk.received(hub, log)
            for q in droppable(rows, received, before=self.disk.tick(), keep=heads):
                self.disk.drop(log, q)

    def subjects(self) -> list[str]:
        return sorted({row.s for rows in self.disk.state.logs.values() for row in rows})

    def conflicts(self, subject: str) -> list[Conflict]:
        facts = self.facts(subject)
        return Casualty(facts, POLICIES.casualty).all_conflicts if "casualty" in facts.kinds else []

    def _write(self, stream: str, body: bytes, kind: str, subject: str, id: str, **more: Any) -> None:
        log: LogName = (self.code, self.disk.state.epoch, stream)
        tip = self.disk.tip(log) or Tip(0, chain.genesis(log))
        moment = BEGIN + timedelta(milliseconds=self.wall_ms() - int(BEGIN.timestamp() * 1000))
        envelope = {"at": At(t=moment), "rec": moment, "by": By(user="u-1", role="medic"), **more}
        header = Header(
            o=log[0],
            e=log[1],
            st=stream,
            q=tip.q + 1,
            id=EventId(id),
            h=self.disk.tick(),
            t=kind,
            s=SubjectId(subject),
            m="DEMO",
            **envelope,
        )
        raw = encode_header(header)
        key = self.disk.state.blocks.get(log, {}).get(chain.block_of(header.q)) or self._dice.randbytes(32)
        digest = chain.body_digest(chain.salt(key, header.q), body)
        self.disk.write(log, Verified(header, raw, body, digest, chain.link(tip.head, raw, digest)), key)

    def facts(self, subject: str) -> Facts:
        return Facts(SubjectId(subject), self.events(subject))

    def events(self, subject: str | None = None) -> list[Event]:
        return [
            self.registry.event(row.header, row.body or b"")
            for rows in self.disk.state.logs.values()
            for row in rows
            if subject is None or row.s == subject
        ]

    # ── what the dialler needs ──

    def builder(self, peer: str) -> Callable[..., Built | None]:
        def made(log: LogName, after: int, size: int, held: int, level: int) -> Built | None:
            return build(self.disk, self.codec, log, after, size, held=held, level=level)

        return made

    def receipts(self, peer: str) -> Callable[[int], tuple[bytes | None, int]]:
        def told(after: int) -> tuple[bytes | None, int]:
            found = self.disk.receipts(after)
            fresh = receipts_for(self.trust(), peer, (raw for _, raw in found))
            return (self.codec.encode(of_receipts(fresh)) if fresh else None), found[-1][0] if found else after

        return told


def _body(row: Stored) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(row.body or b"{}")
    return made
