import type { BoardRow, Lane } from '../../api/types'
import { useText } from '../../i18n/text'
import { CasualtyCard } from './CasualtyCard'

interface Props {
  lane: Lane
  rows: BoardRow[]
  silent: Map<string, string | null>
  selected: string | null
  /** The one card that the Tab key reaches; arrows lead to the others. */
  reachable: string | undefined
  onChoose: (subject: string) => void
}

export function LaneList({ lane, rows, silent, selected, reachable, onChoose }: Props) {
  const { t } = useText()
  if (lane === 'closed' && rows.length === 0) return null
  const id = `lane-${lane}`
  return (
    <section className="lane" data-lane={lane} aria-labelledby={id}>
      <h3 id={id}>
        {t(`lane.${lane}`)} <span className="count">{rows.length}</span>
      </h3>
      {rows.length === 0 ? <p className="lane-empty">{t('lane.empty')}</p> : null}
      <ul>
        {rows.map((row) => (
          <li key={row.subject}>
            <CasualtyCard
              row={row}
              isSilent={silent.has(row.origin)}
              isSelected={row.subject === selected}
              isReachable={row.subject === reachable}
              onChoose={onChoose}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}
