/** Shapes of the wire. Made by `make ui-types` from the OpenAPI document; do not edit. */

export type AboardWire = {
  "casualty": string
  "place": "LITTER" | "SEAT"
}

export type AbortLeg = {
  "leg": string
  "reason": string
  "t": "casualty.abort_leg"
}

export type AcceptCustody = {
  "casualty": string
  "facility"?: string | null
  "leg"?: string | null
  "mode": string
  "nonce"?: string | null
  "proof"?: string | null
  "t": "casualty.accept_custody"
}

export type AcknowledgeAlert = {
  "alert": string
  "post"?: string | null
  "t": "casualty.acknowledge_alert"
}

export type AcknowledgedWire = {
  "acts": boolean
  "at": string
  "post": string
  "role": string
}

export type ActValue = {
  "asks": (string)[]
  "code": string
  "letter": string
  "lsi": boolean
}

export type AddNote = {
  "about"?: string
  "casualty": string
  "t": "casualty.add_note"
  "text": string
}

export type AdmissionWire = {
  "author"?: string
  "bed"?: string
  "casualty"?: string
  "closed_at"?: string | null
  "exercise"?: boolean
  "facility"?: string
  "facility_id"?: string
  "flags"?: (string)[]
  "open"?: boolean
  "opened_at"?: string
  "reason"?: string
  "resource"?: string
  "subject": string
}

export type Admit = {
  "admission": string
  "bed"?: string
  "casualty": string
  "facility": string
  "resource": string
  "t": "casualty.admit"
}

export type AlertWire = {
  "acknowledged"?: (AcknowledgedWire)[]
  "author"?: string
  "callsign"?: string
  "category"?: string | null
  "channel"?: string
  "delivery"?: DeliveryWire
  "due"?: string | null
  "escalations"?: (EscalationWire)[]
  "exercise"?: boolean
  "fan_out"?: (PostWire)[]
  "flags"?: (string)[]
  "incident"?: string | null
  "origin"?: string
  "position"?: WhereWire | null
  "raw_category"?: string
  "readings"?: Record<string, string>
  "received_at"?: string
  "request"?: string | null
  "status"?: string
  "subject": string
  "unverified"?: boolean
}

export type AllergyWire = {
  "at"?: string
  "author"?: string
  "by_role"?: string
  "event": string
  "facility_id"?: string | null
  "holder"?: string | null
  "p"?: string
  "reaction"?: string | null
  "refuted_reason"?: string | null
  "standing"?: boolean
  "subject": string
  "substance"?: string
  "treating"?: (string)[]
}

export type AmendIncident = {
  "incident": string
  "position"?: Position | null
  "remarks"?: string | null
  "t": "casualty.amend_incident"
  "threat"?: string | null
  "type"?: string | null
}

export type AmendRequest = {
  "casualties"?: (string)[]
  "constraints"?: string
  "escort"?: string | null
  "lines"?: Record<string, unknown>
  "pickup"?: Position | null
  "referral"?: Referral | null
  "request": string
  "t": "casualty.amend_request"
}

export type ArrivalWire = {
  "age_min": number | null
  "at_mist": AtMistWire | null
  "category": string | null
  "child": boolean
  "equipment": (string)[]
  "eta": string | null
  "eta_hi": string | null
  "exercise": boolean
  "leg": ArrivingLegWire | null
  "mist": ArrivingMistWire | null
  "needs_surgery": boolean | null
  "reservation": ArrivingPlaceWire | null
  "subject": string
  "tag": string
  "triage": string | null
}

export type ArrivingLegWire = {
  "callsign": string
  "diverted": boolean
  "status": string
  "subject": string
}

export type ArrivingMistWire = {
  "at"?: string
  "injuries"?: (string)[]
  "injuries_text"?: string
  "mechanism"?: string | null
  "mechanism_text"?: string
  "signs"?: string
  "title"?: string
  "treatment"?: string
}

export type ArrivingPlaceWire = {
  "conflict": boolean
  "expired": boolean
  "resource": string
  "state": string
  "subject": string
  "until": string
}

export type AssertAllergy = {
  "casualty": string
  "reaction"?: string
  "substance": string
  "t": "casualty.assert_allergy"
}

export type AssertIdentity = {
  "casualty": string
  "confidence"?: number | null
  "kind": "BIOMETRIC_HASH" | "NAME" | "PHOTO_HASH" | "TAG" | "TCC_SERVICE_NO" | "UN_INDEX" | "ZAP"
  "state"?: "DISPUTED" | "PROVISIONAL" | "UNKNOWN" | "VERIFIED"
  "t": "casualty.assert_identity"
  "value": string
}

export type AssessmentWire = {
  "at"?: string
  "author"?: string
  "by_role"?: string
  "by_scheme"?: Record<string, string> | null
  "event": string
  "facility_id"?: string | null
  "holder"?: string | null
  "missing"?: (string)[] | null
  "observations"?: Record<string, unknown>
  "p"?: string
  "possible"?: (string)[] | null
  "result"?: string
  "scheme"?: string
  "subject": string
  "treating"?: (string)[]
  "version"?: string
}

export type AssetWire = {
  "amet"?: boolean | null
  "armed_escort_needed"?: boolean | null
  "callsign"?: string
  "caveats"?: (string)[]
  "clearance_lead_min"?: number | null
  "cruise_km_h"?: number | null
  "exercise"?: boolean | null
  "heard"?: "AMBER" | "GREEN" | "RED" | null
  "hoist"?: boolean | null
  "ifr"?: boolean | null
  "kind"?: string | null
  "litters"?: number | null
  "night_capable"?: boolean | null
  "ntm_day_min"?: number | null
  "ntm_night_min"?: number | null
  "nvg"?: boolean | null
  "phone"?: string
  "position"?: WhereWire | null
  "range_km"?: number | null
  "seats"?: number | null
  "state"?: string
  "subject": string
}

export type AssignTriage = {
  "casualty": string
  "category": "DEAD" | "T1" | "T2" | "T3" | "T4"
  "observations"?: Observations | null
  "scheme": string
  "t": "casualty.assign_triage"
}

export type At = {
  "hi"?: string | null
  "lo"?: string | null
  "p"?: "DAY" | "ESTIMATED" | "EXACT" | "HOUR" | "MINUTE" | "MONTH" | "PLUS_MINUS" | "UNKNOWN" | "WEEK"
  "t"?: string | null
}

export type AtMistWire = {
  "age_band": string | null
  "age_years": number | null
  "child": boolean
  "injuries": (Record<string, unknown>)[]
  "mechanisms": (string)[]
  "said": (Record<string, unknown>)[]
  "sex": string | null
  "signs": Record<string, unknown> | null
  "time": SpanWire
  "treatments": (Record<string, unknown>)[]
}

export type AtWire = {
  "hi": string | null
  "lo": string | null
  "p": string
  "t": string | null
}

export type AttributeDelay = {
  "casualty": string
  "code": string
  "gap": [string, string]
  "minutes": number
  "t": "casualty.attribute_delay"
}

export type Backup = {
  "last": string | null
}

export type BackupMade = {
  "events": number
  "file": string
}

export type BindingWire = {
  "excess_min": number
  "gap": (string)[]
}

export type BloodGiven = {
  "group"?: string | null
  "ml"?: number | null
  "product"?: string | null
  "route"?: string | null
  "unit_no"?: string
}

export type BloodWire = {
  "group"?: string
  "ml"?: number | null
  "product"?: string
  "route"?: string
  "unit_no"?: string
}

