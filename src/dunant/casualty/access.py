"""The actions this domain knows. Who may take them is the business of the roles pack."""

from dunant.casualty.rules import RULES

ACTIONS: frozenset[str] = frozenset(command.ACTION for command in RULES)
