"""A whole mission in one thread: sites, links that fail, machines that stop, sticks, phones, and time that passes.

Everything that happens is drawn from one seed, so a universe that goes wrong can be looked at again.
"""

import heapq
from collections.abc import Callable
from functools import partial
from itertools import count
from random import Random
from typing import Any

from msgspec import Struct
from nacl.signing import SigningKey

from dunant.casualty import events as e
from dunant.kernel.ids import EventId, SubjectId, Tag
from dunant.kernel.links import SubjectLinked, SubjectUnlinked
from dunant.kernel.log import LogName
from dunant.services.keys import SiteKey
from dunant.sync.answering import of_receipts
from dunant.sync.dialler import Failed, Pulled, Task
from dunant.sync.messages import Listen
from dunant.sync.offer import Built, build
from dunant.sync.trust import SiteTrust
from tests.simulation.disk import Crashed, Disk, State
from tests.simulation.post import AUTHORITY, CLOSED, PROFILE, REVOKED, Post

ROLES = {
    "MHQ": ("mission_hq", "casevac_cell"),
    "SECTOR": ("casevac_cell",),
    "BENTIU": ("receiving_facility", "treating_facilities"),
    "BOR": ("receiving_facility", "treating_facilities"),
    "AMB": ("receiving_facility", "treating_facilities"),
    "FAR": ("receiving_facility", "treating_facilities"),
    "STOLEN": ("receiving_facility",),
}
CALLS = {
    "SECTOR": ["MHQ"],
    "BENTIU": ["SECTOR", "MHQ"],
    "BOR": ["MHQ"],
    "AMB": ["BENTIU", "BOR", "MHQ"],
    "STOLEN": ["BOR", "SECTOR", "MHQ"],
}
SKEWS_MS = [0, 0, 500, -2 * 3_600_000, 86_400_000, -400 * 86_400_000, 3650 * 86_400_000]
OWN = ("alert", "casualty", "clinical", "audit", "config")
STREAMS = ["alert", "casualty", "casualty", "casualty", "clinical", "audit"]


