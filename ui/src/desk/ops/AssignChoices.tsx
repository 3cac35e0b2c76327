import type { AssetRow, FacilityRow } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { hoursMinutes, minutesSince } from '../../i18n/time'
import { Code } from '../../kit/Code'
import { missionNow } from '../../live/missionClock'

export function AssetChoice({ row }: { row: AssetRow }) {
  const { t, code } = useText()
  return (
    <span className="row-head">
      <strong><Code>{row.callsign}</Code></strong>
      <span>{code('asset_kind', row.kind)}</span>
      <span className="flag" data-tone={row.state === 'AVAILABLE' ? 'good' : row.state === 'UNKNOWN' ? 'amber' : undefined}>{code('asset_state', row.state)}</span>
      {row.position?.at ? <span className="faint">{t('assign.no_answer', { elapsed: ltr(hoursMinutes(minutesSince(row.position.at, missionNow()))) })}</span> : null}
      {row.caveats.length ? <span className="faint">{row.caveats.join(', ')}</span> : null}
    </span>
  )
}

export function FacilityChoice({ row }: { row: FacilityRow }) {
  const { t, code } = useText()
  const working = row.modules.filter((module) => module.status === 'NORMAL').map((module) => code('module', module.code))
  return (
    <span className="row-head">
      <strong>{row.name}</strong>
      <span>{code('level', row.level)}</span>
      <span className="flag" data-tone={row.stale || !row.status ? 'amber' : row.status === 'NORMAL' ? 'good' : 'red'}>{row.stale || !row.status ? t('means.stale') : code('facility_status', row.status)}</span>
      {row.stale ? null : <span className="faint">{working.join(', ')}</span>}
    </span>
  )
}
