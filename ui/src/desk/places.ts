/** The screens of the desk and their addresses. */
import { useCallback, useSyncExternalStore } from 'react'

export const PLACES = [
  { name: 'ops', path: '/desk/ops', key: '1' },
  { name: 'alerts', path: '/desk/alerts', key: '2' },
  { name: 'means', path: '/desk/facilities', key: '3' },
  { name: 'conflicts', path: '/desk/conflicts', key: '4' },
] as const

export type Place = (typeof PLACES)[number]['name']

const listeners = new Set<() => void>()
const moved = () => listeners.forEach((listener) => listener())
addEventListener('popstate', moved)

export function goTo(place: Place, casualty?: string): void {
  const { path } = PLACES.find(({ name }) => name === place)!
  history.pushState(null, '', casualty ? `${path}?casualty=${encodeURIComponent(casualty)}` : path)
  moved()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

const address = () => location.pathname + location.search

export function usePlace(): { place: Place; casualty: string | null; open: (casualty: string | null) => void } {
  const url = new URL(useSyncExternalStore(subscribe, address), location.origin)
  const place = PLACES.find(({ path }) => path === url.pathname)?.name ?? 'ops'
  const open = useCallback((casualty: string | null) => {
    history.replaceState(null, '', casualty ? `/desk/ops?casualty=${encodeURIComponent(casualty)}` : '/desk/ops')
    moved()
  }, [])
  return { place, casualty: url.searchParams.get('casualty'), open }
}
