import type { SiteStatus } from '../../api/site'
import { ltr, useText } from '../../i18n/text'
import { Code } from '../../kit/Code'
import { Ago } from '../../kit/Elapsed'
import { maySee, useSurroundings } from '../MeContext'
import { openInbox } from '../places'
import { bytesWords } from './siteMath'

/** Whether the logs still verify, and what could not be believed. */
export function Integrity({ status }: { status: SiteStatus }) {
  const { t } = useText()
  const { me } = useSurroundings()
  const { site, forks } = status
  return (
    <section className="site-part" aria-label={t('site.integrity')}>
      <h2>{t('site.integrity')}</h2>
      <dl className="figures">
        <div>
          <dt>{t('site.chain_check')}</dt>
          <dd>
            {site.chain_check ? (
              <>
                {t(site.chain_check.ok ? 'site.chain_ok' : 'site.chain_broken')} · <Ago at={site.chain_check.at} />
              </>
            ) : (
              t('site.chain_by_hand')
            )}
          </dd>
        </div>
        <div>
          <dt>{t('site.epoch')}</dt>
          <dd>
            <Code>{site.epoch}</Code>
          </dd>
        </div>
        <div>
          <dt>{t('inbox.parked')}</dt>
          <dd>
            {t('site.frames', { count: site.parked_frames, size: ltr(bytesWords(site.parked_bytes)) })}{' '}
            {site.parked_frames && maySee(me, 'site_parked') ? <To tab="parked" /> : null}
          </dd>
        </div>
        <div>
          <dt>{t('inbox.quarantine')}</dt>
          <dd>
            {site.quarantined} {site.quarantined && maySee(me, 'site_quarantine') ? <To tab="quarantine" /> : null}
          </dd>
        </div>
      </dl>
      {forks.length ? (
        <ul>
          {forks.map((fork) => (
            <li key={`${fork.o} ${fork.e} ${fork.st}`} data-fork={fork.o}>
              <span className="flag" data-tone="red">
                {t('site.fork')}
              </span>{' '}
              <Code>{`${fork.o} · ${fork.st} · ${fork.q}`}</Code> <Ago at={fork.since} />
            </li>
          ))}
        </ul>
      ) : (
        <p className="faint">{t('site.no_forks')}</p>
      )}
    </section>
  )
}

function To({ tab }: { tab: 'parked' | 'quarantine' }) {
  const { t } = useText()
  return (
    <a
      href={`/desk/conflicts?tab=${tab}`}
      onClick={(event) => {
        event.preventDefault()
        openInbox(tab)
      }}
    >
      {t('site.look')}
    </a>
  )
}
