import { describe, expect, test } from 'vitest'
import { ApiError, NoAnswer } from '../src/api/client'
import type { Command, Envelope, Outcome } from '../src/api/types'
import { isSettled, nextBatch, step, type Entry } from '../src/outbox/machine'
import { Outbox, type Author, type Outgoing } from '../src/outbox/outbox'
import { aesKey, randomBytes, toBase64, type AuthorKey } from '../src/outbox/seal'
import { memoryStore, type Kept, type OutboxStore } from '../src/outbox/store'
import { drainWhenOpen } from '../src/outbox/wake'

const aCommand = (category: 'T1' | 'T2' = 'T1'): Command => ({
  t: 'casualty.assign_triage',
  casualty: 's',
  category,
  scheme: 'SIEVE',
})

type Send = (list: Outgoing[]) => Promise<Outcome[]>

async function aKey(): Promise<AuthorKey> {
  return { id: 'key', key: await aesKey(randomBytes(32)) }
}

/** Somebody with a key of their own; the entries of a test are theirs. */
function someone(fields: Partial<Author> = {}): Author {
  return { user: 'medic-a', grant: 'grant of medic A', key: aKey(), sites: [], ...fields }
}

async function opened(send: Send, author = someone(), store: OutboxStore = memoryStore()): Promise<Outbox> {
  const outbox = new Outbox({ send, store, now: () => 1_700_000_000_000 })
  await outbox.enter(author)
  return outbox
}

const accepted = (list: Outgoing[]): Outcome[] => list.map(({ id }) => ({ id, outcome: 'accepted' }))

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

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))
const all = async (outbox: Outbox) => {
  await settle()
  await outbox.drain()
}
const plain = (list: Outgoing[]) => list.filter((each): each is Envelope => 'command' in each)

describe('the outbox against a bad link', () => {
  test('each entry reaches a server that loses requests and answers, once in effect', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const roll = dice(seed)
      const recorded = new Map<string, number>()
      const outbox = await opened(async (list) => {
        if (roll(3) === 0) throw new NoAnswer('lost on the way there')
        const outcomes = list.map(({ id }): Outcome => ({ id, outcome: recorded.has(id) ? 'duplicate' : 'accepted' }))
        for (const { id } of list) recorded.set(id, (recorded.get(id) ?? 0) + 1)
        if (roll(3) === 0) throw new NoAnswer('lost on the way back')
        return outcomes
      })
      const ids = Array.from({ length: 5 }, () => outbox.record(aCommand()))
      for (let turn = 0; turn < 30 && outbox.entries.some((entry) => !isSettled(entry)); turn++) await all(outbox)
      expect(outbox.entries.every(isSettled), `seed ${seed}`).toBe(true)
      expect([...recorded.keys()].sort()).toEqual([...ids].sort())
    }
  })

  test('when a list is refused for one of its entries only that one stays behind', async () => {
    let isUp = false
    const outbox = await opened(async (list) => {
      if (!isUp) throw new NoAnswer('down')
      if (plain(list).some((each) => 'category' in each.command && each.command.category === 'T2'))
        throw new ApiError(422, 'command.invalid', { field: 'category' })
      return accepted(list)
    })
    for (const category of ['T1', 'T2', 'T1'] as const) outbox.record(aCommand(category))
    await all(outbox)
    expect(outbox.entries.map((entry) => entry.state)).toEqual(['waiting', 'waiting', 'waiting'])
    isUp = true
    await outbox.drain()
    expect(outbox.entries.map((entry) => entry.state)).toEqual(['accepted', 'rejected', 'accepted'])
    expect(outbox.entries[1]!.reply).toMatchObject({ code: 'command.invalid', params: { field: 'category' } })
  })

  test('being signed out or throttled is no verdict on the entry', async () => {
    for (const status of [401, 403, 429, 500, 503]) {
      const outbox = await opened(async () => Promise.reject(new ApiError(status, 'any')))
      outbox.record(aCommand())
      await all(outbox)
      expect(outbox.entries[0]!.state).toBe('waiting')
    }
  })

  test('the same id goes out at every attempt, with the grant of its author', async () => {
    const sent: Envelope[] = []
    const outbox = await opened(async (list) => {
      sent.push(...plain(list))
      if (sent.length < 3) throw new NoAnswer('down')
      return accepted(list)
    })
    outbox.record(aCommand())
    for (let turn = 0; turn < 3; turn++) await all(outbox)
    expect(new Set(sent.map((each) => each.id)).size).toBe(1)
    expect(sent.every((each) => each.author_proof === 'grant of medic A')).toBe(true)
  })
})

