import { useRef, useState } from 'react'
import { ltr, useText } from '../../i18n/text'
import { zulu } from '../../i18n/time'
import { TriageMark } from '../../kit/TriageMark'
import { missionNow } from '../../live/missionClock'
import { Choices, Dialog, Field } from '../bits'
import { known as knownSignal, type Known } from '../own'
import { useSignal } from '../signal'
import { isTag } from '../tag'
import type { Part } from './CareCard'
import { Schemes } from './Schemes'

const AGO = [0, 5, 10, 30, 60]
const WELL_AGO = [30, 60, 120, 360, 720]
const MINUTE = 60_000
const SCHEME = 'SIEVE'
const LIKELY = ['T1', 'T2', 'T3'] as const

/** The record that is worth having on its own: tag, category, time and place, on one screen and in few taps. */
export function Quick({ me, care, recorder, report }: Part) {
  const { t } = useText()
  const site = useSignal(knownSignal)
  const began = useRef(missionNow())
  const [tag, setTag] = useState('')
  const [asking, setAsking] = useState<'other' | 'dead' | null>(null)
  const [ago, setAgo] = useState<string | null>(null)
  const casualty = recorder.subject
  const known = () => (isTag(tag) ? { tag } : {})

  function sort(category: string, more: Record<string, unknown> = {}): void {
    setAsking(null)
    if (category === care.triage && !more.observations) return
    report(known())
    recorder.keep(
      { t: 'casualty.assign_triage', casualty, category, scheme: SCHEME, ...more },
      t('medic.said_triage', { category: t(`triage.${category}`) }),
    )
  }

  function happened(minutes: string): void {
    setAgo(minutes)
    report(known())
    const isKnown = minutes !== 'unknown'
    const at = new Date(began.current - (isKnown ? Number(minutes) : 0) * MINUTE).toISOString()
    recorder.keep(
      { t: 'casualty.estimate_injury_time', casualty },
      isKnown ? t('medic.said_injured', { clock: ltr(zulu(at, missionNow())) }) : t('medic.said_unknown_time'),
      { t: at, p: !isKnown ? 'UNKNOWN' : minutes === '0' ? 'MINUTE' : 'ESTIMATED' },
    )
  }

  function wasWell(minutes: string): void {
    const at = new Date(missionNow() - Number(minutes) * MINUTE).toISOString()
    recorder.keep(
      { t: 'casualty.estimate_injury_time', casualty, last_known_well: true },
      t('medic.said_well', { clock: ltr(zulu(at, missionNow())) }),
      { t: at, p: 'ESTIMATED' },
    )
  }

  const isOther = care.triage !== null && !LIKELY.some((each) => each === care.triage)
  return (
    <>
      <Choices
        label={t('triage.title')}
        value={isOther ? 'other' : care.triage}
        wide
        choices={[
          ...LIKELY.map((each) => ({
            id: each as string,
            content: (
              <>
                <TriageMark triage={each} /> {t(`triage_word.${each}`)}
              </>
            ),
          })),
          { id: 'other', content: isOther ? <TriageMark triage={care.triage} /> : t('medic.other') },
        ]}
        onChoose={(each) => (each === 'other' ? setAsking('other') : sort(each))}
        again
      />
      <Choices
        label={t('medic.injured')}
        value={ago}
        narrow
        choices={[
          ...AGO.map((each) => ({
            id: String(each),
            content: each ? t('medic.minutes', { count: each }) : t('medic.now'),
          })),
          { id: 'unknown', content: t('word.unknown') },
        ]}
        onChoose={happened}
      />
      {ago === 'unknown' ? (
        <Choices
          label={t('medic.last_well')}
          value={null}
          narrow
          choices={WELL_AGO.map((each) => ({
            id: String(each),
            content: each < 60 ? t('medic.minutes', { count: each }) : t('medic.hours', { count: each / 60 }),
          }))}
          onChoose={wasWell}
        />
      ) : null}
      <div className="quick-two">
        <Here
          isKept={care.position !== null}
          onPlace={(position) => {
            report(known())
            recorder.keep({ t: 'casualty.locate_casualty', casualty, position }, t('medic.said_place'))
          }}
        />
        {care.row ? null : (
          <Field label={t('field.tag')} {...(tag && !isTag(tag) ? { hint: t('field.tag_wrong') } : care.isReported && !care.tag ? { hint: t('field.tag_late') } : {})}>
            {(ids) => (
              <input
                {...ids}
                dir="ltr"
                autoCapitalize="characters"
                autoComplete="off"
                maxLength={9}
                aria-invalid={tag !== '' && !isTag(tag)}
                disabled={care.isReported}
                value={care.tag || tag}
                onChange={({ target }) => setTag(target.value.toUpperCase().replace(/[^A-Z0-9-]/g, ''))}
              />
            )}
          </Field>
        )}
      </div>
      <Schemes care={care} onTake={(category, more) => sort(category, more)} />
      {asking === 'other' ? (
        <Other mayExpect={mayExpect(me.role, site, care.row?.incident)} onClose={() => setAsking(null)} onDead={() => setAsking('dead')} onExpectant={() => sort('T4')} />
      ) : null}
      {asking === 'dead' ? (
        <Dialog title={t('field.dead_sure')} onClose={() => setAsking(null)}>
          <button type="button" className="outline" onClick={() => sort('DEAD')}>
            {t('field.dead_yes')}
          </button>
        </Dialog>
      ) : null}
    </>
  )
}