export type BoardWire = {
  "affiliation"?: string | null
  "age_band"?: string | null
  "canonical"?: string
  "category"?: string | null
  "cause"?: string | null
  "child"?: boolean
  "clocks"?: (ClockWire)[]
  "conflicts"?: (ConflictWire)[]
  "contingent"?: string | null
  "custody"?: "DISPUTED" | "HELD" | "NONE" | "OFFERED" | "PROVISIONAL"
  "delivery"?: DeliveryWire
  "destination_id"?: string | null
  "detainee"?: boolean | null
  "disposition"?: string | null
  "exercise"?: boolean
  "facility"?: FacilityRef | null
  "flags"?: (string)[]
  "holder"?: string | null
  "holder_facility"?: string | null
  "holder_leg"?: string | null
  "holder_role"?: string | null
  "holder_since"?: string | null
  "incident"?: string | null
  "lane"?: "assigned" | "closed" | "en_route" | "handed_over" | "reported"
  "late_from"?: string
  "late_min"?: number | null
  "leg"?: LegRef | null
  "manner"?: string | null
  "needs_surgery"?: boolean | null
  "origin"?: string
  "position"?: WhereWire | null
  "reported_at"?: string
  "reported_by_role"?: string
  "request"?: RequestRef | null
  "scheme"?: string | null
  "severity"?: string | null
  "sex"?: string | null
  "source"?: string
  "status"?: string
  "subject": string
  "tag"?: string
  "treating"?: (string)[]
  "triage"?: string | null
  "triage_event"?: string | null
}

export type CancelAlert = {
  "alert": string
  "reason": string
  "t": "casualty.cancel_alert"
}

export type CancelCasualty = {
  "casualty": string
  "reason": "FALSE_REPORT"
  "t": "casualty.cancel_casualty"
}

export type CancelRequest = {
  "reason": string
  "request": string
  "t": "casualty.cancel_request"
}

export type CapacityWire = {
  "as_of": string | null
  "blocked": number | null
  "disputed": (string)[]
  "divert"?: boolean
  "exercise"?: boolean
  "external"?: boolean
  "free": number | null
  "group": string
  "level"?: string
  "light": "AMBER" | "GREEN" | "RED"
  "limit"?: number | null
  "mci"?: Record<string, number>
  "name"?: string
  "occupied": number | null
  "overbooked": boolean
  "phone"?: string
  "physical": number | null
  "product": string
  "reason": string
  "reported_at"?: string | null
  "reserved": number
  "resource": string | null
  "staffed": number | null
  "state": "KNOWN" | "UNKNOWN"
  "status"?: string | null
  "subject": string
  "used_today"?: number
}

export type CardWire = {
  "allergies": (string)[]
  "evac": string | null
  "injured_at": Record<string, unknown> | null
  "injuries": (Record<string, unknown>)[]
  "last4": string
  "mechanisms": (string)[]
  "name": string
  "notes": (string)[]
  "responder": string
  "responder_last4": string
  "roster": string
  "service": string
  "sex": string | null
  "sheet": number
  "sheets": number
  "signs": (Record<string, unknown>)[]
  "subject": string
  "treatments": (Record<string, unknown>)[]
  "unit": string
}

export type CareValues = {
  "acts": (ActValue)[]
  "codes": Record<string, (string)[]>
  "ranges": Record<string, RangeValue>
}

export type CategoryValue = {
  "code": string
  "color": string
  "label_id": string
  "rank": number
  "shape": string
}

export type Change = {
  "subject": string
  "tag": string | null
  "version": number
  "views": (string)[]
}

export type ChangeCapacity = {
  "facility": string
  "group"?: string
  "occupied"?: number
  "product"?: string
  "resource": string
  "staffed"?: number
  "t": "casualty.change_capacity"
}

export type ClinicalNoteWire = {
  "about"?: string | null
  "at"?: string
  "author"?: string
  "by_role"?: string
  "escort"?: string | null
  "event": string
  "facility_id"?: string | null
  "holder"?: string | null
  "isolation"?: string | null
  "kind"?: string
  "next_appointment"?: string | null
  "next_destination"?: string | null
  "p"?: string
  "subject": string
  "text"?: string
  "treating"?: (string)[]
}

export type ClinicalSummaryWire = {
  "allergies"?: (Record<string, unknown>)[]
  "at_mist"?: AtMistWire
  "author"?: string
  "details"?: Record<string, unknown>
  "facility_id"?: string | null
  "given"?: (Record<string, unknown>)[]
  "handover"?: Record<string, unknown> | null
  "holder"?: string | null
  "mechanisms"?: (string)[]
  "scores"?: (ScoreWire)[]
  "subject": string
  "tourniquets"?: (TourniquetWire)[]
  "treating"?: (string)[]
  "treatments"?: (Record<string, unknown>)[]
  "triage"?: string | null
  "vitals"?: (Record<string, unknown>)[]
  "vitals_age"?: Record<string, unknown> | null
}

export type ClockQualityWire = {
  "diff_ms": number | null
  "suspect": boolean
}

export type ClockState = {
  "now": string
  "speed": number
}

export type ClockValue = {
  "amber_min": number
  "code": string
  "limit_min": number
}

export type ClockWire = {
  "amber_min": number
  "code": string
  "in_population": boolean
  "is_amber": boolean
  "limit_min": number
  "predicted_stop": SpanWire | null
  "predicted_verdict": string | null
  "provisional": boolean
  "proxy": boolean
  "reason": string
  "stop": SpanWire | null
  "t0": SpanWire
  "unavoidable_at": string | null
  "verdict": "BREACH_CERTAIN" | "BREACH_POSSIBLE" | "ENDED_BY_DEATH" | "EXCLUDED" | "MET" | "NO_START"
}

export type CloseAdmission = {
  "admission": string
  "reason": string
  "t": "casualty.close_admission"
}

export type CloseFork = {
  "e": string
  "head": string
  "q": number
  "reason": string
  "site": string
  "st": string
  "t": "sites.close_fork"
}

export type CloseIncident = {
  "incident": string
  "reason"?: string
  "t": "casualty.close_incident"
  "unaccounted": number
}

export type Comparison = {
  "of": string
  "op": "ge" | "gt" | "is" | "le" | "lt"
  "value": number | boolean
}

export type ComplianceWire = {
  "by": string
  "clock": string
  "counts": Record<string, number | null>
  "definition": string
  "group": string
  "id": string
  "n": number | null
}

export type ConflictRateWire = {
  "conflicts": number
  "edits": number
  "field": string
  "id": string
  "origin": string
  "per_1000": number
}

export type ConflictRowWire = {
  "field"?: string
  "id": string
  "kind"?: string
  "route"?: RouteWire
  "settled"?: SettledWire | null
  "several"?: boolean
  "state"?: "OPEN" | "REOPENED" | "RESOLVED"
  "subject"?: string
  "values"?: (ConflictValueWire)[]
}

export type ConflictValueWire = {
  "at": string
  "by_role"?: string
  "clock"?: ClockQualityWire | null
  "device"?: string
  "event": string
  "origin"?: string
  "p": string
  "rec"?: string
  "rx"?: string | null
  "saw": (string)[]
  "seen": (unknown)[]
  "value": unknown
}

export type ConflictWire = {
  "field": string
  "id": string
  "several": boolean
  "state": "OPEN" | "REOPENED" | "RESOLVED"
  "values": (ConflictValueWire)[]
}

export type ContactRole = {
  "alert"?: string | null
  "channel": string
  "reached": boolean
  "request"?: string | null
  "role": string
  "t": "casualty.contact_role"
}

export type ContactWire = {
  "at": string
  "channel": string
  "reached": boolean
  "role": string
}

export type CreatePlaceholders = {
  "count": number
  "incident": string
  "request"?: string | null
  "t": "casualty.create_placeholders"
}

export type Credentials = {
  "device"?: string | null
  "password": string
  "sign_key"?: string | null
  "user": string
}

export type CustodyWire = {
  "at"?: string
  "current"?: boolean
  "event": string
  "evidence"?: "BOTH" | "ONE_SIDED" | "REPORTED" | null
  "facility"?: string | null
  "holder"?: string
  "leg"?: string | null
  "mode"?: string | null
  "nonce"?: string | null
  "reason"?: string | null
  "role"?: string
  "state"?: "ACCEPTED" | "OFFERED" | "REFUSED" | "REPORTED"
  "subject": string
  "to_role"?: string | null
}

