"""Attachments between sites: asked for by whoever lacks them, in pieces, in any order, after everything else."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future

from msgspec import Struct

from dunant.services.build import Site
from dunant.store import Transaction, blobs

# A piece is a second on a bad link, so that an alert never waits longer for it.
PIECE = 16 * 1024


class Have(Struct, frozen=True, kw_only=True):
    """What is here of an attachment."""

    whole: bool
    ranges: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        """`0-16383,32768-49151`, as it stands in a header."""
        return ",".join(f"{first}-{last}" for first, last in self.ranges)


def ranges_of(text: str) -> list[tuple[int, int]]:
    """From a header; what cannot be read counts as nothing."""
    found = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first.isdigit() and last.isdigit():
            found.append((int(first), int(last)))
    return found


def missing(size: int, here: Iterable[tuple[int, int]]) -> list[int]:
    """Where the pieces begin that have to travel yet."""
    begun = {first for first, _ in here}
    return [first for first in range(0, max(size, 1), PIECE) if first not in begun]


class Attachments:
    """Of one site. Whoever knows an attachment's name has seen the fact it belongs to: the name is its SHA-256."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def wanted(self, may_hold: Callable[[str], bool]) -> tuple[str, ...]:
        """What is lacking here of streams that somebody may hold; nobody else learns so much as a name."""
        return tuple(name for name, stream in blobs.wanted(self._site.database) if may_hold(stream))

    def have(self, name: str) -> Have:
        if blobs.get(self._site.database, name) is not None:
            return Have(whole=True)
        return Have(whole=False, ranges=tuple(blobs.pieces(self._site.database, name)))

    def piece(self, name: str, first: int, last: int) -> tuple[bytes, int] | None:
        """Bytes `first` to `last` and the size of the whole."""
        content = blobs.get(self._site.database, name)
        return None if content is None else (content[first : last + 1], len(content))

    def take(self, name: str, first: int, size: int, content: bytes) -> Future[bool]:
        """False if what was put together was something else; nothing of it is kept then."""

        def job(transaction: Transaction) -> bool:
            if not blobs.is_wanted(transaction, name):
                return True
            return blobs.put_piece(transaction, name, first, size, content, self._site.clock.now()) is not False

        return self._site.commit.submit(job)
