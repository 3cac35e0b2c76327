import { useEffect, useRef, useState } from 'react'
import { ltr, useText } from '../../i18n/text'
import { hoursMinutes, minutesSince } from '../../i18n/time'
import { missionNow, useNow } from '../../live/missionClock'
import { Choices } from '../bits'
import { known } from '../own'
import { useSignal } from '../signal'
import type { Part } from './CareCard'
import { lastSigns } from './fold'
import { outOfRange, SIGNS, stepped, type Sign } from './signs'
import { Stepper } from './Stepper'

const ALERTNESS = ['A', 'V', 'P', 'U']

/** Signs by large minus and plus. The last value stands there and is saved only when it was touched. */
export function VitalSigns({ care, recorder, report }: Part) {
  const { t } = useText()
  const { policy } = useSignal(known)
  const [touched, setTouched] = useState<Record<string, number | string>>({})
  const [all, setAll] = useState(false)
  const last = lastSigns(care)
  const now = useNow()
  const problems = SIGNS.filter(({ name }) => name in touched && outOfRange(policy, name, Number(touched[name])))
  const wrong = new Set(problems.map(({ name }) => name))

  function keep(): void {
    const good = Object.fromEntries(Object.entries(touched).filter(([name]) => !wrong.has(name)))
    if (!Object.keys(good).length) return
    report()
    recorder.keep({ t: 'casualty.record_vitals', casualty: recorder.subject, ...good }, t('medic.said_vitals', { count: Object.keys(good).length }))
    setTouched((before) => Object.fromEntries(Object.entries(before).filter(([name]) => wrong.has(name))))
  }

  /** What cannot be a number of this sign is kept as it was said. */
  function note(name: string): void {
    report()
    recorder.keep(
      { t: 'casualty.record_vitals', casualty: recorder.subject, note: `${name} ${touched[name]}` },
      t('medic.said_note'),
    )
    setTouched(({ [name]: _, ...rest }) => rest)
  }

  // Leaving the card, or the page going to sleep, keeps what was touched.
  const leaving = useRef(keep)
  leaving.current = keep
  useEffect(() => {
    const hidden = () => void (document.visibilityState === 'hidden' ? leaving.current() : undefined)
    document.addEventListener('visibilitychange', hidden)
    return () => {
      document.removeEventListener('visibilitychange', hidden)
      leaving.current()
    }
  }, [])

  const put = (sign: Sign, value: number) => setTouched((before) => ({ ...before, [sign.name]: value }))
  return (
    <>
      {SIGNS.filter(({ isFirst, name }) => isFirst || all || name in touched).map((sign) => {
        const before = last[sign.name]
        const value = touched[sign.name] ?? before?.value ?? null
        const range = outOfRange(policy, sign.name, Number(touched[sign.name]))
        return (
          <Stepper
            key={sign.name}
            name={sign.name}
            label={t(`vital.${sign.name}`)}
            value={value === null ? null : Number(value)}
            isTouched={sign.name in touched}
            hint={before ? t('medic.last_value', { value: ltr(String(before.value)), age: ltr(hoursMinutes(minutesSince(before.at, Math.max(now, missionNow())))) }) : ''}
            error={
              sign.name in touched && range
                ? t('medic.out_of_range', { sign: t(`vital.${sign.name}`), value: ltr(String(touched[sign.name])), from: ltr(range[0]), to: ltr(range[1]) })
                : ''
            }
            onStep={(way) => put(sign, stepped(sign, value === null ? null : Number(value), way))}
            onType={(typed) => put(sign, typed)}
            onNote={() => note(sign.name)}
          />
        )
      })}
      <Choices
        label={t('vital.avpu')}
        value={(touched.avpu as string | undefined) ?? null}
        narrow
        choices={ALERTNESS.map((id) => ({ id, content: t(`avpu.${id}`) }))}
        onChoose={(id) => setTouched((before) => ({ ...before, avpu: id }))}
      />
      {all ? null : (
        <button type="button" className="plain" onClick={() => setAll(true)}>
          {t('medic.more_signs')}
        </button>
      )}
      <button type="button" className="plain wide" data-keep="vitals" disabled={!Object.keys(touched).some((name) => !wrong.has(name))} onClick={keep}>
        {t('medic.keep_vitals')}
      </button>
    </>
  )
}
