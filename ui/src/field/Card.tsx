import { useRef, useState } from 'react'
import { uuid7 } from '../api/ids'
import type { Command, Me, When } from '../api/types'
import { ltr, useText } from '../i18n/text'
import { TriageMark } from '../kit/TriageMark'
import { missionNow } from '../live/missionClock'
import { outbox } from '../outbox/outbox'
import { goTo } from './App'
import { Choices, Dialog, Field } from './bits'
import { isTag } from './tag'

const AFFILIATIONS = 'UN_MIL UN_POL_IPO UN_POL_FPU UN_CIV_INTL UN_CIV_NATL UNV CONTRACTOR AFP_STAFF HOST_FORCES HOST_CIV DETAINEE OTHER UNKNOWN'.split(' ')
const MECHANISMS = 'GSW BLAST IED LANDMINE FRAG_MULTI MVC BURN FALL BLUNT CRUSH KNIFE STING_BITE HEAT OTHER'.split(' ')
const AGO = [0, 10, 30, 60]
const MINUTE = 60_000
const SCHEME = 'SIEVE'
const TRIAGE = ['T1', 'T2', 'T3', 'DEAD'] as const
type Category = (typeof TRIAGE)[number]

/** F2 in short. Every tap is kept at once; the button at the end only reassures. */
export function Card({ me }: { me: Me }) {
  const { t, code } = useText()
  const subject = useRef(uuid7(missionNow()))
  const began = useRef(missionNow())
  const isReported = useRef(false)
  const [tag, setTag] = useState('')
  const [triage, setTriage] = useState<Category | null>(null)
  const [asking, setAsking] = useState(false)
  const [ago, setAgo] = useState<string | null>(null)
  const [affiliation, setAffiliation] = useState('')
  const [child, setChild] = useState(false)
  const [mechanism, setMechanism] = useState('')
  const [kept, setKept] = useState(0)
  const [failed, setFailed] = useState(false)

  function keep(command: Command, at?: When): void {
    const id = outbox.record(command, { subject: subject.current, ...(at ? { at } : {}) })
    outbox.saved(id).then(() => setKept((count) => count + 1), () => setFailed(true))
  }

  /** The casualty itself comes first, with what is known by then. */
  function report(known: { affiliation?: string; child?: boolean } = {}): boolean {
    if (isReported.current) return false
    isReported.current = true
    const who = { affiliation: affiliation || null, child, ...known }
    keep({
      t: 'casualty.report_casualty',
      casualty: subject.current,
      exercise: me.mission.exercise,
      child: who.child,
      ...(who.affiliation ? { affiliation: who.affiliation } : {}),
      // Somebody hurt is on record first; a tag that cannot be right is not worth a refusal.
      ...(isTag(tag) ? { tag } : {}),
    })
    return true
  }

  function sort(category: Category): void {
    if (category === triage) return
    report()
    setTriage(category)
    keep({ t: 'casualty.assign_triage', casualty: subject.current, category, scheme: SCHEME })
  }

  function happened(minutes: string): void {
    report()
    setAgo(minutes)
    const at = new Date(began.current - Number(minutes) * MINUTE).toISOString()
    keep(
      { t: 'casualty.estimate_injury_time', casualty: subject.current },
      { t: at, p: minutes === '0' ? 'MINUTE' : 'ESTIMATED' },
    )
  }

  function detail(known: { affiliation?: string; child?: boolean }): void {
    if (!report(known)) keep({ t: 'casualty.record_details', casualty: subject.current, ...known })
  }

  return (
    <section className="form" data-state="ready">
      <h1>{t('field.new_casualty')}</h1>
      <Field label={t('field.tag')} hint={t(tag && !isTag(tag) ? 'field.tag_wrong' : isReported.current ? 'field.tag_late' : 'field.tag_hint')}>
        {(ids) => (
          <input
            {...ids}
            dir="ltr"
            autoCapitalize="characters"
            autoComplete="off"
            maxLength={9}
            aria-invalid={tag !== '' && !isTag(tag)}
            disabled={isReported.current}
            value={tag}
            onChange={({ target }) => setTag(target.value.toUpperCase().replace(/[^A-Z0-9-]/g, ''))}
          />
        )}
      </Field>
      <Choices
        label={t('triage.title')}
        value={triage}
        wide
        choices={TRIAGE.map((each) => ({
          id: each,
          content: (
            <>
              <TriageMark triage={each} /> {each === 'DEAD' ? null : t(`triage_word.${each}`)}
            </>
          ),
        }))}
        onChoose={(each) => (each === 'DEAD' ? setAsking(true) : sort(each as Category))}
      />
      {asking ? (
        <Dialog title={t('field.dead_sure')} onClose={() => setAsking(false)}>
          <button type="button" className="outline" onClick={() => (setAsking(false), sort('DEAD'))}>
            {t('field.dead_yes')}
          </button>
        </Dialog>
      ) : null}
      <Choices
        label={t('field.when')}
        value={ago}
        choices={AGO.map((each) => ({
          id: String(each),
          content: each ? t('field.minutes_ago', { count: each }) : t('field.just_now'),
        }))}
        onChoose={happened}
      />
      <Place
        onPlace={(position) => {
          report()
          keep({ t: 'casualty.locate_casualty', casualty: subject.current, position })
        }}
      />
      <Field label={t('fact.mechanism')}>
        {(ids) => (
          <select
            {...ids}
            value={mechanism}
            onChange={({ target }) => {
              report()
              setMechanism(target.value)
              if (target.value) keep({ t: 'casualty.report_mist', casualty: subject.current, mechanism: target.value })
            }}
          >
            <option value="">{t('field.not_said')}</option>
            {MECHANISMS.map((each) => (
              <option key={each} value={each}>
                {code('mechanism', each)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('fact.affiliation')}>
        {(ids) => (
          <select
            {...ids}
            value={affiliation}
            onChange={({ target }) => {
              setAffiliation(target.value)
              if (target.value) detail({ affiliation: target.value })
            }}
          >
            <option value="">{t('field.not_said')}</option>
            {AFFILIATIONS.map((each) => (
              <option key={each} value={each}>
                {code('affiliation', each)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <label className="tick">
        <input
          type="checkbox"
          checked={child}
          onChange={({ target }) => (setChild(target.checked), detail({ child: target.checked }))}
        />
        <span>{t('field.child')}</span>
      </label>
      <p role="status" className="kept" data-kept={kept}>
        {failed ? t('field.storage_refused') : kept ? t('field.kept', { count: kept }) : t('field.keeps')}
      </p>
      <button type="button" className="primary huge" onClick={() => (report(), goTo(''))}>
        {t('field.save')}
      </button>
    </section>
  )
}

function Place({ onPlace }: { onPlace: (position: { lat: number; lon: number; ce?: number }) => void }) {
  const { t } = useText()
  const [state, setState] = useState<'' | 'asking' | 'none' | 'kept'>('')
  const [typed, setTyped] = useState('')
  const found = /^\s*(-?\d{1,2}(?:\.\d+)?)[\s,;]+(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(typed)
  const lat = Number(found?.[1])
  const lon = Number(found?.[2])
  const isGood = found !== null && Math.abs(lat) <= 90 && Math.abs(lon) <= 180

  function here(): void {
    setState('asking')
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setState('kept')
        onPlace({ lat: coords.latitude, lon: coords.longitude, ce: Math.round(coords.accuracy) })
      },
      () => setState('none'),
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 },
    )
  }

  return (
    <fieldset className="place">
      <legend>{t('field.where')}</legend>
      <button type="button" className="plain" disabled={state === 'asking'} onClick={here}>
        {t(state === 'kept' ? 'field.here_kept' : 'field.here')}
      </button>
      {state === 'none' ? (
        <p role="alert" className="notice" data-tone="amber">
          {t('field.here_unknown')}
        </p>
      ) : null}
      <Field label={t('field.coordinates')} hint={t('field.coordinates_hint', { example: ltr('9.2300, 29.8000') })}>
        {(ids) => (
          <input {...ids} dir="ltr" inputMode="text" value={typed} onChange={({ target }) => setTyped(target.value)} />
        )}
      </Field>
      <button
        type="button"
        className="plain"
        disabled={!isGood}
        onClick={() => (onPlace({ lat, lon }), setTyped(''), setState('kept'))}
      >
        {t('field.keep_place')}
      </button>
    </fieldset>
  )
}
