/** The one way out for everything a person records. Online it drains at once; offline it waits and tries again. */
import { ApiError, NoAnswer, sendCommands } from '../api/client'
import { uuid7 } from '../api/ids'
import type { Command, Envelope, Id, Outcome, When } from '../api/types'
import { reportLost } from '../live/link'
import { missionNow } from '../live/missionClock'
import { idbStore } from './idbStore'
import { hasLeft, isDone, isUnsent, nextBatch, step, type Entry, type OutboxAction } from './machine'
import { openJson, sealForSites, sealJson, type AuthorKey, type SealedEntry, type SiteKey } from './seal'
import { always, oneSender, type Alone } from './sender'
import { memoryStore, type Kept, type OutboxStore } from './store'
import { otherTabs, type Tabs } from './tabs'

const RETRY_MS = 30_000
/** Enough for the card of a casualty to stay whole until the site's own lists are here. */
const KEEP_SETTLED = 100

/** What leaves the device: an entry as its author made it, or sealed for the site. */
export type Outgoing = Envelope | { id: Id; sealed: SealedEntry }

/** Whoever is at the device now. `grant` is the proof that the following entries are theirs. */
export interface Author {
  user: Id
  grant: string
  /** Made from what only the author has; without it nothing is kept beyond this page. */
  key: Promise<AuthorKey | null>
  sites: SiteKey[]
}

export interface Recording {
  subject?: Id | null
  lane?: number
  at?: When
  base?: Id[]
}

interface Ports {
  send: (list: Outgoing[]) => Promise<Outcome[]>
  store: OutboxStore
  now: () => number
  onNoAnswer: () => void
  alone: Alone
  tabs: () => Tabs | null
}

/** `refused`: the browser would not write; `cleared`: what was kept has been deleted by somebody else. */
export type StorageState = 'well' | 'refused' | 'cleared'

export interface OutboxState {
  /** What the author at the device made and can read. */
  entries: Entry[]
  /** What others made, or what is locked. */
  closed: Kept[]
  storage: StorageState
  lastSent: number | null
}

type Content = Envelope & { subject: Id | null }

export class Outbox {
  private state: OutboxState = { entries: [], closed: [], storage: 'well', lastSent: null }
  private kept: Kept[] = []
  private readonly contents = new Map<Id, Content>()
  private readonly saving = new Map<Id, Promise<void>>()
  private readonly unsaved = new Set<Id>()
  private readonly listeners = new Set<() => void>()
  private readonly ports: Ports
  private author: Author | null = null
  private born: string | null = null
  private tabs: Tabs | null = null
  private writes: Promise<unknown> = Promise.resolve()
  private edits = 0
  private timer: ReturnType<typeof setInterval> | undefined
  private draining: Promise<void> | null = null
  private wanted = false

  constructor(ports: Partial<Ports> = {}) {
    this.ports = {
      send: sendCommands,
      store: memoryStore(),
      now: missionNow,
      onNoAnswer: () => undefined,
      alone: always,
      tabs: () => null,
      ...ports,
    }
  }

  get entries(): Entry[] {
    return this.state.entries
  }
  get lastSent(): number | null {
    return this.state.lastSent
  }

  /** Takes up what earlier pages left, and goes on sending it, whoever is or is not signed in. */
  async begin(): Promise<void> {
    this.timer ??= setInterval(() => void this.beat(), RETRY_MS)
    this.tabs ??= this.ports.tabs()
    this.tabs?.listen((isNew) => void this.reload().then(() => (isNew ? this.drain() : undefined)))
    await this.reload()
    void this.drain()
  }

  /** By which door entries leave. */
  sendBy(send: Ports['send']): void {
    this.ports.send = send
  }

  /** Somebody is at the device: their entries can be read, and new ones are theirs. */
  async enter(author: Author): Promise<void> {
    if (this.author && this.author.user !== author.user) this.leave()
    // A reload is not told the grant again; then the server takes the author from the session.
    const grant = author.grant || (this.author?.grant ?? '')
    this.author = { ...author, grant }
    await this.reload()
    void this.drain()
  }

  /** Locked or signed out. What waits stays, sealed for its author, and goes on leaving. */
  leave(): void {
    this.author = null
    this.contents.clear()
    this.publish()
  }

  stop(): void {
    clearInterval(this.timer)
    this.timer = undefined
    this.tabs?.close()
    this.tabs = null
  }

  record(command: Command, { subject = null, lane = 1, at, base }: Recording = {}): Id {
    const author = this.author
    if (!author) throw new Error('nobody is at the device')
    const now = this.ports.now()
    const content: Content = {
      id: uuid7(now),
      command,
      rec: new Date(now).toISOString(),
      author_proof: author.grant,
      at: at ?? { t: new Date(now).toISOString(), p: 'EXACT' },
      ...(base?.length ? { base } : {}),
      subject,
    }
    this.contents.set(content.id, content)
    this.add(content, author, lane, now)
    return content.id
  }

  /** Resolves when the entry is on the disk; rejects when the browser refused to keep it. */
  async saved(id: Id): Promise<void> {
    await this.saving.get(id)
    if (this.unsaved.has(id)) throw new Error('not kept')
  }

