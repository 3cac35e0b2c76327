"""Files of other systems, through the gateway that takes their messages from the network."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from dunant.exchange.cot.model import CotMessage, Malformed
from dunant.exchange.cot.peers import Peer
from dunant.exchange.cot.read import request_id
from dunant.exchange.cot.split import Splitter
from dunant.services.build import Site
from dunant.services.gateway import CotGateway
from dunant.store import Transaction

Fate = Literal["accepted", "amended", "duplicate", "ignored", "kept in tray"]
# Messages of one commit.
_BATCH = 200
_PIECE = 64 * 1024


class _DryRun(Exception):
    """Carries the answer out of a job that must leave nothing behind."""

    def __init__(self, fates: list[Fate]) -> None:
        super().__init__()
        self.fates = fates


def take_cot(
    site: Site,
    file: Path,
    peer: str,
    *,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> list[Fate]:
    """Take in every message of a file, in order; what became of each."""
    messages = list(_messages(file))
    gateway, author = CotGateway(site), Peer(name=peer, proof="loopback")
    size = max(1, len(messages)) if dry_run else _BATCH
    fates: list[Fate] = []
    for start in range(0, len(messages), size):
        part = messages[start : start + size]

        def job(transaction: Transaction, part: list[CotMessage | Malformed] = part) -> list[Fate]:
            found = [_fate(gateway, transaction, author, message) for message in part]
            if dry_run:
                raise _DryRun(found)
            return found

        try:
            fates += site.commit.submit(job).result()
        except _DryRun as answer:
            fates += answer.fates
        progress(len(fates), len(messages))
    return fates


def _messages(file: Path) -> Iterator[CotMessage | Malformed]:
    splitter = Splitter()
    with file.open("rb") as raw:
        while piece := raw.read(_PIECE):
            yield from splitter.feed(piece)
    rest = splitter.close()
    if rest is not None:
        yield rest


def _fate(gateway: CotGateway, transaction: Transaction, peer: Peer, message: CotMessage | Malformed) -> Fate:
    if isinstance(message, Malformed):
        gateway.take(transaction, peer, message.raw, message)
        return "kept in tray"
    is_known = bool(transaction.rows("requests", subject=request_id(peer.name, message.uid)))
    outcomes = gateway.take(transaction, peer, message.raw, message)
    if any(outcome.outcome == "rejected" for outcome in outcomes):
        return "kept in tray"
    if not any(outcome.events for outcome in outcomes):
        return "duplicate" if outcomes else "ignored"
    return "amended" if is_known else "accepted"
