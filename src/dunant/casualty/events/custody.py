"""Who has a casualty in hands: offered by one, accepted or refused by another."""

from dunant.kernel.events import Body
from dunant.kernel.ids import SubjectId


class _CustodyFact(Body, frozen=True, kw_only=True):
    STREAM = "casualty"
    KIND = "casualty"
    GROUPS = ("movement",)
    URGENCY = 2


class CasualtyRedirected(_CustodyFact, frozen=True, kw_only=True):
    """Aboard, and now bound for another facility than at the loading: that one may read what it must get ready for."""

    TYPE = "casualty.casualty_redirected"

    leg: SubjectId | None = None
    facility: SubjectId


class CustodyOffered(_CustodyFact, frozen=True, kw_only=True):
    """The author wants to hand a casualty over; `nonce` names this offer, `card_hash` the AT-MIST shown with it."""

    TYPE = "casualty.custody_offered"

    nonce: str
    mode: str
    to_role: str | None = None
    to_facility: SubjectId | None = None
    to_leg: SubjectId | None = None
    card_hash: str = ""


class CustodyAccepted(_CustodyFact, frozen=True, kw_only=True):
    """Somebody has taken a casualty over: the author, or `holder` whose signed word by `key` the author passes on."""

    TYPE = "casualty.custody_accepted"

    mode: str
    nonce: str = ""
    facility: SubjectId | None = None
    leg: SubjectId | None = None
    holder: str | None = None
    holder_role: str | None = None
    key: str = ""


class CustodyRefused(_CustodyFact, frozen=True, kw_only=True):
    """The receiver does not take the casualty over. `nonce` names the offer; empty: every open one."""

    TYPE = "casualty.custody_refused"

    nonce: str = ""
    reason: str
