"""`python -m tests.simulation`: play universes; a seed that breaks a rule can be played again with --trace."""

import argparse
import sys
import time

from tests.simulation.checks import broken, conflicts
from tests.simulation.world import Tally, World


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--trace", action="store_true", help="say what happens as it happens")
    asked = parser.parse_args()
    total, began = Tally(), time.process_time()
    for seed in range(asked.seed, asked.seed + asked.count):
        world = World(seed, say if asked.trace else None)
        world.run()
        world.tally.conflicts = conflicts(world)
        total.add(world.tally)
        for sentence in list(dict.fromkeys(broken(world)))[:4]:
            say(f"seed {seed}: {sentence}")
    took = time.process_time() - began
    say(f"{asked.count} universes, {total}, {asked.count / took:.1f} universes per CPU second")


main()
