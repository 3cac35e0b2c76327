import { describe, expect, test } from 'vitest'
import { ApiError, NoAnswer } from '../src/api/client'
import type { Command, Envelope, Outcome } from '../src/api/types'
import { isSettled, nextBatch, step, type Entry } from '../src/outbox/machine'
import { Outbox } from '../src/outbox/outbox'
import { memoryStore } from '../src/outbox/store'
import { drainWhenOpen } from '../src/outbox/wake'

const aCommand = (category: 'T1' | 'T2' = 'T1'): Command => ({
  t: 'casualty.assign_triage',
  casualty: 's',
  category,
  scheme: 'SIEVE',
})

const anEntry = (id: string, fields: Partial<Entry> = {}): Entry => ({
  id,
  command: aCommand(),
  subject: 's',
  lane: 1,
  attempt: 0,
  state: 'waiting',
  reply: null,
  queued_at: 0,
  ...fields,
})

/** A small repeatable random source: a failing run can be named by its seed. */
function dice(seed: number): (sides: number) => number {
  let state = seed + 1
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * sides)
  }
}

describe('the life of an entry', () => {
  test('urgent lanes go first, the oldest first inside', () => {
    const entries = [
      anEntry('a', { queued_at: 2 }),
      anEntry('b', { queued_at: 1 }),
      anEntry('c', { lane: 0, queued_at: 3 }),
    ]
    expect(nextBatch(entries).map((entry) => entry.id)).toEqual(['c', 'b', 'a'])
  })
  test('only one list is under way at a time', () => {
    expect(nextBatch([anEntry('a', { state: 'sending' }), anEntry('b')])).toEqual([])
  })
  test('an answer that comes after the sending was given up still counts', () => {
    const lost = step(step([anEntry('a')], { kind: 'sent', ids: ['a'] }), { kind: 'lost', ids: ['a'] })
    expect(step(lost, { kind: 'answered', outcomes: [{ id: 'a', outcome: 'accepted' }] })[0]!.state).toBe('accepted')
  })
  test('a refused entry stays with its values until its author withdraws it', () => {
    const refused = step([anEntry('a', { state: 'sending' })], {
      kind: 'answered',
      outcomes: [{ id: 'a', outcome: 'rejected', code: 'casualty.closed' }],
    })
    expect(refused[0]).toMatchObject({
      state: 'rejected',
      command: { category: 'T1' },
      reply: { code: 'casualty.closed' },
    })
    expect(step(refused, { kind: 'withdrawn', id: 'a' })).toEqual([])
  })
  test('an entry on its way cannot be withdrawn', () => {
    expect(step([anEntry('a', { state: 'sending' })], { kind: 'withdrawn', id: 'a' })).toHaveLength(1)
  })
})

test('in any interleaving of sending, losing and answering, no entry is lost and none is answered twice', () => {
  for (let seed = 0; seed < 400; seed++) {
    const roll = dice(seed)
    let entries: Entry[] = []
    const answers = new Map<string, string>()
    for (let turn = 0; turn < 60; turn++) {
      const ids = entries.filter(() => roll(2) === 0).map((entry) => entry.id)
      const what = roll(5)
      if (what === 0)
        entries = step(entries, { kind: 'added', entry: anEntry(`e${roll(12)}`, { lane: roll(3), queued_at: turn }) })
      if (what === 1) entries = step(entries, { kind: 'sent', ids: nextBatch(entries).map((entry) => entry.id) })
      if (what === 2) entries = step(entries, { kind: 'lost', ids })
      if (what >= 3) {
        const outcomes = ids.map((id): Outcome => ({
          id,
          outcome: (['accepted', 'duplicate', 'rejected'] as const)[roll(3)]!,
        }))
        const before = entries
        entries = step(entries, { kind: 'answered', outcomes })
        for (const entry of before)
          if (isSettled(entry)) expect(entries.find((each) => each.id === entry.id)).toBe(entry)
      }
      for (const entry of entries) {
        if (answers.has(entry.id)) expect(entry.state, `seed ${seed}`).toBe(answers.get(entry.id))
        else if (isSettled(entry)) answers.set(entry.id, entry.state)
      }
      expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length)
    }
    for (const id of answers.keys()) expect(entries.some((entry) => entry.id === id)).toBe(true)
  }
})

