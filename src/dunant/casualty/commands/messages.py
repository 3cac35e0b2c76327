"""What another system can tell us. Its codes are kept as they came, known or not."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from dunant.casualty.commands.fields import Code, Id, Label, Note, Number, Peer
from dunant.kernel.events import Command
from dunant.kernel.places import Position


class Patient(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One patient of a message from outside; `key` is what the peer calls it within the message."""

    key: Annotated[str, Meta(max_length=200)]
    zap: Annotated[str, Meta(max_length=200)] = ""
    mechanism: Code | None = None
    mechanism_text: Note = ""
    injuries: tuple[Code, ...] = ()
    injuries_text: Note = ""
    signs: Note = ""
    treatment: Note = ""


class ReceiveRequest(Command, frozen=True, kw_only=True, tag="casualty.receive_request"):
    """Take in a 9-line from another system. Idempotent by (peer, uid): a repeat is no fact, a change is one amendment.

    `tag`: the one the request already has at its origin, as a text line carries it.

    `content` is a digest of what the message says (not of its time stamps); `blob` addresses its bytes; `unknown` lists
    what was not understood.
    """

    ACTION: ClassVar = "casualty.receive_request"
    ABOUT: ClassVar = "request"

    request: Id
    peer: Peer
    uid: Annotated[str, Meta(min_length=1, max_length=500)]
    dialect: Code
    channel: Literal["COT", "SMS", "EMAIL"] = "COT"
    tag: Code | None = None
    kind: Literal["CASEVAC", "MEDEVAC_EMERG"] = "CASEVAC"
    callsign: Label = ""
    position: Position | None = None
    estimate: Number = 0
    lines: dict[Code, object] = {}
    patients: Annotated[tuple[Patient, ...], Meta(max_length=200)] = ()
    exercise: bool = False
    content: Label
    blob: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")] | None = None
    unknown: tuple[Note, ...] = ()