export type Decide = {
  "alternates"?: (string)[]
  "conditions"?: string
  "decision": "APPROVED" | "DENIED" | "REDIRECTED"
  "delegation"?: string
  "next_step"?: string
  "reason"?: string
  "request": string
  "step": "COST" | "FLIGHT_CLEARANCE" | "LAUNCH" | "MEDICAL_VALIDATION" | "RECEIVING_ACCEPTANCE" | "RETASK"
  "t": "casualty.decide"
}

export type DecisionTaskWire = {
  "alert": string | null
  "allowed": boolean
  "asked": string | null
  "attempts"?: number
  "by_role"?: string
  "category": string | null
  "command": string
  "contacts"?: (ContactWire)[]
  "day_night"?: string
  "delegates"?: (string)[]
  "due": string | null
  "escalated_to"?: string | null
  "escalations"?: (EscalationWire)[]
  "exercise": boolean
  "fan_out"?: (PostWire)[]
  "id": string
  "incident": string | null
  "informed"?: (string)[]
  "kind"?: string | null
  "light"?: "AMBER" | "GREEN" | "RED" | null
  "needs": (string)[]
  "next_role"?: string | null
  "overdue": boolean
  "patient_class"?: string
  "posture"?: string
  "reason"?: string
  "request": string | null
  "roles": (string)[]
  "row"?: string
  "since": string | null
  "state": string
  "step"?: string
  "subject": string
  "tag"?: string | null
  "task": "ALERT" | "DECISION" | "REVIEW"
  "waited_min": number | null
  "who_can": (string)[]
}

export type DeclareMascal = {
  "incident": string
  "reason"?: string
  "t": "casualty.declare_mascal"
}

export type DelayReasonRowWire = {
  "author"?: string
  "by_role"?: string
  "code"?: string
  "end"?: string
  "event": string
  "minutes"?: number
  "start"?: string
  "subject"?: string
}

export type DelayReasonWire = {
  "code": string
  "minutes": number
}

export type DelayWire = {
  "actual_min": number
  "basis": string
  "end": string
  "excess_min": number
  "exercise": boolean
  "expected_min": number
  "id": string
  "incident": string | null
  "overstated": boolean
  "proposed": (string)[]
  "reasons": (DelayReasonWire)[]
  "start": string
  "subject": string
  "tag": string
}

export type DeliveryWire = {
  "overdue": boolean
  "read": (ReadWire)[]
  "received": (ReceivedWire)[]
  "relayed": (string)[]
  "site": string
  "state": "AT_DESTINATION" | "AT_SITE" | "ON_DEVICE" | "RELAYED"
}

export type DeviceWire = {
  "id": string
  "login": string
  "revoked": string | null
  "started": string
  "used": string
}

export type Disk = {
  "database_bytes": number
  "free_bytes": number
  "low": boolean
  "total_bytes": number
}

export type DisputeIdentity = {
  "assertion": string
  "casualty": string
  "reason": string
  "t": "casualty.dispute_identity"
}

export type DivertLeg = {
  "destination": string
  "leg": string
  "override"?: Override | null
  "reason": string
  "t": "casualty.divert_leg"
}

export type DivertedWire = {
  "at": string
  "destination": string
  "reason": string
}

export type DrugGiven = {
  "dose"?: number | string | null
  "name"?: string
  "route"?: string | null
  "unit"?: string
}

export type DrugWire = {
  "dose"?: number | string | null
  "name"?: string
  "route"?: string
  "unit"?: string
}

export type DuplicateWire = {
  "agrees": (string)[]
  "differs": (string)[]
  "id": string
  "other": string
  "records": (RecordWire)[]
  "said"?: (SaidWire)[]
  "score": number | null
  "subject": string
  "why": "alike" | "linked" | "same_tag"
}

export type EndMascal = {
  "incident": string
  "reason"?: string
  "t": "casualty.end_mascal"
}

export type EnrolSite = {
  "address"?: string
  "code": string
  "roles"?: (string)[]
  "seal_key": string
  "sign_key": string
  "site": string
  "t": "sites.enrol_site"
  "tls": string
  "token_hash"?: string
}

export type EnterInError = {
  "event": string
  "reason": string
  "subject_id": string
  "t": "casualty.enter_in_error"
}

export type Entry = {
  "at"?: At
  "author_proof"?: string
  "base"?: (string)[] | null
  "command": AbortLeg | AcceptCustody | AcknowledgeAlert | AddNote | Admit | AmendIncident | AmendRequest | AssertAllergy | AssertIdentity | AssignTriage | AttributeDelay | CancelAlert | CancelCasualty | CancelRequest | ChangeCapacity | CloseAdmission | CloseIncident | ContactRole | CreatePlaceholders | Decide | DeclareMascal | DisputeIdentity | DivertLeg | EndMascal | EnterInError | EstimateInjuryTime | ExcludeClock | HoldRequest | LiftReleaseHold | LinkSubjects | LoadCasualty | LocateCasualty | OfferCustody | OpenIncident | OverrideTriage | PlaceReleaseHold | PlanLeg | ProgressNoticas | ProgressReservation | PronounceDeath | ReceiveRequest | RecordAlert | RecordClinicalDetails | RecordDetails | RecordDisposition | RecordInjury | RecordIntervention | RecordMilestone | RecordVitals | RefuseCustody | RefuteAllergy | RegisterAsset | RegisterFacility | ReopenCasualty | ReopenIncident | ReportAsset | ReportAssetPosition | ReportCapacity | ReportCasualty | ReportEstimate | ReportFacility | ReportLeg | ReportMissing | ReportMist | ReportTheatre | RequestEvacuation | ResolveConflict | ResolveIdentity | ResumeRequest | ReviewSelfAuthorisation | SelfAuthorise | SetPosture | StateAlertDialect | SubmitRequest | SupersedeRequest | UnlinkSubjects | UnloadCasualty | ValidateRequest | VerifyIdentity | WriteHandover | CloseFork | EnrolSite | GrantStream | InviteSite | ResumeSite | RetireSite | RevokeSite | RotateSiteKey | SuspendSite | WithdrawStream
  "id": string
  "rec"?: string
  "source"?: "medic" | "voice" | "sms" | null
}

export type EscalationWire = {
  "at": string
  "attempt": number
  "to_role": string
}

export type EstimateInjuryTime = {
  "casualty": string
  "evidence"?: string
  "last_known_well"?: boolean
  "t": "casualty.estimate_injury_time"
}

export type EstimateWire = {
  "at": string
  "by_category": Record<string, number>
  "by_role": string
  "event": string
  "total": number
}

export type ExcludeClock = {
  "casualty": string
  "clock": "C10" | "C120" | "C60"
  "reason": string
  "t": "casualty.exclude_clock"
}

export type ExpectantValue = {
  "category": string
  "postures": (string)[]
  "roles": (string)[]
}

export type ExportWanted = {
  "to": (string)[]
}

export type FacilityRef = {
  "name": string
  "subject": string
}

export type FacilityWire = {
  "accepts"?: (string)[] | null
  "divert"?: boolean
  "exercise"?: boolean
  "external"?: boolean
  "hlz"?: LandingZoneWire | null
  "hours"?: string
  "level"?: string
  "light"?: "AMBER" | "GREEN" | "RED"
  "mci"?: Record<string, number>
  "modules"?: (ModuleWire)[]
  "name"?: string
  "phone"?: string
  "position"?: WhereWire
  "reported_at"?: string | null
  "stale": boolean
  "status"?: string | null
  "subject": string
}

export type FailingWire = {
  "detail": string
  "rule": string
}

export type FixWire = {
  "code": string
  "cost_rank": number
  "met": (string)[]
  "verdicts": Record<string, string>
}

export type FluidGiven = {
  "ml"?: number | null
  "name"?: string
  "route"?: string | null
}

export type FluidWire = {
  "ml"?: number | null
  "name"?: string
  "route"?: string
}

