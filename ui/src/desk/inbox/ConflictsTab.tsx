import type { BoardRow, ConflictRow, View } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Button } from '../../kit/Button'
import { Code } from '../../kit/Code'
import { Ago } from '../../kit/Elapsed'
import { missionNow } from '../../live/missionClock'
import { useView } from '../../live/useView'
import { ListFrame } from '../lists/ListFrame'
import { maySee, useSurroundings } from '../MeContext'
import { ConflictValue, letterOf } from '../ops/ConflictValue'
import { fieldLabel, fieldValue } from '../ops/fieldWords'
import { SideBySide } from '../ops/SideBySide'
import { goTo } from '../places'
import { isOpen, ranked } from './ranking'

/** Contradictions that nobody has settled yet, one's own first; below them those that somebody has. */
export function ConflictsTab() {
  const { t } = useText()
  const { me } = useSurroundings()
  const seesBoard = maySee(me, 'conflicts')
  const conflicts = useView('conflicts', {}, seesBoard || !maySee(me, 'identity_conflicts'))
  const identities = useView('identity_conflicts', {}, maySee(me, 'identity_conflicts'))
  const board = useView('board', {}, maySee(me, 'board'))
  const seen = seesBoard || !maySee(me, 'identity_conflicts') ? conflicts : identities
  const about = new Map(board.rows.map((row) => [row.subject, row]))
  const known = (row: ConflictRow) => row.field !== ''
  const rows = ranked([...conflicts.rows, ...identities.rows].filter(known))
  const open = rows.filter(isOpen)
  const settled = rows.filter((row) => !isOpen(row))
  const viewOf = (row: ConflictRow) => (row.field.startsWith('identity.') ? identities.view : conflicts.view)
  return (
    <ListFrame title={t('inbox.conflicts')} empty={t('conflict.none')} seen={seen} hasConflict={open.length > 0}>
      {open.length === 0 ? <p className="hint">{t('conflict.none')}</p> : null}
      <ul className="tiles inbox-tiles">
        {open.map((row) => (
          <OpenConflict key={row.id} row={row} view={viewOf(row)} casualty={about.get(row.subject)} />
        ))}
      </ul>
      {settled.length ? (
        <details className="settled">
          <summary>{t('conflict.settled', { count: settled.length })}</summary>
          <ul className="tiles inbox-tiles">
            {settled.map((row) => (
              <Settled key={row.id} row={row} casualty={about.get(row.subject)} />
            ))}
          </ul>
        </details>
      ) : null}
    </ListFrame>
  )
}

function Whose({ casualty, row }: { casualty: BoardRow | undefined; row: ConflictRow }) {
  const { t, code } = useText()
  return (
    <span className="row-head">
      {casualty ? <Code className="card-tag">{casualty.tag}</Code> : <span>{code('subject', row.kind)}</span>}
      {casualty ? (
        <Button kind="quiet" onPress={() => goTo('ops', row.subject)}>
          {t('conflict.open_casualty')}
        </Button>
      ) : null}
    </span>
  )
}

function OpenConflict({
  row,
  view,
  casualty,
}: {
  row: ConflictRow
  view: View<ConflictRow> | null
  casualty: BoardRow | undefined
}) {
  const text = useText()
  const { t, code } = text
  return (
    <li className="tile" data-conflict={row.id} data-yours={row.route?.yours || undefined}>
      <Whose casualty={casualty} row={row} />
      {row.route ? (
        <p className="row-head">
          <span className="flag" data-tone={row.route.yours ? 'good' : undefined}>
            {row.route.yours ? t('conflict.yours') : t('conflict.for', { role: code('role', row.route.role) })}
          </span>
          {row.route.climbed ? (
            <span className="flag" data-tone="red">
              {t('conflict.climbed', { role: code('role', row.route.role) })}
            </span>
          ) : null}
          {row.route.since ? <Ago at={row.route.since} /> : null}
        </p>
      ) : null}
      {row.state === 'REOPENED' ? (
        <p>
          <span className="flag" data-tone="amber">
            {t('conflict.reopened')}
          </span>{' '}
          {row.settled
            ? t('conflict.reopened_why', {
                value: fieldValue(text, row.field, row.settled.value),
                reason: row.settled.reason,
              })
            : null}
        </p>
      ) : null}
      <SideBySide subject={row.subject} conflict={row} view={view} />
    </li>
  )
}

function Settled({ row, casualty }: { row: ConflictRow; casualty: BoardRow | undefined }) {
  const text = useText()
  const { t, code } = text
  return (
    <li className="tile" data-settled={row.id}>
      <Whose casualty={casualty} row={row} />
      <h3>{fieldLabel(text, row.field)}</h3>
      {row.settled ? (
        <>
          <p>
            <strong>
              <bdi>{fieldValue(text, row.field, row.settled.value)}</bdi>
            </strong>{' '}
            · {code('role', row.settled.by_role)} · <Code>{row.settled.origin}</Code> ·{' '}
            {ltr(zulu(row.settled.at, missionNow()))}
          </p>
          <p>{t('conflict.why', { reason: row.settled.reason })}</p>
        </>
      ) : null}
      <div className="conflict-values">
        {row.values.map((each, index) => (
          <ConflictValue key={each.event} field={row.field} each={each} letter={letterOf(index)} />
        ))}
      </div>
    </li>
  )
}
