/** What was recorded of a casualty taken over before its giver was heard: the site did not know it, and now it may. */
import type { BoardRow, Id } from '../../api/types'
import type { Entry } from '../../outbox/machine'
import { outbox } from '../../outbox/outbox'
import { known, lookUp, rowsOf } from '../own'

const UNKNOWN = 'casualty.not_found'

/** Refused entries about casualties of hand-over codes, oldest first, by casualty. */
export function waitingForGiver(entries: readonly Entry[], taken: ReadonlySet<Id>): Map<Id, Id[]> {
  const found = new Map<Id, Id[]>()
  for (const { id, subject, state, reply } of entries)
    if (state === 'rejected' && reply?.code === UNKNOWN && subject && taken.has(subject))
      found.set(subject, [...(found.get(subject) ?? []), id])
  return found
}

/** Sends them again once the site lists the casualty. */
export async function sendAgain(): Promise<void> {
  const taken = new Set(rowsOf<BoardRow>(known.now(), 'cards').map(({ subject }) => subject))
  for (const [subject, ids] of waitingForGiver(outbox.entries, taken)) {
    await lookUp(`board:${subject}`, 'board', { subject })
    if (rowsOf<BoardRow>(known.now(), `board:${subject}`).length) for (const id of ids) outbox.again(id)
  }
}
