import { useState } from 'react'
import { ApiError } from '../../api/client'
import { backUpNow } from '../../api/site'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Button } from '../../kit/Button'
import { Code } from '../../kit/Code'
import { Denied, rolesNamed } from '../../kit/Denied'
import { Ago } from '../../kit/Elapsed'
import { errorText } from '../../kit/errorText'
import { Notice } from '../../kit/Notice'
import { SlowLoading } from '../../kit/SlowLoading'
import { StateFrame } from '../../kit/StateFrame'
import { useLink } from '../../live/link'
import { missionNow } from '../../live/missionClock'
import { ConflictRate } from './ConflictRate'
import { Devices } from './Devices'
import { ExchangeFile } from './ExchangeFile'
import { Integrity } from './Integrity'
import { KnownSites } from './KnownSites'
import { LinkSwitch } from './LinkSwitch'
import { PeerCard } from './PeerCard'
import { Receipts } from './Receipts'
import './site.css'
import { circumstances } from './siteMath'
import { siteState } from './siteState'
import { Storage } from './Storage'
import { useSiteStatus } from './useSiteStatus'

/** The machine and its links. Nothing about any person can be reached from here. */
export function SiteScreen() {
  const text = useText()
  const { t, list } = text
  const { status, error, again } = useSiteStatus()
  const link = useLink((state) => state)
  const isOffline = link.link === 'lost'
  const state = siteState({ status, error, isOffline })
  const around = status ? circumstances(status) : null
  const now = missionNow()
  return (
    <StateFrame
      state={state}
      label={t('place.site')}
      notes={
        <div className="notes">
          {state === 'denied' ? <Denied what={t('place.site')} who={rolesNamed(error)} /> : null}
          {state === 'error' && error ? (
            <Notice tone="red">
              <p>{errorText(text, error.code, error.params)}</p>
              <p className="faint">{t('error.code', { code: ltr(error.code) })}</p>
              <Button onPress={again}>{t('action.retry')}</Button>
            </Notice>
          ) : null}
          {state === 'loading' ? <SlowLoading /> : null}
          {isOffline && status ? (
            <Notice tone="amber">
              {t('state.offline', {
                clock: ltr(zulu(link.since, now)),
                as_of: ltr(zulu(status.as_of, now)),
              })}
            </Notice>
          ) : null}
          {around?.hasForks ? <Notice tone="red">{t('site.fork_note')}</Notice> : null}
          {status?.site.disk.low ? <Notice tone="red">{t('site.disk_low')}</Notice> : null}
          {around?.unreached.length ? (
            <Notice tone="amber">
              {t('site.unreached', { sites: list(around.unreached.map((peer) => ltr(peer.code))) })}
            </Notice>
          ) : null}
        </div>
      }
    >
      {status && state !== 'denied' ? (
        <div className="site-page">
          <div className="site-head">
            <h2>
              <Code>{status.site.code}</Code> · <bdi>{status.site.mission}</bdi>
            </h2>
            <span className="faint">{t('time.as_of', { clock: ltr(zulu(status.as_of, now)) })}</span>
            {status.site.is_authority ? <span className="flag">{t('site.is_authority')}</span> : null}
            <LinkSwitch state={status.switch} onSwitched={again} />
            <BackUp last={status.site.backup.last} onDone={again} />
          </div>
          {around?.isFirstUse ? <Notice>{t('site.first_use')}</Notice> : null}
          <section className="site-part" aria-label={t('site.links')}>
            <h2>{t('site.links')}</h2>
            {status.peers.length ? (
              <ul className="tiles">
                {status.peers.map((peer) => (
                  <PeerCard key={peer.code} peer={peer} />
                ))}
              </ul>
            ) : (
              <p className="hint">{t('site.no_peers')}</p>
            )}
          </section>
          <Receipts status={status} />
          <KnownSites status={status} />
          <Devices />
          <Integrity status={status} />
          <Storage status={status} />
          <ExchangeFile status={status} />
          <ConflictRate />
        </div>
      ) : null}
    </StateFrame>
  )
}

function BackUp({ last, onDone }: { last: string | null; onDone: () => void }) {
  const text = useText()
  const { t } = text
  const [is, setIs] = useState<'idle' | 'busy' | 'done' | ApiError | 'no_answer'>('idle')
  const begin = async (): Promise<void> => {
    if (is === 'busy') return
    setIs('busy')
    try {
      await backUpNow()
      setIs('done')
      onDone()
    } catch (failure) {
      setIs(failure instanceof ApiError ? failure : 'no_answer')
    }
  }
  return (
    <div className="back-up">
      <span>
        {t('site.backup')}: {last ? <Ago at={last} /> : t('site.no_backup')}
      </span>
      <Button kind="primary" onPress={() => void begin()}>
        {t('site.back_up')}
      </Button>
      <span role="status">
        {is === 'busy' ? t('site.backing_up') : is === 'done' ? t('site.backed_up') : null}
        {is === 'no_answer' ? t('door.unreachable') : null}
        {is instanceof ApiError ? errorText(text, is.code, is.params) : null}
      </span>
    </div>
  )
}
