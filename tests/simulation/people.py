"""People who record what they see, at sites and on phones that wander between them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dunant.casualty import events as e
from dunant.kernel.events import Reference, canonical
from dunant.kernel.ids import EventId, SubjectId, Tag
from dunant.kernel.links import SubjectLinked, SubjectUnlinked
from dunant.kernel.merge import ConflictResolved, EnteredInError
from tests.simulation.disk import Crashed
from tests.simulation.post import VIEWS, Fact, Post

if TYPE_CHECKING:
    from tests.simulation.world import World

STREAMS = ["alert", "casualty", "casualty", "casualty", "clinical", "audit"]
PLACES = ("BENTIU", "AMB", "BOR")


class Entry(Struct):
    """In a phone's outbox until a site has said that it has it."""

    id: str
    fact: Fact


class People:
    def __init__(self, world: "World") -> None:
        self.world = world
        self._subjects = [world.new_id() for _ in range(world.dice.randrange(2, 7))]
        self.outbox: list[Entry] = []
        # Every entry ever made on the phone.
        self.typed: dict[str, str] = {}

    @property
    def subject(self) -> str:
        return self._subjects[0]

    @property
    def is_waiting(self) -> bool:
        return bool(self.outbox)

    def plan(self, seconds: float) -> None:
        dice = self.world.dice
        for _ in range(dice.randrange(6, 22)):
            self.world.at(dice.uniform(0, seconds), self._somebody_records)

    def come_home(self) -> None:
        """Every phone sees a site now and then, until its outbox is empty."""
        self.send()
        if self.outbox:
            self.world.at(10.0, self.come_home)

    def _somebody_records(self) -> None:
        dice = self.world.dice
        if dice.random() < 0.2:
            entry = Entry(self.world.new_id(), self.something(self.world.posts["BENTIU"]))
            self.typed[entry.id] = entry.fact.stream
            self.outbox.append(entry)
            self.send()
            return
        post = self.world.posts[dice.choice(list(self.world.posts))]
        if dice.random() < 0.05:
            self._mistake(post)
            return
        for _ in range(dice.choice([1, 1, 2, 8])):
            self.record(post, self.world.new_id(), self.something(post))

    def record(self, post: Post, id: str, fact: Fact) -> bool:
        """True once the site has said that it is recorded."""
        world = self.world
        if world.mishaps.is_mute(post):
            return False
        try:
            post.record(id, fact)
        except Crashed:
            world.crash(post)
            return False
        world.ledger.written_at.setdefault(id, set()).add(post.code)
        if post.code not in world.revoked:
            world.ledger.write(id, fact.stream)
        world.say(f"{post.code} records {fact.stream} {id}")
        world.tally.events += 1
        world.network.wake(post.code)
        return True

    def send(self) -> None:
        """A phone delivers to whichever site it sees; the answer may get lost, and then it tries at another."""
        for entry in list(self.outbox):
            post = self.world.posts[self.world.dice.choice(PLACES)]
            arrives = not self.world.is_wild or self.world.dice.random() < 0.7
            told = arrives and self.record(post, entry.id, entry.fact)
            heard = told and self.world.dice.random() < 0.6
            self.world.tally.repeats += told and not heard
            if is_done_with(heard):
                self.outbox.remove(entry)

    # ── what there is to record ──

    def something(self, post: Post) -> Fact:
        dice = self.world.dice
        stream, subject = dice.choice(STREAMS), dice.choice(self._subjects)
        if stream == "alert":
            return Fact(stream, self.world.new_id(), e.AlertReceived(channel="VOICE"))
        if stream == "audit":
            return Fact(stream, subject, None, raw=(b'{"what":"later"}', "audit.of_a_later_version", 7))
        if stream == "clinical":
            return Fact(stream, subject, e.MistReported(signs=f"RR {dice.randrange(40)}"))
        return self._casualty(post, subject)

    def _casualty(self, post: Post, subject: str) -> Fact:
        facts = post.facts(subject)
        kinds: list[Callable[[Post, str], Fact | None]] = [
            self._link,
            self._unlink,
            self._later_version,
            self._later_field,
            self._retract,
            self._settle,
        ]
        made = None
        if len(facts):
            made = self.world.dice.choice([*kinds, self._retract, *[self._triage] * 8])(post, subject)
        return made or Fact("casualty", subject, e.CasualtyReported(tag=Tag(f"X{self.world.dice.randrange(99)}")))

    def _triage(self, post: Post, subject: str) -> Fact:
        """By what its author saw: usually the displayed value; sometimes an older one was still on the screen."""
        dice = self.world.dice
        known = post.facts(subject).of(e.TriageAssigned)
        seen: tuple[EventId, ...] = ()
        if known and dice.random() < 0.9:
            seen = (EventId((known[-1] if dice.random() < 0.7 else dice.choice(known)).id),)
        category = dice.choice(["T1", "T2", "T3"])
        return Fact("casualty", subject, e.TriageAssigned(category=category, scheme="SIEVE"), base=seen)

    def _mistake(self, post: Post) -> None:
        """Three values, each entered on sight of the one before; the middle one was mistyped, and is taken back."""
        seen: tuple[EventId, ...] = ()
        made = [EventId(self.world.new_id()) for _ in range(3)]
        for id, category in zip(made, ("T3", "T1", "T2"), strict=True):
            body = e.TriageAssigned(category=category, scheme="SIEVE")
            self.record(post, id, Fact("casualty", self.subject, body, base=seen))
            seen = (id,)
        back = Reference(op="retracts", ref=made[1])
        wrong = Fact("casualty", self.subject, EnteredInError(reason="mistyped"), base=(made[1],), x=back)
        self.record(post, self.world.new_id(), wrong)

    def _retract(self, post: Post, subject: str) -> Fact | None:
        known = post.facts(subject).of(e.TriageAssigned)
        if not known:
            return None
        # Best one that somebody has built upon: what it had superseded stays superseded.
        built_on = {ref for event in known for ref in event.header.base}
        between = [event for event in known if event.id in built_on and event.header.base]
        wrong = EventId(self.world.dice.choice(between or known).id)
        return Fact(
            "casualty", subject, EnteredInError(reason="mistyped"), base=(wrong,), x=Reference(op="retracts", ref=wrong)
        )

    def _settle(self, post: Post, subject: str) -> Fact | None:
        """A person looks at a conflict and decides, having seen every head."""
        rows = VIEWS.of(post.facts(subject)).get("conflicts", ())
        found = [row for row in post.conflicts(subject) if row.state != "RESOLVED"]
        if not rows or not found:
            return None
        conflict = self.world.dice.choice(found)
        heads = tuple(EventId(entry.event.id) for entry in conflict.heads)
        body = ConflictResolved(field=conflict.field, value=conflict.heads[0].value, reason="asked")
        return Fact("casualty", subject, body, base=heads)

    def _link(self, post: Post, subject: str) -> Fact | None:
        other = self.world.dice.choice(self._subjects)
        return Fact("casualty", subject, SubjectLinked(other=SubjectId(other))) if other != subject else None

    def _unlink(self, post: Post, subject: str) -> Fact | None:
        links = post.facts(subject).of(SubjectLinked)
        if not links:
            return None
        ref = EventId(links[-1].id)
        return Fact("casualty", subject, SubjectUnlinked(ref=ref), base=(ref,))

    def _later_version(self, _post: Post, subject: str) -> Fact:
        return Fact("casualty", subject, None, raw=(b'{"n":1}', "casualty.of_a_later_version", 3))

    def _later_field(self, _post: Post, subject: str) -> Fact:
        body: dict[str, Any] = {"tag": "X7", "of_tomorrow": {"a": [1, None]}}
        kind = e.CasualtyReported
        return Fact("casualty", subject, None, raw=(canonical(body), kind.TYPE, kind.VERSION))


def is_done_with(heard: bool) -> bool:
    """Whether an entry may leave the outbox: when a site has said so, and never before."""
    return heard
