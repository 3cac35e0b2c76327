"""What people and systems can ask of this domain. A command is refused whole or becomes one or more facts.

Only shapes stand here; the rule behind each is a pure function in `rules/`, and `rules.RULES` says which. Fields that
the envelope has anyway (who, when, role, device) are not repeated.
"""

from dunant.casualty.commands.alerts import AcknowledgeAlert, CancelAlert, RecordAlert
from dunant.casualty.commands.casualties import (
    AssignTriage,
    AttributeDelay,
    CancelCasualty,
    EstimateInjuryTime,
    ExcludeClock,
    LocateCasualty,
    OverrideTriage,
    PronounceDeath,
    RecordDetails,
    RecordDisposition,
    RecordMilestone,
    ReopenCasualty,
    ReportCasualty,
    ReportMissing,
    ReportMist,
)
from dunant.casualty.commands.corrections import EnterInError, ResolveConflict
from dunant.casualty.commands.custody import AcceptCustody, OfferCustody, RefuseCustody
from dunant.casualty.commands.fields import Number, Override
from dunant.casualty.commands.identities import (
    AssertIdentity,
    DisputeIdentity,
    LinkSubjects,
    ResolveIdentity,
    UnlinkSubjects,
    VerifyIdentity,
)
from dunant.casualty.commands.incidents import (
    AmendIncident,
    CloseIncident,
    CreatePlaceholders,
    DeclareMascal,
    EndMascal,
    OpenIncident,
    ReopenIncident,
    ReportEstimate,
)
from dunant.casualty.commands.legs import AbortLeg, DivertLeg, LoadCasualty, PlanLeg, ReportLeg, UnloadCasualty
from dunant.casualty.commands.messages import Patient, ReceiveRequest
from dunant.casualty.commands.notifications import LiftReleaseHold, PlaceReleaseHold, ProgressNoticas
from dunant.casualty.commands.reception import (
    Admit,
    ChangeCapacity,
    CloseAdmission,
    ProgressReservation,
    ReportCapacity,
    ReportTheatre,
    StockCount,
)
from dunant.casualty.commands.requests import AmendRequest, CancelRequest, Decide, RequestEvacuation, SelfAuthorise
from dunant.casualty.commands.resources import (
    LandingZone,
    RegisterAsset,
    RegisterFacility,
    ReportAsset,
    ReportAssetPosition,
    ReportFacility,
)

__all__ = [
    "AbortLeg",
    "AcceptCustody",
    "AcknowledgeAlert",
    "Admit",
    "AmendIncident",
    "AmendRequest",
    "AssertIdentity",
    "AssignTriage",
    "AttributeDelay",
    "CancelAlert",
    "CancelCasualty",
    "CancelRequest",
    "ChangeCapacity",
    "CloseAdmission",
    "CloseIncident",
    "CreatePlaceholders",
    "Decide",
    "DeclareMascal",
    "DisputeIdentity",
    "DivertLeg",
    "EndMascal",
    "EnterInError",
    "EstimateInjuryTime",
    "ExcludeClock",
    "LandingZone",
    "LiftReleaseHold",
    "LinkSubjects",
    "LoadCasualty",
    "LocateCasualty",
    "Number",
    "OfferCustody",
    "OpenIncident",
    "Override",
    "OverrideTriage",
    "Patient",
    "PlaceReleaseHold",
    "PlanLeg",
    "ProgressNoticas",
    "ProgressReservation",
    "PronounceDeath",
    "ReceiveRequest",
    "RecordAlert",
    "RecordDetails",
    "RecordDisposition",
    "RecordMilestone",
    "RefuseCustody",
    "RegisterAsset",
    "RegisterFacility",
    "ReopenCasualty",
    "ReopenIncident",
    "ReportAsset",
    "ReportAssetPosition",
    "ReportCapacity",
    "ReportCasualty",
    "ReportEstimate",
    "ReportFacility",
    "ReportLeg",
    "ReportMissing",
    "ReportMist",
    "ReportTheatre",
    "RequestEvacuation",
    "ResolveConflict",
    "ResolveIdentity",
    "SelfAuthorise",
    "StockCount",
    "UnlinkSubjects",
    "UnloadCasualty",
    "VerifyIdentity",
]
