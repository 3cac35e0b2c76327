/** One's own casualties: as the site last knew them, and what is on this phone only, folded into one list. */
import { viewPage } from '../api/client'
import type { BoardRow, Id } from '../api/types'
import { missionNow } from '../live/missionClock'
import { database, writing } from '../outbox/database'
import { isUnsent, type Entry } from '../outbox/machine'
import { openJson, sealJson, type AuthorKey } from '../outbox/seal'
import { heard } from './reach'
import { noteRefusal } from './session'
import { signal } from './signal'

interface Known {
  rows: BoardRow[]
  asOf: string | null
}

export interface Casualty {
  subject: Id
  tag: string
  triage: string | null
  scheme: string | null
  at: number
  unsent: number
  rejected: number
}

const nothing: Known = { rows: [], asOf: null }
export const own = signal<Known>(nothing)
export const isUpdating = signal(false)
let at: { user: Id; key: AuthorKey; etag: string | null } | null = null

/** The kept copy at once, a newer one behind it. */
export async function showOwn(user: Id, key: AuthorKey): Promise<void> {
  at = { user, key, etag: null }
  const kept = await (await database()).get('views', user)
  const known = kept?.by === key.id ? await openJson<Known>(key.key, user, kept.box) : null
  if (known && at?.key === key) own.set(known)
  await refreshOwn()
}

export async function refreshOwn(): Promise<void> {
  const asking = at
  if (!asking) return
  isUpdating.set(true)
  try {
    const answer = await heard(viewPage('board', { author: asking.user, limit: 100 }, asking.etag))
    if (!answer || at !== asking) return
    asking.etag = answer.etag
    const known = { rows: answer.page.rows, asOf: answer.page.as_of }
    own.set(known)
    const box = await sealJson(asking.key.key, asking.user, known)
    const work = await writing(['views'])
    await Promise.all([work.objectStore('views').put({ key: asking.user, by: asking.key.id, box }), work.done])
  } catch (error) {
    noteRefusal(error)
  } finally {
    isUpdating.set(false)
  }
}

/** Locked: out of memory. Signed out: off the phone as well. */
export async function forgetOwn(signedOut?: { user: Id }): Promise<void> {
  at = null
  own.set(nothing)
  if (!signedOut) return
  const work = await writing(['views'])
  await Promise.all([work.objectStore('views').delete(signedOut.user), work.done])
}

/** Newest first. What waits here is newer than what the site knew. */
export function casualties(rows: readonly BoardRow[], entries: readonly Entry[]): Casualty[] {
  const found = new Map<Id, Casualty>()
  for (const row of rows)
    found.set(row.subject, {
      subject: row.subject,
      tag: row.tag,
      triage: row.triage,
      scheme: row.scheme,
      at: Date.parse(row.reported_at) || missionNow(),
      unsent: 0,
      rejected: 0,
    })
  for (const entry of entries) {
    const { command, subject } = entry
    if (!subject) continue
    if (command.t === 'casualty.report_casualty' && !found.has(subject))
      found.set(subject, {
        subject,
        tag: command.tag ?? '',
        triage: null,
        scheme: null,
        at: entry.queued_at,
        unsent: 0,
        rejected: 0,
      })
    const casualty = found.get(subject)
    if (!casualty) continue
    if (command.t === 'casualty.assign_triage' && (isUnsent(entry) || casualty.triage === null)) {
      casualty.triage = command.category
      casualty.scheme = command.scheme
    }
    if (isUnsent(entry)) casualty.unsent += 1
    if (entry.state === 'rejected') casualty.rejected += 1
  }
  return [...found.values()].sort((a, b) => b.at - a.at)
}
