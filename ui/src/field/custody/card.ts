/** What travels in a hand-over code of a casualty, and the rows a phone makes of it. Short names: it stands in a symbol. */
import type { BoardRow } from '../../api/types'
import type { Care, Injury, Intervention, Vitals } from '../care/fold'
import type { CardList } from '../own'

export interface CarriedCard {
  g: string | null
  s: string | null
  /** Time of injury, in minutes since 1970, as all times here. */
  i?: number
  m?: string
  a?: string
  k?: boolean
  /** Kind, region, side, face, minute. */
  j: [string, string, string, string, number][]
  /** Code, limb, off, text, minute. */
  t: [string, string, boolean, string, number][]
  v: [Record<string, number | string>, number][]
  l: string[]
}

const MINUTE = 60_000
const MOST_SETS = 3
const minute = (time: string): number => Math.floor(Date.parse(time) / MINUTE)
const time = (at: number): string => new Date(at * MINUTE).toISOString()

export const carried = (care: Care): CarriedCard => ({
  g: care.triage,
  s: care.scheme,
  ...(care.injuryAt ? { i: minute(care.injuryAt.t) } : {}),
  ...(care.mechanism ? { m: care.mechanism } : {}),
  ...(care.affiliation ? { a: care.affiliation } : {}),
  ...(care.child ? { k: true } : {}),
  j: care.injuries.map(({ kind, region, side, face, at }) => [kind, region, side ?? '', face ?? '', minute(at)]),
  t: care.interventions.map(({ code, limb, off, text, at }) => [code, limb ?? '', off, text, minute(at)]),
  v: care.vitals.slice(-MOST_SETS).map(({ values, at }) => [values, minute(at)]),
  l: care.allergies,
})

/** A card of a later version, or of somebody's making, may hold anything: what has not the shape is left out. */
export function readCard(said: Record<string, unknown> | undefined): CarriedCard {
  const list = <T>(value: unknown, length: number): T[] =>
    (Array.isArray(value) ? value : []).filter((each) => Array.isArray(each) && each.length >= length && typeof each.at(length - 1) === 'number') as T[]
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  return {
    g: text(said?.g),
    s: text(said?.s),
    ...(typeof said?.i === 'number' ? { i: said.i } : {}),
    ...(text(said?.m) ? { m: text(said?.m)! } : {}),
    ...(text(said?.a) ? { a: text(said?.a)! } : {}),
    ...(said?.k === true ? { k: true } : {}),
    j: list(said?.j, 5),
    t: list(said?.t, 5),
    v: list(said?.v, 2),
    l: (Array.isArray(said?.l) ? said.l : []).map(String),
  }
}

export const injuriesOf = (card: CarriedCard): Injury[] =>
  card.j.map(([kind, region, side, face, at], n) => ({ event: `card-j${n}`, at: time(at), unsent: false, kind, region, side: side || null, face: face || null }))
export const interventionsOf = (card: CarriedCard): Intervention[] =>
  card.t.map(([code, limb, off, text, at], n) => ({ event: `card-t${n}`, at: time(at), unsent: false, code, limb: limb || null, off, text }))
export const vitalsOf = (card: CarriedCard): Vitals[] => card.v.map(([values, at], n) => ({ event: `card-v${n}`, at: time(at), unsent: false, values }))

/** The lists of one casualty, in the shape in which a site tells them. */
export function rowsOfCard(subject: string, card: CarriedCard): Record<CardList, Record<string, unknown>[]> {
  const about = (rows: object[]): Record<string, unknown>[] => rows.map((row) => ({ ...row, subject }))
  return {
    injuries: about(injuriesOf(card)),
    interventions: about(interventionsOf(card).map(({ text, ...row }) => ({ ...row, device: text }))),
    vitals: about(vitalsOf(card).map(({ values, ...row }) => ({ ...row, ...values }))),
    allergies: card.l.map((substance, n) => ({ subject, event: `card-l${n}`, substance })),
  }
}

/** As much of a board row as a code says. */
export const boardRowOf = (subject: string, tag: string, card: CarriedCard, at: number, holder: string): BoardRow =>
  ({
    subject,
    tag,
    triage: card.g,
    scheme: card.s,
    affiliation: card.a ?? null,
    child: card.k === true,
    reported_at: card.i ? time(card.i) : new Date(at).toISOString(),
    conflicts: [],
    holder,
    request: null,
    position: null,
  }) as unknown as BoardRow
