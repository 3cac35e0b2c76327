/** What stands on the map, as plain data; the list beside the map shows exactly the same. */
import type { AssetRow, BoardRow, FacilityRow, Position } from '../api/types'

export interface Pin {
  id: string
  kind: 'casualty' | 'asset' | 'facility'
  label: string
  /** The letter on the mark: triage for a casualty, nothing for the rest. */
  triage: string | null
  position: Position
  freshness: Freshness
}

export type Freshness = 'fresh' | 'ageing' | 'old'

const MINUTE = 60_000
/** Minutes until a position is ageing and until it is old; a casualty lies still longer than an aircraft. */
const AGES: Record<Pin['kind'], [number, number]> = { casualty: [10, 60], asset: [2, 10], facility: [360, 720] }

export function freshness(kind: Pin['kind'], at: string | null, now: number): Freshness {
  if (!at) return 'old'
  const age = (now - Date.parse(at)) / MINUTE
  const [ageing, old] = AGES[kind]
  return age <= ageing ? 'fresh' : age <= old ? 'ageing' : 'old'
}

export function makePins(
  casualties: readonly BoardRow[],
  assets: readonly AssetRow[],
  facilities: readonly FacilityRow[],
  now: number,
): Pin[] {
  const pins: Pin[] = []
  for (const row of facilities)
    if (row.position)
      pins.push({
        id: row.subject,
        kind: 'facility',
        label: row.name,
        triage: null,
        position: row.position,
        freshness: row.stale ? 'old' : freshness('facility', row.reported_at, now),
      })
  for (const row of assets)
    if (row.position)
      pins.push({
        id: row.subject,
        kind: 'asset',
        label: row.callsign,
        triage: null,
        position: row.position,
        freshness: freshness('asset', row.position.at, now),
      })
  for (const row of casualties) {
    const position = standing(row, facilities)
    if (position && row.lane !== 'closed')
      pins.push({
        id: row.subject,
        kind: 'casualty',
        label: row.tag,
        triage: row.triage,
        position,
        freshness: row.lane === 'handed_over' ? 'fresh' : freshness('casualty', position.at, now),
      })
  }
  return pins
}

/** Whoever was handed over is where the facility is, whatever position the first report gave. */
function standing(row: BoardRow, facilities: readonly FacilityRow[]): Position | null {
  const facility =
    row.lane === 'handed_over' && row.facility
      ? facilities.find((each) => each.subject === row.facility?.subject)
      : undefined
  return facility?.position ?? row.position
}

export interface Cluster {
  pins: Pin[]
  x: number
  y: number
}

/** Casualties closer together than a mark is wide become one mark that counts them by triage. */
export function cluster(
  pins: readonly Pin[],
  project: (pin: Pin) => { x: number; y: number },
  distance = 40,
): Cluster[] {
  const groups: Cluster[] = []
  for (const pin of pins) {
    const { x, y } = project(pin)
    const near = groups.find((group) => Math.hypot(group.x - x, group.y - y) < distance)
    if (near) near.pins.push(pin)
    else groups.push({ pins: [pin], x, y })
  }
  return groups
}

export function countByTriage(pins: readonly Pin[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const { triage } of pins) counts.set(triage ?? '?', (counts.get(triage ?? '?') ?? 0) + 1)
  return [...counts].sort(([a], [b]) => Number(a === '?') - Number(b === '?') || a.localeCompare(b))
}

export function around(pins: readonly Pin[]): [number, number, number, number] | null {
  if (pins.length === 0) return null
  const lons = pins.map((pin) => pin.position.lon)
  const lats = pins.map((pin) => pin.position.lat)
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]
}

const NEIGHBOUR_DEGREES = 0.7

/** The casualties and what is near enough to matter to them: where a first look at the map should go. */
export function withNeighbours(pins: readonly Pin[]): Pin[] {
  const casualties = pins.filter((pin) => pin.kind === 'casualty')
  const isNear = (pin: Pin) =>
    casualties.some(
      ({ position }) =>
        Math.hypot(position.lat - pin.position.lat, position.lon - pin.position.lon) < NEIGHBOUR_DEGREES,
    )
  return pins.filter((pin) => pin.kind === 'casualty' || isNear(pin))
}
