/** A form as the policy lays it out: what stands on it already, whether its sums agree, and what it lacks to launch. Pure. */
import type { Care } from '../care/fold'
import type { FormShape } from '../radio'

export type Lines = Record<string, unknown>
export interface FormLayout extends FormShape {
  about: string
  dialects: readonly string[]
  launch_min_fields: readonly (readonly string[])[]
}

/** Triage category → precedence, from the policy. */
export type Precedences = Record<string, string>

const LYING = ['T1', 'T2', 'T4']

/** What is known of the patients, as lines. */
export function prefilled(patients: readonly Care[], precedences: Precedences, known: { title?: string | null }): Lines {
  const counts: Record<string, number> = {}
  const nationality: Record<string, number> = {}
  let litter = 0
  for (const { triage, affiliation, child } of patients) {
    const code = precedences[triage ?? '']
    if (code) counts[code] = (counts[code] ?? 0) + 1
    const who = child ? 'child' : affiliation
    if (who) nationality[who] = (nationality[who] ?? 0) + 1
    if (LYING.includes(triage ?? '')) litter += 1
  }
  return {
    ...(known.title ? { title: known.title } : {}),
    ...(Object.keys(counts).length ? { counts } : {}),
    ...(Object.keys(nationality).length ? { nationality } : {}),
    ...(patients.length ? { litter, ambulatory: patients.length - litter } : {}),
  }
}

const sum = (value: unknown): number | null =>
  value && typeof value === 'object' ? Object.values(value).reduce((total: number, each) => total + Number(each), 0) : null

/** How many patients each line speaks of, where they do not agree. Shown, and never in the way. */
export function mismatch(lines: Lines, patients: number): { line: 'patients' | 'counts' | 'beds' | 'nationality'; count: number }[] {
  const beds = lines.litter === undefined && lines.ambulatory === undefined ? null : Number(lines.litter ?? 0) + Number(lines.ambulatory ?? 0)
  const said = [
    { line: 'patients' as const, count: patients || null },
    { line: 'counts' as const, count: sum(lines.counts) },
    { line: 'beds' as const, count: beds },
    { line: 'nationality' as const, count: sum(lines.nationality) },
  ].filter((each): each is { line: 'patients' | 'counts' | 'beds' | 'nationality'; count: number } => each.count !== null)
  return new Set(said.map(({ count }) => count)).size > 1 ? said : []
}

const isSaid = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && (typeof value !== 'object' || Object.keys(value).length > 0)

/** Numbers of the lines that still stand between this form and a launch. */
export function lacking(form: FormLayout, lines: Lines, pickup: unknown): string[] {
  const has = (name: string) => isSaid(name === 'pickup' ? pickup : lines[name])
  const open = form.launch_min_fields.filter((group) => !group.some(has))
  const numbers = open.map((group) => form.line.find(({ fields }) => fields.some(({ name }) => group.includes(name)))?.number ?? '')
  return [...new Set(numbers.filter(Boolean))]
}

/** Only what was said travels. */
export const said = (lines: Lines): Lines => Object.fromEntries(Object.entries(lines).filter(([name, value]) => name !== 'pickup' && isSaid(value)))

/** What of a referral may reach only those who treat travels apart from the lines that everybody of the evacuation reads. */
const APART = ['diagnosis_class', 'reason', 'escort', 'equipment', 'isolation', 'fit_to_fly', 'receiving', 'cost_ref', 'authority_ref', 'valid_until']

export function parted(form: string, lines: Lines): { lines: Lines; referral?: Lines } {
  const all = said(lines)
  if (form !== 'REFERRAL') return { lines: all }
  const pick = (isApart: boolean) => Object.fromEntries(Object.entries(all).filter(([name]) => APART.includes(name) === isApart))
  return { lines: pick(false), referral: pick(true) }
}
