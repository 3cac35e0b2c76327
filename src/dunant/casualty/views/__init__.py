"""What screens read: tables made from the facts of one subject. Nothing here depends on the time of day.

A clock that is still running is computed when it is read, from the milestones in the row.
"""

from msgspec.structs import replace

from dunant.casualty.model import CasualtyPolicy
from dunant.casualty.views.board import board
from dunant.casualty.views.care import allergies, assessments, clinical_notes, injuries, interventions, vitals
from dunant.casualty.views.clinical import identities, mists
from dunant.casualty.views.conflicts import conflicts, identity_conflicts
from dunant.casualty.views.custody import custody
from dunant.casualty.views.evacuation import legs, requests
from dunant.casualty.views.incidents import alerts, delay_reasons, incidents
from dunant.casualty.views.notification import holds
from dunant.casualty.views.postures import postures
from dunant.casualty.views.reception import admissions, reservations, stocks, theatre
from dunant.casualty.views.referrals import referrals
from dunant.casualty.views.resources import assets, facilities, foreign_messages
from dunant.casualty.views.summary import clinical_summary
from dunant.kernel.events import digest_of
from dunant.kernel.views import View

__all__ = ["casualty_views"]


def casualty_views(policy: CasualtyPolicy) -> tuple[View, ...]:
    """Every view of this domain. The policy is part of what a row means: it is handed in here; a change rebuilds."""
    made = (
        board(policy),
        custody(),
        identities(policy),
        mists(),
        holds(policy),
        injuries(),
        interventions(),
        vitals(),
        assessments(),
        allergies(),
        clinical_notes(),
        clinical_summary(policy),
        conflicts(policy),
        identity_conflicts(policy),
        incidents(policy),
        alerts(policy),
        delay_reasons(),
        requests(policy),
        legs(),
        referrals(),
        postures(policy),
        assets(),
        facilities(),
        stocks(),
        reservations(),
        admissions(),
        theatre(),
        foreign_messages(),
    )
    return tuple(replace(view, policy=digest_of(policy)) for view in made)
