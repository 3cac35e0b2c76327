import { useState } from 'react'
import type { Me, RequestRow } from '../api/types'
import { ltr, useText } from '../i18n/text'
import { hoursMinutes, minutesSince, zulu } from '../i18n/time'
import { Code } from '../kit/Code'
import { TriageMark } from '../kit/TriageMark'
import { missionNow, useNow } from '../live/missionClock'
import { useOutboxState } from '../outbox/useOutbox'
import { everyone, heldElsewhere, tourniquetAge, type Care } from './care/fold'
import { clinicalRows, isUpdating, known, ownRows, reminders, rowsOf, underWay, type Known, type UnderWay } from './own'
import { goTo } from './place'
import { isFirm } from './session'
import { useSignal } from './signal'
import { installer, isInstalled, isIos } from './worker'

const MOST = 6

/** F1: one huge button, one's own casualties, sent or not, and what was asked for them. */
export function Home({ me }: { me: Me }) {
  const { t } = useText()
  const { entries } = useOutboxState()
  const site = useSignal(known)
  const updating = useSignal(isUpdating)
  const [isWhole, setWhole] = useState(false)
  const all = everyone(ownRows(site), entries, {
    injuries: [],
    interventions: clinicalRows(site, 'interventions'),
    vitals: clinicalRows(site, 'vitals'),
  })
  const shown = isWhole ? all : all.slice(0, MOST)
  const asOf = site.pages.board?.asOf
  const mayReport = me.permissions.includes('casualty.report_casualty')

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
        {asOf ? <small> {t('time.as_of', { clock: ltr(zulu(asOf, missionNow())) })}</small> : null}
      </h2>
      {all.length === 0 ? (
        <>
          <p>{t('field.empty')}</p>
          <button type="button" className="plain" onClick={() => goTo('practice')}>
            {t('field.practice')}
          </button>
        </>
      ) : null}
      <ul className="cards">
        {shown.map((each) => (
          <CasualtyCard key={each.subject} care={each} me={me} site={site} />
        ))}
      </ul>
      {all.length > shown.length ? (
        <button type="button" className="plain" onClick={() => setWhole(true)}>
          {t('field.all', { count: all.length })}
        </button>
      ) : null}
      <UnderWayList list={underWay(rowsOf<RequestRow>(site, 'requests'), entries, me.user)} />
      <nav className="doors" aria-label={t('field.more')}>
        <button type="button" className="plain" onClick={() => goTo('take')}>
          {t('field.take_over')}
        </button>
        <button type="button" className="plain" onClick={() => goTo('incident')}>
          {t('field.incident')}
        </button>
        {me.permissions.includes('casualty.report_leg') ? (
          <button type="button" className="plain" onClick={() => goTo('legs')}>
            {t('field.legs')}
          </button>
        ) : null}
        {all.length ? (
          <button type="button" className="plain" onClick={() => goTo('practice')}>
            {t('field.practice')}
          </button>
        ) : null}
      </nav>
    </section>
  )
}

function CasualtyCard({ care, me, site }: { care: Care; me: Me; site: Known }) {
  const { t, code } = useText()
  const now = useNow()
  const { tag, triage, at, unsent, rejected } = care
  const moment = Math.max(now, missionNow())
  const signs = care.vitals.at(-1)
  const tourniquet = tourniquetAge(care, moment)
  const passed = reminders(site).filter((limit) => tourniquet !== null && tourniquet >= limit).length
  const elsewhere = heldElsewhere(care, me.user)
  return (
    <li data-casualty={tag || 'untagged'} data-unsent={unsent > 0 || undefined}>
      <button type="button" className="card" data-gone={elsewhere !== null || undefined} onClick={() => goTo('casualty', care.subject)}>
        <span className="card-head">
          <TriageMark triage={triage} />
          <strong>{tag ? <Code>{tag}</Code> : t('field.no_tag')}</strong>
        </span>
        <span>{t('time.elapsed_since', { elapsed: ltr(hoursMinutes(minutesSince(at, moment))), clock: ltr(zulu(at, moment)) })}</span>
        {signs ? (
          <span>
            <Code>{brief(signs.values)}</Code> {t('field.age', { age: ltr(hoursMinutes(minutesSince(signs.at, moment))) })}
          </span>
        ) : null}
        {tourniquet === null ? null : (
          <span className="mark" data-tone={['quiet', 'amber', 'red'][Math.min(passed, 2)]}>
            {t('field.tourniquet', { age: ltr(hoursMinutes(tourniquet)) })}
          </span>
        )}
        {elsewhere ? (
          <span className="mark">{t('field.now_with', { who: code('role', elsewhere.role), clock: ltr(zulu(elsewhere.since, moment)) })}</span>
        ) : null}
        {care.conflicts ? <span className="mark" data-tone="amber">{t('field.two_values', { count: care.conflicts + 1 })}</span> : null}
        {unsent ? <span className="mark" data-tone="unsent">{t('field.phone_only')}</span> : null}
        {rejected ? <span className="mark" data-tone="red">{t('strip.rejected', { count: rejected })}</span> : null}
      </button>
    </li>
  )
}

/** As it is said over the radio; the same letters in every language. */
const brief = (values: Record<string, number | string>): string =>
  [
    values.hr ? `HR ${values.hr}` : '',
    values.sbp ? `BP ${values.sbp}${values.dbp ? `/${values.dbp}` : ''}` : '',
    values.rr ? `RR ${values.rr}` : '',
    values.spo2 ? `SpO2 ${values.spo2}` : '',
    values.avpu ?? '',
  ]
    .filter(Boolean)
    .join(' · ')

function UnderWayList({ list }: { list: UnderWay[] }) {
  const { t, code } = useText()
  const now = useNow()
  if (!list.length) return null
  return (
    <>
      <h2>{t('field.under_way')}</h2>
      <ul className="cards">
        {list.map(({ subject, tag, status, at }) => (
          <li key={subject} data-request={status ?? 'waiting'}>
            <button type="button" className="card" data-unsent={status === null || undefined} onClick={() => goTo('read', subject)}>
              <strong>{tag ? <Code>{tag}</Code> : t('field.no_tag')}</strong>
              <span>{status ? code('request_status', status) : t('field.request_here')}</span>
              <span>{t('time.since', { clock: ltr(zulu(at, now)) })}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
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
