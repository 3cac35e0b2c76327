/** What is known of a casualty on this phone: the site's rows and the entries made here, folded into one. Pure. */
import type { BoardRow, Id } from '../../api/types'
import { isUnsent, type Entry } from '../../outbox/machine'

/** Any command, by its fields: the fold reads what is there. */
export type Fields = Record<string, unknown> & { t: string }

export interface Said {
  event: Id
  at: string
  unsent: boolean
}
export interface Injury extends Said {
  kind: string
  region: string
  side: string | null
  face: string | null
}
export interface Intervention extends Said {
  code: string
  limb: string | null
  off: boolean
  text: string
}
export interface Vitals extends Said {
  values: Record<string, number | string>
}
export interface Tourniquet {
  limb: string | null
  on: string
  off: string | null
}

export interface Care {
  subject: Id
  row: BoardRow | null
  isReported: boolean
  tag: string
  triage: string | null
  scheme: string | null
  at: number
  injuryAt: { t: string; p: string } | null
  wellAt: string | null
  position: { lat: number; lon: number } | null
  mechanism: string | null
  affiliation: string | null
  child: boolean
  injuries: Injury[]
  interventions: Intervention[]
  vitals: Vitals[]
  tourniquets: Tourniquet[]
  allergies: string[]
  request: Id | null
  unsent: number
  rejected: number
  /** When this phone saw that somebody else took over; the site may not have heard of it. */
  passedOn: string | null
  /** Two values that nobody has decided between. */
  conflicts: number
}

export interface Rows {
  board?: BoardRow | undefined
  injuries?: Record<string, unknown>[]
  interventions?: Record<string, unknown>[]
  vitals?: Record<string, unknown>[]
  allergies?: Record<string, unknown>[]
}

const SIGNS = 'hr sbp dbp rr spo2 avpu gcs_e gcs_v gcs_m pain temp_c etco2 crt_s'.split(' ')
const text = (value: unknown): string | null => (typeof value === 'string' && value ? value : null)
const timeOf = (entry: Entry): string => entry.at?.t ?? entry.rec ?? new Date(entry.queued_at).toISOString()
const byTime = (a: Said, b: Said): number => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.event < b.event ? -1 : 1)

/** Entries that their author has taken back: those entered in error count as if they had never been made. */
export function standing(entries: readonly Entry[]): Entry[] {
  const gone = new Set(
    entries
      .map(({ command }) => command as unknown as Fields)
      .filter(({ t }) => t === 'casualty.enter_in_error')
      .map(({ event }) => event),
  )
  return entries.filter((entry) => !gone.has(entry.id) && !gone.has(entry.reply?.events?.[0] ?? ''))
}

const injury = (fields: Record<string, unknown>, said: Said): Injury => ({
  ...said,
  kind: String(fields.kind),
  region: String(fields.region),
  side: text(fields.side),
  face: text(fields.face),
})

const intervention = (fields: Record<string, unknown>, said: Said): Intervention => ({
  ...said,
  code: String(fields.code),
  limb: text(fields.limb),
  off: fields.off === true,
  text: given(fields),
})

/** Drug, blood or fluid, as it was given. */
function given(fields: Record<string, unknown>): string {
  const what = (fields.drug ?? fields.blood ?? fields.fluid) as Record<string, unknown> | null | undefined
  if (!what) return text(fields.device) ?? ''
  const amount = what.dose ? `${String(what.dose)} ${String(what.unit ?? '')}` : what.ml ? `${String(what.ml)} ml` : ''
  return [what.name ?? what.product, amount, what.route].filter(Boolean).join(' ').replace(/\s+/g, ' ')
}

const vitals = (fields: Record<string, unknown>, said: Said): Vitals => ({
  ...said,
  values: Object.fromEntries(
    SIGNS.filter((name) => fields[name] !== null && fields[name] !== undefined).map((name) => [
      name,
      fields[name] as number | string,
    ]),
  ),
})

function list<T extends Said>(
  make: (fields: Record<string, unknown>, said: Said) => T,
  rows: readonly Record<string, unknown>[],
  entries: readonly Entry[],
  gone: ReadonlySet<string>,
): T[] {
  const found = new Map<string, T>()
  for (const entry of entries)
    found.set(
      entry.id,
      make(entry.command as unknown as Fields, { event: entry.id, at: timeOf(entry), unsent: isUnsent(entry) }),
    )
  for (const row of rows) {
    const event = String(row.event)
    if (!gone.has(event)) found.set(event, make(row, { event, at: String(row.at), unsent: false }))
  }
  return [...found.values()].sort(byTime)
}

