"""The notification of casualties to the UN and the next of kin, and the gate that keeps names in until then.

State, version, recipients and a hash: the text itself is made when it is sent, and the name stays with the identities.
"""

from dunant.kernel.events import Body
from dunant.kernel.ids import EventId


class _NotificationFact(Body, frozen=True, kw_only=True):
    STREAM = "casualty"
    KIND = "casualty"
    RESOURCE = "notification"


class NoticasProgressed(_NotificationFact, frozen=True, kw_only=True):
    """A NOTICAS was drafted, cleared, sent, confirmed, released, amended or withdrawn.

    `hash` is of what the text was made from, identities and their events among it, so that it gives no name away.
    """

    TYPE = "casualty.noticas_progressed"
    GROUPS = ("status", "chain")

    version: int
    state: str
    recipients: tuple[str, ...] = ()
    hash: str = ""
    note: str = ""


class ReleaseHoldPlaced(_NotificationFact, frozen=True, kw_only=True):
    """No name goes out until the next of kin have been told and `hold_h` hours have passed since."""

    TYPE = "casualty.release_hold_placed"
    URGENCY = 2

    scope: str
    hold_h: float
    trigger: str
    reason: str = ""


class ReleaseHoldLifted(_NotificationFact, frozen=True, kw_only=True):
    """The holds that were seen are over before their time; one placed elsewhere in the meantime stands."""

    TYPE = "casualty.release_hold_lifted"

    holds: tuple[EventId, ...]
    reason: str