export type ForeignMessageWire = {
  "about"?: string
  "blob"?: string | null
  "dialect"?: string
  "peer"?: string
  "received_at"?: string
  "subject": string
  "uid"?: string
  "unknown"?: (string)[]
  "versions"?: number
}

export type ForkStatus = {
  "e": string
  "o": string
  "q": number
  "since": string
  "st": string
}

export type FormFieldValue = {
  "kind": string
  "mark": string
  "name": string
}

export type FormLineValue = {
  "fields": (FormFieldValue)[]
  "number": string
}

export type FormValue = {
  "about": string
  "code": string
  "dialects": (string)[]
  "launch_min_fields": ((string)[])[]
  "line": (FormLineValue)[]
}

export type FormValues = {
  "form": (FormValue)[]
  "limit": TextLimitValue
  "short": Record<string, Record<string, string>>
}

export type FoundWire = {
  "by": (string)[]
  "exercise"?: boolean
  "identities"?: (ShownIdentityWire)[]
  "incident"?: string | null
  "status"?: string
  "subject": string
  "tag"?: string | null
}

export type GrantStream = {
  "reason"?: string
  "site": string
  "stream": string
  "t": "sites.grant_stream"
}

export type HandoverTrust = {
  "issuers": Record<string, IssuerKey>
  "revoked": (string)[]
}

export type HeldWire = {
  "bytes": number
  "device": string | null
  "id": string
  "login": string
  "rule": string
  "rx": string
}

export type HoldRequest = {
  "reason": string
  "request": string
  "t": "casualty.hold_request"
}

export type HoldRowWire = {
  "affiliation"?: string | null
  "contingent"?: string | null
  "exercise"?: boolean
  "hash"?: string
  "held"?: boolean
  "holds"?: (ReleaseHoldWire)[]
  "incident"?: string | null
  "running"?: boolean
  "since"?: string
  "skipped"?: (string)[]
  "state"?: string | null
  "steps"?: (NoticasStepWire)[]
  "subject": string
  "tag"?: string | null
  "triggers"?: (TriggerWire)[]
  "version"?: number
}

export type IdentityWire = {
  "about"?: string | null
  "author"?: string
  "by_role"?: string
  "confidence"?: number | null
  "event": string
  "facility_id"?: string | null
  "holder"?: string | null
  "kind"?: string
  "shown"?: boolean
  "standing"?: string
  "state"?: string
  "subject"?: string
  "treating"?: (string)[]
  "value"?: string
}

export type ImportReport = {
  "accepted": number
  "damaged": number
  "duplicate": number
  "entries": Record<string, number>
  "events": number
  "parked": number
  "parts": number
  "refused": (Refusal)[]
}

export type IncidentWire = {
  "author"?: string
  "cancelled"?: number
  "estimate"?: number | null
  "estimates"?: (EstimateWire)[]
  "exercise"?: boolean
  "flags"?: (string)[]
  "occurred_at"?: string
  "position"?: WhereWire | null
  "status"?: string
  "subject": string
  "surplus"?: number
  "suspected"?: (string)[]
  "tag"?: string
  "threat"?: string | null
  "tracked"?: number
  "type"?: string
  "unaccounted"?: number | null
}

export type Incoming = {
  "events": number
  "lane": number
}

export type InjuryWire = {
  "at"?: string
  "author"?: string
  "by_role"?: string
  "event": string
  "face"?: string | null
  "facility_id"?: string | null
  "holder"?: string | null
  "kind"?: string
  "mechanism"?: string | null
  "note"?: string | null
  "p"?: string
  "region"?: string
  "side"?: string | null
  "subject": string
  "tbsa_pct"?: number | null
  "treating"?: (string)[]
}

export type InterventionWire = {
  "amber_at"?: string | null
  "at"?: string
  "author"?: string
  "blood"?: BloodWire | null
  "by_role"?: string
  "code"?: string
  "device"?: string | null
  "drug"?: DrugWire | null
  "event": string
  "facility_id"?: string | null
  "fluid"?: FluidWire | null
  "holder"?: string | null
  "limb"?: string | null
  "note"?: string | null
  "off"?: boolean
  "off_at"?: string | null
  "p"?: string
  "performer"?: string | null
  "red_at"?: string | null
  "side"?: string | null
  "state"?: string | null
  "subject": string
  "treating"?: (string)[]
}

export type InviteSite = {
  "code": string
  "expires": string
  "roles"?: (string)[]
  "site": string
  "t": "sites.invite_site"
  "token_hash": string
}

export type IssuerKey = {
  "public": string
  "site": string
}

export type Judgement = {
  "entry": string
  "verdict": "DISCARDED" | "RELEASED"
}

export type KnownSite = {
  "authority": boolean
  "behind": number | null
  "code": string
  "key_ids": (string)[]
  "last_heard": string | null
  "roles": (string)[]
  "state": string
  "words": string
}

export type LandingZone = {
  "lights"?: boolean
  "size"?: number
  "surface"?: string
}

export type LandingZoneWire = {
  "lights"?: boolean
  "size"?: number
  "surface"?: string
}

export type LastReceipt = {
  "at": string
  "receiver": string
}

export type LaunchWire = {
  "assumed": boolean
  "due": string
  "light": "AMBER" | "GREEN" | "RED"
  "over_min": number
}

export type LegRef = {
  "callsign": string
  "eta": string | null
  "status": string
  "subject": string
}

export type LegWire = {
  "aboard"?: (AboardWire)[]
  "active"?: boolean
  "actual"?: Record<string, string>
  "amet"?: boolean
  "asset"?: string | null
  "author"?: string
  "carried"?: (string)[]
  "casualties"?: (string)[]
  "check_in"?: "AMBER" | "GREEN" | "RED" | null
  "crew"?: string
  "destination"?: string | null
  "diverted"?: DivertedWire | null
  "exercise"?: boolean
  "facility_id"?: string | null
  "flags"?: (string)[]
  "heard_at"?: string | null
  "is_dark"?: boolean | null
  "launch"?: LaunchWire | null
  "nvg"?: boolean | null
  "origin"?: string | null
  "overrides"?: (OverrideWire)[]
  "plan"?: Record<string, string>
  "planned_at"?: string
  "request"?: string | null
  "skilled_care_aboard"?: boolean
  "status"?: string
  "subject": string
}

export type LiftReleaseHold = {
  "casualty": string
  "reason": string
  "t": "casualty.lift_release_hold"
}

export type LinkSubjects = {
  "casualty": string
  "other": string
  "reason"?: string
  "score"?: number | null
  "t": "casualty.link_subjects"
}

export type LinkWanted = {
  "up": boolean
}

export type LoadCasualty = {
  "casualty": string
  "leg": string
  "override"?: Override | null
  "place": "LITTER" | "SEAT"
  "t": "casualty.load_casualty"
}

export type LocateCasualty = {
  "casualty": string
  "position": Position
  "t": "casualty.locate_casualty"
}

export type Lock = {
  "pin"?: string | null
}

export type MascalWire = {
  "counts": Record<string, Record<string, number>>
  "declared": boolean
  "exercise": boolean
  "proposed": (string)[]
  "subject": string
  "tag": string
  "tracked": number
  "unaccounted": number | null
}

export type Me = {
  "clock": ClockState
  "csrf": string
  "display": string
  "facility": string | null
  "grant": string | null
  "grant_pass": string | null
  "handover": HandoverTrust
  "handover_pass": string | null
  "mission": Mission
  "outbox_keys": (OutboxKey)[]
  "permissions": (string)[]
  "role": string
  "session": SessionState
  "site": string
  "unit": string | null
  "user": string
}

export type MinutesWire = {
  "hi_min": number | null
  "lo_min": number
}

export type Mission = {
  "bbox": (number)[]
  "code": string
  "exercise": boolean
  "languages": (string)[]
  "name": string
  "zone": string
}

