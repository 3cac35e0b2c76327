/** One sender at a time across tabs. The server counts each entry once whatever happens here; this saves the link. */
import { uuid7 } from '../api/ids'
import { writing } from './database'

/** Runs the work if nobody else is at it, and says whether it did. */
export type Alone = (work: () => Promise<void>) => Promise<boolean>

const NAME = 'dunant-outbox'
const LEASE_MS = 120_000

export const always: Alone = async (work) => {
  await work()
  return true
}

export function oneSender(): Alone {
  return navigator.locks ? byLock : byLease
}

const byLock: Alone = (work) =>
  navigator.locks.request(NAME, { ifAvailable: true }, async (lock) => {
    if (lock) await work()
    return lock !== null
  })

interface Lease {
  holder: string
  until: number
}
const holder = uuid7()

/** For browsers without locks: a lease in the database, taken only when nobody's is running. */
const byLease: Alone = async (work) => {
  if (!(await lease(Date.now() + LEASE_MS))) return false
  try {
    await work()
  } finally {
    await lease(0)
  }
  return true
}

async function lease(until: number): Promise<boolean> {
  const transaction = await writing(['meta'])
  const meta = transaction.objectStore('meta')
  const held = (await meta.get(NAME)) as Lease | undefined
  const isFree = !held || held.holder === holder || held.until < Date.now()
  await Promise.all([isFree ? meta.put({ holder, until } satisfies Lease, NAME) : null, transaction.done])
  return isFree
}
