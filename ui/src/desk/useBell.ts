import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { ring } from './bell'
import { useKeys } from './useKeys'

const MUTE = 'dunant.muted'
const FLASH_MS = 20_000
const REPEAT_MS = 4_000

/** Rings and flashes for each alert that was not there before; the flash lasts even when the sound is off. */
export function useBell(open: string[]): { isFlashing: boolean; isMuted: boolean; mute: () => void } {
  const known = useRef(new Set<string>())
  const [flashUntil, setFlashUntil] = useState(0)
  const [isMuted, setMuted] = useState(() => localStorage.getItem(MUTE) === 'yes')
  const key = open.join(' ')

  useEffect(() => {
    const fresh = open.filter((id) => !known.current.has(id))
    for (const id of fresh) known.current.add(id)
    if (fresh.length) setFlashUntil(Date.now() + FLASH_MS)
    // `key` is the value of `open`.
  }, [key])

  const isFlashing = flashUntil > 0 && open.length > 0
  useEffect(() => {
    if (!isFlashing) return
    if (!isMuted) ring()
    const again = setInterval(() => !isMuted && ring(), REPEAT_MS)
    const end = setTimeout(() => setFlashUntil(0), Math.max(0, flashUntil - Date.now()))
    return () => {
      clearInterval(again)
      clearTimeout(end)
    }
  }, [isFlashing, isMuted, flashUntil])

  const mute = useCallback(() => {
    setMuted((was) => {
      localStorage.setItem(MUTE, was ? 'no' : 'yes')
      return !was
    })
  }, [])
  useKeys(useMemo(() => ({ m: mute, M: mute }), [mute]))
  return { isFlashing, isMuted, mute }
}
