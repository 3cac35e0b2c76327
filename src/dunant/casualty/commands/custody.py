"""What can be asked about who has a casualty in hands."""

from typing import Annotated, ClassVar

from msgspec import Meta

from dunant.casualty.commands.fields import Code, Id, Reason
from dunant.kernel.events import Command

Mode = Annotated[Code, Meta(extra={"codes": "custody.mode"})]
Nonce = Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+(?!\n)$")]
CardHash = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9_-]*(?!\n)$")]
# A signed record as it stands in a code, base64url.
Proof = Annotated[str, Meta(max_length=2000, pattern=r"^[A-Za-z0-9_-]+(?!\n)$")]


class OfferCustody(Command, frozen=True, kw_only=True, tag="casualty.offer_custody"):
    """The holder wants to hand a casualty over. `nonce` is made where the offer is, and named by its answer."""

    ACTION: ClassVar = "casualty.offer_custody"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    nonce: Nonce
    mode: Mode
    to_role: Code | None = None
    to_facility: Id | None = None
    to_leg: Id | None = None
    card_hash: CardHash = ""


class AcceptCustody(Command, frozen=True, kw_only=True, tag="casualty.accept_custody"):
    """Take a casualty over. Without `nonce` nobody is known to have offered it: custody is then provisional.

    `proof` is the receiver's signed acceptance, passed on by the giver: the signer is then the holder, not the sender.
    """

    ACTION: ClassVar = "casualty.accept_custody"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    mode: Mode
    nonce: Nonce | None = None
    facility: Id | None = None
    leg: Id | None = None
    proof: Proof | None = None


class RefuseCustody(Command, frozen=True, kw_only=True, tag="casualty.refuse_custody"):
    """Do not take a casualty over. It stays with whoever has it."""

    ACTION: ClassVar = "casualty.refuse_custody"
    ABOUT: ClassVar = "casualty"

    casualty: Id
    reason: Reason
    nonce: Nonce | None = None
