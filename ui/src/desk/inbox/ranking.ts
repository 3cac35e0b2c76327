/** The order of the inbox: open before settled, mine before others', what has climbed first, then the oldest. */
import type { ConflictRow } from '../../api/types'

export const isOpen = (row: ConflictRow): boolean => row.state !== 'RESOLVED'

export function ranked(rows: ConflictRow[]): ConflictRow[] {
  const rank = (row: ConflictRow) => [
    Number(!isOpen(row)),
    Number(!row.route?.yours),
    Number(!row.route?.climbed),
    row.route?.since ?? '',
    row.id,
  ]
  return [...rows].sort((a, b) => compare(rank(a), rank(b)))
}

function compare(a: (number | string)[], b: (number | string)[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index]!
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}
