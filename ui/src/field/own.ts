/** What the site last told this phone, kept sealed: one's own casualties and what belongs to them. */
import { ApiError, policy, viewPage, type Query } from '../api/client'
import type { BoardRow, Id, Me, Policy, RequestRow, ViewName } from '../api/types'
import { missionNow } from '../live/missionClock'
import { database, writing } from '../outbox/database'
import type { Entry } from '../outbox/machine'
import { openJson, sealJson, type AuthorKey } from '../outbox/seal'
import { heard } from './reach'
import { noteRefusal } from './session'
import { signal } from './signal'

export interface Page {
  rows: Record<string, unknown>[]
  asOf: string
  etag: string | null
}

export interface Known {
  pages: Record<string, Page>
  policy: Policy | null
  /** When the policy was fetched: with its six languages it is the largest of all, and it changes with a pack. */
  policyAt?: number
}

interface Wish {
  name: string
  query: Query
}

const POLICY_MS = 6 * 3_600_000
const nothing: Known = { pages: {}, policy: null }
export const known = signal<Known>(nothing)
export const isUpdating = signal(false)
let at: { me: Me; key: AuthorKey } | null = null
let refreshing: Promise<void> | null = null
let isWanted = false

/** What a phone asks for, in the order in which it is needed. */
const wishes = (me: Me): Record<string, Wish> => ({
  board: { name: 'board', query: { author: me.user, limit: 100 } },
  held: { name: 'board', query: { holder: me.user, limit: 100 } },
  requests: { name: 'requests', query: { limit: 100 } },
  interventions: { name: 'interventions', query: { limit: 400 } },
  vitals: { name: 'vitals', query: { limit: 200 } },
  injuries: { name: 'injuries', query: { limit: 200 } },
  allergies: { name: 'allergies', query: { limit: 100 } },
  postures: { name: 'postures', query: { limit: 5 } },
  legs: { name: 'legs', query: { limit: 50 } },
  incidents: { name: 'incidents', query: { limit: 20 } },
  facilities: { name: 'facilities', query: { limit: 50 } },
  assets: { name: 'assets', query: { limit: 50 } },
})

/** The kept copy at once, a newer one behind it. */
export async function showOwn(me: Me, key: AuthorKey): Promise<void> {
  at = { me, key }
  const kept = await (await database()).get('views', me.user)
  const opened = kept?.by === key.id ? await openJson<Known>(key.key, me.user, kept.box) : null
  if (opened?.pages && at?.key === key) known.set(opened)
  await refreshOwn()
}

/** What one's own records change; the rest is looked at every minute, for the sake of a thin link. */
const CHANGED_BY_US = ['board', 'held', 'requests', 'interventions', 'vitals', 'injuries', 'allergies', 'legs', 'incidents']

/** One look at a time; what was asked for during one may have missed it, and is looked for again. */
export function refreshOwn(only?: 'ours'): Promise<void> {
  if (refreshing) isWanted = true
  refreshing ??= refresh(only === 'ours' ? CHANGED_BY_US : null).finally(() => {
    refreshing = null
    if (!isWanted) return
    isWanted = false
    return refreshOwn('ours')
  })
  return refreshing
}

async function refresh(only: readonly string[] | null): Promise<void> {
  const asking = at
  if (!asking) return
  isUpdating.set(true)
  const { me } = asking
  try {
    let found = known.now()
    for (const [page, { name, query }] of Object.entries(wishes(me))) {
      if (only && !only.includes(page)) continue
      if (!me.permissions.includes(page === 'held' ? 'casualty.accept_custody' : `view.${name}`)) continue
      const fresh = await fetched(found, page, name, query)
      if (at !== asking) return
      if (fresh) known.set((found = { ...known.now(), pages: { ...known.now().pages, [page]: fresh } }))
      // The first page is what the screen shows; the lists that records are made with come next.
      if (page === 'board' && (!found.policy?.care || missionNow() - (found.policyAt ?? 0) > POLICY_MS)) {
        const latest = await heard(policy()).catch(() => null)
        if (latest) known.set((found = { ...known.now(), policy: latest, policyAt: missionNow() }))
      }
    }
    if (at === asking) await save()
  } catch (error) {
    noteRefusal(error)
  } finally {
    isUpdating.set(false)
  }
}

async function save(): Promise<void> {
  const asking = at
  if (!asking) return
  const box = await sealJson(asking.key.key, asking.me.user, known.now())
  const work = await writing(['views'])
  await Promise.all([work.objectStore('views').put({ key: asking.me.user, by: asking.key.id, box }), work.done])
}

