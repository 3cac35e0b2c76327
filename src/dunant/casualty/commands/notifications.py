"""Telling the UN and the next of kin, and keeping names in until they have been told."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dunant.casualty.commands.fields import Code, Id, Note, Reason
from dunant.kernel.events import Command

NoticasState = Literal[
    "DRAFT",
    "MEDICALLY_CLEARED",
    "SENT_HQ",
    "TCC_INFORMED",
    "NOK_CONFIRMED",
    "RELEASED",
    "AMENDED",
    "WITHDRAWN",
]
HoldScope = Literal["NAME", "PHOTO", "NATIONALITY_UNIT", "ALL"]
Recipients = Annotated[tuple[Code, ...], Meta(max_length=16)]


class ProgressNoticas(Command, frozen=True, kw_only=True, tag="casualty.progress_noticas"):
    """The next step of a NOTICAS. The note holds no name: the stream it goes to has none."""

    ACTION: ClassVar = "casualty.progress_noticas"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    state: NoticasState
    recipients: Recipients = ()
    note: Note = ""


class PlaceReleaseHold(Command, frozen=True, kw_only=True, tag="casualty.place_release_hold"):
    """Keep a casualty's name in. `trigger`: why, by the pack; the scope is the trigger's unless it is said here."""

    ACTION: ClassVar = "casualty.place_release_hold"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    scope: HoldScope | None = None
    reason: Note = ""
    trigger: Code | None = None


class LiftReleaseHold(Command, frozen=True, kw_only=True, tag="casualty.lift_release_hold"):
    """End every hold that stands before its time, for a reason."""

    ACTION: ClassVar = "casualty.lift_release_hold"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    reason: Reason
