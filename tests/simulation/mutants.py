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
from dunant.sync import answering, compaction, dialler, intake, lanes, offer, trust
from tests.simulation import people, post


class Mutant(Struct, frozen=True):
    """`letter` as in the list of the specification; those in the tests' own stand-ins say so in `of`."""

    letter: str
    what: str
    function: Callable[..., Any]
    old: str
    new: str
    of: str = "product"


MUTANTS = (
    Mutant("a", "gap accepted", intake.Intake._fit, "frame.q_from > have + 1", "False"),
    Mutant("b", "values in the order of arrival", merge.register, "if len(current) > 1:\n        current", "if False:\n        current"),
    Mutant("b", "settled values in the order of arrival", merge._in_order, "sorted(entries, key=lambda entry: recorded_order(entry.event))", "entries"),
    Mutant("c", "cursor advanced when sent", dialler.Dialler._push, "self._up.under_way[built.log]", "self._up.confirmed[built.log]"),
    Mutant("c", "answered before the disk has it", post.Post.do, "self.disk.begin()", "self.disk.sync_every = 6; self.disk.begin()", "stand-in"),
    Mutant("d", "frames that are known taken again", intake.Intake._fit, "events[have - frame.q_from + 1 :]", "events"),
    Mutant("e", "a peer that holds more is no sign of a restore", dialler.Dialler.is_behind_peer, "entry is not None and", "False and"),
    Mutant("e", "our own events taken into the epoch being written", intake.Intake._fit, "restored = shelf.is_current(log)", "restored = False"),
    Mutant("f", "clocks not capped", clock.receive, "remote >> _COUNTER_BITS > wall_ms + cap_ms", "False"),
    Mutant("g", "low lanes starve", lanes.Lanes._is_starving, "return low <", "return False and low <"),
    Mutant("g", "urgent lanes wait", lanes.Lanes._lane, "return min(high)", "return max(high)"),
    Mutant("h", "unknown type dropped", facts.Facts.add, "name = header.id", "name = header.id\n    if isinstance(body, Unknown):\n        return self"),
    Mutant("i", "link not commutative", links.canonical_ids, "low, high = sorted((root(link.a), root(link.b)))", "low, high = root(link.a), root(link.b)"),
    Mutant("j", "outbox cleared before the answer", people.is_done_with, "return heard", "return True", "stand-in"),
    Mutant("j", "receipts forgotten before the answer", dialler.Dialler._urgent, "if raw is None:\n            self.receipts_told = upto", "self.receipts_told = upto\n        if raw is None:\n            pass"),
    Mutant("k", "one id of two sites counted twice", facts.Facts.add, "name = header.id", "name = header.id + header.o"),
    Mutant("l", "bases looked at one step only", merge.heads, "if behind := superseded - held:", "if False and (behind := superseded - held):"),
    Mutant("m", "reaction run again where its cause arrives", post.Post.take, "verdict = self.intake.take(self.disk, self.trust(), raw, peer)", "verdict = self.intake.take(self.disk, self.trust(), raw, peer)\n        if verdict.applied:\n            for row in self.disk.state.logs[verdict.log][-verdict.applied:]:\n                if row.t == REACTS_TO: self.react(row.id, row.s)", "stand-in"),
    Mutant("n", "cut-off ignored", trust.Trust.cutoff, "known.state != \"REVOKED\"", "True"),
    Mutant("o", "checkpoint not verified", intake.is_signed, "return known is not None and known[0] == point.o and", "return True or"),
    Mutant("p", "bodies dropped before the receipt", compaction.droppable, "and row.q <= received", "and True"),
    Mutant("+", "answer claims what is parked", answering.Answering.batch, "tip.q if tip else 0, b\"\"", "(tip.q if tip else 0) + 1, b\"\""),
    Mutant("+", "frame ends where nobody signed", offer.build, "if ends == []:", "if False:"),
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
    exec(compile("from __future__ import annotations\n" + source.replace(old, mutant.new), "<mutant>", "exec"), function.__globals__, made)
    healthy, defaults = function.__code__, function.__kwdefaults__
    function.__code__ = made[function.__name__].__code__
    try:
        yield
    finally:
        function.__code__, function.__kwdefaults__ = healthy, defaults
