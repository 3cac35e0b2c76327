import type { SiteStatus } from '../../api/site'
import { ltr, useText } from '../../i18n/text'
import { Code } from '../../kit/Code'
import { Ago } from '../../kit/Elapsed'
import { bytesWords } from './siteMath'

export function Storage({ status }: { status: SiteStatus }) {
  const { t } = useText()
  const { disk, events, backup } = status.site
  return (
    <section className="site-part" aria-label={t('site.storage')}>
      <h2>{t('site.storage')}</h2>
      <dl className="figures">
        <div>
          <dt>{t('site.disk')}</dt>
          <dd>
            <meter
              min={0}
              max={disk.total_bytes}
              value={disk.total_bytes - disk.free_bytes}
              high={disk.total_bytes * 0.95}
              aria-label={t('site.disk')}
            />{' '}
            {t('site.free', { free: ltr(bytesWords(disk.free_bytes)), all: ltr(bytesWords(disk.total_bytes)) })}
          </dd>
        </div>
        <div>
          <dt>{t('site.database')}</dt>
          <dd>
            <Code>{disk.database_bytes === null ? '–' : bytesWords(disk.database_bytes)}</Code>
          </dd>
        </div>
        <div>
          <dt>{t('site.events')}</dt>
          <dd>{events}</dd>
        </div>
        <div>
          <dt>{t('site.backup')}</dt>
          <dd>{backup.last ? <Ago at={backup.last} /> : t('site.no_backup')}</dd>
        </div>
      </dl>
    </section>
  )
}
