import type { FacilityRow } from '../../api/types'
import { useText } from '../../i18n/text'
import { Code } from '../../kit/Code'
import { Ago } from '../../kit/Elapsed'
import { militaryGrid } from '../../maps/coordinates'

export function FacilityTable({ rows }: { rows: FacilityRow[] }) {
  const { t, code } = useText()
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t('means.name')}</th>
          <th scope="col">{t('means.level')}</th>
          <th scope="col">{t('means.state')}</th>
          <th scope="col">{t('means.reported')}</th>
          <th scope="col">{t('means.modules')}</th>
          <th scope="col">{t('means.place')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.subject} data-stale={row.stale || undefined}>
            <th scope="row"><bdi>{row.name}</bdi></th>
            <td data-label={t('means.level')}>{code('level', row.level)}</td>
            <td data-label={t('means.state')}>
              <span className="flag" data-tone={row.stale ? 'amber' : row.status === 'NORMAL' ? 'good' : 'red'}>
                {row.stale || !row.status ? t('means.stale') : code('facility_status', row.status)}
              </span>
            </td>
            <td data-label={t('means.reported')}>
              {row.reported_at ? <Ago at={row.reported_at} /> : t('means.never')}
            </td>
            <td data-label={t('means.modules')}>
              <span className="flags">
                {row.modules.map((module) => (
                  <span
                    key={module.code}
                    className="flag"
                    data-tone={row.stale ? undefined : module.status === 'NORMAL' ? 'good' : 'amber'}
                  >
                    {code('module', module.code)}
                    {row.stale
                      ? ` · ${t('word.unknown')}`
                      : module.status === 'NORMAL'
                        ? ''
                        : ` · ${code('facility_status', module.status)}`}
                  </span>
                ))}
              </span>
            </td>
            <td data-label={t('means.place')}>
              {row.position ? <Code>{militaryGrid(row.position)}</Code> : t('position.none')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
