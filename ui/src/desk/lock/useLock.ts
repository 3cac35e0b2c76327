/** Locks a shared screen after idle minutes, and every other window of this browser with it. */
import { useEffect, useRef } from 'react'
import { lockScreen } from '../../api/client'
import type { Me } from '../../api/types'

// One for this window: what it says itself, it does not hear.
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('dunant.lock')
const USED = ['pointerdown', 'keydown'] as const

/** Tells the other windows; a browser without the means has them ask when they next want something. */
export const tellWindows = (what: 'locked' | 'open'): void => channel?.postMessage(what)

export function useLock(me: Me | null, isLocked: boolean, onLocked: () => void, onOpen: () => void): void {
  const heard = useRef({ onLocked, onOpen })
  heard.current = { onLocked, onOpen }

  useEffect(() => {
    if (!channel) return
    channel.onmessage = ({ data }) => (data === 'locked' ? heard.current.onLocked() : heard.current.onOpen())
    return () => void (channel.onmessage = null)
  }, [])

  const minutes = me?.session.has_pin && !isLocked ? me.session.lock_min : 0
  useEffect(() => {
    if (!minutes) return
    let timer: ReturnType<typeof setTimeout>
    const lock = () =>
      // Without the site the screen stays as it is: it could not be opened again either.
      void lockScreen().then(
        () => {
          heard.current.onLocked()
          tellWindows('locked')
        },
        () => undefined,
      )
    const used = () => {
      clearTimeout(timer)
      timer = setTimeout(lock, minutes * 60_000)
    }
    used()
    USED.forEach((kind) => addEventListener(kind, used, { passive: true }))
    return () => {
      clearTimeout(timer)
      USED.forEach((kind) => removeEventListener(kind, used))
    }
  }, [minutes])
}
