import { useMemo, useRef, useState, type ReactNode } from 'react'
import { uuid7 } from '../../api/ids'
import type { Me } from '../../api/types'
import { ltr, useText } from '../../i18n/text'
import { hoursMinutes, minutesSince, zulu } from '../../i18n/time'
import { Code } from '../../kit/Code'
import { TriageMark } from '../../kit/TriageMark'
import { missionNow, useNow } from '../../live/missionClock'
import { clinicalRows, known, ownRows, type CardList } from '../own'
import { goTo } from '../place'
import { useSignal } from '../signal'
import { Evacuation } from './Evacuation'
import { fold, heldElsewhere, type Care } from './fold'
import { Injuries } from './Injuries'
import { March } from './March'
import { Person } from './Person'
import { Quick } from './Quick'
import { useRecorder, type Recorder } from './record'
import { TourniquetNote } from './Tourniquets'
import { VitalSigns } from './VitalSigns'
import './care.css'

const STEPS = ['triage', 'injuries', 'march', 'vitals', 'evacuation'] as const
type StepName = (typeof STEPS)[number]

export interface Part {
  me: Me
  care: Care
  recorder: Recorder
  /** The casualty itself comes first, with what is known by then. */
  report: (known?: Record<string, unknown>) => boolean
}

/** F2: one scroll, five steps; every tap is kept at once, and the button at the end only reassures. */
export function CareCard({ me, id, incident, isPractice = false }: { me: Me; id?: string; incident?: string; isPractice?: boolean }) {
  const { t, code } = useText()
  const [subject] = useState(() => id || uuid7(missionNow()))
  const recorder = useRecorder(subject, isPractice)
  const site = useSignal(known)
  const care = useMemo(() => {
    const about = (page: CardList) => clinicalRows(site, page).filter((row) => row.subject === subject)
    return fold(subject, recorder.entries, {
      board: isPractice ? undefined : ownRows(site).find((row) => row.subject === subject),
      injuries: about('injuries'),
      interventions: about('interventions'),
      vitals: about('vitals'),
      allergies: about('allergies'),
    })
  }, [site, subject, recorder.entries, isPractice])
  const isReported = useRef(care.isReported)
  isReported.current ||= care.isReported

  function report(given: Record<string, unknown> = {}): boolean {
    if (isReported.current) return false
    isReported.current = true
    recorder.keep(
      { t: 'casualty.report_casualty', casualty: subject, exercise: me.mission.exercise, ...(incident ? { incident } : {}), ...given },
      '',
    )
    return true
  }

  const elsewhere = isPractice ? null : heldElsewhere(care, me.user)
  const isGone = elsewhere !== null
  const part: Part = { me, care, recorder, report }
  const done: Record<StepName, boolean> = {
    triage: care.triage !== null && care.injuryAt !== null,
    injuries: care.injuries.length > 0 || care.mechanism !== null,
    march: care.interventions.length > 0,
    vitals: care.vitals.length > 0,
    evacuation: care.request !== null,
  }
  const state = isGone ? 'read_only' : care.conflicts ? 'conflict' : care.unsent ? 'offline_queue' : 'ready'
  return (
    <section className="care" data-state={state} data-subject={subject}>
      <Head care={care} isNew={!id} isPractice={isPractice} />
      {elsewhere ? (
        <p className="notice" data-tone="quiet">
          {t('medic.now_with', { who: code('role', elsewhere.role), clock: ltr(zulu(elsewhere.since, missionNow())) })}
        </p>
      ) : null}
      <Conflicts care={care} />
      <TourniquetNote care={care} />
      {isGone ? null : (
        <>
          <Step name="triage" done={done.triage}>
            <Quick {...part} />
          </Step>
          <Step name="injuries" done={done.injuries}>
            <Injuries {...part} />
          </Step>
          <Step name="march" done={done.march}>
            <March {...part} />
          </Step>
          <Step name="vitals" done={done.vitals}>
            <VitalSigns {...part} />
          </Step>
          <Step name="evacuation" done={done.evacuation}>
            <Evacuation {...part} isPractice={isPractice} />
          </Step>
        </>
      )}
      <Person {...part} isGone={isGone} />
      <Bar recorder={recorder} next={isGone ? null : (STEPS.find((step) => !done[step]) ?? null)} report={report} isPractice={isPractice} />
    </section>
  )
}

