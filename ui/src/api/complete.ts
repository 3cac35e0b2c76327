/** Rows as screens can rely on them. A column that the reader's role may not see is absent on the wire and empty here. */
import type {
  AlertRow,
  AssetRow,
  BoardRow,
  ConflictRow,
  DuplicateRow,
  FacilityRow,
  IncidentRow,
  LegRow,
  Position,
  View,
  ViewName,
  ViewRows,
} from './types'
import type * as wire from './wire'

const position = (given: wire.WhereWire | null | undefined): Position | null =>
  given ? { lat: given.lat, lon: given.lon, ce: given.ce ?? null, at: given.at ?? null } : null

/** Columns whose absence a screen must not take for "nobody knows". */
const GUARDED = ['triage', 'position', 'reported_by_role', 'affiliation', 'clocks', 'leg'] as const

const board = (row: wire.BoardWire): BoardRow => ({
  tag: '',
  canonical: row.subject,
  status: 'REPORTED',
  lane: 'reported',
  category: null,
  triage: null,
  scheme: null,
  triage_event: null,
  affiliation: null,
  disposition: null,
  manner: null,
  contingent: null,
  cause: null,
  needs_surgery: null,
  child: false,
  sex: null,
  age_band: null,
  detainee: null,
  severity: null,
  incident: null,
  exercise: false,
  reported_at: '',
  reported_by_role: '',
  source: '',
  origin: '',
  request: null,
  leg: null,
  facility: null,
  holder: null,
  holder_role: null,
  holder_facility: null,
  holder_leg: null,
  holder_since: null,
  custody: 'NONE',
  treating: [],
  destination_id: null,
  late_min: null,
  late_from: row.origin ?? '',
  delivery: null,
  flags: [],
  clocks: [],
  ...row,
  position: position(row.position),
  conflicts: (row.conflicts ?? []).map((one) => ({ ...one, values: values(one.values) })),
  hidden: GUARDED.filter((name) => !(name in row)),
})

const incident = (row: wire.IncidentWire): IncidentRow => ({
  author: '',
  tag: '',
  type: 'OTHER',
  occurred_at: '',
  status: 'OPEN',
  exercise: false,
  estimate: null,
  threat: null,
  tracked: 0,
  unaccounted: null,
  cancelled: 0,
  surplus: 0,
  suspected: [],
  estimates: [],
  flags: [],
  ...row,
  position: position(row.position),
})

const alert = (row: wire.AlertWire): AlertRow => ({
  author: '',
  incident: null,
  channel: 'APP',
  received_at: '',
  callsign: '',
  status: 'OPEN',
  exercise: false,
  unverified: false,
  flags: [],
  request: null,
  category: null,
  raw_category: '',
  readings: {},
  due: null,
  escalations: [],
  fan_out: [],
  origin: '',
  acknowledged: [],
  delivery: null,
  ...row,
  position: position(row.position),
})

const asset = (row: wire.AssetWire): AssetRow => ({
  callsign: '',
  kind: null,
  state: 'UNKNOWN',
  caveats: [],
  exercise: null,
  litters: null,
  seats: null,
  night_capable: null,
  ntm_day_min: null,
  ntm_night_min: null,
  amet: null,
  armed_escort_needed: null,
  clearance_lead_min: null,
  cruise_km_h: null,
  hoist: null,
  ifr: null,
  nvg: null,
  phone: '',
  range_km: null,
  heard: null,
  ...row,
  position: position(row.position),
})

const facility = (row: wire.FacilityWire): FacilityRow => ({
  name: '',
  level: '',
  status: null,
  reported_at: null,
  exercise: false,
  modules: [],
  accepts: null,
  light: 'RED',
  divert: false,
  external: false,
  hlz: null,
  hours: '',
  mci: {},
  phone: '',
  ...row,
  position: position(row.position),
})

const leg = (row: wire.LegWire): LegRow => ({
  active: false,
  actual: {},
  asset: null,
  author: '',
  casualties: [],
  destination: null,
  exercise: false,
  origin: null,
  plan: {},
  planned_at: '',
  request: null,
  skilled_care_aboard: false,
  status: 'PLANNED',
  aboard: [],
  amet: false,
  carried: [],
  crew: '',
  diverted: null,
  facility_id: null,
  heard_at: null,
  check_in: null,
  launch: null,
  flags: [],
  is_dark: null,
  nvg: null,
  overrides: [],
  ...row,
})

/** A server of the version before says less about each value. */
const values = (given: wire.ConflictValueWire[] | undefined): wire.ConflictValueWire[] =>
  (given ?? []).map((value) => ({ ...value, seen: value.seen ?? [], p: value.p ?? 'EXACT' }))

const conflict = (row: wire.ConflictRowWire): ConflictRow => ({
  field: '',
  kind: '',
  subject: '',
  state: 'OPEN',
  several: false,
  settled: null,
  route: null,
  ...row,
  values: values(row.values),
})

const duplicate = (row: wire.DuplicateWire): DuplicateRow => ({ said: [], ...row })

const COMPLETE = {
  board,
  incidents: incident,
  alerts: alert,
  assets: asset,
  facilities: facility,
  legs: leg,
  conflicts: conflict,
  identity_conflicts: conflict,
  duplicates: duplicate,
} as unknown as Partial<Record<ViewName, (row: unknown) => unknown>>

export function complete<N extends ViewName>(name: N, page: View<unknown>): View<ViewRows[N]> {
  const fill = COMPLETE[name] ?? ((row: unknown) => row)
  return { ...page, rows: page.rows.map((row) => fill(row) as ViewRows[N]) }
}
