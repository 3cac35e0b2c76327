/** The life of a command on its way out, as a pure function: waiting → sending → accepted | duplicate | rejected. */
import type { Envelope, Id, Outcome } from '../api/types'

export type EntryState = 'waiting' | 'sending' | 'accepted' | 'duplicate' | 'rejected'

export interface Entry extends Envelope {
  subject: Id | null
  lane: number
  attempt: number
  state: EntryState
  reply: Outcome | null
  queued_at: number
}

export type OutboxAction =
  | { kind: 'added'; entry: Entry }
  | { kind: 'sent'; ids: Id[] }
  | { kind: 'lost'; ids: Id[] }
  | { kind: 'answered'; outcomes: Outcome[] }
  | { kind: 'withdrawn'; id: Id }
  | { kind: 'undone'; id: Id }

export function step(entries: readonly Entry[], action: OutboxAction): Entry[] {
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
  }
}

function answer(entry: Entry, outcomes: Outcome[]): Entry {
  const outcome = outcomes.find((each) => each.id === entry.id)
  // An answer to an earlier sending may arrive after we gave it up for lost; it is still the answer.
  if (!outcome || isSettled(entry)) return entry
  return { ...entry, state: outcome.outcome, reply: outcome }
}

function change(entries: readonly Entry[], ids: Id[], from: EntryState, to: (entry: Entry) => Entry): Entry[] {
  return entries.map((entry) => (entry.state === from && ids.includes(entry.id) ? to(entry) : entry))
}

/** Once tried, an entry may be on record even if no answer came back. */
export const hasLeft = (entry: Entry): boolean => entry.state !== 'waiting' || entry.attempt > 0
export const isSettled = (entry: Entry): boolean =>
  entry.state === 'accepted' || entry.state === 'duplicate' || entry.state === 'rejected'
export const isUnsent = (entry: Entry): boolean => entry.state === 'waiting' || entry.state === 'sending'

/** What to send next: by lane, oldest first inside, never a second list while one is under way. */
export function nextBatch(entries: readonly Entry[], most = 50): Entry[] {
  if (entries.some((entry) => entry.state === 'sending')) return []
  return entries
    .filter((entry) => entry.state === 'waiting')
    .sort((a, b) => a.lane - b.lane || a.queued_at - b.queued_at)
    .slice(0, most)
}
