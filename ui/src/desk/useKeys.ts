/** Single-letter keys, never while somebody types, and switchable for people who speak to their computer. */
import { useEffect } from 'react'

const CHOICE = 'dunant.keys'
export const areKeysOn = (): boolean => localStorage.getItem(CHOICE) !== 'off'
export const switchKeys = (on: boolean): void => localStorage.setItem(CHOICE, on ? 'on' : 'off')

export function useKeys(actions: Record<string, () => void>): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !areKeysOn()) return
      const target = event.target as HTMLElement
      if (target.closest('input, textarea, select, [contenteditable], [role=dialog], [role=menu]')) return
      const action = actions[event.key]
      if (!action) return
      event.preventDefault()
      action()
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [actions])
}
