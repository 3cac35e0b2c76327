/** Rows as screens can rely on them. A column that the reader's role may not see is absent on the wire and empty here. */
import type { AlertRow, AssetRow, BoardRow, ConflictRow, FacilityRow, IncidentRow, Position, View, ViewName, ViewRows } from './types'

type Partly<Row> = Partial<Row> & { subject: string }

const position = (given: Partial<Position> | null | undefined): Position | null =>
  given && typeof given.lat === 'number' && typeof given.lon === 'number' ? { lat: given.lat, lon: given.lon, ce: given.ce ?? null, at: given.at ?? null } : null

const GUARDED = ['triage', 'position', 'reported_by_role', 'affiliation', 'clocks', 'leg'] as const

const board = (row: Partly<BoardRow>): BoardRow => ({
  tag: '', status: 'REPORTED', lane: 'reported', category: null, triage: null, scheme: null, triage_event: null, affiliation: null, child: false, incident: null, exercise: false,
  reported_at: null, reported_by_role: null, source: null, origin: '', request: null, leg: null, facility: null, late_min: null, ...row,
  position: position(row.position), flags: row.flags ?? [], conflicts: row.conflicts ?? [], clocks: row.clocks ?? [], hidden: GUARDED.filter((name) => !(name in row)),
})

const incident = (row: Partly<IncidentRow>): IncidentRow => ({
  tag: null, type: 'OTHER', occurred_at: null, status: 'OPEN', exercise: false, estimate: null, tracked: 0, unaccounted: null, cancelled: 0, surplus: 0, ...row, position: position(row.position),
})

const alert = (row: Partly<AlertRow>): AlertRow => ({
  incident: null, channel: 'APP', received_at: '', callsign: null, status: 'OPEN', exercise: false, request: null, ...row, acknowledged: row.acknowledged ?? [], position: position(row.position),
})

const asset = (row: Partly<AssetRow>): AssetRow => ({ callsign: '', kind: null, state: 'UNKNOWN', caveats: [], ...row, position: position(row.position) })

const facility = (row: Partly<FacilityRow>): FacilityRow => ({ name: '', level: '', status: null, reported_at: null, stale: true, ...row, modules: row.modules ?? [], position: position(row.position) })

const conflict = (row: Partly<ConflictRow>): ConflictRow => ({ tag: null, field: '', id: row.subject, ...row, values: row.values ?? [] })

const COMPLETE: { [N in ViewName]?: (row: Partly<ViewRows[N]>) => ViewRows[N] } = { board, casualty: board, incidents: incident, ledger: incident, alerts: alert, assets: asset, facilities: facility, conflicts: conflict }

export function complete<N extends ViewName>(name: N, page: View<ViewRows[N]>): View<ViewRows[N]> {
  const fill = COMPLETE[name] as ((row: ViewRows[N]) => ViewRows[N]) | undefined
  return fill ? { ...page, rows: page.rows.map(fill) } : page
}
