import { useText } from '../../i18n/text'
import { Code } from '../../kit/Code'
import { useView } from '../../live/useView'
import { maySee, useSurroundings } from '../MeContext'
import { fieldLabel } from '../ops/fieldWords'

/** How often people contradict each other, by field and site. A figure, never a value. */
export function ConflictRate() {
  const text = useText()
  const { t } = text
  const { me } = useSurroundings()
  const { rows } = useView('conflict_rate', {}, maySee(me, 'conflict_rate'))
  const met = [...rows].filter((row) => row.conflicts > 0).sort((a, b) => b.per_1000 - a.per_1000)
  if (!maySee(me, 'conflict_rate')) return null
  return (
    <section className="site-part" aria-label={t('rate.title')}>
      <h2>{t('rate.title')}</h2>
      {met.length === 0 ? (
        <p className="hint">{t('rate.none')}</p>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('rate.field')}</th>
              <th scope="col">{t('rate.site')}</th>
              <th scope="col">{t('rate.per_1000')}</th>
              <th scope="col">{t('rate.of')}</th>
            </tr>
          </thead>
          <tbody>
            {met.map((row) => (
              <tr key={row.id}>
                <th scope="row">{fieldLabel(text, row.field)}</th>
                <td data-label={t('rate.site')}>
                  <Code>{row.origin}</Code>
                </td>
                <td data-label={t('rate.per_1000')}>{row.per_1000}</td>
                <td data-label={t('rate.of')}>
                  <Code>{`${row.conflicts} / ${row.edits}`}</Code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