export type MistWire = {
  "at"?: string
  "author"?: string
  "event": string
  "facility_id"?: string | null
  "holder"?: string | null
  "injuries"?: (string)[]
  "injuries_text"?: string
  "mechanism"?: string | null
  "mechanism_text"?: string
  "signs"?: string
  "subject"?: string
  "title"?: string
  "treating"?: (string)[]
  "treatment"?: string
}

export type ModuleWire = {
  "code": string
  "status": string
}

export type NextBestWire = {
  "arrival": SpanWire
  "asset": string
  "callsign": string
  "facility": string
  "name": string
  "surgery_at": SpanWire | null
}

export type NoticasLimitWire = {
  "due": string
  "met": string | null
  "verdict": "DUE" | "EXCEEDED" | "MET"
}

export type NoticasStepWire = {
  "at": string
  "by_role": string
  "event": string
  "hash"?: string
  "note": string
  "rec": string
  "recipients": (string)[]
  "state": string
  "version": number
}

export type NoticeWire = {
  "language": string
  "subject": string
  "text": string
  "version": number
}

export type NotificationWire = {
  "affiliation"?: string | null
  "changed"?: boolean
  "contingent"?: string | null
  "exercise"?: boolean
  "held": boolean
  "held_until": string | null
  "holds": (ReleaseHoldWire)[]
  "identities"?: (ShownIdentityWire)[]
  "incident": string | null
  "may_inform"?: (string)[]
  "next": (string)[]
  "since": string
  "skipped": (string)[]
  "sla"?: Record<string, NoticasLimitWire>
  "standing": "DUE" | "HELD" | "RELEASED" | "RUNNING" | "WITHDRAWN"
  "state": string | null
  "steps"?: (NoticasStepWire)[]
  "subject": string
  "tag"?: string | null
  "triggers": (TriggerWire)[]
  "version": number
}

export type Observations = {
  "avpu"?: "A" | "P" | "U" | "V" | null
  "bleeding_controlled"?: boolean | null
  "breathes"?: boolean | null
  "breathes_after_airway"?: boolean | null
  "breathes_after_rescue"?: boolean | null
  "crt_s"?: number | null
  "distress"?: boolean | null
  "gcs"?: number | null
  "hr"?: number | null
  "minor_only"?: boolean | null
  "obeys"?: boolean | null
  "pulse"?: boolean | null
  "radial"?: boolean | null
  "rr"?: number | null
  "survivable"?: boolean | null
  "unconscious"?: boolean | null
  "walks"?: boolean | null
}

export type Offer = {
  "allowed": boolean
  "name": string
  "reason": string | null
  "who_can": (string)[]
}

export type OfferCustody = {
  "card_hash"?: string
  "casualty": string
  "mode": string
  "nonce": string
  "t": "casualty.offer_custody"
  "to_facility"?: string | null
  "to_leg"?: string | null
  "to_role"?: string | null
}

export type OpenIncident = {
  "estimate"?: number | null
  "exercise"?: boolean
  "incident": string
  "position"?: Position | null
  "remarks"?: string
  "t": "casualty.open_incident"
  "threat"?: string | null
  "type": string
}

export type OptionWire = {
  "arrival": SpanWire
  "asset": string
  "callsign": string
  "capacity_known": boolean
  "elapsed": Record<string, MinutesWire>
  "facility": string
  "name": string
  "override_needed": (string)[]
  "plan": Record<string, string>
  "reasons": (string)[]
  "surgery_at": SpanWire | null
  "unavoidable_at": Record<string, string>
  "verdicts": Record<string, string>
}

export type OptionsWire = {
  "about": string | null
  "binding": (BindingWire)[]
  "cheapest": Record<string, string | null>
  "fixes": (FixWire)[]
  "missing": (string)[]
  "ranked": (OptionWire)[]
  "rejected": (RejectedWire)[]
  "subject": string
  "tag": string
}

export type OutboxKey = {
  "key": string
  "public": string
  "site": string
}

export type Outcome = {
  "code"?: string
  "events"?: (string)[]
  "id": string
  "outcome": "accepted" | "duplicate" | "rejected"
  "params"?: Record<string, unknown>
}

export type Override = {
  "reason": string
  "rule": string
}

export type OverrideTriage = {
  "casualty": string
  "category": "DEAD" | "T1" | "T2" | "T3" | "T4"
  "reason": string
  "scheme": string
  "t": "casualty.override_triage"
}

export type OverrideWire = {
  "at": string
  "broken": (string)[]
  "by_role": string
  "reason": string
  "rule": string
}

export type OwnSite = {
  "authority": string
  "backup": Backup
  "code": string
  "disk": Disk
  "epoch": string
  "events": number
  "exercise": boolean
  "is_authority": boolean
  "mission": string
  "parked_bytes": number
  "parked_frames": number
  "quarantined": number
}

export type Page = {
  "actions": (Offer)[]
  "as_of": string
  "complete_through": string
  "next": string | null
  "rows": (Record<string, unknown>)[]
  "sources": (Source)[]
  "suppressed": number
  "version": number
  "view": string
}

export type ParkedWire = {
  "bytes": number
  "id": string
  "origin": string
  "q_from": number
  "q_to": number
  "rx": string
  "stream": string
  "vouched": boolean
}

export type Patient = {
  "injuries"?: (string)[]
  "injuries_text"?: string
  "key": string
  "mechanism"?: string | null
  "mechanism_text"?: string
  "signs"?: string
  "treatment"?: string
  "zap"?: string
}

export type PeerStatus = {
  "address": string
  "bandwidth_bit_s": number | null
  "clock_diff_ms": number | null
  "clock_suspect": boolean
  "code": string
  "complete": boolean
  "direction": string
  "finish_s": number | null
  "incoming": (Incoming)[]
  "last_contact": string | null
  "last_receipt": LastReceipt | null
  "mode": string
  "protocol": number
  "queue": (Queue)[]
  "reason": string | null
  "received_bytes": number
  "rtt_ms": number | null
  "sent_bytes": number
  "software": string
  "state": string
}

export type Pin = {
  "pin": string
}

export type PipelineWire = {
  "approval_to_referral_h": number | null
  "approved_at": string | null
  "exercise": boolean
  "kind": string
  "light": "AMBER" | "GREEN" | "RED" | null
  "referred_at": string | null
  "request_to_approval_h": number | null
  "requested_at": string
  "running": boolean
  "slowest_step": string | null
  "status": string
  "steps": Record<string, string>
  "subject": string
  "tag": string | null
  "validated_at": string | null
  "waiting_on": string | null
}

export type PlaceReleaseHold = {
  "casualty": string
  "reason"?: string
  "scope"?: "ALL" | "NAME" | "NATIONALITY_UNIT" | "PHOTO" | null
  "t": "casualty.place_release_hold"
  "trigger"?: string | null
}

export type PlanLeg = {
  "amet"?: boolean
  "asset"?: string | null
  "casualties": (string)[]
  "crew"?: string
  "destination"?: string | null
  "exercise"?: boolean
  "leg": string
  "nvg"?: boolean | null
  "origin"?: string | null
  "override"?: Override | null
  "plan"?: Record<string, string>
  "request"?: string | null
  "skilled_care_aboard"?: boolean
  "t": "casualty.plan_leg"
}

export type PolicyValues = {
  "care": CareValues
  "clock_version": string
  "clocks": (ClockValue)[]
  "expectant": ExpectantValue
  "forms": FormValues
  "languages": (string)[]
  "map_notice": Record<string, string>
  "thresholds": Record<string, unknown>
  "triage": Record<string, SchemeValue>
  "triage_bounds": Record<string, number>
  "triage_precedence": Record<string, string>
  "voice": Record<string, VoiceValue>
}

export type Position = {
  "ce"?: number | null
  "lat": number
  "lon": number
}

export type PostWire = {
  "acts": boolean
  "at": string | null
  "contacts": (ContactWire)[]
  "post": string
  "role": string
}

export type PostureWire = {
  "by_role"?: string
  "disputed"?: boolean
  "posture"?: string
  "reason"?: string
  "since"?: string
  "subject": string
}

