"""Who somebody is, and which records are of one person."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dunant.casualty.commands.fields import Id
from dunant.kernel.events import Command


class AssertIdentity(Command, frozen=True, kw_only=True, tag="casualty.assert_identity"):
    """Somebody says who this is. Never part of the board, the map, an alert or a message to another system."""

    ACTION: ClassVar = "casualty.assert_identity"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    kind: Literal["UN_INDEX", "TCC_SERVICE_NO", "NAME", "ZAP", "BIOMETRIC_HASH", "PHOTO_HASH", "TAG"]
    value: Annotated[str, Meta(min_length=1, max_length=200)]
    state: Literal["UNKNOWN", "PROVISIONAL", "VERIFIED", "DISPUTED"] = "PROVISIONAL"


class LinkSubjects(Command, frozen=True, kw_only=True, tag="casualty.link_subjects"):
    """Two records are of one person. Reversible: nothing is rewritten."""

    ACTION: ClassVar = "casualty.link_subjects"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    other: Id
    score: Annotated[float, Meta(ge=0, le=1)] | None = None


class UnlinkSubjects(Command, frozen=True, kw_only=True, tag="casualty.unlink_subjects"):
    ACTION: ClassVar = "casualty.unlink_subjects"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    other: Id
