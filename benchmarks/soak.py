"""`make soak`: a hundred sites for thirty days into one hub, then the catch-up of a site that was away all the time.

Days are played as fast as the machine goes. Each origin is a log that is signed in memory; the hub is a real site with
its station, and takes every frame as if it had come over a link. Memory must stay flat, and nothing may be missing.
"""

import os
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace
from nacl.signing import SigningKey
from rich.console import Console
from rich.table import Table

from dunant.casualty import events as e
from dunant.config import Settings
from dunant.kernel import log as chain
from dunant.kernel.clock import as_text, unix_ms
from dunant.kernel.events import At, By, Header, canonical, encode_header
from dunant.kernel.ids import EventId, SubjectId, derived
from dunant.kernel.log import Checkpoint, signed_bytes
from dunant.services.build import Site
from dunant.services.clock import MissionClock
from dunant.services.keys import SiteKey
from dunant.services.syncing.station import Station
from dunant.store import Transaction
from dunant.sync.frames import Codec, Frame, Row
from dunant.sync.intake import Verdict
from dunant.sync.trust import SiteTrust, Trust

SITES = int(os.environ.get("DUNANT_SOAK_SITES", "100"))
DAYS = int(os.environ.get("DUNANT_SOAK_DAYS", "30"))
PER_DAY = int(os.environ.get("DUNANT_SOAK_EVENTS", "334"))
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
# How much more memory in the last third is still flat.
FLAT = 1.25


class Origin:
    """A site that writes: one log, its key, and where it stands."""

    def __init__(self, number: int) -> None:
        self.code = f"SITE-{number}"
        self.key = SiteKey(secret=SigningKey.generate())
        self.log = (self.code, "00000001", "casualty")
        self.head = chain.genesis(self.log)
        self.q = 0
        self._blocks: dict[int, bytes] = {}
        self._dice = random.Random(number)
        self._people: list[str] = []

    def day(self, day: int) -> Frame:
        """What it wrote that day, as one frame."""
        first, prev = self.q + 1, self.head
        # People come and go: a history that only grew would test the wrong thing.
        self._people = [derived(self.code, str(day), str(n)) for n in range(12)]
        rows = [self._event(day, n) for n in range(PER_DAY)]
        blocks = range(chain.block_of(first), chain.block_of(self.q) + 1)
        plain = Checkpoint(
            o=self.code, e=self.log[1], st=self.log[2], q=self.q, head=self.head, h=self._h, key=self.key.id
        )
        point = replace(plain, sig=self.key.sign(signed_bytes(plain)))
        return Frame(
            o=self.code,
            e=self.log[1],
            st=self.log[2],
            q_from=first,
            q_to=self.q,
            prev=prev,
            checkpoint=point,
            keys={block: self._blocks[block] for block in blocks},
            rows=tuple(rows),
        )

    def _event(self, day: int, n: int) -> Row:
        self.q += 1
        moment = BEGIN + timedelta(days=day, seconds=86_000 * n / PER_DAY)
        self._h = as_text(unix_ms(moment) << 16)
        header = Header(
            o=self.code,
            e=self.log[1],
            st=self.log[2],
            q=self.q,
            id=EventId(derived(self.code, str(self.q))),
            h=self._h,
            at=At(t=moment),
            rec=moment,
            by=By(user="u-1", role="medic"),
            t=e.TriageAssigned.TYPE,
            v=1,
            s=SubjectId(self._people[n % len(self._people)]),
            m="DEMO",
        )
        raw = encode_header(header)
        body = canonical(e.TriageAssigned(category=self._dice.choice(["T1", "T2", "T3"]), scheme="SIEVE"))
        key = self._blocks.setdefault(chain.block_of(self.q), self._dice.randbytes(32))
        self.head = chain.link(self.head, raw, chain.body_digest(chain.salt(key, self.q), body))
        return Row(raw, body)


