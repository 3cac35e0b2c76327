"""What two sites hold, and what becomes of an event that arrives. No transport here.

The receiver's vector is the truth; whatever a sender remembers of it is a hint.
"""

from collections.abc import Mapping
from typing import Literal

from dunant.kernel.log import LogName, Stored, Tip

Vector = Mapping[LogName, Tip]
Arrival = Literal["next", "duplicate", "gap", "fork"]


def arrival(tip: Tip | None, held: Stored | None, incoming: Stored) -> Arrival:
    """How an incoming event stands to the copy of its log held here.

    Parameters
    ----------
    tip : end of our copy, None if we hold nothing of this log
    held : our event with the same identity, if any
    """
    have = tip.q if tip else 0
    if incoming.q <= have:
        same = held is not None and held.header == incoming.header and held.digest == incoming.digest
        return "duplicate" if same else "fork"
    return "next" if incoming.q == have + 1 else "gap"


def missing(ours: Vector, theirs: Vector) -> dict[LogName, tuple[int, int]]:
    """Ranges (first, last) of each log that they hold and we do not."""
    wanted = {}
    for log, tip in theirs.items():
        have = ours[log].q if log in ours else 0
        if tip.q > have:
            wanted[log] = (have + 1, tip.q)
    return wanted
