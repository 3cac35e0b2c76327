"""What goes wrong with machines: they stop, come back from old backups, are copied, stolen, or tell the wrong time."""

from typing import TYPE_CHECKING

from dunant.kernel.events import canonical
from dunant.kernel.log import LogName
from dunant.sync.messages import Hello
from dunant.sync.trust import FROZEN
from tests.simulation.disk import Crashed, State
from tests.simulation.post import AUTHORITY, CLOSED, REVOKED, Fact, Post

if TYPE_CHECKING:
    from tests.simulation.world import World

# How long messages of the machine as it was may still be under way.
STRAGGLING_S = 22.0


class Mishaps:
    def __init__(self, world: "World") -> None:
        self.world = world
        self._backups: dict[str, State] = {}
        # Sites that do not know yet that they were restored; nobody writes there before they have met somebody.
        self._unaware: dict[str, tuple[str, float]] = {}

    def plan(self, seconds: float) -> None:
        world = self.world
        kinds = [
            self._partition,
            self._partition,
            self._fuse,
            self._fuse,
            self._restore,
            self._restore,
            self._stick,
            self._stick,
            self._clock_jumps,
            self._copy,
            self._copy,
            self._drop_bodies,
        ]
        for _ in range(world.dice.randrange(4, 12)):
            what = world.dice.choice(kinds)
            world.at(world.dice.uniform(0, seconds), lambda do=what: do(self._anybody()))  # type: ignore[misc]
        for code in world.posts:
            world.at(world.dice.uniform(0, seconds), lambda one=code: self._back_up(world.posts[one]))  # type: ignore[misc]
        if world.has_thief:
            world.at(world.dice.uniform(0.2, 0.8) * seconds, self._steal)

    def end(self) -> None:
        """An administrator at the authority looks now and then whether there is a fork to be closed."""
        for turn in range(16):
            self.world.at(2.0 + 20.0 * turn, self._close_forks)

    def _anybody(self) -> Post:
        return self.world.posts[self.world.dice.choice(list(self.world.posts))]

    def _partition(self, post: Post) -> None:
        dice = self.world.dice
        other = dice.choice([code for code in self.world.posts if code != post.code])
        self.world.network.cut(post.code, other, dice.uniform(5, 120))

    def _fuse(self, _post: Post) -> None:
        self.world.light_fuse()

    def _stick(self, post: Post) -> None:
        other = self.world.dice.choice([code for code in self.world.posts if code != post.code])
        self.world.sticks.carry(post.code, other, damaged=True)

    def _drop_bodies(self, _post: Post) -> None:
        """A leaf site makes room, so far as headquarters has signed that it holds what goes."""
        if AUTHORITY not in {code for code in self._backups if self.world.posts[code].was_set_back}:
            far = self.world.posts["FAR"]
            self._backups.pop(AUTHORITY, None)
            try:
                far.make_room(AUTHORITY)
            except Crashed:
                self.world.crash(far)

    # ── clocks ──

    def _clock_jumps(self, post: Post) -> None:
        from tests.simulation.world import SKEWS_MS

        if post.code != AUTHORITY:
            post.skew_ms = self.world.dice.choice(SKEWS_MS)
        # The counter of a clock that stood still for long is nearly full.
        if self.world.dice.random() < 0.3:
            post.disk.state.last_h |= 0xFFFE

    # ── backups ──

    def _back_up(self, post: Post) -> None:
        self._backups[post.code] = post.disk.state.copy()

    def _restore(self, _post: Post) -> None:
        """From an old backup. The witness outside it notices, or else a peer has to tell (sync I2)."""
        world = self.world
        able = [code for code in self._backups if code not in world.copied and code not in world.revoked]
        if not able:
            return
        post = world.posts[world.dice.choice(able)]
        if post.code == AUTHORITY and self._has_ordered_since(post, self._backups[post.code]):
            return
        world.tally.restores += 1
        self._forget_what_only_it_held(post, self._backups[post.code])
        post.disk.replace(self._backups[post.code])
        post.was_set_back = True
        post.restart()
        if world.dice.random() < 0.3:
            # A stop in the middle of it changes nothing: the next start notices again.
            while post.disk.state.epoch == self._backups[post.code].epoch:
                self._begin_epoch(post)
            self._unaware.pop(post.code, None)
        else:
            self._unaware[post.code] = (post.disk.state.epoch, world.now)
        world.say(f"{post.code} is restored, {'unaware' if post.code in self._unaware else 'aware'}")
        world.network.wake(post.code)

    def _begin_epoch(self, post: Post) -> None:
        try:
            post.do(post.disk.begin_epoch)
        except Crashed:
            self.world.crash(post)

    def _has_ordered_since(self, hq: Post, backup: State) -> bool:
        """Orders that were lost with the authority's disk would be given again by people; that is not played here."""
        return any(
            row.id not in backup.ids for log, rows in hq.disk.state.logs.items() if log[2] == "config" for row in rows
        )

    def _forget_what_only_it_held(self, post: Post, coming: State) -> None:
        """A disk that nobody had a copy of is gone: no protocol brings that back, and no test asks for it."""
        # The stolen laptop may be asked for nothing any more, so what only it holds is gone too.
        gone = {post.code, "STOLEN"}
        others = [other.disk.state.ids for code, other in self.world.posts.items() if code not in gone]
        for rows in post.disk.state.logs.values():
            for row in rows:
                if row.id not in coming.ids and not any(row.id in ids for ids in others):
                    self.world.ledger.forget(row.id)

    def has_met(self, post: Post, told: Hello) -> None:
        """Somebody has told it that they hold more of its logs; now whoever waited to record does so at once."""
        theirs = {entry.log: entry.q for entry in told.vector}
        is_told = any(theirs.get(log, 0) > len(post.disk.state.logs.get(log, ())) for log in self.world.own_logs(post))
        if post.code in self._unaware and is_told:
            del self._unaware[post.code]
            self.world.at(0.07, lambda: self._write(post))

    def is_mute(self, post: Post) -> bool:
        """It has come back from a backup and has not met anybody who could have told it."""
        epoch, since = self._unaware.get(post.code, ("", 0.0))
        if not epoch:
            return False
        if post.disk.state.epoch != epoch:
            del self._unaware[post.code]
            return False
        if self.world.now < since + STRAGGLING_S:
            return True
        return any(self._is_ahead(other, post) for other in self.world.posts.values() if other is not post)

    def _is_ahead(self, other: Post, post: Post) -> bool:
        for log in self.world.own_logs(post):
            tip, theirs = post.disk.tip(log), other.disk.tip(log)
            q = tip.q if tip else 0
            if (theirs and theirs.q > q) or any(one.q_to > q for one in other.disk.parked(log)):
                return True
        return False

    # ── copies of a whole disk ──

    def _copy(self, post: Post) -> None:
        """An image is taken, the site goes on, the image comes back and is written to: two histories of one log."""
        world = self.world
        if post.code in (AUTHORITY, "FAR", "STOLEN") or world.copied or post.code in self._unaware:
            return
        world.copied.add(post.code)
        image = post.disk.state.copy()
        for _ in range(world.dice.randrange(1, 4)):
            self._write(post)
        world.at(world.dice.uniform(5, 60), lambda: self._resume(post, image))

    def _resume(self, post: Post, image: State) -> None:
        self._forget_what_only_it_held(post, image)
        post.disk.replace(image)
        post.was_set_back = True
        post.restart()
        self.world.say(f"{post.code} goes on from an image of its disk")
        for _ in range(self.world.dice.randrange(1, 4)):
            self._write(post)

    def _write(self, post: Post) -> None:
        people = self.world.people
        people.record(post, self.world.new_id(), people.something(post))

    def _close_forks(self) -> None:
        """The authority keeps the branch that it holds; every site that found a fork has told everybody (sync C4)."""
        hq = self.world.posts[AUTHORITY]
        found = {log: fork for post in self.world.posts.values() for log, fork in post.disk.state.stopped.items()}
        for log, fork in found.items():
            if log in hq.trust().closed:
                continue
            # It may have no copy of its own of a log that it may not hold; then it goes by the evidence.
            head = hq.disk.head_at(log, fork.q) or fork.ours_head
            if log[0] not in self.world.copied:
                self.world.seen.append(f"a fork of {log}, which nobody copied")
            self.world.tally.forks += 1
            body = {"o": log[0], "e": log[1], "st": log[2], "q": fork.q, "head": head.hex()}
            self._order(CLOSED, body)

    # ── theft ──

    def _steal(self) -> None:
        """The thief writes where headquarters does not see it; a neighbour may believe it until it hears better."""
        self.world.network.cut("STOLEN", AUTHORITY, 60.0)
        for _ in range(2):
            self._write(self.world.posts["STOLEN"])
        self.world.at(self.world.dice.uniform(5, 20), self._revoke)

    def _revoke(self) -> None:
        world, hq = self.world, self.world.posts[AUTHORITY]
        held = {log: tip.q for log, tip in hq.disk.vector().items() if log[0] == "STOLEN"}
        body = {"site": "STOLEN", "cutoffs": [[log[1], log[2], q] for log, q in held.items()]}
        if not self._order(REVOKED, body):
            return
        world.revoked.add("STOLEN")
        world.tally.revocations += 1
        world.cutoffs = held
        self._disown("STOLEN", held)

    def _disown(self, code: str, cutoffs: dict[LogName, int]) -> None:
        """What the revoked site wrote beyond its cut-offs is not the mission's word."""
        # It may itself have lost what others hold of it.
        logs = [item for post in self.world.posts.values() for item in post.disk.state.logs.items()]
        for log, rows in logs:
            for row in rows if log[0] == code else ():
                if row.q > cutoffs.get(log, FROZEN):
                    self.world.ledger.forget(row.id)

    def _order(self, kind: str, body: object) -> bool:
        world = self.world
        fact = Fact("config", world.people.subject, None, raw=(canonical(body), kind, 1))
        return world.people.record(world.posts[AUTHORITY], world.new_id(), fact)
