"""Entries as they come, from a browser or a file: read, their authors found, decided, answered one by one."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

import msgspec

from dunant.kernel.clock import Clock
from dunant.kernel.errors import DeviceRevoked, DunantError, GrantRevoked, SignedOut, TooLarge
from dunant.services import passes
from dunant.services.asked import Asked, Outcome, rejected
from dunant.services.handing import proven, trusted
from dunant.services.handle import Author
from dunant.sync import bundle
from dunant.sync.trust import SiteTrust, Trust

if TYPE_CHECKING:
    from dunant.services.accounts import Accounts
    from dunant.services.build import Site

MAX_ENTRIES = 1000
# What a device of another site may record here; nothing that runs a site or its accounts.
CAPTURED = "casualty."
Taken = tuple[Asked, Author] | Outcome


def take(
    site: "Site",
    accounts: "Accounts",
    body: bytes,
    sender: Author | None,
    most: int = MAX_ENTRIES,
    trust: Trust | None = None,
    signers: Callable[[], Trust] | None = None,
) -> list[Taken]:
    """Entries with their authors, in order; what cannot be read or has no author is already its own rejection.

    Whoever made an entry signs it, not whoever happens to be signed in when it is sent. Without a `sender` each entry
    has to bring its proof. `trust`: the sites whose grants are believed besides our own. `signers`: those whose phones
    may have signed what an entry passes on.

    Raises
    ------
    Invalid, TooLarge
        The body is no list, or too long a one.
    """
    read = site.reader.read(body)
    if len(read) > most:
        raise TooLarge(field="$", rule="max_items", limit=most)
    authored = [
        _with_author(accounts, site.clock, one, sender, trust) if isinstance(one, Asked) else one for one in read
    ]
    known = signers or (lambda: trust or own_trust(site))
    return [one if isinstance(one, Outcome) else _with_signer(accounts, site.clock, one, known) for one in authored]


def own_trust(site: "Site") -> Trust:
    """A site that asks nobody believes itself."""
    alone = SiteTrust(code=site.row.code, keys={site.key.id: bytes(site.key.public)})
    return Trust({alone.code: alone}, alone.code, site.policies.streams, site.policies.sites.satisfies)


def _with_signer(accounts: "Accounts", clock: Clock, taken: tuple[Asked, Author], known: Callable[[], Trust]) -> Taken:
    """An entry that passes on somebody's signed word, with whose word it is; a false one is refused."""
    entry, author = taken
    if not getattr(entry.command, "proof", None):
        return taken
    try:
        return proven(entry, trusted(known(), accounts.shut_keys()), clock.now()), author
    except DunantError as refused:
        return rejected(entry.id, refused)


def _with_author(accounts: "Accounts", clock: Clock, entry: Asked, sender: Author | None, trust: Trust | None) -> Taken:
    if not entry.author_proof:
        return (entry, sender) if sender else rejected(entry.id, SignedOut(field="author_proof", rule="required"))
    made_at = entry.rec or clock.now()
    try:
        actor = accounts.author(entry.author_proof, made_at)
    except (GrantRevoked, DeviceRevoked) as revoked:
        accounts.hold(entry.id, entry.author_proof, revoked.code, _without_proof(entry.raw))
        return rejected(entry.id, revoked)
    except DunantError as unknown:
        if trust is None or not entry.grant_pass:
            return rejected(entry.id, unknown)
        try:
            if not entry.command.ACTION.startswith(CAPTURED):
                raise SignedOut(field="grant_pass", rule="records_only")
            actor = passes.author(entry.grant_pass, entry.author_proof, min(made_at, clock.now()), trust)
        except SignedOut as refused:
            return rejected(entry.id, refused)
    return entry, Author(actor=actor, source=sender.source if sender else "medic")


def _without_proof(raw: bytes) -> bytes:
    """An entry to be kept; a grant itself is never in the database, a revoked one neither."""
    said = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    said.pop("author_proof", None)
    return msgspec.json.encode(said)


def decide(site: "Site", taken: list[Taken]) -> "Future[list[Outcome]]":
    """Hand what has an author to the writer."""
    return site.send([one for one in taken if not isinstance(one, Outcome)])


def answers(taken: list[Taken], decided: list[Outcome]) -> list[Outcome]:
    """One outcome for each entry that came, in the order in which they came."""
    made = iter(decided)
    return [one if isinstance(one, Outcome) else next(made) for one in taken]


def import_outbox(
    site: "Site", accounts: "Accounts", file: bytes, trust: Trust | None = None
) -> tuple[list[Outcome], int]:
    """Outcomes of the entries in an exported outbox, and how many of its parts were damaged."""
    parts = [part for part in bundle.read(file) if part.is_damaged or part.kind == bundle.ENTRY]
    entries = [part.content for part in parts if not part.is_damaged]
    outcomes: list[Outcome] = []
    for start in range(0, len(entries), MAX_ENTRIES):
        body = b"[" + b",".join(entries[start : start + MAX_ENTRIES]) + b"]"
        taken = take(site, accounts, body, None, trust=trust)
        outcomes += answers(taken, decide(site, taken).result(timeout=600))
    return outcomes, len(parts) - len(entries)


def release(site: "Site", accounts: "Accounts", entry: str) -> Outcome:
    """Record a held entry after all, as its author's. Raises NotFound."""
    body, actor = accounts.release(entry)
    read = site.reader.read(b"[" + body + b"]")[0]
    if isinstance(read, Outcome):
        return read
    ready = _with_signer(accounts, site.clock, (read, Author(actor=actor, source="medic")), lambda: own_trust(site))
    if isinstance(ready, Outcome):
        return ready
    outcome = site.send([ready]).result(timeout=60)[0]
    if outcome.outcome != "rejected":
        accounts.settle(entry, "released")
    return outcome