/** A casualty taken over without a network: what the code said of it, until the site says more. */
export async function keepCard(row: BoardRow, lists: Record<CardList, Record<string, unknown>[]>): Promise<void> {
  const { pages } = known.now()
  const asOf = row.reported_at
  const added = (name: string, rows: Record<string, unknown>[]): Page => ({
    asOf,
    etag: null,
    rows: [...(pages[name]?.rows ?? []).filter(({ subject }) => subject !== row.subject), ...rows],
  })
  const cards = Object.fromEntries(CARD_LISTS.map((name) => [`card:${name}`, added(`card:${name}`, lists[name])]))
  known.set({
    ...known.now(),
    pages: { ...pages, ...cards, cards: added('cards', [row as unknown as Record<string, unknown>]) },
  })
  await save()
}

const CARD_LISTS = ['injuries', 'interventions', 'vitals', 'allergies'] as const
export type CardList = (typeof CARD_LISTS)[number]

/** One more page, for the screen that asks: kept beside the others. */
export async function lookUp(page: string, name: string, query: Query): Promise<void> {
  const asking = at
  try {
    const fresh = await fetched(known.now(), page, name, query)
    if (fresh && at === asking) known.set({ ...known.now(), pages: { ...known.now().pages, [page]: fresh } })
  } catch (error) {
    noteRefusal(error)
  }
}

/** A site that does not know one page still has the others; only the end of the session stops everything. */
function unlessEnded(error: unknown): null {
  if (error instanceof ApiError && error.status !== 401) return null
  throw error
}

/** A newer page, or null when there is none. */
async function fetched(found: Known, page: string, name: string, query: Query): Promise<Page | null> {
  const answer = await heard(viewPage(name as ViewName, query, found.pages[page]?.etag ?? null)).catch(unlessEnded)
  return answer && { rows: answer.page.rows as unknown as Page['rows'], asOf: answer.page.as_of, etag: answer.etag }
}

export const rowsOf = <Row>(from: Known, page: string): Row[] => (from.pages[page]?.rows ?? []) as Row[]

/** A clinical list: as the site says, and of whom it says nothing as the card of the hand-over said. */
export function clinicalRows(from: Known, page: CardList): Record<string, unknown>[] {
  const rows = rowsOf<Record<string, unknown>>(from, page)
  const told = new Set(rows.map(({ subject }) => subject))
  return [...rows, ...rowsOf<Record<string, unknown>>(from, `card:${page}`).filter(({ subject }) => !told.has(subject))]
}

/** Reported by the reader, or in the reader's custody; each once. */
export function ownRows(from: Known): BoardRow[] {
  const rows = [...rowsOf<BoardRow>(from, 'cards'), ...rowsOf<BoardRow>(from, 'board'), ...rowsOf<BoardRow>(from, 'held')]
  return [...new Map(rows.map((row) => [row.subject, row])).values()]
}

/** After how many minutes a tourniquet is spoken of, from the policy; the shortest first. */
export const reminders = ({ policy }: Known): number[] =>
  Object.entries(policy?.thresholds ?? {})
    .filter(([key, value]) => key.includes('tourniquet') && typeof value === 'number')
    .map(([, value]) => Number(value))
    .sort((a, b) => a - b)

export interface UnderWay {
  subject: Id
  tag: string
  /** The step the site last confirmed; null while the request is on this phone only. */
  status: string | null
  at: string
}

const OVER = ['COMPLETED', 'CANCELLED', 'DENIED', 'SUPERSEDED']

/** One's own requests that have not come to an end, the newest first. */
export function underWay(rows: readonly RequestRow[], entries: readonly Entry[], user: Id): UnderWay[] {
  const found = new Map<Id, UnderWay>()
  for (const { command, queued_at, state } of entries)
    if (command.t === 'casualty.request_evacuation' && state !== 'rejected')
      found.set(command.request, { subject: command.request, tag: '', status: null, at: new Date(queued_at).toISOString() })
  for (const { subject, tag, status, submitted_at, author } of rows)
    if (found.has(subject) || author === user)
      found.set(subject, { subject, tag: tag ?? '', status: status ?? null, at: submitted_at ?? '' })
  return [...found.values()].filter(({ status }) => !OVER.includes(status ?? '')).sort((a, b) => (a.at < b.at ? 1 : -1))
}

/** Locked: out of memory. Signed out: off the phone as well. */
export async function forgetOwn(signedOut?: { user: Id }): Promise<void> {
  at = null
  known.set(nothing)
  if (!signedOut) return
  const work = await writing(['views'])
  await Promise.all([work.objectStore('views').delete(signedOut.user), work.done])
}
