/** The words beside a clock. Colour is never the only sign, so every reading has its sentence. */
import type { Clock } from '../api/types'
import { ltr, type Text } from '../i18n/text'
import { hoursMinutes, zulu } from '../i18n/time'
import type { ClockReading } from './clockMath'

export function shortWords({ t }: Text, clock: Clock, is: ClockReading): string {
  switch (is.reading) {
    case 'running':
      return t('clock.left', { minutes: Math.floor(is.left ?? 0) })
    case 'near':
      if (foreseesBreach(clock)) return t('clock.foreseen')
      // Amber by the plan alone, long before the limit: "soon" would be wrong.
      return clock.predicted_verdict?.startsWith('BREACH')
        ? t('clock.possible')
        : t('clock.near', { minutes: Math.floor(is.left ?? 0) })
    case 'unknown':
      return t('clock.at_most_left', { minutes: Math.floor(is.left ?? 0) })
    case 'breached':
      return t('clock.breached', { minutes: Math.ceil(is.over ?? 0) })
    default:
      return t(`clock.${is.reading}`)
  }
}

export function shownTime(is: ClockReading): string {
  if (is.shown === null) return '––:––'
  return (is.atLeast ? '≥ ' : '') + hoursMinutes(is.shown)
}

/** Everything that is known about one clock, as sentences: for the detail panel and for screen readers. */
export function sentences(text: Text, clock: Clock, is: ClockReading, now: number): string[] {
  const { t, code } = text
  const said: string[] = []
  if (is.elapsed && is.elapsed.most === null)
    said.push(t('clock.unknown_start', { minutes: Math.floor(is.elapsed.least) }))
  else if (is.elapsed?.most != null) {
    const [least, most] = [Math.floor(is.elapsed.least), Math.floor(is.elapsed.most)]
    said.push(
      least === most
        ? t('clock.exactly', { minutes: most, limit: clock.limit_min })
        : t('clock.between', { least, most, limit: clock.limit_min }),
    )
  }
  if (clock.proxy) said.push(t('clock.proxy'))
  if (!is.stopped && clock.predicted_verdict && clock.predicted_stop?.lo) {
    const hi = clock.predicted_stop.hi
    const span = zulu(clock.predicted_stop.lo, now) + (hi && hi !== clock.predicted_stop.lo ? `–${zulu(hi, now)}` : '')
    said.push(t('clock.predicted', { verdict: code('verdict', clock.predicted_verdict), clock: ltr(span) }))
  }
  if (!is.stopped && clock.unavoidable_at && is.reading !== 'breached') {
    const passed = Date.parse(clock.unavoidable_at) <= now
    said.push(
      t(passed ? 'clock.unavoidable_now' : 'clock.unavoidable', {
        name: ltr(clock.code),
        clock: ltr(zulu(clock.unavoidable_at, now)),
      }),
    )
  }
  return said
}

export const foreseesBreach = (clock: Clock): boolean => clock.predicted_verdict?.startsWith('BREACH_CERTAIN') ?? false