export type Problem = {
  "code": string
  "correlation": string
  "params": Record<string, unknown>
  "status": number
  "title": string
  "type": string
}

export type ProgressNoticas = {
  "casualty": string
  "note"?: string
  "recipients"?: (string)[]
  "state": "AMENDED" | "DRAFT" | "MEDICALLY_CLEARED" | "NOK_CONFIRMED" | "RELEASED" | "SENT_HQ" | "TCC_INFORMED" | "WITHDRAWN"
  "t": "casualty.progress_noticas"
}

export type ProgressReservation = {
  "casualty"?: string | null
  "eta"?: string | null
  "facility": string
  "reason"?: string
  "request"?: string | null
  "reservation": string
  "resource": string
  "state": "ACCEPTED" | "CONFIRMED" | "CONSUMED" | "EXPIRED" | "OFFERED" | "REFUSED" | "RELEASED" | "REQUESTED"
  "t": "casualty.progress_reservation"
}

export type PronounceDeath = {
  "casualty": string
  "place": string
  "t": "casualty.pronounce_death"
}

export type QuarantineWire = {
  "bytes": number
  "id": string
  "origin": string
  "rule": string
  "rx": string
}

export type Queue = {
  "bytes": number
  "events": number
  "lane": number
}

export type RangeValue = {
  "high": number
  "low": number
  "unit": string
}

export type ReadWire = {
  "at": string
  "by_role": string
}

export type ReceiptStatus = {
  "at": string
  "origin": string
  "ours": number
  "q": number
  "receiver": string
  "stream": string
}

export type ReceiveRequest = {
  "blob"?: string | null
  "callsign"?: string
  "channel"?: "COT" | "EMAIL" | "SMS"
  "content": string
  "dialect": string
  "estimate"?: number
  "exercise"?: boolean
  "kind"?: "CASEVAC" | "MEDEVAC_EMERG"
  "lines"?: Record<string, unknown>
  "patients"?: (Patient)[]
  "peer": string
  "position"?: Position | null
  "request": string
  "t": "casualty.receive_request"
  "tag"?: string | null
  "uid": string
  "unknown"?: (string)[]
}

export type ReceivedWire = {
  "at": string
  "site": string
}

export type RecordAlert = {
  "alert": string
  "callsign"?: string
  "category"?: string
  "channel": "APP" | "COT" | "EMAIL" | "SMS" | "VOICE"
  "damaged"?: boolean
  "dialect"?: string
  "exercise"?: boolean
  "incident"?: string | null
  "position"?: Position | null
  "request"?: string | null
  "t": "casualty.record_alert"
}

export type RecordClinicalDetails = {
  "age_years"?: number | null
  "blood_group"?: string | null
  "casualty": string
  "isolation"?: string | null
  "mechanisms"?: (string)[]
  "pregnant"?: boolean | null
  "service"?: string | null
  "t": "casualty.record_clinical_details"
  "unit"?: string | null
  "weight_kg"?: number | null
}

export type RecordDetails = {
  "affiliation"?: string | null
  "age_band"?: string | null
  "casualty": string
  "cause"?: "BATTLE" | "DISEASE" | "NON_BATTLE_INJURY" | null
  "child"?: boolean | null
  "contingent"?: string | null
  "detainee"?: boolean | null
  "needs_surgery"?: boolean | null
  "severity"?: "FATAL" | "NSI" | "SI" | "VSI" | null
  "sex"?: "F" | "M" | "X" | null
  "t": "casualty.record_details"
}

export type RecordDisposition = {
  "casualty": string
  "t": "casualty.record_disposition"
  "type": string
}

export type RecordInjury = {
  "casualty": string
  "face"?: "BACK" | "FRONT" | null
  "kind": string
  "mechanism"?: string | null
  "note"?: string
  "region": string
  "side"?: "L" | "R" | null
  "t": "casualty.record_injury"
  "tbsa_pct"?: number | null
}

export type RecordIntervention = {
  "blood"?: BloodGiven | null
  "casualty": string
  "code": string
  "device"?: string
  "drug"?: DrugGiven | null
  "fluid"?: FluidGiven | null
  "limb"?: string | null
  "note"?: string
  "off"?: boolean
  "performer"?: string | null
  "side"?: "L" | "R" | null
  "t": "casualty.record_intervention"
}

export type RecordMilestone = {
  "casualty": string
  "code": string
  "evidence"?: string
  "facility"?: string | null
  "leg"?: string | null
  "performer"?: string | null
  "t": "casualty.record_milestone"
}

export type RecordVitals = {
  "avpu"?: "A" | "P" | "U" | "V" | null
  "casualty": string
  "crt_s"?: number | null
  "dbp"?: number | null
  "etco2"?: number | null
  "gcs_e"?: number | null
  "gcs_m"?: number | null
  "gcs_v"?: number | null
  "hr"?: number | null
  "hr_site"?: string | null
  "note"?: string
  "o2"?: boolean | null
  "pain"?: number | null
  "rr"?: number | null
  "sbp"?: number | null
  "spo2"?: number | null
  "t": "casualty.record_vitals"
  "temp_c"?: number | null
}

export type RecordWire = {
  "affiliation"?: string | null
  "exercise"?: boolean
  "origin"?: string
  "reported_at"?: string
  "reported_by_role"?: string
  "status"?: string
  "subject": string
  "tag": string
  "triage"?: string | null
}

export type Referral = {
  "authority_ref"?: string | null
  "cost_ref"?: string | null
  "diagnosis_class"?: string | null
  "equipment"?: (string)[] | null
  "escort"?: string | null
  "fit_to_fly"?: boolean | null
  "isolation"?: string | null
  "mobility"?: string | null
  "reason"?: string | null
  "receiving"?: string | null
  "risk"?: string | null
  "valid_until"?: string | null
}

export type ReferralRowWire = {
  "at"?: string
  "author"?: string
  "casualties"?: (string)[]
  "diagnosis_class"?: string | null
  "reason"?: string | null
  "subject": string
  "treating"?: (string)[]
}

export type Refusal = {
  "count": number
  "parts": (number)[]
  "rule": string
}

export type RefuseCustody = {
  "casualty": string
  "nonce"?: string | null
  "reason": string
  "t": "casualty.refuse_custody"
}

export type RefuteAllergy = {
  "allergy": string
  "casualty": string
  "reason": string
  "t": "casualty.refute_allergy"
}

export type RegisterAsset = {
  "amet"?: boolean | null
  "armed_escort_needed"?: boolean | null
  "asset": string
  "callsign": string
  "caveats"?: (string)[]
  "clearance_lead_min"?: number | null
  "cruise_km_h"?: number | null
  "exercise"?: boolean
  "hoist"?: boolean | null
  "ifr"?: boolean | null
  "kind": "AMBULANCE" | "APC_AMB" | "BOAT" | "FIXED" | "FOOT" | "HELI"
  "litters"?: number
  "night_capable"?: boolean
  "ntm_day_min"?: number | null
  "ntm_night_min"?: number | null
  "nvg"?: boolean | null
  "phone"?: string
  "range_km"?: number | null
  "seats"?: number
  "t": "casualty.register_asset"
}

export type RegisterFacility = {
  "accepts"?: (string)[] | null
  "exercise"?: boolean
  "external"?: boolean
  "facility": string
  "hlz"?: LandingZone | null
  "hours"?: string
  "level": string
  "modules"?: (string)[]
  "name": string
  "phone"?: string
  "position": Position
  "t": "casualty.register_facility"
}

export type RejectedWire = {
  "asset": string | null
  "callsign": string
  "facility": string | null
  "failing": (FailingWire)[]
  "name": string
}

export type ReleaseHoldWire = {
  "at": string
  "event": string
  "lifted": boolean
  "scope": string
  "stands"?: boolean
  "trigger": string
  "until": string | null
}

export type ReopenCasualty = {
  "casualty": string
  "reason": string
  "t": "casualty.reopen_casualty"
}

