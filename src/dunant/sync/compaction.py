"""Which bodies a leaf site may forget: a decision over plain values. Nothing of the product forgets a body yet.

What has not been received where it is kept for good stays, however old; so does what a person has still to settle.
"""

from collections.abc import Container, Iterable

from dunant.kernel.log import Stored

# Who belongs to the mission is needed to believe anything else, so these are kept everywhere.
KEPT_STREAMS = ("config", "config.register")


def droppable(rows: Iterable[Stored], received: int, *, before: str, keep: Container[str]) -> list[int]:
    """Sequences of one log whose bodies may go, in order.

    Parameters
    ----------
    received : how far the hub has signed that it holds the log
    before : hybrid clock; what is younger stays
    keep : ids of the heads of open conflicts
    """
    return [
        row.q
        for row in rows
        if row.body is not None
        and row.q <= received
        and row.h < before
        and row.id not in keep
        and row.st not in KEPT_STREAMS
    ]
