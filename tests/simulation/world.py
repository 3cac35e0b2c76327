"""A whole mission in one thread: sites, links that fail, machines that stop, sticks, phones, and time that passes.

Everything that happens is drawn from one seed, so a universe that goes wrong can be looked at again.
"""

import heapq
from collections.abc import Callable
from functools import partial
from itertools import count
from random import Random

from msgspec import Struct
from nacl.signing import SigningKey

from dunant.kernel.log import LogName
from dunant.services.keys import SiteKey
from dunant.sync.trust import SiteTrust
from tests.simulation.disk import Crashed, Disk
from tests.simulation.mishaps import Mishaps
from tests.simulation.network import Network
from tests.simulation.people import People
from tests.simulation.post import AUTHORITY, REGISTRY, Post
from tests.simulation.skew import OLD_REGISTRY, CodecOfTomorrow
from tests.simulation.sticks import Sticks

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
WILD_S = 100.0
# Far more than a sound universe needs to become quiet.
CALM_S = 900.0


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
    forgeries: int = 0
    repeats: int = 0
    hours: float = 0.0

    def add(self, other: "Tally") -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def __str__(self) -> str:
        return ", ".join(f"{getattr(self, name):,.0f} {name}" for name in self.__struct_fields__)


class Ledger:
    """Outside the product: what was acknowledged, in which stream, and every byte that an honest site has written."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, str] = {}
        self.honest: set[tuple[bytes, bytes]] = set()
        # Sites at which a fact was recorded by a person.
        self.written_at: dict[str, set[str]] = {}
        # What went with a disk of which nobody had a copy.
        self.gone: set[str] = set()

    def write(self, id: str, stream: str) -> None:
        self.acknowledged[id] = stream
        self.gone.discard(id)

    def forget(self, id: str) -> None:
        self.acknowledged.pop(id, None)
        self.gone.add(id)


class World:
    """One universe. `run` plays it to the end; what must hold then is asked by `checks`."""

    def __init__(self, seed: int, trace: Callable[[str], None] | None = None) -> None:
        self.dice = Random(seed)
        self.now = 0.0
        self.trace = trace
        self.tally = Tally()
        self.ledger = Ledger()
        self.is_wild = True
        # What was seen to be wrong while the universe was still running.
        self.seen: list[str] = []
        self.revoked: set[str] = set()
        self.copied: set[str] = set()
        # Ends of the revoked site's logs as the authority knew them.
        self.cutoffs: dict[LogName, int] = {}
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order, self._ids = count(), count(1)
        self._look_at = 0.0
        self._fuse = 0
        self._known: dict[str, SiteTrust] = {}
        # One laptop more, which will be stolen.
        self.has_thief = self.dice.random() < 0.4
        self.posts = {code: self._post(code) for code in ROLES if code != "STOLEN" or self.has_thief}
        self.posts["SECTOR"].registry = OLD_REGISTRY
        self.posts["BOR"].codec = CodecOfTomorrow()
        self.network = Network(self)
        self.people = People(self)
        self.sticks = Sticks(self)
        self.mishaps = Mishaps(self)
        for code, post in self.posts.items():
            post.restart()
            for peer in CALLS.get(code, ()):
                post.call(peer)

    def _post(self, code: str) -> Post:
        key = SiteKey(secret=SigningKey(self.dice.randbytes(32)))
        self._known[code] = SiteTrust(code=code, keys={key.id: bytes(key.public)}, roles=ROLES[code])
        skew = self.dice.choice(SKEWS_MS) if code != AUTHORITY else 0
        disk = Disk(code, key, partial(self._wall_ms, code), self._burn, self.dice.randbytes)
        disk.honest = self.ledger.honest
        return Post(code, ROLES[code], disk, lambda: self._known, self.dice, lambda: self.now, skew)

    def _wall_ms(self, code: str) -> int:
        return self.posts[code].wall_ms()

    # ── time ──

    def at(self, after: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (self.now + after, next(self._order), what))

    def run(self) -> None:
        """Wild for a while, then everything is mended and all is left to run dry."""
        for code in self.posts:
            self.at(self.dice.random(), partial(self.network.tend, code))
        self.people.plan(WILD_S)
        self.mishaps.plan(WILD_S)
        self._until(WILD_S)
        self.is_wild = False
        self._look_at = self.now + 25.0
        self.network.mend()
        self.mishaps.end()
        self.sticks.go_round()
        self.people.come_home()
        for code in self.posts:
            self.network.tend(code)
        self._until(WILD_S + CALM_S)
        for post in self.posts.values():
            post.registry = REGISTRY
        self.tally.hours = self.now / 3600

    def _until(self, end: float) -> None:
        while self._agenda and self._agenda[0][0] <= end:
            self.now, _, what = heapq.heappop(self._agenda)
            what()
            if not self.is_wild and self._is_settled():
                return
        self.now = end

    def _is_settled(self) -> bool:
        """Looked at now and then: everybody has what they may have, and everybody knows it."""
        from tests.simulation.checks import unsettled

        if self.now < self._look_at or self.people.is_waiting:
            return False
        self._look_at = self.now + 10.0
        return not unsettled(self)

    # ── machines ──

    def new_id(self) -> str:
        """A UUIDv7 of one installation."""
        number = (1_790_000_000_000 + int(self.now * 1000)) << 80 | 7 << 76 | (next(self._ids) & 0xFFF) << 64
        plain = f"{number | 2 << 62 | self.dice.getrandbits(40):032x}"
        return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"

    def light_fuse(self) -> None:
        """Somewhere, at one of the next calls of a disk, a machine stops."""
        self._fuse = self.dice.randrange(1, 200)

    def _burn(self) -> None:
        if self._fuse:
            self._fuse -= 1
            if not self._fuse and self.is_wild:
                raise Crashed

    def crash(self, post: Post) -> None:
        self.say(f"{post.code} stops")
        self.tally.crashes += 1
        post.disk.power_off()
        post.restart()
        self.network.wake(post.code)

    def own_logs(self, post: Post) -> list[LogName]:
        """The logs that a site is writing now."""
        return [(post.code, post.disk.state.epoch, stream) for stream in post.streams]

    def honest(self) -> dict[str, Post]:
        """Sites that belong to the mission."""
        return {code: post for code, post in self.posts.items() if code not in self.revoked}

    def say(self, what: str) -> None:
        if self.trace:
            self.trace(f"{self.now:8.2f} {what}")