describe('the outbox against a bad link', () => {
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

  test('each entry reaches a server that loses requests and answers, once in effect', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const roll = dice(seed)
      const recorded = new Map<string, number>()
      const outbox = new Outbox(
        async (list: Envelope[]) => {
          if (roll(3) === 0) throw new NoAnswer('lost on the way there')
          const outcomes = list.map(({ id }): Outcome => ({ id, outcome: recorded.has(id) ? 'duplicate' : 'accepted' }))
          for (const { id } of list) recorded.set(id, (recorded.get(id) ?? 0) + 1)
          if (roll(3) === 0) throw new NoAnswer('lost on the way back')
          return outcomes
        },
        memoryStore(),
        () => 1_700_000_000_000,
      )
      const ids = Array.from({ length: 5 }, () => outbox.record(aCommand()))
      for (let turn = 0; turn < 30 && outbox.entries.some((entry) => !isSettled(entry)); turn++) {
        await settle()
        await outbox.drain()
      }
      expect(outbox.entries.every(isSettled), `seed ${seed}`).toBe(true)
      expect([...recorded.keys()].sort()).toEqual([...ids].sort())
    }
  })

  test('when a list is refused for one of its entries only that one stays behind', async () => {
    let isUp = false
    const outbox = new Outbox(
      async (list) => {
        if (!isUp) throw new NoAnswer('down')
        if (list.some((each) => 'category' in each.command && each.command.category === 'T2'))
          throw new ApiError(422, 'command.invalid', { field: 'category' })
        return list.map(({ id }): Outcome => ({ id, outcome: 'accepted' }))
      },
      memoryStore(),
      () => 1_700_000_000_000,
    )
    for (const category of ['T1', 'T2', 'T1'] as const) outbox.record(aCommand(category))
    await settle()
    expect(outbox.entries.map((entry) => entry.state)).toEqual(['waiting', 'waiting', 'waiting'])
    isUp = true
    await outbox.drain()
    expect(outbox.entries.map((entry) => entry.state)).toEqual(['accepted', 'rejected', 'accepted'])
    expect(outbox.entries[1]!.reply).toMatchObject({ code: 'command.invalid', params: { field: 'category' } })
  })

  test('being signed out or throttled is no verdict on the entry', async () => {
    for (const status of [401, 403, 429, 500, 503]) {
      const outbox = new Outbox(
        async () => Promise.reject(new ApiError(status, 'any')),
        memoryStore(),
        () => 1_700_000_000_000,
      )
      outbox.record(aCommand())
      await settle()
      expect(outbox.entries[0]!.state).toBe('waiting')
    }
  })

  test('the same id goes out at every attempt, with the grant of its author', async () => {
    const sent: Envelope[] = []
    const outbox = new Outbox(
      async (list) => {
        sent.push(...list)
        if (sent.length < 3) throw new NoAnswer('down')
        return list.map(({ id }): Outcome => ({ id, outcome: 'accepted' }))
      },
      memoryStore(),
      () => 1_700_000_000_000,
    )
    await outbox.start('grant of medic A')
    outbox.record(aCommand())
    for (let turn = 0; turn < 3; turn++) {
      await settle()
      await outbox.drain()
    }
    outbox.stop()
    expect(new Set(sent.map((each) => each.id)).size).toBe(1)
    expect(sent.every((each) => each.author_proof === 'grant of medic A')).toBe(true)
  })

  test('what a store still holds is sent after a restart', async () => {
    const store = memoryStore()
    await store.put(anEntry('a', { state: 'sending' }))
    const sent: string[] = []
    const outbox = new Outbox(
      async (list) => list.map(({ id }): Outcome => (sent.push(id), { id, outcome: 'accepted' })),
      store,
    )
    await outbox.start('')
    await settle()
    outbox.stop()
    expect(sent).toEqual(['a'])
  })
})

test('the return of the link sends at once, and only its return does', () => {
  let link: 'open' | 'lost' = 'open'
  let drained = 0
  const listeners: (() => void)[] = []
  const set = (next: 'open' | 'lost') => {
    link = next
    listeners.forEach((listener) => listener())
  }
  drainWhenOpen(
    { drain: async () => void drained++ },
    (listener) => (listeners.push(listener), () => undefined),
    () => ({ link }),
  )
  set('open')
  set('lost')
  expect(drained).toBe(0)
  set('open')
  set('open')
  expect(drained).toBe(1)
})

test('what never left is taken back without a trace, what may have left is corrected', async () => {
  const sent: Envelope[] = []
  let isUp = false
  const outbox = new Outbox(
    async (list) => {
      if (!isUp) throw new NoAnswer('down')
      sent.push(...list)
      return list.map(({ id }): Outcome => ({ id, outcome: 'accepted', events: [`event of ${id}`] }))
    },
    memoryStore(),
    () => 1_700_000_000_000,
  )
  const tried = outbox.record(aCommand(), { subject: 's' })
  await new Promise((resolve) => setTimeout(resolve, 0))
  outbox.undo(tried)
  expect(outbox.entries.map((entry) => entry.command.t)).toEqual(['casualty.assign_triage', 'casualty.enter_in_error'])
  await new Promise((resolve) => setTimeout(resolve, 0))
  isUp = true
  await outbox.drain()
  expect(sent.map((each) => ('event' in each.command ? each.command.event : undefined))).toEqual([undefined, tried])
  expect(step([anEntry('fresh')], { kind: 'undone', id: 'fresh' })).toEqual([])
})
