import type { TimelineRow } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { AsOf } from '../../kit/AsOf'
import { Code } from '../../kit/Code'
import { missionNow } from '../../live/missionClock'
import { useView } from '../../live/useView'
import { Facts } from './Facts'

/** Everything known to have happened to one casualty, newest on top, each with who said so and where. */
export function Timeline({ subject }: { subject: string }) {
  const { t } = useText()
  const { view, rows, error } = useView('timeline', { subject })
  const newestFirst = [...rows].sort(
    (a, b) => momentOf(b).localeCompare(momentOf(a)) || (b.rec ?? '').localeCompare(a.rec ?? ''),
  )
  return (
    <>
      <h3>
        {t('timeline.title')} <AsOf view={view} />
      </h3>
      {error ? (
        <p className="refusal">
          {t('timeline.unavailable')} <Code>{error.code}</Code>
        </p>
      ) : null}
      {!view && !error ? <p className="faint">{t('state.loading')}</p> : null}
      {view && rows.length === 0 ? <p className="faint">{t('timeline.empty')}</p> : null}
      <ol className="timeline" reversed>
        {newestFirst.map((row) => (
          <Happening key={row.event} row={row} />
        ))}
      </ol>
    </>
  )
}

function Happening({ row }: { row: TimelineRow }) {
  const { t, code } = useText()
  const isKnown = !row.unknown
  return (
    <li
      className="happening"
      data-stream={row.stream}
      data-corrected={row.corrected || undefined}
      data-unknown={row.unknown || undefined}
    >
      <Code className="happening-time">{clockOf(row)}</Code>
      <div>
        <strong>{isKnown ? code('event', row.t) : t('timeline.needs_upgrade')}</strong>
        {row.corrected ? (
          <span className="flag" data-tone="amber">
            {t('timeline.corrected')}
          </span>
        ) : null}
        {isKnown ? (
          <Facts facts={row.facts} />
        ) : (
          <p className="faint">{t('timeline.unknown_kept', { code: ltr(row.t) })}</p>
        )}
        <p className="happening-source">
          {code('role', row.by_role)} · <Code>{row.origin}</Code>
          {row.source ? ` · ${code('source', row.source)}` : ''}
          {row.late_min && row.late_min > 0 ? (
            <span className="flag" data-tone="late">
              {t('time.late_from', { minutes: Math.round(row.late_min), site: ltr(row.origin) })}
            </span>
          ) : null}
        </p>
      </div>
    </li>
  )
}

const momentOf = ({ at, rec }: TimelineRow): string => at.t ?? at.hi ?? rec ?? ''

/** Estimated times carry ≈ and their span. */
function clockOf({ at, rec }: TimelineRow): string {
  const now = missionNow()
  if (at.lo && at.hi && at.lo !== at.hi) return `≈ ${zulu(at.lo, now)}– ${zulu(at.hi, now)}`
  const latest = at.t ?? at.hi ?? rec
  if (!latest) return '––:––'
  if (at.p === 'UNKNOWN' || !at.t) return `≤ ${zulu(latest, now)}`
  return (at.p === 'EXACT' || at.p === 'MINUTE' ? '' : '≈ ') + zulu(at.t, now)
}
