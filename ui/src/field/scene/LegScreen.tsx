import { useEffect } from 'react'
import type { AssetRow, BoardRow, LegRow, Me, RequestRow } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { Code } from '../../kit/Code'
import { TriageMark } from '../../kit/TriageMark'
import { missionNow } from '../../live/missionClock'
import { useRecorder } from '../care/record'
import { known, lookUp, rowsOf } from '../own'
import { goTo } from '../place'
import { useForms, labelOf } from '../request/useForms'
import { useSignal } from '../signal'
import { aboard, left, nextStep, stamped, STEPS } from './legs'
import { callsign, facilityName } from './LegsScreen'
import './scene.css'

/** F9: one large button stamps the next step; below it who travels, where to, and what the landing site is like. */
export function LegScreen({ me, id }: { me: Me; id: string }) {
  const { t, code } = useText()
  const site = useSignal(known)
  const recorder = useRecorder(id, false)
  const leg = rowsOf<LegRow>(site, 'legs').find(({ subject }) => subject === id)
  const casualties = leg?.casualties.join(' ') ?? ''
  useEffect(() => {
    for (const subject of casualties.split(' ').filter(Boolean)) void lookUp(`board:${subject}`, 'board', { subject })
  }, [casualties])
  if (!leg)
    return (
      <section className="form" data-state="empty">
        <h1>{t('medic.leg')}</h1>
        <p>{t('medic.no_legs')}</p>
      </section>
    )

  const times = stamped(leg.actual, recorder.entries, id)
  const next = nextStep(times)
  const asset = rowsOf<AssetRow>(site, 'assets').find(({ subject }) => subject === leg.asset)
  const on = aboard(leg.aboard ?? [], recorder.entries, id)
  const people = [...new Set([...leg.casualties, ...on.map(({ casualty }) => casualty)])]
  const mayReport = me.permissions.includes('casualty.report_leg')
  const unsent = recorder.entries.some(({ subject, state }) => subject === id && state === 'waiting')
  const tap = recorder.taps.at(-1)

  function stamp(state: string): void {
    recorder.keep({ t: 'casualty.report_leg', leg: id, state }, `${code('leg', state)} · ${ltr(zulu(missionNow()))}`)
  }

  const litters = left(asset?.litters, 'LITTER', on)
  const seats = left(asset?.seats, 'SEAT', on)
  return (
    <section className="form leg" data-state={mayReport ? (unsent ? 'offline_queue' : 'ready') : 'denied'}>
      <h1>
        {callsign(site, leg) ? <Code>{callsign(site, leg)}</Code> : t('medic.leg')} · {facilityName(site, leg.destination) || t('word.unknown')}
      </h1>
      {next ? (
        <button type="button" className="primary huge" data-next={next} disabled={!mayReport} onClick={() => stamp(next)}>
          {code('leg', next)}
        </button>
      ) : (
        <p>{t('medic.leg_over')}</p>
      )}
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
      <ol className="steps">
        {STEPS.filter((step) => step in times).map((step) => (
          <li key={step} data-step={step}>
            {code('leg', step)} <Code>{zulu(times[step]!, missionNow())}</Code>
          </li>
        ))}
      </ol>
      <details>
        <summary>{t('medic.other_step')}</summary>
        <div className="two">
          {STEPS.filter((step) => !(step in times) && step !== next).map((step) => (
            <button key={step} type="button" className="plain" disabled={!mayReport} onClick={() => stamp(step)}>
              {code('leg', step)}
            </button>
          ))}
        </div>
      </details>
      <h2>{t('medic.manifest', { count: people.length })}</h2>
      <p data-room>
        {t('medic.room', { litters: litters === null ? t('word.unknown') : ltr(litters), seats: seats === null ? t('word.unknown') : ltr(seats) })}
      </p>
      <ul className="cards">
        {people.map((casualty) => (
          <Passenger
            key={casualty}
            row={rowsOf<BoardRow>(site, `board:${casualty}`)[0]}
            place={on.find((each) => each.casualty === casualty)?.place ?? null}
            mayReport={mayReport}
            onLoad={(place) => recorder.keep({ t: 'casualty.load_casualty', leg: id, casualty, place }, t('medic.loaded'))}
            onUnload={() => recorder.keep({ t: 'casualty.unload_casualty', leg: id, casualty }, t('medic.unloaded'))}
            onTake={() => goTo('take')}
            onGive={() => goTo('give', casualty)}
          />
        ))}
      </ul>
      <Landing request={rowsOf<RequestRow>(site, 'requests').find(({ subject }) => subject === leg.request)} />
      <button type="button" className="plain" onClick={() => goTo('legs')}>
        {t('field.back')}
      </button>
    </section>
  )
}

function Passenger(props: {
  row: BoardRow | undefined
  place: string | null
  mayReport: boolean
  onLoad: (place: string) => void
  onUnload: () => void
  onTake: () => void
  onGive: () => void
}) {
  const { t } = useText()
  const { row, place, mayReport } = props
  return (
    <li className="card" data-aboard={place ?? undefined}>
      <span className="card-head">
        <TriageMark triage={row?.triage ?? null} />
        <strong>{row?.tag ? <Code>{row.tag}</Code> : t('field.no_tag')}</strong>
        {place ? <span className="mark" data-tone="good">{t(`medic.place.${place}`)}</span> : null}
      </span>
      <div className="two">
        {place ? (
          <>
            <button type="button" className="plain" disabled={!mayReport} onClick={props.onUnload}>
              {t('medic.unload')}
            </button>
            <button type="button" className="plain" onClick={props.onGive}>
              {t('medic.hand_over')}
            </button>
          </>
        ) : (
          ['LITTER', 'SEAT'].map((each) => (
            <button key={each} type="button" className="plain" disabled={!mayReport} onClick={() => props.onLoad(each)}>
              {t(`medic.load.${each}`)}
            </button>
          ))
        )}
      </div>
    </li>
  )
}

const BRIEF = ['security', 'marking', 'marking_text', 'marked_by', 'terrain', 'terrain_detail', 'slope_direction', 'obstacles', 'winds_from', 'friendlies', 'enemy', 'hlz_remarks', 'freq', 'title', 'remarks']

/** What the request says of the landing site, line by line. */
function Landing({ request }: { request: RequestRow | undefined }) {
  const { t } = useText()
  const { words } = useForms()
  if (!request) return null
  const lines = (request.lines ?? {}) as Record<string, unknown>
  const pickup = request.pickup
  const word = (name: string, value: unknown): string =>
    Array.isArray(value) ? value.map((each) => word(name, each)).join(' · ') : (words?.words[name]?.[String(value)] ?? String(value))
  return (
    <>
      <h2>{t('medic.landing')}</h2>
      <dl className="brief">
        {pickup ? (
          <div>
            <dt>{words ? labelOf(words, 'pickup') : ''}</dt>
            <dd>
              <Code>
                {pickup.lat.toFixed(5)}, {pickup.lon.toFixed(5)}
              </Code>
            </dd>
          </div>
        ) : null}
        {BRIEF.filter((name) => lines[name] !== undefined && lines[name] !== null && lines[name] !== '').map((name) => (
          <div key={name}>
            <dt>{words ? labelOf(words, name) : name}</dt>
            <dd>
              <bdi>{word(name, lines[name])}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </>
  )
}
