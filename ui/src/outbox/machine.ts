/** The life of a command on its way out, as a pure function: waiting → sending → accepted | duplicate | rejected. */
import type { Envelope, Id, Outcome } from '../api/types'

export type EntryState = 'waiting' | 'sending' | 'accepted' | 'duplicate' | 'rejected'

/** What must be known of an entry to pass it on; the rest may be sealed. */
export interface Passing {
  id: Id
  lane: number
  attempt: number
  state: EntryState
  reply: Outcome | null
  queued_at: number
}

/** An entry as its author reads it. */
export interface Entry extends Envelope, Passing {
  subject: Id | null
}

export type OutboxAction<T extends Passing = Entry> =
  | { kind: 'added'; entry: T }
  | { kind: 'sent'; ids: Id[] }
  | { kind: 'lost'; ids: Id[] }
  | { kind: 'answered'; outcomes: Outcome[] }
  | { kind: 'withdrawn'; id: Id }
  | { kind: 'undone'; id: Id }
  | { kind: 'forgotten'; ids: Id[] }

export function step<T extends Passing>(entries: readonly T[], action: OutboxAction<T>): T[] {
  switch (action.kind) {
    case 'added':
      return entries.some((entry) => entry.id === action.entry.id) ? [...entries] : [...entries, action.entry]
    case 'sent':
      return change(entries, action.ids, 'waiting', (entry) => ({
        ...entry,
        state: 'sending',
        attempt: entry.attempt + 1,
      }))
    case 'lost':
      return change(entries, action.ids, 'sending', (entry) => ({ ...entry, state: 'waiting' }))
    case 'answered':
      return entries.map((entry) => answer(entry, action.outcomes))
    case 'withdrawn':
      // Only a refused entry may be given up by hand; one on its way may already be on record.
      return entries.filter((entry) => entry.id !== action.id || entry.state !== 'rejected')
    case 'undone':
      return entries.filter((entry) => entry.id !== action.id || hasLeft(entry))
    case 'forgotten':
      return entries.filter((entry) => !action.ids.includes(entry.id) || !isDone(entry))
  }
}

/** The entries that an action can touch: what a store has to look up. */
export function touched<T extends Passing>(action: OutboxAction<T>): Id[] {
  switch (action.kind) {
    case 'added':
      return [action.entry.id]
    case 'answered':
      return action.outcomes.map((outcome) => outcome.id)
    case 'withdrawn':
    case 'undone':
      return [action.id]
    default:
      return action.ids
  }
}

function answer<T extends Passing>(entry: T, outcomes: Outcome[]): T {
  const outcome = outcomes.find((each) => each.id === entry.id)
  // An answer to an earlier sending may arrive after we gave it up for lost; it is still the answer.
  if (!outcome || isSettled(entry)) return entry
  return { ...entry, state: outcome.outcome, reply: outcome }
}

function change<T extends Passing>(entries: readonly T[], ids: Id[], from: EntryState, to: (entry: T) => T): T[] {
  return entries.map((entry) => (entry.state === from && ids.includes(entry.id) ? to(entry) : entry))
}

/** Once tried, an entry may be on record even if no answer came back. */
export const hasLeft = (entry: Passing): boolean => entry.state !== 'waiting' || entry.attempt > 0
/** On record at the site: nothing of it can be lost here any more. */
export const isDone = (entry: Passing): boolean => entry.state === 'accepted' || entry.state === 'duplicate'
export const isSettled = (entry: Passing): boolean => isDone(entry) || entry.state === 'rejected'
export const isUnsent = (entry: Passing): boolean => entry.state === 'waiting' || entry.state === 'sending'

/** What to send next: by lane, oldest first inside, never a second list while one is under way. */
export function nextBatch<T extends Passing>(entries: readonly T[], most = 50): T[] {
  if (entries.some((entry) => entry.state === 'sending')) return []
  return entries
    .filter((entry) => entry.state === 'waiting')
    .sort((a, b) => a.lane - b.lane || a.queued_at - b.queued_at || (a.id < b.id ? -1 : 1))
    .slice(0, most)
}
