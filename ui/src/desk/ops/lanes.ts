/** Rows into lanes, the most urgent first, so that a lane does not jump when something else arrives. */
import type { BoardRow, Lane } from '../../api/types'

export const LANES: readonly Lane[] = ['reported', 'assigned', 'en_route', 'handed_over', 'closed']

const RANK: Record<string, number> = { T1: 0, T2: 1, T3: 2, T4: 3, DEAD: 5 }
const rank = (row: BoardRow) => RANK[row.triage ?? ''] ?? 0.5 // not yet triaged: look at it right after T1

export function inLanes(rows: readonly BoardRow[]): Map<Lane, BoardRow[]> {
  const lanes = new Map<Lane, BoardRow[]>(LANES.map((lane) => [lane, []]))
  for (const row of rows) (lanes.get(row.lane) ?? lanes.get('reported')!).push(row)
  for (const list of lanes.values())
    list.sort(
      (a, b) =>
        rank(a) - rank(b) || (a.reported_at ?? '').localeCompare(b.reported_at ?? '') || a.tag.localeCompare(b.tag),
    )
  return lanes
}

/** A tag as people type it: without dashes, and with the letters that the alphabet leaves out read as digits. */
export const plainTag = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')

export const matches = (row: BoardRow, asked: string): boolean =>
  asked === '' ||
  plainTag(row.tag).includes(plainTag(asked)) ||
  (row.leg?.callsign.toUpperCase().includes(asked.toUpperCase()) ?? false)
