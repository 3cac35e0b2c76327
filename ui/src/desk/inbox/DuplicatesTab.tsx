import { useState } from 'react'
import type { DuplicateRow, View } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Button } from '../../kit/Button'
import { Code } from '../../kit/Code'
import { Denied } from '../../kit/Denied'
import { TextField } from '../../kit/TextField'
import { TriageMark } from '../../kit/TriageMark'
import { missionNow } from '../../live/missionClock'
import { useView } from '../../live/useView'
import { isUnsent } from '../../outbox/machine'
import { outbox } from '../../outbox/outbox'
import { useOwnEntries } from '../../outbox/useOutbox'
import { ListFrame } from '../lists/ListFrame'
import { actionIn } from '../MeContext'
import { OwnEntries } from '../ops/OwnEntries'
import { LinkByTag } from './LinkByTag'

const LINK = 'casualty.link_subjects'
const UNLINK = 'casualty.unlink_subjects'

/** Records that may be of one person. The machine only proposes; a link rewrites nothing and can be taken back. */
export function DuplicatesTab() {
  const { t } = useText()
  const seen = useView('duplicates')
  const proposed = seen.rows.filter((row) => row.why !== 'linked')
  const linked = seen.rows.filter((row) => row.why === 'linked')
  return (
    <ListFrame title={t('inbox.duplicates')} empty={t('duplicate.none')} seen={seen} isListAlways>
      <div className="inbox-body">
        <p className="faint">{t('duplicate.sentence')}</p>
        <h3>{t('duplicate.proposed', { count: proposed.length })}</h3>
        {proposed.length === 0 ? <p className="faint">{t('duplicate.none')}</p> : null}
        <ul className="tiles inbox-tiles">
          {proposed.map((row) => (
            <Pair key={row.id} row={row} view={seen.view} />
          ))}
        </ul>
        <h3>{t('duplicate.linked', { count: linked.length })}</h3>
        <ul className="tiles inbox-tiles">
          {linked.map((row) => (
            <Pair key={row.id} row={row} view={seen.view} />
          ))}
        </ul>
        {actionIn(seen.view, LINK).allowed ? <LinkByTag /> : null}
      </div>
    </ListFrame>
  )
}

function Pair({ row, view }: { row: DuplicateRow; view: View<DuplicateRow> | null }) {
  const { t, code } = useText()
  const isLinked = row.why === 'linked'
  const action = actionIn(view, isLinked ? UNLINK : LINK)
  const [reason, setReason] = useState('')
  const [isMissing, setMissing] = useState(false)
  const isOnItsWay = useOwnEntries(row.subject).some(
    (entry) => isUnsent(entry) && (entry.command.t === LINK || entry.command.t === UNLINK),
  )
  const act = () => {
    if (!reason.trim()) return setMissing(true)
    outbox.record(
      isLinked
        ? { t: UNLINK, casualty: row.subject, other: row.other, reason: reason.trim() }
        : { t: LINK, casualty: row.subject, other: row.other, score: row.score, reason: reason.trim() },
      { subject: row.subject },
    )
  }
  return (
    <li className="tile" data-pair={row.why}>
      <div className="conflict-values">
        {row.records.map((record) => (
          <div key={record.subject} className="conflict-value">
            <span className="row-head">
              <Code className="card-tag">{record.tag}</Code>
              {record.triage === undefined ? null : <TriageMark triage={record.triage} />}
            </span>
            {record.status ? <span>{code('status', record.status)}</span> : null}
            {record.affiliation ? <span>{code('affiliation', record.affiliation.split('+')[0])}</span> : null}
            {record.reported_by_role ? (
              <span>
                {code('role', record.reported_by_role)} · <Code>{record.origin}</Code>
              </span>
            ) : null}
            {record.reported_at ? <span>{ltr(zulu(record.reported_at, missionNow()))}</span> : null}
          </div>
        ))}
      </div>
      {row.score === null || isLinked ? null : (
        <p className="faint">{t('duplicate.score', { percent: ltr(String(Math.round(row.score * 100))) })}</p>
      )}
      {row.said.map((one) => (
        <p key={one.at + one.by_role} className="faint">
          {t(one.linked ? 'duplicate.said_linked' : 'duplicate.said_apart', {
            role: code('role', one.by_role),
            site: ltr(one.origin),
            clock: ltr(zulu(one.at, missionNow())),
          })}
          {one.reason ? ` · ${one.reason}` : ''}
        </p>
      ))}
      {action.allowed ? (
        <>
          <TextField
            label={t('conflict.reason')}
            value={reason}
            onChange={(next) => {
              setReason(next)
              setMissing(false)
            }}
            error={isMissing ? t('conflict.reason_missing') : null}
          />
          <Button isDisabled={isOnItsWay} onPress={act} kind={isLinked ? 'outline' : 'plain'}>
            {t(isLinked ? 'duplicate.unlink' : 'duplicate.link')}
          </Button>
          {isOnItsWay ? <p className="faint">{t('flag.unsent')}</p> : null}
          <OwnEntries subject={row.subject} />
        </>
      ) : (
        <Denied what={t('inbox.duplicates')} who={action.who_can} reason={action.reason} />
      )}
    </li>
  )
}
