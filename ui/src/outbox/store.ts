/** Where entries are kept. In memory today; a store that survives a reload has the same three verbs. */
import type { Entry } from './machine'

export interface OutboxStore {
  load(): Promise<Entry[]>
  put(entry: Entry): Promise<void>
  remove(id: string): Promise<void>
}

export function memoryStore(): OutboxStore {
  const entries = new Map<string, Entry>()
  return {
    load: async () => [...entries.values()],
    put: async (entry) => void entries.set(entry.id, entry),
    remove: async (id) => void entries.delete(id),
  }
}