/** Only who the policy names, and only in a posture it names: of the mission, or of the incident. */
function mayExpect(role: string, { policy, pages }: Known, incident: string | null | undefined): boolean {
  const rule = policy?.expectant
  const now = [
    ...(pages.postures?.rows ?? []).map(({ posture }) => posture),
    ...(pages.incidents?.rows ?? []).filter(({ subject }) => subject === incident).map(({ status }) => status),
  ]
  return Boolean(rule?.roles.includes(role) && now.some((each) => rule.postures.includes(String(each))))
}

function Other(props: { mayExpect: boolean; onClose: () => void; onDead: () => void; onExpectant: () => void }) {
  const { t } = useText()
  return (
    <Dialog title={t('medic.other')} onClose={props.onClose}>
      <button type="button" className="plain" disabled={!props.mayExpect} onClick={props.onExpectant}>
        <TriageMark triage="T4" /> {t('triage_word.T4')}
      </button>
      {props.mayExpect ? null : <p>{t('medic.expectant_rule')}</p>}
      <button type="button" className="outline" data-choice="DEAD" onClick={props.onDead}>
        <TriageMark triage="DEAD" />
      </button>
    </Dialog>
  )
}

function Here({ isKept, onPlace }: { isKept: boolean; onPlace: (position: { lat: number; lon: number; ce?: number }) => void }) {
  const { t } = useText()
  const [state, setState] = useState<'' | 'asking' | 'none' | 'typing'>('')

  function here(): void {
    setState('asking')
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setState('')
        onPlace({ lat: coords.latitude, lon: coords.longitude, ce: Math.round(coords.accuracy) })
      },
      () => setState('none'),
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 },
    )
  }

  return (
    <fieldset className="place">
      <legend>{t('field.where')}</legend>
      <button type="button" className="plain" aria-pressed={isKept} disabled={state === 'asking'} onClick={here}>
        {t(isKept ? 'medic.here_kept' : 'medic.here')}
      </button>
      {state === 'none' || state === 'typing' ? <Typed isUnknown={state === 'none'} onPlace={(at) => (setState(''), onPlace(at))} onClose={() => setState('')} /> : null}
    </fieldset>
  )
}

function Typed(props: { isUnknown: boolean; onPlace: (position: { lat: number; lon: number }) => void; onClose: () => void }) {
  const { t } = useText()
  const [typed, setTyped] = useState('')
  const found = /^\s*(-?\d{1,2}(?:\.\d+)?)[\s,;]+(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(typed)
  const lat = Number(found?.[1])
  const lon = Number(found?.[2])
  const isGood = found !== null && Math.abs(lat) <= 90 && Math.abs(lon) <= 180
  return (
    <Dialog title={t('field.where')} onClose={props.onClose}>
      {props.isUnknown ? (
        <p role="alert" className="notice" data-tone="amber">
          {t('field.here_unknown')}
        </p>
      ) : null}
      <Field label={t('field.coordinates')} hint={t('field.coordinates_hint', { example: ltr('9.2300, 29.8000') })}>
        {(ids) => <input {...ids} dir="ltr" inputMode="text" value={typed} onChange={({ target }) => setTyped(target.value)} />}
      </Field>
      <button type="button" className="primary" disabled={!isGood} onClick={() => props.onPlace({ lat, lon })}>
        {t('field.keep_place')}
      </button>
    </Dialog>
  )
}
