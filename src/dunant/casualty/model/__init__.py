"""The things this domain knows, each a reading of the facts about it."""

from dunant.casualty.model.alert import Alert
from dunant.casualty.model.casualty import DETAILS, Casualty, CasualtyPolicy
from dunant.casualty.model.incident import AMENDABLE, Incident
from dunant.casualty.model.leg import Leg
from dunant.casualty.model.request import Request
from dunant.casualty.model.resource import Asset, Facility

__all__ = [
    "AMENDABLE",
    "DETAILS",
    "Alert",
    "Asset",
    "Casualty",
    "CasualtyPolicy",
    "Facility",
    "Incident",
    "Leg",
    "Request",
]
