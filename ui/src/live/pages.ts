/** Collects the keyset pages of one view.
 *
 * A refresh gathers its pages aside and takes the place of the old rows only when complete, so that a list never
 * shrinks to its first page under somebody's finger.
 */
import type { View } from '../api/types'

export interface Gathered<Row> {
  shown: View<Row> | null
  gathering: View<Row> | null
  etag: string | null
}

export type PageAction<Row> =
  { kind: 'page'; page: View<Row>; first: boolean; etag: string | null } | { kind: 'unchanged' } | { kind: 'abandoned' }

export const nothing = <Row>(): Gathered<Row> => ({ shown: null, gathering: null, etag: null })

export function gather<Row>(known: Gathered<Row>, action: PageAction<Row>, key: (row: Row) => string): Gathered<Row> {
  if (action.kind === 'unchanged') return { ...known, gathering: null }
  if (action.kind === 'abandoned') return { ...known, gathering: null }
  const { page, first } = action
  const whole: View<Row> =
    first || !known.gathering
      ? { ...page, rows: unique(page.rows, key) }
      : { ...page, rows: unique([...known.gathering.rows, ...page.rows], key) }
  const etag = first ? action.etag : known.etag
  // The first load shows what it has at once; there is nothing on the screen yet that could jump.
  const isGrowing = known.shown === null || known.shown.next !== null
  return { etag, gathering: page.next ? whole : null, shown: page.next && !isGrowing ? known.shown : whole }
}

/** A row that moved between two pages while we were reading is kept once, in its newer form. */
function unique<Row>(rows: Row[], key: (row: Row) => string): Row[] {
  return [...new Map(rows.map((row) => [key(row), row])).values()]
}