  /** A refused entry goes out again as a new command: its old id has been answered. */
  again(id: Id, edited?: Command): void {
    const entry = this.entries.find((each) => each.id === id)
    if (!entry || entry.state !== 'rejected') return
    this.record(edited ?? entry.command, {
      subject: entry.subject,
      lane: entry.lane,
      ...(entry.at ? { at: entry.at } : {}),
      ...(entry.base ? { base: entry.base } : {}),
    })
    this.withdraw(id)
  }

  withdraw(id: Id): void {
    void this.apply({ kind: 'withdrawn', id })
  }

  /** Takes back what never left; for the rest says that it was recorded in error. The fact of a command bears its id. */
  undo(id: Id): void {
    const entry = this.entries.find((each) => each.id === id)
    if (!entry) return
    void this.apply({ kind: 'undone', id })
    if (hasLeft(entry) && entry.subject)
      this.record(
        {
          t: 'casualty.enter_in_error',
          subject_id: entry.subject,
          event: entry.reply?.events?.[0] ?? id,
          reason: 'UNDO',
        },
        { subject: entry.subject, lane: entry.lane },
      )
  }

  drain(): Promise<void> {
    if (this.draining) {
      this.wanted = true
      return this.draining
    }
    this.wanted = false
    this.draining = this.ports
      .alone(() => this.sendAll())
      .catch(() => false)
      .then(() => {
        this.draining = null
        if (this.wanted) return this.drain()
      })
    return this.draining
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }
  snapshot = (): OutboxState => this.state

  // ── keeping ──

  private add(content: Content, author: Author, lane: number, now: number): void {
    const entry: Kept = {
      id: content.id,
      user: author.user,
      proven: author.grant !== '',
      by: null,
      own: null,
      sites: null,
      lane,
      attempt: 0,
      state: 'waiting',
      reply: null,
      queued_at: now,
    }
    this.kept = step(this.kept, { kind: 'added', entry })
    this.edits += 1
    this.publish()
    this.saving.set(entry.id, this.keep(entry, content, author))
    void this.drain()
  }

  private async keep(entry: Kept, content: Content, author: Author): Promise<void> {
    try {
      const key = await author.key.catch(() => null)
      const sealed: Kept = {
        ...entry,
        by: key?.id ?? null,
        own: key ? await sealJson(key.key, entry.id, content) : null,
        sites: key && author.sites.length ? await sealForSites(author.sites, entry.id, toWire(content)) : null,
      }
      // Taken back while it was being sealed.
      if (!this.kept.some((each) => each.id === entry.id)) return
      this.kept = this.kept.map((each) => (each.id === entry.id ? sealed : each))
      if (!isSealed(sealed)) throw new Error('no key to keep it under')
      await this.write({ kind: 'added', entry: sealed })
      this.tabs?.tell(true)
    } catch {
      this.unsaved.add(entry.id)
      this.warn('refused')
    } finally {
      this.saving.delete(entry.id)
    }
  }

  private async apply(action: OutboxAction<Kept>): Promise<void> {
    this.kept = step(this.kept, action)
    this.edits += 1
    for (const id of this.contents.keys()) if (!this.kept.some((entry) => entry.id === id)) this.contents.delete(id)
    this.publish()
    try {
      await this.write(action)
      this.tabs?.tell(false)
    } catch {
      this.warn('refused')
    }
  }

  /** One write after the other, so that a look at the store can wait for all of them. */
  private write(action: OutboxAction<Kept>): Promise<void> {
    const done = this.writes.then(() => this.ports.store.apply(action))
    this.writes = done.catch(() => undefined)
    return done
  }

  private async stored(): Promise<Kept[]> {
    for (;;) {
      const before = this.edits
      await this.writes
      const found = await this.ports.store.load()
      // What was found before an edit would undo it.
      if (before === this.edits) return found
    }
  }

  /** What the store holds is what counts; what it has lost and this page still knows is written again. */
  private async reload(): Promise<void> {
    try {
      const born = await this.ports.store.born()
      const wasCleared = this.born !== null && born !== this.born
      this.born = born
      const stored = await this.stored()
      const known = new Set(stored.map((entry) => entry.id))
      const here = this.kept.filter((entry) => !known.has(entry.id))
      const fresh = here.filter((entry) => this.saving.has(entry.id) || this.unsaved.has(entry.id))
      const again = wasCleared ? here.filter((entry) => !isDone(entry)) : fresh.filter((e) => this.unsaved.has(e.id))
      this.kept = [...stored, ...(wasCleared ? here : fresh)]
      for (const entry of again.filter(isSealed)) {
        await this.write({ kind: 'added', entry })
        this.unsaved.delete(entry.id)
      }
      if (wasCleared) this.warn('cleared')
      else if (this.unsaved.size === 0 && this.state.storage === 'refused') this.warn('well')
    } catch {
      this.warn('refused')
    }
    await this.open()
    this.publish()
  }

