import type { BoardRow, View } from '../../api/types'
import { SideBySide } from './SideBySide'

export function ConflictList({ row, view }: { row: BoardRow; view: View<BoardRow> | null }) {
  return row.conflicts.map((conflict) => (
    <SideBySide key={conflict.id} subject={row.subject} conflict={conflict} view={view} />
  ))
}