function Head({ care, isNew, isPractice }: { care: Care; isNew: boolean; isPractice: boolean }) {
  const { t } = useText()
  const now = useNow()
  return (
    <>
      {isPractice ? (
        <p className="notice practice" data-tone="amber">
          {t('medic.practice_note')}
        </p>
      ) : null}
      <h1 className={isNew ? 'only-heard' : 'care-head'}>
        {isNew ? (
          t('field.new_casualty')
        ) : (
          <>
            <TriageMark triage={care.triage} />
            {care.tag ? <Code>{care.tag}</Code> : t('field.no_tag')}
            {care.conflicts ? <span className="mark" data-tone="amber">{t('medic.two_values', { count: care.conflicts + 1 })}</span> : null}
          </>
        )}
      </h1>
      {isNew || !care.at ? null : (
        <p>{t('time.elapsed_since', { elapsed: ltr(hoursMinutes(minutesSince(care.at, now))), clock: ltr(zulu(care.at, now)) })}</p>
      )}
    </>
  )
}

/** Both values, and who said which; dealing with it is for those at a desk. */
function Conflicts({ care }: { care: Care }) {
  const { t, code } = useText()
  const open = (care.row?.conflicts ?? []).filter(({ state }) => state !== 'RESOLVED')
  if (!open.length) return null
  return (
    <details data-conflicts={open.length}>
      <summary>{t('medic.two_values', { count: open.reduce((sum, { values }) => sum + values.length, 0) })}</summary>
      <dl className="brief">
        {open.map(({ id, field, values }) => (
          <div key={id}>
            <dt>{code('fact', field)}</dt>
            {values.map(({ event, value, at, by_role }) => (
              <dd key={event}>
                <bdi>{typeof value === 'string' ? value : JSON.stringify(value)}</bdi>{' '}
                <small>
                  {code('role', by_role)} · {ltr(zulu(at, missionNow()))}
                </small>
              </dd>
            ))}
          </div>
        ))}
      </dl>
    </details>
  )
}

function Step({ name, done, children }: { name: StepName; done: boolean; children: ReactNode }) {
  const { t } = useText()
  const number = STEPS.indexOf(name) + 1
  return (
    <section className="step" id={`step-${name}`} aria-label={t(`medic.step.${name}`)} data-step={name} data-done={done || undefined}>
      {name === 'triage' ? null : (
        <h2 tabIndex={-1}>
          <span className="step-number" aria-hidden="true">
            {done ? '✓' : number}
          </span>{' '}
          {t(`medic.step.${name}`)}
        </h2>
      )}
      {children}
    </section>
  )
}

/** The last tap and its undo, what is kept, and the way on. */
function Bar(props: { recorder: Recorder; next: StepName | null; report: () => boolean; isPractice: boolean }) {
  const { t } = useText()
  const { recorder, next, report, isPractice } = props
  const tap = recorder.taps.at(-1)

  function close(): void {
    report()
    goTo('')
  }

  function on(): void {
    const step = document.getElementById(`step-${next}`)
    step?.scrollIntoView({ block: 'start' })
    step?.querySelector<HTMLElement>('h2')?.focus({ preventScroll: true })
  }

  return (
    <div className="bar">
      <div className="bar-said">
        <p role="status" className="kept" data-kept={recorder.kept}>
          {recorder.failed
            ? t('field.storage_refused')
            : tap
              ? tap.label
              : recorder.kept && isPractice
                ? t('medic.practice_kept')
                : recorder.kept
                  ? t('field.kept', { count: recorder.kept })
                  : t('field.keeps')}
        </p>
        {tap ? (
          <button type="button" className="plain" onClick={() => recorder.undo(tap.id)}>
            {t('medic.undo')}
          </button>
        ) : null}
      </div>
      <div className="bar-buttons">
        <button type="button" className={next ? 'plain' : 'primary'} onClick={close}>
          {t('field.save')}
        </button>
        {next ? (
          <button type="button" className="primary" onClick={on}>
            {t('medic.next', { step: t(`medic.step.${next}`) })}
          </button>
        ) : null}
      </div>
    </div>
  )
}
