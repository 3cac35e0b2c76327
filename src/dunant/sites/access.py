"""The actions this domain knows. Who may take them is the business of the roles pack."""

from dunant.sites.rules import SITE_COMMANDS

ACTIONS: frozenset[str] = frozenset(command.ACTION for command in SITE_COMMANDS)