class Tally(Struct):
    """What happened in a universe."""

    events: int = 0
    frames: int = 0
    conflicts: int = 0
    crashes: int = 0
    restores: int = 0
    forks: int = 0
    revocations: int = 0
    sticks: int = 0
    seconds: float = 0.0

    def add(self, other: "Tally") -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Ledger:
    """Outside the product: what was acknowledged, by whom it has to be held, and by whom it must not."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, str] = {}

    def write(self, id: str, stream: str) -> None:
        self.acknowledged[id] = stream


class World:
    """One universe. `run` plays it to the end; what must hold then is asked by `checks`."""

    def __init__(self, seed: int, trace: Callable[[str], None] | None = None) -> None:
        self.dice = Random(seed)
        self.now = 0.0
        self.trace = trace
        self.tally = Tally()
        self.ledger = Ledger()
        self._order = count()
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._ids = count(1)
        self._subjects = [self.new_id() for _ in range(self.dice.randrange(3, 9))]
        self.is_wild = True
        self._look_at = 0.0
        self._cut: dict[frozenset[str], float] = {}
        self._waking: dict[str, float] = {}
        self._fuse = 0
        keys = {code: SiteKey(secret=SigningKey(self.dice.randbytes(32))) for code in ROLES}
        self._known = {
            code: SiteTrust(code=code, keys={key.id: bytes(key.public)}, roles=ROLES[code])
            for code, key in keys.items()
        }
        self.posts: dict[str, Post] = {}
        for code, key in keys.items():
            skew = self.dice.choice(SKEWS_MS) if code != AUTHORITY else 0
            disk = Disk(code, key, partial(self._wall_ms, code), self._burn, self.dice.randbytes)
            self.posts[code] = Post(code, ROLES[code], disk, lambda: self._known, self.dice, lambda: self.now, skew)
        for code, peers in CALLS.items():
            for peer in peers:
                self.posts[code].call(peer)
        self._backups: dict[str, State] = {}
        self._phone: list[tuple[str, str, Any, str, tuple[str, ...], int]] = []
        self.revoked: set[str] = set()
        self.copied: set[str] = set()
        self.loss = self.dice.choice([0.0, 0.05, 0.3])
        self.twice = self.dice.choice([0.0, 0.2])

    def _wall_ms(self, code: str) -> int:
        return self.posts[code].wall_ms()

    # ── time ──

    def at(self, after: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (self.now + after, next(self._order), what))

    def run(self, wild_s: float = 160.0, calm_s: float = 900.0) -> None:
        for code in self.posts:
            if self.posts[code].diallers:
                self.at(self.dice.random(), partial(self._tend, code))
        for _ in range(self.dice.randrange(8, 28)):
            self.at(self.dice.uniform(0, wild_s), self._somebody_records)
        for _ in range(self.dice.randrange(4, 14)):
            self.at(self.dice.uniform(0, wild_s), self._something_happens)
        self._until(wild_s)
        self.is_wild = False
        self._cut.clear()
        self._look_at = self.now + 80.0
        self._calm()
        self._until(wild_s + calm_s)
        self.tally.seconds = self.now

    def _until(self, end: float) -> None:
        while self._agenda and self._agenda[0][0] <= end:
            self.now, _, what = heapq.heappop(self._agenda)
            what()
            if not self.is_wild and self._is_settled():
                return
        self.now = end

    def _calm(self) -> None:
        """Everything is mended; sticks go round until the last site that has no link knows all."""
        self._close_forks()
        for code in self.posts:
            self._tend(code)
        for round_ in range(4):
            for a, b in (("FAR", "MHQ"), ("MHQ", "FAR"), ("FAR", "AMB"), ("AMB", "FAR")):
                self.at(60.0 * round_ + 1.0, partial(self._stick, a, b, whole=True))
        for step in range(12):
            self.at(20.0 + 40.0 * step, self._close_forks)
            self.at(10.0 + 40.0 * step, self._phone_sends)

    def _is_settled(self) -> bool:
        """Looked at now and then: everybody has what they may have, and everybody knows it."""
        from tests.simulation.checks import unsettled

        if self.now < self._look_at or self._phone:
            return False
        self._look_at = self.now + 20.0
        return not unsettled(self)

    # ── people ──

    def new_id(self) -> str:
        """A UUIDv7 of one installation."""
        number = (1_790_000_000_000 + int(self.now * 1000)) << 80 | 7 << 76 | (next(self._ids) & 0xFFF) << 64
        plain = f"{number | 2 << 62 | self.dice.getrandbits(40):032x}"
        return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"

    def _somebody_records(self) -> None:
        if self.dice.random() < 0.1:
            self._phone.append((self.new_id(), *self._fact(self.posts["BENTIU"]), 0))
            self._phone_sends()
            return
        post = self.posts[self.dice.choice(list(self.posts))]
        for _ in range(self.dice.choice([1, 1, 2, 8])):
            self._record(post, self.new_id(), *self._fact(post))

    def _record(self, post: Post, id: str, stream: str, body: Any, subject: str, base: tuple[str, ...] = ()) -> bool:
        """True once the site has said that it is recorded."""
        try:
            post.record(stream, body, subject, id, base)
        except Crashed:
            self._crash(post)
            return False
        if post.code not in self.revoked and post.code not in self.copied:
            self.ledger.write(id, stream)
        self.tally.events += 1
        self._wake(post.code)
        return True

    def _fact(self, post: Post) -> tuple[str, Any, str, tuple[str, ...]]:
        stream = self.dice.choice(STREAMS)
        subject = self.dice.choice(self._subjects)
        if stream == "alert":
            return stream, e.AlertReceived(channel="VOICE"), self.new_id(), ()
        if stream == "audit":
            return stream, (b'{"what":"later"}', "audit.of_a_later_version", 7), subject, ()
        if stream == "clinical":
            return stream, e.MistReported(signs=f"RR {self.dice.randrange(40)}"), subject, ()
        return stream, *self._casualty(post, subject)

    def _casualty(self, post: Post, subject: str) -> tuple[Any, str, tuple[str, ...]]:
        roll = self.dice.random()
        facts = post.facts(subject)
        if roll < 0.2 or not len(facts):
            return e.CasualtyReported(tag=Tag(f"X{self.dice.randrange(99)}")), subject, ()
        if roll < 0.3:
            return SubjectLinked(other=SubjectId(self.dice.choice(self._subjects))), subject, ()
        links = facts.of(SubjectLinked)
        if roll < 0.35 and links:
            return SubjectUnlinked(ref=EventId(links[-1].id)), subject, (links[-1].id,)
        if roll < 0.45:
            return (b'{"n":1}', "casualty.of_a_later_version", 3), subject, ()
        seen = tuple(event.id for event in facts.of(e.TriageAssigned)[-1:])
        return e.TriageAssigned(category=self.dice.choice(["T1", "T2", "T3"]), scheme="SIEVE"), subject, seen

    def _phone_sends(self) -> None:
        """A phone without a link sends its outbox to whichever site it sees; the first answer may get lost."""
        kept = []
        for id, stream, body, subject, base, tries in self._phone:
            post = self.posts[self.dice.choice(["BENTIU", "AMB", "BOR"])]
            heard = self._record(post, id, stream, body, subject, base) and self.dice.random() < 0.5
            if not heard and tries < 4:
                kept.append((id, stream, body, subject, base, tries + 1))
        self._phone = kept

    # ── what goes wrong ──

    def _something_happens(self) -> None:
        post = self.posts[self.dice.choice(list(self.posts))]
        self.dice.choice(
            [self._partition, self._partition, self._light_fuse, self._light_fuse, self._back_up, self._restore,
             self._stick_somewhere, self._stick_somewhere, self._clock_jumps, self._revoke, self._copy_disk]
        )(post)

    def _partition(self, post: Post) -> None:
        other = self.dice.choice([code for code in self.posts if code != post.code])
        self._cut[frozenset((post.code, other))] = self.now + self.dice.uniform(5, 120)

    def _light_fuse(self, _post: Post) -> None:
        """Somewhere, at one of the next calls of a disk, a machine stops."""
        self._fuse = self.dice.randrange(1, 200)

    def _burn(self) -> None:
        if self._fuse:
            self._fuse -= 1
            if not self._fuse and self.is_wild:
                raise Crashed

    def _crash(self, post: Post) -> None:
        self.tally.crashes += 1
        post.restart()
        self._wake(post.code)

    def _back_up(self, post: Post) -> None:
        self._backups[post.code] = post.disk.state.copy()

    def _restore(self, post: Post) -> None:
        """From an old backup. The witness outside it notices, and a new epoch begins (sync I2)."""
        if post.code not in self._backups or post.code in self.copied or self._is_alone(post):
            return
        self.tally.restores += 1
        post.disk.state = self._backups[post.code].copy()
        if self.dice.random() < 0.5:
            post.disk.begin_epoch()
        post.restart()

    def _is_alone(self, post: Post) -> bool:
        """Somebody else must hold what the backup lacks, or it would really be lost."""
        held = self._backups[post.code]
        rows = [row for log in post.disk.state.logs.values() for row in log if row.id not in held.ids]
        if not rows:
            return False
        others = [set(other.disk.state.ids) for code, other in self.posts.items() if code != post.code]
        return not all(any(row.id in ids for ids in others) for row in rows)

    def _clock_jumps(self, post: Post) -> None:
        if post.code != AUTHORITY:
            post.skew_ms = self.dice.choice(SKEWS_MS)

    def _revoke(self, _post: Post) -> None:
        if self.revoked or self.dice.random() < 0.6:
            return
        hq = self.posts[AUTHORITY]
        held = [(log, tip.q) for log, tip in hq.disk.vector().items() if log[0] == "STOLEN"]
        body = {"site": "STOLEN", "cutoffs": [[log[1], log[2], q] for log, q in held], "reason": "LOST"}
        if self._record(hq, self.new_id(), "config", (_json(body), REVOKED, 1), self._subjects[0]):
            self.revoked.add("STOLEN")
            self.tally.revocations += 1
            self._disown("STOLEN", dict(held))

    def _disown(self, code: str, cutoffs: dict[LogName, int]) -> None:
        """What the revoked site wrote beyond its cut-offs was never acknowledged by the mission."""
        for log, rows in self.posts[code].disk.state.logs.items():
            for row in rows if log[0] == code else ():
                if row.q > cutoffs.get(log, 0):
                    self.ledger.acknowledged.pop(row.id, None)

    def _copy_disk(self, post: Post) -> None:
        """A disk image is taken, the site goes on, the image comes back and is written to: two histories."""
        if post.code in (AUTHORITY, "FAR", "STOLEN") or self.copied or post.code in self.revoked:
            return
        self.copied.add(post.code)
        image = post.disk.state.copy()
        for _ in range(3):
            self._record_copied(post)
        self.at(self.dice.uniform(10, 60), lambda: self._resume(post, image))

    def _resume(self, post: Post, image: State) -> None:
        post.disk.state = image.copy()
        post.restart()
        for _ in range(2):
            self._record_copied(post)

    def _record_copied(self, post: Post) -> None:
        id = self.new_id()
        self._record(post, id, "casualty", e.CasualtyReported(tag=Tag("F1")), self._subjects[0])

    def _close_forks(self) -> None:
        """An administrator at the authority keeps what the authority holds."""
        hq = self.posts[AUTHORITY]
        # Every site that has found one has told everybody (sync C4).
        found = {log: fork for post in self.posts.values() for log, fork in post.disk.state.stopped.items()}
        for log, fork in found.items():
            if log in hq.trust().closed:
                continue
            head = hq.disk.head_at(log, fork.q)
            if head is None:
                continue
            self.tally.forks += 1
            body = {"o": log[0], "e": log[1], "st": log[2], "q": fork.q, "head": head.hex(), "reason": "RESTORED_DISK"}
            self._record(hq, self.new_id(), "config", (_json(body), CLOSED, 1), self._subjects[0])

    # ── sticks ──

    def _stick_somewhere(self, post: Post) -> None:
        other = self.dice.choice([code for code in self.posts if code != post.code])
        self._stick(post.code, other, whole=False)

    def _stick(self, source: str, target: str, *, whole: bool) -> None:
        """A file with all that the target may hold, in any order, some of it twice, some of it damaged."""
        giver, taker = self.posts[source], self.posts[target]
        if source in self.revoked or target in self.revoked:
            return
        self.tally.sticks += 1
        try:
            frames = self._written_to_stick(giver, target)
        except Crashed:
            self._crash(giver)
            return
        config = [raw for raw in frames if giver.codec.read_header(raw).st == "config"]
        self.dice.shuffle(frames)
        for raw in (*config, *frames, *frames[:2]):
            if not whole and self.dice.random() < 0.1:
                raw = raw[: self.dice.randrange(len(raw))]
            try:
                taker.take(raw, None)
            except Crashed:
                self._crash(taker)
        self._wake(target)

    def _written_to_stick(self, giver: Post, target: str) -> list[bytes]:
        frames = []
        trust = giver.trust()
        for log in giver.disk.vector():
            after = 0
            while trust.may_hold(target, log[2]) or log[0] == target:
                built = build(giver.disk, giver.codec, log, after, 1_500, level=1)
                if built is None:
                    break
                frames.append(built.raw)
                after = built.q_to
        told, _ = giver.receipts(target)(0)
        return [*frames, told] if told else frames

    # ── links ──

    def _wake(self, code: str) -> None:
        if self.posts[code].diallers and self._waking.get(code, 0) <= self.now:
            self._waking[code] = self.now + 0.05
            self.at(0.05, lambda: self._tend(code))

    def _tend(self, code: str) -> None:
        """Let every dialler of a site begin what it wants to begin, and come back when it is due."""
        post = self.posts[code]
        try:
            soonest = min([10.0, *(self._tend_one(post, peer) for peer in list(post.diallers))])
        except Crashed:
            self._crash(post)
            return
        self.at(max(0.05, soonest), lambda: self._tend_if_due(code))
        self._waking[code] = self.now

    def _tend_one(self, post: Post, peer: str) -> float:
        """Begin what is to be begun with one peer; seconds until it should be asked again."""
        dialler = post.diallers[peer]
        dialler.learn(post.disk.vector(), self.now)
        if dialler.is_behind_peer(self._own_logs(post)):
            post.do(post.disk.begin_epoch)
        for task in dialler.next(self.now, post.builder(peer), post.receipts(peer)):
            self._send(post, peer, dialler, task)
        return dialler.due(self.now)

    def _tend_if_due(self, code: str) -> None:
        if self.now >= self._waking.get(code, 0) + 0.05:
            self._tend(code)

    def _own_logs(self, post: Post) -> list[LogName]:
        return [(post.code, post.disk.state.epoch, stream) for stream in OWN]

    def _send(self, post: Post, peer: str, dialler: Any, task: Task) -> None:
        lost_out, lost_back = self._is_lost(post.code, peer), self._is_lost(post.code, peer)
        delay = self.dice.uniform(0.05, 1.0)
        if self.trace:
            self.trace(f"{self.now:8.2f} {post.code} → {peer} {task.kind} {task.log} {task.after}–{task.q_to}")
        generation = dialler

        def arrives() -> None:
            answer = None if lost_out else self._served(self.posts[peer], post.code, task)
            if self.is_wild and self.dice.random() < self.twice and not lost_out:
                self._served(self.posts[peer], post.code, task)
            if answer is None or lost_back or self._is_lost(post.code, peer):
                self.at(max(0.1, task.timeout - delay), fails)
            else:
                self.at(10.0 if answer == "nothing" and task.kind == "listen" else delay, lambda: returns(answer))

        def fails() -> None:
            if post.diallers.get(peer) is generation:
                dialler.heard(task, Failed(code="timeout"), self.now)
                self._wake(post.code)

        def returns(answer: Any) -> None:
            if post.diallers.get(peer) is not generation:
                return
            try:
                heard = self._taken(post, peer, task, answer)
            except Crashed:
                self._crash(post)
                return
            dialler.learn(post.disk.vector(), self.now)
            dialler.heard(task, heard, self.now)
            self._wake(post.code)

        self.at(delay, arrives)

    def _is_lost(self, a: str, b: str) -> bool:
        if self._cut.get(frozenset((a, b)), 0) > self.now:
            return True
        return self.is_wild and self.dice.random() < self.loss

    def _served(self, post: Post, caller: str, task: Task) -> Any:
        """What the called side says; None for no answer."""
        refusal = post.trust().standing(caller)
        if refusal:
            return Failed(code=refusal, is_refusal=True)
        self.tally.frames += bool(task.raw)
        try:
            if task.kind == "hello":
                epoch, clock = post.disk.state.epoch, str(self.now)
                return post.answering.hello(post.disk, post.trust(), caller, epoch, clock, task.since, 0)
            if task.kind == "listen":
                listen = task.listen or Listen()
                return post.answering.listen(post.disk, post.trust(), caller, listen) or "nothing"
            if task.kind == "pull":
                assert task.ask is not None
                return post.answering.pull(post.disk, post.trust(), caller, task.ask) or "nothing"
            answer = post.answer(task.raw, caller)
            self._wake(post.code)
            return answer
        except Crashed:
            self._crash(post)
            return None

    def _taken(self, post: Post, peer: str, task: Task, answer: Any) -> Any:
        if isinstance(answer, Failed):
            return answer
        if task.kind == "pull":
            if not isinstance(answer, Built):
                return Pulled(size=0)
            verdict = post.take(answer.raw, peer)
            return Pulled(size=len(answer.raw), outcome=verdict.outcome, code=verdict.code)
        if answer == "nothing":
            return None
        for raw in getattr(answer, "frames", ()):
            post.take(raw, peer)
        if getattr(answer, "receipts", ()):
            post.take(post.codec.encode(of_receipts(answer.receipts)), None)
        return answer


def _json(body: dict[str, Any]) -> bytes:
    from dunant.kernel.events import canonical

    return canonical(body)


__all__ = ["PROFILE", "Ledger", "Tally", "World"]
