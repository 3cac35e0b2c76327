"""The things this domain knows, each a reading of the facts about it."""

from dunant.casualty.model.alert import Alert
from dunant.casualty.model.casualty import DETAILS, IDENTITY, IN_HANDS, Casualty
from dunant.casualty.model.custody import CAREGIVERS, Custody, Held
from dunant.casualty.model.incident import AMENDABLE, Incident
from dunant.casualty.model.leg import WAITING, Leg
from dunant.casualty.model.marks import NO_POLICY, CasualtyPolicy
from dunant.casualty.model.request import Request, total
from dunant.casualty.model.resource import Asset, Facility

__all__ = [
    "AMENDABLE",
    "CAREGIVERS",
    "DETAILS",
    "IDENTITY",
    "IN_HANDS",
    "NO_POLICY",
    "WAITING",
    "Alert",
    "Asset",
    "Casualty",
    "CasualtyPolicy",
    "Custody",
    "Facility",
    "Held",
    "Incident",
    "Leg",
    "Request",
    "total",
]
