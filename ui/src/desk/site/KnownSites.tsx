import { useState } from 'react'
import type { KnownSite, SiteStatus } from '../../api/site'
import { ltr, useText } from '../../i18n/text'
import { Button } from '../../kit/Button'
import { Code } from '../../kit/Code'
import { Ago } from '../../kit/Elapsed'
import { useView } from '../../live/useView'
import { useSurroundings } from '../MeContext'
import { RevokeSite } from './RevokeSite'

const ENDED = new Set(['REVOKED', 'RETIRED'])

/** Who belongs to the mission, by which keys, and since when nobody has heard from them. */
export function KnownSites({ status }: { status: SiteStatus }) {
  const { t, code, list } = useText()
  const { me } = useSurroundings()
  const [revoked, revoke] = useState<KnownSite | null>(null)
  const mayRevoke = status.site.is_authority && me.permissions.includes('site.manage')
  const { rows } = useView('sites', {}, mayRevoke)
  const subjectOf = (code: string) => rows.find((row) => row.site === code)?.subject
  return (
    <section className="site-part" aria-label={t('site.sites')}>
      <h2>{t('site.sites')}</h2>
      {status.sites.length === 0 ? (
        <p className="hint">{t('site.no_sites')}</p>
      ) : (
        <ul className="tiles">
          {status.sites.map((site) => (
            <li key={site.code} className="tile" data-site={site.code} data-site-state={site.state}>
              <div className="row-head">
                <h3>
                  <Code>{site.code}</Code>
                </h3>
                <span className="flag" data-tone={ENDED.has(site.state) ? 'red' : undefined}>
                  {code('site_state', site.state)}
                </span>
                {site.authority ? <span className="flag">{t('site.is_authority')}</span> : null}
              </div>
              {site.roles.length ? <p>{list(site.roles.map((role) => code('site_role', role)))}</p> : null}
              <p>
                {t('link.last_contact')}:{' '}
                {site.code === status.site.code ? (
                  t('site.here')
                ) : site.last_heard ? (
                  <Ago at={site.last_heard} />
                ) : (
                  t('link.never')
                )}
              </p>
              {site.behind ? <p>{t('site.behind', { count: site.behind })}</p> : null}
              {site.words ? (
                <p>
                  {t('site.words')}: <Code className="words">{site.words}</Code>
                </p>
              ) : null}
              {site.key_ids.length ? (
                <p className="faint">
                  {t('site.keys', { count: site.key_ids.length })}:{' '}
                  <Code className="words">{site.key_ids.map((key) => key.slice(0, 8)).join(' ')}</Code>
                </p>
              ) : null}
              {mayRevoke && subjectOf(site.code) && !ENDED.has(site.state) && !site.authority ? (
                <Button kind="outline" onPress={() => revoke(site)}>
                  {t('revoke.open_for', { site: ltr(site.code) })}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {revoked ? <RevokeSite site={revoked} subject={subjectOf(revoked.code) ?? ''} status={status} onClose={() => revoke(null)} /> : null}
    </section>
  )
}
