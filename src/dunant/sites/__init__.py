"""Who belongs to the mission: its sites, their keys and states, as the authority site says. Pure."""

from dunant.sites.events import SITE_EVENTS
from dunant.sites.model import Site, site_subject
from dunant.sites.rules import SITE_COMMANDS, Here, site_rules
from dunant.sites.views import site_views

__all__ = ["SITE_COMMANDS", "SITE_EVENTS", "Here", "Site", "site_rules", "site_subject", "site_views"]
