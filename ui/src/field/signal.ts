/** A value that screens follow. */
import { useSyncExternalStore } from 'react'

export interface Signal<T> {
  now: () => T
  set: (value: T) => void
  follow: (listener: () => void) => () => void
}

export function signal<T>(first: T): Signal<T> {
  let value = first
  const listeners = new Set<() => void>()
  return {
    now: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const listener of listeners) listener()
    },
    follow(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

export const useSignal = <T>(from: Signal<T>): T => useSyncExternalStore(from.follow, from.now)