  /** Opens what the author at the device made. */
  private async open(): Promise<void> {
    const author = this.author
    const key = author ? await author.key.catch(() => null) : null
    if (!author || !key) return
    for (const entry of this.kept) {
      if (entry.user !== author.user || entry.by !== key.id || !entry.own || this.contents.has(entry.id)) continue
      const content = await openJson<Content>(key.key, entry.id, entry.own)
      if (content && this.author === author) this.contents.set(entry.id, content)
    }
  }

  private warn(storage: StorageState): void {
    this.state = { ...this.state, storage }
    this.publish()
  }

  /** The warning about cleared storage has been read. */
  noticed(): void {
    this.warn(this.unsaved.size ? 'refused' : 'well')
  }

  private publish(): void {
    const entries: Entry[] = []
    const closed: Kept[] = []
    for (const entry of this.kept) {
      const content = this.contents.get(entry.id)
      if (!content) closed.push(entry)
      else {
        const { id, lane, attempt, state, reply, queued_at } = entry
        entries.push({ ...content, id, lane, attempt, state, reply, queued_at })
      }
    }
    this.state = { ...this.state, entries, closed }
    for (const listener of this.listeners) listener()
  }

  // ── sending ──

  private async beat(): Promise<void> {
    await this.reload()
    if (this.kept.some(isUnsent)) await this.drain()
  }

  private async sendAll(): Promise<void> {
    // Kept first, sent second: an answer must find the entry where it will be looked for after a restart.
    while (this.saving.size) await Promise.all(this.saving.values())
    await this.reload()
    // Nobody else is sending, so whatever says so was given up by a page that is gone.
    const given = this.kept.filter((entry) => entry.state === 'sending').map((entry) => entry.id)
    if (given.length) await this.apply({ kind: 'lost', ids: given })
    for (let batch = this.next(); batch.length; batch = this.next()) {
      while (this.saving.size) await Promise.all(this.saving.values())
      if (!(await this.deliver(batch.map((entry) => entry.id)))) return
    }
  }

  private next(): Kept[] {
    return nextBatch(this.kept.filter((entry) => entry.state === 'sending' || this.canLeave(entry)))
  }

  /** With its own proof anybody may carry it; without one only its author's own session does. */
  private canLeave(entry: Kept): boolean {
    if (!entry.proven) return entry.user === this.author?.user && this.contents.has(entry.id)
    return this.contents.has(entry.id) || entry.sites !== null
  }

  private async deliver(ids: Id[]): Promise<boolean> {
    await this.apply({ kind: 'sent', ids })
    const list = ids.map((id) => this.outgoing(id)).filter((each) => each !== null)
    try {
      const outcomes = await this.ports.send(list)
      this.state = { ...this.state, lastSent: this.ports.now() }
      await this.answered(outcomes)
      await this.apply({ kind: 'lost', ids })
      return outcomes.length > 0
    } catch (error) {
      await this.apply({ kind: 'lost', ids })
      if (error instanceof NoAnswer) this.ports.onNoAnswer()
      if (!(error instanceof ApiError) || !isVerdict(error)) return false
      if (ids.length === 1) {
        await this.answered([{ id: ids[0]!, outcome: 'rejected', code: error.code, params: error.params }])
        return true
      }
      // The whole list was refused for one of its entries: each goes alone, so that only the bad one stays behind.
      for (const id of ids) if (!(await this.deliver([id]))) return false
      return true
    }
  }

  private outgoing(id: Id): Outgoing | null {
    const content = this.contents.get(id)
    if (content) return toWire(content)
    const sealed = this.kept.find((entry) => entry.id === id)?.sites
    return sealed ? { id, sealed } : null
  }

  private async answered(outcomes: Outcome[]): Promise<void> {
    await this.apply({ kind: 'answered', outcomes })
    for (const { id } of outcomes) this.unsaved.delete(id)
    // The author's last entries stay to be looked at; what others made has arrived and is nobody's business here.
    const done = this.kept.filter(isDone)
    const own = done.filter((entry) => entry.user === this.author?.user)
    const old = new Set(own.slice(0, Math.max(0, own.length - KEEP_SETTLED)))
    const ids = done.filter((entry) => !own.includes(entry) || old.has(entry)).map((entry) => entry.id)
    if (ids.length) await this.apply({ kind: 'forgotten', ids })
  }
}

/** A refusal of the content, not of the moment: signed out, throttled or a full disk say nothing about the entry. */
function isVerdict(error: ApiError): boolean {
  return [400, 404, 409, 413, 422].includes(error.status)
}

function toWire({ id, command, at, rec, base, author_proof }: Content): Envelope {
  return {
    id,
    command,
    ...(at ? { at } : {}),
    ...(rec ? { rec } : {}),
    ...(base ? { base } : {}),
    ...(author_proof ? { author_proof } : {}),
  }
}

/** Only what somebody can open again is worth keeping. */
const isSealed = (entry: Kept): boolean => entry.own !== null || entry.sites !== null

/** The outbox of this browser: one for all its tabs, for the desk and for the phone. */
export const outbox = new Outbox({
  store: idbStore(),
  onNoAnswer: reportLost,
  alone: (work) => oneSender()(work),
  tabs: otherTabs,
})
