"""What can happen to an evacuation request."""

from dunant.kernel.events import Body
from dunant.kernel.ids import SubjectId, Tag
from dunant.kernel.places import Position


class _RequestFact(Body, frozen=True, kw_only=True):
    STREAM = "casualty"
    KIND = "request"
    URGENCY = 2


class EvacRequested(_RequestFact, frozen=True, kw_only=True):
    """A 9-line, 4-line or referral was submitted. `lines` holds what the form said, by canonical field name."""

    TYPE = "casualty.evac_requested"
    GROUPS = ("status", "place")

    tag: Tag
    kind: str
    dialect: str
    exercise: bool = False
    incident: SubjectId | None = None
    alert: SubjectId | None = None
    casualties: tuple[SubjectId, ...] = ()
    pickup: Position | None = None
    lines: dict[str, object] = {}
    peer: str = ""
    peer_uid: str = ""


class EvacRequestAmended(_RequestFact, frozen=True, kw_only=True):
    """Only the lines that changed; None in `lines` means that the peer took the value back."""

    TYPE = "casualty.evac_request_amended"
    GROUPS = ("status", "place")

    pickup: Position | None = None
    casualties: tuple[SubjectId, ...] = ()
    lines: dict[str, object] = {}
    peer: str = ""


class EvacRequestClosed(_RequestFact, frozen=True, kw_only=True):
    """`outcome` is CANCELLED, COMPLETED or SUPERSEDED."""

    TYPE = "casualty.evac_request_closed"

    outcome: str
    reason: str = ""


class AuthorityDecided(_RequestFact, frozen=True, kw_only=True):
    """One step of authority was answered. A denial carries its reason and what happens instead."""

    TYPE = "casualty.authority_decided"

    step: str
    decision: str
    reason: str = ""
    next_step: str = ""


class EmergencySelfAuthorised(_RequestFact, frozen=True, kw_only=True):
    """The senior person present did not wait. Always possible for the urgent, always reviewed."""

    TYPE = "casualty.emergency_self_authorised"

    reason: str
