"""The side that calls: what to do next with one peer, as a state machine driven by answers and time.

It holds no log and no socket. Whoever runs it asks `next`, carries the tasks out, and reports with `heard`. All it
remembers is a hint; losing it costs a hello.
"""

import math
from collections.abc import Callable, Collection, Iterator

from dunant.kernel.log import LogName
from dunant.kernel.replication import Vector
from dunant.sync.lanes import Lanes
from dunant.sync.measuring import Measured
from dunant.sync.messages import SHORT_HEAD, Answer, Ask, Entry, Hello, Listen, News
from dunant.sync.offer import Built
from dunant.sync.profile import Mode, Profile
from dunant.sync.tasks import Failed, Heard, Kind, Progress, Pulled, State, Task

# (log, after, bytes wanted, how much the peer is known to hold, zstd level) → the next frame, if there is one.
Build = Callable[[LogName, int, int, int, int], Built | None]
# (number of receipts already told) → frame of those that the peer may see, if any, and the number it goes up to.
Receipts = Callable[[int], tuple[bytes | None, int]]
# Somebody who refuses a log is not asked again at once.
REFUSED_S = 30.0
FIRST_BYTES_PER_EVENT = 60.0


class Dialler:
    """One peer, seen from here."""

    def __init__(
        self,
        we: str,
        peer: str,
        profile: Profile,
        lane_of: Callable[[str], int],
        may_give: Callable[[LogName], bool],
        may_take: Callable[[LogName], bool],
        jitter: Callable[[], float],
    ) -> None:
        self.peer = peer
        self._we = we
        self._profile = profile
        self._lane_of = lane_of
        self._may_give = may_give
        self._may_take = may_take
        self._jitter = jitter
        self._ours: Vector = {}
        self._given: dict[LogName, int] = {}
        # What the last hello said of the peer's logs, and the same with what answers have told since.
        self._said: dict[LogName, Entry] = {}
        self._theirs: dict[LogName, Entry] = {}
        self._digest = ""
        self._up, self._down = Progress(), Progress()
        # When an answer last said more of a log than was known.
        self._raised: dict[LogName, float] = {}
        self._up_lanes, self._down_lanes = Lanes(profile), Lanes(profile)
        self._blocked: dict[tuple[str, LogName], float] = {}
        self._keyless: set[LogName] = set()
        # Logs whose ends have the same number at both sites and are not the same.
        self._suspect: set[LogName] = set()
        self._tasks: dict[int, Task] = {}
        self._n = 0
        self._token = ""
        self._told: dict[LogName, int] = {}
        self._failures = 0
        self._retry_at = 0.0
        self._hello_at = 0.0
        self._alert_until = float("-inf")
        self._shrink = 1.0
        # Frames pushed since contact was made.
        self._pushed = 0
        self._bytes_per_event = FIRST_BYTES_PER_EVENT
        self.receipts_told = 0
        self.receipts_heard = 0
        self.measured = Measured()
        self.state: State = "never"
        self.reason = ""
        self.last_contact: float | None = None
        self.hello: Hello | None = None

    # ── what the runner tells ──

    def learn(self, ours: Vector, now: float) -> None:
        """What we hold has changed."""
        if ours == self._ours:
            return
        if any(self._lane_of(log[2]) == 0 and ours[log] != self._ours.get(log) for log in ours):
            self._alarm(now)
        self._ours = ours
        # Who may hold what is itself told in a log, so it changes with what we hold and never otherwise.
        self._given = {log: tip.q for log, tip in ours.items() if self._may_give(log)}
        self._down.confirmed = {log: tip.q for log, tip in ours.items()}

    def wake(self) -> None:
        """Something says that the link may be there: try at once (sync §10.1)."""
        self._retry_at = self._hello_at = 0.0

    def heard(self, task: Task, answer: Heard, now: float) -> None:
        """The end of a task, whichever way it ended."""
        self._tasks.pop(task.n, None)
        if isinstance(answer, Failed):
            self._failed(task, answer, now)
            return
        self._succeeded(task, now)
        if task.kind == "hello":
            self._greeted(answer if isinstance(answer, Hello) else None, now)
        elif isinstance(answer, Answer):
            self._answered(task, answer, now)
        elif isinstance(answer, Pulled):
            self._pulled(task, answer, now)
        elif isinstance(answer, News):
            self._news(task, answer)

    # ── what is to be done ──

    def next(self, now: float, build: Build, receipts: Receipts) -> Iterator[Task]:
        """Exchanges to begin now, one by one, so that each is on its way before the next frame is built."""
        if now < self._retry_at:
            return
        if self.state != "up":
            # The long wait says nothing about the link; everything else under way will.
            if not any(task.kind != "listen" for task in self._tasks.values()):
                yield self._greet(now)
            return
        if now >= self._hello_at and not self._busy("hello"):
            yield self._greet(now)
        yield from self._urgent(now, build, receipts)
        yield from self._listen(now)
        yield from self._doubts(now)
        yield from self._pulls(now)
        yield from self._pushes(now, build)

    def due(self, now: float) -> float:
        """Seconds until `next` should be asked again although nothing has happened."""
        if now < self._retry_at:
            return max(0.05, self._retry_at - now)
        if self.state != "up":
            # Whatever is under way will end by itself.
            return 5.0 if any(task.kind != "listen" for task in self._tasks.values()) else 0.05
        times = [at for at in self._blocked.values() if at > now]
        if not self._busy("hello"):
            times.append(self._hello_at)
        return min(5.0, max(0.05, min(times, default=now + 5.0) - now))

    def mode(self, now: float) -> Mode:
        return self._profile.alert if now < self._alert_until else self._profile.catch_up

    def connections(self, now: float) -> int:
        """How many will be wanted for frames as soon as the peer has said hello, by what is known before it has."""
        waiting = [(after, q) for lane, logs in self.waiting(now).items() if lane for _, after, q in logs]
        size = self._bytes_per_event * sum(q - after for after, q in waiting)
        return min(self.mode(now).connections, math.ceil(size / self._frame_bytes(now)))

    def is_alarmed(self, now: float) -> bool:
        """Something of lane 0 has passed lately: the link is kept ready for more."""
        return now < self._alert_until

    def waiting(self, now: float) -> dict[int, list[tuple[LogName, int, int]]]:
        """What the peer lacks of ours, by lane: log, after, up to."""
        found: dict[int, list[tuple[LogName, int, int]]] = {0: [], 1: [], 2: [], 3: []}
        for log, tip in self._ours.items():
            held = self._up.confirmed.get(log, 0)
            if tip.q > held and self._may_give(log):
                found[self._lane_of(log[2])].append((log, held, tip.q))
        return found

    def lacking(self) -> dict[int, int]:
        """Events that we lack of what the peer holds, by lane."""
        found = {0: 0, 1: 0, 2: 0, 3: 0}
        for log, entry in self._theirs.items():
            if self._may_take(log):
                found[self._lane_of(log[2])] += max(0, entry.q - self._down.confirmed.get(log, 0))
        return found

    # ── tasks ──

    def _task(self, kind: Kind, now: float, **more: object) -> Task:
        self._n += 1
        patience = max(self._profile.timeout_least_s, self._profile.timeout_rtts * self.measured.rtt_s)
        if kind == "listen":
            patience += self._profile.listen_s
        task = Task(n=self._n, kind=kind, timeout=patience, started=now, **more)  # type: ignore[arg-type]
        self._tasks[task.n] = task
        return task

    def _busy(self, *kinds: Kind) -> int:
        return sum(task.kind in kinds for task in self._tasks.values())

    def _greet(self, now: float) -> Task:
        if self.state in ("never", "down"):
            self.state, self._pushed = "connecting", 0
        self._hello_at = now + self._profile.hello_s
        return self._task("hello", now, since=self._digest)

    def _urgent(self, now: float, build: Build, receipts: Receipts) -> Iterator[Task]:
        """Lane 0 and receipts, on a connection that never carries anything else."""
        if self._busy("urgent"):
            return
        for log in self._open(self._up, "up", {0}, now):
            built = self._built(build, log, self._profile.urgent_bytes)
            if built is not None:
                yield self._push("urgent", built, 0, now)
                return
        raw, upto = receipts(self.receipts_told)
        if raw is None:
            self.receipts_told = upto
        else:
            yield self._task("urgent", now, raw=raw, receipts_upto=upto)

    def _listen(self, now: float) -> Iterator[Task]:
        if self._busy("listen"):
            return
        have = tuple(
            Entry(*log, tip.q)
            for log, tip in self._ours.items()
            if self._lane_of(log[2]) <= 1 and self._may_take(log) and (not self._token or self._told.get(log) != tip.q)
        )
        listen = Listen(token=self._token, have=have, receipts_after=self.receipts_heard)
        yield self._task("listen", now, listen=listen)

    def _pushes(self, now: float, build: Build) -> Iterator[Task]:
        while self._has_room("push", now):
            waiting = self._by_lane(self._up, "up", now)
            log = self._up_lanes.choose(now, waiting)
            built = None if log is None else self._built(build, log, self._staggered(now))
            if log is None:
                break
            if built is None:
                # Nothing that could be vouched for, or nothing left to read: ask again when something has changed.
                self._block("up", log, now)
                continue
            lane = self._lane_of(log[2])
            self._up_lanes.note(now, lane, log, len(built.raw))
            self._pushed += 1
            yield self._push("push", built, lane, now)

    def _doubts(self, now: float) -> Iterator[Task]:
        """Neither side would send anything of a log that ends at the same number; so the end is looked at once."""
        for log in [log for log in self._suspect if self._blocked.get(("down", log), 0.0) <= now]:
            self._block("down", log, now)
            q = self._theirs[log].q
            ask = Ask(o=log[0], e=log[1], st=log[2], after=q - 1, upto=q, max_bytes=self._frame_bytes(now))
            yield self._task("pull", now, log=log, lane=self._lane_of(log[2]), after=q - 1, q_to=q, ask=ask)

    def _pulls(self, now: float) -> Iterator[Task]:
        while self._has_room("pull", now):
            log = self._down_lanes.choose(now, self._by_lane(self._down, "down", now))
            if log is None:
                break
            size, after = self._frame_bytes(now), self._down.reach(log)
            upto = min(self._theirs[log].q, after + max(1, int(size / self._bytes_per_event)))
            lane = self._lane_of(log[2])
            self._down_lanes.note(now, lane, log, size)
            self._down.under_way[log] = upto
            # Room to spare: the peer should end where it was asked to, or frames under way would leave gaps.
            ask = Ask(o=log[0], e=log[1], st=log[2], after=after, upto=upto, max_bytes=2 * size)
            yield self._task("pull", now, log=log, lane=lane, after=after, q_to=upto, ask=ask)

    def _push(self, kind: Kind, built: Built, lane: int, now: float) -> Task:
        self._up.under_way[built.log] = built.q_to
        return self._task(kind, now, log=built.log, lane=lane, after=built.after, q_to=built.q_to, raw=built.raw)

    def _built(self, build: Build, log: LogName, size: int) -> Built | None:
        held = -1 if log in self._keyless else self._up.confirmed.get(log, 0)
        rate = self.measured.bandwidth_bit_s
        level = self._profile.fast_level if rate > self._profile.fast_bit_s else self._profile.slow_level
        return build(log, self._up.reach(log), size, held, level)

    def _has_room(self, kind: Kind, now: float) -> bool:
        mode = self.mode(now)
        if self._busy(kind) >= mode.connections:
            return False
        under_way = sum(len(task.raw) for task in self._tasks.values() if task.kind == kind)
        return not mode.in_flight_bytes or under_way + self._frame_bytes(now) <= mode.in_flight_bytes

    def _frame_bytes(self, now: float) -> int:
        size = self.mode(now).frame_bytes
        if now < self._alert_until and self.measured.bdp_bytes:
            size = min(size, max(self._profile.urgent_bytes, self.measured.bdp_bytes // 2))
        return max(self._profile.urgent_bytes, int(size * self._shrink))

    def _staggered(self, now: float) -> int:
        """The first frames of a contact grow, so that something is there soon and they do not all end together.

        If they did, the link would be idle for a round trip, and again with every frame that follows.
        """
        share = (self._pushed + 1) / self.mode(now).connections
        return max(self._profile.urgent_bytes, int(self._frame_bytes(now) * min(1.0, share)))

    def _by_lane(self, progress: Progress, way: str, now: float) -> dict[int, list[LogName]]:
        # Lane 0 has its own connection on the way up; on the way down a hello may tell of it first.
        lanes = {1, 2, 3} if way == "up" else {0, 1, 2, 3}
        found: dict[int, list[LogName]] = {}
        for log in self._open(progress, way, lanes, now):
            # Who belongs to the mission is needed to believe anything else.
            lane = 0 if log[2] in self._profile.first_streams else self._lane_of(log[2])
            found.setdefault(lane, []).append(log)
        return found

    def _open(self, progress: Progress, way: str, lanes: Collection[int], now: float) -> list[LogName]:
        """Logs with something left to begin in this direction."""
        if way == "up":
            ends = self._given
        else:
            ends = {log: entry.q for log, entry in self._theirs.items() if self._may_take(log)}
        return [
            log
            for log, q in ends.items()
            if q > progress.reach(log) and self._lane_of(log[2]) in lanes and self._blocked.get((way, log), 0.0) <= now
        ]

    # ── ends of tasks ──

    def _greeted(self, hello: Hello | None, now: float) -> None:
        self.state, self.reason = "up", ""
        self._blocked.clear()
        if hello is not None:
            self._remember(hello)
        # What answers have told since may be older than this, if the peer has lost something in between.
        self._theirs = dict(self._said)
        # What no hello has named is not held, whatever an answer said before the peer lost it.
        for log in [*self._said, *(log for log in self._up.confirmed if log not in self._said)]:
            self._confirm(log, self._said[log].q if log in self._said else 0, is_truth=True)
        mine = (log for log in self._theirs if self._may_take(log))
        self._suspect = {log for log in mine if self._differs(log, self._theirs[log])}

    def _remember(self, hello: Hello) -> None:
        before = self.hello
        if before is not None and (before.epoch, before.token) != (hello.epoch, hello.token):
            # It may have been restored, and not know it: it may have lost receipts, and count its own from lower again.
            self.receipts_told = self.receipts_heard = 0
        else:
            self.receipts_heard = max(self.receipts_heard, hello.receipts_upto)
        self.hello = hello
        self._digest = hello.digest
        if hello.is_whole:
            # A log that is not listed is not held: a peer restored from an old backup may have lost it.
            self._said = {log: Entry(*log, 0) for log in self._up.confirmed}
        self._said.update({entry.log: entry for entry in hello.vector})

    def is_behind_peer(self, current: Collection[LogName]) -> bool:
        """The peer holds more of the logs we are writing now than we do, or other ends: we were restored (sync I2)."""
        for log in current:
            entry = self._theirs.get(log)
            tip = self._ours.get(log)
            if entry is not None and (entry.q > (tip.q if tip else 0) or self._differs(log, entry)):
                return True
        return False

    def _differs(self, log: LogName, entry: Entry) -> bool:
        """Same number, other end. Only a hello says what their end looks like; an answer to a frame does not."""
        tip = self._ours.get(log)
        return tip is not None and entry.q == tip.q and bool(entry.head) and entry.head != tip.head[:SHORT_HEAD]

    def _answered(self, task: Task, answer: Answer, now: float) -> None:
        for entry in answer.have:
            known = self._up.confirmed.get(entry.log, 0)
            if answer.outcome == "parked" and entry.q < known and task.started > self._raised.get(entry.log, 0.0):
                # It waits for what we believed it had; with frames always under way, no hello would put that right.
                # An answer to a frame of before may only have been overtaken by the one that we believe.
                self._up.confirmed[entry.log] = entry.q
            elif entry.q > known:
                self._raised[entry.log] = now
            self._confirm(entry.log, entry.q, is_truth=False)
        if task.log is None:
            self.receipts_told = max(self.receipts_told, task.receipts_upto)
            return
        if answer.outcome == "quarantined":
            self._keyless.add(task.log)
            if answer.code == "too_large":
                self._shrink = max(0.1, self._shrink / 2)
        elif answer.outcome == "applied":
            self._keyless.discard(task.log)
        if answer.outcome in ("refused", "fork", "quarantined"):
            self._block("up", task.log, now)
        if task.lane == 0:
            self._alarm(now)
        self.measured.carried(now, len(task.raw))
        self._settle(self._up, task.log)

    def _pulled(self, task: Task, answer: Pulled, now: float) -> None:
        assert task.log is not None
        if not answer.size or answer.outcome in ("refused", "fork", "quarantined"):
            self._block("down", task.log, now)
        elif answer.size:
            per_event = answer.size / max(1, task.q_to - task.after)
            self._bytes_per_event = 0.8 * self._bytes_per_event + 0.2 * min(2_000.0, max(5.0, per_event))
            self.measured.carried(now, answer.size)
        self._settle(self._down, task.log)

    def _news(self, task: Task, news: News) -> None:
        assert task.listen is not None
        self.receipts_heard = max(self.receipts_heard, news.receipts_upto)
        if news.must_say_all:
            self._token = ""
            self._told.clear()
            return
        self._token = news.token
        self._told.update({entry.log: entry.q for entry in task.listen.have})

    def _confirm(self, log: LogName, q: int, *, is_truth: bool) -> None:
        """The receiver's vector is the truth: a hello may take back what an older answer had said."""
        known = self._up.confirmed.get(log, 0)
        if is_truth and q < known and not self._is_under_way(log, ("push", "urgent")):
            self._up.fall_back(log)
            self._up.confirmed[log] = q
        else:
            self._up.confirmed[log] = max(known, q)
        held = self._theirs.get(log)
        if held is not None and held.q < q:
            self._theirs[log] = Entry(*log, q)

    def _settle(self, progress: Progress, log: LogName) -> None:
        """With nothing under way, whatever was not confirmed has to go again."""
        kinds: tuple[Kind, ...] = ("push", "urgent") if progress is self._up else ("pull",)
        if not self._is_under_way(log, kinds):
            progress.fall_back(log)

    def _is_under_way(self, log: LogName, kinds: Collection[Kind]) -> bool:
        return any(task.log == log and task.kind in kinds for task in self._tasks.values())

    def _succeeded(self, task: Task, now: float) -> None:
        self.last_contact = now
        if task.kind != "listen":
            self._failures = 0
            self._shrink = min(1.0, self._shrink * 2)
        if task.kind in ("hello", "urgent"):
            self.measured.answered(now - task.started)

    def _failed(self, task: Task, failed: Failed, now: float) -> None:
        if task.log is not None:
            self._settle(self._up if task.kind in ("push", "urgent") else self._down, task.log)
        if task.kind == "listen":
            self._token = ""
            self._told.clear()
        self._failures += 1
        if self._failures >= 2:
            self._shrink = max(0.1, self._shrink / 2)
        most = self._profile.retry_silent_s if failed.code == "timeout" else self._profile.retry_last_s
        wait = min(most, self._profile.retry_first_s * 2 ** (self._failures - 1))
        wait = failed.retry_after if failed.retry_after is not None else wait * (0.75 + 0.5 * self._jitter())
        self._retry_at = max(self._retry_at, now + wait)
        self.state = "refused" if failed.is_refusal else "down"
        self.reason = failed.code

    def _block(self, way: str, log: LogName, now: float) -> None:
        self._blocked[way, log] = now + REFUSED_S

    def _alarm(self, now: float) -> None:
        self._alert_until = now + self._profile.alert_s
