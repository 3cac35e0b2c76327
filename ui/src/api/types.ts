/** The wire as screens use it: the generated shapes, with the columns of a row made certain (see `complete.ts`). */
import type * as wire from './wire'

export type Time = string
export type Id = string

/** Every column present: what the reader's role does not see is empty here and named in `hidden`. */
type Whole<Row> = { [Name in keyof Row]-?: Row[Name] }
type Placed<Row> = Omit<Whole<Row>, 'position'> & { position: Position | null }

export interface Position {
  lat: number
  lon: number
  ce: number | null
  at: Time | null
}

export type MissionClock = wire.ClockState
export type Problem = wire.Problem
export type Outcome = wire.Outcome
export type ActionState = wire.Offer
export type Me = Omit<wire.Me, 'mission'> & {
  mission: Omit<wire.Mission, 'bbox'> & { bbox: [number, number, number, number] }
}
/** The next person at a shared screen, and what was open when the watch changed hands. */
export type Watch = Omit<wire.Watch, 'me'> & { me: Me }
export type View<Row> = Omit<wire.Page, 'rows'> & { rows: Row[] }

export type Span = wire.SpanWire
export type Clock = wire.ClockWire
export type Conflict = wire.ConflictWire
export type Lane = NonNullable<wire.BoardWire['lane']>
type Delivered<Row> = Omit<Row, 'delivery'> & { delivery: Delivery | null }
export type BoardRow = Delivered<Placed<wire.BoardWire>> & { hidden: string[] }
export type TimelineRow = wire.TimelineWire
export type IncidentRow = Placed<wire.IncidentWire>
export type AlertRow = Delivered<Placed<wire.AlertWire>>
export type AssetRow = Placed<wire.AssetWire>
export type FacilityRow = Placed<wire.FacilityWire>
export type LegRow = Whole<wire.LegWire>
export type RequestRow = wire.RequestWire
export type ConflictValue = wire.ConflictValueWire
export type ConflictRow = Omit<Whole<wire.ConflictRowWire>, 'route'> & { route: wire.RouteWire | null }
export type Delivery = wire.DeliveryWire
export type DuplicateRow = Whole<wire.DuplicateWire>

export interface Policy {
  clocks: { code: string; limit_min: number; amber_min: number }[]
  thresholds: Record<string, unknown>
  triage: Record<string, { categories: { code: string; label_id: string; shape: string; color: string }[] }>
  /** What follows came later: a copy kept from a server of the version before has none of it. */
  triage_bounds?: wire.PolicyValues['triage_bounds']
  triage_precedence?: wire.PolicyValues['triage_precedence']
  expectant?: wire.ExpectantValue
  care?: wire.CareValues
  forms?: wire.FormValues
  voice?: Record<string, wire.VoiceValue>
  /** What every map must say about its borders and names, by language. */
  map_notice?: Record<string, string>
  languages: string[]
}

/** Any command of the server; the compiler checks its fields where it is made. */
export type Command = wire.Entry['command']
export type When = { t: Time; p: NonNullable<wire.At['p']> }

export interface Envelope {
  id: Id
  command: Command
  at?: When
  rec?: Time
  base?: Id[]
  author_proof?: string
}

export interface ViewRows {
  board: BoardRow
  timeline: TimelineRow
  incidents: IncidentRow
  alerts: AlertRow
  requests: RequestRow
  legs: LegRow
  assets: AssetRow
  facilities: FacilityRow
  conflicts: ConflictRow
  identity_conflicts: ConflictRow
  duplicates: DuplicateRow
  site_parked: wire.ParkedWire
  site_quarantine: wire.QuarantineWire
  import_tray: wire.TrayWire
  conflict_rate: wire.ConflictRateWire
  held_entries: wire.HeldWire
  site_devices: wire.DeviceWire
  stocks: wire.StockWire
  capacity: wire.CapacityWire
  reservations: wire.ReservationWire
  admissions: wire.AdmissionWire
  theatre: wire.TheatreWire
  arrivals: wire.ArrivalWire
  options: wire.OptionsWire
  violations: wire.ViolationWire
  sites: { subject: Id; site: string; state: string }
}

export type ViewName = keyof ViewRows
