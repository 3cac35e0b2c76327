"""Three hundred universes in which everything goes wrong that may, and nothing that was acknowledged is lost."""

import os

import pytest

from tests.simulation.checks import broken
from tests.simulation.world import World

AGAIN = "python -m tests.simulation --seed {} --trace plays it again"


@pytest.mark.parametrize("first", range(0, 300, 10))
def test_ten_universes_end_whole_and_equal(first: int) -> None:
    for seed in range(first, first + 10):
        play(seed)


def test_a_site_without_a_link_that_made_room_and_went_on_is_heard_of() -> None:
    """FAR dropped bodies and recorded one fact more in the same log; its sticks stopped at the first dropped body."""
    play(1444)


def test_who_was_restored_writes_when_it_is_told_so_and_not_before() -> None:
    """A hello came to AMB from before its sender held more; the simulation looked at the sender, and let it write."""
    play(3216)


def test_who_was_restored_and_goes_on_in_its_epoch_is_told_receipts_again_and_tells_them() -> None:
    """Nobody held more of what MHQ was writing; it counted receipts from lower, and its word for BOR was never told."""
    play(3745)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 1000 + int(os.environ.get("DUNANT_UNIVERSES", "1000")), 100))
def test_a_thousand_more(first: int) -> None:
    for seed in range(first, first + 100):
        play(seed)


def test_a_seed_plays_the_same_universe_again() -> None:
    assert heads(7) == heads(7)
    assert heads(7) != heads(8)


def play(seed: int) -> None:
    world = World(seed)
    world.run()
    assert not broken(world), f"seed {seed} ({AGAIN.format(seed)}): {broken(world)[:3]}"


def heads(seed: int) -> dict[str, list[bytes]]:
    world = World(seed)
    world.run()
    return {code: [tip.head for tip in post.disk.vector().values()] for code, post in world.posts.items()}