export function fold(subject: Id, all: readonly Entry[], rows: Rows, requests: readonly Entry[] = all): Care {
  const mine = all.filter((entry) => entry.subject === subject)
  const entries = standing(mine).filter((entry) => entry.state !== 'rejected')
  const of = (t: string) => entries.filter(({ command }) => command.t === t)
  const last = (t: string) => of(t).at(-1) as (Entry & { command: Fields }) | undefined
  const gone = new Set(
    mine.map(({ command }) => command as unknown as Fields).map(({ t, event }) => (t === 'casualty.enter_in_error' ? String(event) : '')),
  )
  const board = rows.board ?? null
  const newer = (t: string): Fields | null => {
    const entry = last(t)
    return entry && (isUnsent(entry) || !board || missing(board, t)) ? entry.command : null
  }
  // Refused, it still is somebody hurt.
  const report = mine.find(({ command }) => command.t === 'casualty.report_casualty') as (Entry & { command: Fields }) | undefined
  const sorted = newer('casualty.assign_triage')
  const times = of('casualty.estimate_injury_time') as (Entry & { command: Fields })[]
  const injured = times.filter(({ command }) => !command.last_known_well).at(-1)
  const well = times.filter(({ command }) => command.last_known_well).at(-1)
  const taken = last('casualty.accept_custody')
  const details = [...of('casualty.report_casualty'), ...of('casualty.record_details')].map(
    ({ command }) => command as unknown as Fields,
  )
  const interventions = list(intervention, rows.interventions ?? [], of('casualty.record_intervention'), gone)
  const place = (last('casualty.locate_casualty')?.command.position ?? board?.position ?? null) as Care['position']
  const asked = requests.find(
    ({ command }) =>
      command.t === 'casualty.request_evacuation' && ((command as unknown as Fields).casualties as Id[])?.includes(subject),
  )
  return {
    subject,
    row: board,
    isReported: Boolean(report || board),
    tag: board?.tag || text(report?.command.tag) || '',
    triage: text(sorted?.category) ?? board?.triage ?? null,
    scheme: text(sorted?.scheme) ?? board?.scheme ?? null,
    at: (board && Date.parse(board.reported_at)) || report?.queued_at || 0,
    injuryAt: injured ? { t: timeOf(injured), p: injured.at?.p ?? 'EXACT' } : null,
    wellAt: well ? timeOf(well) : null,
    position: place,
    mechanism: text(last('casualty.report_mist')?.command.mechanism) ?? text(of('casualty.record_injury').map(({ command }) => (command as unknown as Fields).mechanism).filter(Boolean).at(-1)),
    affiliation: text(details.map(({ affiliation }) => affiliation).filter(Boolean).at(-1)) ?? board?.affiliation ?? null,
    child: details.some(({ child }) => child === true) || board?.child === true,
    injuries: list(injury, rows.injuries ?? [], of('casualty.record_injury'), gone),
    interventions,
    vitals: list(vitals, rows.vitals ?? [], of('casualty.record_vitals'), gone),
    tourniquets: tourniquets(interventions),
    allergies: [
      ...new Set([
        ...(rows.allergies ?? []).map(({ substance }) => String(substance)),
        ...of('casualty.assert_allergy').map(({ command }) => String((command as unknown as Fields).substance)),
      ]),
    ],
    request: board?.request?.subject ?? text((asked?.command as Fields | undefined)?.request),
    passedOn: taken?.command.proof ? timeOf(taken) : null,
    unsent: mine.filter(isUnsent).length,
    rejected: mine.filter((entry) => entry.state === 'rejected').length,
    conflicts: board?.conflicts.length ?? 0,
  }
}

/** What the site's row does not say yet, the answered entry still says. */
const missing = (board: BoardRow, t: string): boolean => t === 'casualty.assign_triage' && board.triage === null

/** Whether somebody else has the casualty in hands, and since when. */
export function heldElsewhere({ row, passedOn }: Care, user: Id): { role: string | null; since: string } | null {
  if (row?.holder && row.holder !== user) return { role: row.holder_role, since: row.holder_since ?? row.reported_at }
  return passedOn ? { role: null, since: passedOn } : null
}

/** A tourniquet is on from its time until one is taken off the same limb. */
export function tourniquets(interventions: readonly Intervention[]): Tourniquet[] {
  const found: Tourniquet[] = []
  for (const { code, limb, off, at } of interventions) {
    if (code !== 'TQ') continue
    if (!off) found.push({ limb, on: at, off: null })
    else for (const each of found) if (each.limb === limb && each.off === null) each.off = at
  }
  return found
}

/** The longest that any tourniquet is on, in minutes; null when none is. */
export function tourniquetAge(care: Care, now: number): number | null {
  const on = care.tourniquets.filter(({ off }) => off === null).map(({ on }) => Date.parse(on))
  return on.length ? Math.max(0, Math.floor((now - Math.min(...on)) / 60_000)) : null
}

/** The newest value of each sign, and when it was taken. */
export function lastSigns(care: Care): Record<string, { value: number | string; at: string }> {
  const found: Record<string, { value: number | string; at: string }> = {}
  for (const { values, at } of care.vitals) for (const [name, value] of Object.entries(values)) found[name] = { value, at }
  return found
}

/** Newest first: what the site lists and what is on this phone only. */
export function everyone(
  board: readonly BoardRow[],
  entries: readonly Entry[],
  rows: { injuries: Record<string, unknown>[]; interventions: Record<string, unknown>[]; vitals: Record<string, unknown>[] },
): Care[] {
  const subjects = new Set(board.map((row) => row.subject))
  for (const { command, subject } of standing(entries))
    if (command.t === 'casualty.report_casualty' && subject) subjects.add(subject)
  const about = (list: Record<string, unknown>[], subject: Id) => list.filter((row) => row.subject === subject)
  return [...subjects]
    .map((subject) =>
      fold(subject, entries, {
        board: board.find((row) => row.subject === subject),
        injuries: about(rows.injuries, subject),
        interventions: about(rows.interventions, subject),
        vitals: about(rows.vitals, subject),
      }),
    )
    .sort((a, b) => b.at - a.at)
}