export type ReopenIncident = {
  "incident": string
  "reason": string
  "t": "casualty.reopen_incident"
}

export type ReplayWire = {
  "clocks"?: (ClockWire)[]
  "exercise"?: boolean
  "facts": number
  "flags"?: (string)[]
  "incident"?: string | null
  "lane"?: string
  "position"?: WhereWire | null
  "status"?: string
  "subject": string
  "tag"?: string
  "triage"?: string | null
}

export type ReportAsset = {
  "asset": string
  "state": "ALERTED" | "AVAILABLE" | "COMMITTED" | "CREW_REST" | "RETURNING" | "UNKNOWN" | "UNSERVICEABLE" | "WEATHER_HOLD"
  "t": "casualty.report_asset"
}

export type ReportAssetPosition = {
  "asset": string
  "callsign"?: string
  "kind"?: "AMBULANCE" | "APC_AMB" | "BOAT" | "FIXED" | "FOOT" | "HELI" | null
  "position": Position
  "t": "casualty.report_asset_position"
}

export type ReportCapacity = {
  "facility": string
  "rows": (StockCount)[]
  "t": "casualty.report_capacity"
}

export type ReportCasualty = {
  "affiliation"?: string | null
  "casualty": string
  "child"?: boolean
  "exercise"?: boolean
  "incident"?: string | null
  "label"?: string
  "position"?: Position | null
  "t": "casualty.report_casualty"
  "tag"?: string | null
}

export type ReportEstimate = {
  "by_category"?: Record<string, number>
  "incident": string
  "t": "casualty.report_estimate"
  "total": number
}

export type ReportFacility = {
  "divert"?: boolean | null
  "facility": string
  "mci"?: Record<string, number> | null
  "modules"?: Record<string, string>
  "status": "CLOSED" | "COMPROMISED" | "EVACUATING" | "FULL" | "NORMAL" | "NO_RESPONSE"
  "t": "casualty.report_facility"
}

export type ReportLeg = {
  "leg": string
  "state": "ARRIVED" | "AVAILABLE" | "CREW_READY" | "DEPARTED" | "HANDED_OVER" | "LAUNCHED" | "NOTIFIED" | "ON_SCENE" | "PATIENT_LOADED" | "RTB"
  "t": "casualty.report_leg"
}

export type ReportMissing = {
  "casualty": string
  "t": "casualty.report_missing"
}

export type ReportMist = {
  "casualty": string
  "injuries"?: (string)[]
  "injuries_text"?: string
  "mechanism"?: string | null
  "mechanism_text"?: string
  "signs"?: string
  "t": "casualty.report_mist"
  "title"?: string
  "treatment"?: string
}

export type ReportTheatre = {
  "casualty"?: string | null
  "facility": string
  "reason"?: string
  "slot": string
  "state": "CLOSED" | "IN_USE" | "PLANNED" | "READY" | "TURNOVER"
  "t": "casualty.report_theatre"
}

export type RequestEvacuation = {
  "alert"?: string | null
  "casualties"?: (string)[]
  "constraints"?: string
  "dialect": string
  "draft"?: boolean
  "escort"?: string | null
  "exercise"?: boolean
  "incident"?: string | null
  "kind": "CASEVAC" | "MEDEVAC_EMERG" | "MEDEVAC_NONEMERG" | "REPATRIATION" | "TRANSFER"
  "lines"?: Record<string, unknown>
  "pickup"?: Position | null
  "referral"?: Referral | null
  "request": string
  "t": "casualty.request_evacuation"
}

export type RequestRef = {
  "category"?: string | null
  "kind": string
  "status": string
  "subject": string
  "tag": string
}

export type RequestWire = {
  "alert"?: string | null
  "ambulatory"?: number | null
  "author"?: string
  "authorised_by"?: string | null
  "callsign"?: string
  "casualties"?: (string)[]
  "category"?: string | null
  "contacts"?: (ContactWire)[]
  "counts"?: Record<string, number>
  "decisions"?: Record<string, StepWire>
  "dialect"?: string
  "equipment"?: (string)[]
  "exercise"?: boolean
  "flags"?: (string)[]
  "freq"?: string
  "held"?: boolean
  "incident"?: string | null
  "kind"?: string
  "lines"?: Record<string, unknown>
  "litter"?: number | null
  "marking"?: string | null
  "missing"?: (string)[]
  "next_step"?: string | null
  "origin"?: string
  "peer"?: string
  "peer_uid"?: string
  "pickup"?: WhereWire | null
  "reason"?: string | null
  "referral"?: Record<string, unknown>
  "review"?: ReviewWire | null
  "security"?: string | null
  "self_authorised"?: boolean
  "slowest_step"?: string | null
  "source"?: string
  "states"?: Record<string, StateWire>
  "status"?: string
  "subject": string
  "submitted_at"?: string
  "superseded_by"?: string | null
  "tag"?: string
  "waiting_on"?: string | null
}

export type ReservationWire = {
  "asked_at"?: string
  "at"?: string
  "author"?: string
  "by_role"?: string
  "casualty"?: string | null
  "conflict"?: boolean
  "eta"?: string | null
  "exercise"?: boolean
  "facility"?: string | null
  "facility_id"?: string | null
  "flags"?: (string)[]
  "next_best"?: NextBestWire | null
  "open"?: boolean
  "reason"?: string
  "request"?: string | null
  "resource"?: string | null
  "state"?: string | null
  "subject": string
  "until"?: string
}

export type ResolveConflict = {
  "field": string
  "reason": string
  "subject_id": string
  "t": "casualty.resolve_conflict"
  "value": string | number | boolean | Record<string, unknown> | (unknown)[] | null
}

export type ResolveIdentity = {
  "casualty": string
  "kind": "BIOMETRIC_HASH" | "NAME" | "PHOTO_HASH" | "TAG" | "TCC_SERVICE_NO" | "UN_INDEX" | "ZAP"
  "reason": string
  "t": "casualty.resolve_identity"
  "value": string | (string)[]
}

export type ResumeRequest = {
  "request": string
  "t": "casualty.resume_request"
}

export type ResumeSite = {
  "reason"?: string
  "site": string
  "t": "sites.resume_site"
}

export type RetireSite = {
  "reason"?: string
  "site": string
  "t": "sites.retire_site"
}

export type ReviewSelfAuthorisation = {
  "finding": "JUSTIFIED" | "NOT_JUSTIFIED"
  "note"?: string
  "request": string
  "t": "casualty.review_self_authorisation"
}

export type ReviewWire = {
  "at": string
  "by_role": string
  "finding": string | null
  "reason": string
}

export type RevokeSite = {
  "cutoffs"?: ([string, string, number])[]
  "reason": string
  "site": string
  "t": "sites.revoke_site"
}

export type RotateSiteKey = {
  "seal_key"?: string
  "sign_key"?: string
  "site": string
  "t": "sites.rotate_site_key"
  "tls"?: string
}

export type RouteWire = {
  "climbed": boolean
  "kind": string
  "role": string
  "since": string | null
  "yours": boolean
}

export type SaidWire = {
  "at": string
  "by_role": string
  "linked": boolean
  "origin": string
  "reason": string
}

export type SchemeValue = {
  "categories": (CategoryValue)[]
  "default": string
  "steps": (Step)[]
  "version": string
}

export type ScoreWire = {
  "id": string
  "inputs": Record<string, unknown>
  "missing": (string)[]
  "value": number | null
  "verified": boolean
  "version": string
}

export type Sealed = {
  "box": string
  "to": (Wrap)[]
  "v": number
}

export type SealedWire = {
  "grant_pass"?: string
  "id": string
  "sealed": Sealed
}

export type SelfAuthorise = {
  "reason": string
  "request": string
  "t": "casualty.self_authorise"
}

export type SessionState = {
  "ends_at": string
  "has_pin": boolean
  "idle_min": number
  "lock_min": number
  "locked": boolean
}

export type SetPosture = {
  "posture": string
  "reason"?: string
  "t": "casualty.set_posture"
}

