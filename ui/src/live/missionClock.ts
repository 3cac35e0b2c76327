/** The mission's own time. A simulated mission runs faster than the wall clock; every screen reads time from here. */
import { useSyncExternalStore } from 'react'
import type { MissionClock } from '../api/types'

const SECOND = 1_000

interface Anchor {
  at: number
  read: number
  speed: number
}

const steady = () => performance.now()
let anchor: Anchor = { at: Date.now(), read: steady(), speed: 1 }
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

export function setMissionClock(clock: MissionClock): void {
  anchor = { at: Date.parse(clock.now), read: steady(), speed: clock.speed }
  for (const listener of listeners) listener()
}

export function missionNow(): number {
  return Math.floor(anchor.at + (steady() - anchor.read) * anchor.speed)
}

export const missionSpeed = (): number => anchor.speed

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => listeners.forEach((each) => each()), SECOND)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** Mission time rounded down to a step, so that a card re-renders once a minute and not once a second. */
export function useNow(step = 60 * SECOND): number {
  return useSyncExternalStore(subscribe, () => Math.floor(missionNow() / step) * step)
}
