import { useEffect, useState } from 'react'
import type { Me } from '../api/types'
import { ltr, useText } from '../i18n/text'
import { hoursMinutes, minutesSince, zulu } from '../i18n/time'
import { Code } from '../kit/Code'
import { TriageMark } from '../kit/TriageMark'
import { useNow } from '../live/missionClock'
import { useOutboxState } from '../outbox/useOutbox'
import { goTo } from './App'
import { casualties, isUpdating, own, refreshOwn, type Casualty } from './own'
import { isFirm } from './session'
import { useSignal } from './signal'
import { installer, isInstalled, isIos } from './worker'

const MOST = 6
const REFRESH_MS = 60_000

/** F1: one huge button, and one's own casualties, sent or not. */
export function Home({ me }: { me: Me }) {
  const { t } = useText()
  const { entries, lastSent } = useOutboxState()
  const { rows, asOf } = useSignal(own)
  const updating = useSignal(isUpdating)
  const [isWhole, setWhole] = useState(false)
  const all = casualties(rows, entries)
  const shown = isWhole ? all : all.slice(0, MOST)
  const mayReport = me.permissions.includes('casualty.report_casualty')

  // What has just arrived has been given its tag.
  useEffect(() => void (lastSent ? refreshOwn() : undefined), [lastSent])
  useEffect(() => {
    const look = () => void (document.visibilityState === 'visible' ? refreshOwn() : undefined)
    const timer = setInterval(look, REFRESH_MS)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [])

  const state = all.some((each) => each.unsent) ? 'offline_queue' : all.length ? 'ready' : 'empty'
  return (
    <section className="home" data-state={mayReport ? state : 'denied'} aria-busy={updating}>
      <h1 className="only-heard">{t('field.home')}</h1>
      <button type="button" className="primary huge" disabled={!mayReport} onClick={() => goTo('new')}>
        {t('field.new_casualty')}
      </button>
      {mayReport ? null : <p className="notice" data-tone="amber">{t('field.may_not')}</p>}
      <Install />
      <h2>
        {t('field.own', { count: all.length })}
        {asOf ? <small> {t('time.as_of', { clock: ltr(zulu(asOf, Date.now())) })}</small> : null}
      </h2>
      {all.length === 0 ? <p>{t('field.empty')}</p> : null}
      <ul className="cards">
        {shown.map((each) => (
          <CasualtyCard key={each.subject} casualty={each} />
        ))}
      </ul>
      {all.length > shown.length ? (
        <button type="button" className="plain" onClick={() => setWhole(true)}>
          {t('field.all', { count: all.length })}
        </button>
      ) : null}
    </section>
  )
}

function CasualtyCard({ casualty }: { casualty: Casualty }) {
  const { t } = useText()
  const now = useNow()
  const { tag, triage, at, unsent, rejected } = casualty
  return (
    <li className="card" data-casualty={tag || 'untagged'} data-unsent={unsent > 0 || undefined}>
      <span className="card-head">
        <TriageMark triage={triage} />
        <strong>{tag ? <Code>{tag}</Code> : t('field.no_tag')}</strong>
      </span>
      <span>{t('time.elapsed_since', { elapsed: ltr(hoursMinutes(minutesSince(at, now))), clock: ltr(zulu(at, now)) })}</span>
      {unsent ? <span className="mark" data-tone="unsent">{t('field.phone_only')}</span> : null}
      {rejected ? <span className="mark" data-tone="red">{t('strip.rejected', { count: rejected })}</span> : null}
    </li>
  )
}

/** Asked at first use: an installed page is not cleared for want of space. */
function Install() {
  const { t } = useText()
  const offer = useSignal(installer)
  const firm = useSignal(isFirm)
  if (isInstalled() || (firm && !offer && !isIos())) return null
  return (
    <div className="notice" data-tone={firm ? 'quiet' : 'amber'}>
      <p>{t(isIos() ? 'field.install_ios' : firm ? 'field.install_why' : 'field.not_firm')}</p>
      {offer ? (
        <button type="button" className="plain" onClick={() => void offer.prompt()}>
          {t('field.install')}
        </button>
      ) : null}
    </div>
  )
}
