"""The things this domain knows, each a reading of the facts about it."""

from dunant.casualty.model.alert import Alert
from dunant.casualty.model.casualty import DETAILS, IDENTITY, IN_HANDS, Casualty
from dunant.casualty.model.custody import CAREGIVERS, Custody, Held
from dunant.casualty.model.incident import AMENDABLE, Incident
from dunant.casualty.model.leg import WAITING, Leg
from dunant.casualty.model.marks import NO_POLICY, CasualtyPolicy
from dunant.casualty.model.notification import CHAIN, Hold, Notification, Trigger, moment
from dunant.casualty.model.posture import Posture
from dunant.casualty.model.reception import KEPT, NEXT, OVER, SLOT_NEXT, Admission, Reservation, Theatre
from dunant.casualty.model.request import ENDINGS, REFERRAL, Request, total
from dunant.casualty.model.resource import Asset, Facility
from dunant.casualty.model.stock import Stock, covers_of

__all__ = [
    "AMENDABLE",
    "CAREGIVERS",
    "CHAIN",
    "DETAILS",
    "ENDINGS",
    "IDENTITY",
    "IN_HANDS",
    "KEPT",
    "NEXT",
    "NO_POLICY",
    "OVER",
    "REFERRAL",
    "SLOT_NEXT",
    "WAITING",
    "Admission",
    "Alert",
    "Asset",
    "Casualty",
    "CasualtyPolicy",
    "Custody",
    "Facility",
    "Held",
    "Hold",
    "Incident",
    "Leg",
    "Notification",
    "Posture",
    "Request",
    "Reservation",
    "Stock",
    "Theatre",
    "Trigger",
    "covers_of",
    "moment",
    "total",
]
