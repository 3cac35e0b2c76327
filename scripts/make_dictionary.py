"""Train the dictionary for small frames on events of simulated missions: all fictional, made with fixed seeds."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dunant.config import Settings
from dunant.services.build import Site
from dunant.services.clock import MissionClock
from dunant.services.scenario import SCENARIO, Scenario
from dunant.services.simulator import Simulator, script
from dunant.store import PackShelf, replica

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SIZE = 48 * 1024
SEEDS = range(100, 112)
FILE = Path(__file__).parents[1] / "src" / "dunant" / "sync" / "dictionary.bin"


def main() -> None:
    samples = [line for seed in SEEDS for line in lines(seed)]
    trained = zstd.train_dict(samples, SIZE)
    FILE.write_bytes(zstd.finalize_dict(trained, samples, SIZE, 19).dict_content)
    print(f"{FILE.name}: {FILE.stat().st_size} bytes from {len(samples)} events")


def lines(seed: int) -> Iterator[bytes]:
    """Events as a small frame writes them."""
    scenario = PackShelf().read(SCENARIO, Scenario)
    clock = MissionClock(scenario.moment(scenario.opens), 0)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), site=f"SITE-{seed}", tag_block=seed, exercise=True)
        site = Site(settings, clock)
        Simulator(site, clock, scenario, script(scenario, site.policies.mission, seed)).play_until(
            max(cue.due for cue in script(scenario, site.policies.mission, seed))
        )
        with replica.look(site.database) as look:
            for log in look.vector():
                yield from (row.header + b"\n" + (row.body or b"") for row in look.stored(log, 0, 10_000))
        site.close()


if __name__ == "__main__":
    main()
