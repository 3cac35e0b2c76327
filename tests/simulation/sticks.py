"""USB sticks: frames in any order, some twice, some damaged, some forged."""

from typing import TYPE_CHECKING

from msgspec.structs import replace
from nacl.signing import SigningKey

from dunant.kernel.log import signed_bytes
from dunant.sync.offer import build
from dunant.sync.rows import Row
from tests.simulation.disk import Crashed
from tests.simulation.post import Post

if TYPE_CHECKING:
    from tests.simulation.world import World


class Sticks:
    def __init__(self, world: "World") -> None:
        self.world = world
        self._old: dict[str, list[bytes]] = {}

    def go_round(self) -> None:
        """Until the site that has no link at all knows everything, and everybody knows what it has recorded."""
        for turn in range(5):
            for source, target in (("FAR", "MHQ"), ("MHQ", "FAR"), ("FAR", "AMB"), ("AMB", "FAR")):
                self.world.at(1.0 + 60.0 * turn, lambda a=source, b=target: self.carry(a, b, damaged=False))  # type: ignore[misc]

    def carry(self, source: str, target: str, *, damaged: bool) -> None:
        giver, taker = self.world.posts[source], self.world.posts[target]
        if target in self.world.revoked:
            return
        self.world.say(f"a stick goes from {source} to {target}")
        self.world.tally.sticks += 1
        try:
            frames = self._written(giver, target)
        except Crashed:
            self.world.crash(giver)
            return
        # Who belongs to the mission comes first; in one turn of the tests, everything comes twice and mixed.
        config = [raw for raw in frames if giver.codec.read_header(raw).st == "config"]
        self.world.dice.shuffle(frames)
        if damaged:
            frames += self._old.get(target, [])[:3] + [self._forged(giver, raw) for raw in frames[:2]]
            frames = [self._broken(raw) if self.world.dice.random() < 0.1 else raw for raw in frames]
        for raw in (*config, *frames, *frames[:2]):
            try:
                taker.take(raw, None)
            except Crashed:
                self.world.crash(taker)
        self._old[target] = frames
        self.world.network.wake(target)

    def _written(self, giver: Post, target: str) -> list[bytes]:
        """All that the giver still has whole: who made room goes on after what it has dropped."""
        frames, trust = [], giver.trust()
        size = self.world.dice.choice([600, 1_500, 6_000])
        for log, tip in giver.disk.vector().items():
            after = 0
            while after < tip.q and (trust.may_hold(target, log[2]) or log[0] == target):
                built = build(giver.disk, giver.codec, log, after, size, level=1)
                if built is None:
                    after += 1
                else:
                    frames.append(built.raw)
                    after = built.q_to
        told, _ = giver.receipts(target)(0)
        return [*frames, told] if told else frames

    def _broken(self, raw: bytes) -> bytes:
        dice = self.world.dice
        if dice.random() < 0.5:
            return raw[: dice.randrange(len(raw))]
        at = dice.randrange(len(raw))
        return raw[:at] + bytes([raw[at] ^ 1 << dice.randrange(8)]) + raw[at + 1 :]

    def _forged(self, giver: Post, raw: bytes) -> bytes:
        """Another body under the old checkpoint, or under one signed with a key that is unknown or not theirs."""
        frame = giver.codec.decode(raw)
        if not frame.rows or frame.checkpoint is None:
            return raw
        self.world.tally.forgeries += 1
        last = frame.rows[-1]
        changed = replace(frame, rows=(*frame.rows[:-1], Row(last.header, b'{"tag":"F0"}')))
        point = replace(frame.checkpoint, sig=b"")
        roll = self.world.dice.random()
        if roll < 0.4:
            return giver.codec.encode(changed, level=1)
        secret = SigningKey(self.world.dice.randbytes(32))
        if roll < 0.7:
            point = replace(point, key="0" * 16)
        return giver.codec.encode(
            replace(changed, checkpoint=replace(point, sig=secret.sign(signed_bytes(point)).signature)), level=1
        )
