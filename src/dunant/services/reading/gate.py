"""The next-of-kin gate of a reader: who is under a release hold now, and what may not be told of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from dunant.casualty import persons
from dunant.casualty.notification import NotificationPack
from dunant.kernel.access import Actor, Policy
from dunant.kernel.gate import OPEN, Gate
from dunant.store.snapshot import Snapshot

Row = Mapping[str, Any]
# Lanes of the board in which somebody may still be spoken of.
OPEN_LANES = ("reported", "assigned", "en_route", "handed_over")


class Gates:
    """The gate of each reader. Everybody outside has the same, worked out again only when something has happened."""

    def __init__(self, pack: NotificationPack, policy: Policy) -> None:
        self._pack = pack
        self._policy = policy
        self._known: tuple[int, datetime, datetime | None, Gate] | None = None

    def of(self, look: Snapshot, actor: Actor, now: datetime) -> Gate:
        """Open for roles that treat or notify, whom the roles pack limits as ever; for all others that of outsiders."""
        if any(self._policy.is_a(actor, row.role) for row in self._pack.open_to):
            return OPEN
        newest, known = look.newest(), self._known
        if known and known[0] == newest and known[1] <= now and (known[2] is None or now < known[2]):
            return known[3]
        gate = gate_outside(look, self._pack, now)
        self._known = (newest, now, _next_end(look, now), gate)
        return gate


def _next_end(look: Snapshot, now: datetime) -> datetime | None:
    """When the next of the holds runs out."""
    ends = [hold["until"] for row in look.rows("holds", held=True) for hold in row["holds"] if hold["until"]]
    return min((end for until in ends if (end := datetime.fromisoformat(until)) > now), default=None)


def gate_outside(look: Snapshot, pack: NotificationPack, now: datetime) -> Gate:
    """The gate of whatever leaves the system: exports, prints, messages to other systems, codes on a screen."""
    held = {row["subject"]: scopes for row in look.rows("holds", held=True) if (scopes := _standing(row, now))}
    if not held:
        return OPEN
    board = _with_linked(look, held)
    held = _of_persons(held, persons(board))
    return Gate(held, pack.covers, _words(look, held, {row["subject"]: row.get("tag") or "" for row in board}, pack))


def gate_of_messages(look: Snapshot, pack: NotificationPack, now: datetime) -> Gate:
    """The gate of messages to other systems, where no name, index or service number goes, held or not (invariant 13).

    Looked for are those of every casualty on the board; of whom a hold stands, everything that it covers too.
    """
    gate = gate_outside(look, pack, now)
    open_now = {row["subject"]: row["tag"] for row in look.rows_of("board", OPEN_LANES, column="lane")}
    never = {row.kind for row in pack.identity if row.never_out}
    words = {
        row["value"]: open_now[row["subject"]] or ""
        for row in look.rows_of("identities", sorted(open_now))
        if row["kind"] in never and len(row["value"]) >= pack.hold.shortest_word
    }
    return gate.with_words(words)


def _standing(row: Row, now: datetime) -> frozenset[str]:
    return frozenset(
        hold["scope"]
        for hold in row["holds"]
        if not hold["lifted"] and (hold["until"] is None or now < datetime.fromisoformat(hold["until"]))
    )


def _with_linked(look: Snapshot, held: Iterable[str]) -> list[dict[str, Any]]:
    """Board rows of these and of all records that are linked with them, by any chain."""
    found = {row["subject"]: row for row in look.rows_of("board", sorted(held))}
    while missing := [one for row in found.values() for one in row["linked"] if one not in found]:
        known = {row["subject"]: row for row in look.rows_of("board", missing)}
        found.update({one: known.get(one, {"subject": one, "linked": []}) for one in missing})
    return list(found.values())


def _of_persons(held: Mapping[str, frozenset[str]], canonical: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """A hold is about a person: it covers every record that is said to be of the same one."""
    whole: dict[str, frozenset[str]] = {}
    for subject, scopes in held.items():
        person = canonical.get(subject, subject)
        whole[person] = whole.get(person, frozenset()) | scopes
    return {subject: whole[person] for subject, person in canonical.items() if person in whole}


def _words(
    look: Snapshot, held: Mapping[str, frozenset[str]], tags: Mapping[str, str], pack: NotificationPack
) -> dict[str, str]:
    """Names and numbers that are held back, each with the tag that stands for it."""
    gate = Gate(held)
    return {
        row["value"]: tags.get(row["subject"], "")
        for row in look.rows_of("identities", sorted(held))
        if len(row["value"]) >= pack.hold.shortest_word
        and row["covered_by"] is not None
        and gate.holds(row["subject"], row["covered_by"])
    }
