"""How a person settles what contradicts, and takes back what was wrong, of any subject."""

from typing import ClassVar

from dunant.casualty.commands.fields import Code, Id, Reason
from dunant.kernel.events import Command
from dunant.kernel.ids import EventId


class ResolveConflict(Command, frozen=True, kw_only=True, tag="casualty.resolve_conflict"):
    """Settle a field. The envelope's `base` must name every head that was seen."""

    ACTION: ClassVar = "casualty.resolve_conflict"
    ABOUT: ClassVar = "subject_id"

    subject_id: Id
    field: Code
    value: str | int | float | bool | dict[str, object] | list[object] | None
    reason: Reason


class EnterInError(Command, frozen=True, kw_only=True, tag="casualty.enter_in_error"):
    """An earlier fact about this subject should not have been recorded."""

    ACTION: ClassVar = "casualty.enter_in_error"
    ABOUT: ClassVar = "subject_id"

    subject_id: Id
    event: EventId
    reason: Reason
