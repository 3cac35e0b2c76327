/** What is known about the link, as a pure reducer: connected or not since when, where to resume, which views moved. */
import type { LiveMessage } from './events'

export interface LinkState {
  link: 'connecting' | 'open' | 'lost' | 'signed_out'
  since: number
  cursor: string | null
  /** Raised for a view (or for all, under `*`) each time its rows may have changed. */
  generations: Record<string, number>
  subjects: Record<string, number>
}

export type LinkAction =
  | { kind: 'opened'; at: number }
  | { kind: 'lost'; at: number }
  | { kind: 'signed_out'; at: number }
  | { kind: 'message'; message: LiveMessage }

export const atStart = (at: number): LinkState => ({
  link: 'connecting',
  since: at,
  cursor: null,
  generations: {},
  subjects: {},
})

export function follow(state: LinkState, action: LinkAction): LinkState {
  switch (action.kind) {
    case 'opened':
      // After a gap everything is asked for again: unchanged views answer 304 and cost nothing.
      return {
        ...state,
        link: 'open',
        since: action.at,
        generations: state.link === 'lost' ? raise(state.generations, ['*']) : state.generations,
      }
    case 'lost':
      return state.link === 'lost' || state.link === 'signed_out' ? state : { ...state, link: 'lost', since: action.at }
    case 'signed_out':
      return { ...state, link: 'signed_out', since: action.at }
    case 'message':
      return take(state, action.message)
  }
}

function take(state: LinkState, message: LiveMessage): LinkState {
  const cursor = message.id ?? state.cursor
  if (message.event === 'reset') return { ...state, cursor: null, generations: raise(state.generations, ['*']) }
  if (message.event === 'signed_out') return { ...state, cursor, link: 'signed_out' }
  if (message.event !== 'change') return { ...state, cursor }
  const change = JSON.parse(message.data) as { subject: string; views?: string[] }
  return {
    ...state,
    cursor,
    generations: raise(state.generations, change.views ?? ['*']),
    subjects: raise(state.subjects, [change.subject]),
  }
}

function raise(counts: Record<string, number>, names: string[]): Record<string, number> {
  const next = { ...counts }
  for (const name of names) next[name] = (next[name] ?? 0) + 1
  return next
}

export const generation = (state: LinkState, view: string, subject?: string): number =>
  (state.generations['*'] ?? 0) +
  (subject && view === 'timeline' ? (state.subjects[subject] ?? 0) : (state.generations[view] ?? 0))