describe('an outbox that is closed and opened again', () => {
  const SITE = { site: 'ALPHA', key: '00', public: '' }
  async function aSite() {
    const pair = (await crypto.subtle.generateKey('X25519', true, ['deriveBits'])) as CryptoKeyPair
    return { ...SITE, public: toBase64(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))) }
  }
  const never: Send = async () => Promise.reject(new NoAnswer('down'))

  test('what a page left, half sent, is sent by the next one while its author is away', async () => {
    const store = memoryStore()
    const author = someone({ sites: [await aSite()] })
    const first = await opened(never, author, store)
    const id = first.record(aCommand())
    await first.saved(id)
    await store.apply({ kind: 'sent', ids: [id] })

    const sent: Outgoing[] = []
    const next = new Outbox({ send: async (list) => (sent.push(...list), accepted(list)), store })
    await next.begin()
    await all(next)
    next.stop()
    expect(sent).toMatchObject([{ id, sealed: { v: 1, to: [{ site: 'ALPHA' }] } }])
    expect(JSON.stringify(sent)).not.toContain('assign_triage')
    expect(await store.load()).toEqual([])
  })

  test('nothing of an entry can be read in the store, and only its author reads it again', async () => {
    const store = memoryStore()
    const author = someone({ sites: [await aSite()] })
    const outbox = await opened(never, author, store)
    await outbox.saved(outbox.record(aCommand()))
    const [kept] = (await store.load()) as [Kept]
    for (const secret of ['assign_triage', 'SIEVE', 'grant of'])
      expect(new TextDecoder().decode(kept.own!.text) + JSON.stringify(kept)).not.toContain(secret)
    await all(outbox)
    outbox.leave()
    expect(outbox.snapshot()).toMatchObject({ entries: [], closed: [{ user: 'medic-a', state: 'waiting' }] })
    await outbox.enter(someone({ user: 'medic-b' }))
    expect(outbox.entries).toEqual([])
    await outbox.enter(author)
    expect(outbox.entries.map((entry) => entry.command)).toEqual([aCommand()])
  })

  test('the next medic sends what the first one left, and signs none of it', async () => {
    const store = memoryStore()
    const sites = [await aSite()]
    let isUp = false
    const sent: Outgoing[] = []
    const send: Send = async (list) => {
      if (!isUp) throw new NoAnswer('down')
      sent.push(...list)
      return accepted(list)
    }
    const outbox = await opened(send, someone({ sites }), store)
    const first = outbox.record(aCommand())
    await outbox.saved(first)
    outbox.leave()
    await outbox.enter(someone({ user: 'medic-b', grant: 'grant of medic B', sites }))
    const second = outbox.record(aCommand('T2'))
    isUp = true
    await all(outbox)
    expect(sent.map((each) => each.id).sort()).toEqual([first, second].sort())
    expect(plain(sent).map((each) => each.author_proof)).toEqual(['grant of medic B'])
  })

  test('an entry without proof waits for the session of its own author', async () => {
    const store = memoryStore()
    const first = await opened(never, someone({ grant: '', sites: [await aSite()] }), store)
    await first.saved(first.record(aCommand()))
    const sent: Outgoing[] = []
    const outbox = await opened(async (list) => (sent.push(...list), accepted(list)), someone({ user: 'medic-b' }), store)
    await all(outbox)
    expect(sent).toEqual([])
    expect(outbox.snapshot().closed).toHaveLength(1)
  })

  test('in any interleaving of entering, locking, losing, answering and restarting, each entry arrives once in effect', async () => {
    const sites = [await aSite()]
    for (let seed = 0; seed < 12; seed++) {
      const roll = dice(seed)
      const store = memoryStore()
      const server = new Map<string, string>()
      let isUp = true
      const send: Send = async (list) => {
        if (!isUp && roll(2)) throw new NoAnswer('there')
        const outcomes = list.map(({ id }): Outcome => ({ id, outcome: server.has(id) ? 'duplicate' : 'accepted' }))
        for (const each of list) server.set(each.id, 'command' in each ? each.author_proof! : (server.get(each.id) ?? 'sealed'))
        if (!isUp) throw new NoAnswer('back')
        return outcomes
      }
      const medics = ['a', 'b'].map((name) => someone({ user: name, grant: `grant ${name}`, key: keyOf(name), sites }))
      let outbox = new Outbox({ send, store })
      let at: Author | null = null
      const made = new Map<string, string>()
      for (let turn = 0; turn < 40; turn++) {
        const what = roll(7)
        if (what <= 2 && at) {
          const id = outbox.record(aCommand(), { lane: roll(2) })
          made.set(id, at.grant)
          await outbox.saved(id)
        }
        if (what === 3) outbox.leave()
        if (what === 3) at = null
        if (what === 4) await outbox.enter((at = medics[roll(2)]!))
        if (what === 5) isUp = !isUp
        if (what === 6) {
          await outbox.drain()
          outbox = new Outbox({ send, store })
          at = null
          await outbox.begin()
          outbox.stop()
        }
        if (roll(2)) await all(outbox)
      }
      isUp = true
      await all(outbox)
      await all(outbox)
      expect([...server.keys()].sort(), `seed ${seed}`).toEqual([...made.keys()].sort())
      for (const [id, grant] of server) if (grant !== 'sealed') expect(grant, `seed ${seed}`).toBe(made.get(id))
    }
  })
  const keys = new Map<string, Promise<AuthorKey>>()
  function keyOf(name: string): Promise<AuthorKey> {
    if (!keys.has(name)) keys.set(name, aKey().then((key) => ({ ...key, id: name })))
    return keys.get(name)!
  }
})

