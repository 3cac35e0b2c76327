"""From what is known and what is asked to what happened: one pure function for each command.

No clock, no storage, no network. A rule of the casualty domain lives here, never in a route.
"""

from dunant.casualty.rules import (
    alerts,
    care,
    casualties,
    corrections,
    custody,
    identities,
    incidents,
    legs,
    messages,
    notifications,
    placeholders,
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
    **messages.RULES,
    **placeholders.RULES,
    **legs.RULES,
    **resources.RULES,
    **reception.RULES,
}
