/** The signs a phone asks for: how far one tap goes, and where an empty one begins. Ranges come with the policy. */
import type { Policy } from '../../api/types'

export interface Sign {
  name: string
  step: number
  start: number
  /** Asked of everybody; the rest is behind one more tap. */
  isFirst: boolean
}

export const SIGNS: Sign[] = [
  { name: 'hr', step: 5, start: 80, isFirst: true },
  { name: 'sbp', step: 5, start: 120, isFirst: true },
  { name: 'dbp', step: 5, start: 80, isFirst: false },
  { name: 'rr', step: 1, start: 16, isFirst: true },
  { name: 'spo2', step: 1, start: 97, isFirst: true },
  { name: 'pain', step: 1, start: 5, isFirst: true },
  { name: 'gcs_e', step: 1, start: 4, isFirst: false },
  { name: 'gcs_v', step: 1, start: 5, isFirst: false },
  { name: 'gcs_m', step: 1, start: 6, isFirst: false },
  { name: 'temp_c', step: 0.5, start: 37, isFirst: false },
  { name: 'crt_s', step: 1, start: 2, isFirst: false },
  { name: 'etco2', step: 1, start: 35, isFirst: false },
]

/** The first tap on an empty sign takes a usual value; the next ones step from there. */
export const stepped = (sign: Sign, value: number | null, way: 1 | -1): number =>
  value === null ? sign.start : Math.max(0, Math.round((value + way * sign.step) * 10) / 10)

/** The range that a value misses, or null when it fits or no range is known. */
export function outOfRange(policy: Policy | null, name: string, value: number): [number, number] | null {
  const range = policy?.care?.ranges[name]
  return range && Number.isFinite(value) && (value < range.low || value > range.high) ? [range.low, range.high] : null
}
