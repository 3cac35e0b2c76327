import { useSyncExternalStore } from 'react'
import { type Entry } from './machine'
import { outbox, type OutboxState } from './outbox'

export const useOutboxState = (): OutboxState => useSyncExternalStore(outbox.subscribe, outbox.snapshot)

/** What the author at the device made. */
export const useOutbox = (): Entry[] => useOutboxState().entries

export const useOwnEntries = (subject: string): Entry[] => useOutbox().filter((entry) => entry.subject === subject)
