"""From point of injury to disposition: what is said of a casualty, what it means, what it shows."""

from dunant.casualty.access import ACTIONS
from dunant.casualty.events import CASUALTY_EVENTS, UPCASTERS
from dunant.casualty.fields import SET_BY
from dunant.casualty.ledger import count_people, persons
from dunant.casualty.model import CasualtyPolicy
from dunant.casualty.rules import DERIVED_RULES, RULES
from dunant.casualty.views import casualty_views

__all__ = [
    "ACTIONS",
    "CASUALTY_EVENTS",
    "DERIVED_RULES",
    "RULES",
    "SET_BY",
    "UPCASTERS",
    "CasualtyPolicy",
    "casualty_views",
    "count_people",
    "persons",
]
