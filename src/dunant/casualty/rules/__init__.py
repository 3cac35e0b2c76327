"""From what is known and what is asked to what happened: one pure function for each command.

No clock, no storage, no network. A rule of the casualty domain lives here, never in a route.
"""

from dunant.casualty.rules import (
    alerts,
    care,
    casualties,
    corrections,
    custody,
    decisions,
    derived,
    identities,
    incidents,
    legs,
    messages,
    notifications,
    placeholders,
    postures,
    reception,
    requests,
    resources,
    triage,
)
from dunant.kernel.deciding import Rules

RULES: Rules = {
    **incidents.RULES,
    **alerts.RULES,
    **casualties.RULES,
    **care.RULES,
    **triage.RULES,
    **identities.RULES,
    **notifications.RULES,
    **corrections.RULES,
    **custody.RULES,
    **requests.RULES,
    **decisions.RULES,
    **postures.RULES,
    **messages.RULES,
    **placeholders.RULES,
    **legs.RULES,
    **resources.RULES,
    **reception.RULES,
}

# What only the site itself asks for, because of another fact or of the time: no door carries these.
DERIVED_RULES: Rules = derived.DERIVED_RULES
