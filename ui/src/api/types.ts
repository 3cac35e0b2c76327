/** Shapes of the wire. One name per thing of the API; times are RFC 3339 in UTC, enumerations are codes. */

export type Time = string
export type Id = string

export interface Position {
  lat: number
  lon: number
  ce: number | null
  at: Time | null
}

export interface MissionClock {
  now: Time
  speed: number
}

export interface Me {
  user: string
  display: string
  role: string
  unit: string | null
  facility: string | null
  csrf: string
  /** Told once, at sign-in; null when asked for again. */
  grant: string | null
  permissions: string[]
  site: string
  mission: { code: string; name: string; zone: string; exercise: boolean; languages: string[]; bbox: [number, number, number, number] }
  clock: MissionClock
  session: { idle_min: number; ends_at: Time }
}

export interface Problem {
  type: string
  title: string
  status: number
  code: string
  params: Record<string, unknown>
  correlation?: string
}

export interface Source {
  site: string
  last_heard: Time | null
}

export interface ActionState {
  name: string
  allowed: boolean
  reason: string | null
  who_can: string[]
}

export interface View<Row> {
  view: string
  version: number
  as_of: Time
  complete_through: Time | null
  sources: Source[]
  actions: ActionState[]
  suppressed: number
  rows: Row[]
  next: string | null
}

export interface Span {
  lo: Time | null
  hi: Time | null
}

export type Verdict = 'MET' | 'BREACH_POSSIBLE' | 'BREACH_CERTAIN' | 'ENDED_BY_DEATH' | 'EXCLUDED' | 'NO_START'

export interface Clock {
  code: string
  in_population: boolean
  limit_min: number
  amber_min: number
  t0: Span | null
  stop: Span | null
  proxy: boolean
  verdict: Verdict
  predicted_stop: Span | null
  predicted_verdict: string | null
  unavoidable_at: Time | null
}

export interface ConflictValue {
  value: unknown
  event: Id
  by_role: string
  at: Time | null
  origin: string
  rx?: Time | null
}

export interface Conflict {
  field: string
  id: Id
  values: ConflictValue[]
}

export type Lane = 'reported' | 'assigned' | 'en_route' | 'handed_over' | 'closed'

export interface BoardRow {
  subject: Id
  tag: string
  status: string
  lane: Lane
  category: string | null
  triage: string | null
  scheme: string | null
  triage_event: Id | null
  affiliation: string | null
  child: boolean
  incident: Id | null
  exercise: boolean
  position: Position | null
  reported_at: Time | null
  reported_by_role: string | null
  source: string | null
  origin: string
  request: { subject: Id; tag: string; kind: string; status: string } | null
  leg: { subject: Id; callsign: string; status: string; eta: Time | null } | null
  facility: { subject: Id; name: string } | null
  flags: string[]
  conflicts: Conflict[]
  late_min: number | null
  clocks: Clock[]
  /** Columns that this reader's role does not see; made here, not on the wire. Hidden is not the same as unknown. */
  hidden: string[]
}

export interface When {
  t: Time
  p: string
}

/** As the timeline tells it: an unknown time has no `t`, an uncertain one has ends. */
export interface Moment {
  t: Time | null
  p: string
  lo?: Time | null
  hi?: Time | null
}

export interface TimelineRow {
  event: Id
  t: string
  at: Moment
  rec: Time | null
  rx: Time | null
  late_min: number | null
  by_role: string
  origin: string
  source: string | null
  stream: string
  facts: Record<string, unknown>
  corrected: boolean
  unknown: boolean
}

export interface IncidentRow {
  subject: Id
  tag: string | null
  type: string
  occurred_at: Time | null
  position: Position | null
  status: string
  exercise: boolean
  estimate: number | null
  tracked: number
  unaccounted: number | null
  cancelled: number
  surplus: number
}

export interface AlertRow {
  subject: Id
  incident: Id | null
  channel: string
  received_at: Time
  callsign: string | null
  text?: string | null
  position: Position | null
  acknowledged: { role: string; at: Time }[]
  status: string
  exercise: boolean
  request: Id | null
}

export interface AssetRow {
  subject: Id
  callsign: string
  kind: string | null
  state: string
  position: Position | null
  ntm_day_min?: number | null
  ntm_night_min?: number | null
  night_capable?: boolean
  caveats: string[]
}

export interface FacilityRow {
  subject: Id
  name: string
  level: string
  position: Position | null
  modules: { code: string; status: string }[]
  status: string | null
  reported_at: Time | null
  stale: boolean
}

export interface LegRow {
  subject: Id
  request: Id | null
  asset: Id | null
  origin: Id | null
  destination: Id | null
  active: boolean
  status: string
  casualties: Id[]
  plan: Record<string, Time>
  actual: Record<string, Time>
}

export interface ConflictRow extends Conflict {
  subject: Id
  tag: string | null
}

export interface Policy {
  clocks: { code: string; limit_min: number; amber_min: number }[]
  thresholds: Record<string, unknown>
  triage: Record<string, { categories: { code: string; label_id: string; shape: string; color: string }[] }>
  /** What every map must say about its borders and names, by language. */
  map_notice?: Record<string, string>
  languages: string[]
}

export interface Command {
  t: string
  [field: string]: unknown
}

export interface Envelope {
  id: Id
  command: Command
  at?: When
  rec?: Time
  base?: Id[]
  author_proof?: string
}

export interface Outcome {
  id: Id
  outcome: 'accepted' | 'duplicate' | 'rejected'
  code?: string
  params?: Record<string, unknown>
  events?: Id[]
}

export type ViewName = 'board' | 'timeline' | 'casualty' | 'incidents' | 'ledger' | 'alerts' | 'requests' | 'legs' | 'assets' | 'facilities' | 'conflicts'

export interface ViewRows {
  board: BoardRow
  casualty: BoardRow
  timeline: TimelineRow
  incidents: IncidentRow
  ledger: IncidentRow
  alerts: AlertRow
  requests: Record<string, unknown>
  legs: LegRow
  assets: AssetRow
  facilities: FacilityRow
  conflicts: ConflictRow
}