describe('a browser that does not keep', () => {
  test('a refused write is said, and the entry is still sent', async () => {
    const store: OutboxStore = {
      ...memoryStore(),
      apply: async () => Promise.reject(new DOMException('full', 'QuotaExceededError')),
    }
    let isUp = false
    const sent: Outgoing[] = []
    const send: Send = async (list) => {
      if (!isUp) throw new NoAnswer('down')
      sent.push(...list)
      return accepted(list)
    }
    const outbox = await opened(send, someone(), store)
    const id = outbox.record(aCommand())
    await expect(outbox.saved(id)).rejects.toThrow('not kept')
    expect(outbox.snapshot().storage).toBe('refused')
    isUp = true
    await all(outbox)
    expect(sent.map((each) => each.id)).toEqual([id])
  })

  test('storage that was cleared is said, and what this page still knows is written again', async () => {
    let store = memoryStore()
    let born = 'first'
    const port: OutboxStore = {
      load: () => store.load(),
      apply: (action) => store.apply(action),
      born: async () => born,
    }
    const outbox = await opened(async () => Promise.reject(new NoAnswer('down')), someone(), port)
    const id = outbox.record(aCommand())
    await outbox.saved(id)
    await all(outbox)
    store = memoryStore()
    born = 'second'
    await all(outbox)
    expect(outbox.snapshot().storage).toBe('cleared')
    expect((await store.load()).map((entry) => entry.id)).toEqual([id])
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
  const outbox = await opened(async (list) => {
    if (!isUp) throw new NoAnswer('down')
    sent.push(...plain(list))
    return list.map(({ id }): Outcome => ({ id, outcome: 'accepted', events: [`event of ${id}`] }))
  })
  const tried = outbox.record(aCommand(), { subject: 's' })
  await all(outbox)
  outbox.undo(tried)
  expect(outbox.entries.map((entry) => entry.command.t)).toEqual(['casualty.assign_triage', 'casualty.enter_in_error'])
  await all(outbox)
  isUp = true
  await outbox.drain()
  expect(sent.map((each) => ('event' in each.command ? each.command.event : undefined))).toEqual([undefined, tried])
  expect(step([anEntry('fresh')], { kind: 'undone', id: 'fresh' })).toEqual([])
})
