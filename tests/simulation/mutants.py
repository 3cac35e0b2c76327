"""Bugs put into the real code on purpose, one at a time: a test that cannot see them proves nothing (sync §18.2).

Each changes the text of one function and swaps its code in place, so that everybody who has imported it is affected.
A text that is no longer there is an error, so that no bug can turn into none unnoticed.
"""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any

from msgspec import Struct

from dunant.kernel import clock, facts, links, merge
from dunant.sync import answering, compaction, dialler, intake, lanes, trust
from tests.simulation import people, post
from tests.simulation.checks import broken
from tests.simulation.world import World


class Mutant(Struct, frozen=True):
    """`letter` as in the list of the specification; those in the tests' own stand-ins say so in `of`."""

    letter: str
    what: str
    function: Callable[..., Any]
    old: str
    new: str
    of: str = "product"


REACT = """verdict = self.intake.take(self.disk, self.trust(), raw, peer)
        for row in self.disk.state.logs[verdict.log][-verdict.applied:] if verdict.applied else ():
            if row.t == REACTS_TO:
                self.react(row.id, row.s)"""
DROP = """name = header.id
    if isinstance(body, Unknown):
        return self"""
IN_ORDER = "sorted(entries, key=lambda entry: recorded_order(entry.event))"

MUTANTS = (
    Mutant("a", "gap accepted", intake.Intake._fit, "frame.q_from > have + 1", "False"),
    Mutant("b", "values in order of arrival", merge.register, "len(current) > 1:", "False:"),
    Mutant("b", "settled values in order of arrival", merge._in_order, IN_ORDER, "entries"),
    Mutant("c", "cursor moved when sent", dialler.Dialler._push, "self._up.under_way[", "self._up.confirmed["),
    Mutant("c", "answered before synced", post.Post.do, ".disk.begin()", ".disk.begin(sync_every=6)", "stand-in"),
    Mutant("d", "known events taken again", intake.Intake._fit, "events[have - frame.q_from + 1 :]", "events"),
    Mutant("e", "a peer's hello ignored", dialler.Dialler.is_behind_peer, "entry is not None and", "False and"),
    Mutant("e", "own events taken in", intake.Intake._fit, "restored = shelf.is_current(log)", "restored = False"),
    Mutant("f", "clocks not capped", clock.receive, "remote >> _COUNTER_BITS > wall_ms + cap_ms", "False"),
    Mutant("g", "low lanes starve", lanes.Lanes._is_starving, "return low <", "return False and low <"),
    Mutant("g", "urgent lanes wait", lanes.Lanes._lane, "return min(high)", "return max(high)"),
    Mutant("h", "unknown type dropped", facts.Facts.add, "name = header.id", DROP),
    Mutant("i", "links not commutative", links.canonical_ids, "sorted((", "list(("),
    Mutant("j", "outbox cleared before the answer", people.is_done_with, "return heard", "return True", "stand-in"),
    Mutant("k", "one id counted twice", facts.Facts.add, "name = header.id", "name = header.id + header.o"),
    Mutant("l", "bases looked at one step only", merge.heads, "superseded |= facts.past(behind)", "pass"),
    Mutant("m", "reaction run again on arrival", post.Post.take, REACT.partition("\n")[0], REACT, "stand-in"),
    Mutant("n", "cut-off ignored", trust.Trust.cutoff, 'known.state != "REVOKED"', "True"),
    Mutant("o", "checkpoint not verified", intake.is_signed, "return known", "return True or known"),
    Mutant("p", "bodies dropped before the receipt", compaction.droppable, "and row.q <= received", "and True"),
    Mutant("+", "answer claims too much", answering.Answering.batch, "tip.q if tip else 0", "tip.q + 1 if tip else 1"),
    Mutant("+", "older answers overrule a hello", dialler.Dialler._greeted, "is_truth=True", "is_truth=False"),
)


@contextmanager
def applied(mutant: Mutant) -> Iterator[None]:
    """The function has the bug while this lasts."""
    function = mutant.function
    assert isinstance(function, FunctionType)
    source = textwrap.dedent(inspect.getsource(function))
    old = textwrap.dedent(mutant.old)
    assert source.count(old) == 1, f"{mutant.what}: its text has changed"
    made: dict[str, Any] = {}
    text = "from __future__ import annotations\n" + source.replace(old, mutant.new)
    exec(compile(text, "<mutant>", "exec"), function.__globals__, made)
    healthy, function.__code__ = function.__code__, made[function.__name__].__code__
    try:
        yield
    finally:
        function.__code__ = healthy


def caught(mutant: Mutant, seeds: range) -> str:
    """What gave the bug away, and in which universe; empty if nothing did."""
    with applied(mutant):
        for seed in seeds:
            try:
                world = World(seed)
                world.run()
                wrong = broken(world)
            except Exception as error:  # whatever a bug makes of it, it shows
                wrong = [f"{type(error).__name__}: {error}"]
            if wrong:
                return f"seed {seed}: {wrong[0]}"
    return ""
