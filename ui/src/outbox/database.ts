/** The one database of this browser. The disk is flushed before a write counts, so that a kill loses nothing said to be kept. */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb'
import type { Box } from './seal'
import type { Kept } from './store'
import type { VaultRecord } from './vault'

export interface Withdrawn {
  id: string
  user: string
  type: string
  reason: string
  at: number
}

interface Schema extends DBSchema {
  entries: { key: string; value: Kept }
  vaults: { key: string; value: VaultRecord }
  views: { key: string; value: { key: string; by: string; box: Box } }
  gone: { key: string; value: Withdrawn }
  meta: { key: string; value: unknown }
}

export type Name = StoreNames<Schema>

let opened: Promise<IDBPDatabase<Schema>> | undefined

export function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('dunant', 1, {
    upgrade(db) {
      db.createObjectStore('entries', { keyPath: 'id' })
      db.createObjectStore('vaults', { keyPath: 'id' })
      db.createObjectStore('views', { keyPath: 'key' })
      db.createObjectStore('gone', { keyPath: 'id' })
      db.createObjectStore('meta')
    },
    blocking: (_old, _new, event) => {
      ;(event.target as IDBDatabase).close()
      opened = undefined
    },
    // The storage was cleared, or the browser needed the space: the next call makes a new one.
    terminated: () => (opened = undefined),
  }).catch((error: unknown) => {
    opened = undefined
    throw error
  })
  return opened
}

export async function writing<N extends Name>(
  names: N[],
): Promise<IDBPTransaction<Schema, N[], 'readwrite'>> {
  const open = async () => (await database()).transaction(names, 'readwrite', { durability: 'strict' })
  try {
    return await open()
  } catch {
    // A connection that was closed under our feet.
    opened = undefined
    return open()
  }
}

export async function remembered<T>(key: string): Promise<T | undefined> {
  return (await (await database()).get('meta', key)) as T | undefined
}

export async function remember(key: string, value: unknown): Promise<void> {
  const work = await writing(['meta'])
  await Promise.all([work.objectStore('meta').put(value, key), work.done])
}
