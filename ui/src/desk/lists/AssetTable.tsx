import type { AssetRow } from '../../api/types'
import { useText } from '../../i18n/text'
import { Code } from '../../kit/Code'
import { Ago } from '../../kit/Elapsed'
import { militaryGrid } from '../../maps/coordinates'

export function AssetTable({ rows }: { rows: AssetRow[] }) {
  const { t, code } = useText()
  const minutes = (value: number | null | undefined) =>
    value === null || value === undefined ? t('word.unknown') : t('means.minutes', { minutes: value })
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t('means.callsign')}</th>
          <th scope="col">{t('means.kind')}</th>
          <th scope="col">{t('means.state')}</th>
          <th scope="col">{t('means.notice')}</th>
          <th scope="col">{t('means.place')}</th>
          <th scope="col">{t('means.heard')}</th>
          <th scope="col">{t('means.caveats')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.subject}>
            <th scope="row">
              <Code>{row.callsign}</Code>
            </th>
            <td data-label={t('means.kind')}>{code('asset_kind', row.kind)}</td>
            <td data-label={t('means.state')}>
              <span
                className="flag"
                data-tone={row.state === 'AVAILABLE' ? 'good' : row.state === 'UNKNOWN' ? 'amber' : undefined}
              >
                {code('asset_state', row.state)}
              </span>
            </td>
            <td data-label={t('means.notice')}>
              {t('means.day_night', { day: minutes(row.ntm_day_min), night: minutes(row.ntm_night_min) })}
            </td>
            <td data-label={t('means.place')}>
              {row.position ? <Code>{militaryGrid(row.position)}</Code> : t('position.none')}
            </td>
            <td data-label={t('means.heard')}>{row.position?.at ? <Ago at={row.position.at} /> : t('means.never')}</td>
            <td data-label={t('means.caveats')}>{row.caveats.join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
