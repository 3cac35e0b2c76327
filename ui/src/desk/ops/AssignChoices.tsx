import type { AssetRow, FacilityRow } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { hoursMinutes, minutesSince } from '../../i18n/time'
import { Code } from '../../kit/Code'
import { missionNow } from '../../live/missionClock'

export function AssetChoice({ row }: { row: AssetRow }) {
  const { t, code } = useText()
  return (
    <span className="row-head">
      <strong>
        <Code>{row.callsign}</Code>
      </strong>
      <span>{code('asset_kind', row.kind)}</span>
      <span
        className="flag"
        data-tone={row.state === 'AVAILABLE' ? 'good' : row.state === 'UNKNOWN' ? 'amber' : undefined}
      >
        {code('asset_state', row.state)}
      </span>
      {row.position?.at ? (
        <span className="faint">
          {t('assign.no_answer', { elapsed: ltr(hoursMinutes(minutesSince(row.position.at, missionNow()))) })}
        </span>
      ) : null}
      {row.caveats.length ? <span className="faint">{row.caveats.join(', ')}</span> : null}
    </span>
  )
}

/** What decides where somebody badly hurt should go; the rest is on the facilities screen. */
const DECISIVE = ['SURGERY', 'RESUS', 'ICU_VENT', 'DCR_BLOOD']

export function FacilityChoice({ row, km }: { row: FacilityRow; km: number | null }) {
  const { t, code } = useText()
  const modules = DECISIVE.map((each) => row.modules.find((module) => module.code === each)).filter(
    (each) => each !== undefined,
  )
  return (
    <span className="row-head">
      <strong><bdi>{row.name}</bdi></strong>
      <span>{code('level', row.level)}</span>
      {km === null ? null : <span className="faint">{t('assign.distance', { km: Math.round(km) })}</span>}
      <span className="flag" data-tone={row.stale || !row.status ? 'amber' : row.status === 'NORMAL' ? 'good' : 'red'}>
        {row.stale || !row.status ? t('means.stale') : code('facility_status', row.status)}
      </span>
      {row.stale
        ? null
        : modules.map((each) => (
            <span key={each.code} className="flag" data-tone={each.status === 'NORMAL' ? undefined : 'amber'}>
              {code('module', each.code)}
              {each.status === 'NORMAL' ? '' : ` · ${code('facility_status', each.status)}`}
            </span>
          ))}
    </span>
  )
}