export type SettledWire = {
  "at": string
  "by_role": string
  "origin": string
  "reason": string
  "value": unknown
}

export type ShownIdentityWire = {
  "confidence": number | null
  "kind": string
  "standing": string
  "value": string
}

export type ShutDevice = {
  "device": string
}

export type SiteRowWire = {
  "address"?: string
  "closed"?: ([string, string, number, string])[]
  "cutoffs"?: ([string, string, number])[]
  "expires"?: string | null
  "is_authority"?: boolean
  "replaced"?: Record<string, string>
  "replaced_tls"?: Record<string, string>
  "roles"?: (string)[]
  "seal_key"?: string
  "sign_key"?: string
  "sign_keys"?: (string)[]
  "since"?: string
  "site"?: string
  "state"?: "ACTIVE" | "INVITED" | "RETIRED" | "REVOKED" | "SUSPENDED"
  "streams"?: (string)[]
  "subject": string
  "tls"?: string
}

export type SiteStatus = {
  "as_of": string
  "forks": (ForkStatus)[]
  "peers": (PeerStatus)[]
  "receipts": (ReceiptStatus)[]
  "site": OwnSite
  "sites": (KnownSite)[]
  "switch": Switch
}

export type Source = {
  "last_heard": string | null
  "site": string
}

export type SpanWire = {
  "hi": string | null
  "lo": string | null
}

export type StateAlertDialect = {
  "alert": string
  "dialect": string
  "t": "casualty.state_alert_dialect"
}

export type StateWire = {
  "at": string
  "by_role": string
}

export type Step = {
  "all"?: (Comparison)[]
  "any"?: (Comparison)[]
  "id": string
  "then": string
}

export type StepWire = {
  "after": string | null
  "alternates": (string)[]
  "answered_at": string | null
  "asked": string | null
  "asked_since": string | null
  "attempts": number
  "by_role": string | null
  "conditions": string
  "conditions_needed": (string)[]
  "delegates": (string)[]
  "delegation": string
  "due": string | null
  "escalated_to": string | null
  "informed": (string)[]
  "mode": "AUTO" | "NOT_REQUIRED" | "REQUIRED"
  "next_step": string
  "reason": string
  "roles": (string)[]
  "row": string
  "state": "APPROVED" | "AUTO" | "DENIED" | "NOT_ASKED" | "NOT_REQUIRED" | "REDIRECTED" | "SELF_AUTHORISED" | "WAITING"
}

export type StockCount = {
  "blocked"?: number | null
  "group"?: string
  "occupied"?: number | null
  "physical"?: number | null
  "product"?: string
  "reason"?: string
  "resource": string
  "staffed"?: number | null
}

export type StockWire = {
  "as_of"?: string | null
  "blocked"?: number | null
  "disputed"?: (string)[]
  "group": string
  "occupied"?: number | null
  "physical"?: number | null
  "product": string
  "reason"?: string
  "resource": string
  "staffed"?: number | null
  "subject": string
}

export type SubmitRequest = {
  "request": string
  "t": "casualty.submit_request"
}

export type SupersedeRequest = {
  "by": string
  "reason"?: string
  "request": string
  "t": "casualty.supersede_request"
}

export type SuspendSite = {
  "reason": string
  "site": string
  "t": "sites.suspend_site"
}

export type Switch = {
  "available": boolean
  "kbit_s"?: number
  "loss"?: number
  "rtt_ms"?: number
  "up"?: boolean
}

export type SyncAlarmWire = {
  "diff_ms"?: number | null
  "epoch"?: string | null
  "event": string
  "is_closed"?: boolean
  "kind"?: "clock" | "fork"
  "ours"?: string | null
  "q"?: number | null
  "raised_at"?: string
  "raised_by"?: string
  "site"?: string
  "stream"?: string | null
  "subject"?: string
  "theirs"?: string | null
}

export type TextLimitValue = {
  "characters": number
  "twice": string
}

export type TheatreWire = {
  "at"?: string
  "begun"?: (string)[]
  "casualty"?: string | null
  "conflict"?: boolean
  "exercise"?: boolean
  "facility"?: string
  "facility_id"?: string
  "reason"?: string
  "state"?: string | null
  "subject": string
}

export type TimelineWire = {
  "at": AtWire
  "by_role": string
  "corrected": boolean
  "event": string
  "facts": Record<string, unknown>
  "late_min": number | null
  "origin": string
  "rec": string
  "rx": string
  "source": string
  "stream": string
  "t": string
  "unknown": boolean
}

export type TourniquetWire = {
  "amber_at": string | null
  "device": string
  "event": string
  "limb": string | null
  "off": string | null
  "on": string
  "p": string
  "red_at": string | null
  "state": string | null
}

export type TrayWire = {
  "bytes": number
  "dialect": string
  "id": string
  "peer": string
  "rule": string
  "rx": string
}

export type TriageRowWire = {
  "category": string
  "disagree": boolean
  "missing": (string)[]
  "path": (string)[]
  "possible": (string)[]
  "scheme": string
  "under_triage": UnderTriageWire | null
  "verified": boolean
  "version": string
  "warnings": (string)[]
}

export type TriggerWire = {
  "at": string
  "code": string
}

export type UnderTriageWire = {
  "high": number
  "low": number
  "pct": number
}

export type UnlinkSubjects = {
  "casualty": string
  "other": string
  "reason"?: string
  "t": "casualty.unlink_subjects"
}

export type UnloadCasualty = {
  "casualty": string
  "leg": string
  "t": "casualty.unload_casualty"
}

export type ValidateRequest = {
  "reason"?: string
  "request": string
  "t": "casualty.validate_request"
}

export type VerifyIdentity = {
  "assertion": string
  "casualty": string
  "evidence"?: string
  "t": "casualty.verify_identity"
}

export type ViolationWire = {
  "age_min": number
  "detail": string
  "id": string
  "invariant": number
  "kind": string
  "owner": string
  "rule": string
  "since": string
  "subject": string
}

export type VitalsWire = {
  "at"?: string
  "author"?: string
  "avpu"?: string | null
  "by_role"?: string
  "crt_s"?: number | null
  "dbp"?: number | null
  "etco2"?: number | null
  "event": string
  "facility_id"?: string | null
  "gcs_e"?: number | null
  "gcs_m"?: number | null
  "gcs_v"?: number | null
  "holder"?: string | null
  "hr"?: number | null
  "hr_site"?: string | null
  "note"?: string | null
  "o2"?: boolean | null
  "p"?: string
  "pain"?: number | null
  "rr"?: number | null
  "sbp"?: number | null
  "scores"?: (ScoreWire)[]
  "spo2"?: number | null
  "subject": string
  "temp_c"?: number | null
  "treating"?: (string)[]
}

export type VoiceValue = {
  "alphabet": (string)[]
  "between": string
  "closing": string
  "comma": string
  "decimal": string
  "digits": (string)[]
  "east": string
  "exercise": string
  "fields": Record<string, string>
  "forms": Record<string, string>
  "line": string
  "no": string
  "none": string
  "north": string
  "opening": string
  "opening_untagged": string
  "sentence": string
  "south": string
  "time": string
  "west": string
  "within": string
  "words": Record<string, Record<string, string>>
  "yes": string
}

export type Watch = {
  "me": Me
  "open_alerts": number | null
  "open_casualties": number | null
}

export type WellBeing = {
  "status": "ok" | "read_only" | "starting"
  "version": string
}

export type WhereWire = {
  "at"?: string | null
  "ce"?: number | null
  "lat": number
  "lon": number
}

export type WithdrawStream = {
  "reason"?: string
  "site": string
  "stream": string
  "t": "sites.withdraw_stream"
}

export type Wrap = {
  "key": string
  "site": string
  "wrap": string
}

export type WriteHandover = {
  "casualty": string
  "escort"?: string | null
  "isolation"?: string | null
  "next_appointment"?: string
  "next_destination"?: string
  "t": "casualty.write_handover"
  "text": string
}
