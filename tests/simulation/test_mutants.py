"""Every bug of the list is seen, and so is each in the tests' own stand-ins for people and machines."""

import pytest

from tests.simulation.mutants import MUTANTS, Mutant, caught

# Universes that a bug may hide in before it counts as not found.
MOST = 120
# Found in the first universes, so that every run of the tests sees that a bug can be seen.
QUICK = ("clocks not capped", "one id counted twice")


@pytest.mark.parametrize("mutant", [one for one in MUTANTS if one.what in QUICK], ids=lambda one: one.what)
def test_a_bug_is_seen_at_once(mutant: Mutant) -> None:
    assert caught(mutant, range(4))


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: f"{one.letter}: {one.what}")
def test_every_bug_of_the_list_is_seen(mutant: Mutant) -> None:
    assert caught(mutant, range(MOST))


def test_no_letter_of_the_list_is_missing() -> None:
    assert {one.letter for one in MUTANTS} >= set("abcdefghijklmnop")
