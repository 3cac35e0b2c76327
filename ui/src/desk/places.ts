/** The screens of the desk and their addresses. */
import { useCallback, useSyncExternalStore } from 'react'

export const PLACES = [
  { name: 'ops', path: '/desk/ops', key: '1' },
  { name: 'alerts', path: '/desk/alerts', key: '2' },
  { name: 'means', path: '/desk/facilities', key: '3' },
  { name: 'conflicts', path: '/desk/conflicts', key: '4' },
  { name: 'site', path: '/desk/site', key: '5' },
] as const

export type Place = (typeof PLACES)[number]['name']

/** The machine room is for those who keep it; everybody else's menu does not name it. */
export const KEEPS_SITE = 'site.backup'
const NEEDED: Record<Place, string | null> = {
  ops: 'view.board',
  alerts: 'view.alerts',
  means: 'view.facilities',
  conflicts: null,
  site: KEEPS_SITE,
}

/** Others find every screen in the menu, and are told who can see it; who keeps the machine finds no empty doors. */
export function isOffered(place: Place, permissions: string[]): boolean {
  const needed = NEEDED[place]
  const isKeeper = permissions.includes(KEEPS_SITE)
  return permissions.length === 0 || needed === null || permissions.includes(needed) || (!isKeeper && place !== 'site')
}

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

/** Opens one list of the inbox. */
export function openInbox(tab: string): void {
  history.pushState(null, '', `/desk/conflicts?tab=${encodeURIComponent(tab)}`)
  moved()
}

/** Which list of a screen with several is open; a link can name it. */
export function useTab(): [string | null, (tab: string) => void] {
  const url = new URL(useSyncExternalStore(subscribe, address), location.origin)
  const choose = useCallback((tab: string) => {
    history.replaceState(null, '', `${location.pathname}?tab=${encodeURIComponent(tab)}`)
    moved()
  }, [])
  return [url.searchParams.get('tab'), choose]
}
