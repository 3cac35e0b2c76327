/** Keeps the one live stream open: resumes by cursor, waits longer after each failure, notices a silent line. */
import { useSyncExternalStore } from 'react'
import { ApiError, openLive } from '../api/client'
import type { MissionClock } from '../api/types'
import { makeParser } from './events'
import { atStart, follow, type LinkAction, type LinkState } from './linkState'
import { missionNow, setMissionClock } from './missionClock'

const SILENCE_MS = 40_000 // the server sends its clock every 15 s
const LONGEST_WAIT_MS = 15_000

let state: LinkState = atStart(missionNow())
const listeners = new Set<() => void>()
let stop: (() => void) | undefined
let wake: (() => void) | undefined
let stream = new AbortController()

function apply(action: LinkAction): void {
  const next = follow(state, action)
  if (next === state) return
  state = next
  for (const listener of listeners) listener()
}

export const linkNow = (): LinkState => state
export const onLink = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
export const useLink = <T>(pick: (state: LinkState) => T): T => useSyncExternalStore(onLink, () => pick(state))

/** A request that got no answer tells us about the link sooner than the stream does. */
export function reportLost(): void {
  apply({ kind: 'lost', at: missionNow() })
  // The stream may hang half open; a fresh one proves that the link is back.
  stream.abort()
}

export function startLink(): () => void {
  stop?.()
  let running = true
  state = atStart(missionNow())
  void run()
  const hurry = () => wake?.()
  addEventListener('online', hurry)
  document.addEventListener('visibilitychange', hurry)
  stop = () => {
    running = false
    stream.abort()
    wake?.()
    removeEventListener('online', hurry)
    document.removeEventListener('visibilitychange', hurry)
  }
  return stop

  async function run(): Promise<void> {
    let failures = 0
    while (running) {
      stream = new AbortController()
      try {
        const response = await openLive(state.cursor, stream.signal)
        failures = 0
        apply({ kind: 'opened', at: missionNow() })
        await listen(response, stream)
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) {
          apply({ kind: 'signed_out', at: missionNow() })
          return
        }
      }
      if (!running || state.link === 'signed_out') return
      apply({ kind: 'lost', at: missionNow() })
      await pause(Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures++))
    }
  }
}

async function listen(response: Response, abort: AbortController): Promise<void> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  const parse = makeParser()
  let watchdog = setTimeout(() => abort.abort(), SILENCE_MS)
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      clearTimeout(watchdog)
      watchdog = setTimeout(() => abort.abort(), SILENCE_MS)
      for (const message of parse(value)) {
        if (message.event === 'clock') setMissionClock(JSON.parse(message.data) as MissionClock)
        apply({ kind: 'message', message })
      }
    }
  } finally {
    clearTimeout(watchdog)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      wake = undefined
      resolve()
    }
    const timer = setTimeout(done, ms)
    wake = done
  })
}
