"""What the authority has decided about a log, done to the copy held here: cut-offs of revoked sites, closed forks.

Nothing is thrown away. What leaves a log goes into quarantine; the losing branch of a fork is written again under its
old ids by whoever holds it, because its own site and the authority may have none of it. However many write it, each
fact counts exactly once (sync C4, E2).
"""

from collections.abc import Callable, Sequence

from dunant.kernel.errors import ChainBroken
from dunant.kernel.log import LogName
from dunant.kernel.replication import verified
from dunant.sync.errors import BadFrame
from dunant.sync.frames import Codec
from dunant.sync.rows import Row
from dunant.sync.shelf import Shelf
from dunant.sync.trust import FROZEN, Trust

Reissue = Callable[[Sequence[Row]], None]


def settle(shelf: Shelf, trust: Trust, codec: Codec, reissue: Reissue) -> None:
    """Bring every log in line. Doing it again changes nothing."""
    for log, tip in shelf.vector().items():
        cutoff = trust.cutoff(log)
        if cutoff is not None and cutoff != FROZEN and tip.q > cutoff:
            shelf.withdraw(log, cutoff, "site_revoked")
    for log, choice in trust.closed.items():
        _close(shelf, log, choice, codec, reissue)


def _close(shelf: Shelf, log: LogName, choice: tuple[int, bytes], codec: Codec, reissue: Reissue) -> None:
    q, head = choice
    ours = shelf.head_at(log, q)
    if ours is not None and ours != head and shelf.withdraw(log, q - 1, "lost_branch") and shelf.is_current(log):
        shelf.begin_epoch()
    if shelf.is_stopped(log):
        shelf.go_on(log)
    brought = [row for raw in shelf.forked(log) for row in _other_branch(raw, codec, q, head)]
    withdrawn = [Row(header, body) for header, body in shelf.lost(log)]
    if withdrawn or brought:
        reissue([*withdrawn, *brought])


def _other_branch(raw: bytes, codec: Codec, q: int, head: bytes) -> list[Row]:
    """Events of a frame put aside as a fork that do not belong to the chosen branch."""
    try:
        frame = codec.decode(raw)
        rows = [(row.header, row.body) for row in frame.rows]
        events = verified(frame.log, frame.q_from, frame.prev, rows, frame.keys)
    except (BadFrame, ChainBroken):
        return []
    at_choice = [event.head for event in events if event.header.q == q]
    if at_choice == [head]:
        return []
    return [row for row, event in zip(frame.rows, events, strict=True) if event.header.q >= q]
