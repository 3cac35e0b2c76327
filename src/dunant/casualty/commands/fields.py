"""Kinds of fields that commands share.

`codes` names a list of the packs: what a person enters here is held to it, a code from outside is kept as it came.
"""

from typing import Annotated

from msgspec import Meta, Struct

from dunant.kernel.ids import SubjectId

Note = Annotated[str, Meta(max_length=2000)]
Reason = Annotated[str, Meta(min_length=1, max_length=2000)]
Code = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:@-]+(?!\n)$")]
Label = Annotated[str, Meta(max_length=200)]
Id = Annotated[SubjectId, Meta(min_length=36, max_length=36)]
Number = Annotated[int, Meta(ge=0, le=100_000)]
RawCategory = Annotated[str, Meta(max_length=64)]
Channel = Annotated[Code, Meta(extra={"codes": "contact.channel"})]
Posture = Annotated[Code, Meta(extra={"codes": "posture"})]
Peer = Annotated[str, Meta(max_length=200)]
MilestoneCode = Annotated[str, Meta(pattern=r"^M(\d|1[0-7])(?!\n)$")]

IncidentType = Annotated[Code, Meta(extra={"codes": "incident.type"})]
Threat = Annotated[Code, Meta(extra={"codes": "incident.threat"})]
Canonical = Annotated[Code, Meta(extra={"codes": "precedence"})]
Affiliation = Annotated[Code, Meta(extra={"codes": "affiliation"})]
Mechanism = Annotated[Code, Meta(extra={"codes": "mechanism"})]
TriageScheme = Annotated[Code, Meta(extra={"codes": "triage.scheme"})]
DelayCode = Annotated[Code, Meta(extra={"codes": "delay"})]
DispositionType = Annotated[Code, Meta(extra={"codes": "disposition"})]
FacilityLevel = Annotated[str, Meta(pattern=r"^[A-Z0-9_+]{1,16}(?!\n)$")]
Module = Annotated[Code, Meta(extra={"codes": "facility.module"})]
ModuleStatus = Annotated[Code, Meta(extra={"codes": "facility.status"})]
Resource = Annotated[Code, Meta(extra={"codes": "capacity.resource"})]
Accepted = Annotated[Code, Meta(extra={"codes": "facility.accepts"})]
TriageCode = Annotated[Code, Meta(extra={"codes": "triage.mci"})]
Change = Annotated[int, Meta(ge=-1000, le=1000)]
Minutes = Annotated[float, Meta(ge=0, le=100_000)]
Kilometres = Annotated[float, Meta(ge=0, le=20_100)]


class Override(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Go on against a guard: the rule it names (or `all`), and why. Role and person are those of the author."""

    rule: Code
    reason: Reason


InjuryKind = Annotated[Code, Meta(extra={"codes": "care.injury"})]
BodyRegion = Annotated[Code, Meta(extra={"codes": "care.region"})]
Intervention = Annotated[Code, Meta(extra={"codes": "care.intervention"})]
Performer = Annotated[Code, Meta(extra={"codes": "care.performer"})]
Limb = Annotated[Code, Meta(extra={"codes": "care.limb"})]
PulseSite = Annotated[Code, Meta(extra={"codes": "care.pulse_site"})]
Route = Annotated[Code, Meta(extra={"codes": "care.route"})]
BloodProduct = Annotated[Code, Meta(extra={"codes": "care.blood_product"})]
BloodGroup = Annotated[Code, Meta(extra={"codes": "care.blood_group"})]
Isolation = Annotated[Code, Meta(extra={"codes": "care.isolation"})]
Escort = Annotated[Code, Meta(extra={"codes": "care.escort"})]
NoteAbout = Annotated[Code, Meta(extra={"codes": "care.note"})]
AgeBand = Annotated[Code, Meta(extra={"codes": "care.age_band"})]
