"""What a domain is told when it decides: everything it may use besides the command. No clock, no store.

`known` is a door to the facts of other subjects, and `rows` to what the views say, as they are in this transaction.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from msgspec import Struct

from dunant.kernel.access import Actor
from dunant.kernel.events import At, Command, Fact
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, SubjectId, Tag
from dunant.kernel.merge import Reading
from dunant.kernel.policy import PackT

CommandT = TypeVar("CommandT", bound=Command)


class Rows(Protocol):
    """Rows of a view with these values, as they are in this very transaction."""

    def __call__(self, view: str, **equal: Any) -> Sequence[Mapping[str, Any]]: ...


class Packs(Protocol):
    """The pack of a shape, as it is in force here."""

    def __call__(self, shape: type[PackT]) -> PackT: ...


class Context(Struct, frozen=True, kw_only=True):
    """Who asks, when it happened and was recorded, and what the author had seen.

    `source` says by which way the fact came (medic, voice, sms, cot, import, sensor, derived, simulation).
    """

    command: EventId
    actor: Actor
    at: At
    rec: datetime
    source: str
    # None: the author did not say, and is taken to have seen what is known here now.
    base: tuple[EventId, ...] | None
    exercise: bool
    known: Callable[[SubjectId], Facts]
    tag: Callable[[bool], Tag]
    rows: Rows
    # Whether the author may also take another action.
    may: Callable[[str], bool]
    # Who signed the proof that came with the command; `device` is then the key. None: no proof came.
    signer: Actor | None = None
    pack: Packs

    def seen(self, *readings: Reading[Any]) -> tuple[EventId, ...]:
        """What the author saw of these fields: what the command says, else everything they show here now."""
        if self.base is not None:
            return self.base
        return tuple(dict.fromkeys(entry.event.id for reading in readings for entry in reading.heads))


Rule = Callable[[Any, Facts, Context], Iterable[Fact]]
# Each domain offers one table: command type → the pure function that decides it.
Rules = Mapping[type[Command], Rule]
