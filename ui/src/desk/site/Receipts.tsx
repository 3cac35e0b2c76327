import type { SiteStatus } from '../../api/site'
import { ltr, useText } from '../../i18n/text'
import { Code } from '../../kit/Code'
import { Ago } from '../../kit/Elapsed'
import { share } from './siteMath'

/** What other sites have signed that they hold of ours: nothing counts as arrived without it. */
export function Receipts({ status }: { status: SiteStatus }) {
  const { t } = useText()
  const { receipts } = status
  return (
    <section className="site-part" aria-label={t('site.receipts')}>
      <h2>{t('site.receipts')}</h2>
      {receipts.length === 0 ? (
        <p className="hint">{t('site.no_receipts')}</p>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('receipt.receiver')}</th>
              <th scope="col">{t('receipt.log')}</th>
              <th scope="col">{t('receipt.held')}</th>
              <th scope="col">{t('receipt.at')}</th>
            </tr>
          </thead>
          <tbody>
            {receipts.map((row) => (
              <tr key={`${row.receiver} ${row.origin} ${row.stream}`} data-receipt={row.receiver}>
                <th scope="row">
                  <Code>{row.receiver}</Code>
                </th>
                <td data-label={t('receipt.log')}>
                  <Code>{`${row.origin} · ${row.stream}`}</Code>
                </td>
                <td data-label={t('receipt.held')}>
                  <progress max={1} value={share(row.q, row.ours)} aria-hidden="true" />{' '}
                  {row.q >= row.ours
                    ? t('receipt.all', { count: row.q })
                    : t('receipt.part', { held: ltr(row.q), ours: ltr(row.ours) })}
                </td>
                <td data-label={t('receipt.at')}>
                  <Ago at={row.at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
