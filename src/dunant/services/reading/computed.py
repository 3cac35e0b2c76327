"""Pages that are worked out when they are asked for, from rows of several views and the time of day.

One entry each: name → what it costs to see it, what may be asked, and how it is read. Its action is `view.<name>` in
the roles pack, the shape of its rows stands in `wire.py`, its reading in a file of its noun.
"""

from collections.abc import Mapping

from dunant.services.reading.arrivals import ARRIVALS
from dunant.services.reading.asking import Computed
from dunant.services.reading.authority import DECISIONS, PIPELINE
from dunant.services.reading.capacity import CAPACITY
from dunant.services.reading.card import CARD
from dunant.services.reading.compliance import COMPLIANCE
from dunant.services.reading.delays import DELAYS
from dunant.services.reading.mascal import MASCAL
from dunant.services.reading.notifications import NOTICE, NOTIFICATIONS
from dunant.services.reading.options import OPTIONS
from dunant.services.reading.replay import REPLAY
from dunant.services.reading.reservations import RESERVATIONS
from dunant.services.reading.search import SEARCH
from dunant.services.reading.triage import TRIAGE
from dunant.services.reading.violations import VIOLATIONS

COMPUTED: Mapping[str, Computed] = {
    "arrivals": ARRIVALS,
    "capacity": CAPACITY,
    "card": CARD,
    "compliance": COMPLIANCE,
    "decisions": DECISIONS,
    "delays": DELAYS,
    "mascal": MASCAL,
    "notice": NOTICE,
    "notifications": NOTIFICATIONS,
    "pipeline": PIPELINE,
    "replay": REPLAY,
    "search": SEARCH,
    "triage": TRIAGE,
    "options": OPTIONS,
    "reservations": RESERVATIONS,
    "violations": VIOLATIONS,
}
