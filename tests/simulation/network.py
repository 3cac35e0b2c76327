"""Links between sites: messages that are lost, doubled, late and out of order, and links that are cut."""

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dunant.kernel.log import LogName
from dunant.sync.answering import of_receipts
from dunant.sync.dialler import Dialler
from dunant.sync.messages import Answer, Hello, Listen
from dunant.sync.offer import Built
from dunant.sync.tasks import Failed, Pulled, Task
from tests.simulation.disk import Crashed
from tests.simulation.post import Post
from tests.simulation.skew import CodecOfTomorrow, as_told

if TYPE_CHECKING:
    from tests.simulation.world import World

QUIET_S = 10.0


class Quiet(Struct, frozen=True):
    """An answer that says that there is nothing."""


class Network:
    def __init__(self, world: "World") -> None:
        self.world = world
        self._cut: dict[frozenset[str], float] = {}
        self._waking: dict[str, float] = {}
        self._loss = world.dice.choice([0.0, 0.05, 0.3])
        self._twice = world.dice.choice([0.0, 0.2])

    def cut(self, a: str, b: str, seconds: float) -> None:
        self.world.say(f"{a} and {b} lose each other for {seconds:.0f} s")
        self._cut[frozenset((a, b))] = self.world.now + seconds

    def mend(self) -> None:
        self._cut.clear()

    def wake(self, code: str) -> None:
        if self.world.posts[code].diallers:
            self._tend_after(code, 0.05)

    def _tend_after(self, code: str, seconds: float) -> None:
        """There is one next time for each site; a sooner one takes the place of a later one."""
        due = self.world.now + seconds
        if due < self._waking.get(code, float("inf")):
            self._waking[code] = due
            self.world.at(seconds, lambda: self._tend_if(code, due))

    def _tend_if(self, code: str, due: float) -> None:
        if self._waking.get(code) == due:
            self.tend(code)

    def tend(self, code: str) -> None:
        """Let every dialler of a site begin what it wants to begin, and come back when it is due."""
        self._waking.pop(code, None)
        post = self.world.posts[code]
        if not post.diallers:
            return
        try:
            soonest = min([10.0, *(self._tend_one(post, peer) for peer in list(post.diallers))])
        except Crashed:
            self.world.crash(post)
            return
        self._tend_after(code, max(0.05, soonest))

    def _tend_one(self, post: Post, peer: str) -> float:
        """Begin what is to be begun with one peer; seconds until it should be asked again."""
        dialler, now = post.diallers[peer], self.world.now
        dialler.learn(post.disk.vector(), now)
        if dialler.is_behind_peer(self.world.own_logs(post)):
            self.world.say(f"{post.code} learns from {peer} that it was restored")
            post.do(post.disk.begin_epoch)
        for task in dialler.next(now, post.builder(peer), post.receipts(peer)):
            self._send(post, peer, dialler, task)
        return dialler.due(now)

    def _send(self, post: Post, peer: str, dialler: Dialler, task: Task) -> None:
        world = self.world
        lost_out, lost_back = self._is_lost(post.code, peer), self._is_lost(post.code, peer)
        delay = world.dice.uniform(0.05, 1.0)
        world.say(f"{post.code} → {peer} {task.kind} {task.log} {task.after}–{task.q_to}")

        def arrives() -> None:
            answer = None if lost_out else self._served(world.posts[peer], post, task)
            if world.is_wild and world.dice.random() < self._twice and not lost_out:
                world.at(world.dice.uniform(0, 20), lambda: self._served(world.posts[peer], post, task) and None)
            if answer is None or lost_back or self._is_lost(post.code, peer):
                world.at(max(0.1, task.timeout - delay), fails)
            else:
                wait = QUIET_S if isinstance(answer, Quiet) and task.kind == "listen" else delay
                world.at(wait, lambda: returns(answer))

        def fails() -> None:
            if post.diallers.get(peer) is dialler:
                dialler.heard(task, Failed(code="timeout"), world.now)
                self.wake(post.code)

        def returns(answer: Any) -> None:
            if post.diallers.get(peer) is not dialler:
                return
            try:
                heard = self._taken(post, peer, task, answer)
            except Crashed:
                world.crash(post)
                return
            dialler.learn(post.disk.vector(), world.now)
            dialler.heard(task, heard, world.now)
            self._look_at_hints(post, world.posts[peer], dialler)
            self.wake(post.code)

        world.at(delay, arrives)

    def _is_lost(self, a: str, b: str) -> bool:
        if self._cut.get(frozenset((a, b)), 0) > self.world.now:
            return True
        return self.world.is_wild and self.world.dice.random() < self._loss

    def _served(self, post: Post, caller: Post, task: Task) -> Any:
        """What the called side says; None for no answer."""
        self.world.tally.frames += bool(task.raw)
        try:
            answer = self._answered(post, caller, task)
        except Crashed:
            self.world.crash(post)
            return None
        return as_told(answer, by_tomorrow=isinstance(post.codec, CodecOfTomorrow))

    def _answered(self, post: Post, caller: Post, task: Task) -> Any:
        trust = post.trust()
        refusal = trust.standing(caller.code)
        if refusal:
            return Failed(code=refusal, is_refusal=True)
        if task.kind == "hello":
            post.heard_clock(caller.code, caller.wall_ms())
            epoch, clock = post.disk.state.epoch, post.clock()
            heard = caller.diallers[post.code].receipts_heard
            return post.answering.hello(post.disk, trust, caller.code, epoch, clock, task.since, heard)
        if task.kind == "listen":
            return post.answering.listen(post.disk, trust, caller.code, task.listen or Listen()) or Quiet()
        if task.kind == "pull":
            assert task.ask is not None
            found = post.answering.pull(post.disk, trust, caller.code, task.ask)
            self.world.tally.frames += isinstance(found, Built)
            return found if isinstance(found, Built) else Quiet()
        answer = post.answer(task.raw, caller.code)
        self.wake(post.code)
        return answer

    def _taken(self, post: Post, peer: str, task: Task, answer: Any) -> Any:
        if isinstance(answer, Failed):
            return answer
        if task.kind == "pull":
            if not isinstance(answer, Built):
                return Pulled(size=0)
            verdict = post.take(answer.raw, peer)
            return Pulled(size=len(answer.raw), outcome=verdict.outcome, code=verdict.code)
        if isinstance(answer, Quiet):
            return None
        if isinstance(answer, Hello):
            post.heard_clock(peer, self.world.posts[peer].wall_ms())
            self.world.mishaps.has_met(post, answer)
        for raw in getattr(answer, "frames", ()):
            post.take(raw, peer)
        if isinstance(answer, Answer | Hello) and answer.receipts:
            post.take(post.codec.encode(of_receipts(answer.receipts)), None)
        return answer

    def _look_at_hints(self, post: Post, peer: Post, dialler: Dialler) -> None:
        """A sender never believes in more than is on its peer's disk (sync W6), but for a peer that was restored."""
        if peer.was_set_back:
            return
        lacking = {log: after for rows in dialler.waiting(self.world.now).values() for log, after, _ in rows}
        held = peer.disk.vector()
        for log, tip in post.disk.vector().items():
            believed = lacking.get(log, tip.q)
            there = held[log].q if log in held else 0
            if believed > there and log[0] != peer.code and self._may_give(post, peer, log):
                self.world.seen.append(f"{post.code} believes that {peer.code} holds {believed} of {log}, not {there}")

    def _may_give(self, post: Post, peer: Post, log: LogName) -> bool:
        """A log that the peer may hold, and of which nobody has had to take anything back."""
        taken_back = any(one.trust().cutoff(log) is not None or one.trust().is_closed(log) for one in (post, peer))
        return post.trust().may_hold(peer.code, log[2]) and not taken_back
