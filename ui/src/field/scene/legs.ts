/** A transport step by step: what comes next, who is aboard, what room is left. Pure. */
import type { Entry } from '../../outbox/machine'
import { standing, type Fields } from '../care/fold'

export const STEPS = ['NOTIFIED', 'CREW_READY', 'LAUNCHED', 'ON_SCENE', 'PATIENT_LOADED', 'DEPARTED', 'ARRIVED', 'HANDED_OVER', 'RTB', 'AVAILABLE'] as const
export type Step = (typeof STEPS)[number]

/** Times of the steps: what the site knows, and over it what was stamped here. */
export function stamped(actual: Record<string, string>, entries: readonly Entry[], leg: string): Record<string, string> {
  const found = { ...actual }
  for (const { command, at, state, queued_at } of standing(entries)) {
    const fields = command as unknown as Fields
    if (fields.t === 'casualty.report_leg' && fields.leg === leg && state !== 'rejected')
      found[String(fields.state)] = at?.t ?? new Date(queued_at).toISOString()
  }
  return found
}

/** The step after the last one stamped; null when the transport is over. */
export function nextStep(times: Record<string, string>): Step | null {
  const last = STEPS.findLastIndex((step) => step in times)
  return STEPS[last + 1] ?? null
}

export interface Aboard {
  casualty: string
  place: string
}

/** Who is aboard now: as the site knows it, and what was loaded or unloaded here since. */
export function aboard(known: readonly Aboard[], entries: readonly Entry[], leg: string): Aboard[] {
  const found = new Map(known.map((each) => [each.casualty, each]))
  for (const { command, state } of standing(entries)) {
    const fields = command as unknown as Fields
    if (fields.leg !== leg || state === 'rejected') continue
    const casualty = String(fields.casualty)
    if (fields.t === 'casualty.load_casualty') found.set(casualty, { casualty, place: String(fields.place) })
    if (fields.t === 'casualty.unload_casualty') found.delete(casualty)
  }
  return [...found.values()]
}

/** Places left of a kind; null when nobody said how many there are. */
export const left = (of: number | null | undefined, place: string, taken: readonly Aboard[]): number | null =>
  of === null || of === undefined ? null : of - taken.filter((each) => each.place === place).length
