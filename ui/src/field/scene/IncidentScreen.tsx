import { useState } from 'react'
import { uuid7 } from '../../api/ids'
import type { IncidentRow, Me } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Code } from '../../kit/Code'
import { missionNow } from '../../live/missionClock'
import type { Entry } from '../../outbox/machine'
import { useOutboxState } from '../../outbox/useOutbox'
import { standing, type Fields } from '../care/fold'
import { useRecorder } from '../care/record'
import { known, rowsOf } from '../own'
import { goTo } from '../place'
import { Counter } from '../request/LineEditor'
import { useSignal } from '../signal'
import './scene.css'

const TYPES = 'IED MINE_UXO IDF SAF AMBUSH COMPLEX RTA AIRCRAFT BURN DROWNING ILLNESS COLLAPSE_HEAT OTHER'.split(' ')
const CATEGORIES = ['URGENT_SURGICAL', 'URGENT', 'PRIORITY', 'ROUTINE', 'EXPECTANT', 'DEAD']

/** F7: how many there are thought to be, how many are known, and how many nobody has found. */
export function IncidentScreen({ me, id }: { me: Me; id: string }) {
  const { t, code } = useText()
  const site = useSignal(known)
  const { entries } = useOutboxState()
  const incidents = incidentsOf(rowsOf<IncidentRow>(site, 'incidents'), entries)
  const chosen = incidents.find(({ subject }) => subject === id) ?? (incidents.length === 1 && !id ? incidents[0] : undefined)
  if (chosen) return <One key={chosen.subject} me={me} incident={chosen} />
  return (
    <section className="form" data-state={incidents.length ? 'ready' : 'empty'}>
      <h1>{t('medic.incident')}</h1>
      {incidents.length ? null : <p>{t('medic.no_incidents')}</p>}
      <ul className="cards">
        {incidents.map((each) => (
          <li key={each.subject}>
            <button type="button" className="card" onClick={() => goTo('incident', each.subject)}>
              <strong>{code('incident', each.type)}</strong>
              <span>{t('time.since', { clock: ltr(zulu(each.at, missionNow())) })}</span>
            </button>
          </li>
        ))}
      </ul>
      <Opening me={me} />
      <button type="button" className="plain" onClick={() => goTo('')}>
        {t('field.back')}
      </button>
    </section>
  )
}

interface Incident {
  subject: string
  tag: string
  type: string
  at: string
  estimate: number | null
  tracked: number
  unaccounted: number | null
  isHere: boolean
}

function incidentsOf(rows: IncidentRow[], entries: readonly Entry[]): Incident[] {
  const found = new Map<string, Incident>()
  for (const row of rows)
    if (row.status !== 'CLOSED')
      found.set(row.subject, { subject: row.subject, tag: row.tag, type: row.type, at: row.occurred_at, estimate: row.estimate, tracked: row.tracked, unaccounted: row.unaccounted, isHere: false })
  for (const { command, state, queued_at } of standing(entries)) {
    const fields = command as unknown as Fields
    const isWaiting = state === 'waiting' || state === 'sending'
    const subject = String(fields.incident)
    if (fields.t === 'casualty.open_incident' && !found.has(subject) && state !== 'rejected')
      found.set(subject, { subject, tag: '', type: String(fields.type), at: new Date(queued_at).toISOString(), estimate: null, tracked: 0, unaccounted: null, isHere: true })
    const one = found.get(subject)
    if (!one || !(isWaiting || one.isHere)) continue
    if (fields.t === 'casualty.report_estimate') one.estimate = Number(fields.total)
    if (fields.t === 'casualty.report_casualty') one.tracked += 1
  }
  for (const one of found.values())
    if (one.estimate !== null) one.unaccounted = Math.max(0, one.estimate - one.tracked)
  return [...found.values()].sort((a, b) => (a.at < b.at ? 1 : -1))
}

function One({ me, incident }: { me: Me; incident: Incident }) {
  const { t, code } = useText()
  const recorder = useRecorder(incident.subject, false)
  const [total, setTotal] = useState(incident.estimate ?? incident.tracked)
  const [by, setBy] = useState<Record<string, number>>({})
  const stated = Object.values(by).reduce((sum, each) => sum + each, 0)
  const tap = recorder.taps.at(-1)

  function estimate(): void {
    recorder.keep(
      { t: 'casualty.report_estimate', incident: incident.subject, total, ...(stated ? { by_category: by } : {}) },
      t('medic.said_estimate', { count: total }),
    )
  }

  /** Somebody of whom nothing is known yet but that they are there. */
  function unknown(): void {
    recorder.keep(
      { t: 'casualty.report_casualty', casualty: uuid7(missionNow()), incident: incident.subject, exercise: me.mission.exercise },
      t('medic.said_unknown_person'),
    )
  }

  return (
    <section className="form" data-state={incident.isHere ? 'offline_queue' : 'ready'} data-incident={incident.subject}>
      <h1>
        {code('incident', incident.type)} {incident.tag ? <Code>{incident.tag}</Code> : null}
      </h1>
      <dl className="figures">
        {(['estimate', 'tracked', 'unaccounted'] as const).map((name) => (
          <div key={name} data-figure={name}>
            <dt>{t(`medic.figure.${name}`)}</dt>
            <dd>
              <bdi dir="ltr">{incident[name] ?? '–'}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <Counter name="total" label={t('medic.figure.estimate')} value={total} isKnown onPut={setTotal} />
      <details>
        <summary>{t('medic.by_category')}</summary>
        {CATEGORIES.map((each) => (
          <Counter key={each} name={each} label={code('category', each)} value={by[each] ?? 0} isKnown onPut={(count) => setBy((before) => ({ ...before, [each]: count }))} />
        ))}
        {stated > total ? (
          <p className="notice" data-tone="amber" role="status">
            {t('medic.more_than_estimate', { count: stated })}
          </p>
        ) : null}
      </details>
      <button type="button" className="plain" onClick={() => goTo('new', incident.subject)}>
        {t('field.new_casualty')}
      </button>
      <button type="button" className="plain" onClick={unknown}>
        {t('medic.add_unknown')}
      </button>
      <button type="button" className="plain" onClick={() => goTo('request', `-/-/METHANE/${incident.subject}`)}>
        {t('form.METHANE')}
      </button>
      <button type="button" className="plain" onClick={() => goTo('')}>
        {t('field.back')}
      </button>
      <div className="bar">
        <div className="bar-said">
          <p role="status" className="kept" data-kept={recorder.kept}>
            {tap ? tap.label : t('field.keeps')}
          </p>
          {tap ? (
            <button type="button" className="plain" onClick={() => recorder.undo(tap.id)}>
              {t('medic.undo')}
            </button>
          ) : null}
        </div>
        <div className="bar-buttons">
          <button type="button" className="primary" onClick={estimate}>
            {t('medic.set_estimate')}
          </button>
        </div>
      </div>
    </section>
  )
}

function Opening({ me }: { me: Me }) {
  const { t, code } = useText()
  const [incident] = useState(() => uuid7(missionNow()))
  const recorder = useRecorder(incident, false)
  if (!me.permissions.includes('casualty.open_incident')) return null
  return (
    <details>
      <summary>{t('medic.open_incident')}</summary>
      <div className="two">
        {TYPES.map((type) => (
          <button
            key={type}
            type="button"
            className="plain"
            data-type={type}
            onClick={() => {
              recorder.keep({ t: 'casualty.open_incident', incident, type, exercise: me.mission.exercise }, code('incident', type))
              goTo('incident', incident)
            }}
          >
            {code('incident', type)}
          </button>
        ))}
      </div>
    </details>
  )
}
