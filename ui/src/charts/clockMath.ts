/** The 10-1-2 arithmetic of the screen: what a running clock says between two answers of the server.
 *
 * Same rules as the server's: elapsed is an interval, a time equal to the limit is inside, and without a lower bound of
 * the injury time "met" cannot be known.
 */
import type { Clock, Span } from '../api/types'

const MINUTE = 60_000

export interface Elapsed {
  /** Smallest and largest elapsed minutes; `most` is null when the injury time has no lower bound. */
  least: number
  most: number | null
}

export type Reading =
  | 'outside' // not in the population of the rule
  | 'no_start'
  | 'excluded'
  | 'ended_by_death'
  | 'running'
  | 'near'
  | 'unknown' // still running, and nobody knows since when: "inside" cannot be claimed
  | 'possible'
  | 'breached'
  | 'met'

export type Tone = 'quiet' | 'good' | 'amber' | 'red'

export interface ClockReading {
  reading: Reading
  tone: Tone
  elapsed: Elapsed | null
  /** Minutes shown large, and whether they are only a lower bound. */
  shown: number | null
  atLeast: boolean
  left: number | null
  over: number | null
  stopped: boolean
}

const millis = (time: string | null | undefined): number | null => (time ? Date.parse(time) : null)

export function elapsed(t0: Span, stop: Span | null, now: number): Elapsed | null {
  const first = millis(t0.lo)
  const last = millis(t0.hi) ?? first
  if (last === null) return null
  const stopLow = millis(stop?.lo) ?? (stop ? millis(stop.hi) : now)
  const stopHigh = millis(stop?.hi) ?? (stop ? millis(stop.lo) : now)
  if (stopLow === null || stopHigh === null) return null
  return {
    least: Math.max(0, (stopLow - last) / MINUTE),
    most: first === null ? null : Math.max(0, (stopHigh - first) / MINUTE),
  }
}

export function judge(span: Elapsed, limit: number): 'MET' | 'BREACH_POSSIBLE' | 'BREACH_CERTAIN' {
  if (span.least > limit) return 'BREACH_CERTAIN'
  return span.most !== null && span.most <= limit ? 'MET' : 'BREACH_POSSIBLE'
}

const QUIET: Omit<ClockReading, 'reading'> = {
  tone: 'quiet',
  elapsed: null,
  shown: null,
  atLeast: false,
  left: null,
  over: null,
  stopped: false,
}

/** Whom a clock runs for: those it counts, and those it may yet count because nobody has stated the category. */
export const isRunFor = (clock: Clock): boolean => clock.in_population || clock.provisional

export function read(clock: Clock, now: number): ClockReading {
  if (!isRunFor(clock)) return { ...QUIET, reading: 'outside' }
  if (clock.verdict === 'EXCLUDED') return { ...QUIET, reading: 'excluded' }
  const span = clock.t0 ? elapsed(clock.t0, clock.stop, now) : null
  if (!span || clock.verdict === 'NO_START') return { ...QUIET, reading: 'no_start' }
  const stopped = clock.stop !== null
  const numbers = {
    elapsed: span,
    shown: span.most ?? span.least,
    atLeast: span.most === null,
    left: Math.max(0, clock.limit_min - (span.most ?? span.least)),
    over: Math.max(0, span.least - clock.limit_min),
    stopped,
  }
  if (clock.verdict === 'ENDED_BY_DEATH') return { ...numbers, reading: 'ended_by_death', tone: 'quiet', stopped: true }
  const verdict = judge(span, clock.limit_min)
  if (verdict === 'BREACH_CERTAIN') return { ...numbers, reading: 'breached', tone: 'red' }
  if (verdict === 'BREACH_POSSIBLE')
    return { ...numbers, reading: stopped || span.most !== null ? 'possible' : 'unknown', tone: 'amber' }
  if (stopped) return { ...numbers, reading: 'met', tone: 'good' }
  return isNear(clock, span)
    ? { ...numbers, reading: 'near', tone: 'amber' }
    : { ...numbers, reading: 'running', tone: 'good' }
}

function isNear(clock: Clock, span: Elapsed): boolean {
  const foreseen = clock.predicted_verdict ?? ''
  return clock.is_amber || (span.most ?? span.least) > clock.amber_min || foreseen.startsWith('BREACH')
}

/** Places on the bar in percent; the limit stands at four fifths so that a breach has room to be seen. */
export function places(
  clock: Clock,
  span: Elapsed,
  now: number,
): { certain: number; possible: number; limit: number; predicted: [number, number] | null } {
  const full = clock.limit_min / 0.8
  const percent = (minutes: number) => Math.min(100, Math.max(0, (minutes / full) * 100))
  const plan = clock.predicted_stop && clock.t0 ? elapsed(clock.t0, clock.predicted_stop, now) : null
  return {
    certain: percent(span.least),
    possible: span.most === null ? 100 : percent(span.most),
    limit: 80,
    predicted: plan ? [percent(plan.least), percent(plan.most ?? plan.least)] : null,
  }
}