class Believed:
    """Trust that is simply given, and nothing to follow up."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust

    def now(self) -> Trust:
        return self._trust

    def of(self, _transaction: Transaction) -> Trust:
        return self._trust

    def follow(self, _transaction: Transaction, verdict: Verdict) -> None:
        if verdict.outcome not in ("applied", "duplicate"):
            raise RuntimeError(f"{verdict.outcome} {verdict.code}")

    def heard_clock(self, _peer: str, _told: str, _took_s: float = 0.0) -> int | None:
        return None


def main() -> int:
    origins = [Origin(number) for number in range(SITES)]
    rows: list[tuple[str, str, str, str]] = []
    with tempfile.TemporaryDirectory(prefix="dunant-soak-") as folder:
        hub, absent = _site(Path(folder) / "hub", "MHQ"), _site(Path(folder) / "absent", "ABSENT")
        trust = _trust(hub, absent, origins)
        at_hub, at_absent = _station(hub, trust), _station(absent, trust)
        codec, began, memory = Codec(), time.perf_counter(), list[float]()
        for day in range(DAYS):
            for origin in origins:
                at_hub.take(origin.code, codec.encode(origin.day(day), level=1)).result()
            memory.append(_memory_mb())
            if (day + 1) % max(1, DAYS // 6) == 0:
                events, took = (day + 1) * SITES * PER_DAY, time.perf_counter() - began
                rows.append((f"day {day + 1}", f"{events:,}", f"{events / took:,.0f}/s", f"{memory[-1]:,.0f} MB"))
        caught, seconds = _catch_up(at_hub, at_absent)
        rows.append(("absent site", f"{caught:,}", f"{caught / seconds:,.0f}/s", f"in {seconds:,.0f} s"))
        whole = caught == DAYS * SITES * PER_DAY
        hub.close()
        absent.close()
    # Until then the site has not yet filled what it keeps of subjects on purpose.
    settled = 2 * len(memory) // 3
    flat = max(memory[settled:]) <= FLAT * memory[settled]
    _show(rows, whole, flat)
    return 0 if whole and flat else 1


def _catch_up(hub: Station, absent: Station) -> tuple[int, float]:
    """Everything, log by log, as a dialler would fetch it; without a link, so this is what the machines take."""
    began, events = time.perf_counter(), 0
    build = hub.builder("ABSENT")
    for log, tip in hub.vector().items():
        after = 0
        while after < tip.q and (built := build(log, after, 60_000, after, 3)) is not None:
            events += absent.take("MHQ", built.raw).result().applied
            after = built.q_to
    return events, time.perf_counter() - began


def _site(folder: Path, code: str) -> Site:
    return Site(Settings(data=folder, site=code), MissionClock(BEGIN + timedelta(days=DAYS), 0))


def _station(site: Site, trust: Trust) -> Station:
    believed = Believed(trust)
    return Station(site, Codec(), site.policies.links.profile[0], believed, believed)


def _trust(hub: Site, absent: Site, origins: list[Origin]) -> Trust:
    keys = {site.row.code: site.key for site in (hub, absent)} | {one.code: one.key for one in origins}
    known = {
        code: SiteTrust(code=code, keys={key.id: bytes(key.public)}, roles=("casevac_cell",))
        for code, key in keys.items()
    }
    return Trust(known, "MHQ", hub.policies.streams, {})


def _memory_mb() -> float:
    """What this process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _show(rows: list[tuple[str, str, str, str]], whole: bool, flat: bool) -> None:
    table = Table(title=f"{SITES} sites, {DAYS} days, {SITES * DAYS * PER_DAY:,} events")
    for heading in ("when", "events", "rate", "memory or time"):
        table.add_column(heading)
    for row in rows:
        table.add_row(*row)
    console = Console()
    console.print(table)
    console.print(f"Nothing missing: {'yes' if whole else 'NO'}.")
    console.print(f"Memory flat in the last third: {'yes' if flat else 'NO'}.")


if __name__ == "__main__":
    sys.exit(main())
