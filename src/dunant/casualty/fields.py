"""Which kinds of events set which field that can be in conflict."""

from collections.abc import Mapping

from dunant.casualty import events as e
from dunant.casualty.model import AMENDABLE, DETAILS, IDENTITY

_INCIDENT = (e.IncidentOpened.TYPE, e.IncidentAmended.TYPE)
_FORM = (e.EvacRequested.TYPE, e.EvacDrafted.TYPE, e.EvacRequestAmended.TYPE)
# Field, or the beginning of its name up to the dot → wire tags. Of the position, that of a casualty and of an incident.
SET_BY: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(DETAILS, (e.CasualtyDetailsRecorded.TYPE,)),
    **dict.fromkeys(AMENDABLE, _INCIDENT),
    "tag": (e.CasualtyReported.TYPE,),
    "triage": (e.TriageAssigned.TYPE, e.TriageOverridden.TYPE),
    "position": (e.CasualtyReported.TYPE, e.CasualtyLocated.TYPE, *_INCIDENT),
    "presence": (e.CasualtyMissing.TYPE, e.CasualtyLocated.TYPE),
    "estimate": (e.EstimateReported.TYPE,),
    "status": (e.IncidentOpened.TYPE, e.IncidentClosed.TYPE, e.IncidentReopened.TYPE),
    "disposition": (e.DispositionRecorded.TYPE, e.CasualtyReopened.TYPE),
    "mascal": (e.MascalDeclared.TYPE, e.MascalEnded.TYPE),
    "pickup": _FORM,
    "line.": _FORM,
    "decision.": (e.AuthorityDecided.TYPE, e.EvacValidated.TYPE),
    "held": (e.EvacHeld.TYPE, e.EvacResumed.TYPE),
    "referral.": (e.ReferralStated.TYPE,),
    "dialect": (e.AlertDialectStated.TYPE,),
    "posture": (e.PostureSet.TYPE,),
    "plan": (e.LegPlanned.TYPE,),
    "reservation": (e.ReservationProgressed.TYPE,),
    "slot": (e.TheatreReported.TYPE,),
    IDENTITY: (e.IdentityAsserted.TYPE,),
}
