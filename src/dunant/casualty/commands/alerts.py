"""What can be asked about an alert."""

from typing import ClassVar, Literal

from dunant.casualty.commands.fields import Code, Id, Label, Note, RawCategory
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
    # The precedence as it was said, and in which dialect if anybody knows.
    category: RawCategory = ""
    dialect: Label = ""
    exercise: bool = False
    damaged: bool = False


class AcknowledgeAlert(Command, frozen=True, kw_only=True, tag="casualty.acknowledge_alert"):
    """Take notice in one's role; `post` says for which post, where a role holds several of the fan-out."""

    ACTION: ClassVar = "casualty.acknowledge_alert"
    ABOUT: ClassVar = "alert"

    alert: Id
    post: Code | None = None


class StateAlertDialect(Command, frozen=True, kw_only=True, tag="casualty.state_alert_dialect"):
    """Say in which dialect the letter of an alert was meant."""

    ACTION: ClassVar = "casualty.state_alert_dialect"
    ABOUT: ClassVar = "alert"

    alert: Id
    dialect: Code


class EscalateAlert(Command, frozen=True, kw_only=True, tag="casualty.escalate_alert"):
    """Ask the next role. Only the timers of the site where the alert was received say this."""

    ACTION: ClassVar = "casualty.escalate_alert"
    ABOUT: ClassVar = "alert"

    alert: Id
    to_role: Code
    attempt: int


class CancelAlert(Command, frozen=True, kw_only=True, tag="casualty.cancel_alert"):
    ACTION: ClassVar = "casualty.cancel_alert"
    ABOUT: ClassVar = "alert"

    alert: Id
    reason: Note
