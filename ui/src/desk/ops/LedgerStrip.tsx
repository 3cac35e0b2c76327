import type { IncidentRow } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Code } from '../../kit/Code'
import { missionNow } from '../../live/missionClock'
import { useSurroundings } from '../MeContext'

/** Nobody may be forgotten: estimate, tracked and unaccounted stand here until the difference is zero. */
export function LedgerStrip({ incidents }: { incidents: IncidentRow[] }) {
  const { t } = useText()
  const shown = incidents.filter((row) => row.status !== 'CLOSED')
  if (shown.length === 0) return null
  return (
    <ul className="ledger" aria-label={t('ledger.title')}>
      {shown.map((row) => (
        <Ledger key={row.subject} row={row} />
      ))}
    </ul>
  )
}

function Ledger({ row }: { row: IncidentRow }) {
  const { t, code } = useText()
  const { me } = useSurroundings()
  const open = row.unaccounted ?? 0
  const isComplete = row.estimate !== null && open === 0 && row.surplus === 0
  return (
    <li data-open={open !== 0 || row.surplus > 0 || undefined}>
      <strong>{code('incident', row.type)}</strong>
      {row.tag ? <Code>{row.tag}</Code> : null}
      {row.occurred_at && !isComplete ? (
        <span>{t('time.since', { clock: ltr(zulu(row.occurred_at, missionNow())) })}</span>
      ) : null}
      {isComplete ? null : (
        <span>{row.estimate === null ? t('ledger.no_estimate') : t('ledger.estimate', { count: row.estimate })}</span>
      )}
      <span>{t('ledger.tracked', { count: row.tracked })}</span>
      {row.cancelled ? <span>{t('ledger.cancelled', { count: row.cancelled })}</span> : null}
      <strong className="ledger-verdict">
        {open > 0
          ? t('ledger.unaccounted', { count: open })
          : row.surplus > 0 || open < 0
            ? t('ledger.surplus', { count: row.surplus || -open })
            : row.estimate === null
              ? t('ledger.open')
              : t('ledger.complete')}
      </strong>
      {row.exercise && !me.mission.exercise ? (
        <span className="flag" data-tone="amber">
          {t('exercise.short')}
        </span>
      ) : null}
    </li>
  )
}
