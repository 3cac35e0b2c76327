import { useText } from '../../i18n/text'
import { Code } from '../../kit/Code'
import { Button } from '../../kit/Button'
import { useView } from '../../live/useView'
import { SideBySide } from '../ops/SideBySide'
import { goTo } from '../places'
import { ListFrame } from './ListFrame'

export function ConflictsScreen() {
  const { t } = useText()
  const seen = useView('conflicts')
  const board = useView('board')
  const tagOf = new Map(board.rows.map((row) => [row.subject, row.tag]))
  return (
    <ListFrame title={t('place.conflicts')} empty={t('conflict.none')} seen={seen} hasConflict={seen.rows.length > 0}>
      <ul className="tiles">
        {seen.rows.map((row) => (
          <li key={row.id} className="tile">
            <div className="row-head">
              {tagOf.has(row.subject) ? <Code className="card-tag">{tagOf.get(row.subject)}</Code> : null}
              <Button kind="quiet" onPress={() => goTo('ops', row.subject)}>
                {t('conflict.open_casualty')}
              </Button>
            </div>
            <SideBySide subject={row.subject} conflict={row} view={seen.view} />
          </li>
        ))}
      </ul>
    </ListFrame>
  )
}
