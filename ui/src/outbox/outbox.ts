/** The one way out for everything a person records. Online it drains at once; offline it waits and tries again. */
import { ApiError, NoAnswer, sendCommands } from '../api/client'
import { uuid7 } from '../api/ids'
import type { Command, Envelope, Id, Outcome, When } from '../api/types'
import { reportLost } from '../live/link'
import { missionNow } from '../live/missionClock'
import { hasLeft, isSettled, nextBatch, step, type Entry, type OutboxAction } from './machine'
import { memoryStore, type OutboxStore } from './store'

const RETRY_MS = 30_000
const KEEP_SETTLED = 20

export interface Recording {
  subject?: Id | null
  lane?: number
  at?: When
  base?: Id[]
}

export class Outbox {
  entries: Entry[] = []
  lastSent: number | null = null
  private listeners = new Set<() => void>()
  private grant = ''
  private timer: ReturnType<typeof setInterval> | undefined

  constructor(
    private readonly send: (list: Envelope[]) => Promise<Outcome[]> = sendCommands,
    private readonly store: OutboxStore = memoryStore(),
    private readonly now: () => number = missionNow,
    private readonly onNoAnswer: () => void = () => undefined,
  ) {}

  /** The capture grant says whose work the following entries are, whoever is signed in when they leave. */
  async start(grant: string): Promise<void> {
    // A reload is not told the grant again; then the server takes the author from the session.
    this.grant = grant || this.grant
    for (const entry of await this.store.load())
      this.apply({ kind: 'added', entry: { ...entry, state: entry.state === 'sending' ? 'waiting' : entry.state } })
    this.timer ??= setInterval(() => void this.drain(), RETRY_MS)
    void this.drain()
  }

  stop(): void {
    clearInterval(this.timer)
    this.timer = undefined
  }

  record(command: Command, { subject = null, lane = 1, at, base }: Recording = {}): Id {
    const now = this.now()
    const entry: Entry = {
      id: uuid7(now),
      command,
      rec: new Date(now).toISOString(),
      author_proof: this.grant,
      at: at ?? { t: new Date(now).toISOString(), p: 'EXACT' },
      ...(base?.length ? { base } : {}),
      subject,
      lane,
      attempt: 0,
      state: 'waiting',
      reply: null,
      queued_at: now,
    }
    this.apply({ kind: 'added', entry })
    void this.drain()
    return entry.id
  }

  /** A refused entry goes out again as a new command: its old id has been answered. */
  again(id: Id): void {
    const entry = this.entries.find((each) => each.id === id)
    if (!entry || entry.state !== 'rejected') return
    this.withdraw(id)
    this.record(entry.command, {
      subject: entry.subject,
      lane: entry.lane,
      ...(entry.at ? { at: entry.at } : {}),
      ...(entry.base ? { base: entry.base } : {}),
    })
  }

  withdraw(id: Id): void {
    this.apply({ kind: 'withdrawn', id })
  }

  /** Takes back what never left; for the rest says that it was recorded in error. The fact of a command bears its id. */
  undo(id: Id): void {
    const entry = this.entries.find((each) => each.id === id)
    if (!entry) return
    this.apply({ kind: 'undone', id })
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

  async drain(): Promise<void> {
    for (let batch = nextBatch(this.entries); batch.length; batch = nextBatch(this.entries)) {
      if (!(await this.deliver(batch))) return
    }
  }

  private async deliver(batch: Entry[]): Promise<boolean> {
    const ids = batch.map((entry) => entry.id)
    this.apply({ kind: 'sent', ids })
    try {
      const outcomes = await this.send(batch.map(toWire))
      this.lastSent = this.now()
      this.apply({ kind: 'answered', outcomes })
      this.apply({ kind: 'lost', ids })
      return outcomes.length > 0
    } catch (error) {
      this.apply({ kind: 'lost', ids })
      if (error instanceof NoAnswer) this.onNoAnswer()
      if (!(error instanceof ApiError) || !isVerdict(error)) return false
      if (batch.length === 1) {
        this.apply({
          kind: 'answered',
          outcomes: [{ id: ids[0]!, outcome: 'rejected', code: error.code, params: error.params }],
        })
        return true
      }
      // The whole list was refused for one of its entries: each goes alone, so that only the bad one stays behind.
      for (const entry of batch) if (!(await this.deliver([entry]))) return false
      return true
    }
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }
  snapshot = (): Entry[] => this.entries

  private apply(action: OutboxAction): void {
    const before = new Map(this.entries.map((entry) => [entry.id, entry]))
    this.entries = trim(step(this.entries, action))
    for (const entry of this.entries) {
      if (before.get(entry.id) !== entry) void this.store.put(entry)
      before.delete(entry.id)
    }
    for (const id of before.keys()) void this.store.remove(id)
    for (const listener of this.listeners) listener()
  }
}

/** A refusal of the content, not of the moment: signed out, throttled or a full disk say nothing about the entry. */
function isVerdict(error: ApiError): boolean {
  return [400, 404, 409, 413, 422].includes(error.status)
}

function toWire({ id, command, at, rec, base, author_proof }: Entry): Envelope {
  return {
    id,
    command,
    ...(at ? { at } : {}),
    ...(rec ? { rec } : {}),
    ...(base ? { base } : {}),
    ...(author_proof ? { author_proof } : {}),
  }
}

function trim(entries: Entry[]): Entry[] {
  const done = entries.filter((entry) => isSettled(entry) && entry.state !== 'rejected')
  const old = new Set(done.slice(0, Math.max(0, done.length - KEEP_SETTLED)).map((entry) => entry.id))
  return entries.filter((entry) => !old.has(entry.id))
}

export const outbox = new Outbox(sendCommands, memoryStore(), missionNow, reportLost)
