"""Who somebody is, and which records are of one person."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dunant.casualty.commands.fields import Id, Note, Reason
from dunant.kernel.events import Command
from dunant.kernel.ids import EventId

IdentityKind = Literal["UN_INDEX", "TCC_SERVICE_NO", "NAME", "ZAP", "BIOMETRIC_HASH", "PHOTO_HASH", "TAG"]
Assertion = Annotated[EventId, Meta(min_length=36, max_length=36)]
Confidence = Annotated[float, Meta(ge=0, le=1)]
Value = Annotated[str, Meta(min_length=1, max_length=200)]


class AssertIdentity(Command, frozen=True, kw_only=True, tag="casualty.assert_identity"):
    """Somebody says who this is. Never part of the board, the map, an alert or a message to another system."""

    ACTION: ClassVar = "casualty.assert_identity"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    kind: IdentityKind
    value: Value
    state: Literal["UNKNOWN", "PROVISIONAL", "VERIFIED", "DISPUTED"] = "PROVISIONAL"
    confidence: Confidence | None = None


class VerifyIdentity(Command, frozen=True, kw_only=True, tag="casualty.verify_identity"):
    """What an assertion says has been compared with a document, a person or a record, and is true."""

    ACTION: ClassVar = "casualty.verify_identity"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    assertion: Assertion
    evidence: Note = ""


class DisputeIdentity(Command, frozen=True, kw_only=True, tag="casualty.dispute_identity"):
    """What an assertion says is doubted; it stays, and is shown last."""

    ACTION: ClassVar = "casualty.dispute_identity"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    assertion: Assertion
    reason: Reason


class LinkSubjects(Command, frozen=True, kw_only=True, tag="casualty.link_subjects"):
    """Two records are of one person. Reversible: nothing is rewritten."""

    ACTION: ClassVar = "casualty.link_subjects"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    other: Id
    score: Annotated[float, Meta(ge=0, le=1)] | None = None
    reason: Note = ""


class UnlinkSubjects(Command, frozen=True, kw_only=True, tag="casualty.unlink_subjects"):
    ACTION: ClassVar = "casualty.unlink_subjects"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    other: Id
    reason: Note = ""


class ResolveIdentity(Command, frozen=True, kw_only=True, tag="casualty.resolve_identity"):
    """Settle which of several verified values is true, or that all are. The envelope's `base` names what was seen."""

    ACTION: ClassVar = "casualty.resolve_identity"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    kind: IdentityKind
    value: Value | Annotated[tuple[Value, ...], Meta(min_length=1, max_length=8)]
    reason: Reason
