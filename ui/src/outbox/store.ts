/** Where entries are kept, as sealed as they lie on the disk. The machine decides; a store only carries it out. */
import type { Id } from '../api/types'
import { step, touched, type OutboxAction, type Passing } from './machine'
import type { Box, SealedEntry } from './seal'

/** An entry as it is kept: who made it and where it stands can be read, what it says cannot. */
export interface Kept extends Passing {
  /** The author's pseudonym. */
  user: Id
  /** It carries its author's capture grant, so anybody may carry it to the site. */
  proven: boolean
  /** The key of the author that `own` is sealed with. */
  by: string | null
  own: Box | null
  sites: SealedEntry | null
}

export interface OutboxStore {
  load(): Promise<Kept[]>
  /** One step of the machine, whole or not at all, whatever other tabs are doing. */
  apply(action: OutboxAction<Kept>): Promise<void>
  /** A name given when the store was made; another one means that the storage has been cleared. */
  born(): Promise<string>
}

/** For tests, and for pages that cannot seal: it lasts as long as the page. */
export function memoryStore(): OutboxStore {
  let entries: Kept[] = []
  return {
    load: async () => entries,
    apply: async (action) => void (entries = step(entries, action)),
    born: async () => 'memory',
  }
}

/** What an action changes, from the records it touches: to write, and to remove. */
export function effect(before: Kept[], action: OutboxAction<Kept>): { put: Kept[]; remove: Id[] } {
  const after = step(before, action)
  return {
    put: after.filter((entry) => !before.includes(entry)),
    remove: touched(action).filter((id) => before.some((e) => e.id === id) && !after.some((e) => e.id === id)),
  }
}
