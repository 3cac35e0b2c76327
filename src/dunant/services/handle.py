"""The one write path: who, may they, what is known, what happened, append, react.

Everything that becomes a fact passes here: people online, outboxes, other systems, the simulator.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from functools import partial

from msgspec import Struct

from dunant.kernel.access import Actor, Policy
from dunant.kernel.clock import Clock, to_ms
from dunant.kernel.deciding import Context, Packs, Rules
from dunant.kernel.errors import Denied, DunantError, Refused, TooLarge, UnknownType
from dunant.kernel.events import At, By, Event, Fact
from dunant.kernel.ids import EventId, derived
from dunant.services.asked import MAX_BASE, Asked, Outcome, rejected
from dunant.services.reactions import Reaction
from dunant.store import Draft, Transaction

# How many reactions may follow one another before something is surely going round in circles.
MAX_DEPTH = 3


class Author(Struct, frozen=True, kw_only=True):
    """Whose entry it is and by which way it came."""

    actor: Actor
    source: str


class Handler:
    """Decides commands inside a transaction."""

    def __init__(
        self,
        rules: Rules,
        policy: Policy,
        labels: Mapping[str, str],
        reactions: Sequence[Reaction],
        clock: Clock,
        exercise: bool,
        packs: Packs,
    ) -> None:
        self._rules = rules
        self._policy = policy
        self._labels = labels
        self._reactions = reactions
        self._clock = clock
        self._exercise = exercise
        self._packs = packs

    def handle(self, transaction: Transaction, asked: Sequence[tuple[Asked, Author]]) -> list[Outcome]:
        """One outcome per entry, in order. A refused entry leaves nothing behind and stops nobody else's."""
        seen = transaction.seen([entry.id for entry, _ in asked])
        transaction.preload([entry.command.subject() for entry, _ in asked])
        return [self._one(transaction, entry, author, seen) for entry, author in asked]

    def _one(self, transaction: Transaction, entry: Asked, author: Author, seen: set[str]) -> Outcome:
        if entry.id in seen:
            return Outcome(id=entry.id, outcome="duplicate", events=(entry.id,))
        mark = transaction.mark()
        try:
            self._permit(entry, author)
            events = self.decide(transaction, entry, author)
            self._react(transaction, events, author)
        except DunantError as error:
            transaction.undo(mark)
            return rejected(entry.id, error)
        seen.add(entry.id)
        return Outcome(id=entry.id, outcome="accepted", events=tuple(event.id for event in events))

    def decide(self, transaction: Transaction, entry: Asked, author: Author) -> list[Event]:
        """From command to written events. Asks no permission: whoever calls has been let in, or is a reaction.

        Raises
        ------
        Refused
            A rule of the domain says no.
        """
        command = entry.command
        rule = self._rules.get(type(command))
        if rule is None:
            raise UnknownType(field="command.t", rule="known_command")
        context = self._context(transaction, entry, author)
        facts = list(rule(command, transaction.facts(command.subject()), context))
        return [transaction.write(self._draft(n, fact, context)) for n, fact in enumerate(facts)]

    def _permit(self, entry: Asked, author: Author) -> None:
        action = entry.command.ACTION
        if not self._policy.may(author.actor, action):
            raise Denied(action=action, who_can=self._policy.who_may(action))

    def _context(self, transaction: Transaction, entry: Asked, author: Author) -> Context:
        now = self._clock.now()
        rec = to_ms(min(entry.rec, now + timedelta(days=1)) if entry.rec else now)
        return Context(
            command=entry.id,
            actor=author.actor,
            at=_in_utc(entry.at) if entry.at else At(t=rec),
            rec=rec,
            source=entry.source or author.source,
            base=entry.base,
            exercise=self._exercise,
            known=transaction.facts,
            tag=transaction.next_tag,
            rows=transaction.rows,
            may=partial(self._policy.may, author.actor),
            signer=entry.signer,
            pack=self._packs,
        )

    def _draft(self, ordinal: int, fact: Fact, context: Context) -> Draft:
        stream = fact.stream or fact.body.STREAM
        base = fact.base if fact.base is not None else context.base or ()
        if len(base) > MAX_BASE:
            raise TooLarge(field="base", rule="max_items", limit=MAX_BASE)
        return Draft(
            id=context.command if ordinal == 0 else EventId(derived(context.command, str(ordinal))),
            fact=fact,
            stream=stream,
            label=self._labels[stream],
            at=fact.at or context.at,
            rec=context.rec,
            by=By(user=context.actor.user, role=context.actor.role),
            dev=context.actor.device,
            src=context.source,
            base=base,
        )

    def _react(self, transaction: Transaction, events: Sequence[Event], author: Author, depth: int = 0) -> None:
        """Run the reactions to events written here, once: never during replication or rebuild (sync E7)."""
        if depth == MAX_DEPTH:
            return
        for event in events:
            for reaction in self._reactions:
                for ordinal, command in enumerate(reaction(event, transaction)):
                    caused = Asked(
                        id=EventId(derived(event.id, reaction.__name__, str(ordinal))),
                        command=command,
                        at=event.header.at,
                        rec=event.header.rec,
                        source="derived",
                    )
                    self._cause(transaction, caused, author, depth + 1)

    def _cause(self, transaction: Transaction, caused: Asked, author: Author, depth: int) -> None:
        """A reaction that its own domain refuses leaves nothing behind, and never takes its cause with it."""
        mark = transaction.mark()
        try:
            self._react(transaction, self.decide(transaction, caused, author), author, depth)
        except Refused:
            transaction.undo(mark)


def _in_utc(at: At) -> At:
    if all(moment.tzinfo is UTC for moment in at.times):
        return at
    return At(t=at.t and to_ms(at.t), p=at.p, lo=at.lo and to_ms(at.lo), hi=at.hi and to_ms(at.hi))
