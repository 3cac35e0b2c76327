"""What can be asked about an alert."""

from typing import ClassVar, Literal

from dunant.casualty.commands.fields import Id, Label, Note
from dunant.kernel.events import Command
from dunant.kernel.places import Position


class RecordAlert(Command, frozen=True, kw_only=True, tag="casualty.record_alert"):
    """The first word of it. `damaged`: it did not arrive whole, nothing was read out of it, and it still sounds."""

    ACTION: ClassVar = "casualty.record_alert"
    ABOUT: ClassVar = "alert"

    alert: Id
    channel: Literal["VOICE", "SMS", "APP", "COT", "EMAIL"]
    incident: Id | None = None
    request: Id | None = None
    callsign: Label = ""
    position: Position | None = None
    exercise: bool = False
    damaged: bool = False


class AcknowledgeAlert(Command, frozen=True, kw_only=True, tag="casualty.acknowledge_alert"):
    ACTION: ClassVar = "casualty.acknowledge_alert"
    ABOUT: ClassVar = "alert"

    alert: Id


class CancelAlert(Command, frozen=True, kw_only=True, tag="casualty.cancel_alert"):
    ACTION: ClassVar = "casualty.cancel_alert"
    ABOUT: ClassVar = "alert"

    alert: Id
    reason: Note
