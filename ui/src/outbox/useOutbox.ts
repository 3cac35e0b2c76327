import { useSyncExternalStore } from 'react'
import { type Entry } from './machine'
import { outbox } from './outbox'

export const useOutbox = (): Entry[] => useSyncExternalStore(outbox.subscribe, outbox.snapshot)

export const useOwnEntries = (subject: string): Entry[] => useOutbox().filter((entry) => entry.subject === subject)
