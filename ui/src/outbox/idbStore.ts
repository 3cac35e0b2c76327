/** Entries in IndexedDB: they outlive a reload, a closed window and a killed browser. */
import { uuid7 } from '../api/ids'
import { database, writing } from './database'
import { touched } from './machine'
import { effect, type OutboxStore } from './store'

const BORN = 'born'

export const idbStore = (): OutboxStore => ({
  load: async () => (await database()).getAll('entries'),

  async apply(action) {
    const work = await writing(['entries'])
    const entries = work.objectStore('entries')
    const found = await Promise.all(touched(action).map((id) => entries.get(id)))
    const { put, remove } = effect(found.filter((entry) => entry !== undefined), action)
    await Promise.all([...put.map((entry) => entries.put(entry)), ...remove.map((id) => entries.delete(id)), work.done])
  },

  async born() {
    const work = await writing(['meta'])
    const meta = work.objectStore('meta')
    const born = ((await meta.get(BORN)) as string | undefined) ?? uuid7()
    await Promise.all([meta.put(born, BORN), work.done])
    return born
  },
})
