"""One site of the simulator: the real protocol on a simulated disk, and a person who records things there."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from dunant.casualty import CASUALTY_EVENTS, casualty_views
from dunant.kernel import log as chain
from dunant.kernel.events import At, By, Event, Header, Reference, Registry, canonical, decode_header, encode_header
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, SubjectId
from dunant.kernel.links import LINK_EVENTS
from dunant.kernel.log import LogName, Stored, Tip
from dunant.kernel.merge import KERNEL_EVENTS
from dunant.kernel.replication import Verified
from dunant.services.policies import load_policies
from dunant.store.tables import ViewTables
from dunant.sync.answering import Answering, of_receipts, receipts_for
from dunant.sync.dialler import Dialler
from dunant.sync.frames import Codec
from dunant.sync.intake import Intake, Verdict
from dunant.sync.offer import Built, build
from dunant.sync.profile import Mode, Profile
from dunant.sync.rows import Row
from dunant.sync.settling import settle
from dunant.sync.trust import SiteTrust, Trust
from tests.simulation.disk import Disk

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
REVOKED, CLOSED = "config.simulated_revocation", "config.simulated_fork_closed"


def lane_of(stream: str) -> int:
    return LANES.get(stream, 3)


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
        self._sites = sites
        self._dice = dice
        self._now = now
        self.codec = Codec()
        self.diallers: dict[str, Dialler] = {}
        self.restart()

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
        return Dialler(
            self.code,
            peer,
            PROFILE,
            lane_of,
            may_give=lambda log: log[0] == peer or self.trust().may_hold(peer, log[2]),
            may_take=lambda log: log[0] == self.code or self.trust().may_hold(self.code, log[2]),
            jitter=self._dice.random,
        )

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
        """What the authority has decided, done to what is held."""
        settle(self.disk, self.trust(), self.code, self.codec, self.reissue)

    def reissue(self, lost: Sequence[Row]) -> None:
        """The losing branch of a fork, written again under its old ids."""
        for row in lost:
            body, old = row.body, decode_header(row.header)
            if old.id in self.written():
                continue
            self._write(old.st, body, old.t, old.s, old.id, at=old.at, rec=old.rec, by=old.by, base=old.base,
                        x=Reference(op="reissues", ref=old.id), v=old.v)

    def written(self) -> set[str]:
        """Ids of all events in this site's own logs."""
        return {row.id for log, rows in self.disk.state.logs.items() if log[0] == self.code for row in rows}

    # ── a person ──

    def wall_ms(self) -> int:
        return int((BEGIN + timedelta(seconds=self._now())).timestamp() * 1000) + self.skew_ms

    def record(self, stream: str, body: Any, subject: str, id: str, base: tuple[str, ...] = ()) -> None:
        if id in self.disk.state.ids:
            return
        raw, kind, v = (body if isinstance(body, tuple) else (canonical(body), body.TYPE, body.VERSION))
        self.do(lambda: self._write(stream, raw, kind, subject, id, base=base, v=v))

    def _write(self, stream: str, body: bytes, kind: str, subject: str, id: str, **more: Any) -> None:
        log: LogName = (self.code, self.disk.state.epoch, stream)
        tip = self.disk.tip(log) or Tip(0, chain.genesis(log))
        moment = BEGIN + timedelta(milliseconds=self.wall_ms() - int(BEGIN.timestamp() * 1000))
        envelope = {"at": At(t=moment), "rec": moment, "by": By(user="u-1", role="medic"), **more}
        header = Header(
            o=log[0], e=log[1], st=stream, q=tip.q + 1, id=EventId(id), h=self.disk.tick(), t=kind,
            s=SubjectId(subject), m="DEMO", **envelope,
        )
        raw = encode_header(header)
        key = self.disk.state.blocks.get(log, {}).get(chain.block_of(header.q)) or self._dice.randbytes(32)
        digest = chain.body_digest(chain.salt(key, header.q), body)
        self.disk.write(log, Verified(header, raw, body, digest, chain.link(tip.head, raw, digest)), key)

    def facts(self, subject: str) -> Facts:
        return Facts(SubjectId(subject), self.events(subject))

    def events(self, subject: str | None = None) -> list[Event]:
        return [
            REGISTRY.event(row.header, row.body or b"")
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

